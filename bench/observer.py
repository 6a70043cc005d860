"""Rows of the observer: what it costs the relay that it sits in, and whether it keeps up.

The lab of tests/cx/lab runs in network namespaces of its own, so this file is also a program: bench.py
starts it there, and it prints one JSON object.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/cx/lab"), str(ROOT / "bench")]

import lab  # noqa: E402
from measure import run_process  # noqa: E402

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
PASSES = 7
COUNT = 20000      # exchanges of one pass
DUMPED = 6000      # of a pass that dumps every message
WINDOW = 64
MINUTE_RATE = 8000
QUEUE_RATE = 50000
QUEUE_SECONDS = 10
OBSERVATIONS = 1000000
WRITER = "cx_observer"  # its thread
DUMPS = "dbg_msg_dumps.fdx"
QUIET, FULL = "0x1111", "0x0080"

TABLE = """[UAR]
experimental = 2001
server-name = sip:scscf.{h}:5060
[MAR]
result = 2001
items = 1
[SAR]
result = 2001
user-data = <IMSSubscription><PrivateID>$impi</PrivateID><ServiceProfile><PublicIdentity>\
<Identity>$impu</Identity></PublicIdentity></ServiceProfile></IMSSubscription>
""".format(h=HOME)
IDENTITIES = f"user-name = %@{HOME}\npublic-identity = sip:%@{HOME}\n"
ROWS = (f"[UAR]\n{IDENTITIES}visited-network = {HOME}\n"
        f"[MAR]\n{IDENTITIES}server-name = sip:scscf.{HOME}:5060\n"
        f"[SAR]\n{IDENTITIES}server-name = sip:scscf.{HOME}:5060\nassignment-type = 1\n")


def observer(made):
    store = made.path("store")
    return (made.extension("cx_observer"),
            made.write("observer.conf", f'store = "{store}"\n'))


def extensions(made, kind):
    """What the relay of a row loads."""
    if kind == "observer":
        return [observer(made)]
    return [(DUMPS, FULL if kind == "dumps" else QUIET)]


class Relay:
    """The three nodes with one kind of relay, warmed up."""

    def __init__(self, made, kind):
        self.lab, self.kind = made, kind
        self.hss = made.hss(TABLE).start()
        self.hss.wait_started()
        self.relay = made.relay(extensions(made, kind)).start()
        self.relay.wait_open("hss")
        self.run(2000)

    def run(self, count, **settings):
        settings = {"count": count, "window": WINDOW, "range": 50000, "timeout": 60000, **settings}
        script = "".join(f"{key} = {value}\n" for key, value in settings.items()) + ROWS
        result = self.lab.run_client(script, seconds=count / 500 + 120)
        if result["answered"] != count:
            sys.exit(f"bench: {self.kind}: {count} requests, but {result}")
        return result

    def cost(self, count, **settings):
        """Relay's CPU microseconds an exchange, with the writer's, and p50 in microseconds."""
        before = self.relay.cpu()
        result = self.run(count, **settings)
        time.sleep(0.3)  # the writer's last batch is part of it
        return (self.relay.cpu() - before) * 1e6 / count, result["p50_us"]

    def counters(self):
        """The last line that the observer printed."""
        self.relay.signal_usr1()
        self.relay.wait_text("cx_observer: seen=", 10)
        time.sleep(0.2)
        line = [text for text in self.relay.text().splitlines() if "cx_observer: seen=" in text][-1]
        return dict(part.split("=") for part in line.split() if "=" in part)

    def stop(self):
        self.relay.stop()
        self.hss.stop()


def one_pass(build, kind, count, **settings):
    with tempfile.TemporaryDirectory(prefix="cxaudit-bench-") as folder, \
            lab.Lab(folder, build) as made:
        relay = Relay(made, kind)
        found = relay.cost(count, **settings)
        relay.stop()
        return found


def measure_relay(build, passes):
    """CPU of the kinds in turn, and latency with one request under way."""
    found = {"observer": [], "quiet": [], "dumps": [], "p50 observer": [], "p50 quiet": []}
    for _ in range(passes):
        for kind in ("quiet", "observer"):
            found[kind].append(one_pass(build, kind, COUNT)[0])
            found["p50 " + kind].append(one_pass(build, kind, 3000, window=1)[1])
        found["dumps"].append(one_pass(build, "dumps", DUMPED)[0])
    return found


def measure_minute(build, seconds):
    """A steady load for so long; the writer's share of a core, and what was lost."""
    count = MINUTE_RATE * seconds
    with tempfile.TemporaryDirectory(prefix="cxaudit-bench-") as folder, \
            lab.Lab(folder, build) as made:
        relay = Relay(made, "observer")
        before = relay.relay.thread_cpu().get(WRITER, 0)
        result = relay.run(count, rate=MINUTE_RATE, window=2048)
        time.sleep(0.5)
        writer = relay.relay.thread_cpu().get(WRITER, 0) - before
        counters = relay.counters()
        relay.stop()
    return {"rate": count / result["seconds"], "dropped": int(counters["dropped"]),
            "unanswered": int(counters["unanswered"]),
            "writer_percent": 100 * writer / result["seconds"]}


def measure_in_namespace(build, *arguments):
    """What this program prints when bench.py runs it."""
    done = subprocess.run([sys.executable, __file__, str(build), *arguments], check=False,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode == lab.SKIPPED:
        print(f"bench: {done.stdout.strip()}", file=sys.stderr)
        return None
    if done.returncode:
        sys.exit(f"bench: observer.py: exit {done.returncode}")
    return json.loads(done.stdout)


def read_values(process):
    """The lines "key value" of a bench program."""
    lines = (line.split() for line in process.output.splitlines())
    return {key: float(value) for key, value in lines}


def add_relay_rows(bench):
    found = measure_in_namespace(bench.build, "relay", str(PASSES))
    if not found:
        return
    bench.add("relay with the observer", "quiet relay", "CPU us", found["observer"], found["quiet"],
              1.2)
    bench.add("relay with the observer, p50", "quiet relay", "us", found["p50 observer"],
              found["p50 quiet"], 1.05)
    bench.add("relay with the observer", "dbg_msg_dumps", "CPU us", found["observer"],
              found["dumps"], 0.25)


def add_queue_rows(bench):
    values = read_values(run_process([str(bench.build / "bench/bench_queue"), str(QUEUE_RATE),
                                      str(QUEUE_SECONDS), bench.path("store")]))
    bench.add_limit("observer's queue, 50 000/s, dropped", values["dropped"], "", 0)
    bench.add_limit("observer's writer at 50 000/s", values["writer_percent"], "% core", 10)
    bench.remove("store")
    values = read_values(run_process([str(bench.build / "bench/bench_observations"),
                                      str(OBSERVATIONS), bench.path("store"), str(QUEUE_SECONDS),
                                      str(QUEUE_RATE)]))
    bench.add_limit("observations at 50 000/s, flushes refused", values["paced_flushes_refused"], "",
                    0)
    bench.add_limit("a subscriber's history meanwhile, p99", values["lookup_p99_ms"], "ms", 10)


def add_minute_rows(bench):
    found = measure_in_namespace(bench.build, "minute", "60")
    if not found:
        return
    bench.add_limit("a minute at 8 000/s, not stored", found["dropped"] + found["unanswered"], "", 0)
    bench.add_limit("observer's writer at 8 000/s", found["writer_percent"], "% core", 10)


def summarize(found):
    """A line for each list, for people."""
    return {key: f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"
            for key, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("what", choices=("relay", "minute"))
    parser.add_argument("number", type=int, help="passes, or seconds")
    arguments = parser.parse_args()
    lab.enter_namespace()
    measure = {"relay": measure_relay, "minute": measure_minute}[arguments.what]
    found = measure(arguments.build, arguments.number)
    if arguments.what == "relay":
        print(summarize(found), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
