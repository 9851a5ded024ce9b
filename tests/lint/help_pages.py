#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user guide holds together and says what the window says: help_pages.py TREE

Each page of data/help is in the program, in the list of pages and in po/POTFILES, and links only to what is there; what it
quotes of the window (<gui>) and which keys it names are those of today; each language of po/LINGUAS has all of it, none of
it fuzzy, with the same quotations.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

TEXTS = {"title", "desc", "p", "item", "step", "note"}
QUOTED = re.compile(r"<(gui|key|code)>(.*?)</\1>", re.S)
MESSAGE = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', re.M)
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
ESCAPES = {"n": "\n", "t": "\t"}


def read_messages(catalogue):
    """(msgid, msgstr) of each message of a catalogue; of plural forms each by itself."""
    found, msgids = [], []
    for kind, strings in MESSAGE.findall(catalogue):
        text = re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), "".join(STRING.findall(strings)))
        if kind == "msgid":
            msgids = [text]
        elif kind == "msgid_plural":
            msgids.append(text)
        else:
            found += [(msgid, text) for msgid in msgids]
    return found


def check_links(pages):
    """PAGES: name to the root element. The list of pages has each once; no link leads nowhere or to its own page."""
    seen = {name: [one.get("page") for one in page.iter("see")] for name, page in pages.items()}
    if "index" not in pages:
        yield "there is no index.page"
        return
    for name, count in collections.Counter(seen["index"]).items():
        if count > 1:
            yield f"index: has {name} {count} times"
    for name in sorted(set(pages) - {"index"} - set(seen["index"])):
        yield f"index: lacks {name}, which nobody would find"
    for name, links in seen.items():
        for link in links:
            if link not in pages:
                yield f"{name}: there is no page {link}"
            elif link in (name, "index"):
                yield f"{name}: a link to {link} leads nowhere new"


def check_page(name, page, texts, keys):
    """TEXTS: the msgids of the window; KEYS: its shortcuts, as "Ctrl+F"."""
    if page.get("id") != name:
        yield f"{name}: its id is {page.get('id')}"
    for block in page:
        whole = "".join(block.itertext())
        if block.tag in TEXTS and ("<" in whole or "&" in whole):
            yield f"{name}: “{whole}” has a character that a translator would have to escape"
    for quoted in page.iter("gui"):
        text = " ".join(quoted.text.split())
        if text not in texts:
            yield f"{name}: the window never says “{text}”"
    for key in page.iter("key"):
        if key.text not in keys:
            yield f"{name}: the window does not know the key {key.text}"


def check_translation(name, messages):
    for msgid, msgstr in messages:
        if msgid and sorted(QUOTED.findall(msgid)) != sorted(QUOTED.findall(msgstr)):
            yield f"{name}: “{msgstr}” does not quote what “{msgid}” quotes"


def read_keys(tree):
    """The shortcuts that the window tells of itself."""
    found = set()
    for accelerator in re.findall(r'"accelerator">([^<]+)<', (tree / "ui/app/help-overlay.ui").read_text()):
        parts = re.findall(r"&lt;(\w+)&gt;", accelerator) + [accelerator.rsplit(";", 1)[-1]]
        parts = ["Ctrl" if part == "Control" else part for part in parts]
        found.add("+".join(parts[:-1] + [parts[-1].upper() if len(parts[-1]) == 1 else parts[-1]]))
    return found


def check_catalogues(tree):
    """Through the tools of gettext; what they say of a catalogue that is not whole."""
    folder = tree / "data/help"
    languages = (folder / "po/LINGUAS").read_text().split()
    if languages != (tree / "po/LINGUAS").read_text().split():
        yield "data/help/po/LINGUAS: the window speaks other languages than its help"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "GETTEXTDATADIRS": str(folder)}

    def run(*command):
        done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    with tempfile.TemporaryDirectory() as scratch:
        today = f"{scratch}/today.pot"
        code, said = run("xgettext", "--from-code=UTF-8", "--no-location", "-f", "data/help/po/POTFILES", "-o", today)
        if code != 0 or said:
            yield f"data/help/po/POTFILES: {said}"
            return
        for language in languages:
            catalogue = f"data/help/po/{language}.po"
            code, said = run("msgfmt", "--check", "--statistics", "-o", "/dev/null", catalogue)
            if code != 0 or "fuzzy" in said or "untranslated" in said:
                yield f"{catalogue}: {said.strip()}"
            code, said = run("msgcmp", catalogue, today)
            lacking = [line for line in said.splitlines() if "this message is used but not defined" in line]
            if code != 0 or lacking:
                yield f"{catalogue}: bring it up to date: ninja bootgraft-help-update-po: {said.strip()}"
            yield from check_translation(catalogue, read_messages((tree / catalogue).read_text()))


def check_tree(tree):
    folder = tree / "data/help"
    files = sorted(folder.glob("*.page"))
    pages = {path.stem: ElementTree.parse(path).getroot() for path in files}
    texts = {msgid for msgid, _ in read_messages((tree / "po/zh_CN.po").read_text())}
    yield from check_links(pages)
    for name, page in pages.items():
        yield from check_page(name, page, texts, read_keys(tree))
    if (folder / "po/POTFILES").read_text().splitlines() != [f"data/help/{path.name}" for path in files]:
        yield "data/help/po/POTFILES: it is not the list of all pages"
    inside = re.findall(r"<file>(\w+\.page)</file>", (tree / "ui/bootgraft.gresource.xml").read_text())
    if inside != [path.name for path in files]:
        yield "ui/bootgraft.gresource.xml: it has not all pages of data/help"
    yield from check_catalogues(tree)


if __name__ == "__main__":
    complaints = list(check_tree(pathlib.Path(sys.argv[1])))
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)
