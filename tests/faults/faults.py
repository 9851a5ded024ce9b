# SPDX-License-Identifier: GPL-3.0-or-later
"""What can fail, where, and how: the calls of a run that write, and the faults that strace puts in their place."""

import dataclasses
import re

WRITES = ["write", "pwrite64", "copy_file_range"]
CALLS = [*WRITES, "pwritev", "writev", "ftruncate", "fallocate", "fchmod", "fchownat", "fsync", "fdatasync", "rename", "renameat",
         "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "openat", "openat2", "flock", "close"]

# For every call but those of NOT_FATAL.
FAULTS = ["error=ENOSPC", "error=EIO", "signal=KILL"]
# Only some calls fail so.
MORE = {
    **{call: ["error=EDQUOT", "error=EINTR", "retval=0"] for call in WRITES},
    "fsync": ["error=EDQUOT", "error=EINTR"],
    "openat": ["error=EINTR", "error=EMFILE"],
    "mkdirat": ["error=EDQUOT"],
    # Somebody else took the name.
    "renameat2": ["error=EEXIST"],
    "close": ["error=ENOSPC", "error=EIO", "error=EDQUOT"],
}
NOT_FATAL = ["flock", "close"]
# What a file system, a kernel or a container does not have. Something else must be done then: the run succeeds.
LACKING = {
    "copy_file_range": ["EOPNOTSUPP", "EXDEV", "EINVAL", "ENOSYS", "EPERM"],
    "renameat2": ["EINVAL", "ENOSYS", "EOPNOTSUPP"],
    "linkat": ["EPERM", "EOPNOTSUPP", "ENOSYS"],
    "fchmod": ["EPERM", "EOPNOTSUPP", "ENOSYS"],
    "fchownat": ["EPERM", "EOPNOTSUPP"],
    "flock": ["ENOLCK", "EOPNOTSUPP", "ENOSYS"],
    # Of a folder only; some file systems of guests and networks.
    "fsync": ["EINVAL"],
    "openat2": ["ENOSYS", "EPERM"],
}
# Without O_TMPFILE.
LACKING_UNNAMED = ["EOPNOTSUPP", "EISDIR", "EINVAL"]
# What is tried again.
AGAIN = ["pwrite64", "copy_file_range"]
# Calls that are also claimed to have been done when nothing was: only reading back can find that.
LOSABLE = ["pwrite64", "copy_file_range"]
# strace -f: "PID call(arguments) = result"; a call that another thread interrupts is split in two lines.
CALL = re.compile(r"^(\d+)\s+([a-z0-9_]+)\((.*)")
FOLDER = re.compile(r"/(\.bootgraft-\w{6}|set|set-in-place|place|out|pxelinux\.cfg)>\)")


@dataclasses.dataclass(frozen=True)
class Fault:
    """In place of call number `number` of each thread, or with 0 of every one, what strace's `what` says. Also "short": a
    write takes half, and "fsize": files grow up to `number` bytes."""
    call: str
    number: int
    what: str
    must_succeed: bool = False

    def __str__(self):
        return f"{self.call} {self.number or 'all'} {self.what}"


@dataclasses.dataclass
class Position:
    written: int = 0
    folder: bool = False
    unnamed: bool = False


def is_output(call, arguments):
    """openat() also opens libraries and sources: what matters is what makes files or reads them back. close() may be the first
    to tell of what could not be written, but only where nothing was brought to disk before."""
    if call == "close":
        return "/place/out/" in arguments
    if call == "openat2":
        return True
    return call != "openat" or any(part in arguments for part in ("O_CREAT", "/proc/self/fd/", ".bootgraft-", "/store/new-"))


def is_met(log):
    """Of a run with a fault. What has the same number in another thread may be an openat() of another kind, in tidying up for
    one: that is no failure of writing."""
    for line in log.splitlines():
        match = CALL.match(line)
        if "(INJECTED" in line and (not match or is_output(match[2], match[3])):
            return True
    return "killed by SIGKILL" in log


def positions(log, calls):
    """{(call, number): Position} of each call, counted for each thread by itself as strace does."""
    counts = {}
    found = {}
    for line in log.read_text(errors="replace").splitlines():
        match = CALL.match(line)
        if not match or match[2] not in calls:
            continue
        key = match[1], match[2]
        counts[key] = counts.get(key, 0) + 1
        if is_output(match[2], match[3]):
            position = found.setdefault((match[2], counts[key]), Position())
            # What is imported first is known by its digest, and no part of the output.
            result = re.search(r"= (\d+)", match[3]) if ".bootgraft-" in match[3] else None
            position.written = int(result[1]) if result else position.written
            position.folder = position.folder or FOLDER.search(match[3]) is not None
            position.unnamed = position.unnamed or "O_TMPFILE" in match[3]
    return found


def lacking_of(call, number, position):
    if call in LACKING and (call != "fsync" or position.folder):
        yield from LACKING[call]
    if position.unnamed:
        yield from LACKING_UNNAMED


def faults_of(found):
    """In the order of the calls."""
    for (call, number), position in sorted(found.items(), key=lambda item: (CALLS.index(item[0][0]), item[0][1])):
        for what in [*(FAULTS if call not in NOT_FATAL else []), *MORE.get(call, [])]:
            yield Fault(call, number, what, what == "error=EINTR" and call in AGAIN)
        if call in LOSABLE and position.written > 0:
            yield Fault(call, number, f"retval={position.written}")
        for error in lacking_of(call, number, position):
            yield Fault(call, number, f"error={error}", True)
    # Nowhere at all.
    for call in sorted({call for call, number in found} & LACKING.keys() - {"fsync"}):
        for error in LACKING[call]:
            yield Fault(call, 0, f"error={error}", True)
