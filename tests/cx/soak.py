#!/usr/bin/python3
"""Runs the observer for a long time under valgrind, by hand (100 exchanges a second is what a relay
under valgrind takes on a busy machine):

    soak.py --build BUILD --minutes 30 --rate 100 --folder DIR [--plain]

The load is all sorts of exchanges, some of them damaged; now and then the HSS is killed. The resident
memory of the relay is written to DIR/memory, valgrind's report to DIR/valgrind, the verdict to
DIR/verdict ("passed" or what was wrong) and to standard output.
"""
import argparse
import os
import pathlib
import re
import sys
import time

SAMPLE = 10  # seconds
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
    return parser.parse_args()


ARGUMENTS = parse_arguments()
os.environ.setdefault("top_srcdir", str(pathlib.Path(__file__).resolve().parents[2]))
os.environ["top_builddir"] = str(ARGUMENTS.build.resolve())

from observer_case import ANSWERS, REQUESTS, lab, rows  # noqa: E402
from test_observer import odd_script, odd_table  # noqa: E402


def sample(relay, hss, seconds, note):
    """Samples memory and keeps killing the HSS until the load is over."""
    begun = time.monotonic()
    samples, kill_at = [], ARGUMENTS.kill_hss * 60
    while (elapsed := time.monotonic() - begun) < seconds:
        if not relay.is_running():
            raise lab.LabError("the relay has died")
        samples.append(relay.memory())
        print(f"{elapsed:.0f} {samples[-1]}", file=note, flush=True)
        if elapsed > kill_at:
            kill_at += ARGUMENTS.kill_hss * 60
            hss.kill()
            hss.start().wait_started()
        time.sleep(SAMPLE)
    return samples


def judge(relay, result, counters, samples):
    """What is wrong, as lines."""
    wrong = []
    kept = counters["stored"] + counters["unanswered"]
    if counters["dropped"] or counters["seen"] != kept or counters["seen"] < result["sent"]:
        wrong.append(f"not everything was kept: {counters}, sent {result['sent']:.0f}")
    settled = max(samples[len(samples) // 3:len(samples) // 2])
    if samples[-1] > settled * 1.05:
        wrong.append(f"memory grew from {settled} to {samples[-1]} bytes")
    if ARGUMENTS.plain:
        return wrong
    report = (ARGUMENTS.folder / "valgrind").read_text(errors="replace")
    blocks = re.split(r"==\d+== \n", report)
    ours = [block for block in blocks if "cx_observer" in block and "at 0x" in block]
    # What the host does wrong by itself (sessions, broken connections) is not judged here.
    wrong += [f"valgrind: {block.splitlines()[0]}" for block in ours]
    if "ERROR SUMMARY" not in report:
        wrong.append("valgrind wrote no summary")
    if counters["store_failures"]:
        wrong.append(f"{counters['store_failures']} flushes failed")
    return wrong


def last_counters(relay):
    line = re.findall(r"cx_observer: (seen=.*)", relay.text())[-1]
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", line)}


def run(made):
    seconds = ARGUMENTS.minutes * 60
    prefix = [] if ARGUMENTS.plain else [*VALGRIND, f"--log-file={ARGUMENTS.folder / 'valgrind'}"]
    hss = made.hss(rows({**odd_table(), **ANSWERS}))
    configuration = made.write("observer.conf", f'store = "{made.path("store")}"\n'
                               "retention_size = 20M\nunanswered_after = 5\n")
    relay = made.relay([(made.extension("cx_observer"), configuration)], prefix)
    hss.start().wait_started()
    relay.start().wait_open("hss", 60)
    client = made.client(f"count = {int(ARGUMENTS.rate * seconds)}\nrate = {ARGUMENTS.rate}\n"
                         "window = 512\nrange = 20000\ntimeout = 20000\n"
                         + rows({**REQUESTS, **odd_script()})).start()
    with open(ARGUMENTS.folder / "memory", "w", encoding="utf-8") as note:
        samples = sample(relay, hss, seconds, note)
    result = made.result(client, seconds)
    client.wait_ended(60)
    time.sleep(10)
    relay.signal_usr1()
    time.sleep(5)
    counters = last_counters(relay)
    hss.stop()
    relay.stop(120)
    return judge(relay, result, counters, samples), result, samples


def main():
    lab.LIFETIME = int(ARGUMENTS.minutes * 60) + 300
    lab.enter_namespace()
    ARGUMENTS.folder.mkdir(parents=True, exist_ok=True)
    with lab.Lab(ARGUMENTS.folder.resolve(), ARGUMENTS.build) as made:
        wrong, result, samples = run(made)
    verdict = "\n".join(wrong) or "passed"
    summary = (f"{verdict}\nsent {result['sent']:.0f}, answered {result['answered']:.0f}, timeouts "
               f"{result['timeouts']:.0f}; memory {samples[0]} at first, {max(samples)} at most, "
               f"{samples[-1]} at last\n")
    (ARGUMENTS.folder / "verdict").write_text(summary, encoding="utf-8")
    print(summary, end="")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
