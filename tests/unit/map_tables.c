/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Graphs of LVs: stacks, missing PVs, names, and what cannot be mapped. */
#include "map/map.h"
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

START_TEST(unknown_type)
{
	static const char text[] = TEXT_VG(TEXT_LV("odd", "l4", TEXT_SHOWN, "type = \"frob\"\n"));
	struct lvol_vg *vg = vg_with_devices(text, true);
	struct lv_map map;

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

int main(void)
{
	Suite *s = suite_create("map_tables");
	TCase *tc = tcase_create("tables");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, stacked);
	tcase_add_test(tc, missing_pv);
	tcase_add_test(tc, returned_pv);
	tcase_add_test(tc, names_that_clash);
	tcase_add_test(tc, unknown_type);
	tcase_add_test(tc, thousand_deep);
	suite_add_tcase(s, tc);
	return t_main(s);
}
