"""Imports that go well, and all the ways in which they do not: the last snapshot always stays."""
import gzip
import lzma
import os
import pathlib
import resource
import signal
import stat
import subprocess
import time
import unittest

from harness import CLEAN, HEALTHY, PROGRAM, QUICKSTART, UNUSABLE, CommandTest


class Import(CommandTest):
    def assert_unchanged(self, before):
        self.assertEqual(self.sources(), before)
        self.run_command("lookup", "--store", self.store, "001010000000001", code=CLEAN)
        self.assertEqual(list(self.store.glob("*.part*")), [])

    def test_the_summary_is_json_when_asked(self):
        found = self.json_of(self.import_file(QUICKSTART, "--json"))
        self.assertEqual((found["source"], found["snapshot"], found["format"], found["subscriptions"]),
                         ("hss", 1, "fhoss-sql", 14))
        text = self.import_file(QUICKSTART)
        self.assertIn("14 subscriptions", text.stdout)
        self.assertEqual([(s["source"], s["snapshot"]) for s in self.sources()], [("hss", 2)])

    def test_a_store_is_private(self):
        self.import_file()
        self.assertEqual(stat.S_IMODE(self.store.stat().st_mode), 0o700)
        for path in self.store.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)

    def test_keys_are_not_kept(self):
        marker = "5ECCE75ECCE75ECCE75ECCE75ECCE75E"
        dump = QUICKSTART.read_text(encoding="utf-8").replace("0x" + "00" * 16, "0x" + marker)
        done = self.import_file(self.write("keys.sql", dump), "-v", "-v")
        for path in self.store.iterdir():
            content = path.read_bytes()
            self.assertNotIn(bytes.fromhex(marker), content)
            self.assertNotIn(marker.encode(), content)
        self.assertNotIn(marker, done.stdout + done.stderr)

    def test_compressed_files_and_standard_input_are_read(self):
        plain = QUICKSTART.read_bytes()
        zstd = subprocess.run(["zstd", "-q", "-c", str(QUICKSTART)], capture_output=True,
                              check=False) if self.has_zstd() else None
        files = [("a.gz", gzip.compress(plain)), ("a.xz", lzma.compress(plain))]
        if zstd:
            files.append(("a.zst", zstd.stdout))
        for name, content in files:
            found = self.json_of(self.import_file(self.write(name, content), "--json"))
            self.assertEqual((found["subscriptions"], found["format"]), (14, "fhoss-sql"), name)
        done = self.run_command("import", "--store", self.store, "--json", "-", text_in=plain)
        self.assertEqual(done.returncode, CLEAN)

    @staticmethod
    def has_zstd():
        return any(pathlib.Path(p, "zstd").exists() for p in os.environ["PATH"].split(":"))

    def test_what_is_no_export_is_refused_with_its_name(self):
        self.import_file()
        before = self.sources()
        cases = [
            (self.folder / "absent.sql", "absent.sql"),
            (self.folder, str(self.folder)),
            (self.write("empty.sql", ""), "empty"),
            (self.write("binary", bytes(range(256)) * 40), "binary"),
            (self.write("text.txt", "Lorem ipsum dolor sit amet\n" * 20), "text.txt"),
            (self.write("cut.gz", gzip.compress(os.urandom(90000))[:60000]), "cut.gz"),
            (self.write("header.csv", "imsi,impi,impu\n"), "no record"),
            (self.write("doctype.xml", '<!DOCTYPE a [<!ENTITY b "c">]><IMSSubscription/>'), "xml"),
        ]
        for path, word in cases:
            done = self.import_file(path, code=UNUSABLE)
            self.assertIn(word, done.stderr, path)
            self.assertEqual(done.stdout, "")
        self.assert_unchanged(before)

    def test_a_cut_dump_is_published_only_when_asked(self):
        self.import_file()
        before = self.sources()
        content = QUICKSTART.read_bytes()
        cut = self.write("cut.sql", content[:content.index(b"impu_visited_network") - 200])
        done = self.import_file(cut, code=UNUSABLE)
        self.assertIn("truncated", done.stderr)
        self.assert_unchanged(before)
        found = self.json_of(self.import_file(cut, "--accept-truncated", "--json"))
        self.assertTrue(found["truncated"])
        audit = self.run_command("audit", "--store", self.store)
        self.assertIn("truncated", audit.stdout)

    def test_a_dump_cut_before_its_subscribers_is_called_truncated(self):
        content = QUICKSTART.read_bytes()
        cut = self.write("cut.sql", content[:content.index(b"VALUES") + 8])
        done = self.import_file(cut, code=UNUSABLE)
        self.assertIn("truncated", done.stderr)
        self.assertIn("cut.sql:", done.stderr)

    def test_too_many_rejects_publish_nothing(self):
        self.import_file()
        before = self.sources()
        bad = HEALTHY + "".join(f"x{i},,,a@b,sip:a{i}@b,perhaps,1\n" for i in range(20))
        path = self.write("bad.csv", bad)
        done = self.import_file(path, code=UNUSABLE)
        self.assertIn("perhaps", done.stderr)
        self.assertIn("bad.csv:5", done.stderr)
        self.assert_unchanged(before)
        found = self.json_of(self.import_file(path, "--error-budget", "95%", "--json"))
        self.assertEqual(found["rejects"], 20)

    def slow_import(self):
        """An import that waits for its input, and the end where that is written."""
        child = subprocess.Popen([str(PROGRAM), "import", "--store", str(self.store), "--source", "hss",
                                  "--format", "csv", "-"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 env=self.environment())
        self.addCleanup(child.kill)
        child.stdin.write("imsi,impi,impu\n")
        deadline = time.monotonic() + 60
        number = 0
        while not list(self.store.glob("*.part*")):
            self.assertLess(time.monotonic(), deadline, "the import does not begin")
            child.stdin.write("".join(f"{i:015d},{i:015d}@a.example,sip:{i:015d}@a.example\n"
                                      for i in range(number, number + 2000)))
            child.stdin.flush()
            number += 2000
        return child

    def finish(self, child):
        out, err = child.communicate(timeout=60)
        return child.returncode, out, err

    def test_an_interrupted_import_leaves_the_last_snapshot(self):
        self.import_file()
        before = self.sources()
        child = self.slow_import()
        child.send_signal(signal.SIGINT)
        code, _, err = self.finish(child)
        self.assertEqual(code, UNUSABLE, err)
        self.assertIn("interrupted", err)
        self.assert_unchanged(before)

    def test_a_killed_import_leaves_the_last_snapshot(self):
        self.import_file()
        before = self.sources()
        child = self.slow_import()
        child.kill()
        self.finish(child)
        self.assertEqual(self.sources(), before)
        self.import_file()
        self.assertEqual(list(self.store.glob("*.part*")), [])

    def test_of_two_imports_into_one_source_the_second_is_refused(self):
        child = self.slow_import()
        done = self.import_file(code=UNUSABLE)
        self.assertIn("busy", done.stderr)
        self.import_file(source="other")
        code, _, err = self.finish(child)
        self.assertEqual(code, CLEAN, err)
        self.assertEqual([s["source"] for s in self.sources()], ["hss", "other"])

    def test_a_full_disk_leaves_the_last_snapshot(self):
        self.import_file()
        before = self.sources()
        rows = "".join(f"00101{i:010d},00101{i:010d}@a.example,sip:user{i}-{i * 7919}@a.example\n"
                       for i in range(60000))
        path = self.write("large.csv", "imsi,impi,impu\n" + rows)

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000))

        done = self.run_command("import", "--store", self.store, "--source", "hss", path,
                                preexec_fn=limit, code=UNUSABLE)
        self.assertNotEqual(done.stderr, "")
        self.assert_unchanged(before)

    def test_a_hostile_identity_cannot_steer_the_terminal(self):
        hostile = HEALTHY.replace("sip:+882100000001@", "sip:x\033]0;owned\007\u202e@")
        path = self.write("hostile.csv", hostile)
        for arguments in (("audit", path),):
            done = self.run_command(*arguments)
            self.assertNotIn("\033", done.stdout + done.stderr)
            self.assertNotIn("\u202e", done.stdout + done.stderr)
        self.run_command("import", "--store", self.store, "--error-budget", "100%", path)
        done = self.run_command("lookup", "--store", self.store, "001010000000001\033[2J")
        self.assertNotIn("\033", done.stdout)


if __name__ == "__main__":
    unittest.main()
