"""Three freeDiameterd in a network namespace of their own: a client (CSCF), a relay and a scripted
HSS, client -> relay -> HSS. Configurations, certificates and logs live in a temporary folder; every
daemon runs under timeout(1) and is ended by its pid. The environment's FREEDIAMETERD names another
daemon; the extensions have to be built for its version.

A test calls enter_namespace() first, then uses Lab as a context manager.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

ADDRESS = "198.51.100.1"  # freeDiameter passes over loopback addresses
ADDRESSES = {"cscf": ADDRESS, "relay": ADDRESS, "hss": ADDRESS}
IMS = "ims.example.org"
TRANSIT = "transit.example.org"
PLAIN_PORT = {"cscf": 13868, "relay": 13869, "hss": 13870}
TLS_PORT = {"cscf": 13878, "relay": 13879, "hss": 13880}
IDENTITY = {"cscf": f"cscf.{IMS}", "relay": f"relay.{TRANSIT}", "hss": f"hss.{IMS}"}
DAEMON = os.environ.get("FREEDIAMETERD", "freeDiameterd")
LIFETIME = 600  # seconds, after which timeout(1) kills a daemon
SKIPPED = 77


class LabError(Exception):
    """The lab could not do what was asked: a daemon died, or something took too long."""


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(SKIPPED)


def enter_namespace():
    """Runs this program again in network and mount namespaces of its own; returns in there."""
    for program in (DAEMON, "openssl", "ip", "unshare", "timeout"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    if os.environ.get("CX_LAB_NAMESPACE") != str(os.getppid()):
        command = ["unshare", "-nm"] if os.geteuid() == 0 else ["unshare", "-rnm"]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
            skip("network namespaces are not permitted")
        os.environ["CX_LAB_NAMESPACE"] = str(os.getpid())
        sys.exit(subprocess.run([*command, sys.executable, *sys.argv], check=False).returncode)
    for step in (["link", "set", "lo", "up"], ["address", "add", f"{ADDRESS}/32", "dev", "lo"]):
        subprocess.run(["ip", *step], check=True)


def wait_for(what, condition, seconds=20):
    """Polls until condition() is true, and returns what it returned."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise LabError(f"{what}: not within {seconds} s")
        time.sleep(0.01)
    return found


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_listening(port):
    """Whether a TCP socket of this namespace waits for connections there."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, _, state = line.split()[1:4]
        if int(local.rpartition(":")[2], 16) == port and state == "0A":
            return True
    return False


def ticks(stat):
    """utime and stime of a stat file of /proc, in seconds."""
    fields = pathlib.Path(stat).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Node:
    """One freeDiameterd."""

    def __init__(self, lab, name, configuration, prefix=()):
        self.name = name
        self.log = lab.path(f"{name}.log")
        self.conf = lab.write(f"{name}.conf", configuration)
        self.command = ["timeout", "-s", "KILL", str(LIFETIME), *prefix, DAEMON, "-c",
                        str(self.conf)]
        self.lab = lab
        self.process = None
        self.begin = 0  # of this start in the log

    def start(self, **limits):
        self.begin = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, cwd=self.lab.folder,
                                            env=self.lab.environment, **limits)
        return self

    @property
    def pid(self):
        """Of the daemon itself: timeout(1) passes on some signals only."""
        return wait_for(f"{self.name} starts", lambda: children(self.process.pid), 5)[0]

    def text(self):
        with open(self.log, "rb") as log:
            log.seek(self.begin)
            return log.read().decode(errors="replace")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait_until(self, what, condition, seconds=20):
        """Polls as wait_for() does, but not for longer than the daemon lives."""
        def found():
            if condition():
                return True
            if not self.is_running():
                raise LabError(f"{self.name} ended: {self.text()[-2000:]}")
            return False
        wait_for(f"{self.name}: {what}", found, seconds)

    def wait_text(self, pattern, seconds=20, times=1):
        self.wait_until(pattern, lambda: len(re.findall(pattern, self.text())) >= times, seconds)

    def wait_started(self):
        """Until it takes connections; its own word for that is not logged by newer versions."""
        port = int(re.search(r"(?m)^Port = (\d+);", self.conf.read_text(encoding="utf-8"))[1])
        self.wait_until(f"port {port}", lambda: is_listening(port))

    @staticmethod
    def pattern_open(peer):
        return rf"'STATE_[A-Z_]*'\s*->\s*'STATE_OPEN'\s*'{re.escape(IDENTITY[peer])}'"

    def count_open(self, peer):
        """How often the connection with this peer was opened since the start."""
        return len(re.findall(self.pattern_open(peer), self.text()))

    def wait_open(self, peer, seconds=20, times=1):
        self.wait_text(self.pattern_open(peer), seconds, times)

    def signal(self, number):
        os.kill(self.pid, number)

    def signal_usr1(self):
        self.signal(signal.SIGUSR1)

    def stop(self, seconds=40):
        """Ends it as an operator would; returns how long that took."""
        begun = time.monotonic()
        if self.is_running():
            self.signal(signal.SIGTERM)
            self.wait_ended(seconds)
        return time.monotonic() - begun

    def wait_ended(self, seconds=40):
        if self.lab.exits_may_hang:
            if "cx_observer" in self.text():
                self.wait_text(r"(?s)framework is stopping.*cx_observer: seen=", seconds)
            self.kill()
        self.process.wait(seconds)

    def kill(self):
        if self.is_running():
            for pid in children(self.process.pid):
                os.kill(pid, signal.SIGKILL)
            self.process.wait(5)

    def cpu(self):
        return ticks(f"/proc/{self.pid}/stat")

    def thread_cpu(self):
        """CPU seconds of each thread, by its name."""
        found = {}
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            name = (task / "comm").read_text().strip()
            found[name] = found.get(name, 0) + ticks(task / "stat")
        return found

    def memory(self):
        """Resident bytes."""
        return int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf(
            "SC_PAGE_SIZE")


class Client(Node):
    """The client begins to send when the relay, too, takes the connection for open: what comes
    before that a freeDiameter relay may lose."""

    def start(self, **limits):
        relay = next(node for node in self.lab.nodes if node.name == "relay")
        go = self.lab.path(f"{self.name}.start")
        go.unlink(missing_ok=True)
        opened = relay.count_open("cscf")
        super().start(**limits)
        wait_for("the relay's side of the client", lambda: relay.count_open("cscf") > opened)
        go.touch()
        return self


class Lab:
    """Configures and starts the three nodes. build is the build folder with the extensions."""

    addresses = ADDRESSES  # of the nodes

    def __init__(self, folder, build, tls=False):
        self.folder = pathlib.Path(folder)
        self.tls = tls
        self.build = pathlib.Path(build)
        self.environment = dict(os.environ)  # of the daemons
        # With a sanitizer put before it, the host's threads that it has cancelled leave a lock of
        # libc behind, which exit() wants: daemons are killed once their work is over.
        self.exits_may_hang = False
        self.nodes = []
        if tls:
            self.make_certificates()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in reversed(self.nodes):
            node.kill()

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        self.path(name).write_text(text, encoding="utf-8")
        return self.path(name)

    def extension(self, name):
        for folder in (self.build, self.build / "tests/cx/lab"):
            for found in (folder / f"{name}.fdx", folder / ".libs" / f"{name}.fdx"):
                if found.exists():
                    return found
        raise LabError(f"{name}.fdx is not built in {self.build}")

    def make_certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=Lab CA", "-keyout", "ca.key", "-out", "ca.pem")
        for name, identity in IDENTITY.items():
            extensions = self.write(f"{name}.ext", f"subjectAltName=DNS:{identity}\n")
            openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={identity}", "-keyout",
                    f"{name}.key", "-out", f"{name}.csr")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-days", "2", "-extfile", str(extensions), "-out",
                    f"{name}.pem")

    def configuration(self, name, realm, extensions, peer=None, lines=()):
        """A configuration; peer is the node that this one connects to, the others may connect."""
        found = [f'Identity = "{IDENTITY[name]}";', f'Realm = "{realm}";',
                 f"Port = {PLAIN_PORT[name]};", f"SecPort = {TLS_PORT[name] if self.tls else 0};",
                 "No_SCTP;", "No_IPv6;", "TcTimer = 2;",
                 f'ListenOn = "{self.addresses[name]}";', *lines]
        if self.tls:
            found += [f'TLS_Cred = "{name}.pem", "{name}.key";', 'TLS_CA = "ca.pem";']
        acl = self.write("acl.conf", f"{'' if self.tls else 'ALLOW_IPSEC '}*.example.org\n")
        for path, argument in [("acl_wl.fdx", acl), *extensions]:
            found.append(f'LoadExtension = "{path}"' + (f' : "{argument}";' if argument else ";"))
        if peer:
            port = TLS_PORT[peer] if self.tls else PLAIN_PORT[peer]
            security = "" if self.tls else "No_TLS; "
            found.append(f'ConnectPeer = "{IDENTITY[peer]}" {{ {security}'
                         f'ConnectTo = "{self.addresses[peer]}"; Port = {port}; }};')
        return "\n".join(found) + "\n"

    def routing(self, name, rule):
        return "rt_default.fdx", self.write(f"{name}.rt", rule + "\n")

    def node(self, name, configuration, prefix=(), kind=Node):
        node = kind(self, name, configuration, prefix)
        self.nodes.append(node)
        return node

    def hss(self, table):
        """A scripted HSS, not started; table as in scripted_hss.c."""
        extensions = [self.routing("hss", f'* : "{IDENTITY["relay"]}" += 5 ;'),
                      (self.extension("scripted_hss"), self.write("hss.table", table))]
        return self.node("hss", self.configuration("hss", IMS, extensions, lines=("NoRelay;",)))

    def relay(self, extensions=(), prefix=(), realm=TRANSIT):
        """A relay, not started, with extensions (path, argument)."""
        rule = f'dr = "{IMS}" : "{IDENTITY["hss"]}" += 70 ;'
        return self.node("relay", self.configuration(
            "relay", realm, [self.routing("relay", rule), *extensions], "hss"), prefix)

    def client(self, script, name="client"):
        """A client, not started; script as in cx_client.c, where result and answers are named here."""
        settings = (f"[settings]\npeer = {IDENTITY['relay']}\ndestination-realm = {IMS}\n"
                    f"start = {self.path(name + '.start')}\n"
                    f"result = {self.path(name + '.result')}\n"
                    f"answers = {self.path(name + '.answers')}\n"
                    f"secrets = {self.path(name + '.secrets')}\n")
        self.path(name + ".result").unlink(missing_ok=True)
        extensions = [self.routing(name, f'* : "{IDENTITY["relay"]}" += 5 ;'),
                      (self.extension("cx_client"),
                       self.write(name + ".script", settings + script))]
        return self.node(name, self.configuration("cscf", IMS, extensions, "relay", ("NoRelay;",)),
                         kind=Client)

    def result(self, client, seconds=60):
        """What the client counted, as numbers by their names; waits for it."""
        path = self.path(client.name + ".result")

        def is_written():
            if not path.exists() and not client.is_running():
                time.sleep(0.1)
                if not path.exists():
                    raise LabError(f"{client.name} ended: {client.text()[-2000:]}")
            return path.exists()
        wait_for(f"result of {client.name}", is_written, seconds)
        lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
        return {key: float(value) for key, value in lines}

    def run_client(self, script, name="client", seconds=60):
        """Runs a script to its end."""
        client = self.client(script, name).start()
        result = self.result(client, seconds)
        client.wait_ended()
        self.nodes.remove(client)
        return result
