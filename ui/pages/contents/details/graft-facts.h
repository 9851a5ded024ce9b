/* graft-facts.h: what there is to say of what is selected
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by a worker, then shown (graft-facts-view.h). All texts are fit to be shown.
 */

#pragma once

#include "pages/contents/details/graft-content.h"

G_BEGIN_DECLS

typedef enum
{
  GRAFT_FACT_PLAIN,
  GRAFT_FACT_GOOD,
  GRAFT_FACT_WARNING,
  GRAFT_FACT_BAD,
} GraftFactTone;

/**
 * GraftFact:
 * @id: (nullable): by which the value is found again when more is known of it
 * @label: "Release"
 * @value: may have several lines
 * @tone: an icon beside the value, which says the same in words
 */
typedef struct
{
  char *id;
  char *label;
  char *value;
  GraftFactTone tone;
} GraftFact;

/**
 * GraftFactGroup:
 * @title: (nullable): heading
 * @facts: (element-type GraftFact)
 */
typedef struct
{
  char *title;
  GPtrArray *facts;
} GraftFactGroup;

/**
 * GraftFacts:
 * @icon_name: beside the title
 * @title: what it is called
 * @kind: what it is, in words
 * @problem: (nullable): why it cannot be read
 * @advice: (nullable): what can be done about @problem
 * @groups: (element-type GraftFactGroup)
 * @attributes: (element-type GraftFact): mode, owner, …; empty where there are none
 * @summary: (nullable): @attributes in a line
 * @can_change: the attributes may be edited
 * @remake: (nullable): the layer of which a new image is the way to edit what is in it
 * @counts: some values are known only after a walk
 * @content: (nullable): its bytes
 */
typedef struct
{
  char *icon_name;
  char *title;
  char *kind;
  char *problem;
  char *advice;
  GPtrArray *groups;
  GPtrArray *attributes;
  char *summary;
  gboolean can_change;
  char *remake;
  gboolean counts;
  GraftContent *content;
} GraftFacts;

GraftFacts *graft_facts_new (void);
void graft_facts_free (GraftFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GraftFacts, graft_facts_free)

/* What is added from now on stands below @title (nullable). */
void graft_facts_begin_group (GraftFacts *self, const char *title);
/* Takes @value; where that is NULL there is nothing to say. */
void graft_facts_add (GraftFacts *self, const char *label, char *value);
void graft_facts_add_with_tone (GraftFacts *self, const char *label, char *value,
                                GraftFactTone tone);
/* Above all others. */
void graft_facts_add_first (GraftFacts *self, const char *label, char *value, GraftFactTone tone);
/* A value that is known after a walk only: found by @id then. */
void graft_facts_add_count (GraftFacts *self, const char *id, const char *label);
void graft_facts_add_attribute (GraftFacts *self, const char *label, char *value);

GraftFact *graft_fact_new (const char *id, const char *label, char *value, GraftFactTone tone);
void graft_fact_free (GraftFact *self);

/* "12.3 MB (12,345,678 bytes)"; "no bytes", "20 bytes". */
char *graft_facts_dup_size (guint64 size);
/* "12,345", with what the locale puts between the thousands. */
char *graft_facts_dup_number (guint64 number);
/* "xz", "not compressed", "several compressions". */
char *graft_facts_dup_compression (const char *compression);
/* @text escaped; NULL for a NULL or empty @text. */
char *graft_facts_dup_escaped (const char *text);

G_END_DECLS
