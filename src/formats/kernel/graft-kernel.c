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
#include "formats/kernel/graft-kernel-config.h"
#include "formats/kernel/graft-kernel-facts.h"
#include "formats/kernel/graft-kernel-header.h"
#include "formats/kernel/graft-kernel-image.h"
#include "formats/kernel/graft-kernel-misfit.h"
#include "formats/kernel/graft-kernel-packed.h"
#include "formats/kernel/graft-kernel-release.h"
#include "formats/kernel/graft-kernel-uimage.h"
#include "formats/kernel/graft-kernel-vmlinux.h"
#include "formats/kernel/graft-kernel-zboot.h"

#define VMLINUX_OF_X86                                                                             \
  N_ ("%s is an ELF vmlinux: PXE loaders cannot start it; take the file named vmlinuz or "         \
      "bzImage from the same package or build (arch/x86/boot/bzImage)")
#define VMLINUX_OF_OTHERS                                                                          \
  N_ ("%s is an ELF vmlinux: PXE loaders cannot start it; take the file named Image, zImage or "   \
      "vmlinuz from the same package or build")

static const struct
{
  const char *arch;
  const char *advice;
} vmlinux_advice[] = {
  { "x86_64", VMLINUX_OF_X86 }, { "i386", VMLINUX_OF_X86 },     { "arm64", VMLINUX_OF_OTHERS },
  { "arm", VMLINUX_OF_OTHERS }, { "riscv", VMLINUX_OF_OTHERS }, { "loongarch", VMLINUX_OF_OTHERS },
};

struct _GraftKernel
{
  GraftImage parent_instance;

  GraftKernelFacts facts;
  char *release;
  GMutex mutex;
  GWeakRef vmlinux; /* GraftInput, while somebody uses it; by mutex */
};

G_DEFINE_TYPE (GraftKernel, graft_kernel, GRAFT_TYPE_IMAGE)

static void
graft_kernel_finalize (GObject *object)
{
  GraftKernel *self = GRAFT_KERNEL (object);

  graft_kernel_facts_clear (&self->facts);
  g_free (self->release);
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
  return graft_compression_get_name (GRAFT_KERNEL (image)->facts.compression);
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
read_bzimage (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftKernelHeader) header = graft_kernel_header_read (input, error);

  if (header == NULL)
    return FALSE;
  facts->kind = "bzImage";
  facts->arch = header->arch;
  facts->version = g_steal_pointer (&header->version);
  facts->certificates = header->certificates;
  facts->loaders = GRAFT_KERNEL_LOADER_BIOS | (header->is_pe ? GRAFT_KERNEL_LOADER_EFI : 0);
  facts->sized = TRUE;
  if (header->payload_length == 0)
    return TRUE;
  if (!graft_kernel_facts_set_payload (facts, input, header->payload_offset, header->payload_length,
                                       error))
    return FALSE;
  /* Not compressed (CONFIG_KERNEL_UNCOMPRESSED) it is an ELF file. */
  facts->odd = facts->compression == GRAFT_COMPRESSION_NONE
               && !graft_kernel_vmlinux_is_elf (facts->payload);
  if (facts->odd)
    facts->note = g_strdup_printf (
        _ ("the kernel in %s is compressed in a way that is not known: whether its configuration "
           "is in it is not known either"),
        graft_input_get_name (input));
  return TRUE;
}

static gboolean
probe_vmlinux (GraftInput *input)
{
  guint16 machine;

  return graft_kernel_vmlinux_probe (input, &machine);
}

static gboolean
read_vmlinux (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  guint16 machine = 0;
  const char *name = graft_input_get_name (input);
  const char *advice = NULL;

  facts->arch
      = graft_kernel_vmlinux_probe (input, &machine) ? graft_elf_machine_get_name (machine) : NULL;
  for (guint i = 0; facts->arch != NULL && i < G_N_ELEMENTS (vmlinux_advice); i++)
    if (strcmp (vmlinux_advice[i].arch, facts->arch) == 0)
      advice = vmlinux_advice[i].advice;
  if (advice == NULL)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s is a kernel for another CPU (%s) than those whose boot sets are known "
                      "(x86, arm, arm64, riscv, loongarch): take the one that was built for the "
                      "machines that boot this set"),
                   name, facts->arch != NULL ? facts->arch : _ ("unknown"));
      return FALSE;
    }
  facts->kind = "vmlinux";
  facts->payload = g_object_ref (input);
  facts->problem = graft_sentence_about (_ (advice), name);
  return TRUE;
}

static gboolean
read_image (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  return graft_kernel_image_read (input, facts, error);
}

static gboolean
read_zimage (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  return graft_kernel_zimage_read (input, facts, error);
}

static gboolean
read_zboot (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  return graft_kernel_zboot_read (input, facts, error);
}

static gboolean
read_packed (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable, GError **error)
{
  return graft_kernel_packed_read (input, facts, error);
}

/* What a file is taken for: the first that knows it. */
static const struct
{
  int score;
  gboolean (*probe) (GraftInput *input);
  gboolean (*read) (GraftInput *input, GraftKernelFacts *facts, GCancellable *cancellable,
                    GError **error);
} kinds[] = {
  { 100, graft_kernel_header_probe, read_bzimage },
  { 90, graft_kernel_zboot_probe, read_zboot },
  { 90, graft_kernel_uimage_probe, graft_kernel_uimage_read },
  { 90, graft_kernel_image_probe, read_image },
  { 90, graft_kernel_zimage_probe, read_zimage },
  { 80, probe_vmlinux, read_vmlinux },
  { 85, graft_kernel_packed_probe, read_packed },
};

/* Of kinds whose headers have no version text: from the kernel proper. */
static gboolean
find_version (GraftKernelFacts *facts, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (facts->payload == NULL)
    return TRUE;
  if (facts->version != NULL || strcmp (facts->kind, "bzImage") == 0)
    return TRUE;
  facts->version = graft_kernel_vmlinux_find_version (
      facts->payload, facts->compression, facts->sized, facts->unmeasured, cancellable, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (facts->version == NULL)
    facts->note = g_strdup_printf (
        _ ("no text in %s says which release it is; its modules cannot be held against it"), name);
  return TRUE;
}

static GraftImage *
graft_kernel_open (GraftInput *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GraftKernel) self = g_object_new (GRAFT_TYPE_KERNEL, NULL);
  guint i = 0;

  graft_image_set_input (GRAFT_IMAGE (self), input);
  while (i < G_N_ELEMENTS (kinds) && !kinds[i].probe (input))
    i++;
  if (i == G_N_ELEMENTS (kinds))
    {
      graft_kernel_misfit_set_error (input, error);
      return NULL;
    }
  if (!kinds[i].read (input, &self->facts, cancellable, error)
      || !find_version (&self->facts, graft_input_get_name (input), cancellable, error))
    return NULL;
  if (self->facts.version != NULL)
    self->release = graft_kernel_release_parse (self->facts.version);
  return GRAFT_IMAGE (g_steal_pointer (&self));
}

static int
graft_kernel_probe (GraftInput *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].probe (input))
      return kinds[i].score;
  /* A file that has the name of a kernel but is none should be called so, when no other format
   * wants it. */
  return graft_kernel_is_named_like_one (graft_input_get_name (input)) ? 1 : 0;
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
  return self->facts.kind;
}

const char *
graft_kernel_get_arch (GraftKernel *self)
{
  return self->facts.arch;
}

static gboolean
is_x86 (const char *arch)
{
  return strcmp (arch, "x86_64") == 0 || strcmp (arch, "i386") == 0;
}

gboolean
graft_kernel_arch_is_same_machine (const char *arch, const char *other)
{
  return arch == NULL || other == NULL || strcmp (arch, other) == 0
         || (is_x86 (arch) && is_x86 (other));
}

const char *
graft_kernel_get_release (GraftKernel *self)
{
  return self->release;
}

const char *
graft_kernel_get_version (GraftKernel *self)
{
  return self->facts.version;
}

const char *
graft_kernel_get_payload_compression (GraftKernel *self)
{
  if (self->facts.payload == NULL || self->facts.odd)
    return NULL;
  return graft_compression_get_name (self->facts.compression);
}

gboolean
graft_kernel_is_signed (GraftKernel *self)
{
  return self->facts.certificates > 0;
}

guint64
graft_kernel_get_certificates_size (GraftKernel *self)
{
  return self->facts.certificates;
}

GraftKernelLoaders
graft_kernel_get_loaders (GraftKernel *self)
{
  return self->facts.loaders;
}

const char *
graft_kernel_get_problem (GraftKernel *self)
{
  return self->facts.problem;
}

const char *
graft_kernel_get_note (GraftKernel *self)
{
  return self->facts.note;
}

GraftInput *
graft_kernel_open_vmlinux (GraftKernel *self, GCancellable *cancellable, GError **error)
{
  const GraftKernelFacts *facts = &self->facts;
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = NULL;
  GraftInput *vmlinux;

  if (facts->payload == NULL)
    {
      g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
                   _ ("%s does not say where the kernel proper is in it"),
                   graft_image_get_name (GRAFT_IMAGE (self)));
      return NULL;
    }
  if (strcmp (facts->kind, "vmlinux") == 0)
    return g_object_ref (facts->payload);
  locker = g_mutex_locker_new (&self->mutex);
  vmlinux = g_weak_ref_get (&self->vmlinux);
  if (vmlinux != NULL)
    return vmlinux;
  name = g_strdup_printf (_ ("vmlinux of %s"), graft_image_get_name (GRAFT_IMAGE (self)));
  vmlinux = graft_kernel_vmlinux_unpack (facts->payload, facts->compression, facts->sized, name,
                                         cancellable, error);
  g_weak_ref_set (&self->vmlinux, vmlinux);
  return vmlinux;
}

gboolean
graft_kernel_read_config (GraftKernel *self, GBytes **ret_text, GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GraftInput) vmlinux = graft_kernel_open_vmlinux (self, cancellable, error);

  return vmlinux != NULL && graft_kernel_config_find (vmlinux, ret_text, cancellable, error);
}
