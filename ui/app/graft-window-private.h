/* graft-window-private.h: what the files of the window share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app/graft-layer-cards.h"
#include "app/graft-window.h"
#include "jobs/graft-jobs-button.h"
#include "pages/contents/graft-contents-page.h"
#include "pages/modules/graft-modules-page.h"
#include "pages/swap/graft-swap-page.h"
#include "session/graft-session.h"
#include "widgets/graft-width-bin.h"

G_BEGIN_DECLS

/**
 * GraftWindow:
 * @grant_bar: asks for the folder of a file that a sandbox shows alone
 * @views: "start", "set", "swap", "failed"
 * @pages: "contents", "modules"
 * @session: (nullable): until a set is opened
 * @inhibit_cookie: while leaving would lose something; else 0
 * @closing: it may be closed: the user has said so, or nothing would be lost
 */
struct _GraftWindow
{
  AdwApplicationWindow parent_instance;

  GraftWidthBin *width;
  AdwHeaderBar *header;
  GtkWidget *grant_bar;
  GtkLabel *grant_label;
  GtkStack *views;
  AdwViewStack *pages;
  AdwViewSwitcherTitle *switcher;
  AdwViewSwitcherBar *switcher_bar;
  GtkButton *undo_button;
  GtkButton *redo_button;
  GtkWidget *set_buttons;
  GtkWidget *set_end_buttons;
  GraftJobsButton *jobs_button;
  GraftLayerCards *cards;
  GraftContentsPage *contents_page;
  GraftModulesPage *modules_page;
  GraftSwapPage *swap_page;
  AdwStatusPage *failed_page;
  GtkInfoBar *left_bar;
  GtkLabel *left_label;
  GtkInfoBar *journal_bar;
  GtkLabel *journal_label;

  GraftSession *session;
  guint inhibit_cookie;
  gboolean closing;
};

/* "win.…" with their shortcuts. */
void graft_window_install_actions (GtkWidgetClass *widget_class);
/* After anything that they depend on has changed. */
void graft_window_update_actions (GraftWindow *self);

/* The banners, and "win.save-recipe" and so on. */
void graft_window_bind_journal (GtkWidgetClass *widget_class);
void graft_window_install_journal_actions (GtkWidgetClass *widget_class);
void graft_window_update_journal (GraftWindow *self);
void graft_window_update_journal_actions (GraftWindow *self, gboolean idle);

/* Takes what is dropped anywhere that nothing else takes. */
void graft_window_add_drop_target (GraftWindow *self);
/* As "win.drop-refused": what the desktop did not hand over is asked for. */
void graft_window_refuse_drop (GtkWidget *widget, const char *name, GVariant *parameter);
/* As "win.choose-dropped": a folder that is taken as if it had been dropped. */
void graft_window_choose_dropped (GtkWidget *widget, const char *name, GVariant *parameter);

/* As GtkWindowClass.close_request: asks when something would be lost. */
gboolean graft_window_close_request (GtkWindow *window);
/* Keeps the user's session from ending while something would be lost. */
void graft_window_update_inhibit (GraftWindow *self);

/* Asks for the folder of the set where its files lie beside what is seen of it, or no longer. */
void graft_window_update_grant (GraftWindow *self);
/* As "win.choose-set-folder". */
void graft_window_choose_set_folder (GtkWidget *widget, const char *name, GVariant *parameter);
/* @path, or the same file in a folder that the sandbox was given since. */
char *graft_window_dup_given_path (const char *path);

/* "set", "swap", …; the header bar follows. */
void graft_window_show_view (GraftWindow *self, const char *name);

G_END_DECLS
