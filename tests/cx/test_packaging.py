#!/usr/bin/python3
"""The examples of packaging/freediameter, as they are, in the places that their README names: relay
and observer start, connect, and write down an exchange."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from observer_case import ANSWERS, REQUESTS, SOURCE, ObserverTest, lab, rows

EXAMPLES = SOURCE / "packaging/freediameter"
CONFIGURATION, STATE = "/etc/freeDiameter", "/var/lib"
# The names and addresses of the examples, and of a CSCF.
NAMES = {"cscf": f"icscf.{lab.IMS}", "relay": "relay.cx.example.org", "hss": f"hss.{lab.IMS}"}
ADDRESSES = {"cscf": "192.0.2.30", "relay": "192.0.2.20", "hss": "192.0.2.10"}
PLAIN, SECURE = 3868, 5868
# Lines that would alarm a person, but for one that the README explains.
ALARMING = re.compile(r"(?m)^.* (?:ERROR|FATAL!?|WARN\w*) .*$|^.*\*NOT\*.*$")
EXPLAINED = "TLS is disabled, this is *NOT* a recommended practice"


def example_network():
    lab.IDENTITY.update(NAMES)
    lab.ADDRESSES.update(ADDRESSES)
    lab.PLAIN_PORT.update({name: PLAIN for name in NAMES})
    lab.TLS_PORT.update({name: SECURE for name in NAMES})
    for address in ADDRESSES.values():
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)


def arguments_of_unit():
    unit = (EXAMPLES / "freediameterd.service").read_text(encoding="utf-8")
    return re.search(r"(?m)^ExecStart=\S+/freeDiameterd (.*)$", unit)[1].split()


class Packaging(ObserverTest):
    def mount(self, source, place):
        subprocess.run(["mount", *source, place], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)

    def install(self, made):
        """Puts examples, extension and store where README says; this namespace alone sees it."""
        for path in EXAMPLES.iterdir():
            shutil.copy(path, made.folder)
        self.mount(["--bind", made.folder], CONFIGURATION)
        host = pathlib.Path(shutil.which(lab.DAEMON)).parent.parent / "lib/freeDiameter"
        installed = self.folder / "extensions"
        shutil.copytree(host, installed)
        shutil.copy(made.extension("cx_observer"), installed)
        self.mount(["--bind", installed], host)
        self.mount(["-t", "tmpfs", "tmpfs"], STATE)
        os.mkdir(f"{STATE}/cxaudit", 0o700)
        self.store = f"{STATE}/cxaudit"

    def check_example(self, name, tls):
        made = self.lab = self.make_lab(tls)
        self.install(made)
        self.relay = made.node("relay", (EXAMPLES / name).read_text(encoding="utf-8"))
        self.relay.command[-2:] = arguments_of_unit()
        self.hss = made.hss(rows(ANSWERS))
        self.hss.start().wait_started()
        self.relay.start().wait_open("hss")
        client = made.client("count = 4\nlinger = yes\n" + rows(REQUESTS)).start()
        result = made.result(client)
        self.assertEqual((result["sent"], result["answered"]), (4, 4))
        self.check_counters(self.settled(4), seen=4, stored=4, dropped=0, unanswered=0)
        self.assertEqual(self.stored(), 4)
        self.assertEqual([line for line in ALARMING.findall(self.relay.text())
                          if tls or EXPLAINED not in line], [])

    def test_the_relay_without_tls_observes(self):
        self.check_example("relay.conf", tls=False)

    def test_the_relay_with_tls_observes(self):
        self.check_example("relay-tls.conf", tls=True)


def main():
    lab.enter_namespace()
    if not os.path.isdir(CONFIGURATION):
        lab.skip(f"{CONFIGURATION} is missing")
    example_network()
    unittest.main()


if __name__ == "__main__":
    main()
