# SPDX-License-Identifier: GPL-3.0-or-later
"""A session manager that says what it is asked: session_manager.py. "ready", then a line for each inhibitor that is set or
released, on standard output."""

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME, PATH = "org.gnome.SessionManager", "/org/gnome/SessionManager"
INTERFACE = Gio.DBusNodeInfo.new_for_xml(f"""
<node>
  <interface name="{NAME}">
    <method name="Inhibit">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
      <arg type="u" direction="in"/><arg type="u" direction="out"/>
    </method>
    <method name="Uninhibit"><arg type="u" direction="in"/></method>
  </interface>
</node>""").interfaces[0]


def main():
    given = 0

    def answer(connection, sender, path, interface, method, parameters, invocation):
        nonlocal given
        if method == "Inhibit":
            given += 1
            print(f"set {given}", flush=True)
            invocation.return_value(GLib.Variant("(u)", (given,)))
        else:
            print(f"released {parameters.unpack()[0]}", flush=True)
            invocation.return_value(None)

    def own(connection, name):
        print("ready", flush=True)

    def export(connection, name):
        connection.register_object(PATH, INTERFACE, answer, None, None)

    Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, export, own, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
