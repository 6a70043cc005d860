"""One scenario in every form of trace gives the same cases; several traces of it give them again."""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import make_trace  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("top_builddir", ".")) / "tests/trace/show_cases"
SYNTAX, NOT_FOUND, OK = 4, 8, 0
HAS_TSHARK = shutil.which("tshark") is not None


class Reader(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="trace_reader_"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, trace, form, name=None, **more):
        path = self.folder / (name or form)
        make_trace.write(trace, form, path, **more)
        return path

    def show(self, *paths, code=OK, **more):
        done = subprocess.run([PROGRAM, *paths], capture_output=True, timeout=60, check=False,
                              **more)
        self.assertEqual(done.returncode, code, done.stderr)
        return (done.stdout if code == OK else done.stderr).decode()

    def sip_events(self, shown, with_time=True):
        lines = re.findall(r"^event sip (.*)$", shown, re.M)
        return lines if with_time else [line.rsplit(" ", 1)[0] for line in lines]

    def cases(self, shown):
        return re.findall(r"^case (.*)$", shown, re.M)

    def test_every_text_form_gives_the_same_case(self):
        expected_hops = ["UE>P-CSCF", "P-CSCF>I-CSCF", "I-CSCF>S-CSCF"]
        answer_hops = ["S-CSCF>I-CSCF", "I-CSCF>P-CSCF", "P-CSCF>UE"]
        expected = [f"{hop} REGISTER" for hop in expected_hops] + \
            [f"{hop} 401 Unauthorized (AKA challenge)" for hop in answer_hops] + \
            [f"{hop} REGISTER (response)" for hop in expected_hops] + \
            [f"{hop} 200 OK" for hop in answer_hops]
        for form in make_trace.TEXT_FORMS:
            with self.subTest(form=form):
                shown = self.show(self.write(make_trace.registered(), form))
                self.assertEqual(self.cases(shown), [
                    f"register-1@192.0.2.10 {make_trace.IMPI} {make_trace.IMPU} 1:401 2:200"])
                self.assertEqual(self.sip_events(shown, with_time=False), expected)
                self.assertIn("input text log sip 12 cx 0 unreadable 0", shown)

    def test_times_of_forms_that_tell_them_are_exact(self):
        times = [round(m.time * 1e6) for m in make_trace.refused().messages
                 if m.protocol == "sip"]
        for form in ("ngrep", "sngrep", "hep", "kamailio", "arrows"):
            with self.subTest(form=form):
                shown = self.show(self.write(make_trace.refused(), form))
                self.assertEqual([int(e.rsplit(" ", 1)[1]) for e in self.sip_events(shown)], times)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_captures_hold_cx_as_well(self):
        for form in ("pcap-udp", "pcap-tcp"):
            with self.subTest(form=form):
                shown = self.show(self.write(make_trace.refused(), form))
                self.assertIn("input capture sip 4 cx 1 unreadable 0", shown)
                self.assertIn("event cx I-CSCF>HSS UAA exp 5001", shown)
                self.assertEqual(len(self.cases(shown)), 1)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_a_silent_hss_is_a_question_without_answer(self):
        trace = make_trace.Trace()
        at_i = trace.relay(make_trace.PATH[:3], make_trace.register(), make_trace.ADDED)
        make_trace.uar(trace, (), silent=True)
        trace.wait(5)
        trace.reply(make_trace.PATH[2::-1], at_i, 480, "Temporarily Unavailable")
        # later traffic ends the case before the end of the capture
        for second in range(40):
            trace.wait(1)
            other = make_trace.register(1, f"other-{second}", impu="sip:other@example.org",
                                        impi="other@example.org")
            trace.relay(make_trace.PATH[:2], other)
        shown = self.show(self.write(trace, "pcap-udp"))
        first = shown[shown.index("case register-1@"):].split("case ")[1]
        self.assertIn("event cx I-CSCF>HSS UAR (no answer)", first)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_clocks_that_differ_are_brought_together(self):
        trace = make_trace.registered()
        for ahead in (-3600.0, -1.5, 2.0, 86400.0):
            with self.subTest(ahead=ahead):
                ue = self.write(trace, "decoder" if ahead == 0 else "sngrep", "ue.txt",
                                nodes=["ue"])
                core = self.write(trace, "pcap-udp", "core.pcap",
                                  nodes=["pcscf", "icscf", "scscf"], offset=ahead)
                shown = self.show(ue, core)
                offset = int(re.search(r"^input capture .* offset (-?\d+) 1", shown, re.M)[1])
                self.assertAlmostEqual(offset / 1e6, -ahead, delta=0.005)
                self.assertEqual(len(self.cases(shown)), 1)
                self.assertEqual(self.sip_events(shown, False),
                                 self.sip_events(self.show(self.write(trace, "sngrep")), False))

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_clocks_that_agree_are_left_alone(self):
        trace = make_trace.registered()
        ue = self.write(trace, "pcap-udp", "ue.pcap", nodes=["ue"])
        core = self.write(trace, "pcap-udp", "core.pcap", nodes=["scscf"])
        self.assertEqual(re.findall(r"offset (-?\d+) (\d)", self.show(ue, core)),
                         [("0", "1"), ("0", "1")])

    def test_a_log_of_the_day_only_joins_one_with_dates(self):
        trace = make_trace.registered()
        ue = self.write(trace, "decoder", "ue.txt", nodes=["ue"])
        core = self.write(trace, "sngrep", "core.txt", nodes=["pcscf", "icscf", "scscf"])
        shown = self.show(core, ue)
        self.assertEqual(len(self.cases(shown)), 1)
        self.assertEqual(len(self.sip_events(shown)), 12)

    def test_standard_input_is_told_apart_too(self):
        log = self.write(make_trace.refused(), "ngrep")
        with open(log, "rb") as file:
            self.assertEqual(len(self.cases(self.show("-", stdin=file))), 1)
        self.assertEqual(len(self.cases(self.show("-", input=log.read_bytes()))), 1)
        if HAS_TSHARK:
            capture = self.write(make_trace.refused(), "pcap-udp").read_bytes()
            self.assertIn("input capture sip 4", self.show("-", input=capture))

    def test_unreadable_messages_are_counted_with_the_first_place(self):
        path = self.folder / "mixed.txt"
        path.write_bytes(b"REGISTER sip:a SIP/2.0\nCSeq: 1 REGISTER\n\n" +
                         make_trace.rendered(make_trace.refused(), "sngrep"))
        self.assertIn("sip 4 cx 0 unreadable 1 first 1 ", self.show(path))

    def test_what_holds_no_trace_is_refused(self):
        for content, words in ((b"", "is empty"), (b"hello\n", "neither SIP nor Cx"),
                               (bytes(range(256)) * 16, "neither SIP nor Cx"),
                               (b"REGISTER sip:a SIP/2.0\nCSeq: 1 REGISTER\n\n",
                                "without Call-ID")):
            path = self.folder / "other"
            path.write_bytes(content)
            self.assertIn(words, self.show(path, code=SYNTAX))
        self.show(self.folder / "missing", code=NOT_FOUND)
        self.assertIn("missing", self.show(self.folder / "missing", code=NOT_FOUND))

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_a_cut_capture_without_sip_is_named_once(self):
        path = self.folder / "cut.pcap"
        path.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) +
                         struct.pack("<IIII", 1, 2, 100, 100) + b"x" * 30)
        told = self.show(path, code=SYNTAX)
        self.assertIn("cut at its end", told)
        self.assertEqual(told.count("cut.pcap"), 1, told)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_a_cut_capture_gives_what_it_holds(self):
        capture = self.write(make_trace.refused(), "pcap-udp")
        capture.write_bytes(capture.read_bytes()[:-100])
        self.assertRegex(self.show(capture), r"sip 3 .* truncated")

    def test_no_credentials_are_shown(self):
        trace = make_trace.registered()
        shown = self.show(self.write(trace, "sngrep"))
        self.assertNotIn(make_trace.nonce(), shown)
        self.assertNotIn(make_trace.answered().split('response="')[1][:32], shown)


if __name__ == "__main__":
    unittest.main()
