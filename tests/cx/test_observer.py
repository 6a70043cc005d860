#!/usr/bin/python3
"""The observer in a live relay: what it sees, that it changes nothing, that it keeps no secret."""
import base64
import os
import re
import signal

from observer_case import ANSWERS, HOME, REQUESTS, SCSCF, USER_DATA, ObserverTest, lab, main, \
    rows
import raw_peer

IMPI = f"000000000000001@{HOME}"
IMPU = f"sip:{IMPI}"
CSCF, HSS = lab.IDENTITY["cscf"], lab.IDENTITY["hss"]
TO_CSCF = f"destination-host = {CSCF}\ndestination-realm = {lab.IMS}\nuser-name = {IMPI}\n"
PUSHES = {
    "push PPR": TO_CSCF + f"public-identity = {IMPU}\nuser-data = {USER_DATA}\n",
    "push RTR": TO_CSCF + f"public-identity = {IMPU}\nreason-code = 2\nreason-info = moved\n",
}
PROFILE = [[[IMPU, True], ["tel:+9990000001", False]]]
CAPABILITIES = {"mandatory": [7], "optional": [], "server_names": []}
SUCCESS = {"avp": "Result-Code", "code": 2001}
TO_HSS = {"origin_host": CSCF, "destination_host": None, "destination_realm": lab.IMS,
          "answer_host": HSS, "end": "answered", "damage": []}
FROM_HSS = {"origin_host": HSS, "destination_host": CSCF, "destination_realm": lab.IMS,
            "answer_host": CSCF, "end": "answered", "damage": []}
EXPECTED = {
    "UAR": {**TO_HSS, "impi": IMPI, "impu": [IMPU], "visited_network": HOME, "type": "registration",
            "emergency": False,
            "answer": {"avp": "Experimental-Result-Code", "code": 2001, "server_name": SCSCF,
                       "capabilities": CAPABILITIES}},
    "MAR": {**TO_HSS, "impi": IMPI, "impu": [IMPU], "server_name": SCSCF,
            "scheme": "Digest-AKAv1-MD5", "items": 2, "resynchronisation": False,
            "answer_items": 2, "answer_scheme": "Digest-AKAv1-MD5", "answer": SUCCESS},
    "SAR": {**TO_HSS, "impi": IMPI, "impu": [IMPU], "assignment_type": 1, "server_name": SCSCF,
            "user_data_impi": IMPI, "answer": SUCCESS},
    "LIR": {**TO_HSS, "impi": None, "impu": [IMPU],
            "answer": {**SUCCESS, "server_name": SCSCF}},
    "PPR": {**FROM_HSS, "impi": IMPI, "user_data_impi": IMPI, "answer": SUCCESS},
    "RTR": {**FROM_HSS, "impi": IMPI, "deregistration_reason": 2, "deregistration_info": "moved",
            "answer": SUCCESS},
}
# Messages that are wrong in a kind of lab_malformed.h: which, and whether something that an observer
# reads of this command is not readable (else the rest is passed over).
ODD = (
    ("MAR", "answer", "inner-length", True),
    ("MAR", "answer", "inner-zero", True),
    ("SAR", "answer", "user-data", True),
    ("MAR", "request", "inner-length", True),
    ("MAR", "request", "inner-zero", True),
    ("MAR", "request", "short-code", True),
    ("LIR", "request", "long-identity", True),
    ("UAR", "request", "inner-length", False),
    ("MAR", "answer", "large", False),
    ("MAR", "answer", "nested", False),
    ("LIR", "request", "nested", False),
    ("LIR", "request", "identities", False),
    ("UAR", "answer", "control", False),
    ("LIR", "request", "large", False),
)
DAMAGED = sum(is_damaged for *_, is_damaged in ODD)


def odd_table():
    """Rows that answer in a wrong way, told by User-Name."""
    return {f"{command}{n}": f"user-name = {side}.{kind}@{HOME}\nresult = 2001\nmalformed = {kind}\n"
            for n, (command, side, kind, _) in enumerate(ODD) if side == "answer"}


def odd_script():
    """Requests that are answered in a wrong way, and those that are wrong themselves."""
    return {f"{command}{n}": f"user-name = {side}.{kind}@{HOME}\n"
            f"public-identity = sip:{side}.{kind}@{HOME}\n"
            + (f"malformed = {kind}\n" if side == "request" else "")
            for n, (command, side, kind, _) in enumerate(ODD)}


def lines_by_message(path):
    """Flags, length and hash of each message by its End-to-End Identifier and direction."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        message, flags, *content = line.split()
        found[message, flags] = content
    return found


def forms_of(secret):
    """How bytes could show up: raw, hex, or within Base64 at any of its three alignments."""
    hexadecimal = secret.hex().encode()
    found = [secret, hexadecimal, hexadecimal.upper()]
    for skipped in range(3):
        text = base64.b64encode(b"\0" * skipped + secret)
        end = len(text) - (4 if (skipped + len(secret)) % 3 else 0)
        found.append(text[4 if skipped else 0:end])
    return found


def places_of(secrets, paths):
    """Which of the secrets are in which files."""
    found = []
    for path in paths:
        content = path.read_bytes()
        found += [(path.name, kind) for kind, secret in secrets
                  for form in forms_of(secret) if form in content]
    return found


class Observer(ObserverTest):
    def observe_all_commands(self, tls):
        self.start(rows({**ANSWERS, **PUSHES}), self.make_lab(tls))
        client = self.lab.client("count = 4\nlinger = yes\n" + rows(REQUESTS)).start()
        result = self.lab.result(client)
        self.assertEqual((result["answered"], result["code.2001"], result["experimental.2001"]),
                         (4, 3, 1))
        self.hss.signal(signal.SIGUSR1)
        found = self.settled(6)
        self.check_counters(found, seen=6, stored=6, dropped=0, unanswered=0, undecodable=0)
        result = self.lab.result(client)
        self.assertEqual((result["pushed.304"], result["pushed.305"]), (1, 1))
        self.check_exchanges({e["command"]: e for e in self.exchanges(IMPU)})
        if tls:
            self.assertRegex(self.relay.text(), "TLS")

    def check_exchanges(self, exchanges):
        for command, expected in EXPECTED.items():
            with self.subTest(command=command):
                found = dict(exchanges[command])
                found["answer"] = {key: found["answer"].get(key) for key in expected["answer"]}
                self.assertEqual({key: found[key] for key in expected}, expected)
                self.assertGreater(found["latency_us"], 0)
                self.assertTrue(found["session"])
        for command in ("SAR", "PPR"):
            self.assertEqual(exchanges[command]["user_data"], PROFILE)

    def test_all_six_commands_are_read_back(self):
        self.observe_all_commands(tls=False)

    def test_all_six_commands_are_read_back_from_tls(self):
        self.observe_all_commands(tls=True)

    def relay_odd(self, name, observed):
        """What client and HSS received: the same traffic with and without the observer."""
        table = {**odd_table(), **ANSWERS}
        script = {**odd_script(), **REQUESTS}
        made = self.make_lab(name=name)
        self.start(rows(table), made, observed)
        count = 5 * len(script)
        result = made.run_client(f"count = {count}\nwindow = 8\nsecrets = {made.path('s')}\n"
                                 + rows(script))
        self.assertEqual((result["sent"], result["answered"]), (count, count))
        return count

    def stop_all(self):
        self.relay.stop()
        self.hss.stop()

    def test_messages_pass_byte_for_byte_and_damaged_ones_are_counted(self):
        count = self.relay_odd("observed", True)
        observed = self.lab
        found = self.settled(count)
        self.check_counters(found, seen=count, stored=count, dropped=0,
                            undecodable=5 * DAMAGED)
        self.check_counters(self.stats(), seen=count, stored=count, undecodable=5 * DAMAGED)
        self.stop_all()
        self.relay_odd("plain", False)
        self.stop_all()
        for name in ("client.answers", "requests"):
            with self.subTest(received=name):
                mine = lines_by_message(observed.path(name))
                self.assertEqual(len(mine), count)
                self.assertEqual(mine, lines_by_message(self.lab.path(name)))

    def test_no_secret_is_left_anywhere(self):
        table = {"MAR1": "scheme = SIP Digest\nresult = 2001\nitems = 1\nitem-scheme = SIP Digest\n",
                 "MAR2": "user-name = bad*\nresult = 2001\nitems = 3\nmalformed = inner-length\n",
                 "MAR3": "result = 2001\nitems = 3\n"}
        script = {"MAR1": REQUESTS["MAR"],
                  "MAR2": REQUESTS["MAR"] + "resynchronise = yes\n",
                  "MAR3": REQUESTS["MAR"].replace("Digest-AKAv1-MD5", "SIP Digest"),
                  "MAR4": f"user-name = bad@{HOME}\nresynchronise = yes\nmalformed = inner-zero\n"}
        self.start(rows(table))
        result = self.lab.run_client("count = 40\nrange = 10\n" + rows(script))
        self.assertEqual(result["answered"], 40)
        self.settled(40)
        self.stop_all()
        secrets = [(kind, bytes.fromhex(text)) for name in ("hss.secrets", "client.secrets")
                   for kind, text in re.findall(r"(\S+) (\S+)", self.lab.path(name).read_text())]
        self.assertEqual({kind for kind, _ in secrets},
                         {"rand-autn", "res", "ck", "ik", "ha1", "rand-auts"})
        # The UE's and the network's RAND are secrets by themselves, as is what follows them.
        secrets += [(kind, secret[:16]) for kind, secret in secrets if kind.startswith("rand")]
        secrets += [("ha1", bytes.fromhex(secret.decode())) for kind, secret in secrets
                    if kind == "ha1"]
        paths = [self.relay.log, *(p for p in self.store.rglob("*") if p.is_file())]
        self.assertGreater(len(paths), 1)
        shown = self.run_command("observed", "show", "--store", self.store, "--json", IMPU, code=0)
        paths.append(self.write("shown", shown.stdout))
        self.assertEqual(places_of(secrets, paths), [])
        self.check_that_secrets_would_be_found(secrets)

    def check_that_secrets_would_be_found(self, secrets):
        for form in range(6):
            for kind, secret in secrets[:12]:
                planted = b"x" + forms_of(secret)[form] + b"x"
                with self.subTest(kind=kind, form=form):
                    self.assertTrue(places_of([(kind, secret)], [self.write("planted", planted)]))
        kind, secret = secrets[0]
        within = self.write("planted", base64.b64encode(b"ab" + secret + b"cd"))
        self.assertEqual(places_of([(kind, secret)], [within]), [("planted", kind)])

    def test_identities_in_the_log_are_masked(self):
        self.start(rows({**odd_table(), **ANSWERS}))
        self.lab.run_client(f"count = {len(ODD)}\n" + rows(odd_script()))
        self.settled(len(ODD))
        said = [line for line in self.relay.text().splitlines() if "cx_observer:" in line]
        self.assertTrue([line for line in said if "could not be read" in line])
        for _, side, kind, _ in ODD:
            self.assertFalse([line for line in said if f"{side}.{kind}" in line])

    def undelivered(self, **settings):
        """The relay's log after requests that cannot reach the HSS."""
        self.start(rows(ANSWERS), **settings)
        self.hss.kill()
        result = self.lab.run_client("count = 4\n" + rows(REQUESTS))
        self.assertEqual(result["code.3002"], 4)
        self.check_counters(self.settled(4), stored=4)
        self.stop_all()
        return self.relay.text()

    def test_the_host_names_nobody_whose_request_it_cannot_deliver(self):
        said = self.undelivered()
        self.assertEqual(len(re.findall("Routing error: .*Cx message, command 30[0-3]", said)), 4)
        self.assertNotIn(HOME, said)

    def test_the_host_shows_undelivered_requests_when_that_is_asked_for(self):
        self.assertIn(IMPI, self.undelivered(mask_identities=False))

    def test_requests_that_nobody_answers_are_kept(self):
        table = {"UAR1": "user-name = silent*\nsilent = yes\n",
                 "UAR2": "user-name = late*\nresult = 2001\ndelay = 2500\n",
                 "UAR3": ANSWERS["UAR"]}
        script = {"UAR1": f"user-name = silent@{HOME}\n", "UAR2": f"user-name = late@{HOME}\n",
                  "UAR3": REQUESTS["UAR"]}
        self.start(rows(table), unanswered_after=1)
        client = self.lab.client("count = 9\ntimeout = 4000\n" + rows(script)).start()
        found = self.settled(9, 10)
        self.check_counters(found, seen=9, stored=3, unanswered=6, dropped=0)
        result = self.lab.result(client)
        self.assertEqual((result["answered"], result["timeouts"]), (6, 3))
        self.check_counters(self.counters(), seen=9, stored=3, unanswered=6, late_answers=3)
        self.assertEqual(self.stored(avp=None), 6)

    def test_a_message_that_the_host_cannot_read_is_counted_and_not_shown(self):
        secret = os.urandom(30)
        item = raw_peer.avp(612, raw_peer.avp(610, secret, raw_peer.VENDOR), raw_peer.VENDOR)
        broken = raw_peer.avp(1, "someone@example.org", length=500)
        self.start(rows(ANSWERS))
        peer = raw_peer.RawPeer()
        peer.send(raw_peer.message(raw_peer.MULTIMEDIA_AUTH, 0xC0, raw_peer.CX, raw_peer.origin(),
                                   raw_peer.avp(283, lab.IMS), item, broken))
        self.check_counters(self.settled(1), seen=1, stored=0, unanswered=1, undecodable=1)
        peer.close()
        self.check_still_relays(1)
        self.stop_all()
        self.assertIn("Parsing error", self.relay.text())
        paths = [self.relay.log, *(p for p in self.store.rglob("*") if p.is_file())]
        self.assertEqual(places_of([("auts", secret)], paths), [])

    def check_still_relays(self, before):
        result = self.lab.run_client("count = 4\n" + rows(REQUESTS), "after")
        self.assertEqual((result["answered"], result["code.2001"]), (4, 3))
        self.check_counters(self.settled(before + 4), stored=4, dropped=0)

    def start_advertising(self, realm, **settings):
        made = self.make_lab()
        self.hss = made.hss(rows(ANSWERS))
        self.hss.start().wait_started()
        self.lab = made
        self.relay = made.relay([self.observer(made, advertise_cx=True, **settings)], realm=realm)
        self.relay.start()

    def test_advertising_cx_in_a_realm_of_its_own_relays(self):
        self.start_advertising(lab.TRANSIT)
        self.relay.wait_open("hss")
        self.check_still_relays(0)

    def test_advertising_cx_in_the_realm_of_the_hss_is_refused(self):
        self.start_advertising(lab.IMS)
        lab.wait_for("a refusal", lambda: "cx_observer: " in self.relay.text(), 20)
        if not self.lab.exits_may_hang:
            # 255 from 1.2.1, 1 from 1.5.0 on.
            self.assertIn(self.relay.process.wait(20), (1, 255))
        self.assertRegex(self.relay.text(), f"cx_observer: .*{re.escape(lab.IMS)}.*Realm")


if __name__ == "__main__":
    main()
