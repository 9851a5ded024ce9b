/* test-decoded-input-cancel.c: a cancel reaches a reader that has a long way to decode
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What counts is how much is still read of the stream afterwards, not how long it takes.
 */

#include <gio/gio.h>
#include <string.h>

#include "base/graft-cancel-scope.h"
#include "coders/graft-decoded-input.h"
#include "coders/graft-tool-fixture.h"

#define SIZE (24 * 1024 * 1024)
/* A piece, encoded, and what the decoder is given at once. */
#define READ_AFTER (1024 * 1024 + 128 * 1024)

/* Cancels @cancellable once it is read from @from on, and counts what is read after that. */
#define TEST_TYPE_CANCELLER (canceller_get_type ())
G_DECLARE_FINAL_TYPE (Canceller, canceller, TEST, CANCELLER, GraftInput)

struct _Canceller
{
  GraftInput parent_instance;

  GBytes *bytes;
  GCancellable *cancellable;
  guint64 from;
  guint64 n_after;
};

G_DEFINE_TYPE (Canceller, canceller, GRAFT_TYPE_INPUT)

static guint64
canceller_get_size (GraftInput *input)
{
  return g_bytes_get_size (TEST_CANCELLER (input)->bytes);
}

static gboolean
canceller_read_at (GraftInput *input, guint64 offset, void *buffer, gsize length, GError **error)
{
  Canceller *self = TEST_CANCELLER (input);

  if (g_cancellable_is_cancelled (self->cancellable))
    self->n_after += length;
  if (offset >= self->from)
    g_cancellable_cancel (self->cancellable);
  memcpy (buffer, (const guint8 *)g_bytes_get_data (self->bytes, NULL) + offset, length);
  return TRUE;
}

static void
canceller_finalize (GObject *object)
{
  Canceller *self = TEST_CANCELLER (object);

  g_bytes_unref (self->bytes);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (canceller_parent_class)->finalize (object);
}

static void
canceller_class_init (CancellerClass *klass)
{
  GraftInputClass *input_class = GRAFT_INPUT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = canceller_finalize;
  input_class->get_size = canceller_get_size;
  input_class->read_at = canceller_read_at;
}

static void
canceller_init (Canceller *self)
{
  self->cancellable = g_cancellable_new ();
}

/* The last byte is asked for; cancelled in a tenth, a half, and before anything was read. */
static void
test_cancel (void)
{
  g_autoptr (GBytes) content = graft_tool_make_bytes (SIZE, 4);
  g_autoptr (GBytes) encoded = graft_tool_run ("xz -0 -c", content);

  for (guint part = 0; part <= 50; part += part == 0 ? 10 : 40)
    {
      g_autoptr (Canceller) source = g_object_new (TEST_TYPE_CANCELLER, NULL);
      g_autoptr (GraftInput) input = NULL;
      g_autoptr (GError) error = NULL;
      guint8 byte;

      source->bytes = g_bytes_ref (encoded);
      source->from = g_bytes_get_size (encoded) * part / 100;
      input = graft_decoded_input_new (GRAFT_INPUT (source), GRAFT_COMPRESSION_XZ, SIZE, 0, "x");
      {
        g_autoptr (GraftCancelScope) scope G_GNUC_UNUSED
            = graft_cancel_scope_new (source->cancellable);

        g_assert_false (graft_input_read_at (input, SIZE - 1, &byte, 1, &error));
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_cmpuint (source->n_after, <=, READ_AFTER);
      }
      /* Nobody's cancel any more: it goes on where it was. */
      g_clear_error (&error);
      g_assert_true (graft_input_read_at (input, SIZE - 1, &byte, 1, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (byte, ==, ((const guint8 *)g_bytes_get_data (content, NULL))[SIZE - 1]);
    }
}

/* One within the other, and one of nobody, which leaves that around it in force. */
static void
test_scopes (void)
{
  g_autoptr (GCancellable) outer = g_cancellable_new (), inner = g_cancellable_new ();

  g_assert_null (g_cancellable_get_current ());
  {
    g_autoptr (GraftCancelScope) first G_GNUC_UNUSED = graft_cancel_scope_new (outer);
    g_autoptr (GraftCancelScope) nobody G_GNUC_UNUSED = graft_cancel_scope_new (NULL);

    g_assert_true (g_cancellable_get_current () == outer);
    {
      g_autoptr (GraftCancelScope) second G_GNUC_UNUSED = graft_cancel_scope_new (inner);

      g_assert_true (g_cancellable_get_current () == inner);
    }
    g_assert_true (g_cancellable_get_current () == outer);
  }
  g_assert_null (g_cancellable_get_current ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoded-input-cancel/read", test_cancel);
  g_test_add_func ("/decoded-input-cancel/scopes", test_scopes);
  return g_test_run ();
}
