"""lookup and predict: any spelling, several sources, batches, policies."""
import json
import os
import unittest

from harness import CLEAN, HEALTHY, HOME, UNUSABLE, USAGE, CommandTest, impi


class Lookup(CommandTest):
    def lookup(self, *identities, options=(), code=CLEAN):
        done = self.run_command("lookup", "--store", self.store, "--json", *options, *identities,
                                code=code)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for one in found:
            self.check_schema(one)
            for subscription in one["subscriptions"]:
                for verdict in subscription["verdicts"]:
                    self.check_schema(verdict)
                for finding in subscription["findings"]:
                    self.check_schema(finding)
        return found

    def test_an_identity_is_found_in_any_spelling(self):
        self.import_file()
        spellings = [
            "001010000000001", "imsi-001010000000001", " 001010000000001 ", impi(1), "sip:" + impi(1),
            f"sip:001010000000001@{HOME.upper()}", "+882100000001", "882100000001",
            "tel:+882100000001", "tel:+88-2100-000001", "tel:+88(2100)000001",
            f"sip:+882100000001@{HOME}", f"SIP:+882100000001@{HOME};user=phone",
            "001 01 0000000001", "001-01-0000000001", "IMSI:001010000000001", "imsi = 001 01 0000000001",
            "MSISDN +88 2100 000001", "tel:+88 (2100) 000 001", "+88\u00a02100\u2011000001",
            "00882100000001", "00 88 2100-000001", "tel:00882100000001", "+88 (0)2100 000001",
            f"<sip:+88-2100-000001@{HOME}>", f'"One" <sip:001010000000001@{HOME}>', f"IMPI: {impi(1)}",
        ]
        for query in spellings:
            found = self.lookup(query)[0]
            self.assertEqual([s["impi"] for s in found["subscriptions"]], [[impi(1)]], query)
            self.assertEqual(found["query"], query)

    def test_a_national_number_is_found_with_the_policys_country_code(self):
        self.import_file()
        policy = self.write("policy.conf", 'country-code = "88"\n')
        found = self.lookup("02100000001", options=("--policy", policy))[0]
        self.assertEqual(len(found["subscriptions"]), 1)
        self.assertEqual(self.lookup("02100000001")[0]["subscriptions"], [])
        for query, hint in (("021 0000 0001", True), ("+92100000001", False), ("002100000001", False)):
            text = self.run_command("lookup", "--store", self.store, query, code=CLEAN).stdout
            self.assertEqual("country-code" in text, hint, query)

    def test_what_is_not_found_is_an_answer_with_the_nearest_identity(self):
        self.import_file()
        found = self.lookup("001010000000006", impi(99))
        self.assertEqual(len(found[0]["subscriptions"]), 1)
        self.assertEqual(found[1]["subscriptions"], [])
        text = self.run_command("lookup", "--store", self.store, "nobody@example.org", code=CLEAN)
        self.assertIn("no subscription", text.stdout)

    def test_the_nearest_identity_is_suggested(self):
        unpadded = HEALTHY.replace("mnc001", "mnc01").replace("001010000000001@", "imsi-001010000000001@")
        self.import_file(self.write("a.csv", unpadded))
        found = self.lookup(f"00101000000000@{HOME}")[0]
        self.assertEqual(found["subscriptions"], [])
        self.assertIsInstance(found["nearest"], list)

    def test_one_slip_of_the_fingers_is_forgiven(self):
        self.import_file()
        # two that changed places, one too many, one too few, another one
        for query in ("001010000000100", "0010100000000011", "+88210000011", "+882100000071",
                      "00101 0000 0000 91"):
            found = self.lookup(query)[0]
            self.assertEqual(found["subscriptions"], [], query)
            self.assertNotEqual(found["nearest"], [], query)
            self.assertEqual(len(set(found["nearest"])), len(found["nearest"]))
        row = "b,,,alice@example.org,sip:alice@example.org,0,1\n"
        self.import_file(self.write("b.csv", HEALTHY + row))
        for query in ("alcie@example.org", "aliice@example.org", "alic@example.org", "sip:alide@example.org"):
            self.assertEqual([n.removeprefix("sip:") for n in self.lookup(query)[0]["nearest"]],
                             ["alice@example.org"], query)
        self.assertEqual(self.lookup("bob@example.org")[0]["nearest"], [])

    def test_what_is_left_out_is_counted(self):
        rows = "".join(f"s{i},,882100000001,user{i}@{HOME},sip:user{i}@{HOME},0,1\n" for i in range(300))
        self.import_file(self.write("a.csv", HEALTHY.split("\n", maxsplit=1)[0] + "\n" + rows))
        found = self.lookup("+882100000001")[0]
        self.assertEqual((len(found["subscriptions"]), found["left_out"]), (256, 44))
        text = self.run_command("lookup", "--store", self.store, "+882100000001", code=CLEAN).stdout
        self.assertIn("300 subscriptions", text)
        self.assertIn("subscription.msisdn", text)
        count = self.run_command("sql", "--store", self.store, "--json",
                                 "SELECT count(*) AS n FROM subscription WHERE msisdn = '882100000001'",
                                 code=CLEAN)
        self.assertEqual(json.loads(count.stdout), {"n": 300})
        self.assertNotIn("left_out", self.lookup("user7@" + HOME)[0])

    def test_an_empty_identity_is_a_usage_error(self):
        self.import_file()
        for query in ("", " "):
            done = self.run_command("lookup", "--store", self.store, query, code=USAGE)
            self.assertIn("expected an IMSI", done.stderr)

    def test_several_queries_give_one_object_each(self):
        self.import_file()
        found = self.lookup("001010000000001", "nobody@example.org", "+882100000004")
        self.assertEqual([len(f["subscriptions"]) for f in found], [1, 0, 1])

    def test_a_number_of_two_subscriptions_shows_both(self):
        self.import_file()
        found = self.lookup("tel:+882100000011")[0]
        self.assertEqual([s["impi"][0] for s in found["subscriptions"]], [impi(11), impi(12)])

    def test_the_text_says_what_is_wrong_and_what_to_do(self):
        self.import_file()
        done = self.run_command("lookup", "--store", self.store, "001010000000003", code=CLEAN)
        for word in ("refused", "403", "CXA006", "remedy", "barred", "5003"):
            self.assertIn(word, done.stdout)
        self.assertNotIn("unbar it", done.stdout)

    def test_each_source_answers_for_itself(self):
        self.import_file(source="a")
        self.import_file(self.write("b.csv", HEALTHY), source="b")
        found = self.lookup("001010000000001")[0]
        self.assertEqual([s["source"] for s in found["subscriptions"]], ["a", "b"])
        one = self.lookup("001010000000001", options=("--source", "b"))[0]
        self.assertEqual([s["source"] for s in one["subscriptions"]], ["b"])
        done = self.run_command("lookup", "--store", self.store, "--source", "c", "x", code=UNUSABLE)
        self.assertIn("c", done.stderr)

    def test_a_read_only_store_answers(self):
        self.import_file()
        for path in self.store.iterdir():
            path.chmod(0o400)
        self.store.chmod(0o500)
        self.addCleanup(self.store.chmod, 0o700)
        before = sorted((p.name, p.stat().st_size) for p in self.store.iterdir())
        for command in (("lookup", "001010000000001"), ("sources",), ("sql", "SELECT 1"),
                        ("predict", "--impi", impi(1), "--impu", "sip:" + impi(1)),
                        ("audit", "--fail-on", "error", "-o", "json")):
            done = self.run_command(command[0], "--store", self.store, *command[1:])
            self.assertIn(done.returncode, (0, 1), done.stderr)
        if os.geteuid():
            self.assertEqual(before, sorted((p.name, p.stat().st_size) for p in self.store.iterdir()))


class Predict(CommandTest):
    def setUp(self):
        super().setUp()
        self.import_file()

    def predict(self, *options, number=1, code=CLEAN):
        done = self.run_command("predict", "--store", self.store, "--json", "--impi", impi(number),
                                "--impu", "sip:" + impi(number), *options, code=code)
        return self.json_of(done)

    def batch(self, lines, *options, code=CLEAN):
        done = self.run_command("predict", "--store", self.store, "--batch", "-", *options,
                                text_in=lines, code=code)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for one in found:
            self.check_schema(one)
        return found

    def test_the_visited_network_defaults_to_the_home_network(self):
        self.assertEqual(self.predict()["attempt"]["visited_network"], HOME)
        self.assertEqual(self.predict("--visited-network", "")["attempt"]["visited_network"], "")
        self.assertIsNone(self.predict("--no-visited-network")["attempt"]["visited_network"])
        policy = self.write("policy.conf", 'home-visited-network = "home.example"\n')
        found = self.predict("--policy", policy)
        self.assertEqual(found["attempt"]["visited_network"], "home.example")

    def test_the_scheme_defaults_to_aka(self):
        self.assertEqual(self.predict()["attempt"]["scheme"], "Digest-AKAv1-MD5")
        self.assertEqual(self.predict("--scheme", "SIP Digest")["attempt"]["scheme"], "SIP Digest")

    def test_verdicts_are_those_of_the_decision_table(self):
        # number of the quickstart export, row, SIP status (cx-semantics 7)
        for number, row, status in ((1, None, 200), (3, "D06", 403), (4, "D07", 403), (5, "D05", 403),
                                    (10, "D36", 403)):
            found = self.predict(number=number)
            self.assertEqual(found["sip"]["status"], status, number)
            self.assertEqual(found["cause"]["row"] if found["cause"] else None, row)
            self.assertEqual(found["naive_status"], 403)
        emergency = self.predict("--emergency", number=3)
        self.assertEqual(emergency["outcome"], "registers")

    def test_an_identity_that_is_cut_short_is_noted(self):
        done = self.run_command("predict", "--store", self.store, "--impi", "001010000000001", "--impu",
                                "001010000000001", code=CLEAN)
        self.assertIn("user@realm", done.stderr)
        self.assertIn("tel:+number", done.stderr)
        self.assertNotIn('to ""', done.stdout)
        done = self.run_command("predict", "--store", self.store, "--impi", impi(1), "--impu",
                                "sip:" + impi(1), code=CLEAN)
        self.assertEqual(done.stderr, "")

    def test_later_steps_are_predicted_when_asked(self):
        found = self.predict("--from", "SAR")
        self.assertEqual([step["command"] for step in found["cx"]], ["SAR"])
        done = self.run_command("predict", "--store", self.store, "--impi", "a@b", "--from", "XAR",
                                code=USAGE)
        self.assertIn("XAR", done.stderr)

    def test_profiles_are_chosen_by_option(self):
        found = self.predict("--hss", "fhoss", "--cscf", "kamailio")
        self.assertEqual(found["profiles"], {"hss": "fhoss", "cscf": "kamailio"})

    def test_a_batch_answers_line_by_line(self):
        lines = [
            json.dumps({"impi": impi(1), "impu": "sip:" + impi(1)}),
            "{broken",
            "",
            "[]",
            json.dumps({"impi": impi(1), "colour": "red"}),
            json.dumps({"impi": 5}),
            json.dumps({"impi": impi(1), "impu": "sip:" + impi(1), "type": "holiday"}),
            json.dumps({"impi": "x" * 70000}),
            "[" * 5000,
            "\ufeff\x00",
            json.dumps({"impi": impi(3), "impu": "sip:" + impi(3), "visited_network": None}),
            json.dumps({"impi": impi(3), "impu": "sip:" + impi(3), "visited_network": ""}),
        ]
        found = self.batch("\n".join(lines))
        self.assertEqual([f["schema"] for f in found],
                         ["cxaudit/verdict/1"] + ["cxaudit/error/1"] * 9 + ["cxaudit/verdict/1"] * 2)
        self.assertEqual([f["line"] for f in found if "line" in f], list(range(2, 11)))
        self.assertEqual(found[0]["attempt"]["visited_network"], HOME)
        self.assertIsNone(found[-2]["attempt"]["visited_network"])
        self.assertEqual(found[-1]["attempt"]["visited_network"], "")
        self.assertEqual(self.batch(""), [])

    def test_unreadable_lines_of_a_batch_are_counted_at_the_end(self):
        good = json.dumps({"impi": impi(3), "impu": "sip:" + impi(3)})
        done = self.run_command("predict", "--store", self.store, "--batch", "-",
                                text_in=f"{good}\n{{broken\n[]\n{good}\n", code=CLEAN)
        self.assertEqual(len(done.stdout.splitlines()), 4)
        self.assertIn("2 of 4 lines", done.stderr)
        self.assertIn("line 2", done.stderr)

    def test_a_batch_answers_as_single_questions_do(self):
        for number in range(1, 15):
            one = self.predict(number=number)
            line = json.dumps({"impi": impi(number), "impu": "sip:" + impi(number)}) + "\r\n"
            self.assertEqual(self.batch(line), [one])

    def test_a_batch_that_cannot_be_read_is_told(self):
        for path in (self.folder, self.folder / "absent"):
            done = self.run_command("predict", "--store", self.store, "--batch", path, code=UNUSABLE)
            self.assertIn(str(path), done.stderr)

    def test_several_sources_want_a_choice(self):
        self.import_file(self.write("b.csv", HEALTHY), source="other")
        done = self.run_command("predict", "--store", self.store, "--impi", impi(1), code=USAGE)
        for word in ("hss", "other", "--source"):
            self.assertIn(word, done.stderr)
        self.predict("--source", "other")

    def test_a_policy_file_is_checked(self):
        good = self.write("good.conf", 'home-plmn = {"00101", "999070"}\nsim-type = "usim"\n'
                          'hss = "fhoss"\nassume { key-present = "unknown" }\n'
                          'intended { test-range = {"99970"}\n suspended = true }\n')
        self.assertEqual(self.predict("--policy", good)["profiles"]["hss"], "fhoss")
        cases = [
            ('home-plmn = {"001"}\n', "bad.conf:1", "001"),
            ('\nsim-type = "psim"\n', "bad.conf:2", "psim"),
            ('\n\ncolour = "red"\n', "bad.conf:3", "colour"),
            ('country-code = "+49"\n', "bad.conf:1", "+49"),
            ('assume { key-present = "maybe" }\n', "bad.conf:1", "maybe"),
            ('home-plmn = {"00101"\n', "bad.conf", ""),
        ]
        for content, place, word in cases:
            path = self.write("bad.conf", content)
            done = self.run_command("predict", "--store", self.store, "--impi", impi(1), "--policy",
                                    path, code=UNUSABLE)
            self.assertIn(place, done.stderr)
            self.assertIn(word, done.stderr)
        done = self.run_command("predict", "--store", self.store, "--impi", "a@b", "--policy",
                                self.folder / "absent.conf", code=UNUSABLE)
        self.assertIn("absent.conf", done.stderr)
        unknown = self.write("unknown.conf", 'hss = "acme"\n')
        done = self.run_command("predict", "--store", self.store, "--impi", "a@b", "--policy", unknown,
                                code=USAGE)
        self.assertIn("acme", done.stderr)


if __name__ == "__main__":
    unittest.main()
