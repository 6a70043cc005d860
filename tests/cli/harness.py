"""What the tests of the programs share: running cxaudit, a folder of their own, the schemas."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

SOURCE = pathlib.Path(os.environ["top_srcdir"])
PROGRAM = pathlib.Path(os.environ["top_builddir"]) / "cxaudit"
QUICKSTART = SOURCE / "fixtures/quickstart/hss_export.sql"
HOME = "ims.mnc001.mcc001.3gppnetwork.org"
CLEAN, FINDINGS, USAGE, UNUSABLE = 0, 1, 2, 3

HEALTHY = ("subscription,imsi,msisdn,impi,impu,barred,irs\n"
           "one,001010000000001,882100000001,001010000000001@{h},sip:001010000000001@{h},1,1\n"
           "one,001010000000001,882100000001,001010000000001@{h},sip:+882100000001@{h},0,1\n"
           "one,001010000000001,882100000001,001010000000001@{h},tel:+882100000001,0,1\n").format(h=HOME)


def impi(number):
    """The IMPI of subscriber number of the quickstart export."""
    return f"00101{number:010d}@{HOME}"


def load_schemas():
    schemas = {}
    for path in (SOURCE / "docs").glob("*.schema.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        schemas[schema["$id"]] = schema
    return schemas


SCHEMAS = load_schemas()


class CommandTest(unittest.TestCase):
    """Each test has a folder and a store path in it; its environment names no store."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.store = self.folder / "store"

    def environment(self, **more):
        environment = {k: v for k, v in os.environ.items() if k not in ("CXAUDIT_STORE", "NO_COLOR")}
        environment.update(HOME=str(self.folder), TMPDIR=str(self.folder), **more)
        environment.pop("XDG_DATA_HOME", None)
        return environment

    def run_command(self, *arguments, code=None, text_in=None, env=None, **options):
        """Runs cxaudit; checks the exit code and that no sanitizer had anything to say."""
        done = subprocess.run([str(PROGRAM), *map(str, arguments)], input=text_in, check=False,
                              capture_output=True, text=not isinstance(text_in, bytes),
                              env=env or self.environment(), timeout=120, **options)
        err = done.stderr if isinstance(done.stderr, str) else done.stderr.decode()
        self.assertNotIn("ERROR: AddressSanitizer", err)
        self.assertNotIn("runtime error:", err)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{arguments}: {err}{done.stdout[-400:]}")
        return done

    def write(self, name, content):
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def import_file(self, path=QUICKSTART, *options, code=CLEAN, source="hss"):
        return self.run_command("import", "--store", self.store, "--source", source, *options, path,
                                code=code)

    def json_of(self, done):
        """The JSON object of an output, valid by the schema that it names."""
        found = json.loads(done.stdout)
        self.check_schema(found)
        return found

    def check_schema(self, found):
        jsonschema.validate(found, SCHEMAS[found["schema"]])

    def sources(self):
        done = self.run_command("sources", "--store", self.store, "--json", code=CLEAN)
        return self.json_of(done)["sources"]
