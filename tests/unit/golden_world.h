/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_GOLDEN_WORLD_H
#define TESTS_UNIT_GOLDEN_WORLD_H

/* The disks of a golden scenario, and its devices by the tables that the kernel had for them. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dm_world.h"

static inline struct json_object *field(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static inline const char *string_of(struct json_object *o, const char *key) { return json_object_get_string(field(o, key)); }

struct scenario { struct json_object *root, *dmsetup; struct dm_world *w; char *dir; };

/* "98:16" is the second disk, other numbers are those of a device. */
static inline void print_word(const struct scenario *s, const char *word, char *out, size_t size)
{
	struct json_object *devices = field(s->dmsetup, "devices");
	static const char before[] = "meta_device:";
	int major, minor, end = 0;

	snprintf(out, size, "%s", word);
	if (!strncmp(word, before, strlen(before))) {
		print_word(s, word + strlen(before), out + strlen(before), size - strlen(before));
		return;
	}
	if (sscanf(word, "%d:%d%n", &major, &minor, &end) != 2 || word[end])
		return;
	if (major == 98)
		snprintf(out, size, "disk%d", minor / 16);
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		struct json_object *d = json_object_array_get_idx(devices, i);

		if (json_object_get_int(field(d, "major")) == major && json_object_get_int(field(d, "minor")) == minor)
			snprintf(out, size, "%s", string_of(d, "name"));
	}
}

/* The table of a device as the manifest has it; "" if it has a target that is not known here. */
static inline void print_table(const struct scenario *s, const char *name, char *out, size_t size)
{
	struct json_object *table = field(s->dmsetup, "table");
	size_t len = strlen(name), used = 0;

	*out = '\0';
	for (size_t i = 0; i < json_object_array_length(table); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(table, i));
		char *copy, *save = NULL, word[256];
		unsigned number = 0;

		if (strncmp(line, name, len) || strncmp(line + len, ": ", 2))
			continue;
		copy = strdup(line + len + 2);
		for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save), number++) {
			print_word(s, w, word, sizeof word);
			if (number == 2 && !lvi_user_target_find(word))
				*out = '\0', size = 0;
			if (size)
				used += snprintf(out + used, size - used, "%s%s", word, " ");
		}
		if (size)
			used += snprintf(out + used, size - used, ";");
		free(copy);
	}
}

static inline void open_scenario(const char *name, bool writable, struct scenario *s)
{
	char *manifest = t_golden_manifest(name), *golden = t_golden_dir(name), disk[32], table[4096];
	struct json_object *disks, *devices;

	s->root = json_object_from_file(manifest);
	ck_assert_msg(s->root, "%s cannot be read", manifest);
	s->dmsetup = field(s->root, "dmsetup");
	s->w = dmw_new();
	s->dir = writable ? t_tmpdir() : NULL;
	disks = field(s->root, "disks");
	for (size_t i = 0; i < json_object_array_length(disks); i++) {
		const char *file = string_of(json_object_array_get_idx(disks, i), "file");
		char *from = file ? t_path(golden, file) : NULL, *to = file && writable ? t_path(s->dir, file) : NULL;

		snprintf(disk, sizeof disk, "disk%zu", i);
		if (to)
			t_copy_file(from, to);
		if (file)
			dmw_path(s->w, disk, to ? to : from, to ? 0 : LVOL_DEV_READ_ONLY);
		free(from);
		free(to);
	}
	devices = field(s->dmsetup, "devices");
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		const char *dm_name = string_of(json_object_array_get_idx(devices, i), "name");

		print_table(s, dm_name, table, sizeof table);
		dmw_define(s->w, dm_name, table);
	}
	free(manifest);
	free(golden);
}

static inline void close_scenario(struct scenario *s)
{
	dmw_free(s->w);
	json_object_put(s->root);
	free(s->dir);
}

/* What `dmsetup status` said of a device behind the name of @target; NULL: it is none of that target. */
static inline const char *kernel_status(const struct scenario *s, const char *name, const char *target)
{
	struct json_object *status = field(s->dmsetup, "status");
	size_t len = strlen(name);
	char word[40];

	snprintf(word, sizeof word, " %s ", target);
	for (size_t i = 0; i < json_object_array_length(status); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(status, i)), *at = strstr(line, word);

		if (at && !strncmp(line, name, len) && line[len] == ':')
			return at + strlen(word);
	}
	return NULL;
}

static inline void check_content(struct backend_device *dev, struct json_object *volume)
{
	uint64_t size = json_object_get_int64(field(volume, "size"));
	unsigned char *data = malloc(size);
	char hex[65];

	ck_assert_uint_eq(dev->size_bytes, size);
	for (uint64_t at = 0; at < size; at += 1000000)
		dmw_read(dev, data + at, size - at < 1000000 ? size - at : 1000000, at);
	t_sha256(data, size, hex);
	ck_assert_msg(!strcmp(hex, string_of(volume, "sha256")), "%s reads otherwise than on the kernel",
			string_of(volume, "dm_name"));
	free(data);
}

#endif
