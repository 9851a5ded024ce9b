# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program's window, from which files are dragged: drag_source.py FILE…"""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, Gtk  # noqa: E402

TITLE = "Drag source of the tests"


def main():
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(name) for name in sys.argv[1:]])

    def show(application):
        source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
        source.connect("prepare", lambda *_: Gdk.ContentProvider.new_for_value(files))
        source.connect("drag-end", lambda *_: application.quit())
        label = Gtk.Label(label="files")
        label.add_controller(source)
        Gtk.ApplicationWindow(application=application, title=TITLE, default_width=120, default_height=80,
                              child=label).present()

    application = Gtk.Application()
    application.connect("activate", show)
    application.run([])


if __name__ == "__main__":
    main()
