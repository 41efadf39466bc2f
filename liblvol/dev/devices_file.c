/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dev/devices_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/error.h"

/* Where sysfs shows an id of a type, below /sys/class/block/NAME; the second place is tried when the first is not there. */
static const struct id_type { const char *name, *attr[2]; } id_types[] = {
	{ "sys_wwid", { "device/wwid", "wwid" } },
	{ "sys_serial", { "device/serial", NULL } },
	{ "loop_file", { "loop/backing_file", NULL } },
	{ "md_uuid", { "md/uuid", NULL } },
	{ "mpath_uuid", { "dm/uuid", NULL } },
	{ "crypt_uuid", { "dm/uuid", NULL } },
	{ "lvmlv_uuid", { "dm/uuid", NULL } },
};

struct entry { char *type, *name, *dev; };

/* Words of a line "KEY=value KEY=value"; value ends at a space. */
static void parse_entry(char *line, struct entry *e)
{
	char *word, *rest = line;

	*e = (struct entry){ 0 };
	while ((word = strsep(&rest, " \t\n"))) {
		if (!strncmp(word, "IDTYPE=", 7))
			e->type = word + 7;
		else if (!strncmp(word, "IDNAME=", 7))
			e->name = word + 7;
		else if (!strncmp(word, "DEVNAME=", 8))
			e->dev = word + 8;
	}
}

/* As lvm2 writes ids: trailing space cut, space inside as '_'. */
static bool read_attr(const char *block, const char *attr, char *out, size_t size)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof path, "/sys/class/block/%s/%s", block, attr);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(out, (int)size, f) != NULL;
	fclose(f);
	if (!ok)
		return false;
	for (size_t n = strlen(out); n && strchr(" \t\n", out[n - 1]); n--)
		out[n - 1] = '\0';
	for (char *p = out; *p; p++)
		if (*p == ' ' || *p == '\t')
			*p = '_';
	return *out;
}

static bool has_id(const char *block, const struct entry *e)
{
	char id[512];

	for (size_t i = 0; i < sizeof id_types / sizeof *id_types; i++) {
		if (strcmp(id_types[i].name, e->type))
			continue;
		for (int j = 0; j < 2 && id_types[i].attr[j]; j++)
			if (read_attr(block, id_types[i].attr[j], id, sizeof id))
				return !strcmp(id, e->name);
	}
	return false;
}

/* *@out: the path of the block device that carries the entry's id now, in the arena; NULL: none. -1: no memory. */
static int resolve(struct arena *arena, const struct entry *e, const char **out)
{
	struct dirent *d;
	bool found = false;
	DIR *dir;

	*out = NULL;
	if (!e->type || !e->name)
		return 0;
	if (!strcmp(e->type, "devname")) {
		*out = lvi_arena_strdup(arena, e->name);
		return *out ? 0 : -1;
	}
	dir = opendir("/sys/class/block");
	while (dir && !found && (d = readdir(dir))) {
		found = d->d_name[0] != '.' && has_id(d->d_name, e);
		if (found)
			*out = lvi_arena_printf(arena, "/dev/%s", d->d_name);
	}
	if (dir)
		closedir(dir);
	return found && !*out ? -1 : 0;
}

static int read_lines(FILE *f, struct arena *arena, const char *const **paths)
{
	ARRAY(const char *) list = { 0 };
	CLEANUP_FREE char *line = NULL;
	size_t cap = 0;
	int ret = 0;

	while (!ret && getline(&line, &cap, f) >= 0) {
		const char **slot, *path;
		struct entry e;

		if (*line == '#')
			continue;
		parse_entry(line, &e);
		ret = resolve(arena, &e, &path);
		if (ret || !path)
			continue;
		slot = ARRAY_PUSH(&list);
		if (slot)
			*slot = path;
		ret = slot ? 0 : -1;
	}
	if (!ret) {
		const char **out = lvi_arena_calloc(arena, list.len + 1, sizeof *out);

		if (out && list.len)
			memcpy(out, list.items, list.len * sizeof *out);
		*paths = out;
		ret = out ? 0 : -1;
	}
	ARRAY_FREE(&list);
	return ret;
}

int lvi_devices_file_read(const char *path, struct arena *arena, const char *const **paths, struct lvol_error *err)
{
	FILE *f = fopen(path, "re");
	int ret;

	*paths = NULL;
	if (!f)
		return errno == ENOENT ? 0 : lvi_error_sys(err, errno, path, "cannot read the devices file");
	ret = read_lines(f, arena, paths);
	if (ret)
		ret = lvi_error_nomem(err);
	else if (ferror(f))  /* half a list would hide devices */
		ret = lvi_error_sys(err, errno, path, "cannot read the devices file");
	fclose(f);
	return ret;
}
