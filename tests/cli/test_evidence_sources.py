"""Audits of a store with two IMS sources: each observed exchange counts for one of them."""
import time
import unittest

from captures import CSCF, HOME, HSS, answer, avp, request
from harness import CLEAN, FINDINGS, impi
from test_evidence import HOUR, Cx, EvidenceTest, user_data

def subscription(number, *identities):
    members = "".join(
        f"<PublicIdentity><BarringIndication>{int(i[0] == '-')}</BarringIndication>"
        f"<Identity>{i.lstrip('-')}</Identity></PublicIdentity>" for i in identities)
    return (f"<IMSSubscription><PrivateID>{impi(number)}</PrivateID><ServiceProfile>{members}"
            "</ServiceProfile></IMSSubscription>\n")


def own_set(number):
    return [f"-sip:{impi(number)}", f"sip:second{number}@{HOME}"]


class CxOfTwo(Cx):
    """host: of the HSS that answers."""

    def uar_at(self, host, number, code):
        self.number += 1
        cscf, hss = (CSCF, 40000), (HSS, 3868)
        self.capture.tcp(cscf, hss, request(
            "UAR", self.number, f"00101{number:010d}",
            [avp("Visited-Network-Identifier", HOME), avp("User-Authorization-Type", 0)]))
        self.capture.tcp(hss, cscf, answer("UAR", self.number, code, True, host=host))

    def sar_at(self, host, number, *identities):
        self.number += 1
        cscf, hss = (CSCF, 40000), (HSS, 3868)
        self.capture.tcp(cscf, hss, request(
            "SAR", self.number, f"00101{number:010d}",
            [avp("Server-Assignment-Type", 1), avp("Server-Name", f"sip:scscf.{HOME}")]))
        self.capture.tcp(hss, cscf, answer("SAR", self.number, 2001, False,
                                           [user_data(number, *identities)], host=host))


class TwoSources(EvidenceTest):
    """"hss" has subscriber 1 to 8, "second" has 31, 32 and, with another set, 1."""

    def setUp(self):
        super().setUp()
        self.import_file()
        xml = "".join(subscription(n, *own_set(n)) for n in (31, 32, 1))
        self.import_file(self.write("second.xml", xml), source="second")

    def audit_of(self, source, code):
        return self.audit("--source", source, code=code)["evidence"]

    def unknown(self, source, code=FINDINGS):
        found = self.findings("--source", source, "--fail-on", "info", code=code)
        return [f["subject"]["impi"] for f in found if f["rule"] == "CXA109"]

    def test_an_exchange_is_of_the_source_that_holds_the_impi(self):
        cx = CxOfTwo(time.time() + HOUR)
        cx.uar_at("hss", 2, 5001)
        cx.uar_at("hss", 3, 5001)
        cx.uar_at("hss2", 31, 2001)
        cx.uar_at("hss2", 32, 5001)
        cx.uar_at("hss2", 32, 5001)
        self.observe(cx)
        first, second = self.audit_of("hss", FINDINGS), self.audit_of("second", CLEAN)
        for evidence, elsewhere, pairs in ((first, 3, 2), (second, 2, 2)):
            self.assertEqual((evidence["exchanges"], evidence["pairs"]), (5, 4))
            self.assertEqual((evidence["elsewhere"], evidence["elsewhere_pairs"]),
                             (elsewhere, pairs))
            self.assertEqual(sum(row["pairs"] for row in evidence["confusion"]), 4 - pairs)
            self.assertEqual(evidence["unknown"], [])
        self.assertEqual([s["impi"] for s in second["failing"]], [impi(32)])
        self.assertEqual(sorted(s["impi"] for s in first["failing"]), [impi(2), impi(3)])

    def test_what_both_or_none_hold_goes_by_the_hss_that_answered(self):
        cx = CxOfTwo(time.time() + HOUR)
        cx.uar_at("hss", 2, 5001)
        cx.uar_at("hss2", 31, 2001)
        cx.uar_at("hss2", 1, 2001)
        cx.sar_at("hss2", 1, *own_set(1))
        cx.uar_at("hss2", 99, 5001)
        cx.uar_at("hss", 98, 5001)
        self.observe(cx)
        first, second = self.audit_of("hss", FINDINGS), self.audit_of("second", CLEAN)
        self.assertEqual((first["elsewhere_pairs"], second["elsewhere_pairs"]), (4, 2))
        self.assertEqual(self.unknown("hss"), [impi(98)])
        self.assertEqual(self.unknown("second"), [impi(99)])
        # What the set of the other source lacks is no drift of this one.
        self.assertEqual((first["drift"], second["drift"]), ([], []))

    def test_where_the_hss_tells_nothing_the_first_source_has_it(self):
        cx = CxOfTwo(time.time() + HOUR)
        cx.uar_at("shared", 2, 5001)
        cx.uar_at("shared", 31, 2001)
        cx.uar_at("shared", 99, 5001)
        self.observe(cx)
        self.assertEqual(self.unknown("hss"), [impi(99)])
        self.assertEqual(self.unknown("second", CLEAN), [])

    def test_a_whole_audit_tells_of_the_others(self):
        cx = CxOfTwo(time.time() + HOUR)
        cx.uar_at("hss2", 31, 2001)
        self.observe(cx)
        text = self.run_command("audit", "--store", self.store, code=FINDINGS).stdout
        self.assertEqual(text.count("of other sources of the store"), 1)


if __name__ == "__main__":
    unittest.main()
