/* graft-rpm.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tags: RPM's manual, "RPM Tags", and include/rpm/rpmtag.h.
 */

#include "sources/graft-rpm.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/graft-bytes.h"
#include "base/graft-error.h"
#include "base/graft-name.h"
#include "base/graft-sentence.h"
#include "sources/graft-rpm-header.h"

#define MAGIC "\xed\xab\xee\xdb"
#define LEAD 96
/* In the lead: 0 is a binary package, 1 a source package. */
#define LEAD_TYPE 6
#define LEAD_TYPE_SOURCE 1
#define BLOCK (256 * 1024)
#define MD5_LENGTH 16

/* Of the signature header, whose numbers from 1000 on are others than the header's. */
typedef enum
{
  SIGNATURE_SHA1 = 269,     /* of the header, hex */
  SIGNATURE_LONGSIZE = 270, /* of header and payload */
  SIGNATURE_SHA256 = 273,   /* of the header, hex */
  SIGNATURE_SIZE = 1000,    /* of header and payload */
  SIGNATURE_MD5 = 1004,     /* of header and payload, 16 bytes */
} SignatureTag;

typedef enum
{
  TAG_NAME = 1000,
  TAG_VERSION = 1001,
  TAG_RELEASE = 1002,
  TAG_ARCH = 1022,
  TAG_SOURCERPM = 1044, /* which a source package has not */
  TAG_REQUIRENAME = 1049,
  TAG_SOURCEPACKAGE = 1106,
  TAG_PAYLOADFORMAT = 1124,
  TAG_PAYLOADDIGEST = 5092, /* of the payload as it is stored, hex */
  TAG_PAYLOADDIGESTALGO = 5093,
} Tag;

/* A script's text; its interpreter, which may stand without a text. */
static const struct
{
  guint32 text;
  guint32 program;
  const char *name;
} scripts[] = {
  { 1151, 1153, "%pretrans" },     { 1023, 1085, "%pre" },
  { 1024, 1086, "%post" },         { 1025, 1087, "%preun" },
  { 1026, 1088, "%postun" },       { 1152, 1154, "%posttrans" },
  { 5103, 5105, "%preuntrans" },   { 5104, 5106, "%postuntrans" },
  { 1079, 1091, "%verifyscript" }, { 1065, 1092, "%trigger" },
  { 5066, 5067, "%filetrigger" },  { 5076, 5077, "%transfiletrigger" },
};

/* Numbers of OpenPGP (RFC 4880, 9.4), by which RPM names digests. */
static const struct
{
  guint64 number;
  GChecksumType type;
} digests[] = {
  { 1, G_CHECKSUM_MD5 },    { 2, G_CHECKSUM_SHA1 },    { 8, G_CHECKSUM_SHA256 },
  { 9, G_CHECKSUM_SHA384 }, { 10, G_CHECKSUM_SHA512 },
};

/* A file that is being looked at. */
typedef struct
{
  GraftInput *input;
  const char *name;
  GraftRpmHeader *signature;
  GraftRpmHeader *header;
  guint64 start;   /* of the header */
  guint64 payload; /* its start */
} Rpm;

static void
rpm_clear (Rpm *self)
{
  g_clear_pointer (&self->signature, graft_rpm_header_free);
  g_clear_pointer (&self->header, graft_rpm_header_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rpm, rpm_clear)

gboolean
graft_rpm_probe (GraftInput *input)
{
  char magic[sizeof MAGIC - 1];

  return graft_input_read_some (input, 0, magic, sizeof magic, NULL) == sizeof magic
         && memcmp (magic, MAGIC, sizeof magic) == 0;
}

static gboolean
set_error (Rpm *self, GraftErrorCode code, const char *sentence, GError **error)
{
  g_autofree char *message = graft_sentence_about (sentence, self->name);

  g_set_error_literal (error, GRAFT_IMAGE_ERROR, code, message);
  return FALSE;
}

static gboolean
read_headers (Rpm *self, GError **error)
{
  guint64 end;

  if (graft_input_get_size (self->input) < LEAD)
    return set_error (self, GRAFT_ERROR_CORRUPTED,
                      _ ("%s is damaged: it ends within its first 96 bytes; get the file again"),
                      error);
  self->signature = graft_rpm_header_read (self->input, LEAD, self->name, error);
  if (self->signature == NULL)
    return FALSE;
  end = LEAD + g_bytes_get_size (graft_rpm_header_get_bytes (self->signature));
  self->start = (end + 7) & ~G_GUINT64_CONSTANT (7);
  self->header = graft_rpm_header_read (self->input, self->start, self->name, error);
  if (self->header == NULL)
    return FALSE;
  self->payload = self->start + g_bytes_get_size (graft_rpm_header_get_bytes (self->header));
  return TRUE;
}

static gboolean
check_length (Rpm *self, GError **error)
{
  guint64 size = graft_input_get_size (self->input);
  guint64 named;

  if ((!graft_rpm_header_get_number (self->signature, SIGNATURE_LONGSIZE, &named)
       && !graft_rpm_header_get_number (self->signature, SIGNATURE_SIZE, &named))
      || named == size - self->start)
    return TRUE;
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_CORRUPTED,
               named > size - self->start
                   ? _ ("%s is cut off: %s bytes follow its signature, %s should; get the file "
                        "again")
                   : _ ("%s is damaged: %s bytes follow its signature, %s should; get the file "
                        "again"),
               self->name, GRAFT_NUMBER (size - self->start), GRAFT_NUMBER (named));
  return FALSE;
}

static gboolean
check_header (Rpm *self, GError **error)
{
  const char *sha256 = graft_rpm_header_get_string (self->signature, SIGNATURE_SHA256);
  const char *sha1 = graft_rpm_header_get_string (self->signature, SIGNATURE_SHA1);
  g_autofree char *digest = NULL;

  if (sha256 == NULL && sha1 == NULL)
    return TRUE;
  digest = g_compute_checksum_for_bytes (sha256 != NULL ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1,
                                         graft_rpm_header_get_bytes (self->header));
  if (g_ascii_strcasecmp (digest, sha256 != NULL ? sha256 : sha1) == 0)
    return TRUE;
  return set_error (
      self, GRAFT_ERROR_CORRUPTED,
      _ ("%s is damaged: its header is not the one that its checksum is of; get the file again"),
      error);
}

static gboolean
check_digest (Rpm *self, GChecksumType type, guint64 offset, const char *expected,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  g_autofree guint8 *block = g_malloc (BLOCK);
  guint64 size = graft_input_get_size (self->input);

  while (offset < size)
    {
      gsize count = MIN (BLOCK, size - offset);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !graft_input_read_at (self->input, offset, block, count, error))
        return FALSE;
      g_checksum_update (checksum, block, count);
      offset += count;
    }
  if (g_ascii_strcasecmp (g_checksum_get_string (checksum), expected) == 0)
    return TRUE;
  return set_error (
      self, GRAFT_ERROR_CORRUPTED,
      _ ("%s is damaged: its payload is not the one that its checksum is of; get the file again"),
      error);
}

/* Since RPM 4.14 the header has a digest of the payload; before that the signature header has one
 * of both. */
static gboolean
check_payload (Rpm *self, GCancellable *cancellable, GError **error)
{
  const char *expected = graft_rpm_header_get_string (self->header, TAG_PAYLOADDIGEST);
  g_autofree char *md5 = graft_rpm_header_dup_hex (self->signature, SIGNATURE_MD5, MD5_LENGTH);
  guint64 number;

  if (expected != NULL
      && graft_rpm_header_get_number (self->header, TAG_PAYLOADDIGESTALGO, &number))
    for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
      if (digests[i].number == number)
        return check_digest (self, digests[i].type, self->payload, expected, cancellable, error);
  return md5 == NULL || check_digest (self, G_CHECKSUM_MD5, self->start, md5, cancellable, error);
}

static gboolean
check_kind (Rpm *self, GError **error)
{
  const char *format = graft_rpm_header_get_string (self->header, TAG_PAYLOADFORMAT);
  g_autofree char *shown = NULL;
  guint16 type;
  guint8 lead[LEAD];

  if (!graft_input_read_at (self->input, 0, lead, sizeof lead, error))
    return FALSE;
  if (graft_rpm_header_get_string (self->header, TAG_NAME) == NULL)
    return set_error (self, GRAFT_ERROR_CORRUPTED,
                      _ ("%s is damaged: its header names no package; get the file again"), error);
  if (!graft_bytes_get_be16 (lead, sizeof lead, LEAD_TYPE, &type) || type == LEAD_TYPE_SOURCE
      || graft_rpm_header_has (self->header, TAG_SOURCEPACKAGE)
      || !graft_rpm_header_has (self->header, TAG_SOURCERPM))
    return set_error (self, GRAFT_ERROR_INVALID,
                      _ ("%s is a source package: it has what a kernel is made of, not a kernel; "
                         "give the package that was made of it (kernel-core-….x86_64.rpm)"),
                      error);
  if (format == NULL || strcmp (format, "cpio") == 0)
    return TRUE;
  shown = graft_name_escape (format);
  g_set_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_UNSUPPORTED,
               _ ("%s has its files in a form named %s, not in a cpio archive; give the whole "
                  "package in the usual form"),
               self->name, shown);
  return FALSE;
}

static char *
list_scripts (Rpm *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (graft_rpm_header_has (self->header, scripts[i].text)
        || graft_rpm_header_has (self->header, scripts[i].program))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", scripts[i].name);
  return names->len > 0 ? g_strdup (names->str) : NULL;
}

static GraftPackageControl *
make_control (Rpm *self)
{
  GraftPackageControl *control = g_new0 (GraftPackageControl, 1);
  const char *version = graft_rpm_header_get_string (self->header, TAG_VERSION);
  const char *release = graft_rpm_header_get_string (self->header, TAG_RELEASE);
  g_autofree const char **requires = graft_rpm_header_list_strings (self->header, TAG_REQUIRENAME);

  control->package = g_strdup (graft_rpm_header_get_string (self->header, TAG_NAME));
  control->architecture = g_strdup (graft_rpm_header_get_string (self->header, TAG_ARCH));
  if (version != NULL && release != NULL)
    control->version = g_strdup_printf ("%s-%s", version, release);
  if (requires != NULL)
    control->depends = g_strjoinv (", ", (char **)requires);
  control->scripts = list_scripts (self);
  return control;
}

gboolean
graft_rpm_read (GraftInput *input, const char *name, GraftPackageControl **ret_control,
                guint64 *ret_payload, GCancellable *cancellable, GError **error)
{
  g_auto (Rpm) self = { .input = input, .name = name };

  if (!read_headers (&self, error) || !check_length (&self, error) || !check_header (&self, error)
      || !check_kind (&self, error) || !check_payload (&self, cancellable, error))
    return FALSE;
  *ret_control = make_control (&self);
  *ret_payload = self.payload;
  return TRUE;
}
