"""The main job: audits of exports and of stores, and their reports."""
import csv
import io
import json
import os
import signal
import subprocess
import time
import unittest

from harness import (CLEAN, FINDINGS, HEALTHY, HOME, PROGRAM, QUICKSTART, SOURCE, UNUSABLE,
                     CommandTest)

# What is planted in fixtures/quickstart, by the comment at the head of the dump: subscriber, rule.
PLANTED = {
    ("001010000000003", "CXA006"), ("001010000000004", "CXA007"), ("001010000000005", "CXA005"),
    ("001010000000006", "CXA042"), ("001010000000007", "CXA040"), ("001010000000008", "CXA080"),
    ("001010000000009", "CXA032"), ("001010000000010", "CXA036"), ("001010000000013", "CXA018"),
    ("001010000000014", "CXA019"),
}


def volte(count, first=1, realm=HOME, grant=""):
    """Healthy VoLTE subscribers: a barred temporary IMPU beside unbarred numbers."""
    rows = ["subscription,imsi,impi,impu,barred,irs" + (",visited_networks" if grant else "")]
    for i in range(first, first + count):
        imsi = f"00101{i:010d}"
        for impu, barred in ((f"sip:{imsi}@{realm}", 1), (f"sip:+88210{i:07d}@{HOME}", 0),
                             (f"tel:+88210{i:07d}", 0)):
            rows.append(f"s{i},{imsi},{imsi}@{realm},{impu},{barred},1" + (f",{grant}" if grant else ""))
    return "\n".join(rows) + "\n"


class Audit(CommandTest):
    def audit(self, *arguments, code=None):
        found = self.json_of(self.run_command("audit", "-o", "json", *arguments, code=code))
        totals = found["totals"]
        self.assertEqual(sum(totals[k] for k in ("registers", "refused", "fails", "undecided", "unproven")),
                         totals["attempts"])
        for finding in found["population"]:
            self.check_schema(finding)
        return found

    def findings(self, *arguments):
        done = self.run_command("audit", "-o", "ndjson", *arguments)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for one in found:
            self.check_schema(one)
            if one["verdict"]:
                self.check_schema(one["verdict"])
        return found

    def test_an_unreadable_fact_makes_no_sibling_vanish(self):
        rows = volte(3).split("\n")
        rows[2] = rows[2].replace(",0,1", ",maybe,1")
        rows[3] = rows[3].replace(",0,1", ",maybe,1")
        found = self.audit("--error-budget", "50%", self.write("a.csv", "\n".join(rows)))
        self.assertEqual(found["totals"]["refused"], 0)
        self.assertEqual(found["totals"]["unproven"], 1)
        self.assertEqual(found["totals"]["registers"], 2)
        self.assertEqual(found["inputs"][0]["rejects"], 2)

    def test_swapped_impis_are_named_as_such(self):
        a, b = f"001010000000012@{HOME}", f"001010000000011@{HOME}"
        rows = volte(2, 11).replace(f",{b},", ",?,").replace(f",{a},", f",{b},").replace(",?,", f",{a},")
        found = self.findings(self.write("a.csv", rows))
        swapped = [f for f in found if f["rule"] == "CXA045"]
        self.assertEqual({f["subject"]["imsi"] for f in swapped}, {"001010000000011", "001010000000012"})
        self.assertEqual([f["verdict"]["cx"][0]["answer"]["code"] for f in swapped], [5002, 5002])

    def test_dangling_associations_are_findings(self):
        found = self.findings("--hss", "fhoss", self.write("a.sql", "\n".join((
            "INSERT INTO `imsu` (`id`,`name`) VALUES (1,'a');",
            "INSERT INTO `impi` (`id`,`id_imsu`,`identity`,`auth_scheme`) VALUES (1,1,'alice@example.org',255);",
            "INSERT INTO `impu` (`id`,`identity`,`barring`,`id_implicit_set`) VALUES (1,'sip:alice@example.org',0,1);",
            "INSERT INTO `impi_impu` (`id`,`id_impi`,`id_impu`) VALUES (1,1,1),(2,1,9),(3,8,1);", ""))))
        dangling = [f["text"] for f in found if f["rule"] == "CXA076"]
        self.assertEqual(len(dangling), 2)
        self.assertIn("IMPU 9", " ".join(dangling))
        self.assertIn("IMPI 8", " ".join(dangling))

    def test_the_quickstart_export_shows_what_was_planted(self):
        found = self.findings(QUICKSTART)
        shown = {(f["verdict"]["attempt"]["impi"].split("@")[0], f["rule"]) for f in found if f["verdict"]}
        self.assertEqual(shown, PLANTED)
        duplicate = [f["subject"]["impi"] for f in found if f["rule"] == "CXA048"]
        self.assertEqual(set(duplicate), {f"001010000000011@{HOME}", f"001010000000012@{HOME}"})
        audit = self.audit(QUICKSTART, code=FINDINGS)
        self.assertEqual(audit["totals"]["subscriptions"], 14)
        self.assertEqual(audit["totals"]["registers"], 4)

    def without(self, *tables):
        """The quickstart export without the statements that fill these tables."""
        statements = QUICKSTART.read_text(encoding="utf-8").split(";\n")
        kept = [s for s in statements if not any(f"INSERT INTO `{t}`" in s for t in tables)]
        self.assertEqual(len(kept), len(statements) - len(tables))
        return self.write("without.sql", ";\n".join(kept))

    def test_a_missing_table_is_named_with_what_it_leaves_open(self):
        path = self.without("impi_impu")
        done = self.run_command("audit", "--hss", "fhoss", path)
        self.assertEqual(done.stderr.count("table impi_impu"), 1)
        self.assertIn("which IMPI may use which IMPU", done.stderr)
        found = self.audit("--hss", "fhoss", path)
        self.assertEqual(found["totals"]["registers"], 0)
        # IMPUs that may be of one subscription are no strangers, and no lonely numbers.
        self.assertEqual({c["rule"] for c in found["by_cause"]} & {"CXA014", "CXA015"}, set())

    def test_a_lost_row_of_a_service_profile_makes_its_users_unproven(self):
        path = self.write("lost.sql", QUICKSTART.read_text(encoding="utf-8").replace(
            "(1,'telephony','sip:", "(@id,'telephony','sip:"))
        found = self.audit("--hss", "fhoss", "--error-budget", "50%", path)
        self.assertEqual((found["totals"]["registers"], found["inputs"][0]["rejects"]), (0, 1))
        whole = self.audit("--hss", "fhoss", QUICKSTART)
        self.assertGreaterEqual(found["totals"]["unproven"], whole["totals"]["registers"])

    def test_the_other_forms_of_the_quickstart_export_agree(self):
        rules = {"CXA006", "CXA007", "CXA042", "CXA080"}
        for name in ("subscribers.csv", "subscribers.xml"):
            found = self.findings(SOURCE / "fixtures/quickstart" / name)
            shown = {(f["verdict"]["attempt"]["impi"].split("@")[0], f["rule"])
                     for f in found if f["verdict"]}
            self.assertEqual({s for s in PLANTED if s[1] in rules} - shown, set(), name)

    def test_healthy_volte_subscribers_raise_no_alarm(self):
        path = self.write("volte.csv", volte(500))
        found = self.audit(path, "--fail-on", "warning", code=CLEAN)
        self.assertEqual(found["totals"]["registers"], 500)
        self.assertEqual(found["totals"]["naive_refused"], 500)
        self.assertEqual(found["totals"]["refused_subscriptions"], 0)
        self.assertEqual([f for f in self.findings(path) if f["severity"] in ("warning", "error")], [])

    def test_one_realm_that_explains_many_is_one_finding(self):
        wrong = "ims.mnc01.mcc001.3gppnetwork.org"
        many = self.write("many.csv", volte(200) + volte(50, 1000, wrong).split("\n", 1)[1])
        found = self.audit(many, code=FINDINGS)["population"]
        self.assertEqual([(f["rule"], f["count"]) for f in found], [("CXA085", 50)])
        self.assertIn(wrong, found[0]["text"])
        single = [f for f in self.findings(many) if f["verdict"]]
        self.assertEqual({f["part_of"] for f in single}, {found[0]["fingerprint"]})
        few = self.write("few.csv", volte(200) + volte(2, 1000, wrong).split("\n", 1)[1])
        self.assertEqual(self.audit(few, code=FINDINGS)["population"], [])

    def test_a_network_that_nobody_is_granted_is_one_finding(self):
        path = self.write("a.csv", volte(40, grant="visited.example"))
        found = self.audit(path)["population"]
        self.assertEqual([(f["rule"], f["count"]) for f in found], [("CXA083", 40)])

    def test_threads_do_not_change_the_result(self):
        path = self.write("a.csv", volte(5000) + volte(3000, 9000, "ims.mnc01.mcc001.3gppnetwork.org")
                          .split("\n", 1)[1])
        results = []
        for threads in (1, 2, 7):
            found = self.audit("-j", threads, path)
            results.append({k: found[k] for k in ("totals", "by_cause", "population")})
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0], results[2])

    def test_json_of_several_sources_is_a_line_for_each(self):
        self.import_file(source="a")
        done = self.run_command("audit", "--store", self.store, "--json", code=FINDINGS)
        self.json_of(done)
        self.assertEqual(done.stdout.count("\n"), 1)
        self.import_file(self.write("b.csv", HEALTHY), source="b")
        self.import_file(self.write("eps.csv", HEALTHY), "--role", "eps", source="c")
        path = self.folder / "report.json"
        done = self.run_command("audit", "--store", self.store, "-o", "json", "-o", f"json:{path}",
                                code=FINDINGS)
        for text in (done.stdout, path.read_text(encoding="utf-8")):
            found = [json.loads(line) for line in text.splitlines()]
            for one in found:
                self.check_schema(one)
            self.assertEqual([one["inputs"][0]["source"] for one in found], ["a", "b"])

    def test_one_is_singular(self):
        out = self.run_command("audit", self.write("a.csv", HEALTHY), code=CLEAN).stdout
        self.assertIn("  1 subscription, 0 records could", out)
        self.assertIn("0 of 1 subscription will", out)
        self.assertIn("flagged 1 attempt.", out)
        out = self.import_file(self.write("b.csv", HEALTHY)).stdout
        self.assertIn("1 subscription, 1 IMPI, 3 IMPUs, 0 rejects", out)

    def test_the_threshold_decides_the_exit_code(self):
        healthy = self.write("healthy.csv", HEALTHY.replace(",1,1\n", ",0,1\n", 1))
        self.run_command("audit", healthy, code=CLEAN)
        self.run_command("audit", "--fail-on", "notice", healthy, code=FINDINGS)
        self.run_command("audit", "--fail-on", "error", QUICKSTART, code=FINDINGS)

    def test_intended_refusals_are_reported_apart(self):
        policy = self.write("policy.conf", 'intended { test-range = {"00101"} }\n')
        found = self.audit("--policy", policy, self.write("a.csv", HEALTHY.replace(",0,1\n", ",1,1\n")), code=CLEAN)
        self.assertEqual([(c["row"], c["intended"]) for c in found["by_cause"] if c["row"] == "D06"],
                         [("D06", 1)])

    def test_csv_is_safe_in_spreadsheets(self):
        hostile = HEALTHY.replace("sip:+882100000001@", "=cmd|'/c calc'!A1@").replace(
            "001010000000001@" + HOME + ",sip:001", "@SUM(A1)@b,sip:001")
        done = self.run_command("audit", "-o", "csv", "--error-budget", "100%",
                                self.write("a.csv", hostile))
        rows = list(csv.reader(io.StringIO(done.stdout)))
        self.assertEqual(rows[0][:5], ["rule", "slug", "row", "severity", "certainty"])
        self.assertGreater(len(rows), 1)
        for row in rows:
            self.assertEqual(len(row), len(rows[0]))
            for cell in row:
                self.assertFalse(cell[:1] in ("=", "+", "-", "@", "\t", "\r"), cell)

    def test_several_reports_are_written_at_once(self):
        files = {form: self.folder / form for form in ("json", "ndjson", "csv", "text")}
        options = [part for form, path in files.items() for part in ("-o", f"{form}:{path}")]
        done = self.run_command("audit", *options, "-o", "json", QUICKSTART, code=FINDINGS)
        self.assertEqual(json.loads(done.stdout)["totals"],
                         json.loads(files["json"].read_text(encoding="utf-8"))["totals"])
        self.assertIn("Causes", files["text"].read_text(encoding="utf-8"))
        for path in files.values():
            self.assertEqual(path.stat().st_mode & 0o077, 0)

    def test_a_report_file_appears_whole_or_not_at_all(self):
        old = self.write("report.json", "old")
        self.run_command("audit", "-o", f"json:{old}", self.write("empty.csv", ""), code=UNUSABLE)
        self.assertEqual(old.read_text(encoding="utf-8"), "old")
        self.assertEqual([p.name for p in self.folder.glob("report.json*")], ["report.json"])
        done = self.run_command("audit", "-o", f"json:{self.folder}/no/report", QUICKSTART, code=UNUSABLE)
        self.assertIn("no/report", done.stderr)
        self.run_command("audit", "-o", f"json:{old}", QUICKSTART, code=FINDINGS)
        self.check_schema(json.loads(old.read_text(encoding="utf-8")))

    def test_a_pipe_or_link_is_written_and_not_replaced(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
            self.run_command("audit", "-o", f"json:{pipe}", QUICKSTART, code=FINDINGS)
            self.check_schema(json.loads(reader.communicate(timeout=60)[0]))
        self.assertTrue(pipe.is_fifo())
        old = self.write("old.json", "old")
        link = self.folder / "link.json"
        link.symlink_to(old)
        self.run_command("audit", "-o", f"json:{link}", QUICKSTART, code=FINDINGS)
        self.assertTrue(link.is_symlink())
        self.check_schema(json.loads(old.read_text(encoding="utf-8")))
        done = self.run_command("audit", "-o", f"json:{self.folder}", QUICKSTART, code=UNUSABLE)
        self.assertIn("Is a directory", done.stderr)

    def test_a_store_is_audited_source_by_source(self):
        self.import_file(source="a")
        self.import_file(self.write("b.csv", HEALTHY), source="b")
        self.import_file(self.write("e.csv", HEALTHY), "--role", "eps", source="e")
        done = self.run_command("audit", "--store", self.store, "-o", "ndjson", code=FINDINGS)
        sources = {json.loads(line)["source"] for line in done.stdout.splitlines()}
        self.assertEqual(sources, {"a"})
        text = self.run_command("audit", "--store", self.store, code=FINDINGS).stdout
        self.assertIn("source a", text)
        self.assertIn("source b", text)
        self.assertNotIn("source e", text)
        rows = self.run_command("audit", "--store", self.store, "-o", "csv", code=FINDINGS).stdout
        self.assertEqual(rows.count("rule,slug"), 1)
        self.run_command("audit", "--store", self.store, "--source", "b", code=CLEAN)
        done = self.run_command("audit", "--store", self.store, "--source", "c", code=UNUSABLE)
        self.assertIn("c", done.stderr)

    def test_standard_input_is_audited(self):
        done = self.run_command("audit", "-o", "json", "-", text_in=HEALTHY, code=CLEAN)
        self.assertEqual(self.json_of(done)["totals"]["registers"], 1)

    def test_nothing_is_left_behind(self):
        before = set(self.folder.iterdir())
        self.run_command("audit", QUICKSTART, code=FINDINGS)
        self.run_command("audit", self.folder / "absent", code=UNUSABLE)
        self.assertEqual(set(self.folder.iterdir()), before)

    def test_an_interrupted_audit_leaves_no_report_and_no_store(self):
        before = set(self.folder.iterdir())
        with subprocess.Popen([str(PROGRAM), "audit", "--format", "csv", "-o",
                               f"json:{self.folder}/report", "-"], stdin=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=self.environment()) as child:
            child.stdin.write(volte(20000).encode())
            child.stdin.flush()
            time.sleep(0.5)
            child.send_signal(signal.SIGINT)
            child.stdin.close()
            child.stdin = None
            child.communicate(timeout=60)
            self.assertEqual(child.returncode, UNUSABLE)
        self.assertEqual(set(self.folder.iterdir()), before)


if __name__ == "__main__":
    unittest.main()
