"""What the tests of cxaudit observed share."""
import json
import shutil
import unittest

from captures import CSCF, HSS, Capture, answer, request
from harness import CLEAN, CommandTest


def needs_tshark(test):
    return unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")(test)


class ObservedTest(CommandTest):
    def observed(self, *arguments, code=CLEAN, **options):
        return self.run_command("observed", arguments[0], "--store", self.store, *arguments[1:],
                                code=code, **options)

    def import_capture(self, capture, *options, code=CLEAN, name="trace.pcap"):
        """Returns the counts."""
        path = self.write(name, capture.bytes() if isinstance(capture, Capture) else capture)
        return self.json_of(self.observed("import", "--json", *options, path, code=code))

    def exchanges(self, *arguments):
        lines = self.observed(*arguments, "--json").stdout.splitlines()
        found = [json.loads(line) for line in lines]
        for exchange in found:
            self.check_schema(exchange)
        return found

    def one_pair(self, port=3868, **options):
        c = Capture(**options)
        cscf, hss = (CSCF, 40000), (HSS, port)
        c.tcp(cscf, hss, request("UAR", 1))
        c.tcp(hss, cscf, answer("UAR", 1, 5003))
        return c
