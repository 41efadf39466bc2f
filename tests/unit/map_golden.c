/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every device that the kernel showed of the golden images is in a graph of liblvol's, with the name, uuid, permission
 * and table that lvm2 loaded, and no graph has a device that was not there.
 *
 * The kernel does not show a table as it was loaded where it has settings of its own: `forgive` has these.
 */
#include "config.h"
#include "map/map.h"
#include "map/names.h"
#include "metadata_text.h"

#if HAVE_JSONC
#include <json-c/json.h>

#define FAKE_DEV(i) ((struct lvol_dev *)(0x1000 + (uintptr_t)(i)))

static struct lvol_error err;

/* What dmsetup showed, by device name; and which of it was found in a graph. */
struct shown { struct json_object *root, *table, *devices; bool *found; size_t count; };

static struct json_object *field(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static const char *string_of(struct json_object *o, const char *key) { return json_object_get_string(field(o, key)); }

static struct json_object *shown_device(const struct shown *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		struct json_object *d = json_object_array_get_idx(s->devices, i);

		if (strcmp(string_of(d, "name"), name))
			continue;
		s->found[i] = true;
		return d;
	}
	return NULL;
}

/* The lines of a device, put together as lvi_dm_table_print() does; free it. */
static char *shown_table(const struct shown *s, const char *name)
{
	char *out = calloc(1, 1), *more;

	for (size_t i = 0; i < json_object_array_length(s->table); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(s->table, i));
		int end = strlen(line);

		if (strncmp(line, name, strlen(name)) || strncmp(line + strlen(name), ": ", 2))
			continue;
		while (line[end - 1] == ' ')
			end--;
		ck_assert_int_ge(asprintf(&more, "%s%.*s\n", out, end - (int)strlen(name) - 2, line + strlen(name) + 2), 0);
		free(out);
		out = more;
	}
	return out;
}

/* Disk "/dev/ubdX" is 98:16*X, others have the numbers they had. */
static void name_recorded(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	struct json_object *d;

	if (dev->is_leaf) {
		lvi_textbuf_printf(out, "98:%d", 16 * (dev->name[strlen("/dev/ubd")] - 'a'));
		return;
	}
	d = shown_device(arg, dev->name);
	ck_assert_msg(d, "lvm2 had no device %s", dev->name);
	lvi_textbuf_printf(out, "%d:%d", json_object_get_int(field(d, "major")), json_object_get_int(field(d, "minor")));
}

static void cut(char *text, size_t bytes) { memmove(text, text + bytes, strlen(text + bytes) + 1); }

/* Take "KEY NUMBER" out of the parameters of a raid, and count two less. False: it is not there. */
static bool drop_parameter(char *text, const char *key)
{
	char *at = strstr(text, key), *count = strstr(text, " raid raid"), digit;

	if (!at || !count)
		return false;
	count = strchr(count + strlen(" raid "), ' ') + 1;
	digit = *count;
	ck_assert(digit >= '3' && digit <= '9' && count[1] == ' ');
	*count = digit - 2;
	cut(at, strlen(key) + strcspn(at + strlen(key), " \n"));
	return true;
}

/* Of an integrity target what stands in front of the options. */
static void drop_options(char *text, const char *first_option)
{
	char *at = strstr(text, first_option);

	ck_assert_msg(at, "no %s in %s", first_option, text);
	while (at[-1] != ' ')
		at--;
	strcpy(at, "\n");
}

/*
 * integrity: the kernel adds what it chose itself and leaves out defaults. raid1: max_write_behind is what the bitmap
 * says; "rebuild" is shown until the device is loaded again, although lvm2 has taken the mark off the leg as soon as the
 * device was there.
 */
static void forgive(char *got, char *want)
{
	if (strstr(got, " integrity ")) {
		drop_options(got, " fix_padding");
		drop_options(want, " meta_device:");
	}
	if (strstr(want, " max_write_behind 0") && drop_parameter(got, " max_write_behind "))
		drop_parameter(want, " max_write_behind ");
	while (!strstr(got, " rebuild ") && drop_parameter(want, " rebuild "))
		;
}

static void check_device(const struct shown *s, const struct dm_node *node)
{
	struct json_object *d = shown_device(s, node->name);
	struct textbuf t = { 0 };
	char *want = shown_table(s, node->name), *got;

	ck_assert_msg(d, "lvm2 had no device %s", node->name);
	lvi_dm_table_print(&node->table, name_recorded, (void *)s, &t);
	got = lvi_textbuf_take(&t, NULL);
	forgive(got, want);
	ck_assert_msg(!strcmp(got, want), "%s:\n%s(liblvol)\n%s(lvm2)", node->name, got, want);
	ck_assert_str_eq(node->uuid, string_of(d, "uuid"));
	ck_assert_msg(node->read_only == (string_of(d, "attr")[3] == 'r'), "%s: permission", node->name);
	free(want);
	free(got);
}

/* What was not active cannot be compared. */
static void check_lv(const struct shown *s, const struct lvol_lv *lv)
{
	char name[LVI_DM_NAME_SIZE];
	struct lv_map map;

	t_ok(lvi_dm_name(lv->vg->name, lv->name, NULL, name, &err), err);
	if (lv->uses && !(lv->flags & LV_VISIBLE))
		return;
	if (!shown_device(s, name))
		return;
	t_ok(lvi_map_lv(lv, MAP_PARTIAL | MAP_ACTIVATE, &map, &err), err);
	for (const struct dm_node *node = map.graph->first; node; node = node->next)
		if (!node->is_leaf)
			check_device(s, node);
	lvi_map_free(&map);
}

static void check_vg(const struct shown *s, const char *text)
{
	struct lvol_vg *vg;

	t_ok(text_import(text, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		if (strncmp(pv->device_hint, "/dev/ubd", strlen("/dev/ubd")))
			continue;
		pv->dev = FAKE_DEV(pv->device_hint[strlen("/dev/ubd")]);
		pv->dev_name = pv->device_hint;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		check_lv(s, lv);
	lvi_vg_unref(vg);
}

/* Returns how many devices of LVM2 there were. */
static unsigned check_found(const struct shown *s, const char *scenario)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct json_object *d = json_object_array_get_idx(s->devices, i);

		if (strncmp(string_of(d, "uuid"), "LVM-", 4))
			continue;
		ck_assert_msg(s->found[i], "%s: no graph has device %s", scenario, string_of(d, "name"));
		n++;
	}
	return n;
}

static unsigned check_scenario(const char *name)
{
	char *path = t_golden_manifest(name);
	struct shown s = { .root = json_object_from_file(path) };
	struct json_object *dmsetup, *backups;
	unsigned n = 0;

	ck_assert_msg(s.root, "%s", path);
	dmsetup = field(s.root, "dmsetup");
	backups = field(s.root, "vgcfgbackup");
	s.table = field(dmsetup, "table");
	s.devices = field(dmsetup, "devices");
	if (s.table && s.devices && backups) {
		s.count = json_object_array_length(s.devices);
		s.found = calloc(s.count + 1, sizeof *s.found);
		json_object_object_foreach(backups, vg, text) {
			(void)vg;
			check_vg(&s, json_object_get_string(text));
		}
		n = check_found(&s, name);
		free(s.found);
	}
	json_object_put(s.root);
	free(path);
	return n;
}

START_TEST(every_device)
{
	char **names = t_golden_names();
	unsigned n = 0;

	for (char **name = names; *name; name++)
		n += check_scenario(*name);
	/* more than a thousand of them: the test must not pass for want of any */
	ck_assert_uint_gt(n, 1000);
	t_names_free(names);
}
END_TEST
#endif

int main(void)
{
	Suite *s = suite_create("map_golden");
	TCase *tc = tcase_create("golden");

	tcase_set_timeout(tc, 60);
#if HAVE_JSONC
	tcase_add_test(tc, every_device);
#else
	t_skip_all("json-c is not there");
#endif
	suite_add_tcase(s, tc);
	return t_main(s);
}
