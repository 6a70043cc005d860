"""cxaudit observed: what is shown of exchanges in the store."""
import json
import pathlib
import signal
import subprocess
import time
import unittest

from captures import CSCF, HOME, HSS, Capture, answer, avp, request
from harness import CLEAN, PROGRAM, UNUSABLE, USAGE
from observed_case import ObservedTest, needs_tshark

ONE, TWO = "001010000000001", "001010000000002"
XML = ("<?xml version='1.0'?><IMSSubscription><PrivateID>{u}@{h}</PrivateID><ServiceProfile>"
       "<PublicIdentity><BarringIndication>1</BarringIndication><Identity>sip:{u}@{h}</Identity>"
       "</PublicIdentity><PublicIdentity><Identity>tel:+9990000001</Identity></PublicIdentity>"
       "</ServiceProfile></IMSSubscription>")


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
        for spelling in (ONE, f"{ONE}@{HOME}", f"sip:{ONE}@{HOME}", f"sip:{ONE}@{HOME.upper()}",
                         "001 01 0000000001", f"IMSI:{ONE}", f"<sip:{ONE}@{HOME}>"):
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

    def test_a_code_of_another_vendor_has_its_vendor(self):
        c, cscf, hss = Capture(), (CSCF, 40000), (HSS, 3868)
        for number, vendor in ((7, 13019), (8, 10415)):
            c.tcp(cscf, hss, request("UAR", number, "001010000000009"))
            c.tcp(hss, cscf, answer("UAR", number, 5001, True, vendor=vendor))
        self.import_capture(c)
        other, ours = self.exchanges("show", "001010000000009")
        self.assertEqual(other["answer"], {"avp": "Experimental-Result-Code", "code": 5001,
                                           "name": "DIAMETER_UNKNOWN_CODE", "vendor": 13019})
        self.assertEqual(ours["answer"], {"avp": "Experimental-Result-Code", "code": 5001,
                                          "name": "DIAMETER_ERROR_USER_UNKNOWN"})
        self.assertEqual((other["answer_vendor"], ours["answer_vendor"]), (13019, 10415))
        stats = self.json_of(self.observed("stats", "--json"))
        rows = {r["vendor"]: r["count"] for r in stats["by_code"] if r["code"] == 5001}
        self.assertEqual(rows, {13019: 1, 10415: 2})
        self.assertRegex(self.observed("stats").stdout, r"UAR +5001  of vendor 13019 +1\n")
        self.assertRegex(self.observed("tail").stdout, r"UAR 5001 of vendor 13019 ")
        self.assertIn("UAR 5001 of vendor 13019: 1\n", self.observed("top").stdout)
        rows = [json.loads(line) for line in self.run_command(
            "sql", "--store", self.store, "--json",
            "SELECT code, name, vendor FROM exchange WHERE code = 5001 ORDER BY id",
            code=0).stdout.splitlines()]
        self.assertIn({"code": 5001, "name": "DIAMETER_UNKNOWN_CODE", "vendor": 13019}, rows)

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
