/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Graphs of LVs. Those of the golden images are compared with what the kernel showed: every device that stands on
 * linear, striped, zero and error targets alone has the name, uuid, permission and table that lvm2 loaded.
 */
#include "config.h"
#include "map/map.h"
#include "map/names.h"
#include "metadata_text.h"

#define FAKE_DEV(i) ((struct lvol_dev *)(0x1000 + (uintptr_t)(i)))

static struct lvol_error err;

static void name_leaf(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, dev->name);
}

static char *table_text(const struct dm_node *node, void (*name)(void *, const struct dm_node *, struct textbuf *), void *arg)
{
	struct textbuf t = { 0 };

	lvi_dm_table_print(&node->table, name, arg, &t);
	return lvi_textbuf_take(&t, NULL);
}

static void want_table(const struct dm_graph *g, const char *name, const char *want)
{
	const struct dm_node *node = lvi_dm_graph_find(g, name);
	char *text;

	ck_assert_msg(node, "no device %s", name);
	text = table_text(node, name_leaf, NULL);
	ck_assert_str_eq(text, want);
	free(text);
}

/* PVs pv0 and pv1 are where the text says: on "/dev/pv0" and so on. */
static struct lvol_vg *vg_with_devices(const char *text, bool second)
{
	struct lvol_vg *vg;
	unsigned i = 0;

	t_ok(text_import(text, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next, i++) {
		if (i == 1 && !second)
			continue;
		pv->dev = FAKE_DEV(i);
		pv->dev_name = pv->device_hint;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

#define ON_LV(lv) "type = \"striped\"\nstripe_count = 1\nstripes = [\"" lv "\", 0]\n"
#define STACK TEXT_VG(TEXT_LV("top", "l1", TEXT_SHOWN, ON_LV("mid")) TEXT_LV("mid", "l2", TEXT_HIDDEN, ON_LV("low")) \
		TEXT_LV("low", "l3", TEXT_HIDDEN, "type = \"striped\"\nstripe_count = 2\nstripe_size = 16\n" \
		"stripes = [\"pv0\", 3, \"pv1\", 5]\n"))

START_TEST(stacked)
{
	struct lvol_vg *vg = vg_with_devices(STACK, true);
	struct lv_map map;

	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "top"), 0, &map, &err), err);
	ck_assert_str_eq(map.top->name, "vg-top");
	ck_assert_uint_eq(map.graph->count, 5);
	want_table(map.graph, "vg-top", "0 32768 linear vg-mid 0\n");
	want_table(map.graph, "vg-mid", "0 32768 linear vg-low 0\n");
	want_table(map.graph, "vg-low", "0 32768 striped 2 16 /dev/pv0 26624 /dev/pv1 43008\n");
	ck_assert_ptr_eq(lvi_dm_graph_find(map.graph, "/dev/pv1")->leaf, FAKE_DEV(1));
	ck_assert_uint_eq(lvi_hash_count(&map.missing), 0);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(missing_pv)
{
	struct lvol_vg *vg = vg_with_devices(STACK, false);
	struct lv_map map;

	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "top"), 0, &map, &err), LVOL_E_MISSING_PV, err);
	ck_assert_str_eq(err.subject, "vg/top");
	ck_assert_msg(strstr(err.message, "AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAAp1") && strstr(err.message, "/dev/pv1"), "%s",
			err.message);
	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "top"), MAP_PARTIAL, &map, &err), err);
	want_table(map.graph, "vg-low", "0 32768 striped 2 16 /dev/pv0 26624 vg-low-missing_0_1 0\n");
	want_table(map.graph, "vg-low-missing_0_1", "0 32768 error\n");
	ck_assert_ptr_nonnull(strstr(lvi_hash_get(&map.missing, "vg-low-missing_0_1", strlen("vg-low-missing_0_1")), "/dev/pv1"));
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

/* A PV that is marked as missing may be back with old data. */
START_TEST(returned_pv)
{
	char *text = text_change(STACK, "flags = []\ndev_size", "flags = [\"MISSING\"]\ndev_size");
	struct lvol_vg *vg = vg_with_devices(text, true);
	struct lv_map map;

	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "top"), 0, &map, &err), LVOL_E_MISSING_PV, err);
	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "top"), MAP_PARTIAL, &map, &err), err);
	want_table(map.graph, "vg-low", "0 32768 striped 2 16 /dev/pv0 26624 /dev/pv1 43008\n");
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

/* A device may be called like an LV. */
START_TEST(names_that_clash)
{
	struct lvol_vg *vg;
	struct lv_map map;

	t_ok(text_import(STACK, &vg, &err), err);
	vg->pv_first->dev = FAKE_DEV(0);
	vg->pv_first->dev_name = "vg-low";
	vg->pv_last->dev = FAKE_DEV(1);
	vg->pv_last->dev_name = "./vg-low";
	t_ok(lvi_vg_freeze(vg, &err), err);
	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "top"), 0, &map, &err), err);
	want_table(map.graph, "vg-low", "0 32768 striped 2 16 ./vg-low 26624 ././vg-low 43008\n");
	ck_assert_ptr_eq(lvi_dm_graph_find(map.graph, "./vg-low")->leaf, FAKE_DEV(0));
	ck_assert_ptr_eq(lvi_dm_graph_find(map.graph, "././vg-low")->leaf, FAKE_DEV(1));
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(not_supported)
{
	static const char text[] = TEXT_VG(TEXT_LINEAR("org", "l1", "pv0", 0) TEXT_LINEAR("cow", "l2", "pv0", 4)
			TEXT_LV("snapshot0", "l3", TEXT_HIDDEN, "type = \"snapshot\"\nchunk_size = 8\norigin = \"org\"\n"
			"cow_store = \"cow\"\n") TEXT_LV("odd", "l4", TEXT_SHOWN, "type = \"frob\"\n"));
	struct lvol_vg *vg = vg_with_devices(text, true);
	struct lv_map map;

	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "org"), MAP_WRITE, &map, &err), LVOL_E_NOT_SUPPORTED, err);
	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "org"), 0, &map, &err), err);  /* it reads as itself */
	lvi_map_free(&map);
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "cow"), 0, &map, &err), LVOL_E_NOT_SUPPORTED, err);
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "odd"), 0, &map, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_str_eq(err.subject, "vg/odd");
	ck_assert_msg(strstr(err.message, "frob") && strstr(err.message, "vg/odd"), "%s", err.message);
	lvi_vg_unref(vg);
}
END_TEST

/* As deep as it can be written; the stack of the program is not the limit. */
START_TEST(thousand_deep)
{
	struct lvol_vg *vg = lvi_vg_new("vg");
	struct lvol_lv *below = NULL, *lv = NULL;
	struct uuid id;
	struct lv_map map;

	vg->extent_sectors = 8192;
	vg->flags = VG_READ | VG_WRITE;
	for (int i = 0; i < 1000; i++, below = lv) {
		struct lvol_segment *seg;
		char name[16], text[LVI_UUID_LEN + 1];

		snprintf(name, sizeof name, "lv%d", i);
		snprintf(text, sizeof text, "%032d", i);
		memcpy(id.c, text, LVI_UUID_LEN);
		t_ok(lvi_vg_add_lv(vg, name, &id, &lv, &err), err);
		lv->flags = LV_READ | LV_WRITE;
		seg = lvi_lv_add_segment(lv, below ? &lvi_segtype_striped : &lvi_segtype_zero, 4, below ? 1 : 0, false);
		ck_assert_ptr_nonnull(seg);
		if (below)
			seg->areas[0] = (struct area){ .kind = AREA_LV, .lv = below };
		seg->area_extents = below ? 4 : 0;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	t_ok(lvi_map_lv(lv, 0, &map, &err), err);
	ck_assert_uint_eq(map.graph->count, 1000);
	want_table(map.graph, "vg-lv0", "0 32768 zero\n");
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

#if HAVE_JSONC
#include <json-c/json.h>

/* What dmsetup showed, by device name. */
struct shown { struct json_object *root, *table, *devices; };

static struct json_object *field(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static const char *string_of(struct json_object *o, const char *key) { return json_object_get_string(field(o, key)); }

static struct json_object *shown_device(const struct shown *s, const char *name)
{
	for (size_t i = 0; i < json_object_array_length(s->devices); i++) {
		struct json_object *d = json_object_array_get_idx(s->devices, i);

		if (!strcmp(string_of(d, "name"), name))
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

static void check_device(const struct shown *s, const struct dm_node *node)
{
	struct json_object *d = shown_device(s, node->name);
	char *want = shown_table(s, node->name), *got = table_text(node, name_recorded, (void *)s);

	ck_assert_msg(d, "lvm2 had no device %s", node->name);
	ck_assert_str_eq(node->uuid, string_of(d, "uuid"));
	ck_assert_int_eq(node->read_only, string_of(d, "attr")[3] == 'r');
	ck_assert_str_eq(got, want);
	free(want);
	free(got);
}

/* Returns how many devices were compared. What was not active cannot be. */
static unsigned check_lv(const struct shown *s, const struct lvol_lv *lv)
{
	char name[LVI_DM_NAME_SIZE];
	struct lv_map map;
	unsigned n = 0;
	int r;

	t_ok(lvi_dm_name(lv->vg->name, lv->name, NULL, name, &err), err);
	if (!shown_device(s, name))
		return 0;
	r = lvi_map_lv(lv, MAP_PARTIAL | MAP_WRITE, &map, &err);
	if (r == -LVOL_E_NOT_SUPPORTED)
		return 0;
	t_ok(r, err);
	for (const struct dm_node *node = map.graph->first; node; node = node->next) {
		if (node->is_leaf)
			continue;
		check_device(s, node);
		n++;
	}
	lvi_map_free(&map);
	return n;
}

static unsigned check_vg(const struct shown *s, const char *text)
{
	struct lvol_vg *vg;
	unsigned n = 0;

	t_ok(text_import(text, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		if (strncmp(pv->device_hint, "/dev/ubd", strlen("/dev/ubd")))
			continue;
		pv->dev = FAKE_DEV(pv->device_hint[strlen("/dev/ubd")]);
		pv->dev_name = pv->device_hint;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	for (const struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		n += check_lv(s, lv);
	lvi_vg_unref(vg);
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
		json_object_object_foreach(backups, vg, text) {
			(void)vg;
			n += check_vg(&s, json_object_get_string(text));
		}
	}
	json_object_put(s.root);
	free(path);
	return n;
}

START_TEST(golden)
{
	char **names = t_golden_names();
	unsigned n = 0;

	for (char **name = names; *name; name++)
		n += check_scenario(*name);
	/* hundreds of them: the test must not pass for want of any */
	ck_assert_uint_gt(n, 500);
	t_names_free(names);
}
END_TEST
#endif

int main(void)
{
	Suite *s = suite_create("map_tables");
	TCase *tc = tcase_create("tables");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, stacked);
	tcase_add_test(tc, missing_pv);
	tcase_add_test(tc, returned_pv);
	tcase_add_test(tc, names_that_clash);
	tcase_add_test(tc, not_supported);
	tcase_add_test(tc, thousand_deep);
#if HAVE_JSONC
	tcase_add_test(tc, golden);
#endif
	suite_add_tcase(s, tc);
	return t_main(s);
}
