/* command-cat.c: content to standard output
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/graft-error.h"
#include "cli/cli-open.h"
#include "image/graft-path.h"

#define CHUNK (256 * 1024)

/* A pipe whose reader sleeps must not keep the program from being cancelled: it is written in
 * pieces that fit once it has any room at all. */
static gsize
get_piece_size (void)
{
  struct stat status;

  return fstat (STDOUT_FILENO, &status) == 0 && S_ISREG (status.st_mode) ? CHUNK : PIPE_BUF;
}

static gboolean
wait_for_room (GCancellable *cancellable, GError **error)
{
  GPollFD fds[2] = { { .fd = STDOUT_FILENO, .events = G_IO_OUT } };
  gboolean watched = g_cancellable_make_pollfd (cancellable, &fds[1]);

  g_poll (fds, watched ? 2 : 1, -1);
  if (watched)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
write_out (const guint8 *data, gsize length, GCancellable *cancellable, GError **error)
{
  gsize piece = get_piece_size ();

  while (length > 0)
    {
      gssize count;

      if (!wait_for_room (cancellable, error))
        return FALSE;
      count = write (STDOUT_FILENO, data, MIN (length, piece));
      if (count < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (count < 0)
        return graft_error_set_errno (error, GRAFT_EXPORT_ERROR, errno, _ ("Standard output"),
                                      _ ("cannot be written"));
      data += count;
      length -= count;
    }
  return TRUE;
}

gboolean
command_cat (CliInvocation *self, GError **error)
{
  g_autoptr (CliPlace) place = NULL;
  g_autoptr (GraftNode) node = NULL;
  g_autoptr (GraftInput) input = NULL;
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 offset = 0;
  gssize count;

  if (!cli_parse (self, NULL, NULL, NULL, 1, 1, error))
    return FALSE;
  place = cli_place_open (self, self->arguments[0], error);
  if (place == NULL)
    return FALSE;
  node = graft_path_lookup (place->root, place->address->path, GRAFT_PATH_FOLLOW, NULL, error);
  if (node == NULL)
    {
      g_prefix_error (error, _ ("%s: "), graft_image_get_name (place->image));
      return FALSE;
    }
  if (graft_node_get_node_type (node) != GRAFT_NODE_REGULAR)
    {
      GraftNodeType type = graft_node_get_node_type (node);

      if (type == GRAFT_NODE_DIRECTORY)
        g_set_error (error, CLI_ERROR, 0,
                     _ ("%s is a directory: name a file in it (“bootgraft-cli ls” lists them)"),
                     self->arguments[0]);
      else
        g_set_error (error, CLI_ERROR, 0, _ ("%s is a %s: it has no content to print"),
                     self->arguments[0], graft_node_type_get_name (type));
      return FALSE;
    }
  input = graft_node_open (node, error);
  if (input == NULL)
    return FALSE;
  while ((count = graft_input_read_some (input, offset, buffer, CHUNK, error)) > 0)
    {
      if (!write_out (buffer, count, self->cancellable, error))
        return FALSE;
      offset += count;
    }
  return count == 0;
}
