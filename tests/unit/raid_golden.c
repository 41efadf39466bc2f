/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every raid volume of the golden images, degraded ones included, reads as it did on the kernel, and says what the
 * kernel said of it; where something is left to synchronise, after that has been done.
 */
#include "config.h"
#include "dm_world.h"

#if HAVE_JSONC
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lvol_error err;

static struct json_object *field(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static const char *string_of(struct json_object *o, const char *key) { return json_object_get_string(field(o, key)); }

struct scenario { struct json_object *root, *dmsetup; struct dm_world *w; char *dir; };

/* "98:16" is the second disk, other numbers are those of a device. */
static void print_word(const struct scenario *s, const char *word, char *out, size_t size)
{
	struct json_object *devices = field(s->dmsetup, "devices");
	int major, minor, end = 0;

	snprintf(out, size, "%s", word);
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
static void print_table(const struct scenario *s, const char *name, char *out, size_t size)
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

static void open_scenario(const char *name, bool writable, struct scenario *s)
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

static void close_scenario(struct scenario *s)
{
	dmw_free(s->w);
	json_object_put(s->root);
	free(s->dir);
}

/* What `dmsetup status` said behind the target's name; NULL: it is no raid. */
static const char *kernel_status(const struct scenario *s, const char *name)
{
	struct json_object *status = field(s->dmsetup, "status");
	size_t len = strlen(name);

	for (size_t i = 0; i < json_object_array_length(status); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(status, i)),
				*raid = strstr(line, " raid ");

		if (raid && !strncmp(line, name, len) && line[len] == ':')
			return raid + strlen(" raid ");
	}
	return NULL;
}

static void check_content(struct backend_device *dev, struct json_object *volume)
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

/*
 * Exactly as the kernel's, but where that was recorded on the way; and an extended raid10 is counted in sectors of a
 * leg by the kernel that extended it.
 */
static void check_status(const char *name, const char *ours, const char *kernel)
{
	if (strstr(kernel, " idle ") && strcmp(kernel, "raid10 4 AAAA 12288/12288 idle 0 0 -"))
		ck_assert_str_eq(ours, kernel);
	else
		ck_assert_msg(strstr(ours, " idle ") && strstr(ours, " AA"),
				"%s: %s", name, ours);
}

static void synchronise(struct dm_world *w, const char *name)
{
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
}

/* Can all below it be opened here? */
static bool is_known(struct scenario *s, const char *name)
{
	struct backend_device *dev;
	int r = dmw_try_open(s->w, name, 0, &dev, &err);

	if (!r)
		dmw_close(dev);
	else
		ck_assert_msg(r == -LVOL_E_INVALID || r == -LVOL_E_NOT_SUPPORTED || r == -LVOL_E_CORRUPT ||
		r == -LVOL_E_NOT_FOUND,
				"%s: %s", name, err.message);
	return !r;
}

static unsigned check_scenario(const char *name, bool writable)
{
	struct scenario s;
	struct json_object *volumes;
	unsigned found = 0;

	open_scenario(name, writable, &s);
	volumes = field(s.root, "volumes");
	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		struct json_object *v = json_object_array_get_idx(volumes, i);
		const char *dm_name = string_of(v, "dm_name"), *status = kernel_status(&s, dm_name);
		struct backend_device *dev;
		char ours[512];

		if (!status || !string_of(v, "sha256") || (strstr(name, "integrity") && !is_known(&s, dm_name)))
			continue;
		dev = dmw_open(s.w, dm_name, writable ? BACKEND_WRITE : 0);
		check_content(dev, v);
		if (writable) {
			synchronise(s.w, dm_name);
			check_content(dev, v);
		}
		dmw_status(s.w, dm_name, ours, sizeof ours);
		check_status(dm_name, ours, status);
		dmw_close(dev);
		found++;
	}
	ck_assert_str_eq(dmw_log(s.w), "");
	close_scenario(&s);
	return found;
}

/* In the first ones nothing is left to do; in the others it is, and the kernel showed them when it was done. */
static const struct { const char *name; bool unsynced; unsigned volumes; } scenarios[] = {
	{ "filesystems", false, 1 }, { "raid-degraded", false, 5 }, { "raid-integrity", false, 0 },
	{ "raid-reshaped", false, 5 }, { "raid0", false, 3 }, { "raid1", true, 4 }, { "raid10", false, 3 },
	{ "raid45-layouts", false, 6 }, { "raid6-layouts", false, 8 }, { "raid-returned-leg", true, 3 },
	{ "raid1-partial-sync", true, 2 }, { "unclean-crash", true, 2 },
};

START_TEST(as_the_kernel_read_it)
{
	ck_assert_uint_ge(check_scenario(scenarios[_i].name, scenarios[_i].unsynced), scenarios[_i].volumes);
}
END_TEST

/* Two activations with everything synchronised in between leave nothing to do. */
START_TEST(all_of_it_stays_after_writing_nothing)
{
	ck_assert_uint_ge(check_scenario("raid45-layouts", true), 6);
	ck_assert_uint_ge(check_scenario("raid-degraded", true), 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_golden");
	TCase *tests = tcase_create("golden");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, as_the_kernel_read_it, 0, sizeof scenarios / sizeof *scenarios);
	tcase_add_test(tests, all_of_it_stays_after_writing_nothing);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
int main(void) { t_skip_all("built without json-c"); }
#endif
