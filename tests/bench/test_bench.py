# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a bench notice what it is there to notice?"""

import contextlib
import io
import sys
import unittest

from bench import Cost, Table, interleaved, measure


def exit_code(table):
    try:
        table.finish()
    except SystemExit as ended:
        return ended.code
    return None


class Limits(unittest.TestCase):
    def setUp(self):
        with contextlib.redirect_stdout(io.StringIO()):
            self.table = Table()

    def judged(self, judge, value, limit):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            judge("a figure", value, limit)
        return printed.getvalue()

    def test_nothing_measured(self):
        self.assertEqual(exit_code(self.table), 1)

    def test_at_the_limit(self):
        self.assertNotIn("MISSED", self.judged(self.table.at_most, 1.1, 1.1))
        self.assertNotIn("MISSED", self.judged(self.table.at_least, 6, 6))
        self.assertEqual(exit_code(self.table), 0)

    def test_above(self):
        self.assertIn("MISSED", self.judged(self.table.at_most, 1.11, 1.1))
        self.judged(self.table.at_most, 0, 1.1)
        self.assertEqual(exit_code(self.table), 1)

    def test_below(self):
        self.assertIn("MISSED", self.judged(self.table.at_least, 5.9, 6))
        self.assertEqual(exit_code(self.table), 1)


class Costs(unittest.TestCase):
    def test_children_count(self):
        burn = "import time\nwhile time.process_time() < 0.3: pass"
        alone = measure([sys.executable, "-c", burn])
        nested = measure(["sh", "-c", f"{sys.executable} -c '{burn}' & {sys.executable} -c '{burn}' & wait"])
        self.assertGreater(alone.cpu, 0.25)
        self.assertGreater(nested.cpu, 0.5)

    def test_memory(self):
        self.assertGreater(measure([sys.executable, "-c", "bytearray(200_000_000)"]).memory, 190)
        self.assertLess(measure(["true"]).memory, 60)

    def test_failure(self):
        with self.assertRaisesRegex(RuntimeError, "exit 3: sorry"):
            measure(["sh", "-c", "echo sorry >&2; exit 3"])

    def test_median_of_interleaved_runs(self):
        taken = []

        def take(name, values):
            taken.append(name)
            return Cost(values.pop(), 1, 1)

        ours, peer = [1, 9, 2], [5, 4, 6]
        costs = interleaved(3, lambda: take("ours", ours), lambda: take("peer", peer))
        self.assertEqual(taken, ["ours", "peer"] * 3)
        self.assertEqual([cost.cpu for cost in costs], [2, 5])
        self.assertEqual(costs[0].runs, 3)

    def test_standard_input(self):
        self.assertRaises(RuntimeError, measure, ["grep", "-q", "test_standard_input"])
        measure(["grep", "-q", "test_standard_input"], stdin=__file__)


if __name__ == "__main__":
    unittest.main()
