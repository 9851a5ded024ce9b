/* graft-module-facts.c: what a module says of itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>
#include <string.h>

#include "coders/graft-compression.h"
#include "modules/graft-modinfo.h"
#include "pages/contents/details/graft-entry-facts.h"

/* Of longer lists there is the beginning and the number. */
#define MAX_LINES 20

static char *
join_lines (GPtrArray *lines)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (lines->len, MAX_LINES); i++)
    {
      g_autofree char *line = graft_facts_dup_escaped (g_ptr_array_index (lines, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line != NULL ? line : "");
    }
  if (lines->len > MAX_LINES)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", lines->len - MAX_LINES),
                              lines->len - MAX_LINES);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
add_list (GraftFacts *facts, const char *label, const char *const *values)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint i = 0; values[i] != NULL; i++)
    g_ptr_array_add (lines, (gpointer)values[i]);
  graft_facts_add (facts, label, join_lines (lines));
}

/* "depends=a,b": without a comma that a line could be broken at. */
static void
add_depends (GraftFacts *facts, const char *depends)
{
  g_autofree char *shown = graft_facts_dup_escaped (depends);
  g_auto (GStrv) names = shown != NULL ? g_strsplit (shown, ",", -1) : NULL;

  graft_facts_add (facts, _ ("Needs"),
                   names != NULL ? g_strjoinv (", ", names) : g_strdup (_ ("no other module")));
}

static void
add_release (GraftFacts *facts, GraftModinfo *info, GraftLayer *layer)
{
  g_autofree char *release = graft_facts_dup_escaped (graft_modinfo_get_release (info));
  g_autofree char *kernel = graft_facts_dup_escaped (graft_layer_get_kernel_release (layer));

  if (release == NULL)
    graft_facts_add_with_tone (facts, _ ("Release"), g_strdup (_ ("the module does not say")),
                               GRAFT_FACT_WARNING);
  else if (kernel == NULL)
    graft_facts_add (facts, _ ("Release"),
                     g_strdup_printf (_ ("%s; there is no kernel to compare it with"), release));
  else if (g_str_equal (release, kernel))
    graft_facts_add_with_tone (facts, _ ("Release"),
                               g_strdup_printf (_ ("%s: that of the kernel"), release),
                               GRAFT_FACT_GOOD);
  else
    graft_facts_add_with_tone (
        facts, _ ("Release"),
        g_strdup_printf (_ ("%s: the kernel, %s, cannot load it"), release, kernel),
        GRAFT_FACT_BAD);
  graft_facts_add (facts, _ ("Version magic"),
                   graft_facts_dup_escaped (graft_modinfo_get (info, "vermagic")));
}

/* What @values ("NAME:…") have of the parameter that @name begins with; NULL: nothing. */
static const char *
find_parameter (const char *const *values, const char *name, gsize length)
{
  for (guint i = 0; values[i] != NULL; i++)
    if (strncmp (values[i], name, length) == 0 && values[i][length] == ':')
      return values[i] + length + 1;
  return NULL;
}

static void
add_parameter (GPtrArray *lines, const char *name, gsize length, const char *type, const char *text)
{
  GString *line = g_string_new_len (name, (gssize)length);

  if (type != NULL)
    g_string_append_printf (line, " (%s)", type);
  if (text != NULL)
    g_string_append_printf (line, ": %s", text);
  g_ptr_array_add (lines, g_string_free (line, FALSE));
}

/* "parm=NAME:what it is" and "parmtype=NAME:int" become "NAME (int): what it is"; either may be
 * missing. */
static void
add_parameters (GraftFacts *facts, GraftModinfo *info)
{
  const char *const *types = graft_modinfo_get_all (info, "parmtype");
  const char *const *texts = graft_modinfo_get_all (info, "parm");
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; types[i] != NULL; i++)
    {
      gsize length = strcspn (types[i], ":");
      const char *type = types[i][length] != '\0' ? types[i] + length + 1 : NULL;

      add_parameter (lines, types[i], length, type, find_parameter (texts, types[i], length));
    }
  for (guint i = 0; texts[i] != NULL; i++)
    {
      gsize length = strcspn (texts[i], ":");

      if (find_parameter (types, texts[i], length) == NULL)
        add_parameter (lines, texts[i], length, NULL,
                       texts[i][length] != '\0' ? texts[i] + length + 1 : NULL);
    }
  graft_facts_add (facts, _ ("Parameters"), join_lines (lines));
}

static void
add_aliases (GraftFacts *facts, const char *const *aliases)
{
  guint count = g_strv_length ((char **)aliases);
  g_autofree char *label = g_strdup_printf (ngettext ("%u alias", "%u aliases", count), count);

  add_list (facts, label, aliases);
}

static void
add_storage (GraftFacts *facts, GraftNode *node, GraftModinfo *info)
{
  g_autoptr (GraftInput) input = graft_node_open (node, NULL);
  guint8 head[16];
  gssize length = input != NULL ? graft_input_read_some (input, 0, head, sizeof head, NULL) : -1;

  if (length >= 0)
    graft_facts_add (facts, _ ("Compression"),
                     graft_facts_dup_compression (graft_compression_get_name (
                         graft_compression_sniff (head, (gsize)length))));
  graft_facts_add (facts, _ ("Signature"),
                   g_strdup (graft_modinfo_is_signed (info) ? _ ("signed; by whom is not checked")
                                                            : _ ("not signed")));
}

gboolean
graft_module_facts_add (GraftFacts *facts, GraftEntryItem *entry, GCancellable *cancellable)
{
  GraftNode *node = graft_entry_item_get_node (entry);
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftModinfo) info
      = graft_modinfo_read (node, graft_entry_item_get_name (entry), cancellable, &error);

  if (info == NULL)
    {
      graft_problem_facts_set (facts, error);
      return FALSE;
    }
  add_storage (facts, node, info);
  graft_facts_begin_group (facts, _ ("The module"));
  graft_facts_add (facts, _ ("Description"),
                   graft_facts_dup_escaped (graft_modinfo_get (info, "description")));
  add_release (facts, info, graft_entry_item_get_layer (entry));
  add_depends (facts, graft_modinfo_get (info, "depends"));
  add_list (facts, _ ("Loads before or after"), graft_modinfo_get_all (info, "softdep"));
  add_list (facts, _ ("Firmware"), graft_modinfo_get_all (info, "firmware"));
  add_parameters (facts, info);
  graft_facts_add (facts, _ ("License"),
                   graft_facts_dup_escaped (graft_modinfo_get (info, "license")));
  add_list (facts, _ ("Author"), graft_modinfo_get_all (info, "author"));
  add_aliases (facts, graft_modinfo_get_all (info, "alias"));
  return TRUE;
}
