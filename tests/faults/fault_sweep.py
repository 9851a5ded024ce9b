#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every place at which writing can fail, failed: no space, an I/O error, a killed process, bytes that never arrive, short and
interrupted writes, file systems that lack something.

    fault_sweep.py JOB [--all] [--limit N] [--only REGEX] [--set DIR --kernel DIR --count N]

jobs.py has the jobs, faults.py the faults. First the job runs undisturbed under strace, which tells all its calls that write;
then it runs once for each of them and each fault. Afterwards the target must be absent or the same as undisturbed, the source
as it was, and nothing else left; after SIGKILL the next start must tidy up; where only something is lacking that can be done in
another way, the job succeeds. Without --all at most --limit faults, spread evenly. --only: those whose names fit, as
"fsync 3 error=EIO". With --set, COUNT random ones on a set that is too large for all of them.

Environment: BOOTGRAFT_CLI, a release build (sanitizers have calls of their own); BOOTGRAFT_SHORT_WRITES, short-writes.c built.
"""

import argparse
import concurrent.futures
import os
import pathlib
import queue
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/lib"))

import jobs
import sweep as sweeping


def choose(cases, limit):
    """Evenly spread; the first and the last are among them."""
    if len(cases) <= limit:
        return cases
    return [cases[i * (len(cases) - 1) // (limit - 1)] for i in range(limit)]


def try_all(sweep, cases, work, n_workers):
    """In several threads, each of which has folders of its own."""
    workers = [sweep, *[sweep.clone(work / f"worker{i}") for i in range(1, n_workers)]]
    free = queue.SimpleQueue()
    for worker in workers:
        free.put(worker)

    def try_one(case):
        worker = free.get()
        try:
            worker.try_fault(case)
        finally:
            free.put(worker)

    with concurrent.futures.ThreadPoolExecutor(n_workers) as pool:
        for future in [pool.submit(try_one, case) for case in cases]:
            future.result()
    return {total: sum(getattr(worker, total) for worker in workers) for total in sweeping.TOTALS}


def report(job, chosen, totals):
    print(f"{job}: {chosen}, {totals['handled']} handled, {totals['survived']} without harm")
    print(f"{job}: {totals['faults']} faults injected, {totals['lost']} lost, {totals['false_successes']} false successes")
    return 1 if totals["lost"] or totals["false_successes"] or not totals["faults"] else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=jobs.JOBS)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", type=re.compile, default="")
    parser.add_argument("--set", type=pathlib.Path)
    parser.add_argument("--kernel", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--workers", type=int, default=min(os.cpu_count(), 4))
    arguments = parser.parse_args()
    # On the disk of the large set: it may not fit into a /tmp in memory.
    place = arguments.set.parent if arguments.set else None
    with tempfile.TemporaryDirectory(prefix=".bootgraft.faults.", dir=place) as folder:
        work = pathlib.Path(folder)
        sweep = jobs.JOBS[arguments.job](work / "worker0", jobs.Inputs(work, arguments.set, arguments.kernel))
        every = sweep.prepare()
        cases = [case for case in every if re.search(arguments.only, str(case))]
        if arguments.set:
            print(f"random faults by --seed {arguments.seed}", flush=True)
            cases = random.Random(arguments.seed).sample(cases, min(arguments.count, len(cases)))
        elif not arguments.all:
            cases = choose(cases, arguments.limit)
        totals = try_all(sweep, cases, work, 1 if arguments.set else arguments.workers)
        sys.exit(report(arguments.job, f"{len(cases)} of {len(every)} faults chosen", totals))


if __name__ == "__main__":
    main()
