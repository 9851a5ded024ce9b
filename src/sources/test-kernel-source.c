/* test-kernel-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shapes in which vendors deliver a kernel. The kernels here are stand-ins: a line of text that
 * the tests' own format knows.
 */

#include "sources/graft-kernel-source.h"

#include <string.h>

#include "base/graft-error.h"
#include "helper/graft-test-package.h"
#include "image/graft-directory.h"
#include "image/graft-fake-image.h"

/* Shell functions that the scripts use. */
#define TOOLS                                                                                      \
  "umask 022\n"                                                                                    \
  "kernel () { mkdir -p \"$(dirname \"$1\")\"; printf '#fake kernel\\n%s' \"${2-}\" >\"$1\"; }\n"  \
  "elf () { mkdir -p \"$(dirname \"$1\")\"; printf '\\177ELF and more' >\"$1\"; }\n"               \
  "modules () {\n"                                                                                 \
  "  mkdir -p \"$1/kernel/drivers/net\" \"$1/kernel/fs\"\n"                                        \
  "  echo one >\"$1/kernel/drivers/net/one.ko${2-}\"; echo two >\"$1/kernel/fs/two.ko${2-}\"\n"    \
  "  : >\"$1/modules.builtin\"; : >\"$1/modules.order\"\n"                                         \
  "  ln -s /usr/src/linux \"$1/build\"; ln -s /usr/src/linux \"$1/source\"; }\n"

typedef struct
{
  GraftTestFolder *folder;
  GraftStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL;

  fixture->folder = graft_test_folder_new ();
  store = graft_test_folder_build (fixture->folder, "store");
  fixture->store = graft_store_new (store, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->store);
  graft_test_folder_free (fixture->folder);
}

/* Runs @script in an empty folder "in". */
static void
make (Fixture *fixture, const char *script)
{
  g_autofree char *all = g_strconcat (TOOLS "rm -rf in; mkdir in; cd in\n", script, NULL);

  graft_test_folder_run (fixture->folder, all);
}

/* Names are relative to "in"; "" is itself. */
static GraftKernelSource *
open_source (Fixture *fixture, const char *path, const char *vmlinuz, const char *modules,
             GError **error)
{
  g_autofree char *in = graft_test_folder_build (fixture->folder, "in");
  g_autofree char *full_path = path != NULL ? g_build_filename (in, path, NULL) : NULL;
  g_autofree char *full_vmlinuz = vmlinuz != NULL ? g_build_filename (in, vmlinuz, NULL) : NULL;
  g_autofree char *full_modules = modules != NULL ? g_build_filename (in, modules, NULL) : NULL;

  const char *const paths[] = { full_path, NULL };

  return graft_kernel_source_open (paths, full_vmlinuz, full_modules, fixture->store, NULL, NULL,
                                   error);
}

/* "vmlinuz=NAME modules=NAME (entries) firmware config=TEXT", of what there is. */
static char *
describe (GraftKernelSource *source)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GraftNode *modules = graft_kernel_source_get_modules (source);
  GraftInput *config = graft_kernel_source_get_config (source);

  if (graft_kernel_source_get_vmlinuz (source) != NULL)
    {
      GraftInput *vmlinuz = graft_kernel_source_get_vmlinuz (source);
      g_autoptr (GBytes) bytes = graft_input_read_all (vmlinuz, &error);

      g_assert_no_error (error);
      g_string_append_printf (text, "vmlinuz=%s ", graft_kernel_source_get_vmlinuz_name (source));
      g_string_append_len (text, (const char *)g_bytes_get_data (bytes, NULL) + 13,
                           g_bytes_get_size (bytes) - 13);
    }
  if (modules != NULL)
    {
      g_autoptr (GraftDirectory) listing = graft_node_list (modules, &error);

      g_assert_no_error (error);
      g_string_append_printf (text, " modules=%s (", graft_kernel_source_get_modules_name (source));
      for (guint i = 0; i < graft_directory_get_n_entries (listing); i++)
        g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                                graft_directory_get_entry (listing, i)->name);
      g_string_append_c (text, ')');
    }
  if (graft_kernel_source_get_firmware (source) != NULL)
    g_string_append (text, " firmware");
  if (config != NULL)
    {
      g_autoptr (GBytes) bytes = graft_input_read_all (config, &error);

      g_assert_no_error (error);
      g_string_append (text, " config=");
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  return g_strdup (g_strstrip (text->str));
}

static void
assert_found (Fixture *fixture, const char *script, const char *path, const char *vmlinuz,
              const char *modules, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;
  g_autofree char *found = NULL;

  make (fixture, script);
  source = open_source (fixture, path, vmlinuz, modules, &error);
  g_assert_no_error (error);
  found = describe (source);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_refused (Fixture *fixture, const char *script, const char *path, const char *vmlinuz,
                const char *modules, int code, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = NULL;

  make (fixture, script);
  source = open_source (fixture, path, vmlinuz, modules, &error);
  g_assert_null (source);
  g_assert_error (error, GRAFT_IMAGE_ERROR, code);
  if (strstr (error->message, text) == NULL)
    g_error ("“%s” does not say “%s”", error->message, text);
}

/* What is in a folder that modules() made. */
#define TREE "(build kernel modules.builtin modules.order source)"

static void
test_shapes (Fixture *fixture, gconstpointer data)
{
  /* A root. */
  assert_found (fixture,
                "kernel boot/vmlinuz-6.1; modules lib/modules/6.1; mkdir -p lib/firmware;"
                "printf CONFIG >boot/config-6.1; printf OTHER >boot/config-6.0",
                "", NULL, NULL, "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE " firmware config=CONFIG");
  /* A root with merged folders, and links at its top as Debian has them. */
  assert_found (fixture,
                "kernel boot/vmlinuz-6.1; modules usr/lib/modules/6.1 .xz; ln -s usr/lib lib;"
                "mkdir usr/lib/firmware; ln -s boot/vmlinuz-6.1 vmlinuz",
                "", NULL, NULL, "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE " firmware");
  /* The same links, absolute: inside the folder all the same. */
  assert_found (fixture, "modules usr/lib/modules/6.1; ln -s /usr/lib lib; kernel boot/vmlinuz", "",
                NULL, NULL, "vmlinuz=vmlinuz  modules=6.1 " TREE);
  /* Fedora keeps the kernel and its configuration with the modules. */
  assert_found (fixture,
                "modules lib/modules/6.1; kernel lib/modules/6.1/vmlinuz same;"
                "kernel boot/vmlinuz-6.1 same; printf CONFIG >lib/modules/6.1/config",
                "lib/modules/6.1", NULL, NULL,
                "vmlinuz=vmlinuz same modules=6.1 (build config kernel modules.builtin "
                "modules.order source vmlinuz) config=CONFIG");
  /* An archive with a folder of its own around the root. */
  assert_found (fixture, "modules pack/usr/lib/modules/6.1; kernel pack/boot/vmlinuz-6.1", "", NULL,
                NULL, "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE);
}

static void
test_module_folders (Fixture *fixture, gconstpointer data)
{
  /* lib/modules/RELEASE itself, and the same under any name. */
  assert_found (fixture, "modules lib/modules/6.1", "lib/modules/6.1", NULL, NULL,
                "modules=6.1 " TREE);
  assert_found (fixture, "modules modules-new", "modules-new", NULL, NULL,
                "modules=modules-new " TREE);
  assert_found (fixture, "modules modules-new", "modules-new/", NULL, NULL,
                "modules=modules-new " TREE);
  /* lib/modules with one release in it; lib; usr. */
  assert_found (fixture, "modules lib/modules/6.1 .gz", "lib/modules", NULL, NULL,
                "modules=6.1 " TREE);
  assert_found (fixture, "modules lib/modules/6.1; mkdir lib/firmware", "lib", NULL, NULL,
                "modules=6.1 " TREE " firmware");
  /* No modules.* files: kernel/ alone. */
  assert_found (fixture, "modules new; rm new/modules.*", "new", NULL, NULL,
                "modules=new (build kernel source)");
  /* Modules and nothing else. */
  assert_found (fixture, "mkdir flat; : >flat/a.ko; : >flat/b.ko.zst; : >flat/README", "flat", NULL,
                NULL, "modules=flat (README a.ko b.ko.zst)");
  assert_found (fixture,
                "mkdir -p v/drv/net v/drv/fs; : >v/README; : >v/drv/net/a.ko;"
                ": >v/drv/fs/b.ko",
                "v", NULL, NULL, "modules=drv (fs net)");
  assert_found (fixture, "mkdir -p v/net v/network; : >v/net/a.ko; : >v/network/b.ko", "v", NULL,
                NULL, "modules=v (net network)");
  assert_found (fixture, "mkdir -p v/only/deep; : >v/only/deep/a.ko", "v", NULL, NULL,
                "modules=deep (a.ko)");
}

static void
test_kernel_beside (Fixture *fixture, gconstpointer data)
{
  /* Kernel and modules side by side, given as the folder with both, or as the modules. */
  assert_found (fixture, "kernel vmlinuz; modules modules-new", "", NULL, NULL,
                "vmlinuz=vmlinuz  modules=modules-new " TREE);
  assert_found (fixture, "kernel vmlinuz; modules modules-new", "modules-new", NULL, NULL,
                "vmlinuz=vmlinuz  modules=modules-new " TREE);
  assert_found (fixture, "kernel bzImage-5; modules m; printf C >config-5", "m", NULL, NULL,
                "vmlinuz=bzImage-5  modules=m " TREE " config=C");
  assert_found (fixture, "kernel uImage-5; modules m", "", NULL, NULL,
                "vmlinuz=uImage-5  modules=m " TREE);
  assert_found (fixture, "kernel Image.gz; echo picture >image.jpg; modules m", "", NULL, NULL,
                "vmlinuz=Image.gz  modules=m " TREE);
  assert_found (fixture, "kernel linux; modules m; printf C >config-any", "", NULL, NULL,
                "vmlinuz=linux  modules=m " TREE " config=C");
  assert_found (fixture, "kernel k/kernel.bin; modules m", "", NULL, NULL,
                "vmlinuz=kernel.bin  modules=m " TREE);
  /* A folder "boot" with the modules beside it. */
  assert_found (fixture, "kernel boot/vmlinuz-6.1; modules lib/modules/6.1", "boot", NULL, NULL,
                "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE);
  assert_found (fixture, "kernel boot/vmlinuz-6.1; modules modules", "boot", NULL, NULL,
                "vmlinuz=vmlinuz-6.1  modules=modules " TREE);
  /* Files that have the name and lie beside are no matter: nobody gave them. */
  assert_found (fixture, "modules m; echo text >vmlinuz", "m", NULL, NULL, "modules=m " TREE);
  /* With modules given as such, nothing else is taken. */
  assert_found (fixture, "kernel vmlinuz; modules m", NULL, NULL, "m", "modules=m " TREE);
}

static void
test_parts (Fixture *fixture, gconstpointer data)
{
  const char *two = "kernel boot/vmlinuz-1 one; kernel boot/vmlinuz-2 two; printf C >boot/config-2;"
                    "modules lib/modules/1; modules lib/modules/2; kernel other three";

  assert_found (fixture, two, NULL, "boot/vmlinuz-2", NULL, "vmlinuz=vmlinuz-2 two config=C");
  assert_found (fixture, two, NULL, "other", "lib/modules/1",
                "vmlinuz=other three modules=1 " TREE);
  assert_found (fixture, two, "", "boot/vmlinuz-1", "lib/modules/1",
                "vmlinuz=vmlinuz-1 one modules=1 " TREE);
  assert_found (fixture, two, "boot/vmlinuz-1", NULL, NULL, "vmlinuz=vmlinuz-1 one");
  assert_found (fixture,
                "kernel boot/vmlinuz-2 two; printf C >boot/config-2; ln -s boot/vmlinuz-2 vmlinuz",
                NULL, "vmlinuz", NULL, "vmlinuz=vmlinuz-2 two config=C");
  assert_found (fixture, "kernel VMLINUZ", "", NULL, NULL, "vmlinuz=VMLINUZ");
  assert_refused (fixture, two, "", NULL, "lib/modules/1", GRAFT_ERROR_INVALID,
                  "in has 2 kernels (boot/vmlinuz-1, boot/vmlinuz-2)");
  assert_refused (fixture, two, "", "boot/vmlinuz-1", NULL, GRAFT_ERROR_INVALID,
                  "in has the modules of 2 kernels (lib/modules/1, lib/modules/2)");
}

static void
test_ambiguous (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "kernel vmlinuz-a 1; kernel vmlinuz-b 2; modules m", "", NULL, NULL,
                  GRAFT_ERROR_INVALID,
                  "has 2 kernels (vmlinuz-a, vmlinuz-b); give the one that is meant as vmlinuz");
  assert_refused (fixture, "for i in 1 2 3 4 5 6; do kernel vmlinuz-$i $i; done", "", NULL, NULL,
                  GRAFT_ERROR_INVALID,
                  "has 6 kernels (vmlinuz-1, vmlinuz-2, vmlinuz-3, vmlinuz-4, …)");
  assert_refused (fixture, "modules 5.10; modules 6.1", "", NULL, NULL, GRAFT_ERROR_INVALID,
                  "has the modules of 2 kernels (5.10, 6.1); give the folder of the one");
  /* Equal bytes are one kernel, and so is a link and what it leads to. */
  assert_found (fixture,
                "kernel vmlinuz; kernel boot/vmlinuz-6.1; ln boot/vmlinuz-6.1 boot/linux;"
                "ln -s vmlinuz-6.1 boot/vmlinuz",
                "", NULL, NULL, "vmlinuz=vmlinuz");
  /* The indexes of a kernel that was removed are no second one. */
  assert_found (fixture,
                "modules lib/modules/6.1; mkdir lib/modules/5.10;"
                ": >lib/modules/5.10/modules.dep",
                "", NULL, NULL, "modules=6.1 " TREE);
}

static void
test_no_kernel (Fixture *fixture, gconstpointer data)
{
  /* The uncompressed kernel beside the real one is no second. */
  assert_found (fixture, "kernel boot/vmlinuz-6.1; elf boot/vmlinux-6.1; elf vmlinux; modules m",
                "", NULL, NULL, "vmlinuz=vmlinuz-6.1  modules=m " TREE);
  assert_refused (fixture, "elf vmlinux; modules m", "", NULL, NULL, GRAFT_ERROR_INVALID,
                  "in: vmlinux is an ELF file, not a kernel that a boot loader starts");
  assert_refused (fixture, "elf boot/vmlinuz-6.1; modules m", "", NULL, NULL, GRAFT_ERROR_INVALID,
                  "in: boot/vmlinuz-6.1 is an ELF file, not a kernel that a boot loader starts");
  assert_refused (fixture, "echo '<html>404</html>' >vmlinuz; modules m", "", NULL, NULL,
                  GRAFT_ERROR_INVALID, "in: vmlinuz is an HTML page, not a kernel");
  assert_refused (fixture, "kernel vmlinuz broken; modules m", "", NULL, NULL,
                  GRAFT_ERROR_CORRUPTED, "vmlinuz");
  assert_refused (fixture, "elf a", NULL, "a", NULL, GRAFT_ERROR_INVALID, "in/a is an ELF file");
  assert_refused (fixture, "echo x >a", NULL, "a", NULL, GRAFT_ERROR_INVALID,
                  "in/a is a text file, not a kernel");
  assert_refused (fixture, ":", NULL, "none", NULL, GRAFT_ERROR_NOT_FOUND, "in/none");
  /* What lies beside kernels and has their names, and names that other things have too. */
  assert_found (fixture,
                "kernel vmlinuz; echo x >vmlinuz.sig; echo x >vmlinuz.sha256;"
                "echo x >kernel-notes; mkdir linux; echo x >linux/README",
                "", NULL, NULL, "vmlinuz=vmlinuz");
  assert_found (fixture, "modules m; echo x >kernel-notes; mkdir linux", "", NULL, NULL,
                "modules=m " TREE);
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  assert_refused (fixture, "mkdir -p a/b; echo x >a/file", "a", NULL, NULL, GRAFT_ERROR_NOT_FOUND,
                  "in/a has neither a kernel (vmlinuz) nor modules (*.ko)");
  assert_refused (fixture, "kernel vmlinuz", NULL, NULL, "", GRAFT_ERROR_NOT_FOUND,
                  "in has no modules (*.ko)");
  assert_refused (fixture, ":", "none", NULL, NULL, GRAFT_ERROR_NOT_FOUND, "in/none");
  assert_refused (
      fixture, "printf 'PK\\003\\004' >a.zip", "a.zip", NULL, NULL, GRAFT_ERROR_UNSUPPORTED,
      "in/a.zip is a ZIP archive: a kernel comes as a package (.deb, .rpm), as an archive");
  assert_refused (fixture, "printf '\\355\\253\\356\\333x' >a.rpm", "a.rpm", NULL, NULL,
                  GRAFT_ERROR_CORRUPTED, "a.rpm is damaged: it ends within its first 96 bytes");
  g_assert_null (graft_kernel_source_open (NULL, NULL, NULL, fixture->store, NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
}

/* Nothing of the host is reached through a link. */
static void
test_links_out (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture,
                  "kernel secret/vmlinuz; modules secret/lib/modules/6.1; mkdir a;"
                  "ln -s ../secret/lib a/lib; ln -s ../secret/vmlinuz a/vmlinuz;"
                  "ln -s \"$PWD/secret\" a/boot",
                  "a", NULL, NULL, GRAFT_ERROR_NOT_FOUND,
                  "in/a has neither a kernel (vmlinuz) nor modules");
  /* A build tree behind lib/modules/R/build. */
  assert_found (fixture,
                "kernel boot/vmlinuz-6.1; modules lib/modules/6.1; kernel usr/src/vmlinuz-x x;"
                "modules usr/src/modules-x; ln -sfn /usr/src lib/modules/6.1/build",
                "", NULL, NULL, "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE);
}

static char *
make_package (Fixture *fixture, const char *script, const char *fields, const char *name)
{
  g_autofree char *all = g_strconcat (TOOLS, script, NULL);
  g_autofree char *path = graft_test_package_new (fixture->folder, all, fields, "xz");
  g_autofree char *move = g_strdup_printf ("rm -rf in; mkdir in; mv test.deb in/%s", name);

  graft_test_folder_run (fixture->folder, move);
  return graft_test_folder_build (fixture->folder, "in");
}

static void
test_package (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in
      = make_package (fixture,
                      "kernel boot/vmlinuz-6.1; modules lib/modules/6.1; echo C >boot/config-6.1;"
                      "mkdir -p usr/share/doc/linux; echo x >usr/share/doc/linux/copyright",
                      NULL, "linux.deb");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftKernelSource) source = open_source (fixture, "linux.deb", NULL, NULL, &error);
  g_autoptr (GraftKernelSource) parts = NULL;
  g_autofree char *found = NULL;
  g_autofree char *found_parts = NULL;

  g_assert_no_error (error);
  found = describe (source);
  g_assert_cmpstr (found, ==, "vmlinuz=vmlinuz-6.1  modules=6.1 " TREE " config=C");
  parts = open_source (fixture, NULL, NULL, "linux.deb", &error);
  g_assert_no_error (error);
  found_parts = describe (parts);
  g_assert_cmpstr (found_parts, ==, "modules=6.1 " TREE);
}

static void
test_wrong_packages (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *script;
    const char *fields;
    const char *text;
  } cases[] = {
    { "mkdir -p usr/share/doc/linux; echo x >usr/share/doc/linux/copyright",
      "Depends: kmod, linux-image-6.1.0-56-amd64 (= 6.1.192-2) | other\n",
      "linux.deb (linux-image-6.1.0-9-test) is a meta package: it has no kernel, but depends on "
      "linux-image-6.1.0-56-amd64; give that package's file" },
    { "mkdir -p usr/src; echo x >usr/src/header.h", NULL,
      "linux.deb (linux-image-6.1.0-9-test) has neither a kernel (vmlinuz) nor modules (*.ko); "
      "give the file of a package linux-image-…" },
    { "elf usr/lib/debug/boot/vmlinux-6.1; modules usr/lib/debug/lib/modules/6.1", NULL,
      "has neither a kernel" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *in = make_package (fixture, cases[i].script, cases[i].fields, "linux.deb");
      g_autoptr (GError) error = NULL;

      g_assert_null (open_source (fixture, "linux.deb", NULL, NULL, &error));
      g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
      if (strstr (error->message, cases[i].text) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].text);
    }
}

/* Said by the control file alone, before gigabytes are taken in. */
static void
test_debug_package (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in
      = make_package (fixture, "kernel boot/vmlinuz-6.1; modules lib/modules/6.1", NULL, "dbg.deb");
  g_autoptr (GError) error = NULL;

  graft_test_folder_run (fixture->folder,
                         "sed -i s/6.1.0-9-test/6.1.0-9-test-dbg/ package/DEBIAN/control;"
                         "dpkg-deb --root-owner-group -Zxz --build package in/dbg.deb >build.log");
  g_assert_null (open_source (fixture, "dbg.deb", NULL, NULL, &error));
  g_assert_error (error, GRAFT_IMAGE_ERROR, GRAFT_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==,
                   "dbg.deb is a package of symbols for debuggers (linux-image-6.1.0-9-test-dbg): "
                   "it has no kernel to boot; give the package linux-image-6.1.0-9-test");
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in = graft_test_folder_build (fixture->folder, "in");
  const char *const paths[] = { in, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  make (fixture, "kernel vmlinuz; modules m");
  g_cancellable_cancel (cancellable);
  g_assert_null (
      graft_kernel_source_open (paths, NULL, NULL, fixture->store, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
#define ADD(name, func) g_test_add ("/kernel-source/" name, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  graft_fake_formats_register ();
  ADD ("shapes", test_shapes);
  ADD ("module-folders", test_module_folders);
  ADD ("kernel-beside", test_kernel_beside);
  ADD ("parts", test_parts);
  ADD ("ambiguous", test_ambiguous);
  ADD ("no-kernel", test_no_kernel);
  ADD ("nothing", test_nothing);
  ADD ("links-out", test_links_out);
  ADD ("package", test_package);
  ADD ("wrong-packages", test_wrong_packages);
  ADD ("debug-package", test_debug_package);
  ADD ("cancel", test_cancel);
  return g_test_run ();
}
