"""A Diameter peer by hand: says hello to the relay and then sends whatever bytes it is given."""
import socket
import struct

import lab

CX = 16777216
VENDOR = 10415
IDENTITY = f"odd.{lab.IMS}"
REQUEST = 0x80
CAPABILITIES, MULTIMEDIA_AUTH = 257, 303


def avp(code, value, vendor=0, length=None):
    """One AVP; length replaces the true one. Numbers are Unsigned32."""
    if isinstance(value, int):
        value = struct.pack("!I", value)
    elif isinstance(value, str):
        value = value.encode()
    head = struct.pack("!I", vendor) if vendor else b""
    flags = 0xC0 if vendor else 0x40
    true = 8 + len(head) + len(value)
    return (struct.pack("!II", code, flags << 24 | (length or true)) + head + value
            + b"\0" * (-true % 4))


def message(command, flags, application, *avps, number=1):
    content = b"".join(avps)
    return struct.pack("!IIIII", 1 << 24 | (20 + len(content)), flags << 24 | command, application,
                       number, number) + content


def origin():
    return avp(264, IDENTITY) + avp(296, lab.IMS)


class RawPeer:
    """Connected to the relay, after CER and CEA."""

    def __init__(self):
        self.socket = socket.create_connection((lab.ADDRESS, lab.PLAIN_PORT["relay"]), 10)
        address = struct.pack("!H", 1) + socket.inet_aton(lab.ADDRESS)
        self.send(message(CAPABILITIES, REQUEST, 0, origin(), avp(257, address), avp(266, VENDOR),
                          avp(269, "raw peer"), avp(258, 0xFFFFFFFF)))
        answer = self.receive()
        if answer is None or struct.unpack("!I", answer[4:8])[0] & 0xFFFFFF != CAPABILITIES:
            raise lab.LabError("the relay does not answer the raw peer's CER")

    def send(self, content):
        self.socket.sendall(content)

    def receive(self):
        """One message, or None when the relay has closed the connection."""
        head = self.receive_bytes(4)
        if head is None:
            return None
        rest = self.receive_bytes((struct.unpack("!I", head)[0] & 0xFFFFFF) - 4)
        return None if rest is None else head + rest

    def receive_bytes(self, count):
        found = b""
        while len(found) < count:
            try:
                piece = self.socket.recv(count - len(found))
            except ConnectionError:
                return None
            if not piece:
                return None
            found += piece
        return found

    def close(self):
        self.socket.close()
