# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests' own library, on programs that fail: a check that cannot fail checks nothing."""

import os
import pathlib
import subprocess
import sys
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from window import App, Atspi, NotSeen, act, keys, wait_for  # noqa: E402

LIB = pathlib.Path(__file__).parent / "lib"

# A window with one button, "Go on", which does what FAULT is.
PROGRAM = """\
#!/usr/bin/python3 -B
import os, signal, sys
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk

def say(domain, level, text):
    GLib.log_default_handler(domain, level, text)

def fault(*_):
    {fault}

{before}
GLib.set_prgname("bootgraft")
application = Gtk.Application()
def show(application):
    button = Gtk.Button(label="Go on")
    button.connect("clicked", fault)
    button.connect("clicked", lambda button: button.set_label("Gone on"))
    Gtk.ApplicationWindow(application=application, title="Fake", child=button).present()
application.connect("activate", show)
application.run([])
"""


def run(work, fault="pass", before=""):
    """What is said of a program with this fault: None of one that is well."""
    program = work / "bootgraft"
    program.write_text(PROGRAM.format(fault=fault, before=before))
    program.chmod(0o755)
    real, os.environ["BOOTGRAFT_GUI"] = os.environ["BOOTGRAFT_GUI"], str(program)
    try:
        with App() as app:
            app.press("Go on")
            wait_for("what the button did", lambda: app.process.poll() is not None or app.find(name="Gone on"))
    except AssertionError as error:
        return str(error)
    finally:
        os.environ["BOOTGRAFT_GUI"] = real
    return None


def test_a_good_program(work):
    said = run(work)
    assert said is None, said


def test_complaints(work):
    for level in ("WARNING", "CRITICAL"):
        for domain in ("Gtk", "GLib-GObject", "bootgraft"):
            said = run(work, f'say("{domain}", GLib.LogLevelFlags.LEVEL_{level}, "assertion failed")')
            assert said and "complained" in said and "assertion failed" in said, (domain, level, said)


def test_no_complaints(work):
    """Messages, and what GTK says where there is no desktop."""
    said = run(work, 'say("Gtk", GLib.LogLevelFlags.LEVEL_MESSAGE, "hello"); '
               'say("Gtk", GLib.LogLevelFlags.LEVEL_WARNING, "Unable to acquire session bus: none")')
    assert said is None, said


def test_sanitizers(work):
    for text in ("==1==ERROR: AddressSanitizer: heap-use-after-free", "x.c:1:2: runtime error: shift exponent"):
        said = run(work, f"print({text!r}, file=sys.stderr, flush=True)")
        assert said and "complained" in said, said


def test_crashes(work):
    """After the window came, before it, and an end that nobody asked for."""
    for fault in ("os.abort()", "os.kill(os.getpid(), signal.SIGSEGV)", "os._exit(1)"):
        said = run(work, fault)
        assert said and "the program ended with" in said, (fault, said)
    said = run(work, before="os._exit(3)")
    assert said and "ended with 3" in said, said


def test_what_does_not_come(work, boot_set):
    with App(boot_set) as app:
        for look in (lambda: app.wait(name="No such label", patience=0.5), lambda: app.press("No such button", patience=0.5),
                     lambda: app.row("no-such-row", patience=0.5), lambda: act(app.frame, "win.no-such-action"),
                     lambda: app.wait(Atspi.Role.SPIN_BUTTON, patience=0.5)):
            try:
                look()
            except NotSeen:
                continue
            raise AssertionError("what is not there was seen")
        keys("Escape")


def test_session(work):
    """Standard output is the command's alone, its exit code comes through, and the home is nobody else's."""
    done = subprocess.run([LIB / "in-session", "bash", "-c", 'echo "$HOME"; test -n "$DISPLAY"; exit 7'],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60)
    home = done.stdout.removesuffix("\n")
    assert done.returncode == 7 and "\n" not in home, done
    assert home not in ("", os.environ["HOME"]) and not pathlib.Path(home).exists(), home


def test_tap(work):
    """A test that fails is told, and the others are still run."""
    script = work / "test_fake.py"
    script.write_text(textwrap.dedent(f"""\
        import sys
        sys.path.insert(0, {str(LIB)!r})
        import ui_test
        def test_bad(work):
            raise AssertionError("no good")
        def test_good(work):
            assert work.is_dir()
        ui_test.main(globals())
        """))
    done = subprocess.run(["/usr/bin/python3", "-B", script], stdout=subprocess.PIPE, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert done.returncode == 1 and lines == ["1..2", "not ok 1 - test_bad", "ok 2 - test_good"], done.stdout
    assert "# AssertionError: no good" in done.stdout, done.stdout
    done = subprocess.run(["/usr/bin/python3", "-B", script, "test_none"], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode != 0, "a name that no test has is no success"


if __name__ == "__main__":
    ui_test.main(globals())
