"""Makes traces for tests: a scenario is a list of messages, each with time, from, to and bytes,
which every writer renders in its own form: captures, and the text logs of various tools.

    trace = Trace()
    register = Request("REGISTER", "sip:ims.mnc001.mcc001.3gppnetwork.org", [("To", "<sip:…>"), …])
    at_s = trace.relay(["ue", "pcscf", "icscf", "scscf"], register, {"pcscf": [("Path", "<sip:…>")]})
    trace.cx("UAR", "icscf", "hss", identity, result=2001)
    trace.reply(["scscf", "icscf", "pcscf", "ue"], at_s, 403, "Forbidden", [("Server", "x")])
    write(trace, "ngrep", path)            # FORMATS names all forms

Times advance by Trace.step after each message; trace.wait(seconds) lets more pass. The writers
take a filter of nodes, so that one scenario gives the traces of several places, and an offset for
a clock that goes wrong. From the command line: make_trace.py SCENARIO FORMAT FILE (--list)."""

import datetime
import random
import sys

from trace_wire import CX, HOME, avp, cx_answer, cx_request, diameter, pcap

START = 1795341600.0  # 2026-11-22 10:00:00 UTC
NODES = {
    "ue": ("192.0.2.10", 5060),
    "pcscf": ("198.51.100.10", 5060),
    "icscf": ("198.51.100.20", 5060),
    "scscf": ("198.51.100.30", 5060),
    "as": ("198.51.100.40", 5060),
    "hss": ("203.0.113.10", 3868),
    "ue2": ("192.0.2.20", 5060),
}


class Message:
    """One message on the wire; source and destination are keys of the scenario's nodes."""

    def __init__(self, time, source, destination, data, protocol="sip"):
        self.time, self.source, self.destination = time, source, destination
        self.data, self.protocol = data, protocol


class Request:
    """A SIP request; headers keep their order, Vias come first."""

    def __init__(self, method, uri, headers=(), body=""):
        self.method, self.uri, self.body = method, uri, body
        self.headers, self.via = list(headers), []

    def copy(self):
        other = Request(self.method, self.uri, self.headers, self.body)
        other.via = list(self.via)
        return other

    def data(self):
        return render(f"{self.method} {self.uri} SIP/2.0", self.via, self.headers, self.body)

    def response(self, status, phrase, headers=(), to_tag="answer"):
        """The bytes of an answer; it takes From, To, Call-ID and CSeq from the request."""
        kept = [(n, v) for n, v in self.headers if n in ("From", "To", "Call-ID", "CSeq")]
        if status > 100 and to_tag:
            kept = [(n, f"{v};tag={to_tag}" if n == "To" and ";tag=" not in v else v)
                    for n, v in kept]
        return render(f"SIP/2.0 {status} {phrase}", self.via, kept + list(headers), "")


def render(start, via, headers, body):
    lines = [start] + [f"Via: {v}" for v in via] + [f"{n}: {v}" for n, v in headers]
    if not any(n.lower() == "content-length" for n, _ in headers):
        lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Trace:
    def __init__(self, start=START, step=0.004, nodes=None):
        self.time, self.step = start, step
        self.nodes = dict(nodes or NODES)
        self.messages = []
        self.identifier = 0

    def wait(self, seconds):
        self.time += seconds

    def send(self, source, destination, data, protocol="sip"):
        self.messages.append(Message(self.time, source, destination, data, protocol))
        self.time += self.step

    def relay(self, path, request, added=None, uri=None, branch=None):
        """Sends a request along path; each node on it adds its Via and its headers of added, and
        sets the Request-URI that uri names for it. Returns the request as the last node got it."""
        request = request.copy()
        branch = branch or f"z9hG4bK{next_number(self)}"
        for source, destination in zip(path, path[1:]):
            host, port = self.nodes[source]
            request.via.insert(0, f"SIP/2.0/UDP {host}:{port};branch={branch}{source}")
            request.headers += (added or {}).get(source, [])
            request.uri = (uri or {}).get(source, request.uri)
            self.send(source, destination, request.data())
        return request

    def reply(self, path, request, status, phrase, headers=(), to_tag="answer"):
        """Sends an answer back along path; each hop takes off a Via."""
        request = request.copy()
        for source, destination in zip(path, path[1:]):
            self.send(source, destination, request.response(status, phrase, headers, to_tag))
            request.via.pop(0)

    def cx(self, command, source, destination, avps, answer=(), silent=False, delay=0.002):
        """A Cx exchange; avps and answer are lists of avp(). silent: no answer comes."""
        code = CX[command]
        self.identifier += 1
        self.send(source, destination, diameter(code, True, self.identifier, avps), "diameter")
        if not silent:
            self.wait(delay)
            self.send(destination, source, diameter(code, False, self.identifier, answer),
                      "diameter")


def next_number(trace):
    trace.identifier += 1
    return trace.identifier


# Text forms

def moment(time, form="%Y/%m/%d %H:%M:%S.%f"):
    whole = datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + \
        datetime.timedelta(microseconds=round(time * 1e6))
    return whole.strftime(form)


def text_of(message):
    return message.data.decode("utf-8", "replace")


def ends(trace, message):
    return ["%s:%d" % trace.nodes[n] for n in (message.source, message.destination)]


def ngrep(trace, message, number):
    """ngrep -W byline: unprintable bytes, and so CR, are dots."""
    a, b = ends(trace, message)
    return f"\nU {moment(message.time)} {a} -> {b} #{number}\n" + \
        text_of(message).replace("\r", ".")


def sngrep(trace, message, _):
    a, b = ends(trace, message)
    return f"{moment(message.time)} {a} -> {b}\n" + text_of(message).replace("\r", "") + "\n"


def spaced(trace, message, _):
    """Like sngrep, with an empty line behind each line, as CR CR LF and copies from pages make it."""
    return sngrep(trace, message, _).replace("\n", "\n\n")


def hep(trace, message, _):
    a, b = ends(trace, message)
    stamp = moment(message.time, "%Y-%m-%dT%H:%M:%S.%fZ")
    return f"proto: UDP {stamp} {a} ---> {b}\r\n\r\n" + text_of(message) + "\r\n"


def kamailio(trace, message, number):
    """One line of syslog a message: its line ends are escaped."""
    a, b = ends(trace, message)
    stamp = moment(message.time, "%Y-%m-%dT%H:%M:%S.%f+00:00")
    body = text_of(message).replace("\r", "#015").replace("\n", "#012")
    return f"{stamp} proxy kamailio[{1000 + number}]: INFO: <script>: from {a} to {b}: {body}\n"


def decoder(trace, message, _, width=100):
    """A UE-side decoder: time, level and direction before each line, long lines wrapped."""
    mark = "[TX]" if message.source.startswith("ue") else "[RX]"
    prefix = moment(message.time, "%H:%M:%S.%f") + f" D/SIP {mark} | "
    out = []
    for line in text_of(message).split("\r\n"):
        pieces = [line[i:i + width] for i in range(0, len(line), width)] or [""]
        out += [prefix + pieces[0]] + pieces[1:]
    return "\n".join(out) + "\n"


def arrows(_, message, __):
    """Direction marks alone, before the start line."""
    mark = "=>" if message.source.startswith("ue") else "<="
    return f"{message.time:.6f} {mark} " + text_of(message).replace("\r", "")


TEXT_FORMS = {"ngrep": ngrep, "sngrep": sngrep, "spaced": spaced, "hep": hep, "kamailio": kamailio,
              "decoder": decoder, "arrows": arrows}


FORMATS = list(TEXT_FORMS) + ["pcap-udp", "pcap-tcp"]


def seen(trace, nodes=None, offset=0.0):
    """The messages that one of nodes sent or got, by a clock that is offset seconds ahead."""
    return [Message(m.time + offset, m.source, m.destination, m.data, m.protocol)
            for m in trace.messages
            if not nodes or m.source in nodes or m.destination in nodes]


def rendered(trace, form, nodes=None, offset=0.0):
    """The file of a scenario as bytes. Text logs hold no Diameter."""
    messages = seen(trace, nodes, offset)
    if form.startswith("pcap-"):
        return pcap(trace, messages, form[5:])
    sip = [m for m in messages if m.protocol == "sip"]
    return "".join(TEXT_FORMS[form](trace, m, i + 1) for i, m in enumerate(sip)).encode()


def write(trace, form, path, nodes=None, offset=0.0):
    with open(path, "wb") as out:
        out.write(rendered(trace, form, nodes, offset))


# A registration, as most scenarios have one

IMSI = "001010000000001"
IMPI = f"{IMSI}@{HOME}"
IMPU = f"sip:{IMSI}@{HOME}"


def nonce(seed=1):
    """RAND and AUTN made up: 32 bytes that no SIM knows."""
    import base64
    return base64.b64encode(random.Random(seed).randbytes(32)).decode()


def register(cseq=1, call_id="register-1@192.0.2.10", authorization=None, impu=IMPU, impi=IMPI,
             expires=600000, more=()):
    """A REGISTER as a UE sends it; authorization: more parameters, or False for no header."""
    credentials = f'Digest username="{impi}", realm="{HOME}", uri="sip:{HOME}"' + \
        (authorization or ', nonce="", response=""')
    headers = [("Max-Forwards", "70"), ("From", f"<{impu}>;tag=from{cseq}"), ("To", f"<{impu}>"),
               ("Call-ID", call_id), ("CSeq", f"{cseq} REGISTER"),
               ("Contact", "<sip:192.0.2.10:5060>;+sip.instance=\"<urn:gsma:imei:00101000-000000-0>\""),
               ("P-Access-Network-Info", "3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=0010100010000001"),
               ("Security-Client", "ipsec-3gpp; alg=hmac-sha-1-96; ealg=aes-cbc; prot=esp; mod=trans; "
                "spi-c=1001; spi-s=1002; port-c=31001; port-s=31002"),
               ("Require", "sec-agree"), ("Proxy-Require", "sec-agree"), ("Supported", "path"),
               ("Expires", str(expires))]
    if authorization is not False:
        headers.append(("Authorization", credentials))
    return Request("REGISTER", f"sip:{HOME}", headers + list(more))


PATH = ["ue", "pcscf", "icscf", "scscf"]
ADDED = {"pcscf": [("Path", f"<sip:term@pcscf.{HOME};lr>"), ("P-Visited-Network-ID", HOME)]}
SERVER = f"sip:scscf.{HOME}:5060"


def challenge(seed=1):
    return [("WWW-Authenticate", f'Digest realm="{HOME}", nonce="{nonce(seed)}", '
             'algorithm=AKAv1-MD5, qop="auth"'),
            ("Security-Server", "ipsec-3gpp; q=0.1; alg=hmac-sha-1-96; ealg=aes-cbc; prot=esp; "
             "mod=trans; spi-c=2001; spi-s=2002; port-c=32001; port-s=32002")]


def answered(seed=1):
    response = random.Random(seed + 1000).randbytes(16).hex()
    return f', nonce="{nonce(seed)}", response="{response}", algorithm=AKAv1-MD5, qop=auth, ' \
        f'nc=00000001, cnonce="{response[:8]}"'


def uar(trace, answer, impi=IMPI, impu=IMPU, silent=False):
    trace.cx("UAR", "icscf", "hss",
             cx_request(f"icscf.{HOME}", impi, impu, avp("Visited-Network-Identifier", HOME)),
             answer, silent)


def mar(trace, answer, impi=IMPI, impu=IMPU, silent=False):
    trace.cx("MAR", "scscf", "hss", cx_request(
        f"scscf.{HOME}", impi, impu, avp("Server-Name", SERVER), avp("SIP-Number-Auth-Items", 1),
        avp("SIP-Auth-Data-Item", [avp("SIP-Authentication-Scheme", "Digest-AKAv1-MD5")])),
        answer, silent)


def sar(trace, answer, impi=IMPI, impu=IMPU, assignment=1, silent=False):
    trace.cx("SAR", "scscf", "hss", cx_request(
        f"scscf.{HOME}", impi, impu, avp("Server-Name", SERVER),
        avp("Server-Assignment-Type", assignment), avp("User-Data-Already-Available", 0)),
        answer, silent)


def registered(final=200, phrase="OK", headers=()):
    """The whole flow: challenge, answer, and a final answer of the S-CSCF."""
    trace = Trace()
    for cseq in (1, 2):
        request = register(cseq, authorization=answered() if cseq == 2 else None)
        at_i = trace.relay(PATH[:3], request, ADDED)
        uar(trace, cx_answer(2001, None, avp("Server-Name", SERVER)))
        at_s = trace.relay(PATH[2:], at_i, uri={"icscf": SERVER}, branch=f"z9hG4bK{cseq}s")
        if cseq == 1:
            mar(trace, cx_answer(2001))
            trace.reply(PATH[::-1], at_s, 401, "Unauthorized", challenge(), "challenge")
            trace.wait(0.2)
        else:
            if final == 200:
                sar(trace, cx_answer(2001))
            trace.reply(PATH[::-1], at_s, final, phrase, headers)
    return trace


def refused(exp=5001, result=None, status=403, phrase="Forbidden"):
    """The I-CSCF refuses after a negative UAA."""
    trace = Trace()
    at_i = trace.relay(PATH[:3], register(), ADDED)
    uar(trace, cx_answer(result, exp if not result else None))
    trace.reply(PATH[2::-1], at_i, status, phrase)
    return trace


SCENARIOS = {"registered": registered, "refused": refused}


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(list(SCENARIOS) + FORMATS))
        return 0
    if len(arguments) != 3 or arguments[0] not in SCENARIOS or arguments[1] not in FORMATS:
        print("usage: make_trace.py SCENARIO FORMAT FILE | --list", file=sys.stderr)
        return 2
    write(SCENARIOS[arguments[0]](), arguments[1], arguments[2])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
