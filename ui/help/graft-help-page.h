/* graft-help-page.h: a page of the user guide, read from data/help
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The catalogue that pages are translated by; what they quote of the window is translated by the
 * program's own. */
#define GRAFT_HELP_DOMAIN "bootgraft-help"

/**
 * GraftHelpKind:
 * @GRAFT_HELP_TITLE: a heading
 * @GRAFT_HELP_TEXT: a paragraph
 * @GRAFT_HELP_ITEM: one of a list in no order
 * @GRAFT_HELP_STEP: one of a list in order
 * @GRAFT_HELP_NOTE: a paragraph that is not to be overlooked
 * @GRAFT_HELP_SCREEN: what is typed in a terminal, as it stands; never translated
 * @GRAFT_HELP_SEE: another page
 */
typedef enum
{
  GRAFT_HELP_TITLE,
  GRAFT_HELP_TEXT,
  GRAFT_HELP_ITEM,
  GRAFT_HELP_STEP,
  GRAFT_HELP_NOTE,
  GRAFT_HELP_SCREEN,
  GRAFT_HELP_SEE,
} GraftHelpKind;

/**
 * GraftHelpBlock:
 * @number: of a step, from 1
 * @text: Pango markup, translated; of @GRAFT_HELP_SCREEN plain text, of @GRAFT_HELP_SEE a page's
 *   name
 */
typedef struct
{
  GraftHelpKind kind;
  guint number;
  char *text;
} GraftHelpBlock;

/**
 * GraftHelpPage:
 * @name: as files and links have it ("swap")
 * @title: plain text, translated
 * @summary: plain text, translated
 * @blocks: (element-type GraftHelpBlock): in order
 */
typedef struct
{
  char *name;
  char *title;
  char *summary;
  GPtrArray *blocks;
} GraftHelpPage;

/**
 * graft_help_page_parse:
 * @text: a page: <page id="…"> with title and desc, and then title, p, item, step, note, screen and
 *   see in any order; in a text, gui (an msgid of the window's own texts, with its "_" and "%s"),
 *   key and code
 * @length: of @text, bytes
 *
 * Elements are named as in Mallard where it has them (http://projectmallard.org/1.0/). A text has
 * neither “<” nor “&”: what a translator reads is what stands in the page.
 *
 * Returns: (transfer full) (nullable): the page in the user's language; NULL with a
 *   %G_MARKUP_ERROR where @text is no such page
 */
GraftHelpPage *graft_help_page_parse (const char *text, gsize length, GError **error);

void graft_help_page_free (GraftHelpPage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftHelpPage, graft_help_page_free)

/**
 * graft_help_quote:
 * @text: of a control or message of the window, translated
 *
 * Returns: (transfer full): it as it is seen: without the mark of a key ("_Close", "关闭(_C)"), and
 *   with "…" where a name or number will stand
 */
char *graft_help_quote (const char *text);

G_END_DECLS
