#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content of any length that nobody has to keep: each 64 KiB is numbered, so a piece in a wrong place is seen.

    numbered_bytes.py SEED LENGTH      writes it to standard output
"""

import hashlib
import random
import sys

PIECE = 1 << 16


def pieces(seed, length):
    rest = memoryview(random.Random(seed).randbytes(PIECE))[8:]
    for number in range(-(-length // PIECE)):
        yield (number.to_bytes(8, "little") + rest)[:length - number * PIECE]


def digest(seed, length):
    found = hashlib.sha256()
    for piece in pieces(seed, length):
        found.update(piece)
    return found.hexdigest()


if __name__ == "__main__":
    for made in pieces(int(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.buffer.write(made)
