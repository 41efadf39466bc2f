/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NBDKIT_LVOL_SETTINGS_H
#define NBDKIT_LVOL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* What the command line of nbdkit says. After settings_check() it does not change any more. */
struct settings {
	char **paths;        /* absolute: the server changes its directory; none: the devices of the system */
	size_t path_count;
	char *vg;
	char *lv;            /* the only export, or NULL: every LV of the VG */
	bool partial;
};

/* Each returns 0, or -1 after nbdkit_error(). */
int settings_set(struct settings *settings, const char *key, const char *value);
int settings_check(const struct settings *settings);
void settings_free(struct settings *settings);

#endif
