/* graft-module-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-module-item.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/graft-name.h"
#include "widgets/graft-size-text.h"

struct _GraftModuleItem
{
  GObject parent_instance;

  GraftModuleFacts facts;
  char *strings[6]; /* behind the pointers of @facts */
  char *key;
};

G_DEFINE_FINAL_TYPE (GraftModuleItem, graft_module_item, G_TYPE_OBJECT)

static void
graft_module_item_finalize (GObject *object)
{
  GraftModuleItem *self = GRAFT_MODULE_ITEM (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->strings); i++)
    g_free (self->strings[i]);
  g_free (self->key);
  G_OBJECT_CLASS (graft_module_item_parent_class)->finalize (object);
}

static void
graft_module_item_class_init (GraftModuleItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = graft_module_item_finalize;
}

static void
graft_module_item_init (GraftModuleItem *self)
{
}

GraftModuleItem *
graft_module_item_new (const GraftModuleFacts *facts)
{
  GraftModuleItem *self = g_object_new (GRAFT_TYPE_MODULE_ITEM, NULL);
  g_autofree char *text = g_strjoin ("\n", facts->name, facts->path, facts->new_name, NULL);

  self->facts = *facts;
  self->facts.layer = self->strings[0] = g_strdup (facts->layer);
  self->facts.name = self->strings[1] = g_strdup (facts->name);
  self->facts.path = self->strings[2] = g_strdup (facts->path);
  self->facts.release = self->strings[3] = g_strdup (facts->release);
  self->facts.kernel_release = self->strings[4] = g_strdup (facts->kernel_release);
  self->facts.new_name = self->strings[5] = g_strdup (facts->new_name);
  self->key = graft_module_item_fold (text);
  return self;
}

const GraftModuleFacts *
graft_module_item_get_facts (GraftModuleItem *self)
{
  return &self->facts;
}

char *
graft_module_item_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return g_strdelimit (g_utf8_casefold (valid, -1), "-", '_');
}

gboolean
graft_module_item_has (GraftModuleItem *self, const char *folded)
{
  return strstr (self->key, folded) != NULL;
}

gboolean
graft_module_item_is_match (GraftModuleItem *self)
{
  return self->facts.release != NULL
         && g_strcmp0 (self->facts.release, self->facts.kernel_release) == 0;
}

char *
graft_module_item_dup_name (GraftModuleItem *self)
{
  return graft_name_escape (self->facts.name);
}

char *
graft_module_item_dup_layer (GraftModuleItem *self)
{
  return graft_name_escape (self->facts.layer);
}

char *
graft_module_item_dup_path (GraftModuleItem *self)
{
  return graft_name_escape (self->facts.path);
}

char *
graft_module_item_dup_release (GraftModuleItem *self)
{
  g_autofree char *shown = NULL;

  if (self->facts.release == NULL)
    return g_strdup (_ ("not said"));
  shown = graft_name_escape (self->facts.release);
  if (graft_module_item_is_match (self))
    /* Translators: the release of a module that is the kernel's, too. */
    return g_strdup_printf (_ ("✓ %s"), shown);
  /* That of a new kernel is not the set's: nothing is wrong with it. */
  if (self->facts.kernel_release == NULL || self->facts.change == GRAFT_MODULE_NEW)
    return g_steal_pointer (&shown);
  return g_strdup_printf (_ ("✗ %s, not the kernel's"), shown);
}

char *
graft_module_item_dup_reason (GraftModuleItem *self)
{
  g_autofree char *release = NULL, *kernel_release = NULL;

  if (self->facts.release == NULL || self->facts.kernel_release == NULL
      || self->facts.change == GRAFT_MODULE_NEW || graft_module_item_is_match (self))
    return NULL;
  release = graft_name_escape (self->facts.release);
  kernel_release = graft_name_escape (self->facts.kernel_release);
  return g_strdup_printf (_ ("It was built for %s, the kernel is %s"), release, kernel_release);
}

char *
graft_module_item_dup_size (GraftModuleItem *self)
{
  return graft_size_text (self->facts.size);
}

char *
graft_module_item_dup_compression (GraftModuleItem *self)
{
  return g_strdup (self->facts.compression == GRAFT_COMPRESSION_NONE
                       ? _ ("none")
                       : graft_compression_get_name (self->facts.compression));
}

char *
graft_module_item_dup_change (GraftModuleItem *self)
{
  g_autofree char *new_name = NULL;

  switch (self->facts.change)
    {
    case GRAFT_MODULE_SAME:
      return g_strdup (_ ("= same"));
    case GRAFT_MODULE_GONE:
      return g_strdup (_ ("− gone"));
    case GRAFT_MODULE_BUILTIN:
      return g_strdup (_ ("● built in"));
    case GRAFT_MODULE_NEW:
      return g_strdup (_ ("+ new"));
    case GRAFT_MODULE_RENAMED:
      new_name = graft_name_escape (self->facts.new_name != NULL ? self->facts.new_name : "");
      return g_strdup_printf (_ ("→ renamed: %s"), new_name);
    default:
      return g_strdup ("");
    }
}

char *
graft_module_item_dup_long_change (GraftModuleItem *self)
{
  g_autofree char *name = NULL, *new_name = NULL;

  if (self->facts.new_name == NULL)
    return NULL;
  name = graft_name_escape (self->facts.name);
  new_name = graft_name_escape (self->facts.new_name);
  return g_strdup_printf (_ ("What %s did, %s does in the other kernel"), name, new_name);
}
