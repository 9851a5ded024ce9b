/* short-writes.c: writing that takes less than it is given, as a disk nearly full or a network does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To be preloaded (LD_PRELOAD). Environment: BOOTGRAFT_SHORT, the number of the call that takes
 * only half of its bytes, counted from 1, or "all"; BOOTGRAFT_SHORT_LOG, a file that gets one byte
 * for each call: "s" for a short one, "." for another. What the program starts is left alone.
 */

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long n_calls;
static long wanted;
static int log_fd = -1;

__attribute__ ((constructor)) static void
set_up (void)
{
  const char *number = getenv ("BOOTGRAFT_SHORT"), *path = getenv ("BOOTGRAFT_SHORT_LOG");

  if (number == NULL || path == NULL)
    return;
  wanted = strcmp (number, "all") == 0 ? -1 : strtol (number, NULL, 10);
  log_fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  unsetenv ("BOOTGRAFT_SHORT");
  unsetenv ("BOOTGRAFT_SHORT_LOG");
}

static size_t
shorten (size_t length)
{
  int is_short;

  if (log_fd < 0 || length < 2)
    return length;
  is_short = atomic_fetch_add (&n_calls, 1) + 1 == wanted || wanted == -1;
  if (syscall (SYS_write, log_fd, is_short ? "s" : ".", 1) != 1)
    abort ();
  return is_short ? length / 2 : length;
}

ssize_t
write (int fd, const void *data, size_t length)
{
  return syscall (SYS_write, fd, data, shorten (length));
}

/* pwrite64, as everywhere in Bootgraft: meson builds with an off_t of 64 bits. */
ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return syscall (SYS_pwrite64, fd, data, shorten (length), offset);
}

ssize_t
copy_file_range (int from, off_t *from_offset, int to, off_t *to_offset, size_t length,
                 unsigned int flags)
{
  return syscall (SYS_copy_file_range, from, from_offset, to, to_offset, shorten (length), flags);
}
