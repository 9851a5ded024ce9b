/* test-kernel-packages.c: kernels in packages and archives, one or several
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernels here are stand-ins: a line of text that the tests' own format knows.
 */

#include <string.h>

#include "base/graft-error.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"
#include "image/graft-path.h"
#include "sources/graft-kernel-source.h"
#include "sources/graft-source-fixture.h"

/* Shell functions that the scripts use. */
#define TOOLS                                                                                      \
  "kernel () { mkdir -p \"$(dirname \"$1\")\"; printf '#fake kernel\\n%s' \"${2-}\" >\"$1\"; }\n"  \
  "module () { mkdir -p \"$(dirname \"$1\")\"; echo \"${2-ko}\" >\"$1\"; }\n"

/* The packages and archives in the folder "in", each of what a script makes. */
static void
make_deb (GraftSourceFixture *fixture, const char *name, const char *script)
{
  g_autofree char *all = g_strconcat (TOOLS, script, NULL);
  g_autofree char *path = graft_test_package_new (fixture->folder, all, NULL, "xz");
  g_autofree char *move = g_strdup_printf ("mv test.deb in/%s", name);

  graft_test_folder_run (fixture->folder, move);
}

static void
make_rpm (GraftSourceFixture *fixture, const char *name, const char *script, const char *fields,
          const char *target)
{
  g_autofree char *all = g_strconcat (TOOLS, script, NULL);
  const GraftTestRpm rpm = {
    .script = all,
    .fields = fields,
    .sections = "%post\ntouch /never\n",
    .payload = "w3.zstdio",
    .target = target,
  };
  g_autofree char *path = graft_test_rpm_new (fixture->folder, &rpm);
  g_autofree char *move = g_strdup_printf ("mv test.rpm in/%s", name);

  graft_test_folder_run (fixture->folder, move);
}

/* @pack: reads a tar, writes what @name is to have. */
static void
make_tar (GraftSourceFixture *fixture, const char *name, const char *script, const char *pack)
{
  g_autofree char *all = g_strdup_printf ("umask 022; rm -rf package; mkdir package; cd package\n%s"
                                          "%s\ntar --owner=0 --group=0 -cf - . | %s >../in/%s",
                                          TOOLS, script, pack, name);

  graft_test_folder_run (fixture->folder, all);
}

/* @names: of files in "in"; "." is the folder itself. */
static GraftKernelSource *
open_source (GraftSourceFixture *fixture, const char *const *names, GError **error)
{
  g_autofree char *in = graft_test_folder_build (fixture->folder, "in");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path
          = strcmp (names[i], ".") == 0 ? g_strdup (in) : g_build_filename (in, names[i], NULL);

      g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  return graft_kernel_source_open ((const char *const *)paths, NULL, NULL, fixture->store, NULL,
                                   NULL, error);
}

#define OPEN(fixture, error, ...)                                                                  \
  open_source (fixture, (const char *const[]){ __VA_ARGS__, NULL }, error)

/* "NAME of the kernel|NAME of the modules|all below it". */
static char *
describe (GraftKernelSource *source)
{
  GraftNode *modules = graft_kernel_source_get_modules (source);
  g_autofree char *dump = modules != NULL ? graft_fake_image_dump (modules) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (dump, "\n", -1);
  const char *kernel = graft_kernel_source_get_vmlinuz_name (source);
  const char *name = graft_kernel_source_get_modules_name (source);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s|%s|", kernel != NULL ? kernel : "", name != NULL ? name : "");
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "file "))
      g_string_append_printf (text, " %s", strchr (lines[i], '/'));
  return g_string_free (text, FALSE);
}

static void
assert_opened (GraftKernelSource *source, const GError *error, const char *expected)
{
  g_autofree char *found = NULL;

  g_assert_no_error (error);
  found = describe (source);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_refused (GraftKernelSource *source, const GError *error, int code, const char *text)
{
  g_assert_null (source);
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” does not say “%s”", error->message, text);
}

static void
test_rpm (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;
  GPtrArray *notes;

  make_rpm (fixture, "kernel.rpm",
            "kernel lib/modules/6.1/vmlinuz; module lib/modules/6.1/kernel/a.ko;"
            "printf C >lib/modules/6.1/config; : >lib/modules/6.1/modules.builtin",
            NULL, NULL);
  source = OPEN (fixture, &error, "kernel.rpm");
  assert_opened (source, error,
                 "vmlinuz|6.1| /config C /kernel/a.ko ko\\n /modules.builtin  /vmlinuz #fake "
                 "kernel\\n");
  g_assert_nonnull (graft_kernel_source_get_config (source));
  notes = graft_kernel_source_get_notes (source);
  g_assert_cmpuint (notes->len, ==, 1);
  g_assert_cmpstr (
      g_ptr_array_index (notes, 0), ==,
      "kernel.rpm has scripts that a package manager would run (%post); they are not run");
}

static void
test_wrong_rpms (GraftSourceFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *script;
    const char *fields;
    const char *target;
    int code;
    const char *text;
  } cases[] = {
    { "module usr/share/doc/x", "Requires: kernel-core-uname-r = 6.1, kernel-modules-uname-r\n",
      NULL, GRAFT_ERROR_INVALID,
      "a.rpm (kernel-core) is a meta package: it has no kernel, but depends on kernel-core; give "
      "that package's file" },
    { "module usr/share/doc/x", NULL, NULL, GRAFT_ERROR_INVALID,
      "a.rpm (kernel-core) has neither a kernel (vmlinuz) nor modules (*.ko); give the files of "
      "the "
      "packages kernel-core and kernel-modules" },
    { "kernel boot/vmlinuz", NULL, "aarch64", GRAFT_ERROR_UNSUPPORTED,
      "a.rpm is a package for machines of the architecture aarch64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftKernelSource) source = NULL;

      make_rpm (fixture, "a.rpm", cases[i].script, cases[i].fields, cases[i].target);
      source = OPEN (fixture, &error, "a.rpm");
      assert_refused (source, error, cases[i].code, cases[i].text);
    }
}

/* Symbols alone, which are gigabytes: said by the name. */
static void
test_debug_rpm (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make_rpm (fixture, "a.rpm", "kernel boot/vmlinuz", NULL, NULL);
  graft_test_folder_run (
      fixture->folder, "sed -i 's/^Name: kernel-core/Name: kernel-debuginfo/' test.spec;"
                       "rpmbuild -bb --quiet --target x86_64 --define \"_topdir $PWD/top\" --define"
                       " \"_rpmdir $PWD/in\" --define '_rpmfilename a.rpm' test.spec >log 2>&1");
  source = OPEN (fixture, &error, "a.rpm");
  assert_refused (
      source, error, GRAFT_ERROR_INVALID,
      "a.rpm is a package of symbols for debuggers (kernel-debuginfo): it has no kernel "
      "to boot; give the package kernel");
}

static void
test_tars (GraftSourceFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *pack;
  } kinds[] = {
    { "k.tar", "cat" },         { "k.tar.gz", "gzip" },   { "k.tar.xz", "xz" },
    { "k.tar.zst", "zstd -q" }, { "k.tar.bz2", "bzip2" }, { "any-name", "xz" },
  };
  static const struct
  {
    const char *script;
    const char *expected;
  } shapes[] = {
    { "kernel boot/vmlinuz-6.1; module lib/modules/6.1/kernel/a.ko; mkdir dev; mkfifo run",
      "vmlinuz-6.1|6.1| /kernel/a.ko ko\\n" },
    { "module 6.1/kernel/a.ko; : >6.1/modules.order; kernel vmlinuz",
      "vmlinuz|6.1| /kernel/a.ko ko\\n /modules.order " },
    { "kernel vmlinuz; module 6.1/kernel/a.ko; head -c 400000 /dev/urandom >noise",
      "vmlinuz|6.1| /kernel/a.ko ko\\n" },
    { "module vendor/drv/a.ko; module vendor/drv/net/b.ko", "|drv| /a.ko ko\\n /net/b.ko ko\\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint j = 0; j < G_N_ELEMENTS (shapes); j++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GraftKernelSource) source = NULL;

        /* A first block that does not shrink, in each compression; the other shapes in one. */
        if (i > 0 && j != 2)
          continue;
        make_tar (fixture, kinds[i].name, shapes[j].script, kinds[i].pack);
        source = OPEN (fixture, &error, kinds[i].name);
        assert_opened (source, error, shapes[j].expected);
      }
}

/* Older than ustar, with absolute names: below the archive's own root all the same. */
static void
test_old_tar (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  graft_test_folder_run (fixture->folder, TOOLS
                         "mkdir package; cd package; module 6.1/kernel/a.ko; kernel vmlinuz;"
                         "tar --format=v7 -P --transform 's,^,/,' -cf ../in/old.tar 6.1 vmlinuz");
  source = OPEN (fixture, &error, "old.tar");
  assert_opened (source, error, "vmlinuz|6.1| /kernel/a.ko ko\\n");
}

static void
test_wrong_tars (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make_tar (fixture, "a.tar.xz", "echo x >README", "xz");
  source = OPEN (fixture, &error, "a.tar.xz");
  assert_refused (source, error, GRAFT_ERROR_INVALID,
                  "a.tar.xz has neither a kernel (vmlinuz) nor modules (*.ko)");
  g_clear_error (&error);
  graft_test_folder_run (fixture->folder,
                         "echo text | bzip2 >in/b.tar.bz2; echo text | xz >in/c.xz");
  source = OPEN (fixture, &error, "b.tar.bz2");
  assert_refused (source, error, GRAFT_ERROR_CORRUPTED,
                  "b.tar.bz2 is damaged: there is no tar archive in it");
  g_clear_error (&error);
  source = OPEN (fixture, &error, "c.xz");
  assert_refused (source, error, GRAFT_ERROR_UNSUPPORTED,
                  "c.xz is xz-compressed data: a kernel comes");
  g_clear_error (&error);
  make_tar (fixture, "d.tar.gz", "kernel vmlinuz; head -c 300000 /dev/urandom >z.ko", "gzip");
  graft_test_folder_run (fixture->folder, "truncate -s 200000 in/d.tar.gz");
  source = OPEN (fixture, &error, "d.tar.gz");
  assert_refused (source, error, GRAFT_ERROR_CORRUPTED, "d.tar.gz is damaged: ");
  g_assert_true (g_str_has_suffix (error->message, "(in its entry ./z.ko)"));
}

#define CORE "kernel boot/vmlinuz-6.1; module lib/modules/6.1/modules.builtin; module shared same"
#define MODULES "module lib/modules/6.1/kernel/a.ko; module shared same"
#define JOINED "vmlinuz-6.1|6.1| /kernel/a.ko ko\\n /modules.builtin ko\\n"

static void
test_joined (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) debs = NULL;
  g_autoptr (GraftKernelSource) other_order = NULL;
  g_autoptr (GraftKernelSource) rpms = NULL;
  g_autoptr (GraftKernelSource) mixed = NULL;

  make_deb (fixture, "image.deb", CORE);
  make_deb (fixture, "modules.deb", MODULES);
  make_rpm (fixture, "core.rpm", CORE, NULL, NULL);
  make_rpm (fixture, "modules.rpm", MODULES, NULL, NULL);
  make_tar (fixture, "modules.tar.zst", MODULES, "zstd -q");
  debs = OPEN (fixture, &error, "image.deb", "modules.deb");
  assert_opened (debs, error, JOINED);
  other_order = OPEN (fixture, &error, "modules.deb", "image.deb", "modules.deb");
  assert_opened (other_order, error, JOINED);
  rpms = OPEN (fixture, &error, "core.rpm", "modules.rpm");
  assert_opened (rpms, error, JOINED);
  g_assert_cmpuint (graft_kernel_source_get_notes (rpms)->len, ==, 2);
  mixed = OPEN (fixture, &error, "image.deb", "modules.rpm", "modules.tar.zst");
  assert_opened (mixed, error, JOINED);
}

/* Where lib is usr/lib for one package only. */
static void
test_joined_lib (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make_rpm (fixture, "core.rpm", CORE, NULL, NULL);
  make_deb (fixture, "modules.deb", "module usr/lib/modules/6.1/kernel/a.ko");
  source = OPEN (fixture, &error, "core.rpm", "modules.deb");
  assert_opened (source, error, JOINED);
}

static void
test_folder_of_packages (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;
  g_autoptr (GraftKernelSource) one = NULL;
  g_autoptr (GraftKernelSource) none = NULL;

  make_rpm (fixture, "core.rpm", CORE, NULL, NULL);
  make_rpm (fixture, "modules.rpm", MODULES, NULL, NULL);
  graft_test_folder_run (fixture->folder, "echo x >in/core.rpm.asc; echo x >in/SHA256SUMS");
  source = OPEN (fixture, &error, ".");
  assert_opened (source, error, JOINED);
  graft_test_folder_run (fixture->folder, "rm in/modules.rpm");
  one = OPEN (fixture, &error, ".");
  assert_opened (one, error, "vmlinuz-6.1|6.1| /modules.builtin ko\\n");
  /* With anything else in it, it is a folder like others. */
  graft_test_folder_run (fixture->folder, "echo x >in/notes");
  none = OPEN (fixture, &error, ".");
  assert_refused (none, error, GRAFT_ERROR_NOT_FOUND, "in has neither a kernel");
}

static void
test_conflicts (GraftSourceFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *one;
    const char *other;
    const char *text;
  } cases[] = {
    { "kernel boot/vmlinuz-6.1 a", "kernel boot/vmlinuz-6.2 b",
      "a.deb (boot/vmlinuz-6.1) and b.deb (boot/vmlinuz-6.2) are two kernels" },
    { "kernel boot/vmlinuz-6.1; module lib/modules/6.1/modules.builtin",
      "module usr/lib/modules/6.2/kernel/a.ko",
      "a.deb is of the kernel 6.1, but b.deb of 6.2; give the packages of one kernel" },
    { CORE, "module lib/modules/6.1/kernel/a.ko; module shared other",
      "a.deb and b.deb both have shared, with different content" },
    { CORE, "module lib/modules/6.1/kernel/a.ko; ln -s boot shared",
      "a.deb and b.deb both have shared, with different content" },
    { CORE, "module shared/file", "a.deb and b.deb both have shared, with different content" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GraftKernelSource) source = NULL;

      make_deb (fixture, "a.deb", cases[i].one);
      make_deb (fixture, "b.deb", cases[i].other);
      source = OPEN (fixture, &error, "b.deb", "a.deb");
      assert_refused (source, error, GRAFT_ERROR_INVALID, cases[i].text);
    }
}

/* Of several the message names all. */
static void
test_nothing (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make_deb (fixture, "a.deb", "module usr/x");
  make_deb (fixture, "b.deb", "module usr/y");
  source = OPEN (fixture, &error, "a.deb", "b.deb");
  assert_refused (source, error, GRAFT_ERROR_NOT_FOUND, "in/b.deb has neither a kernel");
  g_assert_nonnull (strstr (error->message, "in/a.deb, "));
}

static void
test_several_of_other_kinds (GraftSourceFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make_deb (fixture, "a.deb", CORE);
  graft_test_folder_run (fixture->folder, "mkdir in/folder; echo text >in/text");
  source = OPEN (fixture, &error, "a.deb", "folder");
  assert_refused (
      source, error, GRAFT_ERROR_INVALID,
      "in/folder is a folder: where several files are given as one kernel, each must be");
  g_clear_error (&error);
  source = OPEN (fixture, &error, "a.deb", "text");
  assert_refused (source, error, GRAFT_ERROR_INVALID, "in/text is a text file: where several");
  g_clear_error (&error);
  source = OPEN (fixture, &error, "a.deb", "none");
  assert_refused (source, error, GRAFT_ERROR_NOT_FOUND, "none");
}

int
main (int argc, char **argv)
{
#define ADD(name, func)                                                                            \
  g_test_add ("/kernel-packages/" name, GraftSourceFixture, NULL, graft_source_fixture_set_up,     \
              func, graft_source_fixture_tear_down)

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  ADD ("rpm", test_rpm);
  ADD ("wrong-rpms", test_wrong_rpms);
  ADD ("debug-rpm", test_debug_rpm);
  ADD ("tars", test_tars);
  ADD ("old-tar", test_old_tar);
  ADD ("wrong-tars", test_wrong_tars);
  ADD ("joined", test_joined);
  ADD ("joined-lib", test_joined_lib);
  ADD ("folder-of-packages", test_folder_of_packages);
  ADD ("conflicts", test_conflicts);
  ADD ("nothing", test_nothing);
  ADD ("several-of-other-kinds", test_several_of_other_kinds);
  return g_test_run ();
}
