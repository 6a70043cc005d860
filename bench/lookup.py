"""Cold look-ups of single subscribers: whole processes, files evicted from the page cache."""
import os
import random
import sqlite3
import statistics
import sys

from measure import run_process

LOOKUPS = 100  # of each kind
COLUMNS = """SELECT s.imsi, s.msisdn, i.identity, u.identity, u.barred, u.irs, u.is_default, a.impi
FROM {first} JOIN impi i ON i.subscription = s.id JOIN impu u ON u.subscription = s.id
LEFT JOIN association a ON a.impi = i.id AND a.impu = u.id WHERE {where};"""
KINDS = {
    "IMSI": ("subscription s", "s.imsi = '{}'"),
    "MSISDN": ("subscription s", "s.msisdn = '{}'"),
    "IMPI": ("impi x JOIN subscription s ON s.id = x.subscription", "x.canonical = '{}'"),
    "IMPU": ("impu x JOIN subscription s ON s.id = x.subscription", "x.canonical = '{}'"),
}


def evict(paths):
    """Drops the files from the page cache, as far as the system lets us."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def identities(database, subscribers):
    """Identities of subscribers drawn at random, a list for each kind."""
    draw = random.Random(1)
    drawn = {kind: [] for kind in KINDS}
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    while min(map(len, drawn.values())) < LOOKUPS:
        number = draw.randrange(subscribers) + 1
        imsi, msisdn = connection.execute(
            "SELECT imsi, msisdn FROM subscription WHERE id = ?", (number,)).fetchone()
        impi = connection.execute(
            "SELECT canonical FROM impi WHERE subscription = ?", (number,)).fetchone()
        impu = connection.execute("SELECT canonical FROM impu WHERE subscription = ? "
                                  "AND canonical LIKE 'sip:+%'", (number,)).fetchone()
        if impi and impu:
            for kind, identity in zip(KINDS, (imsi, "+" + msisdn, impi[0], impu[0])):
                drawn[kind].append(identity)
    connection.close()
    return drawn


def measure(bench):
    """Yields for each kind its name and the milliseconds of cxaudit and of the sqlite3 shell."""
    database = bench.path("tables.db")
    store = [str(f) for f in (bench.folder / "store").rglob("*") if f.is_file()]
    floor = statistics.median(run_process(["/bin/true"]).wall for _ in range(LOOKUPS)) * 1000
    print(f"  a process that does nothing: {floor:.2f} ms", file=sys.stderr)
    for kind, values in identities(database, bench.subscribers).items():
        first, where = KINDS[kind]
        own, other = [], []
        for identity in values[:LOOKUPS]:
            evict(store)
            process = run_process([bench.cxaudit, "lookup", "--store", bench.path("store"), identity])
            own.append(process.wall * 1000)
            query = COLUMNS.format(first=first, where=where.format(identity.lstrip("+")))
            evict([database])
            peer = run_process(["sqlite3", database, query])
            other.append(peer.wall * 1000)
            if identity.lower() not in process.output.lower() or not peer.output:
                sys.exit(f"bench: lookup of {identity} did not find it")
        yield kind, own, other
