# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a picture of every page: pictures.py PREFIX LANGUAGE light|dark WIDTH (scripts/screenshots calls it)

With BOOTGRAFT_CHOSEN only those that data/screenshots has, of the window alone, into the folder that it names; the set is in
/srv/tftp then, for the program alone."""

import gettext
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import main_job
from ui_test import small_set
from window import App, Atspi, keys, type_text, wait_for

HEIGHT = 800
# What software centres and the README show.
CHOSEN = {"02-contents": "contents", "03-module": "search", "06-plan": "swap-plan"}
CHOSEN_FOLDER = os.environ.get("BOOTGRAFT_CHOSEN")
# About a window that no window manager has.
BORDER = 5
PREFIX, LANGUAGE, STYLE, WIDTH = sys.argv[1:]
_ = gettext.translation("bootgraft", os.environ["BOOTGRAFT_LOCALES"], [LANGUAGE], fallback=True).gettext
ENV = {"LANGUAGE": LANGUAGE, "GSETTINGS_BACKEND": "keyfile",
       "ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if STYLE == "dark" else "prefer-light"}


def write_settings():
    config = pathlib.Path.home() / ".config"
    (config / "gtk-4.0").mkdir(parents=True)
    (config / "gtk-4.0/settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\n")
    (config / "glib-2.0/settings").mkdir(parents=True)
    (config / "glib-2.0/settings/keyfile").write_text(
        f"[io/github/bootgraft/Bootgraft]\nwindow-width={WIDTH}\nwindow-height={HEIGHT}\n")


class Pictured(App):
    """A window that a window manager has placed, with a shadow about it."""

    under = ()

    def __init__(self, *arguments):
        super().__init__(*arguments, env=ENV, under=self.under)

    def place(self, node):
        if CHOSEN_FOLDER:
            return super().place(node)
        box = node.get_extents(Atspi.CoordType.WINDOW)
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], check=True,
                                capture_output=True, text=True).stdout.split()[-1]
        where = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], check=True, capture_output=True,
                               text=True).stdout
        x, y = (int(re.search(rf"^{axis}=(-?\d+)", where, re.M)[1]) for axis in "XY")
        shadow = subprocess.run(["xprop", "-id", window, "_GTK_FRAME_EXTENTS"], check=True, capture_output=True,
                                text=True).stdout
        left, _right, top, _bottom = map(int, re.findall(r"\d+", shadow.split("=")[1])) if "=" in shadow else [0] * 4
        return x + left + box.x + box.width // 2, y + top + box.y + box.height // 2

    def take(self, name):
        # What moves on the page has come to rest.
        time.sleep(1)
        if not CHOSEN_FOLDER:
            subprocess.run(["import", "-window", "root", f"{PREFIX}-{name}.png"], check=True)
        elif name in CHOSEN:
            size = f"{int(WIDTH) - 2 * BORDER}x{HEIGHT - 2 * BORDER}+{BORDER}+{BORDER}"
            subprocess.run(["import", "-window", "root", "-crop", size, "+repage", "+dither", "-colors", "256",
                            f"PNG8:{CHOSEN_FOLDER}/{CHOSEN[name]}.png"], check=True)


def take_start():
    with Pictured() as app:
        app.wait_text(_("Open a boot set"))
        app.take("01-start")


def take_contents(boot_set):
    with Pictured(boot_set) as app:
        app.row(small_set.KERNEL)
        app.wait(holds=f"{small_set.ROOT}: ")
        app.expand(small_set.INITRD)
        segments = wait_for("its segments", lambda: [name for name, _row in app.rows()][2:])
        app.expand(segments[0])
        app.take("02-contents")
        app.action("win.search")
        app.wait(Atspi.Role.ENTRY)
        type_text("virtio_net.ko")
        app.click(app.wait(Atspi.Role.LABEL, "virtio_net.ko"))
        app.wait_text(_("Version magic"))
        app.take("03-module")


def take_modules(boot_set, package, release):
    with Pictured(boot_set) as app:
        app.row(small_set.KERNEL)
        app.wait(holds=f"{small_set.ROOT}: ")
        keys("alt+2")
        app.wait(Atspi.Role.LABEL, small_set.ROOT)
        app.take("04-modules")
        app.press(_("Compare with a kernel"))
        app.click(app.wait(Atspi.Role.MENU_ITEM, _("A _package or file…").replace("_", "")))
        app.choose(_("Choose a kernel package"), package)
        app.wait_text(_("Compared with %s") % release, patience=120)
        app.take("05-difference")


def take_swap(boot_set, package, release):
    with Pictured(boot_set) as app:
        app.row(small_set.KERNEL)
        app.wait(holds=f"{small_set.ROOT}: ")
        app.action("win.swap-file")
        app.choose(_("Choose a kernel package or a vmlinuz"), package)
        app.wait_text(f"→ {release}", patience=600)
        app.take("06-plan")
        if CHOSEN_FOLDER:
            return
        app.click(app.wait(holds=_("Drivers in the initrd")))
        time.sleep(0.5)
        for key in ("Down", "Down", "Return"):
            keys(key)
        app.wait_text(_("Use these"))
        app.take("06-chooser")
        app.press(_("Back to the plan"))
        app.press(_("Swap"))
        app.wait(holds=f"{small_set.ROOT}: {release}", patience=90)
        app.action("win.export")
        app.wait_text(_("Images and their compression"))
        app.take("07-export")
        app.press(_("Export"))
        app.wait_text(_("All of it was read back and compared."), patience=300)
        app.take("08-result")
        keys("Escape")
        keys("ctrl+shift+slash")
        app.wait_text(_("Keyboard shortcuts"))
        app.take("09-shortcuts")


def take_failures(work):
    with Pictured(work / "none") as app:
        app.wait_text(_("This cannot be opened"))
        app.take("10-failed")
    boot_set = small_set.make_set(work / "damaged")
    whole = (boot_set / small_set.INITRD).read_bytes()
    (boot_set / small_set.INITRD).write_bytes(whole[:len(whole) // 2])
    with Pictured(boot_set) as app:
        app.row(small_set.ROOT)
        app.wait(holds=f"{small_set.ROOT}: ")
        app.take("11-damaged")


def take_help():
    help_text = gettext.translation("bootgraft-help", os.environ["BOOTGRAFT_LOCALES"], [LANGUAGE], fallback=True).gettext
    with Pictured() as app:
        app.wait_text(_("Open a boot set"))
        keys("F1")
        app.wait_text(help_text("A boot set, and what is done with it"))
        app.take("12-help")


def main():
    write_settings()
    # Where a window's shadow is not wanted, nothing that makes one.
    manager = subprocess.Popen(["sleep", "infinity"] if CHOSEN_FOLDER else ["xfwm4", "--compositor=on"],
                               stdout=subprocess.DEVNULL)
    kernel = main_job.CACHE / "kernels" / ("6.12" if CHOSEN_FOLDER else "cloud")
    package = next(kernel.glob("*.deb"))
    release = (kernel / "release").read_text().strip()
    try:
        with tempfile.TemporaryDirectory(prefix=".ui-", dir=main_job.CACHE) as folder:
            work = pathlib.Path(folder)
            boot_set = pathlib.Path(shutil.copytree(main_job.CACHE / "quick", work / "tftp/clonezilla-live"))
            if CHOSEN_FOLDER:
                Pictured.under = ("unshare", "-m", "sh", "-c", 'mount --bind "$0" /srv && exec "$@"', work)
                boot_set = pathlib.Path("/srv/tftp/clonezilla-live")
            takes = {"start": take_start, "contents": lambda: take_contents(boot_set),
                     "modules": lambda: take_modules(boot_set, package, release),
                     "swap": lambda: take_swap(boot_set, package, release), "failures": lambda: take_failures(work),
                     "help": take_help}
            for name in ("contents", "swap") if CHOSEN_FOLDER else takes:
                takes[name]()
    finally:
        manager.terminate()
        manager.wait(20)


if __name__ == "__main__":
    main()
