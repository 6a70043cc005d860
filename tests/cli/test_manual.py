"""The manual pages, the completion and the help name the same options."""
import re
import shutil
import subprocess
import unittest

from harness import CLEAN, SOURCE, CommandTest

COMMANDS = ["audit", "diagnose", "import", "lookup", "observed", "predict", "sql", "sources", "rules"]


class Manual(CommandTest):
    def options_of(self, command):
        done = self.run_command(command, "--help", code=CLEAN)
        return set(re.findall(r"^  (?:-., |    )--([a-z-]+)", done.stdout, re.M))

    def test_pages_name_the_options_of_the_help(self):
        for command in COMMANDS:
            page = (SOURCE / f"man/cxaudit-{command}.1").read_text(encoding="utf-8")
            named = set(re.findall(r"^\.It .*?Fl Fl ([a-z-]+)", page, re.M))
            self.assertEqual(named, self.options_of(command), command)
            self.assertIn(".Sh EXIT STATUS", page)

    def test_the_completion_names_the_options_of_the_help(self):
        script = SOURCE / "packaging/completion/cxaudit"
        for command in COMMANDS:
            done = subprocess.run(
                ["bash", "-c", f'. "{script}"; COMP_WORDS=(cxaudit {command} --); COMP_CWORD=2; '
                 'COMPREPLY=(); _cxaudit; printf "%s\\n" "${COMPREPLY[@]}"'],
                capture_output=True, text=True, check=True)
            offered = {word[2:] for word in done.stdout.split()}
            self.assertEqual(offered, self.options_of(command), command)

    def test_the_page_of_sql_names_the_columns(self):
        self.import_file()
        page = (SOURCE / "man/cxaudit-sql.1").read_text(encoding="utf-8")
        for table in ("subscription", "impi", "impu", "irs", "association", "exchange", "source",
                      "snapshot", "reject", "run"):
            done = self.run_command("sql", "--store", self.store, "--csv", f"SELECT * FROM {table} LIMIT 1",
                                    code=CLEAN)
            described = page.split(f".It Em {table}\n" if table != "exchange" else ".Em exchange\nare\n")[1]
            described = described.split(".It Em" if table != "exchange" else ".It is read")[0]
            named = set(re.findall(r"[a-z_]+", described))
            columns = done.stdout.splitlines()[0].split(",")
            self.assertGreater(len(columns), 2, table)
            self.assertEqual([c for c in columns if c not in named], [], table)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_pages_are_clean(self):
        pages = sorted((SOURCE / "man").glob("cxaudit*.[15]"))
        self.assertEqual(len(pages), len(COMMANDS) + 2)
        # References are looked for in the folder where it runs.
        done = subprocess.run(["mandoc", "-T", "lint", *(page.name for page in pages)], check=False,
                              capture_output=True, text=True, cwd=SOURCE / "man")
        lines = [line for line in done.stdout.splitlines() if "outdated mandoc.db" not in line]
        self.assertEqual(lines, [])


if __name__ == "__main__":
    unittest.main()
