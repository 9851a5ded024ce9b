# SPDX-License-Identifier: GPL-3.0-or-later
"""The user guide: opened by key and menu at the page of what is shown, every page to be reached, each link leading on."""

import contextlib
import pathlib
import sys
import time
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from test_accessibility import check  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import App, Atspi, GLib, act, keys, wait_for, walk  # noqa: E402

HELP = pathlib.Path(__file__).parents[2] / "data/help"
PAGES = {path.stem: ElementTree.parse(path).getroot() for path in HELP.glob("*.page")}
TITLES = {name: " ".join(page.find("title").text.split()) for name, page in PAGES.items()}


def help_window(app):
    return next((one for one in app.windows() if (one.get_name() or "").startswith("Help")), None)


def wait_page(app, name):
    """The window with the help, once it shows this page."""
    return wait_for(f"the page {name}",
                    lambda: next((one for one in app.windows() if one.get_name() == f"Help: {TITLES[name]}"), None))


def wait_until_closed(app):
    wait_for("the help to go", lambda: help_window(app) is None)


def nodes_of(window, role, names=None):
    """Those of a role, by their names."""
    return {node.get_name(): node for node in walk(window)
            if node.get_role() == role and (names is None or node.get_name() in names)}


def test_key_opens_the_page_of_what_is_shown(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        keys("F1")
        wait_page(app, "contents")
        keys("Escape")
        wait_until_closed(app)
        keys("alt+2", "F1")
        wait_page(app, "modules")
        keys("ctrl+w")
        wait_until_closed(app)
        app.drop(kernel)
        app.wait_text(f"{small_set.OLD} → {small_set.NEW}")
        keys("F1")
        wait_page(app, "plan")


def test_menu_opens_one_window(work):
    with App() as app:
        app.wait_text("Open a boot set")
        app.press("Main menu")
        # The menu that closes has no time to answer.
        with contextlib.suppress(GLib.Error):
            act(app.wait(Atspi.Role.MENU_ITEM, "Help"), "click")
        wait_page(app, "start")
        check(app)
        keys("F1")
        time.sleep(0.5)
        assert [one.get_name() for one in app.windows()].count(f"Help: {TITLES['start']}") == 1


def test_every_page_can_be_reached(work):
    """By its row; its links are those of its file, and lead to the pages that they name."""
    listed = [one.get("page") for one in PAGES["index"].iter("see")]
    with App() as app:
        app.wait_text("Open a boot set")
        keys("F1")
        window = wait_page(app, "start")
        rows = wait_for("the rows", lambda: nodes_of(window, Atspi.Role.LIST_ITEM))
        assert list(rows) == [TITLES[name] for name in listed], list(rows)
        for name in listed:
            app.click(rows[TITLES[name]])
            wait_page(app, name)
            wait_for(f"the heading of {name}", lambda title=TITLES[name]: title in nodes_of(window, Atspi.Role.HEADING))
            links = wait_for("its links", lambda: nodes_of(window, Atspi.Role.PUSH_BUTTON, TITLES.values()))
            wanted = [one.get("page") for one in PAGES[name].iter("see")]
            assert set(links) == {TITLES[one] for one in wanted}, f"{name}: {list(links)}"
            # They stand at the end of the page, mostly out of sight; a button that goes with its page has no time to answer.
            with contextlib.suppress(GLib.Error):
                act(links[TITLES[wanted[-1]]], "click")
            wait_page(app, wanted[-1])


if __name__ == "__main__":
    ui_test.main(globals())
