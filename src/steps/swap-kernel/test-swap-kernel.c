/* test-swap-kernel.c: a swap that was planned before, applied, refused, done again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "steps/swap-kernel/graft-swap-plan.h"

#include "base/graft-error.h"
#include "bootset/graft-set-fixture.h"
#include "formats/cpio/graft-cpio-fixture.h"
#include "formats/initrd/graft-initrd.h"
#include "formats/kernel/graft-kernel.h"
#include "formats/kernel/graft-test-kernel.h"
#include "image/graft-fake-image.h"
#include "image/graft-image-loader.h"
#include "image/graft-path.h"
#include "modules/graft-test-modules.h"

/* Of GRAFT_TEST_VERSION. */
#define NEW "6.1.0-9-test"
#define OLD "6.1.0-8-old"
#define INITRD "initrd.img"

static void
add_module (GByteArray *initrd, const char *path, const char *infos)
{
  g_autoptr (GBytes) module = graft_test_module_new (infos, NULL, NULL);
  const GraftCpioFixture record = {
    .name = path,
    .data = g_bytes_get_data (module, NULL),
    .size = g_bytes_get_size (module),
  };

  graft_cpio_fixture_add (initrd, &record);
}

static GByteArray *
make_initrd (void)
{
  static const char *const folders[]
      = { "lib", "lib/modules", "lib/modules/" OLD, "lib/dracut", "etc", "etc/modules-load.d" };
  GByteArray *initrd = g_byte_array_new ();

  graft_cpio_fixture_add_file (initrd, "init", "run");
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    graft_cpio_fixture_add_folder (initrd, folders[i]);
  add_module (initrd, "lib/modules/" OLD "/igb.ko", "name=igb\nvermagic=" OLD " SMP");
  add_module (initrd, "lib/modules/" OLD "/aufs.ko", "name=aufs\nvermagic=" OLD " SMP");
  /* As dracut makes one for a single machine. */
  graft_cpio_fixture_add_file (initrd, "lib/dracut/hostonly-files", "etc/fstab\n");
  graft_cpio_fixture_add_file (initrd, "etc/modules-load.d/own.conf", "igb\naufs\n");
  graft_cpio_fixture_add_trailer (initrd);
  return initrd;
}

/* In "new" of the test's folder; returns that. */
static char *
write_modules (GraftSetFixture *fixture, const char *release)
{
  static const char *const names[] = { "igb", "ixgbe" };
  g_autoptr (GraftNode) root = graft_test_tree_new ();
  char *folder = g_build_filename (fixture->top, "new", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *infos = g_strdup_printf ("name=%s\nvermagic=%s SMP", names[i], release);
      g_autofree char *path = g_strdup_printf ("/kernel/%s.ko", names[i]);
      g_autoptr (GBytes) module = graft_test_module_new (infos, NULL, NULL);

      graft_test_tree_add (&root, path, module);
    }
  graft_test_tree_add_text (&root, "/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
  graft_test_tree_write (root, folder);
  return folder;
}

static void
set_up (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) kernel = graft_test_kernel_new (&(GraftTestKernel){ .is_signed = FALSE });
  g_autoptr (GByteArray) initrd = make_initrd ();

  graft_set_fixture_set_up (fixture, data);
  graft_set_fixture_add_bytes (fixture, "vmlinuz", kernel->data, kernel->len);
  graft_set_fixture_add_bytes (fixture, INITRD, initrd->data, initrd->len);
}

static GraftSwapPlan *
make_plan (GraftBootSet *set, const char *vmlinuz, const char *modules, GError **error)
{
  g_autoptr (GraftKernelSource) source = graft_kernel_source_open (
      NULL, vmlinuz, modules, graft_boot_set_get_store (set, NULL), NULL, NULL, error);

  g_assert_nonnull (source);
  return graft_swap_plan_new (set, source, GRAFT_SELECT_AUTO, NULL, NULL, NULL, error);
}

static GraftStep *
make_planned_step (GraftBootSet *set, const char *modules)
{
  g_autoptr (GError) error = NULL;
  GraftSwapPlan *plan = make_plan (set, NULL, modules, &error);

  g_assert_no_error (error);
  return graft_step_swap_kernel_new_planned (NULL, NULL, modules, GRAFT_SELECT_AUTO, NULL, plan);
}

static void
apply (GraftStep *step, GraftBootSet *set)
{
  g_autoptr (GError) error = NULL;
  gboolean done = graft_step_apply (step, set, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

static GraftNode *
dup_root (GraftBootSet *set)
{
  g_autoptr (GError) error = NULL;
  GraftMember *member = graft_boot_set_find_member (set, INITRD, &error);
  GraftNode *root = graft_overlay_dup_root (graft_member_get_overlay (member), &error);

  g_assert_no_error (error);
  return root;
}

static void
assert_there (GraftBootSet *set, const char *path, gboolean there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftNode) root = dup_root (set);
  g_autoptr (GraftNode) node = graft_path_find (root, path, GRAFT_PATH_FOLLOW, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (node != NULL, ==, there);
}

static void
assert_swapped (GraftBootSet *set)
{
  assert_there (set, "/lib/modules/" NEW "/kernel/igb.ko", TRUE);
  assert_there (set, "/lib/modules/" NEW "/kernel/ixgbe.ko", FALSE);
  assert_there (set, "/lib/modules/" NEW "/modules.dep", TRUE);
  assert_there (set, "/lib/modules/" OLD, FALSE);
}

/* The source is gone, so it can only be the plan; and that only once. */
static void
test_planned (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftStep) step = make_planned_step (set, modules);
  g_autofree char *label = graft_step_dup_label (step);
  g_autoptr (GraftBootSetState) before = graft_boot_set_dup_state (set);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (label, ==, "Swap the kernel for " NEW);
  graft_set_fixture_remove (modules);
  apply (step, set);
  assert_swapped (set);
  graft_boot_set_set_state (set, before);
  g_assert_false (graft_step_apply (step, set, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (graft_boot_set_is_in_state (set, before));
}

/* What the lists of modules say shows only when the machine boots; so it is said before. */
static void
test_loaded_by_name (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (GraftSwapPlan) plan = make_plan (set, NULL, modules, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (plan->notes->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (plan->notes, 0), ==,
                   INITRD ": /etc/modules-load.d/own.conf loads aufs, which the new kernel does "
                          "not have; delete it there, or do without it");
  g_assert_cmpstr (g_ptr_array_index (plan->notes, 1), ==,
                   INITRD " was made by dracut for one machine: it has only the drivers of that "
                          "one, and will have the same of the new kernel");
}

static void
test_edited_since (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftStep) step = make_planned_step (set, modules);
  g_autoptr (GraftStep) edit = graft_step_delete_new (INITRD ":/lib/modules/" OLD "/igb.ko");

  apply (edit, set);
  apply (step, set);
  /* What is swapped is what there is now: without igb. */
  assert_there (set, "/lib/modules/" NEW "/kernel/igb.ko", FALSE);
  assert_there (set, "/lib/modules/" NEW, TRUE);
  assert_there (set, "/lib/modules/" OLD, FALSE);
}

static void
test_another_set (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftBootSet) other = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftStep) step = make_planned_step (set, modules);

  apply (step, other);
  assert_swapped (other);
  g_assert_false (graft_boot_set_is_changed (set));
}

static void
test_same_as_unplanned (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftBootSet) other = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftStep) planned = make_planned_step (set, modules);
  g_autoptr (GraftStep) unplanned
      = graft_step_swap_kernel_new (NULL, NULL, modules, GRAFT_SELECT_AUTO, NULL);
  g_autoptr (GraftNode) root = NULL, other_root = NULL;
  g_autofree char *dump = NULL, *other_dump = NULL;

  apply (planned, set);
  apply (unplanned, other);
  root = dup_root (set);
  other_root = dup_root (other);
  dump = graft_fake_image_dump (root);
  other_dump = graft_fake_image_dump (other_root);
  g_assert_cmpstr (dump, ==, other_dump);
}

/* The source is freed: what the plan tells of it must still be there. */
static void
test_plan_keeps_what_it_tells (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GraftSwapPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  const GraftSwapLayer *layer;

  {
    g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");

    plan = make_plan (set, NULL, modules, &error);
  }
  g_assert_no_error (error);
  g_assert_cmpuint (plan->layers->len, ==, 1);
  layer = g_ptr_array_index (plan->layers, 0);
  for (guint i = 0; i < layer->differences->len; i++)
    {
      const GraftModuleDifference *difference = g_ptr_array_index (layer->differences, i);

      g_string_append_printf (text, "%s %s %s %s;",
                              graft_module_change_get_name (difference->change), difference->name,
                              difference->old_module != NULL ? difference->old_module->path : "-",
                              difference->new_module != NULL ? difference->new_module->path : "-");
    }
  g_assert_cmpstr (text->str, ==,
                   "gone aufs aufs.ko -;same igb igb.ko kernel/igb.ko;"
                   "new ixgbe - kernel/ixgbe.ko;");
  g_assert_cmpuint (layer->lost->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (layer->lost, 0), ==, "aufs");
}

/* A folder of modules that somebody has put together. */
static void
test_without_builtin (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autofree char *builtin = g_build_filename (modules, "modules.builtin", NULL);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GraftStep) step = NULL;

  graft_set_fixture_remove (builtin);
  step = make_planned_step (set, modules);
  apply (step, set);
  assert_swapped (set);
}

static void
test_needs_more (GraftSetFixture *fixture, gconstpointer data)
{
  g_autofree char *modules = write_modules (fixture, "6.5.0-1-other");
  g_autofree char *vmlinuz = g_build_filename (fixture->folder, "vmlinuz", NULL);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GError) error = NULL;

  g_assert_null (make_plan (set, NULL, modules, &error));
  g_assert_error (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_KERNEL);
  g_assert_cmpstr (error->message, ==,
                   "the modules are for 6.5.0-1-other, but the set's kernel is " NEW
                   ": give the vmlinuz of 6.5.0-1-other as well");
  g_clear_error (&error);
  g_assert_null (make_plan (set, vmlinuz, NULL, &error));
  g_assert_error (error, GRAFT_SWAP_ERROR, GRAFT_SWAP_ERROR_NEEDS_MODULES);
  g_assert_cmpstr (error->message, ==,
                   "initrd.img has no modules for " NEW
                   ", and none were given with that kernel: give them as well");
}

/* The machines stay: a kernel of another CPU is refused, whatever its release. */
static void
test_other_machine (GraftSetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) image = graft_test_image_new ("ARM\x64", 0xaa64, NULL);
  g_autofree char *modules = write_modules (fixture, NEW);
  g_autofree char *vmlinuz = g_build_filename (fixture->top, "Image", NULL);
  g_autoptr (GraftBootSet) set = graft_set_fixture_open (fixture, "");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (vmlinuz, g_bytes_get_data (image, NULL), g_bytes_get_size (image), &error);
  g_assert_no_error (error);
  g_assert_null (make_plan (set, vmlinuz, modules, &error));
  g_assert_error (error, GRAFT_STEP_ERROR, GRAFT_ERROR_INVALID);
  g_assert_nonnull (g_strstr_len (error->message, -1, "Image is a kernel for arm64"));
  g_assert_nonnull (g_strstr_len (error->message, -1, "x86_64 (its kernel vmlinuz is)"));
}

static void
add (const char *name, void (*test) (GraftSetFixture *, gconstpointer))
{
  g_test_add (name, GraftSetFixture, NULL, set_up, test, graft_set_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  graft_image_loader_register (graft_kernel_get_format ());
  graft_image_loader_register (graft_initrd_get_format ());
  add ("/swap-kernel/planned", test_planned);
  add ("/swap-kernel/loaded-by-name", test_loaded_by_name);
  add ("/swap-kernel/edited-since", test_edited_since);
  add ("/swap-kernel/another-set", test_another_set);
  add ("/swap-kernel/same-as-unplanned", test_same_as_unplanned);
  add ("/swap-kernel/plan-keeps-what-it-tells", test_plan_keeps_what_it_tells);
  add ("/swap-kernel/without-builtin", test_without_builtin);
  add ("/swap-kernel/needs-more", test_needs_more);
  add ("/swap-kernel/other-machine", test_other_machine);
  return g_test_run ();
}
