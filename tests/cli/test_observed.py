"""cxaudit observed: captures into the store by the real tshark, and what is shown of them."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from captures import CSCF, HOME, HSS, SECRET, UE, Capture, answer, avp, register, request
from harness import CLEAN, PROGRAM, UNUSABLE, USAGE, CommandTest

ONE, TWO = "001010000000001", "001010000000002"
XML = ("<?xml version='1.0'?><IMSSubscription><PrivateID>{u}@{h}</PrivateID><ServiceProfile>"
       "<PublicIdentity><BarringIndication>1</BarringIndication><Identity>sip:{u}@{h}</Identity>"
       "</PublicIdentity><PublicIdentity><Identity>tel:+9990000001</Identity></PublicIdentity>"
       "</ServiceProfile></IMSSubscription>")


def needs_tshark(test):
    return unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")(test)


class ObservedTest(CommandTest):
    def observed(self, *arguments, code=CLEAN, **options):
        return self.run_command("observed", arguments[0], "--store", self.store, *arguments[1:],
                                code=code, **options)

    def import_capture(self, capture, *options, code=CLEAN, name="trace.pcap"):
        """Returns the counts."""
        path = self.write(name, capture.bytes() if isinstance(capture, Capture) else capture)
        return self.json_of(self.observed("import", "--json", *options, path, code=code))

    def exchanges(self, *arguments):
        lines = self.observed(*arguments, "--json").stdout.splitlines()
        found = [json.loads(line) for line in lines]
        for exchange in found:
            self.check_schema(exchange)
        return found

    def one_pair(self, port=3868, **options):
        c = Capture(**options)
        cscf, hss = (CSCF, 40000), (HSS, port)
        c.tcp(cscf, hss, request("UAR", 1))
        c.tcp(hss, cscf, answer("UAR", 1, 5003))
        return c


@needs_tshark
class Reassembly(ObservedTest):
    def check_pairs(self, c, pairs, *options):
        counts = self.import_capture(c, *options)
        self.assertEqual((counts["diameter_messages"], counts["stored"]), (2 * pairs, pairs))
        self.assertEqual((counts["unanswered"], counts["undecodable"], counts["answer_only"]),
                         (0, 0, 0))

    def test_messages_that_share_a_segment_or_span_some(self):
        c, cscf, hss = Capture(), (CSCF, 40000), (HSS, 3868)
        c.tcp(cscf, hss, request("UAR", 1) + request("LIR", 2))
        data = answer("LIR", 2, 2001) + answer("UAR", 1, 5003)
        for part in (data[:10], data[10:130], data[130:]):
            c.tcp(hss, cscf, part)
        self.check_pairs(c, 2)
        self.assertEqual([e["command"] for e in self.exchanges("tail")], ["LIR", "UAR"])

    def test_retransmitted_segments_count_once(self):
        c, cscf, hss = Capture(), (CSCF, 40000), (HSS, 3868)
        for again in (False, True):
            c.tcp(cscf, hss, request("UAR", 1), again)
        for again in (False, True, True):
            c.tcp(hss, cscf, answer("UAR", 1, 5003), again)
        self.check_pairs(c, 1)

    def test_any_port_is_recognised(self):
        for port in (3868, 13868, 8080):
            with self.subTest(port=port):
                self.store = self.folder / f"store{port}"
                self.check_pairs(self.one_pair(port), 1)

    def test_ports_can_be_named(self):
        self.check_pairs(self.one_pair(13868), 1, "--diameter-port", "13868", "--sip-port", "15060")

    def test_sctp(self):
        for port, protocol in ((3868, 46), (13868, 46), (13868, 0)):
            with self.subTest(port=port, protocol=protocol):
                self.store = self.folder / f"store{port}-{protocol}"
                c = Capture()
                cscf, hss = (CSCF, 40000), (HSS, port)
                c.sctp(cscf, hss, [request("UAR", 1)], protocol)
                c.sctp(cscf, hss, [request("UAR", 2)], protocol, pieces=3)
                for again in (False, True):
                    c.sctp(hss, cscf, [answer("UAR", 1, 5003), answer("UAR", 2, 2001)], protocol,
                           again=again)
                self.check_pairs(c, 2)

    def test_sip_is_counted_on_any_port(self):
        c = self.one_pair()
        for port in (5060, 15060, 8080):
            c.udp((UE, 5060), (CSCF, port), register())
            c.tcp((UE, 20000 + port), (CSCF, port), register()[:100])
            c.tcp((UE, 20000 + port), (CSCF, port), register()[100:])
            c.sctp((UE, 20000 + port), (CSCF, port), [register()], protocol=0)
        self.assertEqual(self.import_capture(c)["sip_messages"], 9)

    def test_standard_input_is_read_once(self):
        done = self.observed("import", "--json", "-", text_in=self.one_pair(13868).bytes())
        self.assertEqual(json.loads(done.stdout)["stored"], 1)


@needs_tshark
class Import(ObservedTest):
    def test_a_capture_is_imported_once(self):
        c = self.one_pair()
        self.assertEqual(self.import_capture(c)["known"], 0)
        second = self.import_capture(c)
        self.assertEqual((second["stored"], second["known"]), (0, 1))
        # A longer one brings what is new.
        c.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 2))
        third = self.import_capture(c)
        self.assertEqual((third["stored"], third["unanswered"], third["known"]), (0, 1, 1))
        self.assertEqual(len(self.exchanges("tail")), 2)

    def test_the_same_file_twice_in_one_command(self):
        path = self.write("trace.pcap", self.one_pair().bytes())
        counts = self.json_of(self.observed("import", "--json", path, path))
        self.assertEqual((counts["stored"], counts["known"]), (1, 1))

    def test_an_exchange_may_span_two_captures(self):
        first, second = Capture(), Capture()
        first.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 1))
        second.time = first.time
        second.tcp((HSS, 3868), (CSCF, 40000), answer("UAR", 1, 5003))
        paths = [self.write("1.pcap", first.bytes()), self.write("2.pcap", second.bytes())]
        counts = self.json_of(self.observed("import", "--json", *paths))
        self.assertEqual((counts["stored"], counts["answer_only"], counts["unanswered"]), (1, 0, 0))

    def test_halves_are_counted_as_what_they_are(self):
        c = Capture()
        c.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 1))
        c.tcp((HSS, 3868), (CSCF, 40000), answer("UAR", 2, 5003))
        counts = self.import_capture(c)
        self.assertEqual((counts["stored"], counts["answer_only"], counts["unanswered"]), (1, 1, 1))
        by_end = {e["end"]: e for e in self.exchanges("tail")}
        self.assertIsNone(by_end["unanswered"]["answer"])
        self.assertIsNone(by_end["unanswered"]["latency_us"])
        self.assertIsNone(by_end["answer-only"]["latency_us"])
        self.assertEqual(by_end["answer-only"]["answer"]["code"], 5003)

    def test_a_cut_capture_gives_its_whole_messages_and_exit_3(self):
        c = self.one_pair()
        c.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 2))
        path = self.write("cut.pcap", c.bytes()[:-20])
        done = self.observed("import", "--json", path, code=UNUSABLE)
        self.assertEqual(self.json_of(done)["stored"], 1)
        self.assertIn("cut short", done.stderr)
        self.assertIn("cut.pcap", done.stderr)

    def test_what_is_no_capture_is_told(self):
        cases = {"text": (b"hello world, no capture\n", "not a capture"), "empty": (b"", "empty")}
        for name, (content, part) in cases.items():
            done = self.observed("import", self.write(name, content), code=UNUSABLE)
            self.assertIn(part, done.stderr)
            self.assertIn(name, done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertIn("No such file",
                      self.observed("import", self.folder / "none", code=UNUSABLE).stderr)

    def test_a_capture_without_diameter_tells_the_next_step(self):
        c = Capture()
        c.udp((UE, 5060), (CSCF, 5060), register())
        done = self.observed("import", self.write("sip.pcap", c.bytes()))
        self.assertIn("--diameter-port", done.stderr)

    def test_key_material_is_not_kept(self):
        c, cscf, hss = Capture(), (CSCF, 40000), (HSS, 3868)
        item = [avp("SIP-Auth-Data-Item", [avp("SIP-Authentication-Scheme", "Digest-AKAv1-MD5"),
                                           avp("SIP-Authorization", SECRET)])]
        c.tcp(cscf, hss, request("MAR", 1, more=item))
        c.tcp(hss, cscf, answer("MAR", 1, 2001, more=item))
        done = self.observed("import", "-vv", self.write("mar.pcap", c.bytes()))
        shown = self.observed("show", "#1").stdout + done.stdout + done.stderr
        self.assertIn("yes", shown)
        self.assertNotIn(SECRET.decode(), shown)
        for path in self.store.iterdir():
            self.assertNotIn(SECRET, path.read_bytes(), path)
        exchange = self.exchanges("tail")[0]
        self.assertTrue(exchange["resynchronisation"])
        self.assertEqual(exchange["scheme"], "Digest-AKAv1-MD5")

    def test_tshark_is_named_when_it_is_missing(self):
        path, none = self.write("t.pcap", self.one_pair().bytes()), str(self.folder / "none")
        done = self.observed("import", path, code=UNUSABLE,
                             env=self.environment(CXAUDIT_TSHARK=none))
        self.assertIn("install tshark", done.stderr)

    def stand_in(self, script):
        """A tshark that tells by a file that it runs; then the store is open for writing."""
        self.write("stand-in", f"#!/bin/sh\necho $$ >{self.folder}/pid\n{script}\n").chmod(0o700)
        return self.environment(CXAUDIT_TSHARK=str(self.folder / "stand-in"))

    def started(self, *arguments, env):
        process = subprocess.Popen([PROGRAM, "observed", "import", "--store", self.store, *arguments],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=env)
        pid = self.folder / "pid"
        deadline = time.monotonic() + 100
        while not (pid.exists() and pid.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return process, int(pid.read_text())

    def test_one_writer_at_a_time(self):
        self.import_capture(self.one_pair())
        path = self.write("trace.pcap", self.one_pair().bytes())
        first, _ = self.started("-", env=self.stand_in('exec tshark "$@"'))
        try:
            busy = self.observed("import", path, code=UNUSABLE)
            self.assertIn("another import writes there", busy.stderr)
            # Reading goes on.
            self.assertEqual(len(self.exchanges("tail")), 1)
        finally:
            _, err = first.communicate(self.one_pair(start=1800000000.0).bytes(), timeout=100)
        self.assertEqual(first.returncode, CLEAN, err)
        self.assertEqual(len(self.exchanges("tail")), 2)

    def test_an_interrupted_import_leaves_no_child(self):
        path = self.write("trace.pcap", self.one_pair().bytes())
        process, child = self.started(path, env=self.stand_in("exec sleep 1000"))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, UNUSABLE, err)
        with self.assertRaises(ProcessLookupError):
            os.kill(child, 0)

    def test_wrong_ports_are_refused(self):
        for port in ("0", "65536", "x", "-1", "38 68"):
            done = self.observed("import", "--diameter-port", port, "any", code=USAGE)
            self.assertIn("expected a port", done.stderr)


@needs_tshark
class Shown(ObservedTest):
    """One small history: ONE fails thrice on two days, TWO registers and once gets no answer."""

    def setUp(self):
        super().setUp()
        c, cscf, hss = Capture(), (CSCF, 40000), (HSS, 3868)
        home = avp("Visited-Network-Identifier", HOME)
        for number, user, code, is_experimental in ((1, ONE, 5003, False), (2, TWO, 2001, True),
                                                    (3, ONE, 5003, False)):
            more = [home, avp("User-Authorization-Type", 0)]
            c.tcp(cscf, hss, request("UAR", number, user, more))
            c.tcp(hss, cscf, answer("UAR", number, code, is_experimental,
                                    [avp("Server-Name", f"sip:scscf.{HOME}")]))
        c.tcp(cscf, hss, request("SAR", 4, TWO, [avp("Server-Assignment-Type", 1)]))
        c.tcp(hss, cscf, answer("SAR", 4, 2001,
                                more=[avp("User-Data", XML.format(u=TWO, h=HOME))]))
        c.time += 86400
        c.tcp(cscf, hss, request("UAR", 5, ONE))
        c.tcp(hss, cscf, answer("UAR", 5, 5001, True))
        c.tcp(cscf, hss, request("LIR", 6, TWO))
        self.counts = self.import_capture(c)

    def test_an_exchange_has_all_members_of_its_schema(self):
        found = self.exchanges("show", TWO)
        self.assertEqual([e["command"] for e in found], ["UAR", "SAR", "LIR"])
        uar, sar, lir = found
        self.assertEqual(uar["impi"], f"{TWO}@{HOME}")
        self.assertEqual(uar["impu"], [f"sip:{TWO}@{HOME}"])
        self.assertEqual(uar["visited_network"], HOME)
        self.assertEqual((uar["type"], uar["emergency"]), ("registration", False))
        self.assertEqual(uar["answer"], {
            "avp": "Experimental-Result-Code", "code": 2001, "name": "DIAMETER_FIRST_REGISTRATION",
            "server_name": f"sip:scscf.{HOME}"})
        self.assertEqual((uar["answer_vendor"], uar["answer_host"]), (10415, f"hss.{HOME}"))
        self.assertEqual(uar["latency_us"], 1000)
        self.assertEqual(uar["time"], "2023-11-14T22:13:20.002000Z")
        self.assertEqual((uar["destination_host"], uar["user_data"]), (None, None))
        self.assertEqual(sar["assignment_type"], 1)
        self.assertEqual(sar["user_data"],
                         [[[f"sip:{TWO}@{HOME}", True], ["tel:+9990000001", False]]])
        for absent in ("type", "emergency", "visited_network"):
            self.assertIsNone(sar[absent])
        self.assertIsNone(lir["answer"])

    def test_any_spelling_finds_the_subscriber(self):
        ids = [e["id"] for e in self.exchanges("tail") if ONE in e["impi"]]
        for spelling in (ONE, f"{ONE}@{HOME}", f"sip:{ONE}@{HOME}", f"sip:{ONE}@{HOME.upper()}"):
            self.assertEqual([e["id"] for e in self.exchanges("show", spelling)], ids, spelling)
        self.assertEqual([e["id"] for e in self.exchanges("show", "-n", "1", ONE)], ids[-1:])

    def test_who_was_not_observed_is_an_answer(self):
        for operand in ("001010000000099", "#99"):
            self.assertIn("was not observed", self.observed("show", operand).stderr)
        self.observed("show", "--exchange", "one", code=USAGE)

    def test_one_exchange_in_full(self):
        for arguments in (("#1",), ("--exchange", "1")):
            shown = self.observed("show", *arguments).stdout
            self.assertIn("5003 AUTHORIZATION_REJECTED", shown)
            self.assertIn(f"icscf.{HOME}", shown)

    def test_lines_fit_into_100_columns(self):
        for arguments in (("tail",), ("show", ONE), ("stats",), ("top",)):
            text = self.observed(*arguments).stdout
            lines = text.split("\n\n")[0].splitlines()  # tables are as wide as they need to be
            self.assertGreater(len(lines), 2)
            self.assertLessEqual(max(map(len, lines)), 100)
            self.assertRegex(text, "5003 +AUTHORIZATION_REJECTED")
            self.assertNotIn("\033", text)

    def test_the_tail_is_bounded(self):
        self.assertEqual([e["id"] for e in self.exchanges("tail", "-n", "2")], [5, 6])

    def test_masked_output_names_nobody(self):
        for arguments in (("tail",), ("tail", "--json"), ("show", ONE), ("show", "#4"), ("top",),
                          ("top", "--json")):
            shown = self.observed(*arguments, "--mask").stdout
            self.assertTrue(shown)
            for secret in (ONE, TWO, "9990000001"):
                self.assertNotIn(secret, shown, arguments)
        for line in self.observed("tail", "--json", "--mask").stdout.splitlines():
            self.check_schema(json.loads(line))

    def test_stats(self):
        stats = self.json_of(self.observed("stats", "--json"))
        counters = {"seen": 6, "stored": 5, "dropped": 0, "unanswered": 1, "undecodable": 0}
        self.assertEqual({key: stats[key] for key in counters}, counters)
        by_code = {(r["command"], r["avp"], r["code"]): r["count"] for r in stats["by_code"]}
        self.assertEqual(by_code, {
            ("UAR", "Result-Code", 5003): 2, ("UAR", "Experimental-Result-Code", 2001): 1,
            ("UAR", "Experimental-Result-Code", 5001): 1, ("SAR", "Result-Code", 2001): 1,
            ("LIR", None, None): 1})
        self.assertEqual([o["observer"] for o in stats["observers"]], ["import"])
        hours = {r["hour"] for r in stats["by_hour"]}
        self.assertEqual(hours, {"2023-11-14T22:00:00Z", "2023-11-15T22:00:00Z"})
        self.assertEqual({(r["origin_host"], r["answer_host"]) for r in stats["by_node"]},
                         {(f"icscf.{HOME}", f"hss.{HOME}"), (f"icscf.{HOME}", None)})
        text = self.observed("stats").stdout
        self.assertIn("6 seen = 5 stored + 1 unanswered + 0 dropped + 0 under way;", text)
        for since, rows in (("1h", 0), ("2023-11-15", 2), ("2023-11-14T22:00", 5)):
            stats = self.json_of(self.observed("stats", "--json", "--since", since))
            self.assertEqual(len(stats["by_code"]), rows, since)

    def test_top_ranks_by_attempts(self):
        top = self.json_of(self.observed("top", "--json"))
        self.assertEqual(top["subjects"], 1)
        first = top["identities"][0]
        self.assertEqual((first["impi"], first["attempts"]), (f"{ONE}@{HOME}", 3))
        self.assertEqual(first["days"], 2)
        self.assertEqual(first["first"], "2023-11-14T22:13:20.000000Z")
        self.assertEqual(first["last"][:10], "2023-11-15")
        self.assertEqual({(c["avp"], c["code"]): c["count"] for c in first["by_code"]},
                         {("Result-Code", 5003): 2, ("Experimental-Result-Code", 5001): 1})
        self.assertIn(f"{ONE}@{HOME}", self.observed("top").stdout)

    def test_prune_by_age(self):
        self.assertIn("6 exchanges forgotten", self.observed("prune", "--older-than", "30d").stdout)
        self.assertEqual(self.exchanges("tail"), [])
        # Counters stay.
        self.assertEqual(self.json_of(self.observed("stats", "--json"))["seen"], 6)
        self.observed("prune", code=USAGE)

    def test_the_tail_follows_what_arrives(self):
        command = [PROGRAM, "observed", "tail", "-fn1", "--json", "--store", self.store]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment(), text=True)
        try:
            self.assertEqual(json.loads(process.stdout.readline())["id"], 6)
            self.import_capture(self.one_pair(start=1800000000.0))
            self.assertEqual(json.loads(process.stdout.readline())["id"], 7)
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, CLEAN, err)


class Nothing(ObservedTest):
    def test_a_store_without_observations_tells_the_next_step(self):
        for arguments in (("tail",), ("stats",), ("top",), ("show", ONE),
                          ("prune", "--older-than", "1d")):
            done = self.observed(*arguments, code=UNUSABLE)
            self.assertIn("observed import FILE", done.stderr)
            self.assertFalse(pathlib.Path(self.store).exists(), arguments)

    def test_usage(self):
        for arguments in ((), ("nonsense",), ("tail", "extra"), ("show",), ("import",),
                          ("tail", "--older-than", "1d"), ("stats", "--since", "x"),
                          ("prune", "--json")):
            self.run_command("observed", *arguments, code=USAGE)
        for sub in ("tail", "stats", "top", "show", "prune", "import"):
            shown = self.run_command("observed", sub, "--help", code=CLEAN).stdout
            self.assertIn(f"Usage: cxaudit observed {sub} ", shown)


if __name__ == "__main__":
    unittest.main()
