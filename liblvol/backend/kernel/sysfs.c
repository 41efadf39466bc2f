/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /sys says of device-mapper's devices: anybody may read it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/control.h"
#include "base/error.h"

#define BLOCK_DIR "/sys/block"

/* The first line of a file; false when there is none. */
static bool read_line(const char *dev, const char *file, char *out, int size)
{
	char path[sizeof BLOCK_DIR + 300];
	FILE *f;
	bool ok;

	snprintf(path, sizeof path, BLOCK_DIR "/%.255s/%s", dev, file);
	f = fopen(path, "re");
	ok = f && fgets(out, size, f);
	if (f)
		fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

static int add(const char *dev, const char *uuid_prefix, struct control_devices *out, struct lvol_error *err)
{
	struct control_device d = { 0 }, *slot;
	char number[32];

	if (!read_line(dev, "dm/uuid", d.uuid, sizeof d.uuid) || strncmp(d.uuid, uuid_prefix, strlen(uuid_prefix)))
		return 0;
	/* a device that goes at this moment is none any more */
	if (!read_line(dev, "dm/name", d.name, sizeof d.name) || !read_line(dev, "dev", number, sizeof number) ||
			sscanf(number, "%u:%u", &d.number.major, &d.number.minor) != 2)
		return 0;
	slot = ARRAY_PUSH(&out->list);
	if (!slot)
		return lvi_error_nomem(err);
	*slot = d;
	return 0;
}

int lvi_sysfs_list(const char *uuid_prefix, struct control_devices *out, struct lvol_error *err)
{
	DIR *dir = opendir(BLOCK_DIR);
	struct dirent *e;
	int r = 0;

	while (dir && !r && (e = readdir(dir)))
		if (!strncmp(e->d_name, "dm-", 3))
			r = add(e->d_name, uuid_prefix, out, err);
	if (dir)
		closedir(dir);
	return r;
}
