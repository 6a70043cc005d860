"""Captures for tests, packet by packet: TCP with splits and retransmissions, UDP, SCTP; and Cx
messages. Bytes of messages and IP packets are made by tests/trace/trace_wire.py."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "trace"))

from trace_wire import CX, HOME, avp, diameter, experimental, packet  # noqa: E402

CSCF, HSS, UE = "192.0.2.1", "203.0.113.1", "192.0.2.9"
START = 1700000000.0
SECRET = b"sEcReT-of-this-test"


class Capture:
    """A pcap file in the making; each packet is a millisecond after the one before."""

    def __init__(self, start=START):
        self.time, self.next, self.tsn = start, {}, {}
        self.data = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]

    def bytes(self):
        return b"".join(self.data)

    def packet(self, source, destination, protocol, payload):
        data = packet((source,), (destination,), protocol, payload)
        micros = round(self.time * 1e6)
        self.data.append(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(data),
                                     len(data)) + data)
        self.time += 0.001

    def tcp(self, source, destination, payload, again=False):
        """One segment; (address, port) pairs. again: the last one is sent once more."""
        flow = (source, destination)
        at = self.next.get(flow, 1000) - (len(payload) if again else 0)
        self.next[flow] = at + len(payload)
        acknowledged = self.next.get((destination, source), 1000)
        self.packet(source[0], destination[0], 6, struct.pack(
            "!HHIIBBHHH", source[1], destination[1], at, acknowledged, 0x50, 0x18, 65535, 0, 0)
            + payload)

    def udp(self, source, destination, payload):
        self.packet(source[0], destination[0], 17, struct.pack(
            "!HHHH", source[1], destination[1], 8 + len(payload), 0) + payload)

    def sctp(self, source, destination, payloads, protocol=46, pieces=1, again=False):
        """DATA chunks of one packet, or one message in pieces of a packet each."""
        flow = (source, destination)
        tsn, stream = self.tsn.get(flow, (1, 0))
        if again:
            tsn, stream = self.last
        self.last = (tsn, stream)
        packets = []
        for payload in payloads:
            size = -(-len(payload) // pieces)
            for i in range(pieces):
                part = payload[i * size:(i + 1) * size]
                flags = (2 if i == 0 else 0) | (1 if i == pieces - 1 else 0)
                packets.append(struct.pack("!BBHIHHI", 0, flags, 16 + len(part), tsn, 0, stream,
                                           protocol) + part + b"\0" * (-len(part) % 4))
                tsn += 1
            stream += 1
        self.tsn[flow] = (tsn, stream)
        for chunks in (packets if pieces > 1 else [b"".join(packets)]):
            head = struct.pack("!HHII", source[1], destination[1], 0x1234, 0)
            self.packet(source[0], destination[0], 132, head + chunks)


def request(command, number, user="001010000000001", more=(), host="icscf"):
    """A Cx request of a subscriber; number is its Hop-by-Hop, End-to-End and session."""
    identity = f"{user}@{HOME}"
    return diameter(CX[command], True, number, [
        avp("Session-Id", f"{host};{number}"), avp("Origin-Host", f"{host}.{HOME}"),
        avp("Origin-Realm", HOME), avp("Destination-Realm", HOME), avp("User-Name", identity),
        avp("Public-Identity", f"sip:{identity}"), *more])


def answer(command, number, code, is_experimental=False, more=(), host="hss", session="icscf",
           vendor=10415):
    """Its answer."""
    result = experimental(code, vendor) if is_experimental else avp("Result-Code", code)
    return diameter(CX[command], False, number, [
        avp("Session-Id", f"{session};{number}"), result, avp("Origin-Host", f"{host}.{HOME}"),
        avp("Origin-Realm", HOME), *more])


def register(user="001010000000001"):
    return (f"REGISTER sip:{HOME} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
            f"From: <sip:{user}@{HOME}>;tag=1\r\nTo: <sip:{user}@{HOME}>\r\n"
            "Call-ID: 1@192.0.2.9\r\n"
            "CSeq: 1 REGISTER\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode()
