/* fuzz-replay.c: runs a fuzz target without an engine, so that it is an ordinary test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Usage: fuzz-THING SECONDS FILE… : each file as it is, then changed ones until the time is up. The
 * changes come from a fixed seed: run number N is the same everywhere, and a failure names N.
 */

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Values at which lengths and offsets break. */
static const guint32 interesting[]
    = { 0,     1,      2,      3,       4,          0x7f,       0x80,       0xff,
        0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };

static void
change_once (GByteArray *bytes, GRand *random)
{
  guint at = g_rand_int_range (random, 0, bytes->len);
  guint left = bytes->len - at;
  guint32 value = interesting[g_rand_int_range (random, 0, G_N_ELEMENTS (interesting))];

  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      bytes->data[at] ^= 1 << g_rand_int_range (random, 0, 8);
      break;
    case 1:
      bytes->data[at] = g_rand_int_range (random, 0, 256);
      break;
    case 2:
      memcpy (bytes->data + at, &value, MIN (left, sizeof value));
      break;
    case 3: /* a digit: for headers in text */
      bytes->data[at] = "0123456789abcdefABCDEFxX"[g_rand_int_range (random, 0, 24)];
      break;
    case 4:
      memmove (bytes->data + at, bytes->data + g_rand_int_range (random, 0, bytes->len - left + 1),
               left / 2);
      break;
    default:
      if (g_rand_int_range (random, 0, 8) == 0 && at > 0)
        g_byte_array_set_size (bytes, at);
      break;
    }
}

static void
run_changed (GPtrArray *seeds, guint n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (n);
  GBytes *seed = g_ptr_array_index (seeds, g_rand_int_range (random, 0, seeds->len));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n_changes = 1 << g_rand_int_range (random, 0, 5);

  g_byte_array_append (bytes, g_bytes_get_data (seed, NULL), g_bytes_get_size (seed));
  for (guint i = 0; i < n_changes && bytes->len > 0; i++)
    change_once (bytes, random);
  LLVMFuzzerTestOneInput (bytes->data, bytes->len);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  gint64 end;
  guint n = 0;

  if (argc < 3)
    {
      fprintf (stderr, "usage: %s SECONDS FILE...\n", argv[0]);
      return 2;
    }
  for (int i = 2; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      char *content;
      gsize size;

      if (!g_file_get_contents (argv[i], &content, &size, &error))
        {
          fprintf (stderr, "%s\n", error->message);
          return 2;
        }
      LLVMFuzzerTestOneInput ((const uint8_t *)content, size);
      if (size > 0)
        g_ptr_array_add (seeds, g_bytes_new_take (content, size));
    }
  end = g_get_monotonic_time () + atoi (argv[1]) * G_USEC_PER_SEC;
  while (seeds->len > 0 && g_get_monotonic_time () < end)
    {
      /* Known before the run, so that a crash shows it. */
      if (getenv ("FUZZ_VERBOSE") != NULL)
        fprintf (stderr, "run %u\n", n);
      run_changed (seeds, n++);
    }
  printf ("%d files, %u changed ones\n", argc - 2, n);
  return 0;
}
