/* cli-step-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cli/cli-step-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/cli-command.h"
#include "steps/add-program/graft-add-program.h"
#include "steps/swap-kernel/graft-swap-kernel.h"

/* Permission bits with set-user-ID, set-group-ID and sticky. */
#define MODE_MAX 07777
/* Of a new device or pipe. */
#define NODE_MODE 0600

typedef struct
{
  const char *name;
  const char *form; /* for messages */
  GraftStep *(*make) (const char *text, gint64 time);
} StepForm;

/* The first colon at or after @text that no backslash makes literal; NULL when there is none. */
static const char *
find_colon (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text == '\\' && text[1] != '\0')
      text++;
    else if (*text == ':')
      return text;
  return NULL;
}

/* The text up to @end, its "\:" made ":". */
static char *
unescape (const char *text, const char *end)
{
  GString *plain = g_string_new (NULL);

  for (const char *c = text; c < end; c++)
    {
      if (*c == '\\' && (c[1] == ':' || c[1] == '@'))
        c++;
      g_string_append_c (plain, *c);
    }
  return g_string_free (plain, FALSE);
}

/* What stands before the first colon, its "\:" made ":"; *@rest is what follows. */
static char *
split_first (const char *text, const char **rest)
{
  const char *colon = find_colon (text);

  if (colon == NULL || colon == text)
    return NULL;
  *rest = colon + 1;
  return unescape (text, colon);
}

/* Whether the path up to @end is called as images are: then what follows may be a path in it. */
static gboolean
is_like_image (const char *path, const char *end)
{
  static const char *const patterns[]
      = { "*.img",  "*.img-*", "*.img@*", "*.squashfs", "*.sqfs",     "*.sfs",
          "*.ext4", "*.ext3",  "*.ext2",  "*initrd*",   "*initramfs*" };
  g_autofree char *written = g_strndup (path, end - path);
  g_autofree char *name = g_path_get_basename (written);

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i], name))
      return TRUE;
  return FALSE;
}

/* IMAGE:/PATH:REST, where PATH may go on in images inside: the address ends at the first colon
 * behind a path that is not called like an image, or that no path follows. With @path_follows, REST
 * is a path, too, the last one. */
static char *
split_address (const char *text, gboolean path_follows, const char **rest)
{
  const char *colon = find_colon (text), *end;

  while (colon != NULL && colon[1] != '/')
    colon = find_colon (colon + 1);
  end = colon != NULL ? find_colon (colon + 1) : NULL;
  while (end != NULL && end[1] == '/' && is_like_image (colon + 1, end))
    {
      const char *next = find_colon (end + 1);

      if (next == NULL && path_follows)
        break;
      /* Without this a text that was left out would cost the image inside its bytes. */
      colon = end;
      end = next;
    }
  if (end == NULL)
    return NULL;
  *rest = end + 1;
  return g_strndup (text, end - text);
}

static GraftStep *
make_upload (const char *text, gint64 time)
{
  const char *address;
  g_autofree char *file = split_first (text, &address);

  return file != NULL ? graft_step_upload_new (file, address, time) : NULL;
}

static GraftStep *
make_copy_in (const char *text, gint64 time)
{
  const char *address;
  g_autofree char *folder = split_first (text, &address);

  return folder != NULL ? graft_step_copy_in_new (folder, address, time) : NULL;
}

static GraftStep *
make_delete (const char *text, gint64 time)
{
  return graft_step_delete_new (text);
}

static GraftStep *
make_mkdir (const char *text, gint64 time)
{
  return graft_step_mkdir_new (text, time);
}

static GraftStep *
make_symlink (const char *text, gint64 time)
{
  const char *address;
  g_autofree char *target = split_first (text, &address);

  return target != NULL ? graft_step_symlink_new (target, address, time) : NULL;
}

/* MINORBITS of include/linux/kdev_t.h: a device number has 12 and 20 bits. */
#define MAX_MAJOR 0xfff
#define MAX_MINOR 0xfffff

/* b:MAJOR:MINOR:ADDRESS, c:MAJOR:MINOR:ADDRESS, p:ADDRESS, as mknod(1) has the types. */
static GraftStep *
make_mknod (const char *text, gint64 time)
{
  static const struct
  {
    char letter;
    GraftNodeType type;
  } types[] = { { 'b', GRAFT_NODE_BLOCK_DEVICE },
                { 'c', GRAFT_NODE_CHAR_DEVICE },
                { 'p', GRAFT_NODE_FIFO } };
  g_auto (GStrv) words = g_strsplit (text, ":", 4);
  guint64 major = 0, minor = 0;
  gboolean pipe = *text == 'p';

  if (g_strv_length (words) < (pipe ? 2 : 4) || strlen (words[0]) != 1)
    return NULL;
  if (!pipe
      && (!g_ascii_string_to_unsigned (words[1], 10, 0, MAX_MAJOR, &major, NULL)
          || !g_ascii_string_to_unsigned (words[2], 10, 0, MAX_MINOR, &minor, NULL)))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (*text == types[i].letter)
      return graft_step_make_node_new (types[i].type, major, minor, NODE_MODE,
                                       pipe ? text + 2 : words[3], time);
  return NULL;
}

/* IMAGE:/FROM:/TO, both in IMAGE; the last one, where images are inside of each other. */
static GraftStep *
make_move (const char *text, gint64 time)
{
  const char *to;
  g_autofree char *from = split_address (text, TRUE, &to), *address = NULL;
  const char *path = NULL;

  if (from == NULL || *to != '/')
    return NULL;
  for (const char *at = find_colon (from); at != NULL; at = find_colon (at + 1))
    if (at[1] == '/')
      path = at;
  address = g_strdup_printf ("%.*s:%s", (int)(path - from), from, to);
  return graft_step_move_new (from, address);
}

static GraftStep *
make_chmod (const char *text, gint64 time)
{
  const char *address;
  g_autofree char *mode = split_first (text, &address);
  guint64 value;

  if (mode == NULL || !g_ascii_string_to_unsigned (mode, 8, 0, MODE_MAX, &value, NULL))
    return NULL;
  return graft_step_chmod_new (value, address);
}

/* UID:GID:ADDRESS, or UID.GID:ADDRESS as libguestfs writes it. */
static GraftStep *
make_chown (const char *text, gint64 time)
{
  const char *separator = strpbrk (text, ".:");
  const char *colon = separator != NULL ? strchr (separator + 1, ':') : NULL;
  g_autofree char *user = NULL, *group = NULL;
  guint64 uid, gid;

  if (colon == NULL)
    return NULL;
  user = g_strndup (text, separator - text);
  group = g_strndup (separator + 1, colon - separator - 1);
  if (!g_ascii_string_to_unsigned (user, 10, 0, G_MAXUINT32 - 1, &uid, NULL)
      || !g_ascii_string_to_unsigned (group, 10, 0, G_MAXUINT32 - 1, &gid, NULL))
    return NULL;
  return graft_step_chown_new (uid, gid, colon + 1);
}

static GraftStep *
make_write (const char *text, gint64 time)
{
  const char *content;
  g_autofree char *address = split_address (text, FALSE, &content);
  g_autoptr (GBytes) bytes = NULL;

  if (address == NULL)
    return NULL;
  bytes = g_bytes_new (content, strlen (content));
  return graft_step_write_new (address, bytes, time);
}

static GraftStep *
make_append_line (const char *text, gint64 time)
{
  const char *line;
  g_autofree char *address = split_address (text, FALSE, &line);

  return address != NULL ? graft_step_append_line_new (address, line, time) : NULL;
}

/* "[IMAGE:]MODULE": a module's name has no colon in it. @ret_image: NULL without one. */
static char *
split_module (const char *text, gsize length, char **ret_image)
{
  const char *colon = memrchr (text, ':', length);

  *ret_image = colon != NULL ? g_strndup (text, colon - text) : NULL;
  return colon != NULL ? g_strndup (colon + 1, text + length - colon - 1)
                       : g_strndup (text, length);
}

/* [IMAGE:]MODULE:KEY=VALUE, [IMAGE:]MODULE:-KEY */
static GraftStep *
make_module_option (const char *text, gint64 time)
{
  const char *equals = strchr (text, '=');
  const char *end = equals != NULL ? equals : text + strlen (text);
  const char *colon = memrchr (text, ':', end - text);
  g_autofree char *image = NULL, *module = NULL, *key = NULL;
  gboolean takes_away;

  if (colon == NULL)
    return NULL;
  takes_away = equals == NULL && colon[1] == '-';
  if (equals == NULL && !takes_away)
    return NULL;
  key = g_strndup (colon + 1 + takes_away, end - colon - 1 - takes_away);
  module = split_module (text, colon - text, &image);
  return graft_step_module_option_new (image, module, key, takes_away ? NULL : equals + 1, time);
}

typedef GraftStep *(*ModuleStep) (const char *image, const char *module, gboolean on, gint64 time);

static GraftStep *
make_of_module (const char *text, gint64 time, ModuleStep make, gboolean on)
{
  g_autofree char *image = NULL;
  g_autofree char *module = split_module (text, strlen (text), &image);

  return make (image, module, on, time);
}

static GraftStep *
make_blacklist (const char *text, gint64 time)
{
  return make_of_module (text, time, graft_step_blacklist_new, TRUE);
}

static GraftStep *
make_unblacklist (const char *text, gint64 time)
{
  return make_of_module (text, time, graft_step_blacklist_new, FALSE);
}

static GraftStep *
make_load_module (const char *text, gint64 time)
{
  return make_of_module (text, time, graft_step_load_module_new, TRUE);
}

static GraftStep *
make_no_load_module (const char *text, gint64 time)
{
  return make_of_module (text, time, graft_step_load_module_new, FALSE);
}

static GraftStep *
make_add_module (const char *text, gint64 time)
{
  g_autofree char *image = NULL;
  g_autofree char *module = split_module (text, strlen (text), &image);

  return graft_step_module_new (image, module, TRUE);
}

static GraftStep *
make_remove_module (const char *text, gint64 time)
{
  g_autofree char *image = NULL;
  g_autofree char *module = split_module (text, strlen (text), &image);

  return graft_step_module_new (image, module, FALSE);
}

/* [+-]WORD */
static GraftStep *
make_boot_option (const char *text, gint64 time)
{
  GraftBootOptionAction action = GRAFT_BOOT_OPTION_SET;

  if (*text == '+')
    action = GRAFT_BOOT_OPTION_ADD;
  else if (*text == '-')
    action = GRAFT_BOOT_OPTION_DROP;
  return graft_step_boot_option_new (NULL, action != GRAFT_BOOT_OPTION_SET ? text + 1 : text,
                                     action);
}

/* A path that is there is meant as it stands, colons and all; else a colon stands between two. */
static GraftStep *
make_swap_kernel (const char *text, gint64 time)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  while (!g_file_test (text, G_FILE_TEST_EXISTS))
    {
      const char *colon = find_colon (text);
      const char *end = colon != NULL ? colon : text + strlen (text);
      g_autofree char *path = unescape (text, end);

      if (*path == '\0')
        return NULL;
      g_strv_builder_add (builder, path);
      text = colon != NULL ? colon + 1 : NULL;
      if (text == NULL)
        break;
    }
  if (text != NULL)
    g_strv_builder_add (builder, text);
  paths = g_strv_builder_end (builder);
  return graft_step_swap_kernel_new ((const char *const *)paths, NULL, NULL, GRAFT_SELECT_AUTO,
                                     NULL);
}

static const StepForm forms[] = {
  { "upload", "FILE:IMAGE:/PATH", make_upload },
  { "copy-in", "DIR:IMAGE:/PATH", make_copy_in },
  { "delete", "IMAGE:/PATH", make_delete },
  { "mkdir", "IMAGE:/PATH", make_mkdir },
  { "symlink", "TARGET:IMAGE:/PATH", make_symlink },
  { "mknod", "TYPE[:MAJOR:MINOR]:IMAGE:/PATH", make_mknod },
  { "move", "IMAGE:/FROM:/TO", make_move },
  { "chmod", "MODE:IMAGE:/PATH", make_chmod },
  { "chown", "UID:GID:IMAGE:/PATH", make_chown },
  { "write", "IMAGE:/PATH:TEXT", make_write },
  { "append-line", "IMAGE:/PATH:LINE", make_append_line },
  { "module-option", "[IMAGE:]MODULE:KEY=VALUE", make_module_option },
  { "blacklist", "[IMAGE:]MODULE", make_blacklist },
  { "unblacklist", "[IMAGE:]MODULE", make_unblacklist },
  { "load-module", "[IMAGE:]MODULE", make_load_module },
  { "no-load-module", "[IMAGE:]MODULE", make_no_load_module },
  { "add-module", "[IMAGE:]MODULE", make_add_module },
  { "remove-module", "[IMAGE:]MODULE", make_remove_module },
  { "boot-option", "[+-]WORD", make_boot_option },
  { "swap-kernel", "KERNEL[:KERNEL…]", make_swap_kernel },
};

GraftStep *
cli_step_text_parse (const char *name, const char *text, gint64 time, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (strcmp (forms[i].name, name) == 0)
      {
        GraftStep *step = forms[i].make (text, time);

        if (step == NULL)
          g_set_error (error, CLI_ERROR, 0, _ ("--%s takes %s, not “%s”"), name, forms[i].form,
                       text);
        return step;
      }
  g_assert_not_reached ();
}

/* A path that is there, of this machine, is meant as it stands, colons and all. */
GraftStep *
cli_step_text_parse_program (const char *name, const char *text, const char *root, GError **error)
{
  static const char form[] = "FILE[:IMAGE]";
  gboolean is_private = strcmp (name, "add-program") != 0;
  g_autofree char *file = NULL;
  const char *address = NULL;

  if (root == NULL && g_file_test (text, G_FILE_TEST_EXISTS))
    return graft_step_add_program_new (NULL, text, NULL, is_private);
  file = find_colon (text) != NULL ? split_first (text, &address)
                                   : unescape (text, text + strlen (text));
  if (file == NULL || *file == '\0' || (address != NULL && *address == '\0'))
    {
      g_set_error (error, CLI_ERROR, 0, _ ("--%s takes %s, not “%s”"), name, form, text);
      return NULL;
    }
  return graft_step_add_program_new (root, file, address, is_private);
}
