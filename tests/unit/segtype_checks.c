/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of each segment type: a good text of it, then one change at a time. What LVM2 refuses to read is refused;
 * what it only would not write is found by the checks.
 */
#include "segtype_texts.h"

/* A good text is valid, and every field of it comes back. */
START_TEST(is_good)
{
	char *out = text_cycle(good[_i]), *again = text_cycle(out), *lines = strdup(strstr(good[_i], "logical_volumes"));
	char *rest = lines, *line;

	text_is_valid(good[_i]);
	ck_assert_str_eq(out, again);
	while ((line = strsep(&rest, "\n")))
		if (!strchr(line, '['))
			text_has(out, line);
	free(lines);
	free(again);
	free(out);
}
END_TEST

struct change { const char *text, *from, *to, *message, *from2, *to2; };

static char *changed(const struct change *c)
{
	char *one = text_change(c->text, c->from, c->to), *two = c->from2 ? text_change(one, c->from2, c->to2) : NULL;

	if (!two)
		return one;
	free(one);
	return two;
}

static const struct change unreadable[] = {
	{ RAID1, "device_count = 2\n", "", "device_count is missing" },
	{ RAID1, "device_count = 2\n", "device_count = 2\nstripe_count = 2\n", "both device_count and stripe_count" },
	{ RAID1, "device_count = 2\n", "device_count = 3\n", "there are 2 areas, not 3" },
	{ RAID1, "\"r_rimage_1\"]", "]", "data LV is missing" },
	{ RAID1, "\"r_rimage_1\"]", "\"x\"]", "LV x does not exist" },
	{ RAID1, "region_size = 4096", "region_size = \"big\"", "region_size is no number" },
	{ RAID5, "device_count = 3", "device_count = 1", "there are 3 areas, not 1" },
	{ RAID5, "device_count = 3", "device_count = 1", "no devices for data",
		", \"r_rmeta_1\", \"r_rimage_1\", \"r_rmeta_2\", \"r_rimage_2\"]", "]" },
	{ RAID0, "[\"a\", \"b\"]", "[7, \"b\"]", "holds 7 where a name belongs" },
	{ MIRROR, "mirrors = [\"m_mimage_0\", 0, \"m_mimage_1\", 0]", "mirrors = []", "mirrors is missing" },
	{ MIRROR, "[\"m_mimage_0\", 0, \"m_mimage_1\", 0]", "[\"m_mimage_0\", 0, \"m_mimage_1\"]", "the extent behind" },
	{ MIRROR, "[\"m_mimage_0\", 0, \"m_mimage_1\", 0]", "[3, 0, \"m_mimage_1\", 0]", "holds 3 where a name belongs" },
	{ MOVE, "mirrors = [\"pv0\", 0", "mirrors = [\"pv0\", \"x\"", "the extent behind area pv0 is missing" },
	{ MIRROR, "region_size = 4096\n", "", "region_size is missing" },
	{ MIRROR, "\"m_mlog\"", "\"none\"", "mirror_log names LV none" },
	{ SNAPSHOT, "chunk_size = 8\n", "", "chunk_size is missing" },
	{ SNAPSHOT, "origin = \"org\"\n", "", "origin is missing" },
	{ SNAPSHOT, "cow_store = \"cow\"\n", "", "neither cow_store nor merging_store" },
	{ SNAPSHOT, "cow_store = \"cow\"\n", "cow_store = \"cow\"\nmerging_store = \"cow\"\n", "both" },
	{ SNAPSHOT, "cow_store = \"cow\"\n", "cow_store = \"org\"\n", "one LV" },
	{ THIN, "metadata = \"pool_tmeta\"\n", "", "metadata is missing" },
	{ THIN, "pool = \"pool_tdata\"\n", "", "pool is missing" },
	{ THIN, "transaction_id = 1\n", "", "transaction_id is missing" },
	{ THIN, "transaction_id = 1\n", "transaction_id = -1\n", "transaction_id is negative" },
	{ THIN, "chunk_size = 128\n", "", "chunk_size is missing" },
	{ THIN, "chunk_size = 128\n", "chunk_size = 64\n", "chunk_size is 64, not from 128" },
	{ THIN, "\"passdown\"", "\"frob\"", "discards" },
	{ SNAPSHOT, "segment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 4\ntype = \"snapshot\"",
		"segment_count = 2\nsegment1 {\nstart_extent = 0\nextent_count = 4\ntype = \"zero\"\n}\n"
		"segment2 {\nstart_extent = 4\nextent_count = 4\ntype = \"snapshot\"", "one segment only" },
	{ THIN, "create = \"t\"", "create = \"x\"", "message" },
	{ THIN, "create = \"t\"", "create = 5", "message" },
	{ THIN, "create = \"t\"", "create = []", "message" },
	{ THIN, "create = \"t\"", "create {\n}", "message" },
	{ THIN, "create = \"t\"", "", "message" },
	{ THIN, "delete = 5", "delete = \"x\"", "message" },
	{ THIN, "delete = 5", "delete = []", "message" },
	{ THIN, "delete = 5", "delete {\n}", "message" },
	{ THIN, "\"passdown\"", "5", "discards is no string" },
	{ THIN, "external_origin = \"ext\"", "external_origin = 5", "external_origin is no string" },
	{ THIN, "delete = 5", "frob = 5", "message" },
	{ THIN, "device_id = 1\n", "", "device_id is missing" },
	{ THIN, "device_id = 1\n", "device_id = 16777216\n", "device_id is 16777216" },
	{ THIN, "thin_pool = \"pool\"\n", "", "thin_pool is missing" },
	{ THIN, "\"ext\"\n", "\"x\"\n", "external_origin names LV x" },
	{ CACHE, "cache_pool = \"p\"\n", "", "cache_pool is missing" },
	{ CACHE, "\"writeback\"", "\"frob\"", "cache_mode" },
	{ CACHE, "policy = \"smq\"\n", "", "policy_settings without policy" },
	{ CACHE, "policy_settings {\nmigration_threshold = 4096\n}\n", "policy_settings = 1\n", "no section" },
	{ CACHE, "metadata_format = 2", "metadata_format = 3", "metadata_format is 3" },
	{ CACHEVOL, "data_len = 24576\n", "", "metadata_start without" },
	{ CACHEVOL, "data_start = 8192\n", "", "metadata_start without" },
	{ CACHEVOL, "metadata_len = 8192\n", "", "metadata_start without" },
	{ CACHEVOL, "chunk_size = 128\n", "chunk_size = 128\ncache_mode = \"frob\"\n", "cache_mode is none of" },
	{ CACHEVOL, "metadata_format = 2", "metadata_format = 1", "metadata_format is 1" },
	{ CACHEVOL, "AAAAm1", "AAAA", "metadata_id is no UUID" },
	{ WRITECACHE, "writecache_block_size = 4096\n", "", "writecache_block_size is missing" },
	{ WRITECACHE, "high_watermark = 60\n", "writecache_setting_key = \"a\"\n", "writecache_setting_val" },
	{ INTEGRITY, "mode = \"J\"\n", "", "mode is missing" },
	{ INTEGRITY, "mode = \"J\"\n", "mode = \"JJJJJJJJ\"\n", "mode is longer" },
	{ VDO, "vdo_offset = 0\n", "", "vdo_offset is missing" },
	{ VDO, "slab_size_mb = 2048\n", "", "slab_size_mb is missing" },
	{ STRIPED, "stripe_size = 128\n", "", "stripe_size is missing" },
	{ STRIPED, "stripe_count = 2", "stripe_count = 0", "areas, not 0" },
	{ STRIPED, "stripe_count = 2", "stripe_count = 0", "stripes is missing", "[\"pv0\", 0, \"pv1\", 0]", "[]" },
	{ STRIPED, "type = \"striped\"", "type = 7", "type is missing or no string" },
	{ STRIPED, "type = \"striped\"\n", "", "type is missing or no string" },
	{ STRIPED, "start_extent = 0", "start_extent = 1", "start_extent is 1, not 0" },
	{ STRIPED, "extent_count = 4", "extent_count = 0", "extent_count is 0" },
	{ STRIPED, "extent_count = 4", "extent_count = 5", "no multiple of stripe_count" }
};

START_TEST(is_unreadable)
{
	const struct change *c = &unreadable[_i];
	char *text = changed(c);
	struct lvol_error err = text_refused(text);

	ck_assert_msg(strstr(err.message, c->message), "%s -> %s: \"%s\", not \"%s\"", c->from, c->to, err.message,
			c->message);
	free(text);
}
END_TEST

#define HIDDEN_1 "\"READ\", \"WRITE\"]\nflags = []\nsegment_count"

static const struct change invalid[] = {
	{ RAID1, "region_size = 4096", "region_size = 4095", "region_size is no power of 2" },
	{ RAID1, "region_size = 4096", "region_size = 4096\nstripe_size = 128", "stripe_size must not be set" },
	{ RAID1, "min_recovery_rate = 5", "min_recovery_rate = 6", "min_recovery_rate is above" },
	{ RAID1, "region_size = 4096", "region_size = 4096\ndata_offset = 8", "data_offset is set" },
	{ RAID1, "type = \"raid1\"", "type = \"raid1+RESHAPE\"", "it cannot be reshaped" },
	{ RAID1, HIDDEN_1, "\"READ\", \"WRITE\", \"VISIBLE\"]\nsegment_count", "r_rimage_0 must be hidden" },
	{ RAID1, "[\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\"]", "[\"r_rimage_0\", \"r_rimage_1\"]",
		"no metadata LVs" },
	{ RAID0, "type = \"raid0\"", "type = \"raid0_meta\"", "there are no metadata LVs", "raid0_lvs", "raids" },
	{ RAID0, "b {\n" TEXT_ID("03") "status = [" TEXT_HIDDEN "]\nflags = []\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n"
		"extent_count = 4", "b {\n" TEXT_ID("03") "status = [" TEXT_HIDDEN "]\nflags = []\nsegment_count = 1\nsegment1 {\n"
		"start_extent = 0\nextent_count = 5", "b has 5 extents, but a has 4" },
	{ RAID0, "stripe_size = 128", "stripe_size = 100", "stripe_size is no power of 2" },
	{ RAID0, "stripe_size = 128", "stripe_size = 128\nregion_size = 4096", "region_size must not be set" },
	{ RAID0, "\"raid0\"", "\"raid0+RESHAPE_DELTA_DISKS_PLUS\"", "it cannot be reshaped" },
	{ RAID5, "region_size = 4096", "region_size = 4095", "region_size is no power of 2" },
	{ RAID5, "region_size = 4096", "region_size = 4096\nmin_recovery_rate = 6\nmax_recovery_rate = 5", "min_recovery_rate is above" },
	{ RAID5, "\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\", \"r_rmeta_2\", \"r_rimage_2\"",
		"\"r_rimage_0\", \"r_rimage_1\", \"r_rimage_2\"", "there are no metadata LVs" },
	{ RAID5, "\"raid5\"", "\"raid5+RESHAPE_DATA_OFFSET\"", "data_offset 8193 is not possible",
		"stripe_size = 128", "stripe_size = 128\ndata_offset = 8193" },
	{ RAID10, "region_size = 4096", "region_size = 4096\nwritebehind = 4", "writebehind must not be set" },
	{ RAID10, "\"raid10\"", "\"raid6\"", "4 areas, type raid6 has 5 to 64", "data_copies = 2\n", "" },
	{ RAID5, "stripe_size = 128", "stripe_size = 0", "stripe_size is no power of 2" },
	{ RAID5, "stripe_size = 128", "stripe_size = 128\ndata_offset = 8192", "data_offset 8192 is not possible" },
	{ MIRROR, "region_size = 4096", "region_size = 65536", "region_size is larger than the LV" },
	{ MIRROR, "region_size = 4096", "region_size = 4095", "region_size is no power of 2" },
	{ MIRROR, "region_size = 4096", "region_size = 0", "region_size is 0", "mirror_log = \"m_mlog\"\n", "" },
	{ MIRROR, "extent_count = 4", "extent_count = 3", "leg m_mimage_0 has 4 extents, not 3" },
	{ MIRROR, "\"m_mlog\"", "\"m_mimage_0\"", "LV m_mimage_0 is used by LV m too" },
	{ MIRROR, "mirror_count = 2", "mirror_count = 9", "9 areas, type mirror has 1 to 8", "mirrors = [",
		"mirrors = [\"m_mimage_0\", 0, \"m_mimage_0\", 0, \"m_mimage_0\", 0, \"m_mimage_0\", 0, \"m_mimage_0\", 0, "
		"\"m_mimage_0\", 0, \"m_mimage_0\", 0, " },
	{ MOVE, "mirror_count = 2", "mirror_count = 3", "a pvmove has two sides, not 3", "\"pv1\", 0]", "\"pv1\", 0, \"pv1\", 4]" },
	{ THIN, "chunk_size = 128", "chunk_size = 200", "no multiple of 64 KiB" },
	{ THIN, "pool = \"pool_tdata\"", "pool = \"pool_tmeta\"", "LV pool_tmeta is used by LV pool too" },
	{ THIN, "\"pool_tmeta\"", "\"spare\"", "does not contain _tmeta", "pool_tmeta {", "spare {" },
	{ THIN, "\"ext\"\n", "\"pool_tdata\"\n", "LV pool_tdata is used by LV t too" },
	{ THIN, "thin_pool = \"pool\"", "thin_pool = \"ext\"", "ext is no thin pool" },
	{ THIN, "thin_pool = \"pool\"", "thin_pool = \"ext\"", "ext is no thin pool", "external_origin = ", "merge = " },
	{ THIN, "external_origin = \"ext\"", "merge = \"ext\"", "ext is no thin LV" },
	{ THIN, "\"READ\", \"VISIBLE\"", TEXT_SHOWN, "external origin ext is writable" },
	{ CACHE, "metadata_format = 2", "metadata_format = 1", "do not agree" },
	{ CACHE, "chunk_size = 128", "chunk_size = 100", "chunk_size 100" },
	{ CACHE, "chunk_size = 128\n", "", "chunk_size 0" },
	{ CACHE, "chunk_size = 128", "chunk_size = 2097216", "chunk_size 2097216" },
	{ CACHE, "origin = \"c_corig\"", "origin = \"p_cdata\"", "LV p_cdata is used by LV c too" },
	{ CACHE, "origin = \"c_corig\"", "origin = \"p_cmeta\"", "LV p_cmeta is used by LV c too" },
	{ CACHE, "data = \"p_cdata\"", "data = \"p_cmeta\"", "LV p_cmeta is used by LV p too" },
	{ CACHE, "\"p_cmeta\"", "\"spare\"", "does not contain _cmeta", "p_cmeta {", "spare {" },
	{ CACHEVOL, "chunk_size = 128", "chunk_size = 100", "chunk_size 100" },
	{ CACHEVOL, "origin = \"c_corig\"", "origin = \"v_cvol\"", "LV v_cvol is used by LV c too" },
	{ CACHEVOL, "metadata_start = 0", "metadata_start = 8193", "do not fit" },
	{ CACHEVOL, "metadata_len = 8192", "metadata_len = 0", "do not fit" },
	{ CACHEVOL, "data_len = 24576", "data_len = 0", "do not fit" },
	{ CACHEVOL, "data_start = 8192", "data_start = 40000", "do not fit" },
	{ CACHE, "cache_pool = \"p\"", "cache_pool = \"c_corig\"", "neither a cache pool nor a cachevol" },
	{ CACHEVOL, "data_len = 24576", "data_len = 24577", "do not fit" },
	{ CACHEVOL, "data_start = 8192", "data_start = 8191", "do not fit" },
	{ CACHEVOL, "[\"CACHE_VOL\"]", "[]", "neither a cache pool nor a cachevol" },
	{ WRITECACHE, "writecache_block_size = 4096", "writecache_block_size = 1024", "writecache_block_size" },
	{ WRITECACHE, "\"w_wcorig\"", "\"v_cvol\"", "LV v_cvol is used by LV w too" },
	{ INTEGRITY, "meta_dev = \"i_imeta\"", "meta_dev = \"i_iorig\"", "LV i_iorig is used by LV i too" },
	{ INTEGRITY, "origin = \"i_iorig\"", "origin = \"i_imeta\"", "_iorig" },
	{ VDO, "minimum_io_size = 4096", "minimum_io_size = 1", "minimum_io_size" },
	{ VDO, "type = \"striped\"\nstripe_count = 1\nstripes = [\"pv0\", 0]", "type = \"linear\"\nstripe_count = 1\n"
		"stripes = [\"pv0\", 0]\n}\n}\n" TEXT_LV("x", "04", TEXT_SHOWN, TEXT_ON("p_vdata", 0)) "y {\n" TEXT_ID("05")
		"status = [" TEXT_HIDDEN "]\nsegment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"zero\"",
		"LV p_vdata is used by LV x too" },
	{ VDO, "vdo_pool = \"p\"", "vdo_pool = \"p_vdata\"", "p_vdata is no VDO pool" },
	{ STRIPED, "stripe_size = 128", "stripe_size = 0", "stripe_size is 0" },
	{ STRIPED, "\"striped\"", "\"striped+CROP_METADATA\"", "CROP_METADATA does not belong" },
	{ STRIPED, "\"striped\"", "\"striped+RESHAPE\"", "RESHAPE does not belong" },
	{ STRIPED, "\"striped\"", "\"striped+FROB\"", "type \"striped+FROB\" is not known" },
	{ STRIPED, "\"striped\"", "\"frob\"", "type \"frob\" is not known" },
	{ MIRROR, "\"striped\"", "\"striped+RESHAPE\"", "RESHAPE does not belong" },
	{ THIN, "\"striped\"", "\"striped+RESHAPE_DELTA_DISKS_PLUS\"", "RESHAPE_DELTA_DISKS_PLUS does not belong" },
	{ MOVE, "\"LOCKED\"]\nflags = []\nsegment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 4\n" TEXT_ON("pvmove0", 0)
		"}\n", "\"LOCKED\"]\nflags = []\nsegment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 4\n" TEXT_ON("pv0", 0)
		"}\n}\npvmove1 {\n" TEXT_ID("07") "status = [\"READ\"]\nflags = [\"ERROR_WHEN_FULL\"]\nsegment_count = 0\n",
		"ERROR_WHEN_FULL does not belong", "\"pv0\", 0, \"pv1\", 0]", "\"pv0\", 4, \"pv1\", 4]" },
	{ STRIPED, "flags = []\nsegment_count", "flags = [\"ERROR_WHEN_FULL\"]\nsegment_count", "ERROR_WHEN_FULL" }
};

START_TEST(is_invalid)
{
	const struct change *c = &invalid[_i];
	char *text = changed(c), *findings, *first;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = text_read(text);

	findings = text_findings(vg);
	ck_assert_msg(strstr(findings, c->message), "expected \"%s\", found \"%s\"", c->message, findings);
	/* who stops at the first finding is told that one: "MESSAGE (CHECK)" */
	t_fails(lvi_metadata_must_be_valid(vg, &err), LVOL_E_CORRUPT, err);
	ck_assert_int_ge(asprintf(&first, "%.*s: %s: %.*s\n", (int)strcspn(findings, ":"), findings, err.subject,
			(int)(strrchr(err.message, '(') - err.message - 1), err.message), 0);
	ck_assert_msg(!strncmp(findings, first, strlen(first)), "told \"%s\", the findings are \"%s\"", first, findings);
	free(first);
	free(findings);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

/* What may look wrong and is not. */
static const struct change valid[] = {
	{ RAID1, HIDDEN_1, "\"READ\", \"VISIBLE\"]\nsegment_count" },
	{ RAID1, "\"VISIBLE\"]\nflags = []", "\"VISIBLE\"]\nflags = [\"ACTIVATION_SKIP\"]", NULL,
		HIDDEN_1, "\"READ\", \"WRITE\", \"VISIBLE\"]\nsegment_count" },
	{ RAID1, "min_recovery_rate = 5\nmax_recovery_rate = 5\n", "min_recovery_rate = 5\n" },
	{ RAID1, "region_size = 4096", "region_size = 4096\ndata_offset = 1" },
	{ RAID5, "\"raid5\"", "\"raid5+RESHAPE_DATA_OFFSET\"", NULL, "stripe_size = 128", "stripe_size = 128\ndata_offset = 8192" },
	{ RAID5, "\"striped\"", "\"striped+RESHAPE_DELTA_DISKS_PLUS\"" },
	{ RAID5, "\"raid5\"", "\"raid4\"", NULL, "\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\", \"r_rmeta_2\", "
		"\"r_rimage_2\"", "\"r_rimage_0\", \"r_rimage_1\", \"r_rimage_2\"" },
	{ RAID10, "data_copies = 2\n", "" },
	{ WRITECACHE, "writecache_block_size = 4096", "writecache_block_size = 512" },
	{ WRITECACHE, "high_watermark = 60\n", "writecache_setting_key = \"a\"\nwritecache_setting_val = \"b\"\n" },
	{ VDO, "minimum_io_size = 4096", "minimum_io_size = 512" },
	{ INTEGRITY, "meta_dev = \"i_imeta\"\n", "" },
	{ CACHE, "policy_settings {\nmigration_threshold = 4096\n}\n", "policy_settings {\n}\n" },
};

START_TEST(is_valid_all_the_same)
{
	char *text = changed(&valid[_i]);

	text_is_valid(text);
	free(text);
}
END_TEST

/* A segment that was made, not read, has no word of its own for its type. */
START_TEST(made_and_invalid)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	char *findings;

	t_ok(text_import(STRIPED, &vg, &err), err);
	vg->lv_first->seg_first->type_text = NULL;
	t_ok(lvi_seg_set_number(vg->lv_first->seg_first, SEG_STRIPE_SIZE, 0), err);
	t_ok(lvi_vg_freeze(vg, &err), err);
	findings = text_findings(vg);
	text_has(findings, "striped segment at extent 0: stripe_size is 0");
	free(findings);
	lvi_vg_unref(vg);
}
END_TEST

/* Format 2 without its suffix: LVM2 puts the suffix there. */
START_TEST(format_gives_suffix)
{
	char *text = text_change(CACHE, "cache-pool+METADATA_FORMAT", "cache-pool"), *out = text_cycle(text);

	text_is_valid(text);
	text_has(out, "type = \"cache-pool+METADATA_FORMAT\"\n");
	free(out);
	free(text);
}
END_TEST

/* The other name of a raid's count. */
START_TEST(count_keys)
{
	char *text = text_change(RAID1, "device_count", "stripe_count"), *out = text_cycle(text);

	text_has(out, "device_count = 2\n");
	free(out);
	free(text);
}
END_TEST

#define TWO(type) TEXT_VG("a {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 2\n" \
	"segment1 {\nstart_extent = 0\nextent_count = 4\n" type "}\nsegment2 {\nstart_extent = 4\nextent_count = 4\n" type \
	"}\n}\n" TEXT_LV("p", "02", TEXT_SHOWN, "type = \"zero\"\n"))

START_TEST(one_segment)
{
	text_is_invalid(TWO("type = \"thin\"\nthin_pool = \"p\"\ntransaction_id = 1\ndevice_id = 1\n"), "one-segment");
	text_is_valid(TWO("type = \"error\"\n"));
}
END_TEST

/* A pool's parts belong to that pool alone. */
START_TEST(shared_part)
{
	char *text = text_change(THIN, "external_origin = \"ext\"", "external_origin = \"pool_tmeta\"");

	text_is_invalid(text, "pool_tmeta");
	free(text);
}
END_TEST

START_TEST(stops_when_told)
{
	char *text = text_change(STRIPED, "stripe_size = 128", "stripe_size = 0");
	struct lvol_vg *vg = text_read(text);
	struct lvol_error err = LVOL_ERROR_INIT;

	t_fails(lvi_metadata_must_be_valid(vg, &err), LVOL_E_CORRUPT, err);
	ck_assert_str_eq(err.subject, "vg/s");
	text_has(err.message, "stripe_size is 0");
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("segtype_checks");
	TCase *tc = tcase_create("checks");

	tcase_add_loop_test(tc, is_good, 0, COUNT(good));
	tcase_add_loop_test(tc, is_unreadable, 0, COUNT(unreadable));
	tcase_add_loop_test(tc, is_invalid, 0, COUNT(invalid));
	tcase_add_loop_test(tc, is_valid_all_the_same, 0, COUNT(valid));
	tcase_add_test(tc, made_and_invalid);
	tcase_add_test(tc, format_gives_suffix);
	tcase_add_test(tc, count_keys);
	tcase_add_test(tc, one_segment);
	tcase_add_test(tc, shared_part);
	tcase_add_test(tc, stops_when_told);
	suite_add_tcase(s, tc);
	return t_main(s);
}
