/* graft-window-private.h: what the files of the window share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app/graft-layer-cards.h"
#include "app/graft-window.h"
#include "jobs/graft-jobs-popover.h"
#include "pages/contents/graft-contents-page.h"
#include "pages/modules/graft-modules-page.h"
#include "pages/swap/graft-swap-page.h"
#include "session/graft-session.h"
#include "widgets/graft-width-bin.h"

G_BEGIN_DECLS

/**
 * GraftWindow:
 * @session: (nullable): the set; NULL on the start page
 * @is_found: the pages have @session: its layers are known
 * @chooser: (nullable): the file dialog that is open
 * @drop_cancellable: of what was dropped last, while it is looked at
 * @inhibit_cookie: 0: the desktop's session may end
 * @hide_jobs_source: the jobs button is about to vanish
 * @shown_job: (nullable): whose progress the jobs button shows
 * @closes: the user has agreed
 * @asks: whether to close, at this moment
 */
struct _GraftWindow
{
  AdwApplicationWindow parent_instance;

  GtkWidget *content;
  GraftWidthBin *width;
  AdwHeaderBar *header;
  AdwViewSwitcherTitle *title;
  AdwViewSwitcherBar *switcher_bar;
  GtkWidget *back;
  GtkWidget *edit_buttons;
  GtkWidget *set_buttons;
  GtkWidget *undo;
  GtkWidget *redo;
  GtkMenuButton *menu_button;
  GMenuModel *primary_menu;
  GMenuModel *tiny_menu;
  GMenu *recent_menu;
  GtkMenuButton *jobs_button;
  GraftJobsPopover *jobs_popover;
  GtkLabel *jobs_percent;
  GtkStack *views;
  GtkLabel *opening_text;
  AdwStatusPage *failed;
  GraftLayerCards *cards;
  AdwViewStack *pages;
  GraftContentsPage *contents_page;
  GraftModulesPage *modules_page;
  GraftSwapPage *swap_page;

  GraftSession *session;
  gboolean is_found;
  GtkFileChooserNative *chooser;
  GCancellable *drop_cancellable;
  guint inhibit_cookie;
  guint hide_jobs_source;
  GraftJob *shown_job;
  gboolean closes;
  gboolean asks;
};

/* graft-window.c */

/* "start", "opening", "set", "swap", "failed". */
void graft_window_set_view (GraftWindow *self, const char *name);
gboolean graft_window_is_in_view (GraftWindow *self, const char *name);
/* Something runs that is worth showing. */
gboolean graft_window_has_jobs (GraftWindow *self);
/* The button for them follows the session's jobs. */
void graft_window_show_jobs (GraftWindow *self);

/* graft-window-open.c */

/* A set or an image: here if there is none, else in another window. */
void graft_window_open_path (GraftWindow *self, const char *path);
/* @what: a folder, or files. */
void graft_window_choose_set (GraftWindow *self, GtkFileChooserAction what);
void graft_window_fill_recent_menu (GraftWindow *self);

/* graft-window-actions.c */

void graft_window_add_actions (GraftWindow *self);
/* Which actions make sense now, and what they are called. */
void graft_window_update_actions (GraftWindow *self);
void graft_window_swap_from (GraftWindow *self, const char *const *paths);

/* graft-window-close.c */

/* Whether it may close now; else it asks, and closes itself when the user agrees. */
gboolean graft_window_agree_to_close (GraftWindow *self);
/* Keeps the desktop's session from ending while there is something to lose. */
void graft_window_update_inhibit (GraftWindow *self);

/* graft-window-drop.c */

void graft_window_add_drop_target (GraftWindow *self);

G_END_DECLS
