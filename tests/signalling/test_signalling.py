"""Real signalling: what Kamailio, freeDiameter and sipp say is captured, and the diagnosis must
name what was provoked. tshark says first what the captures show, so that it is judged by facts."""
import base64
import collections
import os
import pathlib
import secrets
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "cli"))

import captured  # noqa: E402
import ue  # noqa: E402
from core import NAMES, Core, missing, random_letters  # noqa: E402
from harness import CLEAN, CommandTest  # noqa: E402
from lab import enter_namespace, skip  # noqa: E402
from scenarios import DIRECT, HOME, LIR, SCENARIOS, hss_table, provisioning  # noqa: E402

BUILD = pathlib.Path(os.environ["top_builddir"]).resolve()
OBSERVER_CONF = """store = "{folder}/store"
advertise_cx = true
unanswered_after = 1
"""


class Session:
    """One run of the lab: a capture of each scenario, and with a relay the observer's store."""

    def __init__(self, folder, scenarios, has_relay):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scenarios = scenarios
        self.has_relay = has_relay
        self.store = self.folder / "store"
        self.merged = self.folder / "all.pcapng"
        self.trouble = {}  # by scenario: what the UE got instead
        self.cards = {s.name: {"k": random_letters(), "op": random_letters()} for s in scenarios}

    def key_file(self, scenario):
        card = {name: value.encode().hex() for name, value in self.cards[scenario.name].items()}
        path = self.folder / f"{scenario.name}.key"
        path.write_text(f"[settings]\nK = {card['k']}\nOP = {card['op']}\nAMF = 8000\n",
                        encoding="ascii")
        return path

    def capture_of(self, scenario):
        return self.folder / f"{scenario.name}.pcapng"

    def run(self):
        conf = None
        if self.has_relay:
            conf = self.folder / "observer.conf"
            conf.write_text(OBSERVER_CONF.format(folder=self.folder), encoding="utf-8")
        with Core(self.folder, BUILD, hss_table(self.scenarios, self.key_file), conf) as core:
            core.start()
            for scenario in self.scenarios:
                if scenario.down:
                    core.take_down(scenario.down)
                with core.capture(self.capture_of(scenario)):
                    self.run_scenario(core, scenario)
            core.stop()
        captured.merge(map(self.capture_of, self.scenarios), self.merged)

    def run_scenario(self, core, scenario):
        values = {**NAMES, **scenario.values, **self.cards[scenario.name],
                  "visited": scenario.visited, "expires": scenario.expires,
                  "password": core.password,
                  "claim": "Preferred" if scenario.node == "edge" else "Asserted",
                  "auts": base64.b64encode(secrets.token_bytes(14)).decode()}
        values["user"] = values["impu"].partition(":")[2].partition("@")[0]
        wrong = None
        if scenario.rounds:
            register = {**values, "uri": f"sip:{HOME}", "to": values["impu"]}
            wrong = core.run_ue(ue.scenario("REGISTER", scenario.rounds, register),
                                scenario.call_id(), "icscf")
        if scenario.request and not wrong:
            method, rounds = scenario.request
            request = {**values, "uri": values["called"], "to": values["called"],
                       "impu": values["caller"]}
            wrong = core.run_ue(ue.scenario(method, rounds, request), scenario.call_id(method),
                                scenario.node)
        if wrong:
            self.trouble[scenario.name] = wrong


def by_name(name):
    return next(scenario for scenario in SCENARIOS if scenario.name == name)


def answers(cx):
    """What JSON says of Cx, as scenarios do: (command, AVP, code)."""
    none = {"avp": None, "code": None}
    return [(one["command"], (one["answer"] or none)["avp"], (one["answer"] or none)["code"])
            for one in cx]


def distinct(items):
    """Without repetitions, in order."""
    return list(dict.fromkeys(items))


class Signalling(CommandTest):
    """What holds with and without a relay."""

    session = None
    scenarios = ()
    maxDiff = None

    def test_the_ue_got_the_answers_that_it_waited_for(self):
        self.assertEqual(self.session.trouble, {})

    def test_the_daemons_ran_without_a_fault(self):
        relay = ["relay"] if self.session.has_relay else []
        for name in ("hss", "icscf", "scscf", "edge", *relay):
            log = (self.session.folder / f"{name}.log").read_text(errors="replace")
            self.assertNotRegex(log, "AddressSanitizer|runtime error:|exited by a signal")

    def test_the_captures_show_what_was_provoked(self):
        statuses, cx = captured.seen(self.session.merged)
        for scenario in self.scenarios:
            with self.subTest(scenario=scenario.name):
                found = {call: statuses.get(call) for call in scenario.statuses}
                self.assertEqual(found, scenario.statuses)
                self.assertEqual(cx.get(scenario.values["impi"], [])
                                 + cx.get(scenario.values["called"], []), list(scenario.cx))

    def diagnose(self, capture, *options):
        """The diagnoses of what the scenarios are about, by name: of their last requests."""
        done = self.run_command("diagnose", "--json", "--all", *options, capture, code=CLEAN)
        found = self.json_of(done)["transactions"]
        by_call_id = {one["call_id"]: one for one in found}
        self.assertEqual(len(by_call_id), len(found))
        return {one.name: by_call_id[list(one.statuses)[-1]] for one in self.scenarios}

    def check_diagnosis(self, scenario, found):
        status = list(scenario.statuses.values())[-1][-1]
        self.assertEqual((found["final"]["status"], found["sent_by"], found["cause"]["class"]),
                         (status, scenario.sent_by, scenario.cause))
        self.assertIn(found["provisioning_to_blame"], scenario.blame)
        if not scenario.request:
            # One exchange is captured on both sides of the relay.
            self.assertEqual(distinct(answers(found["cx"])), distinct(scenario.cx))
        else:
            self.assertEqual([one for one in distinct(answers(found["cx"])) if one[0] == LIR],
                             [one for one in scenario.cx if one[0] == LIR])

    def test_the_diagnosis_names_what_was_provoked(self):
        found = self.diagnose(self.session.merged)
        for scenario in self.scenarios:
            with self.subTest(scenario=scenario.name):
                if not scenario.needs_store:
                    self.check_diagnosis(scenario, found[scenario.name])


class Relayed(Signalling):
    scenarios = SCENARIOS

    def setUp(self):
        super().setUp()
        self.policy = self.write("policy.conf", 'sim-type = "usim"\ncscf = "kamailio"\n'
                                                f'home-visited-network = "{HOME}"\n')

    def import_provisioning(self):
        self.import_file(self.write("provisioning.csv", provisioning()))

    def test_the_observer_has_seen_each_exchange(self):
        done = self.run_command("observed", "stats", "--store", self.session.store, "--json",
                                code=CLEAN)
        found = self.json_of(done)
        expected = collections.Counter(answer for one in self.scenarios for answer in one.cx)
        counts = {(one["command"], one["avp"], one["code"]): one["count"]
                  for one in found["by_code"]}
        self.assertEqual(counts, dict(expected))
        unanswered = sum(count for (_, avp, _), count in expected.items() if not avp)
        self.assertEqual(
            (found["seen"], found["unanswered"], found["dropped"], found["undecodable"]),
            (expected.total(), unanswered, 0, 0))

    def test_the_prediction_is_what_the_core_did(self):
        self.import_provisioning()
        for scenario in self.scenarios:
            if scenario.request or not (scenario.row or scenario.cause == "none"):
                continue
            with self.subTest(scenario=scenario.name):
                done = self.run_command(
                    "predict", "--store", self.store, "--json", "--policy", self.policy,
                    "--impi", scenario.values["impi"], "--impu", scenario.values["impu"],
                    "--visited-network", scenario.visited, code=CLEAN)
                found = self.json_of(done)
                self.assertEqual(
                    (found["sip"]["status"], found["sip"]["sent_by"], answers(found["cx"])),
                    (scenario.rounds[-1][1], scenario.sent_by, distinct(scenario.cx)))

    def test_provisioning_gives_the_row_of_the_fault(self):
        self.import_provisioning()
        found = self.diagnose(self.session.merged, "--store", self.store, "--policy", self.policy)
        for scenario in self.scenarios:
            with self.subTest(scenario=scenario.name):
                self.check_diagnosis(scenario, found[scenario.name])
                if scenario.row:
                    cause = found[scenario.name]["cause"]
                    self.assertEqual(cause["row"], scenario.row)
                    self.assertRegex(cause["rule"], "^CXA[0-9]{3}$")

    def test_observations_stand_in_for_cx_that_was_not_captured(self):
        capture = captured.without_cx(self.session.merged, self.folder / "sip.pcapng")
        found = self.diagnose(capture, "--store", self.session.store)
        for scenario in self.scenarios:
            with self.subTest(scenario=scenario.name):
                if scenario.row and not scenario.request:
                    self.check_diagnosis(scenario, found[scenario.name])

    def test_secrets_of_the_captures_are_not_shown(self):
        scenario = by_name("resynchronised")
        secrets_there = captured.secrets(self.session.capture_of(scenario))
        self.assertGreater(len(secrets_there), 6)
        for options in ((), ("--json",)):
            done = self.run_command("diagnose", "--all", *options,
                                    self.session.capture_of(scenario), code=CLEAN)
            shown = done.stdout + done.stderr
            self.assertIn(scenario.values["impi"], shown)
            self.assertEqual([one for one in secrets_there if one in shown], [])


class Direct(Signalling):
    """The CSCFs are connected to the HSS itself; Cx is in the captures alone."""

    scenarios = DIRECT


del Signalling  # unittest runs the classes that it finds


def main():
    reason = missing()
    if reason:
        skip(reason)
    enter_namespace()
    keep = os.environ.get("CXAUDIT_SIGNALLING_KEEP")
    with tempfile.TemporaryDirectory() as folder:
        for kind, has_relay in ((Relayed, True), (Direct, False)):
            place = pathlib.Path(keep or folder) / kind.__name__.lower()
            kind.session = Session(place, kind.scenarios, has_relay)
            kind.session.run()
        unittest.main()


if __name__ == "__main__":
    main()
