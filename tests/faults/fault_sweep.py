#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every place at which writing can fail, failed: no space, an I/O error, a killed process, bytes that never arrive.

    fault_sweep.py swap|edit|in-place [--all] [--set DIR --kernel DIR --count N]

The jobs: a swapped kernel to a new folder; edits to a new folder, which one process does by itself, so that no call of a
helper is met at the same time; a swapped kernel over the set's own files.

First the job runs undisturbed under strace, which tells all its calls that write; then it runs once for each of them and
each fault. Afterwards the target must be absent or the same as undisturbed, the source as it was, and nothing else left;
after SIGKILL the next start must tidy up. Without --all about 300 faults, spread evenly. With --set, COUNT random ones on a
set that is too large for all of them.

Environment: BOOTGRAFT_CLI, a release build (sanitizers have calls of their own).
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli/lib"))

import small_set

CALLS = ["write", "pwrite64", "pwritev", "writev", "copy_file_range", "ftruncate", "fallocate", "fchmod", "fchownat", "fsync",
         "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "openat"]
FAULTS = ["error=ENOSPC", "error=EIO", "signal=KILL"]
# Calls that are also claimed to have been done when nothing was: only reading back can find that.
LOSABLE = ["pwrite64", "copy_file_range"]
DAILY = 300
# strace -f: "PID call(arguments) = result"; a call that another thread interrupts is split in two lines.
CALL = re.compile(r"^(\d+)\s+([a-z0-9_]+)\((.*)")


def is_output(call, arguments):
    """openat() also opens libraries and sources: what matters is what makes files or reads them back."""
    return call != "openat" or "O_CREAT" in arguments or "/proc/self/fd/" in arguments or ".bootgraft-" in arguments


def positions(log):
    """{(call, number): result} of each call, counted for each thread by itself as strace does."""
    counts = {}
    found = {}
    for line in log.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if match and match[2] in CALLS:
            key = match[1], match[2]
            counts[key] = counts.get(key, 0) + 1
            if is_output(match[2], match[3]):
                # What is imported first is known by its digest, and no part of the output.
                result = re.search(r"= (\d+)", match[3]) if ".bootgraft-" in match[3] else None
                found[match[2], counts[key]] = int(result[1]) if result else found.get((match[2], counts[key]), 0)
    return found


def faults_of(found):
    """(call, number, fault), in the order of the calls."""
    for call, number in sorted(found, key=lambda position: (CALLS.index(position[0]), position[1])):
        for fault in FAULTS:
            yield call, number, fault
        if call in LOSABLE and found[call, number] > 0:
            yield call, number, f"retval={found[call, number]}"


class Sweep:
    def __init__(self, work, boot_set, kernel):
        self.work = work
        self.set = boot_set
        self.kernel = kernel
        self.state = work / "state"
        self.log = work / "strace"
        self.environment = dict(os.environ, SOURCE_DATE_EPOCH=str(small_set.TIME), LC_ALL="C.UTF-8",
                                XDG_STATE_HOME=str(self.state))
        self.faults = self.lost = self.false_successes = self.handled = self.survived = 0

    def bootgraft(self, *arguments, trace=()):
        return subprocess.run([*trace, os.environ["BOOTGRAFT_CLI"], *map(str, arguments)], env=self.environment,
                              capture_output=True, check=False, timeout=1800)

    def trace(self, *expressions):
        words = ["strace", "-f", "-q", "-y", "-o", str(self.log), "-e", "trace=" + ",".join(CALLS)]
        # Quicker, but strace then injects no signals.
        if not any("signal=" in expression for expression in expressions):
            words.append("--seccomp-bpf")
        for expression in expressions:
            words += ["-e", expression]
        return words

    def complain(self, what, fault, said=""):
        self.lost += 1
        print(f"LOST {fault}: {what} {said}".rstrip(), flush=True)

    def strays(self, folder):
        return sorted(path.name for path in folder.iterdir() if path.name.startswith(".bootgraft-"))

    def prepare(self):
        """The job undisturbed: what it gives, and its calls."""
        self.before = small_set.digests(self.set)
        self.set_up()
        done = self.run_job(self.trace())
        if done.returncode != 0:
            sys.exit(f"the job fails by itself: {done.stderr.decode()}")
        self.expected = small_set.digests(self.target())
        self.tear_down()
        return positions(self.log)

    def try_fault(self, call, number, fault):
        self.set_up()
        name = f"{call} {number} {fault}"
        done = self.run_job(self.trace(f"inject={call}:{fault}:when={number}"))
        killed = fault.startswith("signal") and done.returncode not in (0, 1, 2, 3, 130)
        log = self.log.read_text(errors="replace")
        # Threads come at their calls in another order each time: one that was not met is not counted.
        if re.search(r"\(INJECTED|killed by SIGKILL", log):
            self.faults += 1
            # A sentence that could not be written is not missing.
            self.silent = re.search(r"write\(2<.*\(INJECTED", log) is not None
            self.judge(name, done, killed)
        self.tear_down()

    def judge_source(self, name):
        if small_set.digests(self.set) != self.before:
            self.complain("the source was changed", name)

    def is_told(self, done):
        """A helper that fails, or is killed, is bad input to the job: 2; all else is a failure of writing: 3."""
        return done.returncode in (2, 3) and (self.silent or len(done.stderr.strip().splitlines()) == 1)

    def finish(self, n_positions):
        print(f"{n_positions} positions, {self.handled} faults handled, {self.survived} without harm")
        print(f"{self.faults} faults, {self.lost} lost, {self.false_successes} false successes")
        return 1 if self.lost or self.false_successes or not self.faults else 0


class FolderSweep(Sweep):
    """The main job to a new folder."""

    def target(self):
        return self.work / "place/out"

    def set_up(self):
        (self.work / "place").mkdir()

    def tear_down(self):
        shutil.rmtree(self.work / "place")

    def run_job(self, trace):
        return self.bootgraft("swap-kernel", self.set, self.kernel, "-o", self.target(), trace=trace)

    def judge(self, name, done, killed):
        place = self.work / "place"
        said = done.stderr.decode(errors="replace")
        self.judge_source(name)
        if self.target().exists() and small_set.digests(self.target()) != self.expected:
            self.complain("the target is there, but not whole", name)
        if killed:
            self.judge_next_start(name, place)
            return
        if done.returncode == 0:
            if not self.target().exists():
                self.false_successes += 1
                print(f"FALSE {name}: exit 0, but no target", flush=True)
            self.survived += 1
        elif not self.is_told(done):
            self.complain("not one sentence and exit 3", name, f"({done.returncode}) {said}")
        else:
            self.handled += 1
        if self.strays(place) or sorted(path.name for path in place.iterdir()) not in ([], ["out"]):
            self.complain("something is left", name, str(sorted(path.name for path in place.iterdir())))

    def judge_next_start(self, name, place):
        odd = [path.name for path in place.iterdir() if path.name != "out" and not path.name.startswith(".bootgraft-")]
        if odd:
            self.complain("something without our name is left", name, str(odd))
        done = self.bootgraft("export", self.set, "--image", small_set.ENTRY, "-o", place / "next")
        if done.returncode != 0 or self.strays(place):
            self.complain("the next start does not tidy up", name, done.stderr.decode())


class EditSweep(FolderSweep):
    def run_job(self, trace):
        noise = self.work / "noise"
        noise.write_bytes(small_set.noise("uploaded", 20000))
        os.utime(noise, (small_set.TIME, small_set.TIME))
        return self.bootgraft("edit", self.set, "-o", self.target(), "--upload", f"{noise}:{small_set.ROOT}:/usr/bin/noise",
                              "--delete", f"{small_set.ROOT}:/usr/share/small/text5", "--append-line",
                              f"{small_set.INITRD}:/conf/modules:small_fs", trace=trace)


class InPlaceSweep(Sweep):
    """Over the set's own files: afterwards all old or all new."""

    def target(self):
        return self.work / "set-in-place"

    def set_up(self):
        shutil.copytree(self.set, self.target())

    def tear_down(self):
        shutil.rmtree(self.target())

    def run_job(self, trace):
        return self.bootgraft("swap-kernel", self.target(), self.kernel, "--in-place", trace=trace)

    def judge(self, name, done, killed):
        said = done.stderr.decode(errors="replace")
        if killed or self.strays(self.target()):
            # Recovery comes before any set is opened.
            recovered = self.bootgraft("info", self.target())
            if recovered.returncode != 0:
                self.complain("the next start does not recover", name, recovered.stderr.decode())
        found = small_set.digests(self.target())
        strays = self.strays(self.target())
        if strays:
            self.complain("something is left", name, str(strays))
        if found not in (self.before, self.expected):
            self.complain("neither the old set nor the new one", name, str(sorted(found)))
        if killed:
            return
        if done.returncode == 0 and found != self.expected:
            self.false_successes += 1
            print(f"FALSE {name}: exit 0, but the old set", flush=True)
        if done.returncode == 0:
            self.survived += 1
        elif not self.is_told(done):
            self.complain("not one sentence and exit 3", name, f"({done.returncode}) {said}")
        else:
            self.handled += 1


SWEEPS = {"swap": FolderSweep, "edit": EditSweep, "in-place": InPlaceSweep}


def choose(cases, limit):
    """Evenly spread; the first and the last are among them."""
    if len(cases) <= limit:
        return cases
    return [cases[i * (len(cases) - 1) // (limit - 1)] for i in range(limit)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=sorted(SWEEPS))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--set", type=pathlib.Path)
    parser.add_argument("--kernel", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--limit", type=int, default=DAILY)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    # On the disk of the large set: it may not fit into a /tmp in memory.
    place = arguments.set.parent if arguments.set else None
    with tempfile.TemporaryDirectory(prefix=".bootgraft.faults.", dir=place) as folder:
        work = pathlib.Path(folder)
        boot_set = arguments.set or small_set.make_set(work / "set")
        kernel = arguments.kernel or small_set.make_kernel(work / "kernel")
        sweep = SWEEPS[arguments.job](work, boot_set, kernel)
        found = sweep.prepare()
        cases = list(faults_of(found))
        if arguments.set:
            print(f"random positions by --seed {arguments.seed}", flush=True)
            cases = random.Random(arguments.seed).sample(cases, min(arguments.count, len(cases)))
        elif not arguments.all:
            cases = choose(cases, arguments.limit)
        for case in cases:
            sweep.try_fault(*case)
        sys.exit(sweep.finish(len(found)))


if __name__ == "__main__":
    main()
