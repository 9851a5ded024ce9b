/* graft-step.h: what the user meant, as a value
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window, the command line, a recipe and the journal all make the same steps; nothing else
 * changes an overlay. A step plans anew when it is applied to another set. What it takes in from
 * this computer it knows by its SHA-256 from then on: applied again, it takes in the same or
 * nothing.
 */

#pragma once

#include "bootset/graft-boot-entry-edit.h"
#include "bootset/graft-boot-set.h"

G_BEGIN_DECLS

/**
 * GraftStepReport:
 * @lost: (element-type utf8): names of what could not be carried over
 * @notes: (element-type utf8): sentences that the user should read
 */
typedef struct
{
  GPtrArray *lost;
  GPtrArray *notes;
} GraftStepReport;

GraftStepReport *graft_step_report_new (void);
void graft_step_report_free (GraftStepReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftStepReport, graft_step_report_free)

#define GRAFT_TYPE_STEP (graft_step_get_type ())
G_DECLARE_DERIVABLE_TYPE (GraftStep, graft_step, GRAFT, STEP, GObject)

typedef struct _GraftStepWriter GraftStepWriter;

/**
 * GraftStepClass:
 * @dup_label: for the menu and the log, in the user's language: "Swap the kernel
 * for 6.1.0-56-amd64"
 * @apply: changes the overlays of @set. On failure graft_step_apply() puts the old state back, so
 *   it need not.
 * @write: the name of its kind ("step") and its arguments, as members of the recipe's object
 */
struct _GraftStepClass
{
  GObjectClass parent_class;

  char *(*dup_label) (GraftStep *self);
  gboolean (*apply) (GraftStep *self, GraftBootSet *set, GraftStepReport *report,
                     GraftProgress *progress, GCancellable *cancellable, GError **error);
  void (*write) (GraftStep *self, GraftStepWriter *writer);
};

char *graft_step_dup_label (GraftStep *self);
/* All or nothing: when it fails, the set is as it was, and @report (nullable) too. */
gboolean graft_step_apply (GraftStep *self, GraftBootSet *set, GraftStepReport *report,
                           GraftProgress *progress, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * The steps. Addresses are relative to the set; host paths as the user wrote them. @mode:
 * permission bits. @time: seconds, for what is made by hand; -1: the image's newest. Links are
 * followed inside the image; one that leads nowhere is refused where something would be put through
 * it.
 *
 * - upload: below the address when that is a folder, else in its place, there under all names of a
 *   hard-linked file. The file keeps its own time, not @time; owner 0:0, mode 0755 or 0644.
 * - copy-in: the same for a folder with all in it, links as links, hard links as such. A folder of
 *   its name that is there is joined.
 * - delete: a link goes itself.
 * - mkdir: with the folders above it; one that is there is left as it is.
 * - symlink: a link that is there is made anew, anything else refused.
 * - make-node: a device (@type with @major and @minor) or a pipe; what is there is refused.
 * - move: within one image, and one segment where one is named; what is there is refused, also a
 *   folder. A link goes itself.
 * - chmod, chown: of what a link leads to.
 * - set-attributes: of all @addresses or of none; @mode, @uid, @gid: -1 to leave as it is.
 * - write: what is there keeps owner and mode; new: 0:0, 0644. No bytes make an empty file.
 * - module-option, blacklist, load-module: in @image, a member's path, or in all initrds (NULL); in
 * the file that says it now and counts, else in one of etc/modprobe.d, or in the list that is read
 * at boot. @value NULL, @blacklisted or @load FALSE: it is taken away wherever it stands.
 * - append-line: ends the last line first where it has no end, in the way the text ends its lines
 *   (CR LF); makes a file that is missing; refuses what is no text or larger than 16 MB.
 */
GraftStep *graft_step_upload_new (const char *host_path, const char *address, gint64 time);
GraftStep *graft_step_copy_in_new (const char *host_folder, const char *address, gint64 time);
GraftStep *graft_step_delete_new (const char *address);
GraftStep *graft_step_mkdir_new (const char *address, gint64 time);
GraftStep *graft_step_symlink_new (const char *target, const char *address, gint64 time);
GraftStep *graft_step_make_node_new (GraftNodeType type, guint32 major, guint32 minor, guint32 mode,
                                     const char *address, gint64 time);
GraftStep *graft_step_move_new (const char *from, const char *to);
GraftStep *graft_step_chmod_new (guint32 mode, const char *address);
GraftStep *graft_step_chown_new (guint32 uid, guint32 gid, const char *address);
GraftStep *graft_step_set_attributes_new (const char *const *addresses, gint64 mode, gint64 uid,
                                          gint64 gid);
GraftStep *graft_step_write_new (const char *address, GBytes *content, gint64 time);
GraftStep *graft_step_append_line_new (const char *address, const char *line, gint64 time);
GraftStep *graft_step_module_option_new (const char *image, const char *module, const char *key,
                                         const char *value, gint64 time);
GraftStep *graft_step_blacklist_new (const char *image, const char *module, gboolean blacklisted,
                                     gint64 time);
GraftStep *graft_step_load_module_new (const char *image, const char *module, gboolean load,
                                       gint64 time);
/* To or from the modules of @image, a member's path, or of all initrds (NULL); with what it depends
 * on and their firmware, or with what depends on it; indexes are made anew. */
GraftStep *graft_step_module_new (const char *image, const char *module, gboolean add);
/* In all boot entries that start a kernel with an initrd, or (@label) in those of that name. */
GraftStep *graft_step_boot_option_new (const char *label, const char *word,
                                       GraftBootOptionAction action);

/* Several steps (element-type GraftStep) as one that is called @label, each on what the one before
 * left: all of them or none. */
GraftStep *graft_step_group_new (const char *label, GPtrArray *steps);

G_END_DECLS
