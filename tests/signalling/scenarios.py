"""What the lab provokes, what SIP and Cx must show of it, and what the diagnosis has to say.

One subscriber a scenario; its number is the last digits of the IMSI. The answers of the HSS and the
rows of the provisioning say the same thing.
"""
import dataclasses

from core import GONE, HOME, SCSCF

FOREIGN = "ims.mnc002.mcc001.3gppnetwork.org"
CALLED = f"sip:+99900009999@{HOME}"

# Answers of the HSS, in the keys of scripted_hss.fdx.
FIRST = {"experimental": 2001, "server-name": SCSCF}
VECTOR = {"result": 2001, "items": 1}
PROFILE = {"result": 2001, "user-data": "profile"}

UAR, MAR, SAR, LIR = "UAR", "MAR", "SAR", "LIR"
BASE, EXPERIMENTAL = "Result-Code", "Experimental-Result-Code"
UAA_FIRST = (UAR, EXPERIMENTAL, 2001)
MAA_GOOD = (MAR, BASE, 2001)
SAA_GOOD = (SAR, BASE, 2001)

# Rounds of the UE: credentials (ue.py) and the status of the answer.
CHALLENGED = ("empty", 401)
ACCEPTED = ("usim", 200)
REGISTERED = (CHALLENGED, ACCEPTED)


def refused(status):
    return (("empty", status),)


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    number: int
    rounds: tuple     # of the REGISTER
    hss: dict         # answers by command
    cx: tuple         # what the CSCFs get: (command, AVP, code), or (command, None, None)
    sent_by: str
    cause: str        # class of the diagnosis
    blame: tuple      # what provisioning_to_blame may be
    rows: str         # provisioning: impi,impu,barred,irs of each pair
    needs_store: bool = False  # SIP and Cx alone do not tell the cause
    row: str = ""     # of the decision table, which the diagnosis names when there is provisioning
    impu: str = "sip:{impi}"
    caller: str = ""     # of the request, instead of impu
    called: str = CALLED
    visited: str = HOME
    expires: int = 600000
    request: tuple = ()  # after the registration: method and its rounds
    node: str = "scscf"  # that gets the request
    down: str = ""       # the node that ends before it
    more: dict = dataclasses.field(default_factory=dict)  # columns of the provisioning

    @property
    def imsi(self):
        return f"00101{self.number:010d}"

    @property
    def values(self):
        impi = f"{self.imsi}@{HOME}"
        values = {"imsi": self.imsi, "impi": impi, "home": HOME,
                  "msisdn": f"9990000{self.number:04d}"}
        values["impu"] = self.impu.format(**values)
        values["caller"] = self.caller.format(**values) or values["impu"]
        values["called"] = self.called.format(**values)
        return values

    def call_id(self, method="REGISTER"):
        return f"{self.name}-{method.lower()}@192.0.2.30"

    @property
    def statuses(self):
        """The final statuses in order, by Call-ID."""
        found = {self.call_id(): [status for _, status in self.rounds]} if self.rounds else {}
        if self.request:
            found[self.call_id(self.request[0])] = [status for _, status in self.request[1]]
        return found


YES, NO = (True,), (False,)
NOT_YES, NOT_NO = (False, None), (True, None)

TEMPORARY = "{impi},sip:{impi},1,1"
HEALTHY = TEMPORARY + " {impi},sip:+{msisdn}@{home},0,1 {impi},tel:+{msisdn},0,1"
NUMBER = "sip:+{msisdn}@{home}"
BARRED_NUMBER = "sip:+{msisdn}99@{home}"
GOOD = {UAR: FIRST, MAR: VECTOR, SAR: PROFILE}
GOOD_CX = (UAA_FIRST, MAA_GOOD, SAA_GOOD)


CALLEE = "sip:+{msisdn}55@{home}"
CALL = {**GOOD, LIR: {"result": 2001, "server-name": SCSCF}}


def called_with(status):
    """A call past the caller's S-CSCF, to a number of the home network."""
    return "INVITE", (("none", 407), ("password", status))


def refusal(avp, code):
    """The HSS and the CSCFs of a UAA that refuses."""
    key = "result" if avp == BASE else "experimental"
    return {UAR: {key: code}}, ((UAR, avp, code),)


SCENARIOS = (
    Scenario("good", 1, REGISTERED, GOOD, GOOD_CX, "S-CSCF", "none", NO, HEALTHY, impu=NUMBER),
    Scenario("unknown-user", 2, refused(403), *refusal(EXPERIMENTAL, 5001),
             "I-CSCF", "impi-unknown", YES,
             HEALTHY.replace("{impi}", "{imsi}@ims.mnc01.mcc001.3gppnetwork.org"), row="D42"),
    Scenario("not-associated", 3, refused(403), *refusal(EXPERIMENTAL, 5002),
             "I-CSCF", "not-associated", YES,
             ",sip:{impi},0,1 {impi},sip:+{msisdn}@{home},0,1", row="D05"),
    Scenario("barred-alone", 4, refused(403), *refusal(BASE, 5003),
             "I-CSCF", "barred", YES, TEMPORARY, row="D06"),
    Scenario("barred-apart", 5, refused(403), *refusal(BASE, 5003),
             "I-CSCF", "barred", YES, HEALTHY.replace(",0,1", ",0,2"), row="D07"),
    Scenario("barred-with-sibling", 6, REGISTERED, GOOD, GOOD_CX, "S-CSCF", "none", NO, HEALTHY),
    Scenario("roaming-refused", 7, refused(403), *refusal(EXPERIMENTAL, 5004),
             "I-CSCF", "roaming", YES, HEALTHY, row="D31", visited=FOREIGN),
    Scenario("scheme-not-supported", 8, refused(403), {UAR: FIRST, MAR: {"experimental": 5006}},
             (UAA_FIRST, (MAR, EXPERIMENTAL, 5006)),
             "S-CSCF", "scheme", YES, HEALTHY, row="D22", more={"auth_schemes": "SIP Digest"}),
    Scenario("wrong-response", 9, (CHALLENGED, ("wrong", 403)), {UAR: FIRST, MAR: VECTOR},
             (UAA_FIRST, MAA_GOOD),
             "S-CSCF", "wrong-response", NOT_YES, HEALTHY),
    Scenario("capability-unmatched", 10, refused(600),
             {UAR: {"experimental": 2001, "mandatory-capability": 7}}, (UAA_FIRST,),
             "I-CSCF", "s-cscf-selection", NOT_NO, HEALTHY, more={"capabilities_mandatory": "7"}),
    Scenario("keys-differ", 11, (CHALLENGED, ("mac-failure", 401), ("mac-failure", 401)),
             {UAR: FIRST, MAR: VECTOR}, (UAA_FIRST, MAA_GOOD, MAA_GOOD, MAA_GOOD),
             "S-CSCF", "keys", NOT_NO, HEALTHY),
    Scenario("resynchronised", 12, (CHALLENGED, ("resynchronisation", 401), ACCEPTED), GOOD,
             (UAA_FIRST, MAA_GOOD, MAA_GOOD, SAA_GOOD),
             "S-CSCF", "none", NO, HEALTHY),
    Scenario("no-profile", 13, (CHALLENGED, ("usim", 500)),
             {UAR: FIRST, MAR: VECTOR, SAR: {"result": 5012}},
             (UAA_FIRST, MAA_GOOD, (SAR, BASE, 5012)),
             "I-CSCF", "user-data", NOT_NO, HEALTHY),
    Scenario("deregistration-refused", 14, refused(403), *refusal(EXPERIMENTAL, 5003),
             "I-CSCF", "not-registered", NOT_YES, HEALTHY, expires=0),
    Scenario("scscf-gone", 15, refused(504),
             {UAR: {"experimental": 2002, "server-name": GONE}}, ((UAR, EXPERIMENTAL, 2002),),
             "I-CSCF", "s-cscf-selection", NOT_YES, HEALTHY, more={"scscf": GONE}),
    Scenario("caller-barred", 16, REGISTERED, GOOD, GOOD_CX,
             "S-CSCF", "barred-caller", YES, HEALTHY + " {impi}," + BARRED_NUMBER + ",1,2",
             row="D63", needs_store=True,
             caller=BARRED_NUMBER, request=("INVITE", (("none", 403),))),
    Scenario("caller-temporary", 23, REGISTERED, GOOD, GOOD_CX,
             "S-CSCF", "wrong-default-impu", NOT_YES, HEALTHY,
             request=("INVITE", (("none", 403),))),
    Scenario("caller-not-registered", 17, (), {}, (),
             "S-CSCF", "not-registered", NOT_YES, HEALTHY, impu=NUMBER,
             request=("INVITE", (("none", 403),))),
    Scenario("p-cscf-refuses", 29, (), {}, (),
             "P-CSCF", "not-registered", NOT_YES, HEALTHY, impu=NUMBER,
             request=("INVITE", (("none", 403),)), node="edge"),
    Scenario("proxy-challenge", 18, REGISTERED, GOOD, GOOD_CX,
             "S-CSCF", "normal-challenge", NO, HEALTHY, impu=NUMBER,
             request=("MESSAGE", (("none", 407), ("password", 200)))),
    Scenario("proxy-password-wrong", 19, REGISTERED, GOOD, GOOD_CX,
             "S-CSCF", "proxy-credentials", NOT_YES, HEALTHY, impu=NUMBER,
             request=("MESSAGE", (("none", 407), ("bad-password", 407)))),
    Scenario("callee-barred", 24, REGISTERED, CALL, (*GOOD_CX, (LIR, BASE, 2001)),
             "S-CSCF", "barred-callee", YES, HEALTHY + " {impi}," + BARRED_NUMBER + ",1,2",
             row="D63", needs_store=True, impu=NUMBER,
             called=BARRED_NUMBER, request=called_with(404)),
    Scenario("callee-unknown", 25, REGISTERED, {**GOOD, LIR: {"experimental": 5001}},
             (*GOOD_CX, (LIR, EXPERIMENTAL, 5001)),
             "I-CSCF", "impi-unknown", NOT_NO, HEALTHY, impu=NUMBER,
             called=CALLEE, request=called_with(604)),
    Scenario("callee-not-registered", 26, REGISTERED, {**GOOD, LIR: {"experimental": 5003}},
             (*GOOD_CX, (LIR, EXPERIMENTAL, 5003)),
             "I-CSCF", "not-registered", NOT_YES, HEALTHY + " {impi}," + CALLEE + ",0,2",
             impu=NUMBER, called=CALLEE, request=called_with(480)),
    Scenario("callee-busy", 27, REGISTERED, CALL, (*GOOD_CX, (LIR, BASE, 2001)),
             "S-CSCF", "busy-or-declined", NOT_YES, HEALTHY + " {impi}," + CALLEE + ",0,2",
             impu=NUMBER, called=CALLEE, request=called_with(486)),
    Scenario("hss-silent", 20, refused(408), {UAR: {"silent": "yes"}}, ((UAR, None, None),),
             "I-CSCF", "hss-unreachable", NOT_YES, HEALTHY),
    Scenario("hss-down", 21, refused(403), {UAR: FIRST}, ((UAR, BASE, 3002),),
             "I-CSCF", "hss-unreachable", NO, HEALTHY, down="hss"),
    Scenario("relay-down", 22, refused(408), {UAR: FIRST}, (),
             "I-CSCF", "hss-unreachable", NOT_YES, HEALTHY, down="relay"),
)

# Without a relay nobody answers 3002 in place of an HSS that is gone.
DIRECT = tuple(one for one in SCENARIOS if one.name in (
    "good", "unknown-user", "barred-alone", "scheme-not-supported", "no-profile", "callee-unknown",
    "hss-silent")) + (
    Scenario("hss-gone", 28, refused(408), {UAR: FIRST}, (),
             "I-CSCF", "hss-unreachable", NOT_YES, HEALTHY, down="hss"),
)

USER_DATA = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<IMSSubscription><PrivateID>{impi}</PrivateID><ServiceProfile>'
    '<PublicIdentity><BarringIndication>1</BarringIndication>'
    '<Identity>sip:{impi}</Identity></PublicIdentity>'
    '<PublicIdentity><Identity>sip:+{msisdn}@{home}</Identity></PublicIdentity>'
    '<PublicIdentity><Identity>tel:+{msisdn}</Identity></PublicIdentity>'
    '</ServiceProfile></IMSSubscription>')


def hss_table(scenarios, key_file):
    """The table of the scripted HSS; key_file(scenario) is where its key stands."""
    lines = []
    for scenario in scenarios:
        for command, answer in scenario.hss.items():
            who = (f"public-identity = {scenario.values['called']}" if command == LIR else
                   f"user-name = {scenario.values['impi']}")
            lines += [f"[{command}]", who]
            if "user-data" in answer:
                answer = {**answer, "user-data": USER_DATA.format(**scenario.values)}
            if "items" in answer:
                answer = {**answer, "aka-key": key_file(scenario)}
            lines += [f"{key} = {value}" for key, value in answer.items()]
    return "\n".join(lines) + "\n"


COLUMNS = {"auth_schemes": "Digest-AKAv1-MD5", "capabilities_mandatory": "", "scscf": ""}
HEADER = "subscription,imsi,msisdn,visited_networks,key_present,impi,impu,barred,irs"


def provisioning():
    """What is provisioned for all subscribers, in the csv layout."""
    lines = [",".join([HEADER, *COLUMNS])]
    for scenario in SCENARIOS:
        values = scenario.values
        known = [scenario.name, scenario.imsi, values["msisdn"], HOME, "1"]
        more = {**COLUMNS, **scenario.more}.values()
        for row in scenario.rows.format(**values).split(" "):
            lines.append(",".join([*known, row, *more]))
    return "\n".join(lines) + "\n"
