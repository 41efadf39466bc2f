/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who has a device in use to keep it: devices that stand on it and file systems. Others have it open too, such as udev's
 * rules that look what it is, but those go by themselves, and the kernel does not tell who they are.
 */
#include "backend/kernel/kernel.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/error.h"
#include "base/mounts.h"

bool lvi_kernel_put_holders(struct control_number number, struct textbuf *out)
{
	char path[64];
	struct dirent *e;
	bool any = false;
	DIR *dir;

	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/holders", number.major, number.minor);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		if (*e->d_name == '.')
			continue;
		lvi_textbuf_puts(out, any ? ", " : "");
		lvi_textbuf_puts(out, e->d_name);
		any = true;
	}
	if (dir)
		closedir(dir);
	return any;
}

/* Mounted where we do not see it (in another namespace, or detached) it still is in /sys/fs/TYPE/. */
static bool is_mounted_elsewhere(struct control_number number)
{
	char path[300];
	struct stat st;
	struct dirent *e;
	bool found = false;
	DIR *dir = opendir("/sys/fs");

	while (dir && !found && (e = readdir(dir))) {
		snprintf(path, sizeof path, "/sys/fs/%.200s/dm-%u", e->d_name, number.minor);
		found = *e->d_name != '.' && !stat(path, &st);
	}
	if (dir)
		closedir(dir);
	return found;
}

int lvi_kernel_users(struct backend_control *c, struct control_number number, struct textbuf *out, struct lvol_error *err)
{
	char mount[PATH_MAX];

	(void)c;
	if (lvi_kernel_put_holders(number, out))
		lvi_textbuf_puts(out, " stands on it; remove that first");
	else if (!lvi_mounted_at(makedev(number.major, number.minor), mount) && *mount)
		lvi_textbuf_printf(out, "it is mounted on %s; unmount it", mount);
	else if (is_mounted_elsewhere(number))
		lvi_textbuf_puts(out, "it is mounted in another mount namespace, or still busy after umount -l; unmount it there");
	if (!out->len)
		return 0;
	lvi_textbuf_putc(out, '\0');
	return out->failed ? lvi_error_nomem(err) : 0;
}
