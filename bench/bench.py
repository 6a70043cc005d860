#!/usr/bin/python3
"""Speed and size of cxaudit as ratios to what is known: "make bench" (docs/performance.md).

Each row runs cxaudit and its peer in turn, BENCH_RUNS times, on files that bench/generate makes, and
compares CPU seconds (user and system, of the whole process). Ratios are medians of the pairs.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import lookup
import observer
from measure import Process, check_counts, check_evidence, run_process

DISK_PER_SUBSCRIBER = {  # bytes at the worst moment of a group
    "xml": 900, "csv": 1100, "fhoss": 1700, "audit": 1400, "literal": 1100,
    "threads": 1000, "lookup": 1400, "evidence": 1100,
}
MEMORY_PER_SUBSCRIBER = 150
MEMORY_FIXED = 64 << 20


class Bench:
    """Where things are, how much is done, and the table so far."""

    def __init__(self, arguments):
        self.subscribers = arguments.subscribers
        self.runs = arguments.runs
        self.source = pathlib.Path(__file__).resolve().parent
        self.build = pathlib.Path(arguments.build).resolve()
        self.cxaudit = str(self.build / "cxaudit")
        self.folder = None
        self.rows = []

    def path(self, name):
        return str(self.folder / name)

    def generate(self, kind, name, *options):
        """Makes an export; returns its path and what an audit of it has to find."""
        path, truth = self.path(name), self.path(name + ".truth")
        subprocess.run([str(self.build / "bench/generate"), "-n", str(self.subscribers), "-o", path,
                        "-t", truth, *options, kind], check=True)
        with open(truth, encoding="utf-8") as file:
            return path, json.load(file)

    def remove(self, *names):
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def importing(self, path, store, threads=1):
        """One import into a fresh store; returns its cost."""
        self.remove(store)
        process = run_process([self.cxaudit, "import", "--json", "--threads", str(threads), "--store",
                               self.path(store), path])
        summary = json.loads(process.output)
        if summary["rejects"]:
            sys.exit(f"bench: import of {path}: {summary['rejects']} rejects")
        return process

    def auditing(self, store, truth, threads=1, policy=None, observed=None):
        """One audit, its counts compared with the generator's; returns its cost. observed: what the
        evidence has to find; without, none is gathered."""
        process = run_process([self.cxaudit, "audit", "--store", self.path(store), "-o", "json",
                               "--threads", str(threads), *(["--policy", policy] if policy else []),
                               *([] if observed else ["--no-observations"])], codes=(0, 1))
        audit = json.loads(process.output)
        check_counts(audit, truth)
        if observed:
            check_evidence(audit["evidence"], observed)
        return process

    def size(self, store):
        return sum(f.stat().st_size for f in (self.folder / store).rglob("*") if f.is_file())

    def add(self, what, against, unit, own, other, target, at_most=True, ratio=None):
        """One line of the table; own and other are the lists of the pairs."""
        if ratio is None:
            ratio = statistics.median(a / b for a, b in zip(own, other))
        reached = ratio <= target if at_most else ratio >= target
        self.rows.append((what, against, f"{statistics.median(own):.3f}",
                          f"{statistics.median(other):.3f}" if other else "", unit,
                          f"{ratio:.3f}", ("≤ " if at_most else "≥ ") + f"{target:.3g}",
                          "yes" if reached else "NO"))
        print(f"  {what}: {ratio:.3f} (target {target:.3g})", file=sys.stderr, flush=True)

    def add_limit(self, what, value, unit, target):
        self.rows.append((what, "", f"{value:.1f}", "", unit, "", f"≤ {target:.6g}",
                          "yes" if value <= target else "NO"))
        print(f"  {what}: {value:.1f} {unit} (target {target:.6g})", file=sys.stderr, flush=True)

    def add_memory(self, what, processes):
        limit = MEMORY_PER_SUBSCRIBER * self.subscribers + MEMORY_FIXED
        self.add_limit(f"{what} import, peak memory", max(p.memory for p in processes) / 1e6, "MB",
                       limit / 1e6)


def pairs(bench, *commands):
    """Runs the commands in turn, BENCH_RUNS times; returns the list of costs of each."""
    results = [[] for _ in commands]
    for _ in range(bench.runs):
        for result, command in zip(results, commands):
            result.append(command())
    return results


def cpu(processes):
    return [p.cpu for p in processes]


def wall(processes):
    return [p.wall for p in processes]


def sqlite(bench, database, script, folder=None):
    """Runs the shell on a fresh database; the script is its standard input."""
    bench.remove(database)
    return run_process(["sqlite3", bench.path(database)], given=script, folder=folder)


def group_xml(bench):
    path, truth = bench.generate("xml", "export.xml")
    own, sax, lint = pairs(
        bench, lambda: bench.importing(path, "store"),
        lambda: run_process([str(bench.build / "bench/bench_xml_sax"), path]),
        lambda: run_process(["xmllint", "--huge", "--stream", "--noout", path]))
    bench.add("XML import", "SAX2 extraction", "CPU s", cpu(own), cpu(sax), 1.4)
    bench.add("XML import", "xmllint --stream", "CPU s", cpu(own), cpu(lint), 0.8)
    bench.add_memory("XML", own)
    bench.add_limit("XML, derivable, stored", bench.size("store") / bench.subscribers, "B/sub", 80)
    bench.auditing("store", truth)
    bench.remove("export.xml", "store")


def group_csv(bench):
    path, truth = bench.generate("csv", "export.csv")
    script = f".mode csv\n.import '{path}' export\nSELECT count(*) FROM export;\n"
    own, other = pairs(bench, lambda: bench.importing(path, "store"),
                       lambda: sqlite(bench, "peer.db", script))
    bench.add("CSV import", "sqlite3 .import", "CPU s", cpu(own), cpu(other), 0.3)
    bench.add_memory("CSV", own)
    bench.add_limit("CSV, derivable, stored", bench.size("store") / bench.subscribers, "B/sub", 80)
    bench.auditing("store", truth)
    bench.remove("export.csv", "store", "peer.db")


def group_fhoss(bench):
    path, truth = bench.generate("fhoss", "export.sql")
    tables, _ = bench.generate("tsv", "tsv")
    script = (bench.source / "fhoss.sql").read_text(encoding="utf-8")
    own, other = pairs(bench, lambda: bench.importing(path, "store"),
                       lambda: sqlite(bench, "peer.db", script, tables))
    if int(other[0].output) != bench.subscribers:
        sys.exit("bench: the peer has not read all subscriptions")
    bench.add("FHoSS dump import", "sqlite3 .import of TSV", "CPU s", cpu(own), cpu(other), 0.8)
    bench.add_memory("FHoSS dump", own)
    bench.add_limit("FHoSS, derivable, stored", bench.size("store") / bench.subscribers, "B/sub", 80)
    bench.auditing("store", truth)
    bench.remove("export.sql", "tsv", "store", "peer.db")


def make_tables(bench):
    """The normalised tables in sqlite3, indexed."""
    folder, truth = bench.generate("tables", "tables")
    sqlite(bench, "tables.db", (bench.source / "tables.sql").read_text(encoding="utf-8"), folder)
    bench.remove("tables")
    return truth


def audit_in_sql(bench, script, truth):
    process = run_process(["sqlite3", bench.path("tables.db")], given=script)
    found = dict(line.split("|") for line in process.output.split())
    found = {rule: int(count) for rule, count in found.items() if count != "0"}
    if found != truth["by_cause"]:
        sys.exit(f"bench: the checks in SQL found {found}, planted are {truth['by_cause']}")
    return process


def group_audit(bench):
    path, truth = bench.generate("csv", "export.csv")
    bench.importing(path, "store")
    bench.remove("export.csv")
    make_tables(bench)
    script = (bench.source / "audit.sql").read_text(encoding="utf-8")
    own, other = pairs(bench, lambda: bench.auditing("store", truth),
                       lambda: audit_in_sql(bench, script, truth))
    bench.add("audit with duplicates", "SQL in sqlite3", "CPU s", cpu(own), cpu(other), 1 / 25)
    bench.remove("store", "tables.db")


def group_evidence(bench):
    path, truth = bench.generate("csv", "export.csv")
    bench.importing(path, "store")
    bench.remove("export.csv")
    filling = run_process([str(bench.build / "bench/fill_observations"), bench.path("store"),
                           str(bench.subscribers), str(bench.subscribers)])
    own, plain = pairs(bench,
                       lambda: bench.auditing("store", truth, observed=json.loads(filling.output)),
                       lambda: bench.auditing("store", truth))
    bench.add("audit with evidence", "audit alone", "CPU s", cpu(own), cpu(plain), 5)
    bench.add_limit("audit with evidence, peak memory", max(p.memory for p in own) / 1e6, "MB",
                    (MEMORY_PER_SUBSCRIBER * bench.subscribers + MEMORY_FIXED) / 1e6)
    bench.remove("store")


def group_literal(bench):
    policy = bench.path("policy.conf")
    pathlib.Path(policy).write_text('sim-type = "isim"\n', encoding="utf-8")
    for kind in ("xml", "csv", "fhoss"):
        path, truth = bench.generate(kind, "export", "--literal")
        own = [bench.importing(path, "store")]
        bench.add_limit(f"{kind}, all literal, stored", bench.size("store") / bench.subscribers,
                        "B/sub", 350)
        bench.add_memory(f"{kind}, all literal,", own)
        bench.auditing("store", truth, policy=policy)
        bench.remove("export", "store")


def group_threads(bench):
    path, truth = bench.generate("xml", "export.xml")
    one, two = pairs(bench, lambda: bench.importing(path, "store", 1),
                     lambda: bench.importing(path, "store", 2))
    bench.add("XML import, 1 thread", "2 threads", "wall s", wall(one), wall(two), 1.5, False)
    bench.remove("export.xml")
    one, two = pairs(bench, lambda: bench.auditing("store", truth, 1),
                     lambda: bench.auditing("store", truth, 2))
    bench.add("audit, 1 thread", "2 threads", "wall s", wall(one), wall(two), 1.7, False)
    bench.remove("store")


def group_lookup(bench):
    path, _ = bench.generate("csv", "export.csv")
    bench.importing(path, "store", 2)
    bench.remove("export.csv")
    make_tables(bench)
    for kind, own, other in lookup.measure(bench):
        bench.add(f"lookup by {kind}, cold", "sqlite3 with joins", "wall ms", own, other, 0.8,
                  ratio=statistics.median(own) / statistics.median(other))
        bench.add_limit(f"lookup by {kind}, cold, p95", statistics.quantiles(own, n=20)[18], "ms", 10)
    bench.remove("store", "tables.db")


GROUPS = {"observer": observer.add_relay_rows, "queue": observer.add_queue_rows,
          "observer-minute": observer.add_minute_rows,
          "xml": group_xml, "csv": group_csv, "fhoss": group_fhoss, "audit": group_audit,
          "evidence": group_evidence,
          "literal": group_literal, "threads": group_threads, "lookup": group_lookup}
USUAL = ["xml", "csv", "fhoss", "audit", "evidence", "literal", "observer", "queue"]


def print_table(bench):
    head = ("what", "against", "cxaudit", "peer", "unit", "ratio", "target", "reached")
    rows = [head, *bench.rows]
    width = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(w) for cell, w in zip(row, width)).rstrip())


def need(bench, groups):
    """Says what disk is needed, and stops when it is not there."""
    wanted = max(DISK_PER_SUBSCRIBER.get(g, 0) for g in groups) * bench.subscribers
    free = shutil.disk_usage(bench.folder).free
    print(f"bench: {bench.subscribers} subscribers, {bench.runs} pairs, groups {' '.join(groups)}; "
          f"needs {wanted / 1e9:.1f} GB of disk in {bench.folder}, {free / 1e9:.1f} GB are free",
          file=sys.stderr, flush=True)
    if free < wanted:
        sys.exit("bench: not enough disk; set TMPDIR or a smaller BENCH_SUBS")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=os.environ.get("BENCH_ROWS", "").split(),
                        help="groups of rows: " + ", ".join(GROUPS))
    parser.add_argument("--build", default=".", help="build folder")
    parser.add_argument("--subscribers", type=int, default=int(os.environ.get("BENCH_SUBS", 1000000)))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("BENCH_RUNS", 5)))
    arguments = parser.parse_args()
    groups = arguments.groups or USUAL
    unknown = [g for g in groups if g not in GROUPS]
    if unknown or arguments.subscribers < 100 or arguments.runs < 1:
        parser.error(f"unknown groups: {' '.join(unknown)}" if unknown else
                     "at least 100 subscribers and one run are needed")
    bench = Bench(arguments)
    os.environ["CXAUDIT_LIBEXECDIR"] = str(bench.build)
    with tempfile.TemporaryDirectory(prefix="cxaudit-bench-") as folder:
        bench.folder = pathlib.Path(folder)
        need(bench, groups)
        for group in groups:
            print(f"bench: {group}", file=sys.stderr, flush=True)
            GROUPS[group](bench)
    print_table(bench)


if __name__ == "__main__":
    main()
