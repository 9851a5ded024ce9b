/* fuzz-boot-entry.c: any text as a boot configuration, and as an address
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bootset/graft-address.h"
#include "bootset/graft-boot-entry.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* No entry has more than its text had. */
static void
read_entries (GraftInput *input, size_t size)
{
  g_autoptr (GPtrArray) entries = graft_boot_entry_read (input, NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      GraftBootEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (GPtrArray) roots = graft_boot_entry_list_roots (entry);

      if (roots->len + entry->initrds->len > size)
        abort ();
      if (entry->kernel != NULL && strpbrk (entry->kernel, " \t\n") != NULL)
        abort ();
    }
}

/* What is read as an address is written so that it is read as the same again. */
static void
read_address (const char *text)
{
  g_autoptr (GraftAddress) address = graft_address_parse (text, NULL);
  g_autoptr (GraftAddress) again = NULL;
  g_autofree char *written = NULL;

  if (address == NULL)
    return;
  written = graft_address_format (address->image, address->segment, address->path);
  again = graft_address_parse (written, NULL);
  if (again == NULL || strcmp (again->image, address->image) != 0
      || again->segment != address->segment || strcmp (again->path, address->path) != 0)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GraftInput) input = graft_memory_input_new (bytes, "default");
  g_autofree char *text = g_strndup ((const char *)data, size);

  read_entries (input, size);
  read_address (text);
  return 0;
}
