"""The audit's counts of generated exports equal what the generator planted, format by format."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

source = pathlib.Path(os.environ["top_srcdir"])
build = pathlib.Path(os.environ["top_builddir"])
sys.path.insert(0, str(source / "bench"))
from measure import differences  # noqa: E402

SUBSCRIBERS = os.environ.get("GENERATED_SUBSCRIBERS", "20000")
CASES = [
    ("xml", []),
    ("csv", []),
    ("csv-quoted", []),
    ("csv-wide", ["--plmn", "99970"]),
    ("csv-scattered", []),
    ("csv", ["--shuffle"]),
    ("fhoss", []),
    ("xml", ["--literal"]),
    ("csv", ["--literal"]),
    ("fhoss", ["--literal"]),
    ("csv", ["--defects", "0"]),
]


def audit(export, folder, is_isim):
    """The audit as its user runs it, import included; returns its JSON."""
    command = [str(build / "cxaudit"), "audit", "-o", "json", str(export)]
    if is_isim:
        policy = folder / "policy.conf"
        policy.write_text('sim-type = "isim"\n', encoding="utf-8")
        command += ["--policy", str(policy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def problems(folder, form, options, schema):
    """What is wrong with the audit of one generated export: lines of text."""
    export, truth = folder / "export", folder / "truth"
    subprocess.run([str(build / "bench/generate"), "-n", SUBSCRIBERS, "-s", "7", "-o", str(export),
                    "-t", str(truth), *options, form], check=True)
    # With IMSIs in the export a USIM is assumed, from whose IMSI nothing literal derives.
    found = audit(export, folder, "--literal" in options and form == "csv")
    jsonschema.validate(found, schema)
    lines = [f"{i['rejects']} rejects" for i in found["inputs"] if i["rejects"]]
    return lines + differences(found, json.loads(truth.read_text(encoding="utf-8")))


def main():
    # The schema refers to the others by their ids; the audit's own members are what is looked at.
    schema = json.loads((source / "docs/audit-1.schema.json").read_text(encoding="utf-8"))
    failed = 0
    print(f"1..{len(CASES)}")
    for number, (form, options) in enumerate(CASES, 1):
        name = f"{' '.join([form, *options])}: the audit finds what was planted, and nothing else"
        try:
            with tempfile.TemporaryDirectory() as folder:
                lines = problems(pathlib.Path(folder), form, options, schema)
        except (RuntimeError, ValueError, jsonschema.ValidationError) as error:
            lines = str(error).splitlines()
        for line in lines:
            print(f"# {line}")
        failed += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)


main()
