/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/mounts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Spaces and the like are written as \ooo. */
static void decode(char *s)
{
	char *to = s;

	while (*s) {
		unsigned code;

		if (*s == '\\' && sscanf(s + 1, "%3o", &code) == 1) {
			*to++ = (char)code;
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /root /mnt opts... - ext4 /dev/x opts" */
static bool is_of(char *line, dev_t device, char **mount)
{
	char *dash = strstr(line, " - "), *source, *save = NULL;
	unsigned major, minor;
	struct stat st;
	int at = 0;

	if (!dash || sscanf(line, "%*d %*d %u:%u %n", &major, &minor, &at) != 2 || !at)
		return false;
	*dash = '\0';
	strtok_r(line + at, " ", &save);
	*mount = strtok_r(NULL, " ", &save);
	if (!*mount)
		return false;
	if (makedev(major, minor) == device)
		return true;
	strtok_r(dash + 3, " ", &save);
	source = strtok_r(NULL, " ", &save);
	if (major || !source)
		return false;
	decode(source);
	return !stat(source, &st) && S_ISBLK(st.st_mode) && st.st_rdev == device;
}

int lvi_mounted_at(dev_t device, char out[PATH_MAX])
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *mount;
	size_t room = 0;

	*out = '\0';
	if (!mounts)
		return errno;
	while (!*out && getline(&line, &room, mounts) >= 0)
		if (is_of(line, device, &mount)) {
			decode(mount);
			snprintf(out, PATH_MAX, "%s", mount);
		}
	free(line);
	fclose(mounts);
	return 0;
}
