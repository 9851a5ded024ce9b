#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkers themselves, on good and bad examples: a check that cannot fail checks nothing."""

import unittest
import xml.etree.ElementTree as ElementTree

import bare_texts
import help_pages
import house_style
import include_arrows

HEAD = "/* graft-x.c: an example\n *\n * SPDX-License-Identifier: GPL-3.0-or-later\n */\n"


def complaints(text, name="src/base/graft-x.c"):
    return [why for _, why in house_style.check_text(name, text)]


class Style(unittest.TestCase):
    def test_good(self):
        self.assertEqual(complaints(HEAD + "int x;\n"), [])

    def test_head(self):
        self.assertEqual(len(complaints("int x;\n")), 2)

    def test_goto(self):
        self.assertEqual(complaints(HEAD + "  goto out;\n"), ["goto: split the function"])

    def test_log(self):
        self.assertEqual(len(complaints(HEAD + 'g_warning ("x");\n')), 1)
        self.assertEqual(complaints(HEAD + 'g_print ("x");\n', "src/cli/main.c"), [])
        self.assertEqual(len(complaints(HEAD + 'g_print ("x");\n', "ui/app/main.c")), 1)
        self.assertEqual(len(complaints(HEAD + 'g_warning ("x");\n', "ui/pages/swap/graft-x.c")), 1)

    def test_unfinished(self):
        self.assertEqual(len(complaints(HEAD + "/* TO" "DO */\n")), 1)

    def test_long_function(self):
        body = "static int\nlong_one (void)\n{\n" + "  ;\n" * 81 + "}\n"
        self.assertIn("long_one", complaints(HEAD + body)[0])
        body = "static int\nshort_one (void)\n{\n" + "  ;\n" * 70 + "}\n"
        self.assertEqual(complaints(HEAD + body), [])

    def test_long_file(self):
        self.assertEqual(len(complaints(HEAD + "int x;\n" * 600)), 1)


class Arrows(unittest.TestCase):
    def test_down(self):
        self.assertIsNone(include_arrows.check_include("overlay", '"', "image/graft-node.h", False))
        self.assertIsNone(include_arrows.check_include("cli", '"', "export/graft-export.h", False))

    def test_up(self):
        self.assertIsNotNone(include_arrows.check_include("base", '"', "image/graft-node.h", False))
        self.assertIsNotNone(include_arrows.check_include("image", '"', "overlay/graft-overlay.h", False))

    def test_ui(self):
        self.assertIsNone(include_arrows.check_ui_include("ui/app", '"', "pages/swap/graft-swap-page.h"))
        self.assertIsNone(include_arrows.check_ui_include("ui/pages/swap", '"', "session/graft-session.h"))
        self.assertIsNone(include_arrows.check_ui_include("ui/session", '"', "steps/graft-step.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/pages/swap", '"', "app/graft-window.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/pages/swap", '"', "pages/modules/graft-modules-page.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/session", '"', "widgets/graft-toasts.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/session", "<", "gtk/gtk.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/app", '"', "cli/cli-open.h"))

    def test_ui_libraries(self):
        self.assertIsNone(include_arrows.check_ui_include("ui/app", "<", "gtk/gtk.h"))
        self.assertIsNone(include_arrows.check_ui_include("ui/session", "<", "gio/gio.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/session", "<", "gdk/gdk.h"))
        self.assertIsNotNone(include_arrows.check_ui_include("ui/app", "<", "lzma.h"))
        self.assertIsNotNone(include_arrows.check_include("base", "<", "gdk/gdk.h", False))

    def test_ui_of_a_deeper_folder(self):
        """details is a part of contents."""
        self.assertEqual(include_arrows.ui_folder_of("pages/contents/details/graft-x.c"), "ui/pages/contents")
        self.assertIsNone(
            include_arrows.check_ui_include("ui/pages/contents", '"', "pages/contents/details/graft-details.h"))
        self.assertIsNotNone(
            include_arrows.check_ui_include("ui/pages/modules", '"', "pages/contents/details/graft-details.h"))

    def test_between_formats(self):
        self.assertIsNotNone(
            include_arrows.check_include("formats/squashfs", '"', "formats/cpio/graft-cpio.h", False))
        self.assertIsNone(
            include_arrows.check_include("formats/initrd", '"', "formats/cpio/graft-cpio.h", False))

    def test_libraries(self):
        self.assertIsNotNone(include_arrows.check_include("modules", "<", "libelf.h", False))
        self.assertIsNone(include_arrows.check_include("elf", "<", "libelf.h", False))
        self.assertIsNotNone(include_arrows.check_include("cli", "<", "gtk/gtk.h", False))

    def test_library_of_a_deeper_folder(self):
        self.assertIsNotNone(include_arrows.check_include("helper", "<", "libkmod.h", False, "helper"))
        self.assertIsNone(include_arrows.check_include("helper", "<", "libkmod.h", False, "helper/program"))

    def test_bare_name(self):
        self.assertIsNotNone(include_arrows.check_include("base", '"', "graft-input.h", False))


class Texts(unittest.TestCase):
    def bare(self, text):
        return [literal for _, literal in bare_texts.check_text(text)]

    def test_bare(self):
        self.assertEqual(self.bare('g_set_error (error, A, B, "%s is bad", name);'), ['"%s is bad"'])
        self.assertEqual(self.bare('g_set_error (error, A, B, x ? "so it is" : _ ("not so"), y);'), ['"so it is"'])
        self.assertEqual(self.bare('graft_overlay_set_error (self, A, path, "%s exists", error);'), ['"%s exists"'])
        self.assertEqual(self.bare('g_prefix_error (error, "%s: ", name);'), ['"%s: "'])

    def test_translated(self):
        for good in ('g_set_error (error, A, B, _ ("%s is bad"), name);',
                     'g_set_error (error, A, B, g_dngettext (D, "%u file is bad", "%u files are bad", n), n);',
                     'g_set_error (error, A, B, "%s", message);',
                     'graft_encoder_fail ("zlib", _ ("not enough memory"), error);',
                     '/* g_set_error (error, A, B, "%s is bad", name); */'):
            self.assertEqual(self.bare(good), [], good)


class Help(unittest.TestCase):
    def pages(self, **bodies):
        return {name: ElementTree.fromstring(f'<page id="{name}">{body}</page>') for name, body in bodies.items()}

    def links(self, **bodies):
        return list(help_pages.check_links(self.pages(**bodies)))

    def complaints(self, body):
        page = self.pages(a=body)["a"]
        return list(help_pages.check_page("a", page, {"_Close", "no modules for %s"}, {"F1", "Ctrl+F"}))

    def test_links(self):
        self.assertEqual(self.links(index='<see page="a"/><see page="b"/>', a='<see page="b"/>', b=""), [])
        self.assertEqual(len(self.links(a="")), 1)
        self.assertEqual(len(self.links(index='<see page="a"/>', a="", b="")), 1)
        self.assertEqual(len(self.links(index='<see page="a"/><see page="a"/>', a="")), 1)
        self.assertEqual(len(self.links(index='<see page="a"/>', a='<see page="c"/>')), 1)
        self.assertEqual(len(self.links(index='<see page="a"/>', a='<see page="a"/>')), 1)

    def test_quotations(self):
        self.assertEqual(self.complaints("<p><gui>no modules\n for %s</gui> <key>Ctrl+F</key></p>"), [])
        self.assertEqual(len(self.complaints("<p><gui>Close</gui></p>")), 1)
        self.assertEqual(len(self.complaints("<p><key>F3</key></p>")), 1)
        self.assertEqual(len(self.complaints("<p>this &amp; that</p>")), 1)
        self.assertEqual(list(help_pages.check_page("b", self.pages(a="")["a"], set(), set())), ["b: its id is a"])

    def test_translations(self):
        def check(msgstr):
            return list(help_pages.check_translation("x.po", [("a <gui>b</gui>", msgstr)]))
        self.assertEqual(check("c <gui>b</gui>"), [])
        self.assertEqual(len(check("c <gui>d</gui>")), 1)
        self.assertEqual(len(check("c <code>b</code>")), 1)

    def test_messages(self):
        self.assertEqual(help_pages.read_messages('msgid ""\n"a\\n"\n"b"\nmsgstr "c"\n\nmsgid "%u"\nmsgid_plural "%us"\nmsgstr[0] "e"\n'),
                         [("a\nb", "c"), ("%u", "e"), ("%us", "e")])


if __name__ == "__main__":
    unittest.main()
