"""An IMS core of real programs in a network namespace of its own, and captures of what it says.

UE and P-CSCF (sipp) - I-CSCF, S-CSCF (Kamailio) - relay with the observer - scripted HSS
(freeDiameter); and a P-CSCF (Kamailio) on its own, for sipp as the UE alone. Without an observer
there is no relay: the CSCFs talk to the HSS.
"""
import contextlib
import os
import pathlib
import re
import secrets
import shutil
import signal
import string
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "cx"), str(HERE.parent / "cx/lab")]
from lab import Lab, Node, wait_for  # noqa: E402
from observer_case import preload  # noqa: E402

PROGRAMS = ("dumpcap", "kamailio", "mergecap", "mount", "sipp", "tshark")
MODULES = ("auth", "db_text", "ims_auth", "ims_icscf", "ims_ipsec_pcscf", "ims_registrar_pcscf",
           "ims_registrar_scscf", "presence")

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
NAMES = {
    "home": HOME,
    "icscf_name": f"icscf.{HOME}", "icscf_address": "203.0.113.10",
    "scscf_name": f"scscf.{HOME}", "scscf_address": "203.0.113.20",
    "pcscf_name": f"pcscf.{HOME}", "pcscf_address": "203.0.113.30",
    "relay_name": "relay.example.org", "relay_address": "203.0.113.40",
    "relay_realm": "example.org", "hss_realm": HOME,
    "hss_name": f"hss.{HOME}", "hss_address": "203.0.113.50",
    "edge_name": f"edge.{HOME}", "edge_address": "203.0.113.70",
    # An S-CSCF that was switched off.
    "gone_name": f"gone.{HOME}", "gone_address": "203.0.113.60",
    "icscf_port": "4060", "scscf_port": "6060", "pcscf_port": "5070",
    "edge_port": "7060",
    "icscf_diameter": "13867", "scscf_diameter": "13868",
    "relay_port": "13869", "hss_port": "13870",
}
NODES = ("icscf", "scscf", "pcscf", "edge", "relay", "hss", "gone")
SCSCF = f"sip:{NAMES['scscf_name']}:{NAMES['scscf_port']}"
GONE = f"sip:{NAMES['gone_name']}:{NAMES['scscf_port']}"
SIP_PORTS = [int(NAMES[f"{n}_port"]) for n in ("icscf", "scscf", "pcscf", "edge")]
DIAMETER_PORTS = [int(NAMES[n]) for n in ("relay_port", "hss_port")]

# What the observer prints at SIGUSR1: seen, and where that went.
COUNTERS = re.compile(r"seen=(\d+) stored=(\d+) dropped=(\d+) unanswered=(\d+) under_way=0")

# What the I-CSCF knows of S-CSCFs: one, with capability 1.
CAPABILITIES = {
    "s_cscf": ("id(int) name(string) s_cscf_uri(string)\n"
               "1:first:" + SCSCF.replace(":", "\\:") + "\n"),
    "s_cscf_capabilities": "id(int) id_s_cscf(int) capability(int)\n1:1:1\n",
    "nds_trusted_domains": "id(int) trusted_domain(string)\n",
}


def missing():
    """What this machine lacks, or None."""
    for program in PROGRAMS:
        if not shutil.which(program):
            return f"{program} is not installed"
    for module in MODULES:
        if not list(pathlib.Path("/usr/lib").glob(f"**/kamailio/modules/{module}.so")):
            return f"Kamailio's module {module} is not installed"
    return None


def random_letters():
    """Secrets of this run; sipp reads them as text with [keywords]."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(16))


class Cscf(Node):
    """A Kamailio; its file of the Diameter peer takes the place of freeDiameter's configuration.
    The P-CSCF is no Diameter peer and passes it over."""

    def __init__(self, core, name):
        values = {**NAMES, "name": NAMES[f"{name}_name"], "address": NAMES[f"{name}_address"],
                  "port": NAMES.get(f"{name}_diameter", ""),
                  "peer_name": NAMES[f"{core.peer}_name"],
                  "peer_realm": NAMES[f"{core.peer}_realm"],
                  "peer_port": NAMES[f"{core.peer}_port"]}
        super().__init__(core, name, core.fill("cdp.xml", values))
        defines = {
            "SOCKET": f"udp:{NAMES[f'{name}_address']}:{NAMES[f'{name}_port']}",
            "ADDRESS": f'"{NAMES[f"{name}_address"]}"',
            "ALIAS": f'"{NAMES[f"{name}_name"]}"',
            "CDP_FILE": f'"{self.conf}"',
            "HOME_DOMAIN": f'"{HOME}"',
            "CAPABILITIES_URL": f'"text://{core.path("capabilities")}"',
            "SCSCF_NAME": f'"{SCSCF}"',
            "ICSCF": f'"sip:{NAMES["icscf_name"]}:{NAMES["icscf_port"]}"',
            "PASSWORD": f'"{core.password}"',
        }
        # What the extensions of freeDiameter need is not for Kamailio.
        self.command = self.command[:4] + [
            "env", "-u", "LD_PRELOAD", "kamailio", "-DD", "-E", "-m", "32", "-M", "8",
            "-Y", str(core.folder), "-f", str(HERE / f"{name}.cfg")]
        self.command += [word for item in defines.items() for word in ("-A", "=".join(item))]

    def kill(self):
        """All of its processes: timeout(1) has made them a group."""
        if self.is_running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


class Core(Lab):
    """All nodes but the UE. Needs the namespaces of lab.enter_namespace()."""

    def __init__(self, folder, build, hss_table, observer_conf=None):
        super().__init__(folder, build)
        self.environment.update(preload())
        self.peer = "relay" if observer_conf else "hss"  # of the CSCFs
        self.password = random_letters()  # of proxy authentication
        self.make_network()
        self.path("capabilities").mkdir()
        for name, text in CAPABILITIES.items():
            self.write(f"capabilities/{name}", text)
        values = {**NAMES, "folder": str(self.folder), "observer_argument": str(observer_conf),
                  "observer": str(self.extension("cx_observer")),
                  "hss_extension": str(self.extension("scripted_hss"))}
        for name in ("relay_routes.conf", "relay_peers.conf", "hss_peers.conf"):
            self.write(name, self.fill(name, values))
        self.write("hss.table", hss_table)
        self.hss_node = self.node("hss", self.fill("hss.conf", values))
        self.relay_node = observer_conf and self.node("relay", self.fill("relay.conf", values))
        self.cscfs = [Cscf(self, name) for name in ("icscf", "scscf", "edge")]
        self.nodes += self.cscfs

    def fill(self, template, values):
        return string.Template((HERE / template).read_text(encoding="utf-8")).substitute(values)

    def make_network(self):
        self.write("hosts", "127.0.0.1 localhost\n" + "".join(
            f"{NAMES[f'{n}_address']} {NAMES[f'{n}_name']}\n" for n in NODES))
        commands = [["mount", "--bind", str(self.path("hosts")), "/etc/hosts"]]
        commands += [["ip", "address", "replace", NAMES[f"{n}_address"] + "/32", "dev", "lo"]
                     for n in NODES]
        # freeDiameter binds to no address before it connects.
        commands.append(["ip", "route", "change", "local", NAMES["hss_address"], "dev", "lo",
                         "table", "local", "src", NAMES["relay_address"]])
        for command in commands:
            subprocess.run(command, check=True, timeout=10)

    def __exit__(self, *exception):
        super().__exit__(*exception)
        # Else the next one's hosts would be mounted over a file of this folder.
        subprocess.run(["umount", "/etc/hosts"], check=True, timeout=10)

    def start(self):
        self.hss_node.start().wait_started()
        if self.relay_node:
            self.relay_node.start().wait_started()
        for cscf in self.cscfs:
            cscf.start()
        for name in ("hss", "icscf", "scscf"):
            if name != self.peer:
                node = self.relay_node or self.hss_node
                node.wait_text(rf"-> 'STATE_OPEN'\s*'{NAMES[f'{name}_name']}'")

    def take_down(self, name):
        """Ends HSS or relay by SIGKILL."""
        if name == "relay":
            wait_for("the observer has stored what it saw", self.is_observer_settled)
        {"hss": self.hss_node, "relay": self.relay_node}[name].kill()

    def is_observer_settled(self):
        self.relay_node.signal_usr1()
        time.sleep(0.05)
        found = COUNTERS.findall(self.relay_node.text())
        return found and int(found[-1][0]) == sum(map(int, found[-1][1:]))

    def stop(self):
        for node in reversed(self.nodes):
            node.stop()

    @contextlib.contextmanager
    def capture(self, path):
        """dumpcap on all interfaces of the namespace, from before the body until after it."""
        log = path.with_suffix(".log")
        with open(log, "wb") as out:
            process = subprocess.Popen(
                ["timeout", "-s", "KILL", "60", "dumpcap", "-q", "-i", "any", "-w", str(path)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_for("dumpcap opens its file", lambda: b"File:" in log.read_bytes(), 10)
            yield
            time.sleep(0.3)  # the kernel hands packets over in blocks
        finally:
            process.terminate()
            process.wait(10)

    def run_ue(self, scenario, call_id, node):
        """Runs sipp once; what went other than the scenario says, or None."""
        path = self.write(f"{call_id}.xml", scenario)
        errors = path.with_suffix(".errors")
        done = subprocess.run(
            ["timeout", "-s", "KILL", "40", "sipp", "-sf", str(path), "-m", "1", "-nostdin",
             "-timeout", "30s", "-i", NAMES["pcscf_address"], "-p", NAMES["pcscf_port"],
             "-cid_str", call_id, "-max_retrans", "8", "-trace_err", "-error_file", str(errors),
             f"{NAMES[f'{node}_address']}:{NAMES[f'{node}_port']}"],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self.folder)
        os.unlink(path)
        if done.returncode == 0:
            return None
        if errors.exists():
            return errors.read_text(encoding="utf-8")
        return f"sipp ended with {done.returncode}"
