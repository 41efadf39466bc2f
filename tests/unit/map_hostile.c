/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Metadata that can be read, and yet give no device: sizes that none has, names that are too long, fields that a table
 * needs. And settings that are rare, with the line that they make.
 */
#include "map/map.h"
#include "segtype_texts.h"

#define FAKE_DEV(i) ((struct lvol_dev *)(0x1000 + (uintptr_t)(i)))

static struct lvol_error err;

/* @present: the PVs that are there, of pv0 and pv1. */
static struct lvol_vg *read_vg(const char *text, const char *present)
{
	struct lvol_vg *vg;
	unsigned i = 0;

	t_ok(text_import(text, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next, i++)
		if (strchr(present, '0' + i)) {
			pv->dev = FAKE_DEV(i);
			pv->dev_name = pv->device_hint;
		}
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

static char *twice(const char *text, const char *from, const char *to, const char *from2, const char *to2)
{
	char *one = text_change(text, from, to), *two;

	if (!from2)
		return one;
	two = text_change(one, from2, to2);
	free(one);
	return two;
}

#define SETTINGS "migration_threshold = 4096"
#define LONG10 "0123456789"
#define LONG100 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10
#define LONG1000 LONG100 LONG100 LONG100 LONG100 LONG100 LONG100 LONG100 LONG100 LONG100 LONG100
#define HEAD(extent, start, count) "extent_size = " extent "\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\nphysical_volumes {\n" \
	"pv0 {\n" TEXT_ID("p0") "device = \"/dev/pv0\"\nstatus = [\"ALLOCATABLE\"]\nflags = []\ndev_size = 821248\n" \
	"pe_start = " start "\npe_count = " count "\n"
#define NO_SIZE "would have a size that no device has"
#define X115 LONG100 LONG10 "01234"

static const struct refusal {
	const char *text, *from, *to, *lv;
	unsigned flags;
	int code;
	const char *message, *from2, *to2;
} refusals[] = {
	{ CACHE, SETTINGS, "migration_threshold = \"x\"", "c", 0, LVOL_E_CORRUPT, "migration_threshold of vg/p is no number" },
	{ CACHE, SETTINGS, "a = \"x\"\nb = \"y\"", "c", 0, LVOL_E_CORRUPT, "setting a of vg/p is no number", "\"smq\"", "\"other\"" },
	{ CACHE, SETTINGS, "migration_threshold {\n}", "c", 0, LVOL_E_CORRUPT, "is no number" },
	{ CACHE, SETTINGS, "x = \"" LONG1000 LONG1000 LONG1000 LONG1000 LONG100 "\"", "c", 0, LVOL_E_CORRUPT, "are too long" },
	{ CACHE, "\"c_corig\"\n", "\"c_corig\"\n}\nsegment2 {\nstart_extent = 4\nextent_count = 4\ntype = \"frob\"\n", "c", 0,
		LVOL_E_NOT_SUPPORTED, "segment type frob of vg/c cannot be mapped", "segment_count = 1", "segment_count = 2" },
	{ MIRROR, "mirror_log = \"m_mlog\"\nregion_size = 4096\n", "", "m", 0, LVOL_E_CORRUPT, "vg/m has no region_size" },
	{ RAID1, "region_size = 4096\n", "", "r", 0, LVOL_E_CORRUPT, "vg/r has no region_size" },
	{ RAID5, "stripe_size = 128\n", "stripe_size = 128\nreshape_count = 7\n", "r", 0, LVOL_E_CORRUPT, NO_SIZE },
	{ INTEGRITY, "data_sectors = 100", "data_sectors = 0", "i", 0, LVOL_E_CORRUPT, NO_SIZE },
	{ INTEGRITY, "data_sectors = 100", "data_sectors = 9223372036854775807", "i", 0, LVOL_E_CORRUPT, NO_SIZE },
	{ INTEGRITY, "segment1 {\nstart_extent = 0\nextent_count = 4\ntype = \"integrity\"\norigin = \"i_iorig\"\ndata_sectors = 100",
		"segment1 {\nstart_extent = 0\nextent_count = 4\ntype = \"zero\"\n}\nsegment2 {\nstart_extent = 4\nextent_count = 4\n"
		"type = \"integrity\"\norigin = \"i_iorig\"\ndata_sectors = 18014398509481983", "i", 0, LVOL_E_CORRUPT, NO_SIZE,
		"segment_count = 1", "segment_count = 2" },
	{ CACHEVOL, "metadata_len = 8192", "metadata_len = 0", "c", 0, LVOL_E_CORRUPT, NO_SIZE },
	{ EMPTY, "extent_count = 4", "extent_count = 4294967295", "z", 0, LVOL_E_CORRUPT, "no device is of that size",
		"extent_size = 8192", "extent_size = 4294967295" },
	{ MOVE, "segment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 4\ntype = \"mirror\"\nmirror_count = 2\nextents_moved = 0\n"
		"region_size = 4096\nmirrors = [\"pv0\", 0, \"pv1\", 0]\n}\n", "segment_count = 0\n", "pvmove0", 0, LVOL_E_CORRUPT,
		"no device is of that size", TEXT_ON("pvmove0", 0), TEXT_ON("pv0", 0) },
	{ STRIPED, HEAD("8192", "2048", "100"), HEAD("4294967295", "9223372036854775807", "4294967295"), "s", 0, LVOL_E_CORRUPT,
		"lies behind all that /dev/pv0 can have", "\"pv0\", 0,", "\"pv0\", 4294967200," },
	{ THIN, "create = \"t\"", "create = \"ext\"", "pool", MAP_ACTIVATE, LVOL_E_CORRUPT, "is to create ext, which is no thin LV" },
	{ SNAPSHOT, "org {\n", "org {\n", "snapshot0", 0, LVOL_E_NOT_SUPPORTED, "has no device of its own" },
	{ STRIPED, "\ns {\n", "\n" X115 LONG10 "{\n", X115 LONG10, 0, LVOL_E_INVALID, "would be longer than 127 characters" },
	{ CACHEVOL, "\"v_cvol\"", "\"" X115 "cvol1\"", "c", 0, LVOL_E_INVALID, "would be longer", "v_cvol {", X115 "cvol1 {" },
	{ STRIPED, "\ns {\n", "\n" X115 "{\n", X115, MAP_PARTIAL, LVOL_E_INVALID, "would be longer" },
	{ STRIPED, "s {\n", "s {\n", "s", 0, LVOL_E_MISSING_PV, "vg/s lies on PV AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAAp1 "
		"(last seen as /dev/pv1), which is missing" },
	{ STRIPED, "device = \"/dev/pv1\"", "device = \"[unknown]\"", "s", 0, LVOL_E_MISSING_PV, "AAAAp1, which is missing" },
	{ STRIPED, "device = \"/dev/pv1\"", "device = \"\"", "s", 0, LVOL_E_MISSING_PV, "AAAAp1, which is missing" },
	{ STRIPED, "device = \"/dev/pv1\"\n", "", "s", 0, LVOL_E_MISSING_PV, "AAAAp1, which is missing" },
	{ RAID10, "\"pv1\", 0", "\"pv0\", 16", "r", MAP_DEGRADED, LVOL_E_MISSING_PV,
		"too many of the 4 legs of the raid10 vg/r lie on missing PVs: r_rimage_2, r_rimage_3; it can do without 1",
		"\"pv0\", 4", "\"pv1\", 0" },
};

START_TEST(refused)
{
	const struct refusal *c = &refusals[_i];
	char *text = twice(c->text, c->from, c->to, c->from2, c->to2);
	bool missing = c->code == LVOL_E_MISSING_PV || c->flags & MAP_PARTIAL;
	struct lvol_vg *vg = read_vg(text, missing ? "0" : "01");
	const struct lvol_lv *lv = lvi_vg_find_lv(vg, c->lv);
	struct lv_map map;

	ck_assert_ptr_nonnull(lv);
	t_fails(lvi_map_lv(lv, c->flags, &map, &err), c->code, err);
	ck_assert_msg(strstr(err.message, c->message), "\"%s\", not \"%s\"", err.message, c->message);
	ck_assert_int_eq(lvi_map_lv(lv, c->flags, &map, NULL), -c->code);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

static const struct line {
	const char *text, *from, *to, *lv;
	unsigned flags;
	const char *table, *from2, *to2;
} lines[] = {
	{ CACHE, "\"smq\"", "\"mq\"", "c", 0, "2 metadata2 writeback mq 4 migration_threshold 4096 sequential_threshold 5\n", SETTINGS,
		SETTINGS "\nsequential_threshold = 5\nfrob = 6" },
	{ CACHE, SETTINGS, SETTINGS "\nrandom_threshold = 5", "c", 0, "2 metadata2 writeback smq 2 migration_threshold 4096\n" },
	{ CACHE, "\"smq\"", "\"own\"", "c", 0, "2 metadata2 writeback own 4 migration_threshold 4096 frob 6\n", SETTINGS,
		SETTINGS "\nfrob = 6" },
	{ CACHE, SETTINGS, "migration_threshold = 2", "c", 0, "2 metadata2 writeback smq 2 migration_threshold 1024\n" },
	{ CACHE, SETTINGS, "", "c", 0, "2 metadata2 writeback smq 0\n" },
	{ CACHE, "policy = \"smq\"\npolicy_settings {\nmigration_threshold = 4096\n}\n", "", "c", 0, "2 metadata2 writeback mq 0\n" },
	{ CACHE, "origin = \"c_corig\"\n", "origin = \"c_corig\"\ncleaner = 1\n", "c", 0, "2 metadata2 writethrough cleaner 0\n" },
	{ CACHE, "cache_mode = \"writeback\"\n", "", "c", 0, "2 metadata2 writethrough smq 2 migration_threshold 4096\n" },
	{ MIRROR, "mirror_log = \"m_mlog\"\n", "", "m", MAP_IN_SYNC, "mirror core 2 4096 nosync 2 vg-m_mimage_0 0 vg-m_mimage_1 0 1 "
		"handle_errors\n" },
	{ MIRROR, "mirror_count = 2", "mirror_count = 1", "m", 0, "0 32768 linear vg-m_mimage_0 0\n", ", \"m_mimage_1\", 0]", "]" },
	{ MOVE, "m {\n", "m {\n", "pvmove0", MAP_IN_SYNC, "0 32768 mirror core 1 4096 2 /dev/pv0 2048 /dev/pv1 2048\n" },
	{ MOVE, "extent_size = 8192", "extent_size = 5", "pvmove0", 0, "0 20 mirror core 1 16 2 /dev/pv0 2048 /dev/pv1 2048\n" },
	{ RAID5, "stripe_size = 128", "stripe_size = 128\ndata_offset = 1", "r", 0, "region_size 4096 data_offset 0 3 vg-r_rmeta_0" },
	{ RAID5, "[\"r_rmeta_0\", ", "[", "r", 0, "3 - vg-r_rimage_0 vg-r_rmeta_1 vg-r_rimage_1 vg-r_rmeta_2" },
	{ RAID5, "r_rimage_1 {\n" TEXT_ID("03") "status = [" TEXT_HIDDEN "]", "r_rimage_1 {\n" TEXT_ID("03")
		"status = [\"READ\", \"VISIBLE\"]", "r", 0, "vg-r_rmeta_0 vg-r_rimage_0 - - vg-r_rmeta_2 vg-r_rimage_2\n" },
	{ RAID5, "r_rimage_1 {\n" TEXT_ID("03") "status = [" TEXT_HIDDEN "]", "r_rimage_1 {\n" TEXT_ID("03")
		"status = [" TEXT_SHOWN "]", "r", 0, "vg-r_rmeta_1 vg-r_rimage_1" },
	{ INTEGRITY, "meta_dev = \"i_imeta\"\n", "journal_sectors = 50\nrecalculate = 1\n", "i", 0,
		"0 100 integrity vg-i_iorig 0 4 J 5 fix_padding block_size:512 internal_hash:crc32c recalculate journal_sectors:50\n" },
	{ WRITECACHE, "writecache_block_size = 4096\nhigh_watermark = 60\ncleaner = 0\n", "writecache_block_size = 0\ncleaner = 1\n"
		"metadata_only = 0\nwritecache_setting_key = \"a\"\nwritecache_setting_val = \"b\"\n", "w", 0,
		"0 32768 writecache s vg-w_wcorig vg-v_cvol 4096 3 cleaner a b\n" },
	{ VDO, "write_policy = auto\n", "use_metadata_hints = 1\n", "v", 0, "0 32768 linear vg-p-vpool 1024\n" },
	{ THIN, "discards = \"passdown\"\nzero_new_blocks = 1\n", "discards = \"ignore\"\n", "pool-tpool", MAP_ACTIVATE,
		"thin-pool vg-pool_tmeta vg-pool_tdata 128 0 2 skip_block_zeroing ignore_discard\n" },
	{ THIN, "discards = \"passdown\"\n", "discards = \"nopassdown\"\n", "pool-tpool", MAP_ACTIVATE, "128 0 1 no_discard_passdown\n" },
	{ THIN, "discards = \"passdown\"\n", "", "pool-tpool", MAP_ACTIVATE, "128 0 1 error_if_no_space\n",
		"status = [" TEXT_SHOWN "]\nflags = []", "status = [" TEXT_SHOWN "]\nflags = [\"ERROR_WHEN_FULL\"]" },
	{ STRIPED, "device = \"/dev/pv1\"", "device = \"pv1\"", "s", 0, "0 32768 striped 2 128 /dev/pv0 2048 ./pv1 2048\n" },
};

static void name_node(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, dev->name);
}

static void want_table(const struct lv_map *map, const char *lv, const char *want)
{
	struct textbuf out = { 0 };
	char name[200], *got;

	snprintf(name, sizeof name, "vg-%s", lv);
	ck_assert_msg(lvi_dm_graph_find(map->graph, name), "no device %s", name);
	lvi_dm_table_print(&lvi_dm_graph_find(map->graph, name)->table, name_node, NULL, &out);
	got = lvi_textbuf_take(&out, NULL);
	ck_assert_msg(strstr(got, want), "\"%s\", not \"%s\"", got, want);
	free(got);
}

START_TEST(rare_settings)
{
	const struct line *l = &lines[_i];
	char *text = twice(l->text, l->from, l->to, l->from2, l->to2), lv[200];
	struct lvol_vg *vg = read_vg(text, "01");
	struct lv_map map;

	snprintf(lv, sizeof lv, "%.*s", (int)strcspn(l->lv, "-"), l->lv);
	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, lv), l->flags, &map, &err), err);
	want_table(&map, l->lv, l->table);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

/* Two legs that are gone are not too many where each has its copy. */
START_TEST(raid10_without_two_legs)
{
	struct lvol_vg *vg = read_vg(RAID10, "0");
	struct lv_map map;

	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "r"), MAP_DEGRADED, &map, &err), err);
	want_table(&map, "r", "raid10_copies 2 4 vg-r_rmeta_0 vg-r_rimage_0 vg-r_rmeta_1 vg-r_rimage_1");
	want_table(&map, "r_rimage_1", "0 32768 linear vg-r_rimage_1-missing_0_0 0\n");
	lvi_map_free(&map);
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "r"), 0, &map, &err), LVOL_E_MISSING_PV, err);
	lvi_vg_unref(vg);
}
END_TEST

/* LVs with names of 120 characters: the message ends with those that it has room for. */
START_TEST(many_long_names_are_gone)
{
	struct textbuf t = { 0 };
	struct lvol_vg *vg;
	struct lv_map map;
	char *text;

	lvi_textbuf_puts(&t, TEXT_HEAD "logical_volumes {\nr {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 1\n"
			"segment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"raid1\"\ndevice_count = 8\nregion_size = 4096\nraids = [");
	for (int i = 0; i < 8; i++)
		lvi_textbuf_printf(&t, "%s\"" LONG100 "_%d\"", i ? ", " : "", i);
	lvi_textbuf_puts(&t, "]\n}\n}\n");
	for (int i = 0; i < 8; i++)
		lvi_textbuf_printf(&t, LONG100 "_%d {\nid = \"AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA1%d\"\nstatus = [\"READ\"]\n"
				"segment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"linear\"\nstripe_count = 1\n"
				"stripes = [\"pv1\", %d]\n}\n}\n", i, i, i);
	lvi_textbuf_puts(&t, "}\n}\n" TEXT_TAIL);
	text = lvi_textbuf_take(&t, NULL);
	vg = read_vg(text, "0");
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "r"), MAP_DEGRADED, &map, &err), LVOL_E_MISSING_PV, err);
	text_has(err.message, "too many of the 8 legs of the raid1 vg/r lie on missing PVs: " LONG100 "_0, ");
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

START_TEST(more_legs_than_the_kernel_knows)
{
	struct textbuf t = { 0 };
	struct lvol_vg *vg;
	struct lv_map map;
	char *text;

	lvi_textbuf_puts(&t, TEXT_HEAD "logical_volumes {\nr {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 1\n"
			"segment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"raid1\"\ndevice_count = 254\nregion_size = 4096\nraids = [");
	for (int i = 0; i < 254; i++)
		lvi_textbuf_puts(&t, i ? ", \"a\"" : "\"a\"");
	lvi_textbuf_puts(&t, "]\n}\n}\n" TEXT_PART("a", "02", "pv0", 0) "}\n}\n" TEXT_TAIL);
	text = lvi_textbuf_take(&t, NULL);
	vg = read_vg(text, "01");
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "r"), 0, &map, &err), LVOL_E_CORRUPT, err);
	text_has(err.message, "vg/r has 254 legs, but a raid has at most 253");
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

/* As metadata that contradict themselves may say: its devices are made once. */
START_TEST(cachevol_of_two_caches)
{
	char *text = text_change(CACHEVOL, "c_corig {\n", TEXT_LV("d", "07", TEXT_SHOWN, "type = \"cache+CACHE_USES_CACHEVOL\"\n"
			"cache_pool = \"v_cvol\"\norigin = \"c_corig\"\nchunk_size = 128\nmetadata_start = 0\nmetadata_len = 8192\n"
			"data_start = 8192\ndata_len = 24576\n") "c_corig {\n");
	struct lvol_vg *vg = read_vg(text, "01");
	const struct lvol_lv *lvs[] = { lvi_vg_find_lv(vg, "c"), lvi_vg_find_lv(vg, "d") };
	struct lv_map map;

	t_ok(lvi_map_lvs(&(struct map_request){ .lvs = lvs, .count = 2 }, &map, &err), err);
	want_table(&map, "v_cvol-cmeta", "0 8192 linear vg-v_cvol 0\n");
	want_table(&map, "v_cvol-cdata", "0 24576 linear vg-v_cvol 8192\n");
	want_table(&map, "d", "cache vg-v_cvol-cmeta vg-v_cvol-cdata vg-c_corig 128");
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

/* A message is known by its word; what stands beside it has no say. */
START_TEST(messages)
{
	char *text = twice(THIN, "create = \"t\"", "create = 5\ndelete = 7", "message2", "frob = 1\nmessage2");
	struct lvol_vg *vg = read_vg(text, "01");
	const struct dm_message *m;
	struct lv_map map;

	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, "pool"), MAP_ACTIVATE, &map, &err), err);
	m = lvi_dm_graph_find(map.graph, "vg-pool-tpool")->messages;
	ck_assert_str_eq(m->text, "delete 7");
	ck_assert_str_eq(m->next->text, "delete 5");
	ck_assert_str_eq(m->next->next->text, "set_transaction_id 0 1");
	ck_assert_ptr_null(m->next->next->next);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("map_hostile");
	TCase *tc = tcase_create("map");

	tcase_add_loop_test(tc, refused, 0, COUNT(refusals));
	tcase_add_loop_test(tc, rare_settings, 0, COUNT(lines));
	tcase_add_test(tc, raid10_without_two_legs);
	tcase_add_test(tc, many_long_names_are_gone);
	tcase_add_test(tc, more_legs_than_the_kernel_knows);
	tcase_add_test(tc, cachevol_of_two_caches);
	tcase_add_test(tc, messages);
	suite_add_tcase(s, tc);
	return t_main(s);
}
