/* graft-modules-page-private.h: what the files of the page share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "pages/modules/graft-module-columns.h"
#include "pages/modules/graft-module-rows.h"
#include "pages/modules/graft-modules-page.h"

G_BEGIN_DECLS

#define GRAFT_MODULES_N_CHANGES 5

/**
 * GraftModulesPage:
 * @stack: "loading", "list", "empty", "nothing"
 * @changes: the buttons of @toggles
 * @toggles: by GraftModuleChange
 * @store: all rows
 * @filtered: those that are asked for
 * @slice: those of them, sorted, that the list knows yet
 * @rows: (nullable): what is shown
 * @against: (nullable): what is or will be compared with
 * @job: (nullable): that makes other rows
 * @layer: (nullable): path of the one layer that is shown; NULL: all
 * @layer_index: of it in the rows; -1: all
 * @wanted: (nullable): text of the filter, folded
 * @stale: to be made anew when the page is shown
 * @filling: the list of layers is being changed, not by the user
 */
struct _GraftModulesPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkSearchEntry *entry;
  GtkDropDown *layers;
  GtkMenuButton *compare_button;
  GtkLabel *sum;
  GtkLabel *problems;
  GtkColumnView *view;
  GtkWidget *compare_bar;
  GtkLabel *compare_title;
  GtkLabel *compare_note;
  GtkFlowBox *changes;
  GtkToggleButton *toggles[GRAFT_MODULES_N_CHANGES];
  AdwStatusPage *empty_page;
  GMenuModel *row_menu;
  GtkPopover *popover;

  GraftModuleColumns *columns;
  GListStore *store;
  GtkFilter *filter;
  GtkFilterListModel *filtered;
  GtkSliceListModel *slice;
  GtkSingleSelection *selection;

  GraftSession *session;
  GraftModuleRows *rows;
  GraftNewModules *against;
  GraftJob *job;
  char *layer;
  int layer_index;
  char *wanted;
  gboolean stale;
  gboolean filling;
  guint more_source;
  guint layout_source;
};

/* Makes the rows anew, at once or when the page is shown. */
void graft_modules_page_renew (GraftModulesPage *self);

/* graft-modules-filter.c */
void graft_modules_page_install_filter (GtkWidgetClass *widget_class);
void graft_modules_page_init_filter (GraftModulesPage *self);
/* Shows @rows (taken) instead of those before, with the same filter. */
void graft_modules_page_take_rows (GraftModulesPage *self, GraftModuleRows *rows);
/* The line above the list, and which page of the stack is right. */
void graft_modules_page_show_sum (GraftModulesPage *self);

/* graft-modules-compare.c */
void graft_modules_page_install_compare (GtkWidgetClass *widget_class);
void graft_modules_page_init_compare (GraftModulesPage *self);
/* How many rows of the shown layers have each change; which of these are asked for. */
void graft_modules_page_show_changes (GraftModulesPage *self);
gboolean graft_modules_page_has_change (GraftModulesPage *self, int change);
/* What can be done now. */
void graft_modules_page_update_actions (GraftModulesPage *self);

/* graft-modules-menu.c */
void graft_modules_page_install_menu (GtkWidgetClass *widget_class);
void graft_modules_page_init_menu (GraftModulesPage *self);

G_END_DECLS
