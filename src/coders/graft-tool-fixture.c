/* graft-tool-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "coders/graft-tool-fixture.h"

GBytes *
graft_tool_run (const char *command, GBytes *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE
          | (input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE),
      &error, "sh", "-c", command, NULL);
  GBytes *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("\"%s\" failed", command);
  return output;
}

GBytes *
graft_tool_make_bytes (gsize length, guint32 seed)
{
  guint8 *bytes = g_malloc (length);
  guint32 state = seed * 2654435761u + 1;

  for (gsize i = 0; i < length; i++)
    {
      state = state * 1664525 + 1013904223;
      /* Every fourth 4 KiB is noise, the rest a few letters. */
      bytes[i] = (i >> 12) % 4 == 3 ? (guint8)(state >> 24)
                                    : (guint8) "module alias"[(state >> 24) % 12];
    }
  return g_bytes_new_take (bytes, length);
}

GBytes *
graft_tool_slice (GBytes *bytes, gsize offset, gsize length)
{
  return g_bytes_new_from_bytes (bytes, offset, length);
}

GBytes *
graft_tool_join (GBytes *first, ...)
{
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  va_list arguments;

  va_start (arguments, first);
  for (GBytes *bytes = first; bytes != NULL; bytes = va_arg (arguments, GBytes *))
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      g_byte_array_append (joined, data, length);
    }
  va_end (arguments);
  return g_byte_array_free_to_bytes (g_steal_pointer (&joined));
}
