"""Help, usage errors, exit codes, outputs: what all commands have in common."""
import json
import os
import pty
import subprocess
import unittest

from harness import (CLEAN, FINDINGS, HEALTHY, PROGRAM, QUICKSTART, SOURCE, UNUSABLE, USAGE,
                     CommandTest)

COMMANDS = ["audit", "diagnose", "import", "lookup", "observed", "predict", "sql", "sources", "rules"]


class Commands(CommandTest):
    def test_each_command_has_help_and_version(self):
        for command in COMMANDS:
            for option in ("--help", "-h"):
                done = self.run_command(command, option, code=CLEAN)
                self.assertTrue(done.stdout.startswith(f"Usage: cxaudit {command} "), command)
                self.assertEqual(done.stderr, "")
            self.assertEqual(self.run_command("help", command, code=CLEAN).stdout, done.stdout)
            done = self.run_command(command, "--version", code=CLEAN)
            self.assertRegex(done.stdout, r"^cxaudit \d")

    def test_the_program_has_help_and_version(self):
        for option in ("--help", "-h", "help"):
            done = self.run_command(option, code=CLEAN)
            for command in COMMANDS:
                self.assertIn(f"  {command} ", done.stdout)
        self.assertRegex(self.run_command("--version", code=CLEAN).stdout, r"^cxaudit \d")

    def test_usage_errors_name_what_was_found_and_exit_2(self):
        cases = [
            ((), "command"),
            (("frobnicate",), "command 'frobnicate'"),
            (("--frobnicate",), "option '--frobnicate'"),
            (("-v", "audit", "x"), "options follow the command"),
            (("audit", "--frobnicate"), "--frobnicate"),
            (("audit", "-Z"), "-Z"),
            (("audit", "--fail-on"), "--fail-on"),
            (("audit", "--fail-on", "fatal", "x"), "fatal"),
            (("audit", "-o", "pdf", "x"), "pdf"),
            (("audit", "-o", "json:", "x"), "json:"),
            (("audit", "--hss", "acme", "x"), "acme"),
            (("audit", "--cscf", "acme", "x"), "acme"),
            (("audit", "--threads", "0", "x"), "0"),
            (("audit", "--memory", "lots", "x"), "lots"),
            (("audit", "--error-budget", "200%", "x"), "200%"),
            (("audit", "--format", "pdf", "x"), "pdf"),
            (("import",), "file"),
            (("import", "--role", "boss", "x"), "boss"),
            (("import", "--hss", "acme", "x"), "acme"),
            (("lookup",), "identity"),
            (("predict",), "--impi"),
            (("predict", "--impi", "a@b", "c"), "'c'"),
            (("predict", "--impi", "a@b", "--visited-network", "x", "--no-visited-network"), "visited"),
            (("sql",), "statement"),
            (("sql", "--csv", "--json", "SELECT 1"), "exclude each other"),
            (("sources", "x"), "'x'"),
            (("rules", "CXA999"), "CXA999"),
            (("rules", "CXA001", "CXA002"), "one rule"),
        ]
        for arguments, word in cases:
            done = self.run_command(*arguments, code=USAGE)
            self.assertIn(word, done.stderr, arguments)
            self.assertEqual(done.stdout, "")

    def test_without_a_store_the_reading_commands_exit_3(self):
        for arguments in (("lookup", "x"), ("predict", "--impi", "x"), ("sources",), ("sql", "SELECT 1"),
                          ("audit",)):
            done = self.run_command(arguments[0], "--store", self.folder / "absent", *arguments[1:],
                                    code=UNUSABLE)
            self.assertIn("absent", done.stderr)

    def test_a_file_in_place_of_the_store_is_told(self):
        path = self.write("file", "x")
        for arguments in (("lookup", "x"), ("import", QUICKSTART)):
            done = self.run_command(arguments[0], "--store", path, arguments[1], code=UNUSABLE)
            self.assertIn("file", done.stderr)

    def test_an_empty_store_is_told(self):
        self.import_file(self.write("bad.csv", "impi\n"), code=UNUSABLE)
        for arguments in (("lookup", "001010000000001"), ("audit",),
                          ("predict", "--impi", "a@b", "--impu", "sip:a@b")):
            done = self.run_command(arguments[0], "--store", self.store, *arguments[1:],
                                    code=UNUSABLE)
            self.assertIn("source", done.stderr)
        self.assertEqual(self.sources(), [])

    def test_the_store_comes_from_the_environment_or_the_users_folder(self):
        self.import_file()
        done = self.run_command("sources", code=CLEAN,
                                env=self.environment(CXAUDIT_STORE=str(self.store)))
        self.assertIn("fhoss-sql", done.stdout)
        self.run_command("import", self.write("a.csv", HEALTHY), code=CLEAN)
        self.assertTrue((self.folder / ".local/share/cxaudit/catalog.db").exists())

    def test_the_rules_of_the_documentation_are_those_of_the_program(self):
        done = self.run_command("rules", "--markdown", code=CLEAN)
        self.assertEqual(done.stdout, (SOURCE / "docs/rules.md").read_text(encoding="utf-8"))

    def test_rules_are_listed_and_explained(self):
        found = self.json_of(self.run_command("rules", "--json", code=CLEAN))
        self.assertEqual(found["rules"][6]["rule"], "CXA007")
        self.assertEqual(found["rules"][6]["row"], "D07")
        for name in ("CXA007", "d07", "irs-no-unbarred-impu"):
            one = self.json_of(self.run_command("rules", "--json", name, code=CLEAN))
            self.assertEqual(one["rules"], [found["rules"][6]])
            self.assertIn("CXA007", self.run_command("rules", name, code=CLEAN).stdout)
        self.assertIn("CXA007", self.run_command("rules", code=CLEAN).stdout)

    def test_a_reader_that_leaves_early_gets_no_message(self):
        command = f"'{PROGRAM}' rules --markdown | head -1"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True,
                              env=self.environment())
        self.assertEqual((done.stdout, done.stderr), ("# Rules\n", ""))

    def test_a_full_output_device_is_told(self):
        for arguments in (["rules"], ["--help"], ["--version"], ["help", "audit"], ["audit", "--help"],
                          ["lookup", "--version"], ["audit", str(QUICKSTART)],
                          ["audit", "-o", "ndjson", str(QUICKSTART)]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([str(PROGRAM), *arguments], stdout=full, stderr=subprocess.PIPE,
                                      text=True, check=False, env=self.environment())
            self.assertEqual(done.returncode, UNUSABLE, arguments)
            self.assertEqual(done.stderr.count("space"), 1, done.stderr)
        for form in ("text", "json", "ndjson", "csv"):
            done = self.run_command("audit", "-o", f"{form}:/dev/full", QUICKSTART, code=UNUSABLE)
            self.assertIn("No space left", done.stderr, form)

    def test_closed_standard_streams_are_no_files_of_ours(self):
        path = self.folder / "report.json"
        command = f"'{PROGRAM}' audit -o 'json:{path}' '{QUICKSTART}'"
        for closed in ("2>&-", "0<&- 2>&-", "0<&- 1>&- 2>&-"):
            done = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, text=True,
                                  check=False, env=self.environment())
            self.assertEqual((done.returncode, done.stdout), (FINDINGS, ""), closed)
            self.check_schema(json.loads(path.read_text(encoding="utf-8")))
        for command in ("audit '{QUICKSTART}' 1>&-", "audit - 0<&-"):
            command = f"'{PROGRAM}' " + command.replace("{QUICKSTART}", str(QUICKSTART))
            done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False,
                                  env=self.environment())
            self.assertEqual((done.returncode, done.stdout), (UNUSABLE, ""), command)
            self.assertIn("Bad file descriptor", done.stderr, command)

    def terminal_output(self, **environment):
        """What audit writes when stdout is a terminal."""
        master, slave = pty.openpty()
        with subprocess.Popen([str(PROGRAM), "audit", str(QUICKSTART)], stdout=slave,
                              stderr=subprocess.DEVNULL, env=self.environment(**environment)) as child:
            os.close(slave)
            output = b""
            try:
                while True:
                    part = os.read(master, 65536)
                    if not part:
                        break
                    output += part
            except OSError:
                pass
            os.close(master)
            self.assertEqual(child.wait(), FINDINGS)
        return output

    def test_colour_is_for_terminals_and_no_color_turns_it_off(self):
        self.assertIn(b"\033[", self.terminal_output(TERM="xterm"))
        self.assertNotIn(b"\033[3", self.terminal_output(TERM="xterm", NO_COLOR="1"))
        self.assertIn(b"\033[", self.terminal_output(TERM="xterm", NO_COLOR=""))
        self.assertNotIn("\033", self.run_command("audit", QUICKSTART, code=FINDINGS).stdout)

    def test_sql_reads_and_refuses_everything_else(self):
        self.import_file()
        count = self.run_command("sql", "--store", self.store, "--json",
                                 "SELECT count(*) AS n FROM impu WHERE barred", code=CLEAN)
        self.assertEqual(json.loads(count.stdout), {"n": 14})
        table = self.run_command("sql", "--store", self.store, "SELECT impi FROM impi", code=CLEAN)
        self.assertEqual(len(table.stdout.splitlines()), 15)
        csv = self.run_command("sql", "--store", self.store, "--csv",
                               "SELECT '=1+1' AS a, 'x,\"y\"' AS b", code=CLEAN)
        self.assertEqual(csv.stdout, "a,b\n'=1+1,\"x,\"\"y\"\"\"\n")
        for statement in ("DELETE FROM run", "ATTACH 'x.db' AS x", "PRAGMA writable_schema=1",
                          "CREATE TABLE t(a)", "SELECT load_extension('x')", "SELEC", "",
                          "SELECT 1; SELECT 2", "SELECT * FROM nowhere"):
            done = self.run_command("sql", "--store", self.store, statement)
            self.assertIn(done.returncode, (USAGE, UNUSABLE), statement)
            self.assertNotEqual(done.stderr, "")
            if done.returncode == USAGE:
                self.assertIn("--help", done.stderr)
        self.assertFalse((self.folder / "x.db").exists())


if __name__ == "__main__":
    unittest.main()
