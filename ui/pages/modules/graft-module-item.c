/* graft-module-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/modules/graft-module-item.h"

#include <string.h>

struct _GraftModuleItem
{
  GObject parent_instance;

  GraftModuleFacts facts; /* its texts are owned */
  char *folded;
};

G_DEFINE_FINAL_TYPE (GraftModuleItem, graft_module_item, G_TYPE_OBJECT)

static void
graft_module_item_finalize (GObject *object)
{
  GraftModuleItem *self = GRAFT_MODULE_ITEM (object);

  g_free ((char *)self->facts.name);
  g_free ((char *)self->facts.layer);
  g_free ((char *)self->facts.path);
  g_free ((char *)self->facts.release);
  g_free ((char *)self->facts.other);
  g_free (self->folded);
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
  g_autofree char *both
      = g_strdup_printf ("%s\n%s", facts->name, facts->path != NULL ? facts->path : "");
  g_autofree char *valid = g_utf8_make_valid (both, -1);

  self->facts = *facts;
  self->facts.name = g_strdup (facts->name);
  self->facts.layer = g_strdup (facts->layer);
  self->facts.path = g_strdup (facts->path);
  self->facts.release = g_strdup (facts->release);
  self->facts.other = g_strdup (facts->other);
  self->folded = g_utf8_casefold (valid, -1);
  return self;
}

const GraftModuleFacts *
graft_module_item_get_facts (GraftModuleItem *self)
{
  return &self->facts;
}

gboolean
graft_module_item_has (GraftModuleItem *self, const char *text)
{
  return strstr (self->folded, text) != NULL;
}
