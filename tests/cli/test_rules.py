"""Each rule that an export in CSV can show: found in its bad fixture, at subscriber one, not in the good one."""
import json
import unittest

from harness import SOURCE, CommandTest, impi

FIXTURES = SOURCE / "fixtures/rules"


class Rules(CommandTest):
    def rules_of(self, path):
        """The rules found for the subscriber with IMSI 001010000000001."""
        done = self.run_command("audit", "-o", "ndjson", "--error-budget", "0%", path)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for one in found:
            self.check_schema(one)
        return {f["rule"] for f in found
                if f["subject"]["imsi"] == "001010000000001" or f["subject"]["impi"] == impi(1)}

    def test_bad_fixtures_show_their_rule_and_good_ones_do_not(self):
        folders = sorted(FIXTURES.glob("CXA*"))
        self.assertGreater(len(folders), 15)
        for folder in folders:
            with self.subTest(folder.name):
                self.assertIn(folder.name, self.rules_of(folder / "bad.csv"))
                self.assertNotIn(folder.name, self.rules_of(folder / "good.csv"))


if __name__ == "__main__":
    unittest.main()
