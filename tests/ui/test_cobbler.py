# SPDX-License-Identifier: GPL-3.0-or-later
"""A set is opened as a distro of Cobbler's, from the list or from a report, and its export says what is left to do."""

import hashlib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, keys, picture, type_text, wait_for  # noqa: E402

import installer_set  # noqa: E402  (found by ui_test)
from installer_set import ISO_INITRD, NAME, PXE_INITRD, PXE_KERNEL, SQUASHFS, TREE_INFO  # noqa: E402

OTHER = "elsewhere"


def add_record(record, name):
    """Of a distro whose files are not here."""
    text = record.read_text().replace(NAME, name)
    (record.parent / f"{name}.json").write_text(text)


def assert_open(app):
    app.wait(holds=f"{PXE_INITRD}: {small_set.OLD} modules match the kernel")
    app.wait(holds=f"{SQUASHFS}: ")


def open_dialog(app, server):
    app.press("From Cobbler…")
    app.wait_text("From a report")
    app.press("Choose…")
    app.choose("Choose a Cobbler server's folder", server)
    app.wait(Atspi.Role.LABEL, NAME)


def test_chosen_from_the_list(work, boot_set):
    server = work / "server"
    _tree, record, _served = installer_set.make_server(server, boot_set)
    add_record(record, OTHER)
    with App() as app:
        open_dialog(app, server)
        app.wait(holds="this kernel or its initrd is not on this machine")
        picture("cobbler-list")
        app.click(app.wait(Atspi.Role.LABEL, NAME))
        assert_open(app)
        assert app.frame.get_name() == NAME, app.frame.get_name()
        # It is not opened a second time.
        app.action("win.open-cobbler")
        app.wait_text("From a report")
        keys("Escape")
        wait_for("the dialog to go", lambda: len(app.windows()) == 1)


def paste(app, text):
    field = app.wait(Atspi.Role.TEXT, "Report of distros")
    field.get_editable_text_iface().set_text_contents(text)


def test_pasted_report(work, boot_set):
    tree, _record, _served = installer_set.make_server(work / "server", boot_set)
    report = "".join(f"Name                           : {name}\nArchitecture                   : x86_64\n"
                     f"Initrd                         : {folder}/{PXE_INITRD}\n"
                     f"Kernel                         : {folder}/{PXE_KERNEL}\n\n"
                     for name, folder in ((NAME, tree), (OTHER, "/nowhere")))
    with App() as app:
        app.press("From Cobbler…")
        paste(app, "what is no report")
        app.wait_text("This text tells of no distro")
        paste(app, report)
        app.wait(Atspi.Role.LABEL, OTHER)
        picture("cobbler-report")
        app.click(app.wait(Atspi.Role.LABEL, NAME))
        assert_open(app)


def test_named_on_the_command_line(work, boot_set):
    server = work / "server"
    installer_set.make_server(server, boot_set)
    with App(f"cobbler:{server / 'var/lib/cobbler'}#{NAME}") as app:
        assert_open(app)


def make_folder_in_initrd(app):
    app.row(PXE_KERNEL)
    app.click(app.row(PXE_INITRD))
    app.expand(PXE_INITRD, "All segments together")
    app.click(app.row("conf"))
    keys("ctrl+shift+n")
    app.wait_text("New folder")
    keys("ctrl+a")
    type_text("added")
    app.press("Create")
    app.row("added")


def test_what_is_left_to_do(work, boot_set):
    """With the copies and the list of checksums, as the command line writes them."""
    server = work / "server"
    installer_set.make_server(server, boot_set)
    distro = f"cobbler:{server / 'var/lib/cobbler'}#{NAME}"
    with App(distro) as app:
        assert_open(app)
        make_folder_in_initrd(app)
        app.action("win.export")
        app.wait_text("Images and their compression")
        app.wait(Atspi.Role.LABEL, ISO_INITRD)
        app.wait(Atspi.Role.LABEL, f"copy of {PXE_INITRD}")
        app.wait(Atspi.Role.LABEL, holds="gets the new checksums of what is changed")
        picture("cobbler-export")
        keys("ctrl+a")
        type_text("out")
        app.press("Export")
        app.wait_text("“out” is ready", patience=90)
        app.wait(holds="cobbler sync")
        picture("cobbler-exported")
        app.press("Close")
    out = work / "server/var/www/cobbler/ks_mirror/out"
    assert (out / PXE_INITRD).read_bytes() == (out / ISO_INITRD).read_bytes()
    assert hashlib.md5((out / PXE_INITRD).read_bytes()).hexdigest() in (out / TREE_INFO).read_text()
    subprocess.run([os.environ["BOOTGRAFT_CLI"], "edit", distro, "-o", work / "by-command", "--mkdir",
                    f"{PXE_INITRD}:/conf/added"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ui_test.members(out) == ui_test.members(work / "by-command")


if __name__ == "__main__":
    ui_test.main(globals())
