"""What the tests of the observer share: a lab with the observer in its relay, counters, store."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

SOURCE = pathlib.Path(os.environ["top_srcdir"])
BUILD = pathlib.Path(os.environ["top_builddir"])
sys.path[:0] = [str(SOURCE / "tests/cx/lab"), str(SOURCE / "tests/cli")]

import lab  # noqa: E402
from harness import CommandTest  # noqa: E402

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
SCSCF = f"sip:scscf.{HOME}:5060"
# One subscriber's exchanges with the HSS; the answers have all that an observer could tell.
USER_DATA = ("<IMSSubscription><PrivateID>$impi</PrivateID><ServiceProfile>"
             "<PublicIdentity><BarringIndication>1</BarringIndication><Identity>$impu</Identity>"
             "</PublicIdentity><PublicIdentity><Identity>tel:+9990000001</Identity></PublicIdentity>"
             "</ServiceProfile></IMSSubscription>")
IDENTITIES = f"user-name = %@{HOME}\npublic-identity = sip:%@{HOME}\n"
REQUESTS = {
    "UAR": IDENTITIES + f"visited-network = {HOME}\nauthorization-type = 0\n",
    "MAR": IDENTITIES + f"server-name = {SCSCF}\nscheme = Digest-AKAv1-MD5\nitems = 2\n",
    "SAR": IDENTITIES + f"server-name = {SCSCF}\nassignment-type = 1\ndata-available = 0\n",
    "LIR": f"public-identity = sip:%@{HOME}\n",
}
ANSWERS = {
    "UAR": f"experimental = 2001\nserver-name = {SCSCF}\nmandatory-capability = 7\n",
    "MAR": "result = 2001\nitems = 2\n",
    "SAR": f"result = 2001\nuser-data = {USER_DATA}\n",
    "LIR": f"result = 2001\nserver-name = {SCSCF}\n",
}


def rows(sections):
    """Sections of the lab's files; a name may be followed by a number to be given twice."""
    return "".join(f"[{name.rstrip('0123456789')}]\n{text}" for name, text in sections.items())


def preload():
    """The environment for daemons whose extensions were built with AddressSanitizer: its runtime
    has to come before the daemon, which was not."""
    observer = BUILD / ".libs/cx_observer.fdx"
    if not observer.exists():
        lab.skip("cx_observer.fdx was not built")
    symbols = subprocess.run(["nm", "-D", str(observer)], capture_output=True, text=True, check=True)
    if "__tsan_" in symbols.stdout:
        lab.skip("the host is not built for ThreadSanitizer")
    if "__asan_" not in symbols.stdout:
        return {}
    needed = subprocess.run(["ldd", str(observer)], capture_output=True, text=True, check=True)
    compiler, name = (("gcc", "libasan.so") if "libasan.so" in needed.stdout else
                      ("clang", "libclang_rt.asan-x86_64.so"))
    runtime = subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True,
                             check=True).stdout.strip()
    return {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"}


class ObserverTest(CommandTest):
    """A lab for each test; self.store is where the observer writes."""

    environment_of_daemons = preload()

    def make_lab(self, tls=False, name="lab"):
        folder = self.folder / name
        folder.mkdir()
        made = lab.Lab(folder, BUILD, tls)
        made.environment.update(self.environment_of_daemons)
        made.exits_may_hang = bool(self.environment_of_daemons)
        self.addCleanup(made.__exit__)
        self.addCleanup(self.check_sanitizers, made)
        return made

    def check_sanitizers(self, made):
        """Reports in which the observer has a part; the host has its own (a peer that ends TLS)."""
        for node in made.nodes:
            text = node.log.read_text(errors="replace") if node.log.exists() else ""
            self.assertNotIn("runtime error:", text)
            for report in re.findall("(?s)ERROR: AddressSanitizer.*?SUMMARY:", text):
                self.assertNotIn("cx_observer", report)

    def observer(self, made, **settings):
        """The observer as an extension; settings of its configuration."""
        settings = {"store": self.store, **settings}
        lines = []
        for key, value in settings.items():
            value = str(value).lower() if isinstance(value, (bool, int)) else f'"{value}"'
            lines.append(f"{key} = {value}\n")
        return made.extension("cx_observer"), made.write("observer.conf", "".join(lines))

    def start(self, table, made=None, observed=True, **settings):
        """Starts HSS and relay and waits until they are connected."""
        made = made or self.make_lab()
        self.lab = made
        self.hss = made.hss(f"[settings]\nseed = {self.id()}\nrequests = {made.path('requests')}\n"
                            f"secrets = {made.path('hss.secrets')}\n" + table)
        self.relay = made.relay([self.observer(made, **settings)] if observed else [])
        self.hss.start().wait_started()
        self.relay.start().wait_open("hss")

    def counters(self):
        """What the observer prints at SIGUSR1."""
        before = len(self.counter_lines())
        self.relay.signal_usr1()
        lab.wait_for("counters", lambda: len(self.counter_lines()) > before, 10)
        return self.counter_lines()[-1]

    def counter_lines(self):
        return [{key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", line)}
                for line in re.findall(r"cx_observer: (seen=\d+ stored=.*)", self.relay.text())]

    def settled(self, seen, seconds=30):
        """The counters once so many requests were seen and none of them is under way."""
        found = {}

        def is_settled():
            found.update(self.counters())
            time.sleep(0.05)
            return found["seen"] >= seen and not found["under_way"]
        try:
            lab.wait_for("nothing under way", is_settled, seconds)
        except lab.LabError as error:
            self.fail(f"{error}: {found}")
        self.assertEqual(found["seen"], found["stored"] + found["dropped"] + found["unanswered"])
        return found

    def check_counters(self, found, **expected):
        self.assertEqual({key: found[key] for key in expected}, expected, found)

    def stats(self):
        return self.json_of(self.run_command("observed", "stats", "--store", self.store, "--json",
                                             code=0))

    def stored(self, **member):
        """Exchanges in the store, of those by_code rows that have all these members."""
        return sum(row["count"] for row in self.stats()["by_code"]
                   if all(row[key] == value for key, value in member.items()))

    def exchanges(self, identity):
        """One subscriber's exchanges as JSON, valid by their schema."""
        done = self.run_command("observed", "show", "--store", self.store, "--json", identity, code=0)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for exchange in found:
            self.check_schema(exchange)
        return found


def main():
    lab.enter_namespace()
    unittest.main()
