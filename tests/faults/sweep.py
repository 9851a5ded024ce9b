# SPDX-License-Identifier: GPL-3.0-or-later
"""One kind of export, run again and again with a fault in each run; what must hold afterwards."""

import copy
import os
import re
import resource
import shutil
import subprocess
import sys

import faults
import small_set

TOTALS = ["faults", "lost", "false_successes", "handled", "survived"]


class Sweep:
    """A job that writes into the new folder `place`: afterwards it is empty, or has all that the undisturbed job gives."""

    calls = [call for call in faults.CALLS if call != "close"]
    losable = True

    def __init__(self, work, inputs):
        self.inputs = inputs
        self.set = inputs.set
        self.move_to(work)
        for total in TOTALS:
            setattr(self, total, 0)

    def move_to(self, work):
        work.mkdir(exist_ok=True)
        self.work = work
        self.place = work / "place"
        self.state = work / "state"
        self.run_folder = work / "run"
        self.log = work / "log"
        self.environment = dict(os.environ, SOURCE_DATE_EPOCH=str(small_set.TIME), LC_ALL="C.UTF-8",
                                XDG_STATE_HOME=str(self.state), XDG_RUNTIME_DIR=str(self.run_folder))

    def clone(self, work):
        """For another thread."""
        other = copy.copy(self)
        other.move_to(work)
        return other

    def arguments(self):
        """Of the program: the job."""
        raise NotImplementedError

    def set_up(self):
        for folder in (self.place, self.run_folder):
            folder.mkdir()
        self.log.unlink(missing_ok=True)

    def tear_down(self):
        for folder in (self.place, self.run_folder, self.state):
            shutil.rmtree(folder, ignore_errors=True)

    def bootgraft(self, *arguments, trace=(), **options):
        options = {"env": self.environment, "cwd": self.place, **options}
        return subprocess.run([*trace, os.environ["BOOTGRAFT_CLI"], *map(str, arguments)], capture_output=True, check=False,
                              timeout=1800, **options)

    def trace(self, *expressions):
        words = ["strace", "-f", "-q", "-y", "-o", str(self.log), "-e", "trace=" + ",".join(self.calls)]
        # Quicker, but strace then injects no signals.
        if not any("signal=" in expression for expression in expressions):
            words.append("--seccomp-bpf")
        for expression in expressions:
            words += ["-e", expression]
        return words

    def run_short(self, number):
        environment = {**self.environment, "LD_PRELOAD": os.environ["BOOTGRAFT_SHORT_WRITES"], "BOOTGRAFT_SHORT": str(number),
                       "BOOTGRAFT_SHORT_LOG": str(self.log)}
        return self.bootgraft(*self.arguments(), env=environment)

    def run_limited(self, size):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        return self.bootgraft(*self.arguments(), preexec_fn=limit)

    def result(self):
        return {path: found for path, found in small_set.digests(self.place).items() if not path.startswith(".bootgraft-")}

    def prepare(self):
        """The job undisturbed: what it gives. Returns all faults that can be put into it."""
        self.before = small_set.digests(self.set)
        self.set_up()
        self.old = self.result()
        done = self.bootgraft(*self.arguments(), trace=self.trace())
        if done.returncode != 0:
            sys.exit(f"the job fails by itself: {done.stderr.decode()}")
        self.expected = self.result()
        sizes = sorted({path.stat().st_size for path in self.place.rglob("*") if path.is_file()})
        found = faults.positions(self.log, self.calls)
        self.tear_down()
        self.set_up()
        self.run_short(0)
        n_writes = len(self.log.read_bytes())
        self.tear_down()
        cases = [case for case in faults.faults_of(found) if self.losable or not re.search(r"retval=[^0]", case.what)]
        cases += [faults.Fault("short", number, "takes half", True) for number in range(n_writes + 1)]
        limits = sorted({limit for size in sizes for limit in (size - 1, size // 2, 0) if limit >= 0})
        return cases + [faults.Fault("fsize", limit, "and no more") for limit in limits]

    def run_fault(self, fault):
        """What the job came to, and whether it met the fault."""
        if fault.call == "short":
            done = self.run_short(fault.number or "all")
            return done, b"s" in self.log.read_bytes()
        if fault.call == "fsize":
            done = self.run_limited(fault.number)
            return done, done.returncode != 0
        when = f"when={fault.number}" if fault.number else "when=1+"
        done = self.bootgraft(*self.arguments(), trace=self.trace(f"inject={fault.call}:{fault.what}:{when}"))
        log = self.log.read_text(errors="replace")
        # A sentence that could not be written is not missing.
        self.silent = re.search(r"write\(2<.*\(INJECTED", log) is not None
        return done, faults.is_met(log)

    def try_fault(self, fault):
        self.silent = False
        self.set_up()
        done, met = self.run_fault(fault)
        # Threads come at their calls in another order each time: one that was not met is not counted.
        if met:
            self.faults += 1
            killed = fault.what.startswith("signal") and done.returncode not in (0, 1, 2, 3, 130)
            if small_set.digests(self.set) != self.before:
                self.complain("the source was changed", fault)
            self.judge(fault, done, killed)
            if not killed:
                self.judge_end(fault, done)
        self.tear_down()

    def complain(self, what, fault, said=""):
        self.lost += 1
        print(f"LOST {fault}: {what} {said}".rstrip(), flush=True)

    def strays(self):
        return sorted(path.name for path in self.place.iterdir() if path.name.startswith(".bootgraft-"))

    def is_told(self, done):
        """A helper that fails, or is killed, is bad input to the job: 2; all else is a failure of writing: 3."""
        return done.returncode in (2, 3) and (self.silent or len(done.stderr.strip().splitlines()) == 1)

    def found(self, fault):
        """Where modes cannot be set, they are not as they should be."""
        if fault.call != "fchmod" or not fault.must_succeed:
            return self.result(), self.expected
        return [{path: content for path, (mode, content) in found.items()} for found in (self.result(), self.expected)]

    def judge(self, fault, done, killed):
        found, expected = self.found(fault)
        if found not in (self.old, expected):
            self.complain("neither nothing nor all of it is there", fault, str(sorted(found)))
        if killed:
            self.judge_next_start(fault)
        elif self.strays():
            self.complain("something is left", fault, str(self.strays()))
        if done.returncode == 0 and found != expected:
            self.false_successes += 1
            print(f"FALSE {fault}: exit 0, but the job is not done", flush=True)

    def judge_next_start(self, fault):
        # An edit: it needs a store, and so looks for those that nobody uses any more.
        done = self.bootgraft("edit", self.set, "--image", small_set.INITRD, "-o", self.place / "next", "--append-line",
                              f"{small_set.INITRD}:/conf/modules:next")
        left = list((self.state / "bootgraft/store").glob("store-*"))
        if done.returncode != 0 or self.strays() or left:
            self.complain("the next start does not tidy up", fault, f"{self.strays()} {left} {done.stderr.decode()}")

    def judge_end(self, fault, done):
        """The process ended by itself: what it said, and what it had made for its own use."""
        said = f"({done.returncode}) {done.stderr.decode(errors='replace')}"
        left = [path.name for folder in (self.state / "bootgraft/store", self.run_folder) if folder.exists()
                for path in folder.iterdir()]
        if left:
            self.complain("something is left beside the store", fault, str(left))
        if done.returncode == 0:
            self.survived += 1
        elif fault.must_succeed:
            self.complain("there would have been another way", fault, said)
        elif not self.is_told(done):
            self.complain("not one sentence and exit 3", fault, said)
        else:
            self.handled += 1
