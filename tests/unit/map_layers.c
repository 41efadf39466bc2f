/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is asked for decides which devices there are: reading, writing, activating; what users see of them; and tables
 * that no lvm2 of the tests can load (VDO) or that depend on the moment (a raid that is reshaped, --nosync, --merge).
 */
#include "map/map.h"
#include "metadata_text.h"

#define FAKE_DEV(i) ((struct lvol_dev *)(0x1000 + (uintptr_t)(i)))

static struct lvol_error err;

static void name_node(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, dev->name);
}

static struct lvol_vg *read_vg(const char *text)
{
	struct lvol_vg *vg;
	unsigned i = 0;

	t_ok(text_import(text, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next, i++) {
		pv->dev = FAKE_DEV(i);
		pv->dev_name = pv->device_hint;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

static struct lv_map map_of(const struct lvol_vg *vg, const char *lv, unsigned flags)
{
	struct lv_map map;

	t_ok(lvi_map_lv(lvi_vg_find_lv(vg, lv), flags, &map, &err), err);
	return map;
}

/* Every device but the leaves, as "NAME: LINES", in order of name. */
static void want_devices(struct lv_map *map, const char *want)
{
	struct dm_node *nodes[32], *t;
	struct textbuf out = { 0 };
	size_t n = 0;
	char *got;

	for (struct dm_node *node = map->graph->first; node; node = node->next)
		if (!node->is_leaf)
			nodes[n++] = node;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (strcmp(nodes[j]->name, nodes[i]->name) < 0)
				t = nodes[i], nodes[i] = nodes[j], nodes[j] = t;
	for (size_t i = 0; i < n; i++) {
		lvi_textbuf_printf(&out, "%s: ", nodes[i]->name);
		lvi_dm_table_print(&nodes[i]->table, name_node, NULL, &out);
	}
	got = lvi_textbuf_take(&out, NULL);
	ck_assert_str_eq(got, want);
	free(got);
}

static void want_lvs(struct lv_map *map, const char *want)
{
	char got[200] = "";

	for (size_t i = 0; i < map->lvs.len; i++)
		strcat(strcat(got, i ? " " : ""), map->lvs.items[i]->name);
	ck_assert_str_eq(got, want);
}

static const struct dm_node *node_of(const struct lv_map *map, const char *name)
{
	const struct dm_node *node = lvi_dm_graph_find(map->graph, name);

	ck_assert_msg(node, "no device %s", name);
	return node;
}

#define SNAPSHOT(name, id, field, cow) TEXT_LV(name, id, TEXT_HIDDEN, "type = \"snapshot\"\nchunk_size = 8\n" \
		"origin = \"org\"\n" field " = \"" cow "\"\n")
#define ORIGIN TEXT_LINEAR("org", "o1", "pv0", 0) TEXT_LINEAR("s1", "c1", "pv0", 4) TEXT_LINEAR("s2", "c2", "pv0", 8) \
		TEXT_LINEAR("plain", "c3", "pv1", 0)
#define SNAPSHOTS TEXT_VG(ORIGIN SNAPSHOT("snapshot0", "r1", "cow_store", "s1") SNAPSHOT("snapshot1", "r2", "cow_store", "s2"))
#define MERGING TEXT_VG(ORIGIN SNAPSHOT("snapshot0", "r1", "merging_store", "s1") \
		SNAPSHOT("snapshot1", "r2", "cow_store", "s2"))

#define REAL "vg-org-real: 0 32768 linear /dev/pv0 2048\n"
#define S1 "vg-s1: 0 32768 snapshot vg-org-real vg-s1-cow P 8\nvg-s1-cow: 0 32768 linear /dev/pv0 34816\n"
#define S2 "vg-s2: 0 32768 snapshot vg-org-real vg-s2-cow P 8\nvg-s2-cow: 0 32768 linear /dev/pv0 67584\n"

START_TEST(reading_an_origin)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	struct lv_map map = map_of(vg, "org", 0);

	ck_assert_str_eq(map.top->name, "vg-org-real");
	want_devices(&map, REAL);
	want_lvs(&map, "org");
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

/* Who writes to an origin writes to its snapshots. */
START_TEST(writing_an_origin)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	struct lv_map map = map_of(vg, "org", _i ? MAP_ACTIVATE : MAP_WRITE);

	ck_assert_str_eq(map.top->name, "vg-org");
	want_devices(&map, "vg-org: 0 32768 snapshot-origin vg-org-real\n" REAL S1 S2);
	ck_assert_uint_eq(map.lvs.len, 3);
	ck_assert(node_of(&map, "vg-org-real")->flags == (DM_NODE_PRIVATE | DM_NODE_RESUME_LATE));
	ck_assert(node_of(&map, "vg-org")->resume_rank > node_of(&map, "vg-s1")->resume_rank);
	ck_assert(node_of(&map, "vg-s1")->flags == (DM_NODE_LOW_PRIORITY | DM_NODE_SNAPSHOT));
	ck_assert(node_of(&map, "vg-s1-cow")->flags == (DM_NODE_PRIVATE | DM_NODE_LOW_PRIORITY));
	ck_assert_str_eq(node_of(&map, "vg-s1")->link, "vg/s1");
	ck_assert_ptr_null(node_of(&map, "vg-s1-cow")->link);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(a_snapshot)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	struct lv_map map = map_of(vg, "s1", _i ? MAP_WRITE : 0);

	ck_assert_str_eq(map.top->name, "vg-s1");
	want_devices(&map, REAL S1);
	ck_assert_uint_eq(map.lvs.len, 2);
	lvi_map_free(&map);
	/* an active one has its origin beside it, and so all the others */
	map = map_of(vg, "s1", MAP_ACTIVATE);
	ck_assert_str_eq(map.top->name, "vg-s1");
	want_devices(&map, "vg-org: 0 32768 snapshot-origin vg-org-real\n" REAL S1 S2);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

/* A merging origin shows both, even to readers; the snapshot is not there any more. */
START_TEST(merging)
{
	struct lvol_vg *vg = read_vg(MERGING);
	struct lv_map map = map_of(vg, "org", 0);

	ck_assert_str_eq(map.top->name, "vg-org");
	want_devices(&map, "vg-org: 0 32768 snapshot-merge vg-org-real vg-s1-cow P 8\n" REAL
			"vg-s1-cow: 0 32768 linear /dev/pv0 34816\n");
	lvi_map_free(&map);
	map = map_of(vg, "org", MAP_ACTIVATE);
	want_devices(&map, "vg-org: 0 32768 snapshot-merge vg-org-real vg-s1-cow P 8\n" REAL
			"vg-s1: 0 32768 error\nvg-s1-cow: 0 32768 linear /dev/pv0 34816\n" S2);
	ck_assert(node_of(&map, "vg-s1")->flags & DM_NODE_PRIVATE && !node_of(&map, "vg-s1")->link);
	lvi_map_free(&map);
	/* put off */
	map = map_of(vg, "org", MAP_ACTIVATE | MAP_NO_MERGE);
	want_devices(&map, "vg-org: 0 32768 snapshot-origin vg-org-real\n" REAL S1 S2);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

/* What has to be written to for reading stays writable: stores of snapshots, legs of raids. */
START_TEST(all_read_only)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	struct lv_map map = map_of(vg, "s1", MAP_ACTIVATE | MAP_READ_ONLY);

	for (const struct dm_node *node = map.graph->first; node; node = node->next)
		ck_assert_msg(node->is_leaf || node->read_only == !strstr(node->name, "-cow"), "%s", node->name);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(without_a_device)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	struct lv_map map;

	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "snapshot0"), 0, &map, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_msg(strstr(err.message, "snapshot0"), "%s", err.message);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(several_at_once)
{
	struct lvol_vg *vg = read_vg(SNAPSHOTS);
	const struct lvol_lv *lvs[] = { lvi_vg_find_lv(vg, "plain"), lvi_vg_find_lv(vg, "s1"), lvi_vg_find_lv(vg, "s2") };
	struct map_request request = { .lvs = lvs, .count = 3 };
	struct lv_map map;

	t_ok(lvi_map_lvs(&request, &map, &err), err);
	ck_assert(map.top == map.tops[0] && map.tops[1] == node_of(&map, "vg-s1") && map.tops[2] == node_of(&map, "vg-s2"));
	want_devices(&map, REAL "vg-plain: 0 32768 linear /dev/pv1 2048\n" S1 S2);
	ck_assert_uint_eq(map.lvs.len, 4);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

#define THIN(name, id, more) TEXT_LV(name, id, TEXT_SHOWN, "type = \"thin\"\nthin_pool = \"pool\"\ntransaction_id = 0\n" more)
#define POOL(transaction) TEXT_LV("pool", "t1", TEXT_SHOWN, "type = \"thin-pool\"\nmetadata = \"pool_tmeta\"\n" \
		"pool = \"pool_tdata\"\ntransaction_id = " transaction "\nchunk_size = 128\ndiscards = \"passdown\"\n" \
		"zero_new_blocks = 1\n") TEXT_PART("pool_tmeta", "t2", "pv0", 0) TEXT_PART("pool_tdata", "t3", "pv0", 4)
#define TPOOL "thin-pool vg-pool_tmeta vg-pool_tdata 128 0 0\n"
#define TPARTS "vg-pool_tdata: 0 32768 linear /dev/pv0 34816\nvg-pool_tmeta: 0 32768 linear /dev/pv0 2048\n"

START_TEST(thin_merging)
{
	struct lvol_vg *vg = read_vg(TEXT_VG(POOL("3") THIN("org", "t4", "device_id = 1\n")
			THIN("snap", "t5", "device_id = 2\norigin = \"org\"\nmerge = \"org\"\n")));
	struct lv_map map = map_of(vg, "org", MAP_ACTIVATE);

	want_devices(&map, "vg-org: 0 32768 thin vg-pool-tpool 2\nvg-pool-tpool: 0 32768 " TPOOL TPARTS);
	lvi_map_free(&map);
	map = map_of(vg, "org", MAP_ACTIVATE | MAP_NO_MERGE);
	want_devices(&map, "vg-org: 0 32768 thin vg-pool-tpool 1\nvg-pool-tpool: 0 32768 " TPOOL TPARTS);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(pool_used_and_new)
{
	struct lvol_vg *vg = read_vg(TEXT_VG(POOL("3")));
	struct lv_map map = map_of(vg, "pool", MAP_ACTIVATE);

	want_devices(&map, "vg-pool: 0 32768 linear vg-pool-tpool 0\nvg-pool-tpool: 0 32768 " TPOOL TPARTS);
	ck_assert(map.top->read_only && !map.top->link && map.top->flags == DM_NODE_PRIVATE);
	ck_assert(!node_of(&map, "vg-pool-tpool")->read_only);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	vg = read_vg(TEXT_VG(POOL("0")));
	map = map_of(vg, "pool", MAP_ACTIVATE);
	want_devices(&map, "vg-pool: 0 32768 " TPOOL TPARTS);
	ck_assert(map.top->link && map.top->flags == (DM_NODE_NO_CONTENT | DM_NODE_QUEUES) && strstr(map.top->uuid, "-tpool"));
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

#define CACHEVOL(policy) TEXT_LV("c", "c1", TEXT_SHOWN, "type = \"cache+CACHE_USES_CACHEVOL\"\ncache_pool = \"f\"\n" \
		"origin = \"o\"\nmetadata_format = 2\nchunk_size = 512\ncache_mode = \"writeback\"\npolicy = \"" policy "\"\n" \
		"policy_settings {\nmigration_threshold = 9000\n}\nmetadata_start = 0\nmetadata_len = 8192\n" \
		"data_start = 8192\ndata_len = 24576\n" TEXT_IDS) TEXT_PART("o", "c2", "pv0", 0) \
		"f {\n" TEXT_ID("c3") "status = [\"READ\", \"WRITE\"]\nflags = [\"CACHE_VOL\"]\nsegment_count = 1\nsegment1 {\n" \
		"start_extent = 0\nextent_count = 4\n" TEXT_ON("pv1", 0) "}\n}\n"
#define TEXT_IDS "metadata_id = \"BBBBBB-BBBB-BBBB-BBBB-BBBB-BBBB-BBBBBB\"\n"
#define CUTS "vg-f: 0 32768 linear /dev/pv1 2048\nvg-f-cdata: 0 24576 linear vg-f 8192\nvg-f-cmeta: 0 8192 linear vg-f 0\n" \
		"vg-o: 0 32768 linear /dev/pv0 2048\n"

/* lvm2 2.03.16 forgets the policy here; where that is smq, its other name is loaded. What is to clean has to clean. */
START_TEST(cachevol)
{
	struct lvol_vg *vg = read_vg(TEXT_VG(CACHEVOL("smq")));
	struct lv_map map = map_of(vg, "c", MAP_ACTIVATE);

	want_devices(&map, "vg-c: 0 32768 cache vg-f-cmeta vg-f-cdata vg-o 512 2 metadata2 writeback mq 2 "
			"migration_threshold 9000\n" CUTS);
	ck_assert(strstr(node_of(&map, "vg-f-cmeta")->uuid, "BBBBBBBB-cmeta"));
	ck_assert(strstr(node_of(&map, "vg-f-cdata")->uuid, "c3-cdata"));
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	vg = read_vg(TEXT_VG(CACHEVOL("cleaner")));
	map = map_of(vg, "c", MAP_ACTIVATE);
	want_devices(&map, "vg-c: 0 32768 cache vg-f-cmeta vg-f-cdata vg-o 512 2 metadata2 writethrough cleaner 2 "
			"migration_threshold 9000\n" CUTS);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

/* As lvm2, which shows a part of another LV by itself for reading. */
START_TEST(part_alone)
{
	struct lvol_vg *vg = read_vg(TEXT_VG(POOL("3")));
	struct lv_map map = map_of(vg, "pool_tdata", MAP_ACTIVATE);

	ck_assert(map.top->read_only && map.top->flags == DM_NODE_NO_CONTENT);
	ck_assert_str_eq(map.top->link, "vg/pool_tdata");
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

#define VDO_POOL "type = \"vdo-pool\"\ndata = \"p_vdata\"\nheader_size = 1024\nvirtual_extents = 4\nuse_compression = 1\n" \
	"use_deduplication = 1\nuse_metadata_hints = 1\nminimum_io_size = 4096\nblock_map_cache_size_mb = 128\n" \
	"block_map_era_length = 16380\nuse_sparse_index = 0\nindex_memory_size_mb = 256\nmax_discard = 1\nslab_size_mb = 2048\n" \
	"ack_threads = 1\nbio_threads = 4\nbio_rotation = 64\ncpu_threads = 2\nhash_zone_threads = 3\nlogical_threads = 5\n" \
	"physical_threads = 6\n"

START_TEST(vdo)
{
	struct lvol_vg *vg = read_vg(TEXT_VG(TEXT_LV("v", "v1", TEXT_SHOWN, "type = \"vdo\"\nvdo_pool = \"p\"\nvdo_offset = 0\n")
			TEXT_LV("p", "v2", TEXT_SHOWN, VDO_POOL) TEXT_PART("p_vdata", "v3", "pv0", 0)));
	struct lv_map map = map_of(vg, "v", MAP_ACTIVATE);

	want_devices(&map, "vg-p-vpool: 0 34816 vdo V2 vg-p_vdata 4096 4096 32768 16380 on auto vg-p-vpool maxDiscard 1 ack 1 "
			"bio 4 bioRotationInterval 64 cpu 2 hash 3 logical 5 physical 6\nvg-p_vdata: 0 32768 linear /dev/pv0 2048\n"
			"vg-v: 0 32768 linear vg-p-vpool 1024\n");
	ck_assert(strstr(node_of(&map, "vg-p_vdata")->uuid, "-vdata") && strstr(node_of(&map, "vg-p-vpool")->uuid, "-vpool"));
	lvi_map_free(&map);
	map = map_of(vg, "p", MAP_ACTIVATE);
	ck_assert_str_eq(map.top->name, "vg-p");
	ck_assert(map.top->read_only && strstr(map.top->uuid, "-pool"));
	ck_assert_uint_eq(lvi_dm_table_sectors(&map.top->table), 1024);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}
END_TEST

#define RAID(type, more) TEXT_LV("r", "r1", TEXT_SHOWN, "type = \"" type "\"\ndevice_count = 2\nregion_size = 4096\n" more \
		"raids = [\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\"]\n")

static void want_raid(const char *text, unsigned flags, const char *want)
{
	struct lvol_vg *vg = read_vg(text);
	struct lv_map map = map_of(vg, "r", flags);
	struct textbuf out = { 0 };
	char *got;

	lvi_dm_table_print(&map.top->table, name_node, NULL, &out);
	got = lvi_textbuf_take(&out, NULL);
	ck_assert_str_eq(got, want);
	free(got);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
}

#define PAIRS "2 vg-r_rmeta_0 vg-r_rimage_0 vg-r_rmeta_1 vg-r_rimage_1\n"

START_TEST(raid_in_sync)
{
	static const char text[] = TEXT_VG(RAID("raid1", "") TEXT_PART("r_rmeta_0", "m0", "pv0", 0)
			TEXT_PART("r_rmeta_1", "m1", "pv0", 4) TEXT_PART("r_rimage_0", "i0", "pv1", 0)
			TEXT_PART("r_rimage_1", "i1", "pv1", 4));

	want_raid(text, MAP_ACTIVATE | MAP_IN_SYNC, "0 32768 raid raid1 4 0 nosync region_size 4096 " PAIRS);
	want_raid(text, MAP_ACTIVATE, "0 32768 raid raid1 3 0 region_size 4096 " PAIRS);
}
END_TEST

/* Every setting, in the kernel's order. */
START_TEST(raid_settings)
{
	static const char text[] = TEXT_VG(RAID("raid1", "writebehind = 7\nmin_recovery_rate = 5\nmax_recovery_rate = 6\n")
			TEXT_PART("r_rmeta_0", "m0", "pv0", 0) TEXT_PART("r_rmeta_1", "m1", "pv0", 4)
			TEXT_LV("r_rimage_0", "i0", "\"READ\", \"WRITE\", \"WRITEMOSTLY\"", TEXT_ON("pv1", 0))
			TEXT_LV("r_rimage_1", "i1", "\"READ\", \"WRITE\", \"REBUILD\"", TEXT_ON("pv1", 4)));

	want_raid(text, 0, "0 32768 raid raid1 13 0 rebuild 1 min_recovery_rate 5 max_recovery_rate 6 write_mostly 0 "
			"max_write_behind 7 region_size 4096 " PAIRS);
}
END_TEST

/* While data moves out of place, and legs come or go; 0 as offset asks the kernel to choose the side. */
START_TEST(raid_reshaping)
{
	static const char plus[] = TEXT_VG(RAID("raid5_ls+RESHAPE+RESHAPE_DATA_OFFSET", "stripe_size = 128\ndata_offset = 8192\n")
			TEXT_PART("r_rmeta_0", "m0", "pv0", 0) TEXT_PART("r_rmeta_1", "m1", "pv0", 4)
			TEXT_PART("r_rimage_0", "i0", "pv1", 0) TEXT_LV("r_rimage_1", "i1", TEXT_HIDDEN,
			"type = \"striped+RESHAPE_DELTA_DISKS_PLUS\"\nstripe_count = 1\nstripes = [\"pv1\", 4]\n"));
	char *minus = text_change(plus, "DISKS_PLUS", "DISKS_MINUS"), *zero = text_change(plus, "data_offset = 8192",
			"data_offset = 0");

	want_raid(plus, 0, "0 32768 raid raid5_ls 7 128 region_size 4096 delta_disks 1 data_offset 8192 " PAIRS);
	want_raid(minus, 0, "0 32768 raid raid5_ls 7 128 region_size 4096 delta_disks -1 data_offset 8192 " PAIRS);
	want_raid(zero, 0, "0 32768 raid raid5_ls 7 128 region_size 4096 delta_disks 1 data_offset 0 " PAIRS);
	free(minus);
	free(zero);
}
END_TEST

/* lvm2's activation mode "degraded": a raid may lack what it can do without, and nothing else may. */
START_TEST(degraded)
{
	static const char text[] = TEXT_VG(RAID("raid1", "") TEXT_PART("r_rmeta_0", "m0", "pv0", 0)
			TEXT_PART("r_rimage_0", "i0", "pv0", 4) TEXT_PART("r_rmeta_1", "m1", "pv1", 0)
			TEXT_PART("r_rimage_1", "i1", "pv1", 4) TEXT_LINEAR("lin", "l1", "pv1", 8));
	struct lvol_vg *vg;
	struct lv_map map;

	t_ok(text_import(text, &vg, &err), err);
	vg->pv_first->dev = _i == 0 ? FAKE_DEV(0) : NULL;
	vg->pv_first->dev_name = vg->pv_first->device_hint;
	t_ok(lvi_vg_freeze(vg, &err), err);
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "r"), MAP_ACTIVATE, &map, &err), LVOL_E_MISSING_PV, err);
	t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "lin"), MAP_ACTIVATE | MAP_DEGRADED, &map, &err), LVOL_E_MISSING_PV, err);
	if (_i == 0) {
		map = map_of(vg, "r", MAP_ACTIVATE | MAP_DEGRADED);
		want_devices(&map, "vg-r: 0 32768 raid raid1 3 0 region_size 4096 " PAIRS
				"vg-r_rimage_0: 0 32768 linear /dev/pv0 34816\n"
				"vg-r_rimage_1: 0 32768 linear vg-r_rimage_1-missing_0_0 0\n"
				"vg-r_rimage_1-missing_0_0: 0 32768 error\n"
				"vg-r_rmeta_0: 0 32768 linear /dev/pv0 2048\n"
				"vg-r_rmeta_1: 0 32768 linear vg-r_rmeta_1-missing_0_0 0\n"
				"vg-r_rmeta_1-missing_0_0: 0 32768 error\n");
		ck_assert_uint_eq(lvi_hash_count(&map.missing), 2);
		lvi_map_free(&map);
	} else {
		t_fails(lvi_map_lv(lvi_vg_find_lv(vg, "r"), MAP_ACTIVATE | MAP_DEGRADED, &map, &err), LVOL_E_MISSING_PV, err);
		ck_assert_msg(strstr(err.message, "too many of the 2 legs of the raid1 vg/r lie on missing PVs: "
				"r_rimage_0, r_rimage_1; it can do without 1"), "%s", err.message);
		map = map_of(vg, "r", MAP_ACTIVATE | MAP_PARTIAL);
		lvi_map_free(&map);
	}
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("map_layers");
	TCase *tc = tcase_create("layers");

	tcase_add_test(tc, reading_an_origin);
	tcase_add_loop_test(tc, writing_an_origin, 0, 2);
	tcase_add_loop_test(tc, a_snapshot, 0, 2);
	tcase_add_test(tc, merging);
	tcase_add_test(tc, all_read_only);
	tcase_add_test(tc, without_a_device);
	tcase_add_test(tc, several_at_once);
	tcase_add_test(tc, thin_merging);
	tcase_add_test(tc, pool_used_and_new);
	tcase_add_test(tc, part_alone);
	tcase_add_test(tc, cachevol);
	tcase_add_test(tc, vdo);
	tcase_add_test(tc, raid_in_sync);
	tcase_add_test(tc, raid_settings);
	tcase_add_test(tc, raid_reshaping);
	tcase_add_loop_test(tc, degraded, 0, 2);
	suite_add_tcase(s, tc);
	return t_main(s);
}
