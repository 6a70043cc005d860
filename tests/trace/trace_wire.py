"""Bytes on the wire for make_trace.py: Diameter messages of Cx, and captures."""

import struct


# Diameter (RFC 6733 3, 4; TS 29.229 6)

HOME = "ims.mnc001.mcc001.3gppnetwork.org"
CX = {"UAR": 300, "SAR": 301, "LIR": 302, "MAR": 303, "RTR": 304, "PPR": 305}
VENDOR = 10415
AVP = {
    "Session-Id": (263, 0), "Origin-Host": (264, 0), "Origin-Realm": (296, 0),
    "Destination-Host": (293, 0), "Destination-Realm": (283, 0), "User-Name": (1, 0),
    "Result-Code": (268, 0), "Experimental-Result": (297, 0), "Vendor-Id": (266, 0),
    "Experimental-Result-Code": (298, 0), "Auth-Session-State": (277, 0),
    "Public-Identity": (601, VENDOR), "Visited-Network-Identifier": (600, VENDOR),
    "Server-Name": (602, VENDOR), "Server-Assignment-Type": (614, VENDOR),
    "User-Data": (606, VENDOR), "User-Authorization-Type": (623, VENDOR),
    "SIP-Number-Auth-Items": (607, VENDOR), "SIP-Auth-Data-Item": (612, VENDOR),
    "SIP-Authentication-Scheme": (608, VENDOR), "SIP-Authorization": (610, VENDOR),
    "User-Data-Already-Available": (624, VENDOR),
}


def avp(name, value):
    """An AVP: text, number, or a list of AVPs."""
    code, vendor = AVP[name]
    if isinstance(value, int):
        data = struct.pack("!I", value)
    elif isinstance(value, list):
        data = b"".join(value)
    else:
        data = value if isinstance(value, bytes) else value.encode()
    head = 12 if vendor else 8
    length = head + len(data)
    flags = 0xC0 if vendor else 0x40
    out = struct.pack("!IB", code, flags) + length.to_bytes(3, "big")
    return out + (struct.pack("!I", vendor) if vendor else b"") + data + b"\0" * (-length % 4)


def experimental(code, vendor=VENDOR):
    return avp("Experimental-Result", [avp("Vendor-Id", vendor),
                                       avp("Experimental-Result-Code", code)])


def diameter(command, is_request, identifier, avps):
    data = b"".join(avps)
    flags = 0xC0 if is_request else 0x40
    return (struct.pack("!B", 1) + (20 + len(data)).to_bytes(3, "big") + struct.pack("!B", flags) +
            command.to_bytes(3, "big") + struct.pack("!III", 16777216, identifier, identifier) + data)


def cx_request(host, impi, impu, *more):
    """The AVPs that all Cx requests of a user have."""
    return [avp("Session-Id", f"{host};1;1"), avp("Origin-Host", host), avp("Origin-Realm", HOME),
            avp("Destination-Realm", HOME), avp("Public-Identity", impu), avp("User-Name", impi)
            ] + list(more)


def cx_answer(result=None, exp=None, *more):
    """The AVPs of an answer: a Result-Code, an Experimental-Result-Code, or neither."""
    out = [avp("Session-Id", "1;1;1"), avp("Origin-Host", f"hss.{HOME}"), avp("Origin-Realm", HOME)]
    out += [avp("Result-Code", result)] if result else []
    return out + ([experimental(exp)] if exp else []) + list(more)


# Captures

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) & ~1]))
    total += data[-1] << 8 if len(data) & 1 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(source, destination, protocol, payload):
    addresses = b"".join(bytes(map(int, a[0].split("."))) for a in (source, destination))
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
    head += addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + head + payload


def pcap(trace, messages, transport):
    """SIP over UDP or TCP as asked, Diameter always over TCP, one segment a message."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    sequence = {}
    for m in messages:
        a, b = trace.nodes[m.source], trace.nodes[m.destination]
        if m.protocol == "diameter":
            a, b = [(n[0], n[1] if n[1] == 3868 else 40000) for n in (a, b)]
        if m.protocol == "diameter" or transport == "tcp":
            at, acknowledged = sequence.get((a, b), 1), sequence.get((b, a), 1)
            sequence[a, b] = at + len(m.data)
            segment = struct.pack("!HHIIBBHHH", a[1], b[1], at, acknowledged, 0x50, 0x18, 65535,
                                  0, 0) + m.data
            data = packet(a, b, 6, segment)
        else:
            data = packet(a, b, 17, struct.pack("!HHHH", a[1], b[1], 8 + len(m.data), 0) + m.data)
        micros = round(m.time * 1e6)
        out.append(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(data), len(data)))
        out.append(data)
    return b"".join(out)
