"""cxaudit observed import: captures into the store by the real tshark."""
import json
import os
import signal
import subprocess
import time
import unittest

from captures import CSCF, HSS, SECRET, START, UE, Capture, answer, avp, register, request
from harness import CLEAN, PROGRAM, SOURCE, UNUSABLE, USAGE
from observed_case import ObservedTest, needs_tshark


@needs_tshark
class Reassembly(ObservedTest):
    def check_pairs(self, c, pairs, *options):
        """c: a Capture or the bytes of a file."""
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

    def test_an_association_of_a_real_sctp_stack(self):
        """Between two usrsctp 0.9.5, encapsulated in UDP: answers of 3 KB in fragments, others in
        one packet with the fragments' ends, on eight streams."""
        self.check_pairs((SOURCE / "fixtures/traces/cx_over_sctp.pcap").read_bytes(), 6)
        self.assertEqual(sorted(e["command"] for e in self.exchanges("tail")),
                         ["MAR", "MAR", "SAR", "SAR", "UAR", "UAR"])

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

    def test_what_was_seen_elsewhere_by_another_clock_is_known(self):
        self.assertEqual(self.import_capture(self.one_pair(start=START))["stored"], 1)
        for shift, stored in ((0.7, 0), (-4.9, 0), (60, 1), (59, 0)):
            counts = self.import_capture(self.one_pair(start=START + shift))
            self.assertEqual((counts["stored"], counts["known"]), (stored, 1 - stored), shift)

    def test_what_differs_is_another_exchange_though_it_is_near(self):
        pairs = ((request("UAR", 1), answer("UAR", 1, 5003)),
                 (request("LIR", 1), answer("LIR", 1, 5003)),
                 (request("UAR", 2), answer("UAR", 2, 5003)),
                 (request("UAR", 1, user="001010000000002"), answer("UAR", 1, 5003)),
                 (request("UAR", 1, host="scscf"), answer("UAR", 1, 5003, session="scscf")))
        for number, (asked, answered) in enumerate(pairs):
            c = Capture(start=START + number / 10)
            c.tcp((CSCF, 40000), (HSS, 3868), asked)
            c.tcp((HSS, 3868), (CSCF, 40000), answered)
            counts = self.import_capture(c)
            self.assertEqual((counts["stored"], counts["known"]), (1, 0), number)

    def test_an_answer_that_was_missing_is_news(self):
        cut = Capture(start=START)
        cut.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 1))
        self.assertEqual(self.import_capture(cut)["unanswered"], 1)
        self.assertEqual(self.import_capture(self.one_pair(start=START + 1))["stored"], 1)
        cut = Capture(start=START + 2)
        cut.tcp((CSCF, 40000), (HSS, 3868), request("UAR", 1))
        self.assertEqual(self.import_capture(cut)["known"], 1)

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
        self.assertFalse((self.store / "observations.db").exists())

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


if __name__ == "__main__":
    unittest.main()
