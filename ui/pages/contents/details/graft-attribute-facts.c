/* graft-attribute-facts.c: mode, owner, times, extended attributes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gi18n.h>

#include "base/graft-name.h"
#include "pages/contents/details/graft-entry-facts.h"
#include "widgets/graft-mode.h"

/* Of an extended attribute's value. */
#define MAX_VALUE 256

/* @before where it differs, below @now; takes both. */
static char *
compare (char *now, char *before)
{
  g_autofree char *own_now = now;
  g_autofree char *own_before = before;

  if (before == NULL || g_str_equal (now, before))
    return g_steal_pointer (&own_now);
  return g_strdup_printf (_ ("%s\nbefore: %s"), now, before);
}

static char *
dup_mode (const GraftAttributes *attributes)
{
  g_autofree char *octal = graft_mode_dup_octal (attributes->mode);
  g_autofree char *text = graft_mode_dup_text (attributes->mode);

  return g_strdup_printf ("%s  %s", text, octal);
}

static char *
dup_owner (const GraftAttributes *attributes)
{
  return g_strdup_printf ("%u:%u", attributes->uid, attributes->gid);
}

/* In the user's zone and way of writing. */
static char *
dup_local_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  return time != NULL ? g_date_time_format (time, "%c")
                      : g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
}

static char *
dup_times (const GraftAttributes *attributes)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (attributes->mtime);
  g_autofree char *local = dup_local_time (attributes->mtime);
  g_autofree char *universal
      = utc != NULL ? g_date_time_format (utc, "%Y-%m-%d %H:%M:%S UTC") : NULL;

  return universal != NULL ? g_strdup_printf ("%s\n%s", local, universal)
                           : g_steal_pointer (&local);
}

/* A value is a text, with or without a NUL at its end, or bytes. */
static char *
dup_xattr_value (GBytes *value)
{
  gsize length;
  const char *data = g_bytes_get_data (value, &length);
  gsize text_length = length > 0 && data[length - 1] == '\0' ? length - 1 : length;
  GString *shown;

  if (length > 0 && g_utf8_validate_len (data, MIN (text_length, MAX_VALUE), NULL))
    {
      g_autofree char *raw = g_strndup (data, MIN (text_length, MAX_VALUE));
      g_autofree char *text = graft_name_escape (raw);

      shown = g_string_new (text);
    }
  else
    {
      shown = g_string_new ("0x");
      for (gsize i = 0; i < MIN (length, MAX_VALUE); i++)
        g_string_append_printf (shown, "%02x", (guint8)data[i]);
    }
  if (length > MAX_VALUE)
    g_string_append (shown, "…");
  return g_string_free (shown, FALSE);
}

static void
add_xattrs (GraftFacts *facts, GraftNode *node)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) xattrs = graft_node_list_xattrs (node, &error);

  if (xattrs == NULL)
    {
      graft_facts_add_attribute (facts, _ ("Extended"), g_strdup (error->message));
      return;
    }
  for (guint i = 0; i < xattrs->len; i++)
    {
      const GraftXattr *xattr = g_ptr_array_index (xattrs, i);
      g_autofree char *name = graft_name_escape (xattr->name);

      graft_facts_add_attribute (facts, name, dup_xattr_value (xattr->value));
    }
}

void
graft_attribute_facts_add (GraftFacts *facts, GraftEntryItem *entry)
{
  GraftNode *node = graft_entry_item_get_node (entry);
  GraftNode *source = graft_entry_item_get_source (entry);
  const GraftAttributes *now = graft_node_get_attributes (node);
  const GraftAttributes *before = source != NULL ? graft_node_get_attributes (source) : NULL;
  g_autofree char *mode = dup_mode (now);
  g_autofree char *owner = dup_owner (now);

  facts->summary = g_strdup_printf ("%s · %s", mode, owner);
  graft_facts_add_attribute (
      facts, _ ("Mode"),
      compare (g_steal_pointer (&mode), before != NULL ? dup_mode (before) : NULL));
  graft_facts_add_attribute (
      facts, _ ("Owner"),
      compare (g_steal_pointer (&owner), before != NULL ? dup_owner (before) : NULL));
  graft_facts_add_attribute (facts, _ ("Changed"),
                             compare (dup_times (now), before != NULL && before->mtime != now->mtime
                                                           ? dup_local_time (before->mtime)
                                                           : NULL));
  graft_facts_add_attribute (facts, _ ("Names"),
                             g_strdup_printf ("%u", graft_node_get_nlink (node)));
  add_xattrs (facts, node);
}
