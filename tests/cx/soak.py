#!/usr/bin/python3
"""Runs the observer for a long time under valgrind, by hand (100 exchanges a second is what a relay
under valgrind takes on a busy machine):

    soak.py --build BUILD --minutes 30 --rate 100 --folder DIR [--plain] [--without-observer]

The load is all sorts of exchanges, some of them damaged; now and then the HSS is killed. The resident
memory of the relay is written to DIR/observed/memory, valgrind's report to DIR/observed/valgrind, the
verdict to DIR/verdict ("passed" or what was wrong) and to standard output. With --without-observer a
second lab of the same load, whose relay has no observer, runs beside it in DIR/bare: what that relay
grows by is the host's own, and the observer's is judged by what goes beyond it.
"""
import argparse
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time

SAMPLE = 10  # seconds
BARE_ADDRESS = "198.51.100.2"  # of the nodes of the second lab
# Of the observer's memory once it has settled, what may come on top.
GROWTH = 0.05
VALGRIND = ["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect",
            "--num-callers=30", "--fair-sched=yes"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--kill-hss", type=float, default=5, help="minutes between two kills")
    parser.add_argument("--plain", action="store_true", help="without valgrind")
    parser.add_argument("--without-observer", action="store_true",
                        help="the same relay without the observer beside it, to compare with")
    return parser.parse_args()


ARGUMENTS = parse_arguments()
os.environ.setdefault("top_srcdir", str(pathlib.Path(__file__).resolve().parents[2]))
os.environ["top_builddir"] = str(ARGUMENTS.build.resolve())

from observer_case import ANSWERS, REQUESTS, lab, rows  # noqa: E402
from test_observer import odd_script, odd_table  # noqa: E402


class Soak(lab.Lab):
    """A lab under load, its relay with or without the observer."""

    def __init__(self, name, address):
        self.addresses = dict.fromkeys(lab.ADDRESSES, address)
        folder = ARGUMENTS.folder.resolve() / name
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, ARGUMENTS.build)
        self.samples = []
        self.hss_node = self.hss(rows({**odd_table(), **ANSWERS}))

    def begin(self, is_observed):
        prefix, extensions = [], []
        if is_observed:
            extensions = [(self.extension("cx_observer"), self.write(
                "observer.conf", f'store = "{self.path("store")}"\nretention_size = 20M\n'
                "unanswered_after = 5\n"))]
            prefix = [] if ARGUMENTS.plain else [*VALGRIND, f"--log-file={self.path('valgrind')}"]
        self.relay_node = self.relay(extensions, prefix)
        self.hss_node.start().wait_started()
        self.relay_node.start().wait_open("hss", 60)
        count = int(ARGUMENTS.rate * ARGUMENTS.minutes * 60)
        self.load = self.client(f"count = {count}\nrate = {ARGUMENTS.rate}\n"
                                "window = 512\nrange = 20000\ntimeout = 20000\n"
                                + rows({**REQUESTS, **odd_script()})).start()

    def sample(self, seconds):
        if not self.relay_node.is_running():
            raise lab.LabError(f"{self.folder}: the relay has died")
        self.samples.append(self.relay_node.memory())
        with open(self.path("memory"), "a", encoding="utf-8") as note:
            print(f"{seconds:.0f} {self.samples[-1]}", file=note)

    def kill_hss(self):
        self.hss_node.kill()
        self.hss_node.start().wait_started()

    def wait_result(self):
        """What the client counted."""
        result = self.result(self.load, ARGUMENTS.minutes * 60)
        self.load.wait_ended(60)
        return result

    def stop(self):
        self.hss_node.stop()
        self.relay_node.stop(120)

    def growth(self):
        """Bytes since the caches are filled."""
        return self.samples[-1] - self.settled()

    def settled(self):
        return max(self.samples[len(self.samples) // 3:len(self.samples) // 2 + 1])


def sample_all(soaks):
    """Samples memory and keeps killing the HSS until the load is over."""
    begun, kill_at = time.monotonic(), ARGUMENTS.kill_hss * 60
    while (elapsed := time.monotonic() - begun) < ARGUMENTS.minutes * 60:
        for soak in soaks:
            soak.sample(elapsed)
        if elapsed > kill_at:
            kill_at += ARGUMENTS.kill_hss * 60
            for soak in soaks:
                soak.kill_hss()
        time.sleep(SAMPLE)


def last_counters(relay):
    line = re.findall(r"cx_observer: (seen=.*)", relay.text())[-1]
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", line)}


def judge(observed, bare, result):
    """What is wrong, as lines."""
    wrong = []
    counters = last_counters(observed.relay_node)
    kept = counters["stored"] + counters["unanswered"]
    if counters["dropped"] or counters["seen"] != kept or counters["seen"] < result["sent"]:
        wrong.append(f"not everything was kept: {counters}, sent {result['sent']:.0f}")
    host = max(bare.growth(), 0) if bare else 0
    if observed.growth() > host + observed.settled() * GROWTH:
        wrong.append(f"memory grew from {observed.settled()} to {observed.samples[-1]} bytes"
                     + (f", without the observer by {host}" if bare else ""))
    if ARGUMENTS.plain:
        return wrong
    report = observed.path("valgrind").read_text(errors="replace")
    blocks = re.split(r"==\d+== \n", report)
    ours = [block for block in blocks if "cx_observer" in block and "at 0x" in block]
    # What the host does wrong by itself (sessions, broken connections) is not judged here.
    wrong += [f"valgrind: {block.splitlines()[0]}" for block in ours]
    if "ERROR SUMMARY" not in report:
        wrong.append("valgrind wrote no summary")
    if counters["store_failures"]:
        wrong.append(f"{counters['store_failures']} flushes failed")
    return wrong


def describe(soak, result):
    return (f"{soak.folder.name}: sent {result['sent']:.0f}, answered {result['answered']:.0f}, "
            f"timeouts {result['timeouts']:.0f}; memory {soak.samples[0]} at first, "
            f"{max(soak.samples)} at most, {soak.samples[-1]} at last, {soak.growth()} more than "
            "once it had settled\n")


def run(soaks):
    """What is wrong, and a line on each."""
    for soak in soaks:
        soak.begin(soak is soaks[0])
    sample_all(soaks)
    results = [soak.wait_result() for soak in soaks]
    time.sleep(10)
    soaks[0].relay_node.signal_usr1()
    time.sleep(5)
    for soak in soaks:
        soak.stop()
    wrong = judge(soaks[0], soaks[1] if len(soaks) > 1 else None, results[0])
    return wrong, [describe(soak, result) for soak, result in zip(soaks, results)]


def main():
    lab.LIFETIME = int(ARGUMENTS.minutes * 60) + 300
    lab.enter_namespace()
    with contextlib.ExitStack() as stack:
        soaks = [stack.enter_context(Soak("observed", lab.ADDRESS))]
        if ARGUMENTS.without_observer:
            subprocess.run(["ip", "address", "add", f"{BARE_ADDRESS}/32", "dev", "lo"], check=True)
            soaks.append(stack.enter_context(Soak("bare", BARE_ADDRESS)))
        wrong, lines = run(soaks)
    summary = ("\n".join(wrong) or "passed") + "\n" + "".join(lines)
    (ARGUMENTS.folder / "verdict").write_text(summary, encoding="utf-8")
    print(summary, end="")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
