"""Audit and lookup over a store with observations: what was seen on Cx against the verdicts."""
import json
import os
import re
import shutil
import time
import unittest

from captures import CSCF, HOME, HSS, Capture, answer, avp, register, request
from harness import CLEAN, FINDINGS, QUICKSTART, UNUSABLE, USAGE, CommandTest, impi

CODES = {2001: False, 5001: True, 5002: True, 5003: False, 5004: True}
HOUR = 3600


def user_data(number, *identities):
    """An IMSSubscription of subscriber number; a barred identity begins with a minus."""
    members = "".join(
        "<PublicIdentity>" + ("<BarringIndication>1</BarringIndication>" if i[0] == "-" else "") +
        f"<Identity>{i.lstrip('-')}</Identity></PublicIdentity>" for i in identities)
    return avp("User-Data", f"<?xml version='1.0'?><IMSSubscription><PrivateID>{impi(number)}"
               f"</PrivateID><ServiceProfile>{members}</ServiceProfile></IMSSubscription>")


def whole_set(number):
    return [f"-sip:{impi(number)}", f"sip:+8821000000{number:02}@{HOME}",
            f"tel:+8821000000{number:02}"]


class Cx:
    """Exchanges of one CSCF with one HSS, a millisecond apart."""

    def __init__(self, start):
        self.capture, self.number = Capture(start), 0

    def exchange(self, command, number, code, more=(), more_answer=()):
        """code None: no answer."""
        self.number += 1
        cscf, hss = (CSCF, 40000), (HSS, 3868)
        self.capture.tcp(cscf, hss, request(command, self.number, f"00101{number:010d}", more))
        if code:
            self.capture.tcp(hss, cscf, answer(command, self.number, code, CODES[code], more_answer))

    def uar(self, number, code, visited=HOME):
        self.exchange("UAR", number, code, [avp("Visited-Network-Identifier", visited),
                                            avp("User-Authorization-Type", 0)])

    def sar(self, number, *identities):
        self.exchange("SAR", number, 2001, [avp("Server-Assignment-Type", 1),
                                            avp("Server-Name", f"sip:scscf.{HOME}")],
                      [user_data(number, *identities)])


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class EvidenceTest(CommandTest):
    def observe(self, cx, store=None):
        trace = self.write("trace.pcap", cx.capture.bytes())
        self.run_command("observed", "import", "--store", store or self.store, trace, code=CLEAN)

    def audit(self, *options, code=FINDINGS):
        return self.json_of(self.run_command("audit", "--store", self.store, "--json", *options,
                                             code=code))

    def findings(self, *options, code=FINDINGS):
        done = self.run_command("audit", "--store", self.store, "-o", "ndjson", *options, code=code)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for finding in found:
            self.check_schema(finding)
        return found

    def lookup(self, identity):
        done = self.run_command("lookup", "--store", self.store, "--json", identity, code=CLEAN)
        found = self.json_of(done)
        self.assertNotEqual(found["subscriptions"], [])
        return found["subscriptions"][0]

    @staticmethod
    def confusion(evidence):
        return {row["rule"]: row for row in evidence["confusion"]}


class Confusion(EvidenceTest):
    def setUp(self):
        super().setUp()
        self.import_file()
        cx = Cx(time.time() + HOUR)
        cx.uar(1, 2001)
        cx.uar(1, 2001)
        cx.uar(2, 5001)
        cx.uar(3, 5003)
        cx.uar(4, 2001)
        cx.uar(5, 5001)
        cx.uar(99, 5001)
        self.observe(cx)

    def test_predictions_and_answers_are_counted_by_rule(self):
        evidence = self.audit()["evidence"]
        self.assertEqual((evidence["exchanges"], evidence["registrations"], evidence["pairs"]),
                         (7, 7, 6))
        rows = self.confusion(evidence)
        counted = {rule: (r["pairs"], r["attempts"], r["confirmed"], r["other_code"], r["contradicted"])
                   for rule, r in rows.items()}
        self.assertEqual(counted, {
            None: (2, 3, 1, 0, 1), "CXA001": (1, 1, 1, 0, 0), "CXA005": (1, 1, 0, 1, 0),
            "CXA006": (1, 1, 1, 0, 0), "CXA007": (1, 1, 0, 0, 1)})
        case = rows["CXA007"]["contradictions"][0]
        self.assertEqual((case["impi"], case["predicted"]["code"], case["observed"]["code"]),
                         (impi(4), 5003, 2001))
        # Wilson, 1 of 1 (Newcombe 1998, method 3, lower limit).
        self.assertAlmostEqual(rows["CXA006"]["confirmed_share"][0], 0.2065, places=4)
        self.assertEqual(rows["CXA006"]["confirmed_share"][1], 1)

    def test_the_text_opens_with_the_table(self):
        text = self.run_command("audit", "--store", self.store, code=FINDINGS).stdout
        text = re.sub(r"\s+", " ", text)
        self.assertLess(text.index("Evidence"), text.index("WHAT A REGISTER GETS"))
        self.assertRegex(text, r"CXA007 irs-no-unbarred-impu 1 0 0 1 0 0 never confirmed")
        self.assertRegex(text, r"predicted Result-Code 5003 \S+ by CXA007, observed Result-Code 2001")

    def test_what_no_export_knows_is_a_finding(self):
        found = [f for f in self.findings() if f["rule"] == "CXA109"]
        self.assertEqual([f["subject"]["impi"] for f in found], [impi(99)])
        found = [f["subject"]["impi"] for f in self.findings() if f["rule"] == "CXA108"]
        self.assertEqual(sorted(found), [impi(2), impi(4), impi(5)])

    def test_findings_without_a_live_attempt_are_counted(self):
        impact = {row["rule"]: row for row in self.audit()["evidence"]["impact"]}
        self.assertEqual((impact["CXA006"]["trying"], impact["CXA006"]["never_try"]), (1, 0))
        self.assertEqual((impact["CXA036"]["trying"], impact["CXA036"]["never_try"]), (0, 1))

    def test_observations_can_be_left_out(self):
        plain = self.run_command("audit", "--store", self.store, "--no-observations", code=FINDINGS)
        self.assertNotIn("Evidence", plain.stdout)
        os.remove(self.store / "observations.db")
        again = self.run_command("audit", "--store", self.store, code=FINDINGS)
        self.assertEqual(plain.stdout, again.stdout)

    def test_older_observations_can_be_left_out(self):
        year = time.gmtime().tm_year
        self.assertEqual(self.audit("--observed-since", f"{year + 1}-01-02")["evidence"]["pairs"], 0)
        self.assertEqual(self.audit("--observed-since", "2h")["evidence"]["pairs"], 6)
        for wrong in ("yesterday", "2026-13-01", "", "30", "-1d"):
            self.run_command("audit", "--store", self.store, f"--observed-since={wrong}", code=USAGE)

    def test_the_catalog_keeps_no_observed_identities(self):
        self.audit()
        self.assertNotIn(impi(99).encode(), (self.store / "catalog.db").read_bytes())

    def test_an_export_is_compared_with_a_named_store(self):
        plain = self.run_command("audit", "--json", QUICKSTART, code=FINDINGS)
        self.assertNotIn("evidence", self.json_of(plain))
        done = self.run_command("audit", "--json", "--store", self.store, QUICKSTART, code=FINDINGS)
        self.assertEqual(self.json_of(done)["evidence"]["pairs"], 6)
        done = self.run_command("audit", "--json", "--store", self.folder, QUICKSTART, code=FINDINGS)
        self.assertIn("no observations", done.stderr)
        self.assertNotIn("evidence", self.json_of(done))

    def test_a_damaged_file_is_told(self):
        (self.store / "observations.db").write_bytes(b"no database at all" * 100)
        done = self.run_command("audit", "--store", self.store, code=UNUSABLE)
        self.assertIn("--no-observations", done.stderr)
        self.run_command("audit", "--store", self.store, "--no-observations", code=FINDINGS)
        done = self.run_command("lookup", "--store", self.store, impi(1), code=CLEAN)
        self.assertIn("observations.db", done.stderr)
        self.assertIn(impi(1), done.stdout)


class Threshold(EvidenceTest):
    def test_a_finding_of_the_evidence_counts_for_fail_on(self):
        self.import_file()
        healthy = self.audit(code=FINDINGS)
        self.assertNotIn("evidence", healthy)
        cx = Cx(time.time() + HOUR)
        cx.uar(99, 5001)
        self.store = self.folder / "clean"
        export = self.write("one.csv", (
            "subscription,imsi,msisdn,impi,impu,barred,irs\n" + "".join(
                f"one,001010000000001,882100000001,{impi(1)},{i.lstrip('-')},{int(i[0] == '-')},1\n"
                for i in whole_set(1))))
        self.import_file(export)
        self.audit("--fail-on", "warning", code=CLEAN)
        self.observe(cx)
        self.audit("--fail-on", "warning", code=FINDINGS)
        self.audit(code=CLEAN)


class Drift(EvidenceTest):
    def drifts(self):
        return sorted((f["rule"], f["subject"]["impu"] or f["subject"]["impi"]) for f in self.findings()
                      if "CXA100" <= f["rule"] <= "CXA107")

    def test_equal_user_data_is_no_drift(self):
        self.import_file()
        cx = Cx(time.time() + HOUR)
        cx.sar(1, *whole_set(1))
        self.observe(cx)
        self.assertEqual(self.drifts(), [])

    def test_every_difference_is_told(self):
        self.import_file()
        cx = Cx(time.time() + HOUR)
        cx.sar(2, f"sip:{impi(2)}", f"-sip:+882100000002@{HOME}", f"sip:new@{HOME}")
        self.observe(cx)
        self.assertEqual(self.drifts(), [
            ("CXA100", f"sip:new@{HOME}"), ("CXA101", "tel:+882100000002"),
            ("CXA102", f"sip:+882100000002@{HOME}"), ("CXA103", f"sip:{impi(2)}")])
        text = self.run_command("audit", "--store", self.store, code=FINDINGS).stdout
        self.assertIn("export taken", text)

    def test_what_is_older_than_the_export_proves_nothing(self):
        self.import_file()
        cx = Cx(time.time() - HOUR)
        cx.sar(2, f"sip:new@{HOME}")
        self.observe(cx)
        self.assertEqual(self.drifts(), [])
        self.assertEqual(self.audit()["evidence"]["drift_older_than_export"], 1)

    def test_the_age_of_an_export_is_that_of_its_file(self):
        cx = Cx(time.time() - HOUR)
        cx.sar(2, f"sip:new@{HOME}")
        self.observe(cx)
        export = self.write("export.sql", QUICKSTART.read_bytes())
        os.utime(export, (time.time() - 2 * HOUR,) * 2)
        evidence = self.audit(export)["evidence"]
        self.assertEqual(evidence["drift_older_than_export"], 0)
        # An IMPU that is new, and three of the export that are gone.
        self.assertEqual({row["rule"]: row["count"] for row in evidence["drift"]},
                         {"CXA100": 1, "CXA101": 3})


class Incident(EvidenceTest):
    def test_a_silent_hss_is_one_incident_and_contradicts_nobody(self):
        self.import_file()
        cx = Cx(time.time() + HOUR)
        for number in range(1, 15):
            cx.uar(number, None)
        self.observe(cx)
        evidence = self.audit()["evidence"]
        self.assertEqual([(i["subscribers"], i["answer"], i["command"]) for i in evidence["incidents"]],
                         [(14, None, "UAR")])
        self.assertEqual(sum(row["contradicted"] for row in evidence["confusion"]), 0)
        self.assertEqual(evidence["unanswered"], 14)
        self.assertEqual([f["count"] for f in self.findings() if f["rule"] == "CXA110"], [14])

    def test_a_table_that_vanished_is_one_incident(self):
        export = "subscription,imsi,msisdn,impi,impu,barred,irs\n" + "".join(
            f"s{n},00101{n:010d},8821000000{n:02},{impi(n)},{i.lstrip('-')},{int(i[0] == '-')},{n}\n"
            for n in range(1, 21) for i in whole_set(n))
        self.import_file(self.write("twenty.csv", export))
        cx = Cx(time.time() + HOUR)
        for number in range(1, 21):
            cx.uar(number, 5001)
        self.observe(cx)
        evidence = self.audit(code=CLEAN)["evidence"]
        self.assertEqual([i["subscribers"] for i in evidence["incidents"]], [20])
        passes = self.confusion(evidence)[None]
        self.assertEqual((passes["pairs"], passes["in_incidents"], passes["contradicted"]), (20, 20, 0))
        self.assertEqual(evidence["failing"], [])


class Lookup(EvidenceTest):
    def test_the_evidence_stands_beside_the_verdict(self):
        self.import_file()
        self.assertNotIn("observed", self.lookup(impi(1)))
        cx = Cx(time.time() + HOUR)
        cx.uar(1, 5001)
        cx.uar(1, 2001)
        cx.sar(1, *whole_set(1)[:2])
        cx.uar(4, 2001)
        cx.uar(5, None)
        self.observe(cx)
        observed = {o["command"]: o for o in self.lookup("tel:+882100000001")["observed"]}
        self.assertEqual(sorted(observed), ["SAR", "UAR"])
        self.assertEqual((observed["UAR"]["answer"]["code"], observed["UAR"]["agrees"]), (2001, True))
        self.assertEqual(observed["UAR"]["host"], f"hss.{HOME}")
        self.assertEqual([d["rule"] for d in observed["SAR"]["drift"]], ["CXA101"])
        refused = self.lookup(impi(4))["observed"][0]
        self.assertEqual((refused["agrees"], refused["match"], refused["predicted"]["code"]),
                         (False, "false-alarm", 5003))
        silent = self.lookup(impi(5))["observed"][0]
        self.assertEqual((silent["answer"], silent["agrees"], silent["predicted"]), (None, None, None))
        self.assertEqual(self.lookup(impi(9))["observed"], [])

    def test_the_text_says_whether_they_agree(self):
        self.import_file()
        cx = Cx(time.time() + HOUR)
        cx.uar(1, 2001)
        cx.uar(4, 2001)
        self.observe(cx)
        texts = [self.run_command("lookup", "--store", self.store, impi(n), code=CLEAN).stdout
                 for n in (1, 4, 9)]
        self.assertRegex(texts[0], rf"UAR  .* UTC, hss\.{re.escape(HOME)}: Result-Code 2001 .*, as "
                                   "predicted")
        self.assertRegex(texts[1], r"otherwise than predicted: Result-Code 5003 .*CXA007")
        self.assertIn("observed on Cx: nothing", texts[2])


if __name__ == "__main__":
    unittest.main()
