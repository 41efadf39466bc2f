/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is shown of LVs whose devices are in states that no recorded scenario has: of a scenario as it was recorded, one device
 * is another way or says something else. What is expected is what the manual page lvs(8) says of these letters and words.
 */
#include "recorded_control.h"

#define POOL "vg0-pool-tpool"
#define FAIL "0 81920 thin-pool Fail\n"
#define POOL_SAYS(mode, flags) "0 81920 thin-pool 11 68/512 160/640 - " mode " discard_passdown queue_if_no_space " flags " 128\n"
#define WT_SAYS(mode, flags) \
	"0 32768 cache 8 9/2048 128 64/128 902 1658 482 806 0 64 0 2 metadata2 writethrough 2 migration_threshold 2048 smq 0 " mode \
	" " flags "\n"
#define WC_SAYS(error) "0 32768 writecache " error " 3060 2548 0 0 0 576 0 1 0 575 0 4 0\n"
#define RAID_SAYS(health, synced, action, mismatches) \
	"0 12288 raid raid1 3 " health " " synced "/12288 " action " " mismatches " 0 -\n"

static const struct {
	const char *scenario, *lv;
	const char *device, *attr, *status;   /* attr: as dmsetup's, table, inactive table, suspended, permission */
	const char *fields, *want;            /* cells with | between */
} states[] = {
	{ "thin-basic", "pool", POOL, NULL, FAIL, "lv_attr,lv_health_status,data_percent", "twi-a-tzF-|failed|" },
	{ "thin-basic", "pool", POOL, NULL, POOL_SAYS("rw", "-"), "lv_attr,lv_health_status,data_percent", "twi-a-tz--||25.00" },
	{ "thin-basic", "pool", POOL, NULL, POOL_SAYS("ro", "-"), "lv_attr,lv_health_status", "twi-a-tzM-|metadata_read_only" },
	{ "thin-basic", "pool", POOL, NULL, POOL_SAYS("out_of_data_space", "-"), "lv_attr,lv_health_status",
		"twi-a-tzD-|out_of_data" },
	{ "thin-basic", "pool", POOL, NULL, POOL_SAYS("rw", "needs_check"), "lv_attr,lv_check_needed", "twi-c-tz--|check needed" },
	{ "thin-basic", "pool", POOL, "L-sw", POOL_SAYS("rw", "needs_check"), "lv_attr,lv_suspended", "twi-C-tz--|suspended" },
	{ "thin-basic", "pool", POOL, NULL, "0 81920 linear\n", "lv_attr,data_percent", "twi-XXtzX-|" },
	{ "thin-basic", "pool", POOL, NULL, "no status\n", "lv_attr,data_percent", "twi-XXtzX-|" },
	{ "thin-basic", "t1", "vg0-t1", NULL, "0 131072 thin Fail\n", "lv_attr,data_percent", "Vwi-a-tzF-|" },
	{ "thin-basic", "t1", "vg0-t1", NULL, "0 131072 thin 65536 83967\n", "lv_attr,data_percent", "Vwi-a-tz--|50.00" },
	{ "thin-basic", "t1", "vg0-t1", NULL, "0 131072 thin 131072 131071\n", "data_percent", "100.00" },
	{ "thin-basic", "t1", "vg0-t1", NULL, "0 131072 thin 128 127\n", "data_percent", "0.10" },
	/* never 0.00 or 100.00 when it is not quite that */
	{ "thin-basic", "big", "vg0-big", NULL, "0 409600 thin 8 8\n", "data_percent", "0.01" },
	{ "thin-basic", "big", "vg0-big", NULL, "0 409600 thin 409592 409599\n", "data_percent", "99.99" },
	{ "thin-basic", "t1", "vg0-t1", "L-sw", NULL, "lv_attr,lv_suspended,lv_live_table", "Vwi-s-tz--|suspended|live table present" },
	{ "thin-basic", "t1", "vg0-t1", "-Iww", NULL, "lv_attr,lv_inactive_table", "Vwi-i-tz--|inactive table present" },
	{ "thin-basic", "t1", "vg0-t1", "--ww", NULL, "lv_attr,lv_live_table", "Vwi-d-tz--|" },
	{ "thin-basic", "t1", "vg0-t1", "L--r", NULL, "lv_attr,lv_permissions", "VRi-a-tz--|read-only-override" },
	{ "cache-modes", "wt", "vg0-wt", NULL, WT_SAYS("rw", "-"), "lv_attr,data_percent,cache_dirty_blocks", "Cwi-a-C---|50.00|0" },
	{ "cache-modes", "wt", "vg0-wt", NULL, WT_SAYS("rw", "needs_check"), "lv_attr,lv_check_needed", "Cwi-c-C---|check needed" },
	{ "cache-modes", "wt", "vg0-wt", "L-sw", WT_SAYS("rw", "needs_check"), "lv_attr", "Cwi-C-C---" },
	{ "cache-modes", "wt", "vg0-wt", NULL, WT_SAYS("ro", "-"), "lv_attr,lv_health_status", "Cwi-a-C-M-|metadata_read_only" },
	{ "cache-modes", "wt", "vg0-wt", NULL, "0 32768 cache Fail\n", "lv_attr,lv_health_status,data_percent,cache_read_hits",
		"Cwi-a-C-F-|failed||0" },
	{ "writecache", "main", "vg0-main", NULL, WC_SAYS("0"), "lv_attr,writecache_error,writecache_free_blocks", "Cwi-a-C---|0|2548" },
	{ "writecache", "main", "vg0-main", NULL, WC_SAYS("1"), "lv_attr,lv_health_status,writecache_error", "Cwi-a-C-E-|error|1" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot Invalid\n", "lv_attr,lv_snapshot_invalid",
		"swi-I-s---|snapshot invalid" },
	{ "snapshot-basic", "s4", "vg0-s4", "L-sw", "0 32768 snapshot Invalid\n", "lv_attr", "swi-S-s---" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot Overflow\n", "lv_attr,lv_snapshot_invalid", "swi-a-s---|" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot 8192/16384 40\n", "data_percent,snap_percent", "50.00|50.00" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot 40/16384 40\n", "data_percent", "0.00" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot Merge failed\n", "lv_attr,lv_merge_failed,data_percent",
		"swi-m-s---|merge failed|" },
	{ "snapshot-basic", "s4", "vg0-s4", "L-sw", "0 32768 snapshot Merge failed\n", "lv_attr", "swi-M-s---" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("AAA", "12288", "idle", "128"),
		"lv_attr,lv_health_status,raid_mismatch_count,copy_percent", "rwi-a-r-m-|mismatches exist|128|100.00" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("Aaa", "3072", "recover", "0"), "lv_attr,raid_sync_action,copy_percent",
		"rwi-a-r---|recover|25.00" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("ADA", "12288", "idle", "0"), "lv_attr,lv_health_status",
		"rwi-a-r-r-|refresh needed" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("AAA", "12288", "reshape", "0"), "lv_attr,raid_sync_action",
		"rwi-a-r-s-|reshape" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("AAA", "4096", "check", "0"), "raid_sync_action,sync_percent", "check|33.33" },
	{ "mirror", "mcore", "vg0-mcore", NULL, "0 12288 mirror 2 254:0 254:1 1/3 1 AA 1 core\n", "copy_percent", "33.33" },
	/* the kernel says that it is done before it begins */
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("Aaa", "12288", "recover", "0"), "copy_percent", "99.99" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("Aaa", "12288", "idle", "0"), "copy_percent", "99.99" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("Aaa", "12288", "frozen", "0"), "copy_percent", "100.00" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("aaa", "12288", "idle", "0"), "copy_percent", "100.00" },
	{ "raid1", "three", "vg0-three", NULL, RAID_SAYS("Aaa", "0", "idle", "0"), "copy_percent", "0.00" },
	{ "mirror", "mcore", "vg0-mcore", NULL, "0 12288 mirror 2 254:0 254:1 3/3 1 AA 1 core\n", "copy_percent", "100.00" },
	{ "mirror", "mcore", "vg0-mcore", NULL, "0 12288 mirror 2 254:0 254:1 0/0 1 AA 1 core\n", "copy_percent", "0.00" },
	{ "mirror", "mcore", "vg0-mcore", NULL, "0 6144 linear\n6144 6144 linear\n", "copy_percent", "" },
	{ "mirror", "mcore", "vg0-mcore", NULL, "no status\n", "copy_percent", "" },
	/* what there is none of is full; what makes no sense is not told */
	{ "thin-basic", "pool", POOL, NULL, "0 81920 thin-pool 11 68/512 0/0 - rw - queue_if_no_space - 128\n",
		"data_percent,metadata_percent", "100.00|13.28" },
	{ "thin-basic", "pool", POOL, NULL, FAIL, "metadata_percent", "" },
	{ "cache-modes", "wt", "vg0-wt", NULL, WT_SAYS("rw", "-"), "metadata_percent,copy_percent,cache_used_blocks", "0.44|0.00|64" },
	{ "cache-modes", "wt", "vg0-wt", NULL, "0 32768 cache Fail\n", "metadata_percent,copy_percent", "|" },
	{ "cache-modes", "wt", "vg0-wt", NULL, "0 32768 cache 8 9/2048 128 0/128 0 0 0 0 0 0 0 2 metadata2 writethrough 2 "
		"migration_threshold 2048 smq 0 rw -\n", "data_percent,copy_percent", "0.00|0.00" },
	{ "writecache", "main", "vg0-main", NULL, "0 32768 writecache 0 3060 4000 0 0 0 576 0 1 0 575 0 4 0\n", "data_percent", "" },
	{ "snapshot-basic", "s4", "vg0-s4", NULL, "0 32768 snapshot 0/0 0\n", "data_percent", "100.00" },
	/* parts of raids and mirrors are what these say of them */
	{ "raid1", "three_rimage_0", "vg0-three", NULL, RAID_SAYS("aAA", "3072", "recover", "0"), "lv_attr,lv_image_synced",
		"Iwi-a-r---|" },
	{ "raid1", "three_rimage_2", "vg0-three", NULL, RAID_SAYS("aAA", "3072", "recover", "0"), "lv_attr,lv_image_synced",
		"iwi-a-r---|image synced" },
	{ "raid1", "three_rimage_2", "vg0-three", NULL, RAID_SAYS("AAD", "12288", "idle", "0"), "lv_attr,lv_image_synced",
		"Iwi-a-r-r-|" },
	{ "raid1", "three_rimage_0", "vg0-three", NULL, RAID_SAYS("AAD", "12288", "idle", "0"), "lv_attr,lv_image_synced",
		"iwi-a-r---|image synced" },
	{ "raid1", "three_rmeta_2", "vg0-three", NULL, RAID_SAYS("AAD", "12288", "idle", "0"), "lv_attr", "ewi-a-r-r-" },
	/* a raid that runs with fewer legs than the metadata have, and one that says nothing */
	{ "raid1", "three_rimage_2", "vg0-three", NULL, "0 12288 raid raid1 2 AA 12288/12288 idle 0 0 -\n",
		"lv_attr,lv_image_synced", "Iwi-a-r-r-|" },
	{ "raid1", "three_rimage_0", "vg0-three", NULL, "no status\n", "lv_attr,lv_image_synced", "Iwi-a-r-r-|" },
	{ "mirror", "mcore_mimage_0", "vg0-mcore", NULL, "0 12288 mirror 2 254:0 254:1 3/3 1 AA 1 core\n",
		"lv_attr,lv_image_synced", "iwi-a-m---|image synced" },
	{ "mirror", "mcore_mimage_0", "vg0-mcore", NULL, "0 12288 mirror 2 254:0 254:1 1/3 1 AA 1 core\n",
		"lv_attr,lv_image_synced", "Iwi-a-m---|" },
	{ "mirror", "mcore_mimage_0", "vg0-mcore", NULL, "no status\n", "lv_attr,lv_image_synced", "Iwi-a-m---|" },
	{ "raid-integrity", "rb_rimage_0", "vg0-rb_rimage_0", NULL, "0 12288 integrity 7 12288 3072\n",
		"sync_percent,integritymismatches", "25.00|7" },
	/* of the raid above: those of all legs, and no number when one does not tell */
	{ "raid-integrity", "rb", "vg0-rb_rimage_1", NULL, "0 12288 integrity 7 12288 3072\n", "integritymismatches", "7" },
	{ "raid-integrity", "rb", "vg0-rb_rimage_1", NULL, "0 12288 linear\n", "integritymismatches", "" },
	{ "raid-integrity", "rb", "vg0-rb_rimage_1", NULL, "no status\n", "integritymismatches", "" },
	{ "raid-integrity", "rb_rimage_1", "vg0-rb_rimage_1", NULL, "0 12288 linear\n", "integritymismatches", "" },
};

/* A scenario's VGs and its kernel. */
struct shown {
	struct json_object *manifest;
	struct lvol_vg *vgs[8];
	struct recorded kernel;
	struct report_source source;
};

static void open_shown(struct shown *s, const char *scenario)
{
	char *path = t_golden_manifest(scenario);

	*s = (struct shown){ .manifest = json_object_from_file(path), .kernel = { .control = { &recorded_ops } } };
	ck_assert_msg(s->manifest != NULL, "cannot read %s", path);
	s->kernel.dmsetup = get(s->manifest, "dmsetup");
	json_object_object_foreach(get(s->manifest, "vgcfgbackup"), name, backup) {
		ck_assert_uint_lt(s->source.vg_count, 8);
		s->vgs[s->source.vg_count++] = import(name, json_object_get_string(backup), get(get(s->manifest, "reports"), "pvs"));
	}
	s->source.vgs = s->vgs;
	s->source.control = &s->kernel.control;
	free(path);
}

static void close_shown(struct shown *s)
{
	for (size_t i = 0; i < s->source.vg_count; i++)
		lvi_vg_unref(s->vgs[i]);
	json_object_put(s->manifest);
}

static int report(const struct shown *s, const char *fields, const char *lv, struct lvol_report **out, struct lvol_error *err)
{
	struct lvol_report_opts o = LVOL_REPORT_OPTS_INIT;
	char *select = t_text("lv_name=%s", lv);
	int ret;

	o.kind = LVOL_REPORT_LVS;
	o.fields = fields;
	o.select = select;
	o.flags = LVOL_REPORT_ALL;
	ret = lvi_report_new(&s->source, &o, out, err);
	free(select);
	return ret;
}

static void join(const struct lvol_report *r, char out[256])
{
	ck_assert_uint_eq(lvi_report_row_count(r), 1);
	*out = '\0';
	for (size_t i = 0; i < lvi_report_column_count(r); i++)
		snprintf(out + strlen(out), 256 - strlen(out), "%s%s", i ? "|" : "", lvi_report_cell(r, 0, i));
}

START_TEST(what_a_device_is_shows_in_letters_and_words)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *r;
	struct shown s;
	char cells[256];

	open_shown(&s, states[_i].scenario);
	s.kernel.device = states[_i].device;
	s.kernel.attr = states[_i].attr;
	s.kernel.status = states[_i].status;
	t_ok(report(&s, states[_i].fields, states[_i].lv, &r, &err), err);
	join(r, cells);
	ck_assert_msg(!strcmp(cells, states[_i].want), "%s %s, %s %s: \"%s\" is \"%s\", not \"%s\"", states[_i].scenario, states[_i].lv,
			states[_i].attr ? states[_i].attr : "", states[_i].status ? states[_i].status : "", states[_i].fields, cells,
			states[_i].want);
	lvi_report_free(r);
	close_shown(&s);
}
END_TEST

START_TEST(a_device_mapper_that_does_not_answer_is_an_error)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *r;
	struct shown s;

	open_shown(&s, "thin-basic");
	s.kernel.list_fails = true;
	t_fails(report(&s, "lv_attr", "t1", &r, &err), LVOL_E_PERMISSION, err);
	s.kernel.list_fails = false;
	s.kernel.look_fails = true;
	t_fails(report(&s, "lv_attr", "t1", &r, &err), LVOL_E_IO, err);
	ck_assert_msg(strstr(err.message, "vg0-"), "%s", err.message);
	/* the list is enough for this one */
	t_ok(report(&s, "lv_name", "t1", &r, &err), err);
	lvi_report_free(r);
	close_shown(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report states");
	TCase *tests = tcase_create("states");

	tcase_add_loop_test(tests, what_a_device_is_shows_in_letters_and_words, 0, sizeof states / sizeof *states);
	tcase_add_test(tests, a_device_mapper_that_does_not_answer_is_an_error);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
