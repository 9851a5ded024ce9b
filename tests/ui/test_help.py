# SPDX-License-Identifier: GPL-3.0-or-later
"""The user guide: opened by key and menu at the page of what is shown, every page to be reached, each link leading on."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))

import ui_test  # noqa: E402
from test_accessibility import check  # noqa: E402
from ui_test import small_set  # noqa: E402
from window import BUTTONS, App, Atspi, act, actions, find, keys, shown, wait_for, walk  # noqa: E402

HELP = pathlib.Path(__file__).parents[2] / "data/help"
PAGES = {path.stem: ElementTree.parse(path).getroot() for path in HELP.glob("*.page")}
TITLES = {name: " ".join(page.find("title").text.split()) for name, page in PAGES.items()}


def help_window(app):
    return next((one for one in app.windows() if one.get_name() == "Help"), None)


def wait_help(app):
    return wait_for("the help", lambda: help_window(app))


def heading(app):
    """That of the page that is shown: the first below the page's name."""
    window = wait_help(app)
    for node in walk(window):
        if node.get_role() == Atspi.Role.HEADING and shown(node) and node.get_name() in TITLES.values():
            return node.get_name()
    return None


def wait_page(app, name):
    wait_for(f"the page {name}", lambda: heading(app) == TITLES[name])


def links(app):
    """The buttons that lead to another page."""
    return {node.get_name(): node for node in walk(wait_help(app))
            if node.get_role() in BUTTONS and node.get_name() in TITLES.values() and shown(node)}


def open_page(app, name):
    """By its row in the list of pages."""
    window = wait_help(app)
    app.click(wait_for(f"the row {name}", lambda: find(window, Atspi.Role.LIST_ITEM, TITLES[name])))
    wait_page(app, name)


def test_key_opens_the_page_of_what_is_shown(work, boot_set):
    kernel = small_set.make_kernel(work / "kernel")
    with App(boot_set) as app:
        app.row(small_set.KERNEL)
        keys("F1")
        wait_page(app, "contents")
        keys("Escape")
        wait_for("the help to go", lambda: help_window(app) is None)
        keys("alt+2", "F1")
        wait_page(app, "modules")
        keys("ctrl+w")
        wait_for("the help to go", lambda: help_window(app) is None)
        app.drop(kernel)
        app.wait_text(f"{small_set.OLD} → {small_set.NEW}")
        keys("F1")
        wait_page(app, "plan")


def test_menu_opens_one_window(work):
    with App() as app:
        app.wait_text("Open a boot set")
        for _ in range(2):
            app.press("Main menu")
            act(app.wait(Atspi.Role.MENU_ITEM, "Help"), "click")
            wait_page(app, "start")
            # Below the pointer lies the window with the help; the other one is asked directly.
        assert [one.get_name() for one in app.windows()].count("Help") == 1
        check(app)


def test_every_page_can_be_reached(work):
    """By its row; and from each the links that its file has, to the page that they name."""
    with App() as app:
        app.wait_text("Open a boot set")
        keys("F1")
        wait_page(app, "start")
        for name in sorted(set(TITLES) - {"index"}):
            open_page(app, name)
            wanted = {TITLES[one.get("page")] for one in PAGES[name].iter("see")}
            assert wanted, name
            for title in wanted:
                # Links stand at the end of a page, mostly out of sight.
                button = wait_for(f"the link to {title}",
                                  lambda text=title: find(wait_help(app), Atspi.Role.PUSH_BUTTON, text))
                act(button, "click")
                wait_for(f"the page “{title}”", lambda text=title: heading(app) == text)
                open_page(app, name)


if __name__ == "__main__":
    ui_test.main(globals())
