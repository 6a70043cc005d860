"""The table of traces and the verdicts that they must get, from TS 24.229, TS 29.228 and the
requirements, never from the program's output. Each scenario adds one attempt of a subscriber of
its own to a trace: many of them make one capture or log.

    for row in TABLE: row.build(Scene(trace, number)); row.want"""

import make_trace as t
import trace_wire
from trace_wire import HOME, avp, cx_answer, cx_request

trace_wire.AVP.update({"Server-Capabilities": (603, 10415), "Mandatory-Capability": (604, 10415)})
SERVER = avp("Server-Name", t.SERVER)
OK = cx_answer(2001, None, SERVER)
P_CSCF = "198.51.100.10"
SERVER_TEXT = "ipsec-3gpp; q=0.1; alg=hmac-sha-1-96; ealg=aes-cbc; prot=esp; mod=trans; " \
    "spi-c=2001; spi-s=2002; port-c=32001; port-s=32002"
CLIENT_TEXT = "ipsec-3gpp; alg=hmac-sha-1-96; ealg=aes-cbc; prot=esp; mod=trans; " \
    "spi-c=1001; spi-s=1002; port-c=31001; port-s=31002"


def nodes():
    """All nodes; "gate" is the P-CSCF's protected port, "stranger" a P-CSCF of somebody else."""
    more = {"gate": (P_CSCF, 32002), "stranger": ("203.0.113.99", 5060), "ue2": ("192.0.2.20", 5060)}
    return dict(t.NODES, **more)


class Scene:
    """One attempt of subscriber number."""

    def __init__(self, trace, number):
        self.trace = trace
        self.imsi = f"00101{number:010d}"
        self.impi = f"{self.imsi}@{HOME}"
        self.impu = f"sip:{self.impi}"
        self.number = f"sip:+88210{number:07d}@{HOME}"
        self.tel = f"tel:+88210{number:07d}"
        self.call_id = f"case-{number}@192.0.2.10"
        self.cseq = 0
        self.at = None
        self.path = ["ue", "pcscf", "icscf", "scscf"]

    # registrations

    def request(self, authorization=None, protected=False, drop=(), more=(), expires=600000):
        self.cseq += 1
        extra = list(more)
        if protected:
            extra.append(("Security-Verify", SERVER_TEXT))
        r = t.register(self.cseq, self.call_id, authorization, self.impu, self.impi, expires, extra)
        r.headers = [h for h in r.headers if h[0] not in drop]
        return r

    def send(self, to="icscf", protected=False, added=None, **more):
        """The REGISTER as far as to; remembers it as it arrived."""
        path = list(self.path)
        if protected and path[1] == "pcscf":
            path[1] = "gate"
        path = path[:path.index(to) + 1] if to in path else path[:2]
        self.used = path
        added = {path[1]: (t.ADDED["pcscf"] if added is None else added)}
        self.at = self.trace.relay(path, self.request(protected=protected, **more), added,
                                   branch=f"z9hG4bK{self.imsi}{self.cseq}")
        return self

    def onward(self):
        """From the I-CSCF to the S-CSCF."""
        self.at = self.trace.relay(["icscf", "scscf"], self.at, uri={"icscf": t.SERVER},
                                   branch=f"z9hG4bK{self.imsi}{self.cseq}s")
        self.used = self.used + ["scscf"]
        return self

    def answer(self, status, phrase, headers=()):
        self.trace.reply(self.used[::-1], self.at, status, phrase, headers,
                         f"tag{self.imsi}{self.cseq}")
        self.trace.wait(0.2)
        return self

    def uar(self, result=None, exp=None, silent=False, answer=None):
        t.uar(self.trace, answer or cx_answer(result, exp), self.impi, self.impu, silent)
        return self

    def mar(self, result=2001, exp=None, silent=False, resynchronise=False, items=True):
        more = [avp("SIP-Auth-Data-Item", [avp("SIP-Authentication-Scheme", "Digest-AKAv1-MD5")])]
        asked = [avp("SIP-Authentication-Scheme", "Digest-AKAv1-MD5")]
        if resynchronise:
            asked.append(avp("SIP-Authorization", b"\x01" * 30))
        self.trace.cx("MAR", "scscf", "hss", cx_request(
            f"scscf.{HOME}", self.impi, self.impu, SERVER, avp("SIP-Number-Auth-Items", 1),
            avp("SIP-Auth-Data-Item", asked)),
            cx_answer(result, exp, *(more if items and result == 2001 else [])), silent)
        return self

    def sar(self, result=2001, exp=None, silent=False, assignment=1):
        t.sar(self.trace, cx_answer(result, exp), self.impi, self.impu, assignment, silent)
        return self

    def challenge(self, cx=True, drop=(), stale=False, server=True, aka=True, **more):
        """One round up to the 401."""
        self.send(drop=drop, **more)
        if cx:
            self.uar(answer=OK)
        self.onward()
        if cx:
            self.mar()
        headers = t.challenge(self.cseq)
        if not aka:
            headers[0] = ("WWW-Authenticate", f'Digest realm="{HOME}", nonce="short{self.cseq}", '
                          'algorithm=MD5, qop="auth"')
        if stale:
            headers[0] = (headers[0][0], headers[0][1] + ", stale=true")
        return self.answer(401, "Unauthorized", headers if server else headers[:1])

    def credentials(self, kind="response"):
        """What follows the last challenge: a response, an empty one, or AUTS."""
        n = t.nonce(self.cseq)
        base = f', nonce="{n}", algorithm=AKAv1-MD5, qop=auth, nc=00000001, cnonce="0a4f113b"'
        return base + {"response": ', response="6629fae49393a05397450978507c4ef1"',
                       "empty": ', response=""',
                       "auts": ', response="6629fae49393a05397450978507c4ef1", '
                       'auts="5PYxAuAOa8qyPhLvu2vWNw=="'}[kind]

    def respond(self, kind="response", cx=True, protected=True, **more):
        """The REGISTER after the challenge, up to the S-CSCF."""
        self.send(authorization=self.credentials(kind), protected=protected, **more)
        if cx:
            self.uar(answer=OK)
        return self.onward()

    def registered(self, cx=True):
        self.challenge(cx)
        self.respond(cx=cx)
        if cx:
            self.sar()
        return self.answer(200, "OK", [("P-Associated-URI", f"<{self.number}>")])

    # calls

    def call(self, method="INVITE", to="scscf", called=None, caller=None, proxy=None, more=(),
             path=None):
        self.cseq += 1
        caller = caller or self.number
        called = called or f"sip:+882199999999@{HOME}"
        headers = [("Max-Forwards", "70"), ("From", f"<{caller}>;tag=from{self.cseq}"),
                   ("To", f"<{called}>"), ("Call-ID", self.call_id + "-call"),
                   ("CSeq", f"{self.cseq} {method}"), ("Contact", "<sip:192.0.2.10:5060>"),
                   ("P-Preferred-Identity", f"<{caller}>")] + list(more)
        if method == "SUBSCRIBE":
            headers += [("Event", "reg"), ("Expires", "600000")]
        if proxy:
            headers.append(("Proxy-Authorization", proxy.format(called=called)))
        path = path or ["ue", "pcscf", "scscf", "as"]
        self.used = path[:path.index(to) + 1]
        self.at = self.trace.relay(self.used, t.Request(method, called, headers),
                                   branch=f"z9hG4bK{self.imsi}c{self.cseq}")
        return self

    def lir(self, result=None, exp=None, called=None):
        self.trace.cx("LIR", "icscf", "hss", cx_request(
            f"icscf.{HOME}", self.impi, called or f"sip:+882199999999@{HOME}"),
            cx_answer(result, exp))
        return self


PROXY = 'Digest realm="{realm}", nonce="p{nonce}", algorithm=MD5, qop="auth"'
RETRY = 'Digest username="{user}", realm="{realm}", nonce="p{nonce}", uri="{{called}}", ' \
    'response="6629fae49393a05397450978507c4ef1", algorithm=MD5, qop=auth, nc=0000000{nc}, cnonce="0a4f113b"'


def proxy(nonce=1, realm="example.org", more=""):
    return [("Proxy-Authenticate", PROXY.format(realm=realm, nonce=nonce) + more)]


def retry(s, nonce=1, realm="example.org", nc=1):
    return RETRY.format(user=s.impi, realm=realm, nonce=nonce, nc=nc)


def with_proxy(s, *steps):
    """A call to a proxy: each step is (Proxy-Authorization or None, status, phrase, headers)."""
    for authorization, status, phrase, headers in steps:
        s.call(to="pcscf", proxy=authorization)
        s.answer(status, phrase, headers)


# Provisioning: lines of CSV that the store gets

HEADER = "subscription,imsi,msisdn,impi,impu,barred,irs,ims_authorised\n"


def stored(barred="1", irs=("1", "1"), numbers=True, authorised="1", impi=None, impu=None):
    """The subscriber as it is provisioned: the identity of the IMSI and, in a set, numbers."""
    def lines(s):
        own = f"{s.imsi}@{HOME}"
        head = f"{s.imsi},{s.imsi},,{(impi or '{i}').format(i=own)}"
        out = f"{head},{(impu or 'sip:{i}').format(i=own)},{barred},{irs[0]},{authorised}\n"
        if numbers:
            out += f"{head},{s.number},0,{irs[1]},{authorised}\n"
        return out
    return lines


HEALTHY = stored()


class Row:
    """build adds the attempt; want: class, sender, blame, least and most confidence; store: what
    the HSS export holds (NULL: this row is judged without a store); cx: the capture holds Cx."""

    def __init__(self, name, build, cause, sender=None, blame="any", least="low", most="high",
                 row=None, store=None, cx=True, method="REGISTER", status=403):
        self.name, self.build, self.store, self.cx, self.method = name, build, store, cx, method
        self.cause, self.sender, self.blame = cause, sender, blame
        self.least, self.most, self.row, self.status = least, most, row, status


I, S, P, AS = "I-CSCF", "S-CSCF", "P-CSCF", "AS"
CAPABILITIES = cx_answer(2001, None, avp("Server-Capabilities", [avp("Mandatory-Capability", 9)]))
NOT_FOUND = "Forbidden - Private identity not found (Authorization: username)"


def cx_refusal(status=403, phrase="Forbidden", **answer):
    return lambda s: s.send().uar(**answer).answer(status, phrase)


def mar_refusal(status=403, phrase=NOT_FOUND, **answer):
    return lambda s: s.send().uar(answer=OK).onward().mar(**answer).answer(status, phrase)


def sar_refusal(**answer):
    return lambda s: (s.challenge(), s.respond().sar(**answer).answer(
        500, "Server error on UAR select next S-CSCF"))


def not_listed(s):
    s.path = ["ue", "stranger", "icscf", "scscf"]
    s.send().answer(403, "Forbidden")


def prefixed_at_hss(s):
    s.impi = "imsi-" + s.impi
    s.send().uar(exp=5001).answer(403, "Forbidden")


def refused_at_p_cscf(phrase):
    """The P-CSCF refuses the REGISTER that answers the challenge, and does not send it on."""
    def build(s):
        s.challenge(drop=PLAIN, server=False)
        s.send(to="pcscf", authorization=s.credentials(), drop=PLAIN).answer(403, phrase)
    return build


def resynchronisation_refused(s):
    s.challenge()
    s.respond("auts").mar(5012, resynchronise=True).answer(403, "Forbidden - HSS Unable to comply")


USER_DATA = """<IMSSubscription><PrivateID>{impi}</PrivateID><ServiceProfile>\
<PublicIdentity><Identity>{number}</Identity></PublicIdentity><PublicIdentity>\
<BarringIndication>{barred}</BarringIndication><Identity>{second}</Identity></PublicIdentity>\
<PublicIdentity><BarringIndication>1</BarringIndication><Identity>{impu}</Identity></PublicIdentity>\
</ServiceProfile></IMSSubscription>"""


def calls_after(s, barred, caller):
    """The HSS tells of a second number when the UE registers; then the UE calls."""
    document = USER_DATA.format(impi=s.impi, impu=s.impu, number=s.number, second=second_number(s),
                                barred=barred)
    s.challenge()
    s.respond()
    t.sar(s.trace, cx_answer(2001, None, avp("User-Data", document)), s.impi, s.impu, 1, False)
    s.answer(200, "OK", [("P-Associated-URI", f"<{s.number}>")])
    s.trace.wait(90)
    s.cseq = 0
    s.call(caller=caller).answer(403, "Forbidden", [("Server", "S-CSCF")])


def second_number(s):
    return s.number.replace("+88210", "+88211")


def calls_by_second_number(barred):
    return lambda s: calls_after(s, barred, second_number(s))


def calls_by_temporary_impu(s):
    calls_after(s, 0, s.impu)


CX_ROWS = [
    Row("caller barred by the SAA of its registration", calls_by_second_number(1), "barred-caller", S,
        True, "medium", method="INVITE"),
    Row("temporary IMPU barred by that SAA", calls_by_temporary_impu, "wrong-default-impu", S, False,
        "medium", method="INVITE"),
    Row("caller not barred by that SAA", calls_by_second_number(0), "unknown", None, None,
        method="INVITE"),
    Row("good", lambda s: s.registered(), "none", S, False, "high", status=200),
    Row("unknown user", cx_refusal(exp=5001), "impi-unknown", I, True, "high"),
    Row("unknown user with a prefix", prefixed_at_hss, "client-identity", I, None, "medium", "medium"),
    Row("unknown user, other words", cx_refusal(exp=5001, phrase="Forbidden - HSS Roaming not allowed"),
        "impi-unknown", I, True, "high"),
    Row("not associated", cx_refusal(exp=5002), "not-associated", I, True, "high", row="D05"),
    Row("rejected, no store", cx_refusal(result=5003), "barred", I, True, "low", "medium"),
    Row("barred alone", cx_refusal(result=5003), "barred", I, True, "high", row="D06",
        store=stored(numbers=False)),
    Row("sibling in another set", cx_refusal(result=5003), "barred", I, True, "high", row="D07",
        store=stored(irs=("1", "2"))),
    Row("rejected, usable set", cx_refusal(result=5003), "not-authorised", I, store=HEALTHY),
    Row("suspended", cx_refusal(result=5003), "not-authorised", I, True, "high", row="D36",
        store=stored(authorised="0")),
    Row("roaming", cx_refusal(exp=5004), "roaming", I, True, "high"),
    Row("de-registration", lambda s: s.send(expires=0).uar(exp=5003).answer(403, "Forbidden"),
        "not-registered", I, False, "high"),
    Row("HSS silent", cx_refusal(silent=True, status=408, phrase="Request Timeout"),
        "hss-unreachable", I, None, "medium", status=408),
    Row("3002 as 403", cx_refusal(result=3002, phrase="Forbidden - HSS responded with unknown Result Code"),
        "hss-unreachable", I, False, "high", row="D59"),
    Row("answer without code", cx_refusal(status=500, phrase="Forbidden - HSS responded with unknown "
        "Experimental Result Code"), "hss-error", I, None, "high", status=500),
    Row("5012 on UAR", cx_refusal(result=5012, status=480, phrase="Temporarily Unavailable"),
        "hss-error", I, None, status=480),
    Row("capability unmatched", cx_refusal(answer=CAPABILITIES, status=600, phrase="Busy everywhere"),
        "s-cscf-selection", I, True, "high", row="D33", status=600),
    Row("S-CSCF dead", cx_refusal(answer=OK, status=504, phrase="Server Time-out"),
        "s-cscf-selection", I, False, "medium", row="D34", status=504),
    Row("scheme", mar_refusal(result=None, exp=5006), "scheme", S, True, "high", row="D22"),
    Row("unknown at MAR", mar_refusal(result=None, exp=5001), "impi-unknown", S, True, "high"),
    Row("not associated at MAR", mar_refusal(result=None, exp=5002), "not-associated", S, True, "high"),
    Row("5012 on MAR", mar_refusal(result=5012), "keys", S, None, "medium", "medium", row="D23"),
    Row("no vector", mar_refusal(phrase="HSS returned no authentication vectors", items=False), "keys",
        None, None, "medium", row="D23"),
    Row("MAR silent", mar_refusal(silent=True, status=500, phrase="MAR failed"), "hss-unreachable",
        S, None, "medium", status=500),
    Row("3002 on MAR", mar_refusal(result=3002), "hss-unreachable", S, False, "high"),
    Row("resynchronisation refused", resynchronisation_refused, "resynchronisation", S, None, "high"),
    Row("wrong response", lambda s: (s.challenge(), s.respond().sar(assignment=9).answer(
        403, "Authentication Failed")), "wrong-response", S, None, "high", row="D26"),
    Row("wrong response, other words", lambda s: (s.challenge(), s.respond().answer(403, "Forbidden")),
        "wrong-response", S, None, "medium"),
    Row("SAR 5012", sar_refusal(result=5012), "user-data", None, None, "medium", "medium", status=500),
    Row("SAR 5001", sar_refusal(result=None, exp=5001), "user-data", None, True, "high", status=500),
    Row("SAR silent", sar_refusal(silent=True), "hss-unreachable", None, None, "medium", status=500),
    Row("policy", lambda s: s.send(to="pcscf").answer(403, "Can't register to QoS for signalling"),
        "policy", P, False, "medium"),
    Row("policy, other words", lambda s: s.send(to="pcscf").answer(403, "Forbidden"), "policy", None,
        False, "medium"),
    Row("policy after the challenge", refused_at_p_cscf("Can't register to QoS for signalling"),
        "policy", P, None, "low", "medium"),
    Row("P-CSCF refuses the answer", refused_at_p_cscf("Forbidden"), "policy", P, False, "low", "low"),
    Row("foreign P-CSCF", not_listed, "p-cscf-topology", None, False, "high"),
    Row("not trusted", lambda s: s.send().answer(403, "Forbidden", [
        ("Response-Source", "<urn:3gpp:fe:i-cscf.orig>")]), "p-cscf-topology", I, False, "medium"),
    Row("called unknown", lambda s: s.call(to="icscf", path=["ue", "pcscf", "icscf"]).lir(
        exp=5001).answer(404, "Not Found"), "impi-unknown", I, method="INVITE", status=404),
    Row("called not registered", lambda s: s.call(to="icscf", path=["ue", "pcscf", "icscf"]).lir(
        exp=5003).answer(480, "Unavailable"), "not-registered", I, False, method="INVITE",
        status=480),
]


def rounds(s, kinds, last=None, **challenge):
    """A challenge, and after it one REGISTER for each kind, each challenged again but the last."""
    s.challenge(False, **challenge)
    for i, kind in enumerate(kinds):
        s.respond(kind, cx=False, drop=challenge.get("drop", ()),
                  protected=challenge.get("server", True))
        if i + 1 == len(kinds) and last:
            s.answer(*last)
        else:
            headers = t.challenge(s.cseq)
            s.answer(401, "Unauthorized", headers if challenge.get("server", True) else headers[:1])


def digest_loop(s, phrase="Unauthorized"):
    for number in range(3):
        s.send(authorization=None if not number else f', nonce="short{s.cseq}", response="6629fae4939'
               '3a05397450978507c4ef1", algorithm=MD5', drop=PLAIN).onward()
        s.answer(401, phrase, [("WWW-Authenticate", f'Digest realm="{HOME}", '
                                f'nonce="short{s.cseq}", algorithm=MD5')])


PLAIN = ("Security-Client", "Require", "Proxy-Require")


def verify(text, protected=False, **more):
    def build(s):
        s.challenge(False)
        s.send(to="pcscf", authorization=s.credentials(), protected=protected,
               more=[("Security-Verify", text)] if text else [], **more)
        s.answer(403, "Forbidden", [("Server", "P-CSCF")])
    return build


def client_changed(s):
    s.challenge(False)
    s.send(to="pcscf", authorization=s.credentials(), protected=True, drop=("Security-Client",),
           more=[("Security-Client", CLIENT_TEXT.replace("aes-cbc", "null"))])
    s.answer(403, "Security Agreement Mismatch")


def unanswered_after_challenge(s):
    s.challenge(False)
    for _ in range(3):
        s.send(to="pcscf", authorization=s.credentials(), protected=True)
        s.cseq -= 1
        s.trace.wait(2)
    s.cseq += 1


def seen_behind_the_p_cscf(s):
    """What travels in ESP is not in the capture, what the P-CSCF sends on is."""
    s.challenge(False)
    seen = len(s.trace.messages)
    s.respond(cx=False, drop=PLAIN).answer(200, "OK", [("P-Associated-URI", f"<{s.number}>")])
    s.trace.messages[seen:] = [m for m in s.trace.messages[seen:]
                               if "ue" not in (m.source, m.destination)]


def other_algorithm(s):
    """A challenge for AKA is answered as one for MD5."""
    s.challenge(False)
    s.send(authorization=s.credentials().replace("AKAv1-MD5", "MD5"), protected=True).onward()
    s.answer(403, "Forbidden")


def digest_for_aka(s):
    """The UE names AKA, as TS 24.229 5.1.1.2.2 has it, and is challenged for a password."""
    s.send(authorization=', nonce="", response="", algorithm=AKAv1-MD5', drop=PLAIN).onward()
    s.answer(401, "Unauthorized", [("WWW-Authenticate", f'Digest realm="{HOME}", '
                                    'nonce="short1", algorithm=MD5')])


def repaired(status, phrase, header):
    """An answer after which the UE repairs its REGISTER and sends it again."""
    def build(s):
        s.send().onward().answer(status, phrase, [header])
        s.registered(False)
    return build


def username_changed(s):
    s.challenge(False)
    s.impi = s.impi.replace("@", "9@")
    s.send(to="pcscf", authorization=s.credentials().replace("zz", ""), protected=True)
    s.answer(403, "Forbidden")


def proxy_register(s):
    s.send(to="pcscf").answer(407, "Proxy Authentication Required", proxy())


def prefixed(s):
    s.impi = "imsi-" + s.impi
    s.send().answer(403, "Forbidden")


def swapped(s):
    s.impi = s.impi.replace(s.imsi, s.imsi[:-1] + str((int(s.imsi[-1]) + 5) % 10))
    s.send().answer(403, "Forbidden")


def failed_then_call(s):
    call_id, impu = s.call_id, s.impu
    s.impu = s.number
    s.send().answer(403, "Forbidden")
    s.trace.wait(3)
    s.call_id, s.impu, s.cseq = call_id + "x", impu, 0
    s.call(to="pcscf").answer(403, "Forbidden")


def registered_then_call(s):
    s.registered(False)
    s.trace.wait(3)
    s.cseq = 0
    s.call(called=f"sip:+882199999999@{HOME}").answer(200, "OK")


def called_barred(s):
    s.call(called=s.impu, caller=f"sip:+882188888888@{HOME}").answer(404, "Not Found")


SIP_ROWS = [
    Row("good", lambda s: s.registered(False), "none", S, False, "high", status=200),
    Row("wrong keys: empty response", lambda s: rounds(s, ["empty", "empty"]), "keys", None, None, "high",
        status=401, row="D25"),
    Row("wrong keys: 401 loop", lambda s: rounds(s, ["response", "response"]), "keys", None, None, "medium",
        status=401),
    Row("wrong password: 401 loop", digest_loop, "wrong-response", None, None, "low", status=401),
    Row("401 loop that speaks of the nonce", lambda s: digest_loop(s, "Nonce has changed"),
        "wrong-response", None, None, "low", "low", status=401),
    Row("resynchronised once", lambda s: rounds(s, ["auts", "response"], (200, "OK")), "none", S, False,
        status=200),
    Row("resynchronisation loop", lambda s: rounds(s, ["auts", "auts", "auts"]), "resynchronisation",
        None, None, "high", status=401),
    Row("resynchronised, then refused", lambda s: rounds(s, ["auts"], (403, "Forbidden")),
        "resynchronisation", None, None),
    Row("wrong response", lambda s: rounds(s, ["response"], (403, "Forbidden")), "wrong-response", None,
        None, "low", "medium"),
    Row("answer of another algorithm", other_algorithm, "scheme", None, None, "medium"),
    Row("challenge for a password", digest_for_aka, "scheme", None, None, "low", "medium", status=401),
    Row("interval repaired", repaired(423, "Interval Too Brief", ("Min-Expires", "3600")), "none", S,
        False, "high", status=200),
    Row("extension repaired", repaired(421, "Extension Required", ("Require", "sec-agree")), "none", S,
        False, "high", status=200),
    Row("494", lambda s: s.send(to="pcscf", drop=("Security-Client",)).answer(
        494, "Security Agreement Required"), "p-cscf-security", P, False, "high", status=494),
    Row("421", lambda s: s.send(to="pcscf", drop=PLAIN).answer(421, "Extension Required"),
        "p-cscf-security", P, False, "medium", status=421),
    Row("Security-Verify missing", verify(None), "p-cscf-security", P, False, "medium"),
    Row("Security-Verify changed", verify(SERVER_TEXT.replace("2002", "2003")), "p-cscf-security", P,
        False, "medium"),
    Row("Security-Verify bid down", verify(SERVER_TEXT.replace("aes-cbc", "null")), "p-cscf-security",
        P, False, "medium"),
    Row("Security-Client changed", client_changed, "p-cscf-security", None, False, "medium"),
    Row("silence after 401", lambda s: s.challenge(False), "p-cscf-security", None, None, "low",
        "medium", status=401),
    Row("silence after 401, no IPsec", lambda s: s.challenge(False, drop=PLAIN, server=False), "keys",
        None, None, "low", "low", status=401),
    Row("protected REGISTER seen in the core", seen_behind_the_p_cscf, "none", S, False, "high",
        status=200),
    Row("protected REGISTER unanswered", unanswered_after_challenge, "p-cscf-security", None, None,
        "medium", status=None),
    Row("username changed", username_changed, "p-cscf-security", None, False, "medium"),
    Row("407 on REGISTER", proxy_register, "foreign-proxy", "proxy", False, "high", status=407),
    Row("interval too brief", lambda s: s.send().onward().answer(423, "Interval Too Brief", [
        ("Min-Expires", "3600")]), "request-fault", None, False, "high", status=423),
    Row("visited network missing", lambda s: s.send(added=[]).answer(400, "Bad Request"),
        "request-fault", None, False, status=400),
    Row("REGISTER unanswered", lambda s: s.send(to="pcscf"), "unreachable", None, None, status=None),
    Row("600", lambda s: s.send().answer(600, "Busy Everywhere"), "s-cscf-selection", None, None,
        status=600),
    Row("480", lambda s: s.send().answer(480, "Temporarily Unavailable"), "hss-unreachable", None,
        None, "low", "medium", status=480),
    Row("500 after the challenge", lambda s: rounds(s, ["response"], (500, "Server Internal Error")),
        "user-data", None, None, "low", "medium", status=500),
    Row("imsi- prefix", prefixed, "client-identity", None, None, "low", "medium"),
    Row("identities of two IMSIs", swapped, "client-identity", None, None, "low", "medium"),
    Row("phrase alone", lambda s: s.send().answer(403, "Forbidden - HSS User Unknown"), "impi-unknown",
        None, None, "low", "medium"),
    Row("phrase alone, roaming", lambda s: s.send().answer(403, "Forbidden - HSS Roaming not allowed"),
        "roaming", None, None, "low", "medium"),
    Row("masked phrase alone", lambda s: s.send().onward().answer(403, NOT_FOUND), "unknown", None,
        None, "low", "low"),
    Row("bare 403", lambda s: s.send().answer(403, "Forbidden"), "unknown", None, None, "low", "low"),
    Row("403 that the store predicts", lambda s: s.send().answer(403, "Forbidden"), "barred", None,
        True, "medium", row="D06", store=stored(numbers=False)),
    Row("403 that the store predicts and words say", lambda s: s.send().answer(
        403, "Forbidden - HSS Authorization Rejected"), "barred", None, True, "high", row="D07",
        store=stored(irs=("1", "2"))),
    Row("403 against the store", lambda s: s.send().answer(403, "Forbidden"), "unknown", None, None,
        "low", "low", store=HEALTHY),
    Row("stored with a prefix", lambda s: s.send().answer(403, "Forbidden"), "impi-unknown", None,
        True, "medium", store=stored(impi="imsi-{i}")),
    Row("presented with a prefix", prefixed, "client-identity", None, False, "medium", store=HEALTHY),
    Row("not stored", lambda s: s.send().answer(403, "Forbidden"), "impi-unknown", None, True,
        "medium", store=lambda s: ""),
    # calls
    Row("call", registered_then_call, "none", None, False, method="INVITE", status=200),
    Row("normal challenge", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()), (retry(s), 200, "OK", [])),
        "normal-challenge", None, False, "high", method="INVITE", status=200),
    Row("no retry", lambda s: with_proxy(s, (None, 407, "Proxy Authentication Required", proxy())),
        "proxy-credentials", "proxy", False, "medium", method="INVITE", status=407),
    Row("bare retry", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (None, 407, "Proxy Authentication Required", proxy(2))), "proxy-credentials", "proxy", False,
        "high", method="INVITE", status=407),
    Row("wrong realm", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (retry(s, realm="example.com"), 403, "Forbidden", [])), "proxy-credentials", None, False,
        "medium", method="INVITE"),
    Row("somebody else's username", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (retry(s).replace(s.impi, "mallory@example.org"), 403, "Forbidden", [])),
        "proxy-credentials", None, False, "medium", method="INVITE", store=HEALTHY),
    Row("wrong password", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (retry(s), 407, "Proxy Authentication Required", proxy(2))), "proxy-credentials", "proxy",
        None, "high", method="INVITE", status=407),
    Row("stale, then right", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (retry(s), 407, "Proxy Authentication Required", proxy(2, more=", stale=true")),
        (retry(s, 2), 200, "OK", [])), "normal-challenge", None, False, "high", method="INVITE",
        status=200),
    Row("odd credentials that were accepted", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()),
        (retry(s).replace('uri="{called}"', 'uri="sip:198.51.100.10"'), 480, "Unavailable", [])),
        "unreachable", None, None, method="INVITE", status=480),
    Row("407 without nonce", lambda s: with_proxy(s, (None, 407, "Proxy Authentication Required", [
        ("Proxy-Authenticate", 'Digest realm="example.org"')])), "proxy-credentials", "proxy", False,
        "high", method="INVITE", status=407),
    Row("challenged, then busy", lambda s: with_proxy(
        s, (None, 407, "Proxy Authentication Required", proxy()), (retry(s), 486, "Busy Here", [])),
        "busy-or-declined", None, False, method="INVITE", status=486),
    Row("barred caller", lambda s: s.call(caller=s.impu).answer(403, "Forbidden", [
        ("Server", "S-CSCF")]), "barred-caller", S, True, "medium", method="INVITE",
        store=stored(numbers=False)),
    Row("wrong default", lambda s: s.call("SUBSCRIBE", caller=s.impu, called=s.impu).answer(
        403, "Forbidden", [("Server", "S-CSCF")]), "wrong-default-impu", S, False, "medium",
        method="SUBSCRIBE", store=HEALTHY),
    Row("identity of the IMSI", lambda s: s.call("MESSAGE", caller=s.impu).answer(403, "Forbidden"),
        "wrong-default-impu", None, None, "low", "medium", method="MESSAGE"),
    Row("barred callee", called_barred, "barred-callee", None, True, "medium", method="INVITE",
        status=404, store=HEALTHY),
    Row("international barred", lambda s: s.call(to="as", called="tel:+4930123456").answer(
        603, "Decline", [("Server", "MMTel AS")]), "call-barring-service", AS, None, "medium",
        method="INVITE", status=603),
    Row("AS refuses", lambda s: s.call(to="as").answer(403, "Forbidden", [("Server", "MMTel AS")]),
        "as-refusal", AS, None, "medium", method="INVITE"),
    Row("anonymous rejected", lambda s: s.call(to="as").answer(433, "Anonymity Disallowed"),
        "call-barring-service", None, False, "high", method="INVITE", status=433),
    Row("not registered", lambda s: s.call(to="pcscf").answer(
        403, "You must register first with a S-CSCF", [("Server", "P-CSCF")]), "not-registered", P,
        None, "medium", method="INVITE"),
    Row("failed before", failed_then_call, "not-registered", None, None, "medium", method="INVITE"),
    Row("session timer too small, then right", lambda s: (
        s.call().answer(422, "Session Interval Too Small", [("Min-SE", "1800")]),
        s.call(more=[("Session-Expires", "1800"), ("Min-SE", "1800")]).answer(200, "OK")),
        "none", None, False, method="INVITE", status=200),
    Row("session timer too small", lambda s: s.call().answer(422, "Session Interval Too Small"),
        "request-fault", method="INVITE", status=422),
    Row("busy", lambda s: s.call().answer(486, "Busy Here"), "busy-or-declined", None, False,
        method="INVITE", status=486),
    Row("declined", lambda s: s.call().answer(603, "Decline"), "busy-or-declined", None, None,
        method="INVITE", status=603),
    Row("unwanted", lambda s: s.call().answer(607, "Unwanted"), "busy-or-declined", None, False,
        method="INVITE", status=607),
    Row("rejected by analytics", lambda s: s.call().answer(608, "Rejected"), "as-refusal", None, False,
        "low", "medium", method="INVITE", status=608),
    Row("declined, barring named", lambda s: s.call(called="tel:+4930123456").answer(603, "Decline", [
        ("Warning", '399 as.example.org "Outgoing international call barred"')]),
        "call-barring-service", None, None, "low", "medium", method="INVITE", status=603),
    Row("server failed", lambda s: s.call().answer(503, "Service Unavailable"), "unreachable", None,
        None, "low", "low", method="INVITE", status=503),
    Row("called not found", lambda s: s.call().answer(404, "Not Found"), "unknown", None, None, "low",
        "low", method="INVITE", status=404),
    Row("redirected", lambda s: s.call().answer(302, "Moved Temporarily"), "none", None, False,
        method="INVITE", status=302),
    Row("cancelled", lambda s: s.call().answer(487, "Request Terminated"), "none", None, False,
        method="INVITE", status=487),
    Row("not acceptable", lambda s: s.call().answer(488, "Not Acceptable Here"), "request-fault",
        method="INVITE", status=488),
    Row("bare 403 to a call", lambda s: s.call().answer(403, "Forbidden"), "unknown", None, None,
        "low", "low", method="INVITE"),
    Row("call unanswered", lambda s: s.call(to="pcscf"), "unreachable", None, None, method="INVITE",
        status=None),
]


def compose(rows, first=1):
    """One trace of all rows, one after the other, and the rows' scenes."""
    trace = t.Trace(nodes=nodes())
    scenes = []
    for number, row in enumerate(rows, first):
        scene = Scene(trace, number)
        row.build(scene)
        scenes.append(scene)
        trace.wait(200)
    # What comes last must not end by the end of the trace.
    Scene(trace, 9999).registered(any(r.cx and r in CX_ROWS for r in rows))
    return trace, scenes
