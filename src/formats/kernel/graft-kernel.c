/* graft-kernel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "formats/kernel/graft-kernel.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-error.h"
#include "base/graft-sentence.h"
#include "elf/graft-elf.h"
#include "formats/kernel/graft-kernel-header.h"
#include "formats/kernel/graft-kernel-misfit.h"
#include "formats/kernel/graft-kernel-release.h"
#include "formats/kernel/graft-kernel-vmlinux.h"

struct _GraftKernel
{
  GraftImage parent_instance;

  const char *kind;
  const char *arch;
  char *version;
  char *release;
  char *problem;
  gboolean is_signed;
  GraftCompression compression;
  GraftInput *payload; /* NULL when the file has none, or does not say where */
  GMutex mutex;
  GWeakRef vmlinux; /* GraftInput, while somebody uses it; by mutex */
};

G_DEFINE_TYPE (GraftKernel, graft_kernel, GRAFT_TYPE_IMAGE)

static void
graft_kernel_finalize (GObject *object)
{
  GraftKernel *self = GRAFT_KERNEL (object);

  g_free (self->version);
  g_free (self->release);
  g_free (self->problem);
  g_clear_object (&self->payload);
  g_weak_ref_clear (&self->vmlinux);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (graft_kernel_parent_class)->finalize (object);
}

static guint
graft_kernel_get_n_parts (GraftImage *image)
{
  return 0;
}

static const char *
graft_kernel_get_compression (GraftImage *image)
{
  return graft_kernel_get_payload_compression (GRAFT_KERNEL (image));
}

static gboolean
graft_kernel_write (GraftImage *image, GraftNode *const *roots, const GraftImageOptions *options,
                    GraftOutput *output, GraftWritten *written, GraftProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  GraftInput *input = graft_image_get_input (image);
  guint64 size = graft_input_get_size (input);

  if (!graft_output_copy (output, input, 0, size, cancellable, error))
    return FALSE;
  graft_written_add_carried (written, 0, 0, size);
  graft_progress_set (progress, 1);
  return TRUE;
}

static gboolean
graft_kernel_verify (GraftImage *image, GraftNode *const *roots, GraftImage *result,
                     GraftWritten *written, gboolean full, GraftProgress *progress,
                     GCancellable *cancellable, GError **error)
{
  guint64 wanted = graft_input_get_size (graft_image_get_input (image));
  guint64 size = graft_input_get_size (graft_image_get_input (result));

  if (size != wanted || written->copied != wanted)
    {
      g_set_error (error, GRAFT_EXPORT_ERROR, GRAFT_ERROR_MISMATCH,
                   _ ("%s reads back with %s bytes instead of %s"), graft_image_get_name (result),
                   GRAFT_NUMBER (size), GRAFT_NUMBER (wanted));
      return FALSE;
    }
  return graft_image_verify_carried (image, result, written, progress, cancellable, error);
}

static void
graft_kernel_class_init (GraftKernelClass *klass)
{
  GraftImageClass *image_class = GRAFT_IMAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = graft_kernel_finalize;
  image_class->format = "kernel";
  image_class->get_n_parts = graft_kernel_get_n_parts;
  image_class->get_compression = graft_kernel_get_compression;
  image_class->write = graft_kernel_write;
  image_class->verify = graft_kernel_verify;
}

static void
graft_kernel_init (GraftKernel *self)
{
  g_mutex_init (&self->mutex);
  g_weak_ref_init (&self->vmlinux, NULL);
}

static gboolean
read_bzimage (GraftKernel *self, GraftInput *input, GError **error)
{
  g_autoptr (GraftKernelHeader) header = graft_kernel_header_read (input, error);
  g_autofree char *name = NULL;

  if (header == NULL)
    return FALSE;
  self->kind = "bzImage";
  self->arch = header->arch;
  self->version = g_steal_pointer (&header->version);
  self->is_signed = header->is_signed;
  if (header->payload_length == 0)
    return TRUE;
  name = g_strdup_printf (_ ("%s: the compressed kernel in it"), graft_input_get_name (input));
  self->payload
      = graft_slice_input_new (input, header->payload_offset, header->payload_length, name, error);
  if (self->payload == NULL)
    return FALSE;
  self->compression = graft_kernel_vmlinux_sniff (self->payload);
  return TRUE;
}

static gboolean
read_vmlinux (GraftKernel *self, GraftInput *input, guint16 machine, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) local = NULL;

  self->kind = "vmlinux";
  self->arch = graft_elf_machine_get_name (machine);
  if (self->arch == NULL
      || (strcmp (self->arch, "x86_64") != 0 && strcmp (self->arch, "i386") != 0))
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is a kernel for another CPU (%s): take the one that was built for the "
                      "machines that boot this set (x86)"),
                   graft_input_get_name (input), self->arch != NULL ? self->arch : _ ("unknown"));
      return FALSE;
    }
  self->version = graft_kernel_vmlinux_find_version (input, cancellable, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->payload = g_object_ref (input);
  self->problem = g_strdup_printf (
      _ ("%s is an ELF vmlinux: PXE loaders cannot start it; take the file named vmlinuz or "
         "bzImage from the same package or build (arch/x86/boot/bzImage)"),
      graft_input_get_name (input));
  return TRUE;
}

static GraftImage *
graft_kernel_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftKernel) self = g_object_new (GRAFT_TYPE_KERNEL, NULL);
  guint16 machine;

  graft_image_set_input (GRAFT_IMAGE (self), input);
  if (graft_kernel_header_probe (input))
    {
      if (!read_bzimage (self, input, error))
        return NULL;
    }
  else if (graft_kernel_vmlinux_probe (input, &machine))
    {
      if (!read_vmlinux (self, input, machine, cancellable, error))
        return NULL;
    }
  else
    {
      graft_kernel_misfit_set_error (input, error);
      return NULL;
    }
  if (self->version != NULL)
    self->release = graft_kernel_release_parse (self->version);
  return GRAFT_IMAGE (g_steal_pointer (&self));
}

/* "vmlinuz", "vmlinuz-6.1.0-56-amd64", "bzImage": a file that has the name of a kernel but is none
 * should be called so, when no other format wants it. */
static gboolean
is_named_like_kernel (const char *name)
{
  static const char *const others[]
      = { ".sig", ".asc", ".gpg", ".sign", ".hmac", ".txt", ".json", ".old" };
  g_autofree char *base = g_path_get_basename (name);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_suffix (base, others[i]))
      return FALSE;
  return strcmp (base, "vmlinuz") == 0 || g_str_has_prefix (base, "vmlinuz-")
         || g_str_has_prefix (base, "vmlinuz.") || strcmp (base, "bzImage") == 0;
}

static int
graft_kernel_probe (GraftInput *input)
{
  guint16 machine;

  if (graft_kernel_header_probe (input))
    return 100;
  if (graft_kernel_vmlinux_probe (input, &machine))
    return 80;
  if (graft_kernel_misfit_probe (input))
    return 60;
  return is_named_like_kernel (graft_input_get_name (input)) ? 1 : 0;
}

const GraftImageFormat *
graft_kernel_get_format (void)
{
  static const GraftImageFormat format = { "kernel", graft_kernel_probe, graft_kernel_open };

  return &format;
}

const char *
graft_kernel_get_kind (GraftKernel *self)
{
  return self->kind;
}

const char *
graft_kernel_get_arch (GraftKernel *self)
{
  return self->arch;
}

const char *
graft_kernel_get_release (GraftKernel *self)
{
  return self->release;
}

const char *
graft_kernel_get_version (GraftKernel *self)
{
  return self->version;
}

const char *
graft_kernel_get_payload_compression (GraftKernel *self)
{
  return graft_compression_get_name (self->compression);
}

gboolean
graft_kernel_is_signed (GraftKernel *self)
{
  return self->is_signed;
}

const char *
graft_kernel_get_problem (GraftKernel *self)
{
  return self->problem;
}

GraftInput *
graft_kernel_open_vmlinux (GraftKernel *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = NULL;
  GraftInput *vmlinux;

  if (self->payload == NULL)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s does not say where the kernel proper is in it"),
                   graft_image_get_name (GRAFT_IMAGE (self)));
      return NULL;
    }
  if (strcmp (self->kind, "vmlinux") == 0)
    return g_object_ref (self->payload);
  locker = g_mutex_locker_new (&self->mutex);
  vmlinux = g_weak_ref_get (&self->vmlinux);
  if (vmlinux != NULL)
    return vmlinux;
  name = g_strdup_printf (_ ("vmlinux of %s"), graft_image_get_name (GRAFT_IMAGE (self)));
  vmlinux = graft_kernel_vmlinux_unpack (self->payload, name, cancellable, error);
  g_weak_ref_set (&self->vmlinux, vmlinux);
  return vmlinux;
}
