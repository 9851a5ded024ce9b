/* graft-kernel-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel-header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "formats/kernel/graft-kernel-facts.h"
#include "formats/kernel/graft-kernel-pe.h"

#define SECTOR 512
/* The boot sector and the most setup code that its size field (8 bits) can name. */
#define HEAD (256 * SECTOR)

/* boot.rst, "Details of Header Fields". */
#define SETUP_SECTS 0x1f1
#define SYSSIZE 0x1f4
#define BOOT_FLAG 0x1fe
#define HEADER 0x202
#define VERSION 0x206
#define KERNEL_VERSION 0x20e
#define XLOADFLAGS 0x236
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c

#define XLF_KERNEL_64 1

void
graft_kernel_header_free (GraftKernelHeader *self)
{
  if (self == NULL)
    return;
  g_free (self->version);
  g_free (self);
}

gboolean
graft_kernel_header_probe (GraftInput *input)
{
  guint8 head[HEADER + 4];
  gssize length = graft_input_read_some (input, 0, head, sizeof head, NULL);

  return length == sizeof head && graft_bytes_match (head, length, HEADER, "HdrS", 4)
         && graft_bytes_match (head, length, BOOT_FLAG, "\x55\xaa", 2);
}

/* boot.rst: the text must stand within the setup code; what comes after the first character that
 * cannot be shown is not believed to belong to it. */
static char *
read_version (const guint8 *head, gsize length)
{
  guint16 pointer;
  guint64 start;
  const char *text;
  gsize room, count = 0;

  if (!graft_bytes_get_le16 (head, length, KERNEL_VERSION, &pointer) || pointer == 0)
    return NULL;
  start = (guint64)pointer + 0x200;
  if (start >= length)
    return NULL;
  text = (const char *)head + start;
  room = length - start;
  while (count < room && g_ascii_isprint (text[count]))
    count++;
  return count > 0 ? g_strndup (text, count) : NULL;
}

/* Protocol 2.08. */
static gboolean
read_payload (GraftKernelHeader *self, GraftInput *input, const guint8 *head, gsize length,
              GError **error)
{
  guint32 offset = 0, size = 0;

  if (self->protocol < 0x208)
    return TRUE;
  if (!graft_bytes_get_le32 (head, length, PAYLOAD_OFFSET, &offset)
      || !graft_bytes_get_le32 (head, length, PAYLOAD_LENGTH, &size))
    return graft_kernel_facts_set_truncated (input, PAYLOAD_LENGTH + 4, error);
  if (size == 0)
    return TRUE;
  if ((guint64)offset + size > self->code_size)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
                   _ ("%s is damaged: its header puts the compressed kernel at byte %s to %s, but "
                      "the kernel ends at byte %s; get it again"),
                   graft_input_get_name (input), GRAFT_NUMBER (self->setup_size + offset),
                   GRAFT_NUMBER (self->setup_size + offset + size),
                   GRAFT_NUMBER (self->setup_size + self->code_size));
      return FALSE;
    }
  self->payload_offset = self->setup_size + offset;
  self->payload_length = size;
  return TRUE;
}

static gboolean
read_sizes (GraftKernelHeader *self, GraftInput *input, const guint8 *head, gsize length,
            GError **error)
{
  guint8 sectors = 0;
  guint32 paragraphs = 0;

  if (!graft_bytes_get_u8 (head, length, SETUP_SECTS, &sectors)
      || !graft_bytes_get_le32 (head, length, SYSSIZE, &paragraphs)
      || !graft_bytes_get_le16 (head, length, VERSION, &self->protocol))
    return graft_kernel_facts_set_truncated (input, VERSION + 2, error);
  /* boot.rst: 0 means 4, for the oldest kernels. */
  self->setup_size = (1 + (guint64)(sectors != 0 ? sectors : 4)) * SECTOR;
  /* Below 2.04 the field has two bytes, which "cannot be trusted". */
  self->code_size = self->protocol >= 0x204 ? (guint64)paragraphs * 16 : 0;
  if (self->setup_size + self->code_size > graft_input_get_size (input))
    return graft_kernel_facts_set_truncated (input, self->setup_size + self->code_size, error);
  return TRUE;
}

static const char *
find_arch (GraftKernelHeader *self, const GraftKernelPe *pe, const guint8 *head, gsize length)
{
  guint16 flags;

  /* Protocol 2.12, which is Linux 3.8, says it; before it perhaps the stub does. */
  if (self->protocol >= 0x20c && graft_bytes_get_le16 (head, length, XLOADFLAGS, &flags))
    return (flags & XLF_KERNEL_64) ? "x86_64" : "i386";
  return pe->arch;
}

GraftKernelHeader *
graft_kernel_header_read (GraftInput *input, GError **error)
{
  g_autoptr (GraftKernelHeader) self = g_new0 (GraftKernelHeader, 1);
  gsize wanted = MIN (HEAD, graft_input_get_size (input));
  g_autofree guint8 *head = g_malloc (wanted);
  gssize length = graft_input_read_some (input, 0, head, wanted, error);
  GraftKernelPe pe;

  if (length < 0 || !read_sizes (self, input, head, length, error)
      || !read_payload (self, input, head, length, error)
      || !graft_kernel_pe_read (input, &pe, error))
    return NULL;
  self->version = read_version (head, MIN ((guint64)length, self->setup_size));
  self->arch = find_arch (self, &pe, head, length);
  self->is_pe = pe.is_pe;
  self->certificates = pe.certificates;
  return g_steal_pointer (&self);
}
