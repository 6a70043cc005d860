"""diagnose: SIP outside IMS, a PBX or a provider with digest: right verdicts by RFC 3261, and no word
of what is not there."""
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/trace"))

import make_trace  # noqa: E402
from harness import CLEAN, CommandTest  # noqa: E402

IMS = re.compile(r"CSCF|HSS|\bIMS\b|OPc|AKA|authentication centre|IMPU|IMPI")
CHALLENGE = 'Digest realm="example.org", nonce="n{n}", algorithm=MD5'
CREDENTIALS = ('Digest username="100", realm="example.org", nonce="n{n}", uri="{uri}", '
               'response="6629fae49393a05397450978507c4ef1"')
REGISTER, CALL = "sip:example.org", "sip:200@example.org"


class Phone:
    """A client of a registrar; ask sends a request, the rest what comes back."""

    def __init__(self):
        self.trace = make_trace.Trace(nodes={"phone": ("192.0.2.10", 5060),
                                             "server": ("198.51.100.10", 5060)})
        self.cseq = 0
        self.sent = None

    def ask(self, method, header=None, times=1):
        self.cseq += 1
        uri = REGISTER if method == "REGISTER" else CALL
        to = "sip:100@example.org" if method == "REGISTER" else CALL
        headers = [("From", f"<sip:100@example.org>;tag=f{self.cseq}"), ("To", f"<{to}>"),
                   ("Call-ID", "plain@192.0.2.10"), ("CSeq", f"{self.cseq} {method}"),
                   ("Contact", "<sip:100@192.0.2.10:5060>")]
        if header:
            headers.append((header, CREDENTIALS.format(n=self.cseq - 1, uri=uri)))
        for _ in range(times):
            self.sent = self.trace.relay(["phone", "server"],
                                         make_trace.Request(method, uri, headers),
                                         branch=f"z9hG4bKplain{self.cseq}")
            self.trace.wait(1)
        return self

    def get(self, status, phrase, header=None):
        more = [(header, CHALLENGE.format(n=self.cseq))] if header else []
        self.trace.reply(["server", "phone"], self.sent, status, phrase, more, f"t{self.cseq}")
        return self


def twice(method, ask, give, *last):
    """Asked, challenged, asked with credentials, and what came of it."""
    return lambda p: p.ask(method).get(407 if "Proxy" in ask else 401, "Unauthorized", ask).ask(
        method, give).get(*last)


WWW = ("WWW-Authenticate", "Authorization")
PROXY = ("Proxy-Authenticate", "Proxy-Authorization")
# name, what happens, class, sender, most confidence
TABLE = [
    ("registered", twice("REGISTER", *WWW, 200, "OK"), "none", "registrar", "high"),
    ("registered after 407", twice("REGISTER", *PROXY, 200, "OK"), "normal-challenge", "registrar",
     "high"),
    ("wrong password", twice("REGISTER", *WWW, 403, "Forbidden"), "wrong-response", "registrar",
     "medium"),
    ("wrong password, said so", twice("REGISTER", *WWW, 403, "Wrong password"), "wrong-response",
     "registrar", "high"),
    ("asked again", twice("REGISTER", *WWW, 401, "Unauthorized", WWW[0]), "wrong-response",
     "registrar", "medium"),
    ("407 again", twice("REGISTER", *PROXY, 407, "Proxy Authentication Required", PROXY[0]),
     "proxy-credentials", None, "medium"),
    ("refused at once", lambda p: p.ask("REGISTER").get(403, "Forbidden"), "unknown", "unknown", "low"),
    ("name not known", lambda p: p.ask("REGISTER").get(404, "Not Found"), "impi-unknown", None,
     "medium"),
    ("failure of the server", lambda p: p.ask("REGISTER").get(503, "Service Unavailable"), "unknown",
     "unknown", "low"),
    ("timeout behind it", lambda p: p.ask("REGISTER").get(408, "Request Timeout"), "unreachable",
     "unknown", "medium"),
    ("no answer", lambda p: p.ask("REGISTER", times=11), "unreachable", "unknown", "medium"),
    ("call", twice("INVITE", *WWW, 200, "OK"), "none", None, "high"),
    ("call, asked again", twice("INVITE", *WWW, 401, "Unauthorized", WWW[0]), "wrong-response", None,
     "medium"),
    ("call, not tried again", lambda p: p.ask("INVITE").get(401, "Unauthorized", WWW[0]),
     "wrong-response", None, "medium"),
    ("call refused after a challenge", twice("INVITE", *WWW, 403, "Forbidden"), "wrong-response", None,
     "medium"),
    ("call refused after 407", twice("INVITE", *PROXY, 403, "Wrong password"), "proxy-credentials",
     None, "medium"),
    ("called not known", twice("INVITE", *PROXY, 404, "Not Found"), "impi-unknown", None, "medium"),
    ("method not served", lambda p: p.ask("SUBSCRIBE").get(405, "Method Not Allowed"), "request-fault",
     None, "medium"),
    ("routed in a circle", lambda p: p.ask("INVITE").get(483, "Too Many Hops"), "request-fault", None,
     "medium"),
    ("number incomplete", lambda p: p.ask("INVITE").get(484, "Address Incomplete"), "request-fault",
     None, "medium"),
]
LEVELS = ["low", "medium", "high"]
# What a class is called, and that it is not IMS.
LABELS = re.compile(r"impi-unknown|bears anything\s+of IMS|outside IMS")


class Plain(CommandTest):
    def trace(self, build):
        phone = Phone()
        build(phone)
        phone.trace.wait(200)
        # what comes last must not end by the end of the trace
        phone.trace.relay(["phone", "server"], make_trace.Request("OPTIONS", REGISTER, [
            ("From", "<sip:100@example.org>;tag=o"), ("To", "<sip:example.org>"),
            ("Call-ID", "last@192.0.2.10"), ("CSeq", "1 OPTIONS")]))
        path = self.folder / "plain.ngrep"
        make_trace.write(phone.trace, "ngrep", path)
        return path

    def test_table_of_verdicts(self):
        for name, build, cause, sender, most in TABLE:
            with self.subTest(name):
                found = self.json_of(self.run_command("diagnose", "--json", self.trace(build),
                                                      code=CLEAN))["transactions"]
                self.assertEqual([f["cause"]["class"] for f in found], [cause],
                                 [f["cause"]["text"] for f in found])
                if sender == "registrar":  # which the list of senders, of IMS, does not have
                    self.assertIn("registrar", json.dumps(found[0]["sent_by_evidence"]))
                    sender = "unknown"
                if sender:
                    self.assertEqual(found[0]["sent_by"], sender)
                self.assertLessEqual(LEVELS.index(found[0]["confidence"]), LEVELS.index(most))

    def test_nothing_is_said_of_ims(self):
        for name, build, *_ in TABLE:
            with self.subTest(name):
                out = self.run_command("diagnose", "--all", self.trace(build), code=CLEAN).stdout
                said = [line for line in LABELS.sub("", out).split("\n") if IMS.search(line)]
                self.assertEqual(said, [])

    def test_an_answer_that_names_a_node_of_ims_is_not_plain(self):
        for phrase, cause in (("Forbidden - HSS User Unknown", "impi-unknown"),
                              ("Forbidden - HSS Identities don't match", "not-associated")):
            found = self.json_of(self.run_command(
                "diagnose", "--json", self.trace(lambda p: p.ask("REGISTER").get(403, phrase)),
                code=CLEAN))["transactions"]
            self.assertEqual([f["cause"]["class"] for f in found], [cause])


if __name__ == "__main__":
    unittest.main(verbosity=0)
