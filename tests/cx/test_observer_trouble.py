#!/usr/bin/python3
"""The observer when something goes wrong: the HSS dies, the disk is full, the store is locked or
gone, the queue is full, the host stops under load. The client never notices."""
import contextlib
import re
import shutil
import sqlite3
import subprocess
import time

from observer_case import ANSWERS, REQUESTS, ObserverTest, lab, main, rows

EXCHANGES = 100000
STOP_LIMIT = 30  # seconds; freeDiameter 1.2.1 itself takes 18 under load


class Trouble(ObserverTest):
    def load(self, count, name="client", **settings):
        """A client that is sending."""
        settings = {"count": count, "range": 1000, "timeout": 8000, **settings}
        text = "".join(f"{key} = {value}\n" for key, value in settings.items())
        return self.lab.client(text + rows(REQUESTS), name).start()

    def check_all_answered(self, client, count):
        result = self.lab.result(client)
        self.assertEqual((result["sent"], result["answered"], result["timeouts"]),
                         (count, count, 0), result)
        self.assertEqual(result["code.2001"], count * 3 / 4)
        client.wait_ended()
        self.assertTrue(self.relay.is_running())

    def wait_load(self, seen):
        lab.wait_for("load", lambda: self.counters()["seen"] >= seen, 20)

    def said(self, pattern):
        return re.findall(f"cx_observer: .*{pattern}.*", self.relay.text())

    def test_a_hundred_thousand_exchanges_are_all_stored(self):
        self.start(rows(ANSWERS))
        self.check_all_answered(self.load(EXCHANGES), EXCHANGES)
        found = self.settled(EXCHANGES)
        self.check_counters(found, seen=EXCHANGES, stored=EXCHANGES, dropped=0, unanswered=0,
                            undecodable=0)
        self.assertEqual(self.stored(), EXCHANGES)
        self.check_counters(self.stats(), seen=EXCHANGES, stored=EXCHANGES, dropped=0)

    def test_every_request_is_accounted_for_when_the_hss_dies_under_load(self):
        count = 12000
        self.start(rows(ANSWERS))
        client = self.load(count, rate=2000, timeout=20000)
        self.wait_load(count / 4)
        self.hss.kill()
        time.sleep(1)
        self.hss.start().wait_started()
        self.relay.wait_open("hss", 15, times=2)
        result = self.lab.result(client)
        found = self.settled(count)
        self.assertEqual(result["answered"] + result["timeouts"], count)
        self.assertGreater(result.get("code.3002", 0), 0)
        self.check_counters(found, seen=count, dropped=0)
        self.assertEqual(self.stored(), count)
        self.assertEqual(self.stored(code=3002), result["code.3002"])
        self.assertEqual(self.stored(avp=None), found["unanswered"])

    def test_a_store_of_before_the_host_was_killed_is_continued(self):
        self.start(rows(ANSWERS))
        self.check_all_answered(self.load(2000), 2000)
        self.settled(2000)
        client = self.load(20000, rate=4000, timeout=500)
        self.wait_load(4000)
        self.relay.kill()
        client.kill()
        before = self.stored()
        self.assertIn(before, range(2000, 20001))
        row = self.stats()
        lost = row["seen"] - row["stored"] - row["unanswered"] - row["dropped"]
        self.relay.start().wait_open("hss")
        self.check_all_answered(self.load(1000, "after"), 1000)
        self.settled(1000)
        self.assertEqual(self.stored(), before + 1000)
        told = self.said(f" {lost} exchanges that were under way")
        self.assertEqual(len(told), 1 if lost else 0, lost)

    def test_a_full_disk_costs_records_and_nothing_else(self):
        self.store.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", self.store], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.store], check=True)
        ballast = self.store / "ballast"
        ballast.write_bytes(bytes((32 << 20) - (400 << 10)))
        self.start(rows(ANSWERS), queue_size=1024)
        self.check_all_answered(self.load(20000), 20000)
        found = self.counters()
        self.assertGreater(found["store_failures"], 0)
        self.assertGreater(found["dropped"], 0)
        self.assertTrue(self.said("cannot be (written|opened)"))
        ballast.unlink()
        found = self.settled(20000)
        self.check_all_answered(self.load(400, "after"), 400)
        after = self.settled(20400)
        self.check_counters(after, stored=found["stored"] + 400, dropped=found["dropped"])
        self.assertEqual(self.stored(), after["stored"])

    @contextlib.contextmanager
    def locked_store(self):
        (database,) = self.store.glob("observations.db")
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
        connection.close()

    def test_what_comes_while_the_store_is_locked_is_written_later(self):
        self.start(rows(ANSWERS))
        self.check_all_answered(self.load(400), 400)
        self.settled(400)
        with self.locked_store():
            self.check_all_answered(self.load(2000, "locked"), 2000)
            lab.wait_for("a flush fails", lambda: self.counters()["store_failures"], 10)
            self.check_counters(self.counters(), stored=400, dropped=0)
        found = self.settled(2400)
        self.check_counters(found, stored=2400, dropped=0)
        self.assertEqual(self.stored(), 2400)

    def test_a_full_queue_drops_and_says_so_once_a_minute(self):
        self.start(rows(ANSWERS), queue_size=8, batch_size=1)
        self.check_all_answered(self.load(4), 4)
        self.settled(4)
        with self.locked_store():
            self.check_all_answered(self.load(4000, "locked"), 4000)
            found = self.counters()
            self.assertGreater(found["dropped"], 3900)
            self.assertEqual(found["queue_depth_max"], found["queue_size"])
        found = self.settled(4004)
        self.assertEqual(found["stored"] + found["dropped"], 4004)
        self.assertEqual(self.stored(), found["stored"])
        self.assertEqual(len(self.said("queue full")), 1)

    def test_a_store_that_is_deleted_is_made_anew(self):
        self.start(rows(ANSWERS))
        self.check_all_answered(self.load(400), 400)
        self.settled(400)
        for path in self.store.glob("observations.db*"):
            path.unlink()
        self.check_all_answered(self.load(800, "deleted"), 800)
        self.check_counters(self.settled(1200), stored=1200, dropped=0)
        # What the writer still had in its hands may come again; what came since is there.
        self.assertIn(self.stored(), range(800, 1201))
        shutil.rmtree(self.store)
        self.check_all_answered(self.load(400, "removed"), 400)
        self.assertTrue(self.relay.is_running())

    def test_stopping_under_load_drains_within_the_limits_of_the_host(self):
        self.start(rows(ANSWERS))
        client = self.load(200000, rate=3000, timeout=1000)
        self.wait_load(3000)
        self.assertLess(self.relay.stop(STOP_LIMIT + 10), STOP_LIMIT)
        client.kill()
        self.assertNotIn("Assertion", self.relay.text())
        last = self.counter_lines()[-1]
        self.check_counters(last, dropped=0, under_way=0, queue_depth=0)
        self.assertEqual(last["seen"], last["stored"] + last["unanswered"])
        self.assertEqual(self.stored(), last["seen"])
        self.check_counters(self.stats(), seen=last["seen"], stored=last["stored"],
                            unanswered=last["unanswered"])


if __name__ == "__main__":
    main()
