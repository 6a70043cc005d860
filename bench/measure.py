"""What one process costs, and whether what it says is right."""
import os
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

# CPU seconds of user and system, wall seconds, peak resident bytes, standard output
Process = namedtuple("Process", "cpu wall memory output")


def run_process(command, given=None, folder=None, codes=(0,)):
    """Runs a command to its end; given is the text of its standard input."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, \
            tempfile.TemporaryFile() as source:
        if given is not None:
            source.write(given.encode())
            source.seek(0)
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=source, stdout=output, stderr=errors,
                                 cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in codes:
            errors.seek(0)
            sys.exit(f"bench: {' '.join(command)}: exit {child.returncode}\n"
                     f"{errors.read().decode(errors='replace')}")
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Process(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, text)


def differences(audit, truth):
    """Where an audit's JSON and the generator's truth differ: lines of text."""
    found = {c["rule"]: c["subscribers"] for c in audit["by_cause"]}
    planted = truth["by_cause"]
    lines = [f"{rule}: found {found.get(rule, 0)}, planted {planted.get(rule, 0)}"
             for rule in sorted(found.keys() | planted.keys())
             if found.get(rule, 0) != planted.get(rule, 0)]
    lines += [f"totals.{name}: found {audit['totals'].get(name)}, expected {value}"
              for name, value in truth["totals"].items() if audit["totals"].get(name) != value]
    return lines


def check_counts(audit, truth):
    lines = differences(audit, truth)
    if lines:
        sys.exit("bench: the audit's counts are not the generator's:\n  " + "\n  ".join(lines))


def check_evidence(evidence, planted):
    """Holds the evidence of an audit against what bench/fill_observations wrote. Identities that two
    subscriptions hold (CXA047, CXA048) are refused or not by whatever HSS, so they do not count."""
    rows = {row["rule"]: row for row in evidence["confusion"]}
    shared = [rows[rule] for rule in ("CXA047", "CXA048") if rule in rows]
    others = [row for rule, row in rows.items() if rule not in ("CXA047", "CXA048")]
    found = {"exchanges": evidence["exchanges"], "pairs": evidence["pairs"]}
    wrong = sum(row["contradicted"] + row["other_code"] for row in others)
    most = wrong + sum(row["confirmed"] + row["other_code"] for row in shared)
    if (found["exchanges"], found["pairs"]) != (planted["exchanges"], planted["pairs"]) or \
            not wrong <= planted["contradicted"] <= most or evidence["incidents"]:
        sys.exit(f"bench: the evidence has {found}, {wrong} to {most} contradicted; "
                 f"planted is {planted}")
