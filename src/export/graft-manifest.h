/* graft-manifest.h: bootgraft.json, which lists what an export wrote
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It holds no time, no host path and no order but the set's, so the same export is the same file;
 * so is the recipe of the same steps in it, which has of what was taken in the name and the
 * SHA-256. Paths that are not UTF-8 stand escaped in "path" and raw, as base64, in "name_b64".
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define GRAFT_MANIFEST_NAME "bootgraft.json"

/* Where the bytes of a member came from. */
typedef enum
{
  GRAFT_ORIGIN_CARRIED,  /* the source's own file */
  GRAFT_ORIGIN_EDITED,   /* made from the source's file */
  GRAFT_ORIGIN_REPLACED, /* another file in its place */
} GraftOrigin;

/**
 * GraftManifestEntry:
 * @path: relative to the folder; raw
 * @role: as graft_role_get_name()
 * @size: bytes
 * @digest: SHA-256, hex
 * @origin: where it came from
 */
typedef struct
{
  char *path;
  char *role;
  guint64 size;
  char *digest;
  GraftOrigin origin;
} GraftManifestEntry;

GraftManifestEntry *graft_manifest_entry_new (const char *path, const char *role, guint64 size,
                                              const char *digest, GraftOrigin origin);
void graft_manifest_entry_free (GraftManifestEntry *self);

/* @entries (element-type GraftManifestEntry); @recipe (nullable): of graft_recipe_to_json(). One
 * that would make the list larger than is read again (GRAFT_LIMIT_MANIFEST) is left out. */
char *graft_manifest_format (GPtrArray *entries, JsonNode *recipe);

/* (element-type GraftManifestEntry). A path that would leave the folder is %GRAFT_ERROR_REFUSED. */
GPtrArray *graft_manifest_parse (const char *text, const char *name,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
