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

/* Microsoft's "PE Format". */
#define PE_POINTER 0x3c
#define PE_MACHINE 4
#define PE_OPTIONAL 24
#define PE_CERTIFICATES 4
#define PE32_PLUS 0x20b

static const struct
{
  guint16 machine;
  const char *arch;
} pe_machines[] = {
  { 0x8664, "x86_64" }, { 0x14c, "i386" },       { 0xaa64, "arm64" },     { 0x1c2, "arm" },
  { 0x5064, "riscv" },  { 0x6264, "loongarch" }, { 0x6232, "loongarch" },
};

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

/* Where the PE header begins. */
static gboolean
find_pe (const guint8 *head, gsize length, guint32 *ret_offset)
{
  return graft_bytes_match (head, length, 0, "MZ", 2)
         && graft_bytes_get_le32 (head, length, PE_POINTER, ret_offset)
         && graft_bytes_match (head, length, *ret_offset, "PE\0\0", 4);
}

const char *
graft_kernel_header_get_pe_arch (const guint8 *head, gsize length)
{
  guint32 pe;
  guint16 machine;

  if (!find_pe (head, length, &pe)
      || !graft_bytes_get_le16 (head, length, (guint64)pe + PE_MACHINE, &machine))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (pe_machines); i++)
    if (pe_machines[i].machine == machine)
      return pe_machines[i].arch;
  return NULL;
}

/* The certificate table, the fourth data directory; unlike all others its place is an offset in
 * the file. FALSE when there is none. */
static gboolean
find_certificates (const guint8 *head, gsize length, guint32 *ret_offset, guint32 *ret_size)
{
  guint32 pe, count;
  guint16 magic;
  guint64 directories;

  if (!find_pe (head, length, &pe)
      || !graft_bytes_get_le16 (head, length, (guint64)pe + PE_OPTIONAL, &magic))
    return FALSE;
  directories = (guint64)pe + PE_OPTIONAL + (magic == PE32_PLUS ? 112 : 96);
  return graft_bytes_get_le32 (head, length, directories - 4, &count) && count > PE_CERTIFICATES
         && graft_bytes_get_le32 (head, length, directories + 8 * PE_CERTIFICATES, ret_offset)
         && graft_bytes_get_le32 (head, length, directories + 8 * PE_CERTIFICATES + 4, ret_size)
         && *ret_size > 0;
}

static gboolean
set_truncated (GraftInput *input, guint64 wanted, GError **error)
{
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               _ ("%s has %s bytes, but its header tells of at least %s: it was cut short by a "
                  "download or copy; get it again"),
               graft_input_get_name (input), GRAFT_NUMBER (graft_input_get_size (input)),
               GRAFT_NUMBER (wanted));
  return FALSE;
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
    return set_truncated (input, PAYLOAD_LENGTH + 4, error);
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
    return set_truncated (input, VERSION + 2, error);
  /* boot.rst: 0 means 4, for the oldest kernels. */
  self->setup_size = (1 + (guint64)(sectors != 0 ? sectors : 4)) * SECTOR;
  /* Below 2.04 the field has two bytes, which "cannot be trusted". */
  self->code_size = self->protocol >= 0x204 ? (guint64)paragraphs * 16 : 0;
  if (self->setup_size + self->code_size > graft_input_get_size (input))
    return set_truncated (input, self->setup_size + self->code_size, error);
  return TRUE;
}

static const char *
find_arch (GraftKernelHeader *self, const guint8 *head, gsize length)
{
  guint16 flags;

  /* Protocol 2.12, which is Linux 3.8, says it; before it perhaps the stub does. */
  if (self->protocol >= 0x20c && graft_bytes_get_le16 (head, length, XLOADFLAGS, &flags))
    return (flags & XLF_KERNEL_64) ? "x86_64" : "i386";
  return graft_kernel_header_get_pe_arch (head, length);
}

GraftKernelHeader *
graft_kernel_header_read (GraftInput *input, GError **error)
{
  g_autoptr (GraftKernelHeader) self = g_new0 (GraftKernelHeader, 1);
  gsize wanted = MIN (HEAD, graft_input_get_size (input));
  g_autofree guint8 *head = g_malloc (wanted);
  gssize length = graft_input_read_some (input, 0, head, wanted, error);
  guint32 offset, size;

  if (length < 0 || !read_sizes (self, input, head, length, error)
      || !read_payload (self, input, head, length, error))
    return NULL;
  self->version = read_version (head, MIN ((guint64)length, self->setup_size));
  self->arch = find_arch (self, head, length);
  if (find_certificates (head, length, &offset, &size))
    {
      if ((guint64)offset + size > graft_input_get_size (input))
        {
          set_truncated (input, (guint64)offset + size, error);
          return NULL;
        }
      self->is_signed = TRUE;
    }
  return g_steal_pointer (&self);
}
