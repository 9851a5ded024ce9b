/* graft-layer-card.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "app/graft-layer-card.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "formats/kernel/graft-kernel.h"

struct _GraftLayerCard
{
  GtkButton parent_instance;

  GtkImage *icon;
  GtkLabel *path;
  GtkWidget *edited;
  GtkLabel *release;
  GtkWidget *state_row;
  GtkImage *state_icon;
  GtkSpinner *spinner;
  GtkLabel *state;
  GtkLabel *facts;
  GtkLabel *problem;

  const char *style;
};

/* How it stands with a layer, in words and colour; what is NULL is not shown. */
typedef struct
{
  const char *icon;
  const char *style;
  const char *words;
} Verdict;

G_DEFINE_FINAL_TYPE (GraftLayerCard, graft_layer_card, GTK_TYPE_BUTTON)

static const char *
get_icon (GraftRole role)
{
  switch (role)
    {
    case GRAFT_ROLE_KERNEL:
      return "graft-kernel-symbolic";
    case GRAFT_ROLE_INITRD:
      return "graft-initrd-symbolic";
    case GRAFT_ROLE_ROOT:
      return "graft-root-symbolic";
    case GRAFT_ROLE_BOOT_ENTRY:
      return "graft-boot-entry-symbolic";
    default:
      g_assert_not_reached ();
    }
}

static const char *
describe_role (GraftRole role)
{
  switch (role)
    {
    case GRAFT_ROLE_KERNEL:
      return _ ("Kernel");
    case GRAFT_ROLE_INITRD:
      return _ ("Initrd");
    case GRAFT_ROLE_ROOT:
      return _ ("Root file system");
    case GRAFT_ROLE_BOOT_ENTRY:
      return _ ("Boot entry");
    default:
      g_assert_not_reached ();
    }
}

static Verdict
judge_tree (GraftLayer *layer)
{
  switch (graft_layer_get_state (layer))
    {
    case GRAFT_LAYER_NONE:
      return (Verdict){ "graft-none-symbolic", "dim-label", _ ("No modules") };
    case GRAFT_LAYER_MATCH:
      return (Verdict){ "graft-match-symbolic", "success", _ ("Matches the kernel") };
    case GRAFT_LAYER_DIFFERS:
      if (graft_layer_get_kernel_release (layer) == NULL)
        return (Verdict){ "graft-several-symbolic", "warning", _ ("No kernel to compare with") };
      return (Verdict){ "graft-differs-symbolic", "error", _ ("Differs from the kernel") };
    case GRAFT_LAYER_SEVERAL:
      return (Verdict){ "graft-several-symbolic", "warning", _ ("Modules of several kernels") };
    default:
      g_assert_not_reached ();
    }
}

static Verdict
judge (GraftLayer *layer, gboolean is_kernel)
{
  if (!graft_layer_is_open (layer))
    return (Verdict){ NULL, "dim-label", _ ("Reading…") };
  if (graft_layer_get_problem (layer) != NULL)
    return (Verdict){ "graft-differs-symbolic", "error", _ ("Cannot be read") };
  if (graft_layer_get_root (layer) != NULL)
    return judge_tree (layer);
  if (graft_layer_get_role (layer) != GRAFT_ROLE_KERNEL)
    return (Verdict){ NULL, NULL, NULL };
  if (graft_layer_get_release (layer) == NULL)
    return (Verdict){ "graft-several-symbolic", "warning", _ ("Its release is not known") };
  return (Verdict){ NULL, "dim-label",
                    is_kernel ? _ ("The kernel that boots") : _ ("Another kernel") };
}

/* What the matter is about: whose modules, which kernel. */
static char *
describe_release (GraftLayer *layer)
{
  const char *const *releases = graft_layer_get_releases (layer);
  g_autofree char *joined = NULL;

  if (graft_layer_get_release (layer) != NULL)
    return graft_name_escape (graft_layer_get_release (layer));
  if (releases == NULL || releases[0] == NULL)
    return g_strdup (describe_role (graft_layer_get_role (layer)));
  joined = g_strjoinv (", ", (char **)releases);
  return graft_name_escape (joined);
}

static void
add_fact (GString *facts, const char *fact)
{
  if (fact == NULL)
    return;
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

static void
add_image_facts (GString *facts, GraftImage *image)
{
  GPtrArray *segments = graft_image_get_segments (image);
  const char *compression = graft_image_get_compression (image);

  if (GRAFT_IS_KERNEL (image))
    {
      add_fact (facts, graft_kernel_get_arch (GRAFT_KERNEL (image)));
      return;
    }
  add_fact (facts, g_str_equal (compression, "none") ? _ ("not compressed") : compression);
  if (segments != NULL && segments->len > 1)
    {
      g_autofree char *n
          = g_strdup_printf (ngettext ("%u segment", "%u segments", segments->len), segments->len);

      add_fact (facts, n);
    }
}

/* @role: NULL where it is said already. */
static char *
describe_facts (GraftLayer *layer, const char *role)
{
  GString *facts = g_string_new (NULL);
  g_autofree char *size = g_format_size (graft_layer_get_file_size (layer));

  add_fact (facts, role);
  if (graft_layer_get_file_size (layer) > 0)
    add_fact (facts, size);
  if (graft_layer_get_image (layer) != NULL)
    add_image_facts (facts, graft_layer_get_image (layer));
  return g_string_free (facts, FALSE);
}

static void
set_style (GraftLayerCard *self, const char *style)
{
  if (self->style != NULL)
    gtk_widget_remove_css_class (self->state_row, self->style);
  self->style = style;
  if (style != NULL)
    gtk_widget_add_css_class (self->state_row, style);
}

static void
show_verdict (GraftLayerCard *self, Verdict verdict, gboolean reading)
{
  gtk_widget_set_visible (self->state_row, verdict.words != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), verdict.icon != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), reading);
  gtk_spinner_set_spinning (self->spinner, reading);
  gtk_image_set_from_icon_name (self->state_icon, verdict.icon);
  gtk_label_set_label (self->state, verdict.words != NULL ? verdict.words : "");
  set_style (self, verdict.style);
}

static void
set_names (GraftLayerCard *self, const char *path, const char *release, const char *facts,
           Verdict verdict)
{
  g_autofree char *name
      = g_strdup_printf ("%s: %s%s%s", path, release, verdict.words != NULL ? ", " : "",
                         verdict.words != NULL ? verdict.words : "");
  g_autofree char *tooltip = g_strdup_printf ("%s\n%s\n%s", path, release, facts);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
graft_layer_card_set_layer (GraftLayerCard *self, GraftLayer *layer, gboolean is_kernel)
{
  const GError *problem = graft_layer_get_problem (layer);
  g_autofree char *path = graft_name_escape (graft_layer_get_path (layer));
  g_autofree char *release = describe_release (layer);
  const char *role = describe_role (graft_layer_get_role (layer));
  gboolean says_role = problem == NULL && g_str_equal (release, role);
  g_autofree char *facts = describe_facts (layer, says_role ? NULL : role);
  Verdict verdict = judge (layer, is_kernel);

  gtk_image_set_from_icon_name (self->icon, get_icon (graft_layer_get_role (layer)));
  gtk_label_set_label (self->path, path);
  gtk_label_set_label (self->release, release);
  gtk_widget_set_visible (GTK_WIDGET (self->release), problem == NULL);
  gtk_label_set_label (self->facts, facts);
  gtk_widget_set_visible (self->edited, graft_layer_is_changed (layer));
  gtk_label_set_label (self->problem, problem != NULL ? problem->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  show_verdict (self, verdict, !graft_layer_is_open (layer));
  set_names (self, path, problem != NULL ? problem->message : release, facts, verdict);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", graft_layer_get_path (layer));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "win.select-layer");
}

void
graft_layer_card_set_compact (GraftLayerCard *self, gboolean compact)
{

  gtk_widget_set_visible (GTK_WIDGET (self->facts), !compact);
  gtk_label_set_lines (self->problem, compact ? 2 : 4);
  if (compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
}

static void
graft_layer_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GRAFT_TYPE_LAYER_CARD);
  G_OBJECT_CLASS (graft_layer_card_parent_class)->dispose (object);
}

static void
graft_layer_card_class_init (GraftLayerCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = graft_layer_card_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/bootgraft/Bootgraft/app/graft-layer-card.ui");
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, icon);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, path);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, edited);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, release);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, state_row);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, state_icon);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, spinner);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, state);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, facts);
  gtk_widget_class_bind_template_child (widget_class, GraftLayerCard, problem);
}

static void
graft_layer_card_init (GraftLayerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GraftLayerCard *
graft_layer_card_new (void)
{
  return g_object_new (GRAFT_TYPE_LAYER_CARD, NULL);
}
