/* graft-facts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pages/contents/details/graft-facts.h"

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "base/graft-sentence.h"

GraftFact *
graft_fact_new (const char *id, const char *label, char *value, GraftFactTone tone)
{
  GraftFact *self = g_new0 (GraftFact, 1);

  self->id = g_strdup (id);
  self->label = g_strdup (label);
  self->value = value;
  self->tone = tone;
  return self;
}

void
graft_fact_free (GraftFact *self)
{
  g_free (self->id);
  g_free (self->label);
  g_free (self->value);
  g_free (self);
}

static void
group_free (gpointer data)
{
  GraftFactGroup *self = data;

  g_ptr_array_unref (self->facts);
  g_free (self->title);
  g_free (self);
}

GraftFacts *
graft_facts_new (void)
{
  GraftFacts *self = g_new0 (GraftFacts, 1);

  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->attributes = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_fact_free);
  return self;
}

void
graft_facts_free (GraftFacts *self)
{
  g_clear_pointer (&self->content, graft_content_free);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->attributes);
  g_free (self->icon_name);
  g_free (self->title);
  g_free (self->kind);
  g_free (self->problem);
  g_free (self->advice);
  g_free (self->summary);
  g_free (self->remake);
  g_free (self);
}

void
graft_facts_begin_group (GraftFacts *self, const char *title)
{
  GraftFactGroup *group = g_new0 (GraftFactGroup, 1);

  group->title = g_strdup (title);
  group->facts = g_ptr_array_new_with_free_func ((GDestroyNotify)graft_fact_free);
  g_ptr_array_add (self->groups, group);
}

static void
add (GraftFacts *self, GraftFact *fact)
{
  GraftFactGroup *group;

  if (self->groups->len == 0)
    graft_facts_begin_group (self, NULL);
  group = g_ptr_array_index (self->groups, self->groups->len - 1);
  g_ptr_array_add (group->facts, fact);
}

void
graft_facts_add_first (GraftFacts *self, const char *label, char *value, GraftFactTone tone)
{
  GraftFactGroup *group;

  if (self->groups->len == 0)
    graft_facts_begin_group (self, NULL);
  group = g_ptr_array_index (self->groups, 0);
  g_ptr_array_insert (group->facts, 0, graft_fact_new (NULL, label, value, tone));
}

void
graft_facts_add_with_tone (GraftFacts *self, const char *label, char *value, GraftFactTone tone)
{
  if (value != NULL)
    add (self, graft_fact_new (NULL, label, value, tone));
}

void
graft_facts_add (GraftFacts *self, const char *label, char *value)
{
  graft_facts_add_with_tone (self, label, value, GRAFT_FACT_PLAIN);
}

void
graft_facts_add_count (GraftFacts *self, const char *id, const char *label)
{
  add (self, graft_fact_new (id, label, g_strdup (_ ("Counting…")), GRAFT_FACT_PLAIN));
  self->counts = TRUE;
}

void
graft_facts_add_attribute (GraftFacts *self, const char *label, char *value)
{
  if (value != NULL)
    g_ptr_array_add (self->attributes, graft_fact_new (NULL, label, value, GRAFT_FACT_PLAIN));
}

char *
graft_facts_dup_number (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}

char *
graft_facts_dup_size (guint64 size)
{
  g_autofree char *exact = graft_facts_dup_number (size);
  g_autofree char *bytes
      = graft_sentence_about (ngettext ("%s byte", "%s bytes", (gulong)size), exact);
  g_autofree char *round = NULL;

  if (size < 1000)
    return g_steal_pointer (&bytes);
  round = g_format_size (size);
  return g_strdup_printf ("%s (%s)", round, bytes);
}

char *
graft_facts_dup_compression (const char *compression)
{
  if (g_str_equal (compression, "none"))
    return g_strdup (_ ("not compressed"));
  if (g_str_equal (compression, "mixed"))
    return g_strdup (_ ("several compressions"));
  return g_strdup (compression);
}

char *
graft_facts_dup_escaped (const char *text)
{
  return text != NULL && *text != '\0' ? graft_name_escape (text) : NULL;
}
