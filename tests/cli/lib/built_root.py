# SPDX-License-Identifier: GPL-3.0-or-later
"""Roots of tiny programs and libraries, built by gcc and musl-gcc, with the loader that belongs to them.

The loader's own answer is asked for in the root, by chroot: which takes root, or a user namespace (unshare).
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

MULTIARCH = "x86_64-linux-gnu"
GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2"
MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"


def run(*words, **options):
    done = subprocess.run([os.fspath(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          **options)
    assert done.returncode == 0, f"{words}: {done.stdout.decode(errors='replace')}"
    return done.stdout.decode(errors="replace")


ENTER = """
import os, sys
os.chroot(sys.argv[1])
os.chdir("/")
os.execve(sys.argv[3], sys.argv[3:], dict(word.split("=", 1) for word in sys.argv[2].split()))
"""


def start(folder, *words, **environment):
    """Runs a program in the root: (exit status, what it said). Only root, or who has a namespace, may go there."""
    namespace = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    variables = " ".join(f"{name}={value}" for name, value in environment.items())
    done = subprocess.run([*namespace, sys.executable, "-B", "-c", ENTER, os.fspath(folder), variables, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


class Root:
    """A root of one kind: "debian" (multiarch folders), "lib64" (a loader that searches there), "musl", "empty"."""

    def __init__(self, folder, kind="debian"):
        self.folder = pathlib.Path(folder)
        self.kind = kind
        self.loader = MUSL_LOADER if kind == "musl" else GLIBC_LOADER
        self.build = self.folder.parent / (self.folder.name + "-build")
        for place in (self.folder, self.build):
            place.mkdir(parents=True)
        {"debian": self._debian, "lib64": self._lib64, "musl": self._musl, "empty": self._empty}[kind]()

    def _debian(self):
        """As Debian after the merge of /usr: /lib and /lib64 are links."""
        self.libraries = f"/usr/lib/{MULTIARCH}"
        for place in (self.libraries, "/usr/lib64", "/usr/bin"):
            (self.folder / place[1:]).mkdir(parents=True)
        for name in ("lib", "lib64", "bin"):
            (self.folder / name).symlink_to(f"usr/{name}")
        self._copy(f"/lib/{MULTIARCH}/libc.so.6", self.libraries)
        self._copy(GLIBC_LOADER, self.libraries)
        (self.folder / "usr/lib64/ld-linux-x86-64.so.2").symlink_to(f"../lib/{MULTIARCH}/ld-linux-x86-64.so.2")

    def _lib64(self):
        """As Fedora: the loader's folders are one constant of it, which is another text here."""
        self.libraries = "/usr/lib64"
        for place in (self.libraries, "/usr/bin"):
            (self.folder / place[1:]).mkdir(parents=True)
        (self.folder / "lib64").symlink_to("usr/lib64")
        self._copy(f"/lib/{MULTIARCH}/libc.so.6", self.libraries)
        built_in = f"/lib/{MULTIARCH}/\0/usr/lib/{MULTIARCH}/\0/lib/\0/usr/lib/\0".encode()
        loader = pathlib.Path(GLIBC_LOADER).read_bytes()
        assert built_in in loader
        # The lengths of these are a table beside it: folders that are longer by slashes mean the same.
        padded = [f"/lib/{MULTIARCH}/", f"/usr/lib/{MULTIARCH}/", "/lib/", "/usr/lib/"]
        places = ["/lib64", "/usr/lib64", "/lib", "/usr"]
        other = b"".join((place + "/" * (len(old) - len(place))).encode() + b"\0" for place, old in zip(places, padded))
        target = self.folder / "usr/lib64/ld-linux-x86-64.so.2"
        target.write_bytes(loader.replace(built_in, other))
        target.chmod(0o755)

    def _empty(self):
        self.path("/bin").mkdir()

    def _musl(self):
        self.libraries = "/lib"
        for place in ("/lib", "/usr/lib", "/usr/local/lib", "/bin"):
            (self.folder / place[1:]).mkdir(parents=True)
        shutil.copy(MUSL_LOADER, self.path(MUSL_LOADER))
        self.path(MUSL_LOADER).chmod(0o755)

    def _copy(self, source, folder):
        shutil.copy(source, self.folder / folder[1:] / pathlib.Path(source).name)

    def path(self, inside):
        return self.folder / inside.lstrip("/")

    def write(self, inside, text):
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def _compile(self, target, text, *options):
        compiler = "musl-gcc" if self.kind == "musl" else "gcc"
        source = self.build / (target.name + ".c")
        source.write_text(text)
        target.parent.mkdir(parents=True, exist_ok=True)
        run(compiler, "-O1", "-w", "-o", target, source, *options)
        return target

    def library(self, inside, needs=(), soname=None, flags=(), text=None):
        """A shared library at INSIDE; NEEDS: others, as they were returned, that it is linked with."""
        path = self.path(inside)
        soname = path.name if soname is None else soname
        word = re.sub(r"\W", "_", inside)
        options = ["-shared", "-fPIC", "-Wl,--no-as-needed", *([f"-Wl,-soname,{soname}"] if soname else []), *needs, *flags,
                   "-Wl,--allow-shlib-undefined"]
        return self._compile(path, text or f"int of{word} (void) {{ return 1; }}\n", *options)

    def program(self, inside="/bin/prog", needs=(), flags=(), text="int main (void) { return 0; }\n"):
        return self._compile(self.path(inside), text, "-Wl,--no-as-needed", *needs, *flags, "-Wl,--allow-shlib-undefined")

    def configure(self):
        """The cache of the loader, as each distribution makes it."""
        run("ldconfig", "-r", self.folder)

    def ask(self, program="/bin/prog"):
        """What the loader itself says: {name: path or None}, paths without links.

        glibc's --list gives up at the first library that is missing; asked as ldd asks it, it goes on.
        """
        if self.kind == "musl":
            return self._parse(start(self.folder, self.loader, "--list", program)[1])
        words = [self.loader, "--list", "--glibc-hwcaps-mask", "", program]
        code, said = start(self.folder, *words)
        if code != 0:
            code, said = start(self.folder, *[word for word in words if word != "--list"], LD_TRACE_LOADED_OBJECTS="1")
        return self._parse(said)

    def _parse(self, said):
        found = {}
        for line in said.splitlines():
            match = re.match(r"\s*(\S+) => (not found|\S+)", line)
            gone = re.match(r"Error loading shared library (\S+): No such file", line)
            if gone:
                found[gone[1]] = None
            elif match and match[2] == "not found":
                found[match[1]] = None
            elif match:
                found[match[1]] = self.real(match[2])
            else:
                # One that is asked for by a path has no other name.
                named = re.match(r"\s*(\S*/\S+) \(0x", line)
                if named and named[1] != self.loader:
                    found[named[1]] = self.real(named[1])
        return found

    def real(self, inside):
        """INSIDE without links, as it is in the root."""
        todo = [part for part in inside.split("/") if part]
        done = []
        for _ in range(1000):
            if not todo:
                return "/" + "/".join(done)
            part = todo.pop(0)
            if part == ".":
                continue
            if part == "..":
                done = done[:-1]
                continue
            here = self.folder.joinpath(*done, part)
            if here.is_symlink():
                target = os.readlink(here)
                done = [] if target.startswith("/") else done
                todo = [word for word in target.split("/") if word] + todo
            else:
                done.append(part)
        raise AssertionError(f"{inside}: links without end")
