"""What a capture of the lab shows to tshark alone: the facts that a diagnosis is held against."""
import re
import subprocess

import core

FIELDS = ("ip.src", "ip.dst", "sip.Call-ID", "sip.CSeq.seq", "sip.Status-Code",
          "diameter.applicationId", "diameter.cmd.code", "diameter.flags.request",
          "diameter.endtoendid", "diameter.User-Name", "diameter.Public-Identity",
          "diameter.Result-Code", "diameter.Experimental-Result-Code")
COMMANDS = {"300": "UAR", "301": "SAR", "302": "LIR", "303": "MAR"}
CX = "16777216"


def merge(paths, merged):
    subprocess.run(["mergecap", "-w", str(merged), *map(str, paths)], check=True, timeout=60)


def without_cx(path, out):
    """What a capture at the P-CSCF would hold."""
    command = ["tshark", "-n", "-r", str(path), "-w", str(out), "-Y",
               f"udp && ip.addr == {core.NAMES['pcscf_address']}"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return out


def rows(path, wanted, fields):
    command = ["tshark", "-n", "-r", str(path), "-Y", wanted, "-T", "fields", "-E", "separator=/t",
               "-E", "occurrence=f"]
    for port in core.SIP_PORTS:
        command += ["-d", f"udp.port=={port},sip"]
    for port in core.DIAMETER_PORTS:
        command += ["-d", f"tcp.port=={port},diameter"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(["timeout", "-s", "KILL", "60", *command], check=True,
                          capture_output=True, text=True)
    return [dict(zip(fields, line.split("\t"))) for line in done.stdout.splitlines()]


def seen(path):
    """Final statuses that the UE got, one a CSeq, by Call-ID; and the answers that the CSCFs got,
    by User-Name, or where that is missing by Public-Identity: (command, AVP, code), with None where
    there was none."""
    statuses, requests, answers = {}, {}, {}
    cscfs = (core.NAMES["icscf_address"], core.NAMES["scscf_address"])
    for row in rows(path, f"sip.Status-Code || diameter.applicationId == {CX}", FIELDS):
        code, number = row["sip.Status-Code"], row["diameter.endtoendid"]
        if code:
            if row["ip.dst"] == core.NAMES["pcscf_address"] and int(code) >= 200:
                statuses.setdefault(row["sip.Call-ID"], {})[int(row["sip.CSeq.seq"])] = int(code)
        elif row["ip.src"] in cscfs:
            identity = row["diameter.User-Name"] or row["diameter.Public-Identity"]
            requests[number] = identity, COMMANDS[row["diameter.cmd.code"]]
        elif row["ip.dst"] in cscfs:
            answers[number] = answer_of(row)
    cx = {}
    for number, (impi, command) in requests.items():
        cx.setdefault(impi, []).append((command, *answers.get(number, (None, None))))
    return {call: [found[n] for n in sorted(found)] for call, found in statuses.items()}, cx


def answer_of(row):
    for name in ("Result-Code", "Experimental-Result-Code"):
        if row[f"diameter.{name}"]:
            return name, int(row[f"diameter.{name}"])
    return None, None


def secrets(path):
    """Credentials and key material of a capture, as SIP writes them and as hexadecimal digits."""
    found = set()
    headers = ("sip.WWW-Authenticate", "sip.Authorization")
    for row in rows(path, " || ".join(headers), headers):
        for header in headers:
            found.update(re.findall(r'\b(?:nonce|response|auts|ck|ik)="([^"]+)"', row[header]))
    keys = ("diameter.3GPP-SIP-Authenticate", "diameter.3GPP-SIP-Authorization",
            "diameter.Confidentiality-Key", "diameter.Integrity-Key")
    for row in rows(path, "diameter.3GPP-SIP-Authorization", keys):
        found.update(value.replace(":", "") for value in row.values() if value)
    return found
