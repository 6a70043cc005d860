"""diagnose: the verdicts of a table of traces, and what else it promises."""
import json
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/trace"))

import make_trace  # noqa: E402
import verdict_scenarios as v  # noqa: E402
from harness import CLEAN, SOURCE, UNUSABLE, USAGE, CommandTest  # noqa: E402

LEVELS = ["low", "medium", "high"]
POLICY = f'p-cscf = {{"{v.P_CSCF}", "198.51.100.0/24"}}\ncountry-code = "8821"\n'
HAS_TSHARK = shutil.which(os.environ.get("CXAUDIT_TSHARK", "tshark")) is not None
SECRETS = re.compile("6629fae4|5PYxAuAOa8|0a4f113b|" + "|".join(
    re.escape(make_trace.nonce(i)[:16]) for i in range(1, 6)))


class DiagnoseTest(CommandTest):
    """Traces of the table, and what diagnose makes of them."""

    def trace(self, rows, form, name="trace"):
        trace, scenes = v.compose(rows)
        path = self.folder / f"{name}.{form}"
        make_trace.write(trace, form, path)
        return path, scenes

    def diagnose(self, *arguments, code=CLEAN):
        done = self.run_command("diagnose", "--json", *arguments, code=code)
        found = self.json_of(done)
        self.assertIsNone(SECRETS.search(done.stdout))
        return found

    def import_rows(self, rows, scenes):
        lines = "".join(row.store(s) for row, s in zip(rows, scenes) if row.store)
        self.import_file(self.write("hss.csv", v.HEADER + lines))


class Verdicts(DiagnoseTest):
    def check(self, row, found):
        got = (f'{row.name}: {found["cause"]["class"]}/{found["confidence"]} by '
               f'{found["sent_by"]}: {found["cause"]["text"]}')
        self.assertEqual(found["final"]["status"] if found["final"] else None, row.status, got)
        self.assertEqual(found["cause"]["class"], row.cause, got)
        self.assertGreaterEqual(LEVELS.index(found["confidence"]), LEVELS.index(row.least), got)
        self.assertLessEqual(LEVELS.index(found["confidence"]), LEVELS.index(row.most), got)
        if row.sender:
            self.assertEqual(found["sent_by"], row.sender, got)
        if row.blame != "any":
            self.assertEqual(found["provisioning_to_blame"], row.blame, got)
        if row.row:
            self.assertEqual(found["cause"]["row"], row.row, got)

    def check_rows(self, rows, form, has_store):
        rows = [r for r in rows if bool(r.store) == has_store]
        path, scenes = self.trace(rows, form)
        options = ["--policy", self.write("policy.conf", POLICY)]
        if has_store:
            self.import_rows(rows, scenes)
            options += ["--store", self.store]
        found = self.diagnose(*options, path)["transactions"]
        for row, scene in zip(rows, scenes):
            with self.subTest(row.name, form=form):
                mine = [f for f in found if f["method"] == row.method and
                        f["call_id"].startswith(scene.call_id)]
                self.assertTrue(mine, f"{row.name}: no such case")
                self.check(row, mine[-1])

    def test_table_of_verdicts_from_text_logs(self):
        for form in make_trace.TEXT_FORMS:
            # Marks of direction alone do not name the nodes.
            if form not in ("decoder", "arrows"):
                self.check_rows(v.SIP_ROWS, form, False)
        self.check_rows(v.SIP_ROWS, "ngrep", True)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_table_of_verdicts_from_captures_without_cx(self):
        self.check_rows(v.SIP_ROWS, "pcap-udp", False)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_table_of_verdicts_with_cx(self):
        self.check_rows(v.CX_ROWS, "pcap-udp", False)

    @unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
    def test_table_of_verdicts_with_cx_and_store(self):
        self.check_rows(v.CX_ROWS, "pcap-tcp", True)


class Promises(DiagnoseTest):
    """What holds beside the verdicts."""

    def rows(self, *names):
        found = {r.name: r for r in v.CX_ROWS + v.SIP_ROWS}
        return [found[n] for n in names]

    def one(self, name, form="ngrep", *options):
        path, scenes = self.trace(self.rows(name), form)
        found = self.diagnose("--identity", scenes[0].imsi, *options, path)["transactions"]
        return found[-1]

    def text(self, *arguments, code=CLEAN):
        done = self.run_command("diagnose", *arguments, code=code)
        self.assertIsNone(SECRETS.search(done.stdout + done.stderr))
        return done.stdout

    def ue_side(self, rows):
        trace, scenes = v.compose(rows)
        path = self.folder / "ue.ngrep"
        make_trace.write(trace, "ngrep", path, nodes={"ue"})
        return path, scenes

    def test_at_the_ue_a_phrase_proves_little(self):
        rows = [r for r in v.SIP_ROWS if r.status == 403 and r.method == "REGISTER" and not r.store]
        path, scenes = self.ue_side(rows)
        found = self.diagnose(path)["transactions"]
        for row, scene in zip(rows, scenes):
            mine = [f for f in found if f["call_id"] == scene.call_id][-1]
            with self.subTest(row.name):
                challenged = any("401" in e["message"] for e in mine["ladder"])
                if not challenged:
                    self.assertEqual(mine["confidence"], "low")
                    self.assertIsNone(mine["provisioning_to_blame"])
                self.assertNotEqual(mine["sent_by_confidence"], "high")

    def test_vias_are_refused_at_the_ue_and_used_in_the_core(self):
        rows = self.rows("bare 403")
        path, _ = self.ue_side(rows)
        self.assertNotIn("Vias", self.text(path))
        self.assertIn("tells nothing here", " ".join(self.text("--explain-via", path).split()))
        path, _ = self.trace(rows, "ngrep")
        self.assertIn("inside the core", " ".join(self.text(path).split()))

    def test_without_store_and_cx_it_says_what_cannot_be_known(self):
        found = self.one("bare 403")
        self.assertIsNone(found["provisioning_to_blame"])
        self.assertIn("neither Cx nor a store", found["blame_reason"])
        self.assertTrue(found["next"])
        self.assertEqual(found["cx"], [])

    def test_credentials_are_never_printed(self):
        path, _ = self.trace(v.SIP_ROWS, "ngrep")
        raw = path.read_text(encoding="utf-8")
        self.assertIsNotNone(SECRETS.search(raw))
        for options in (["--all"], ["--all", "--json"], ["--all", "--mask"], ["--stats"]):
            self.text(*options, path)

    def test_a_long_phrase_is_masked_before_it_is_cut(self):
        phrase = "Forbidden" + " word" * 28 + " walter.nemo@example.org is not known"
        path, _ = self.trace([v.Row("long phrase", lambda s: s.send().answer(403, phrase),
                                    "unknown")], "ngrep")
        for options in (["--mask"], ["--mask", "--json"]):
            self.assertNotIn("walter", self.text(*options, path))
        self.assertEqual(self.diagnose(path)["transactions"][0]["final"]["reason"], phrase)

    def test_masked_output_holds_no_identity(self):
        rows = [r for r in v.SIP_ROWS if r.store or "prefix" in r.name] + self.rows("good", "wrong default")
        rows.append(v.Row("phrase with identities", lambda s: s.send().answer(
            403, f"{s.imsi} of {s.tel} is unknown", [("Reason", f'SIP;text="{s.imsi}"')]), "unknown"))
        rows.append(v.Row("realm with identities", lambda s: v.with_proxy(s, (
            None, 407, "Proxy Authentication Required", v.proxy(realm=s.imsi))), "unknown"))
        path, scenes = self.trace(rows, "ngrep")
        self.import_rows(rows, scenes)
        for options in ([], ["--json"], ["--stats"]):
            out = self.text("--mask", "--store", self.store, *options, path)
            self.assertNotIn(make_trace.NODES["ue"][0], out)
            for scene in scenes:
                self.assertNotIn(scene.imsi, out)
                self.assertNotIn(scene.number[5:], out)

    def test_the_chain_names_message_time_and_line(self):
        found = self.one("wrong response")
        self.assertTrue(all("text" in e for e in found["evidence"]))
        located = [e for e in found["evidence"] if "line" in e]
        self.assertGreaterEqual(len(located), 2)
        self.assertRegex(located[0]["time"], r"^2026-11-22T10:\d\d:")

    def test_evidence_rules_out(self):
        if not HAS_TSHARK:
            self.skipTest("tshark is not installed")
        found = self.one("unknown user", "pcap-udp")
        self.assertTrue(any("OPc cannot cause UAA 5001" in r for r in found["rules_out"]))
        self.assertEqual([(c["command"], c["answer"]["code"]) for c in found["cx"]], [("UAR", 5001)])
        masked = self.one("scheme", "pcap-udp")
        self.assertTrue(any(n["divergence"] == "false" for n in masked["naive"]))
        self.assertTrue(any("Private identity" in e["text"] and "5006" in e["text"]
                            for e in masked["evidence"]))

    def test_a_barred_imsi_with_a_sibling_is_never_unbarred(self):
        rows = self.rows("wrong default", "403 against the store", "barred caller",
                         "403 that the store predicts")
        path, scenes = self.trace(rows, "ngrep")
        self.import_rows(rows, scenes)
        for found in self.diagnose("--store", self.store, path)["transactions"]:
            self.assertNotRegex(found["remedy"].lower(), r"^(unbar|lift)")

    def test_a_good_subscriber_is_compared_with(self):
        rows = self.rows("bare 403", "good")
        path, scenes = self.trace(rows, "ngrep")
        found = self.diagnose(path)["transactions"]
        comparison = [f for f in found if f["call_id"] == scenes[0].call_id][0]["comparison"]
        self.assertEqual(comparison["p_cscf"], v.P_CSCF)
        self.assertIn("trust", comparison["rules_out"])
        again = self.diagnose("--known-good", scenes[1].impu, path)["transactions"]
        self.assertEqual(again[0]["comparison"]["impu"], scenes[1].impu)

    def test_many_subscribers_and_one_cause_are_one_incident(self):
        rows = self.rows("bare 403") * 8
        trace = make_trace.Trace(nodes=v.nodes())
        for number, row in enumerate(rows, 1):
            row.build(v.Scene(trace, number))
        path = self.folder / "mass.ngrep"
        make_trace.write(trace, "ngrep", path)
        found = self.diagnose(path)
        self.assertEqual([(i["subscribers"], i["class"]) for i in found["incidents"]],
                         [(8, "unknown")])
        self.assertIn("one incident", " ".join(self.text(path).split()))
        self.assertEqual(self.diagnose(self.trace(rows[:2], "ngrep")[0])["incidents"], [])

    def test_statistics_count(self):
        rows = self.rows("bare 403", "phrase alone", "busy", "good")
        path, scenes = self.trace(rows, "ngrep")
        found = self.diagnose("--stats", path)
        s = found["statistics"]
        self.assertEqual(found["transactions"], [])
        # The trace ends with one more good registration.
        self.assertEqual((s["cases"], s["failed"]), (5, 3))
        self.assertEqual(s["by_method"], {"REGISTER": 4, "INVITE": 1})
        self.assertEqual(s["by_status"], {"200": 2, "403": 2, "486": 1})
        self.assertEqual(s["by_cause"]["impi-unknown"], 1)
        self.assertEqual([h["cases"] for h in s["by_hour"]], [5])
        self.assertEqual(len(s["top_identities"]), 3)
        self.assertIn("by final status", self.text("--stats", path))

    def test_failed_ones_are_shown_and_healthy_ones_summed(self):
        path, scenes = self.trace(self.rows("good", "bare 403"), "ngrep")
        out = self.text(path)
        self.assertIn(scenes[1].impu, out)
        self.assertNotIn(scenes[0].impu + ":", out)
        self.assertIn("2 of 3 attempts went well", out)
        self.assertIn(scenes[0].impu, self.text("--all", path))
        self.assertEqual(len(self.diagnose("--failed", path)["transactions"]), 1)
        self.assertEqual(len(self.diagnose(path)["transactions"]), 3)

    def test_one_identity_is_picked_in_any_spelling(self):
        path, scenes = self.trace(self.rows("bare 403", "phrase alone"), "ngrep")
        for spelling in (scenes[1].imsi, scenes[1].impi, scenes[1].impu.upper().replace("SIP", "sip")):
            found = self.diagnose("--identity", spelling, path)["transactions"]
            self.assertEqual([f["call_id"] for f in found], [scenes[1].call_id], spelling)

    def test_standard_input_is_read(self):
        path, _ = self.trace(self.rows("bare 403"), "sngrep")
        done = self.run_command("diagnose", "--json", "--failed", "-", code=CLEAN,
                                text_in=path.read_text(encoding="utf-8"))
        self.assertEqual(len(self.json_of(done)["transactions"]), 1)

    def test_several_places_are_one_attempt(self):
        trace, scenes = v.compose(self.rows("wrong response"))
        paths = []
        for name, seen, offset in (("ue", {"ue"}, 0), ("core", {"icscf", "scscf"}, 7.5)):
            paths.append(self.folder / f"{name}.ngrep")
            make_trace.write(trace, "ngrep", paths[-1], nodes=seen, offset=offset)
        found = self.diagnose(*paths)
        mine = [f for f in found["transactions"] if f["call_id"] == scenes[0].call_id]
        self.assertEqual(len(mine), 1)
        self.assertEqual(len(found["inputs"]), 2)

    def test_silence_on_cx_needs_a_clock(self):
        if not HAS_TSHARK:
            self.skipTest("tshark is not installed")
        trace, scenes = v.compose(self.rows("unknown user"))
        sip, cx = self.folder / "sip.pcap", self.folder / "cx.pcap"
        make_trace.write(trace, "pcap-udp", sip, nodes={"pcscf"})
        for offset, causes in ((0, ["impi-unknown"]), (1.5, ["impi-unknown", "unknown"]),
                               (3600, ["unknown"]), (-3600, ["unknown"])):
            make_trace.write(trace, "pcap-udp", cx, nodes={"hss"}, offset=offset)
            for paths in ((sip, cx), (cx, sip)):
                found = [f for f in self.diagnose(*paths)["transactions"]
                         if f["call_id"] == scenes[0].call_id]
                self.assertIn(found[0]["cause"]["class"], causes, offset)
                self.assertIsNot(found[0]["provisioning_to_blame"], False, offset)

    def test_fixtures_get_their_verdicts(self):
        policy = self.write("policy.conf", POLICY)
        for name, cause, sender in (
                ("register_user_unknown.ngrep", "impi-unknown", "I-CSCF"),
                ("register_security_agreement.sngrep", "p-cscf-security", "P-CSCF"),
                ("invite_barred_abroad.hep", "call-barring-service", "AS"),
                ("register_refused_at_ue.decoder", "unknown", "unknown")):
            found = self.diagnose("--policy", policy, SOURCE / "fixtures/traces" / name)
            got = [(f["cause"]["class"], f["sent_by"]) for f in found["transactions"]]
            self.assertEqual(got, [(cause, sender)], name)

    def test_what_is_no_trace_is_refused(self):
        empty = self.write("empty.txt", "nothing of SIP here\n")
        self.run_command("diagnose", empty, code=UNUSABLE)
        packed = self.write("trace.xz", b"\xfd7zXZ\x00\x00\x04")
        self.assertIn("xz", self.run_command("diagnose", packed, code=UNUSABLE).stderr)
        self.run_command("diagnose", self.folder / "missing.pcap", code=UNUSABLE)
        self.run_command("diagnose", code=USAGE)
        self.run_command("diagnose", "--sip-port", "0", empty, code=USAGE)
        self.run_command("diagnose", "--all", "--failed", empty, code=USAGE)
        path, _ = self.trace(self.rows("bare 403"), "ngrep")
        self.run_command("diagnose", "--store", self.folder / "nostore", path, code=UNUSABLE)
        policy = self.write("bad.conf", 'trusted-network = {"300.1.1.1/24"}\n')
        self.run_command("diagnose", "--policy", policy, path, code=UNUSABLE)

    def test_behind_the_p_cscf_nothing_is_suspected_of_the_association(self):
        found = self.one("protected REGISTER seen in the core")
        self.assertFalse(found["suspicious"])
        self.assertNotIn("protected port", json.dumps(found))

    def test_a_client_that_gave_up_is_waited_for_no_longer(self):
        for sent, confidence in ((10, "low"), (11, "medium")):  # RFC 3261 17.1.2.2: timer F
            trace = make_trace.Trace(nodes=v.nodes())
            scene = v.Scene(trace, 1)
            for _ in range(sent):
                scene.cseq = 0
                scene.send(to="pcscf")
                trace.wait(2)
            path = self.folder / f"gave-up-{sent}.ngrep"
            make_trace.write(trace, "ngrep", path)
            found = self.diagnose(path)["transactions"][0]
            self.assertEqual((found["cause"]["class"], found["confidence"]),
                             ("unreachable", confidence))

    def test_a_trace_that_begins_late_says_where(self):
        path, scenes = self.trace(self.rows("good"), "ngrep")
        text = path.read_text(encoding="utf-8")
        late = self.write("late.ngrep", text[text.index("\nU ", text.index("401 Unauthorized")):])
        first = self.diagnose(late)["transactions"][0]["first"]
        self.assertEqual(first["line"], 3)

    def test_healthy_provisioning_beside_a_good_registration_reads_well(self):
        rows = [v.Row("good", v.SIP_ROWS[0].build, "none", store=v.HEALTHY, status=200)]
        path, scenes = self.trace(rows, "ngrep")
        self.import_rows(rows, scenes)
        found = self.diagnose("--store", self.store, "--identity", scenes[0].imsi, path)
        naive = found["transactions"][0]["naive"]
        self.assertEqual([n["divergence"] for n in naive], ["false"])
        self.assertIn("barred", naive[0]["naive"])
        self.assertFalse(found["transactions"][0]["provisioning_to_blame"])


@unittest.skipUnless(HAS_TSHARK, "tshark is not installed")
class Observed(DiagnoseTest):
    def test_what_the_observer_recorded_is_used(self):
        rows = [r for r in v.CX_ROWS if r.name in ("unknown user", "scheme", "policy")]
        capture, scenes = self.trace(rows, "pcap-udp")
        log, _ = self.trace(rows, "ngrep")
        self.run_command("observed", "import", "--store", self.store, capture, code=CLEAN)
        found = self.diagnose("--store", self.store, log)["transactions"]
        for row, scene in zip(rows, scenes):
            mine = [f for f in found if f["call_id"] == scene.call_id][-1]
            self.assertEqual(mine["cause"]["class"], row.cause, row.name)
            if row.name != "policy":
                self.assertTrue(all(c["observation"] for c in mine["cx"]))

    def test_a_good_subscriber_seen_on_cx_is_compared_with(self):
        capture, scenes = self.trace(v.CX_ROWS[:1], "pcap-udp")
        self.run_command("observed", "import", "--store", self.store, capture, code=CLEAN)
        found = self.diagnose("--store", self.store, "--known-good", scenes[0].impu,
                              SOURCE / "fixtures/traces/register_security_agreement.sngrep")
        comparison = found["transactions"][0]["comparison"]
        self.assertEqual((comparison["impu"], comparison["p_cscf"]), (scenes[0].impu, None))


if __name__ == "__main__":
    unittest.main()
