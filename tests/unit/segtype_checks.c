/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of each segment type: a good text of it, then one change at a time. What LVM2 refuses to read is refused;
 * what it only would not write is found by the checks.
 */
#include "metadata_text.h"

#define RAID1 TEXT_VG(TEXT_LV("r", "01", TEXT_SHOWN, "type = \"raid1\"\ndevice_count = 2\nregion_size = 4096\n" \
		"min_recovery_rate = 5\nmax_recovery_rate = 5\n" \
		"raids = [\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\"]\n") \
	TEXT_PART("r_rimage_0", "02", "pv0", 0) TEXT_PART("r_rimage_1", "03", "pv1", 0) \
	TEXT_PART("r_rmeta_0", "04", "pv0", 4) TEXT_PART("r_rmeta_1", "05", "pv1", 4))
#define RAID0 TEXT_VG("r {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n" \
	"extent_count = 8\ntype = \"raid0\"\nstripe_count = 2\nstripe_size = 128\nraid0_lvs = [\"a\", \"b\"]\n}\n}\n" \
	TEXT_PART("a", "02", "pv0", 0) TEXT_PART("b", "03", "pv1", 0))
#define RAID5 TEXT_VG("r {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n" \
	"extent_count = 8\ntype = \"raid5\"\ndevice_count = 3\nregion_size = 4096\nstripe_size = 128\n" \
	"raids = [\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\", \"r_rmeta_2\", \"r_rimage_2\"]\n}\n}\n" \
	TEXT_PART("r_rimage_0", "02", "pv0", 0) TEXT_PART("r_rimage_1", "03", "pv1", 0) \
	TEXT_PART("r_rimage_2", "04", "pv1", 4) TEXT_PART("r_rmeta_0", "05", "pv0", 4) \
	TEXT_PART("r_rmeta_1", "06", "pv0", 8) TEXT_PART("r_rmeta_2", "07", "pv0", 12))
#define MIRROR TEXT_VG(TEXT_LV("m", "01", TEXT_SHOWN, "type = \"mirror\"\nmirror_count = 2\nmirror_log = \"m_mlog\"\n" \
		"region_size = 4096\nmirrors = [\"m_mimage_0\", 0, \"m_mimage_1\", 0]\n") \
	TEXT_PART("m_mimage_0", "02", "pv0", 0) TEXT_PART("m_mimage_1", "03", "pv1", 0) TEXT_PART("m_mlog", "04", "pv0", 4))
#define SNAPSHOT TEXT_VG(TEXT_LINEAR("org", "01", "pv0", 0) TEXT_PART("cow", "02", "pv1", 0) \
	TEXT_LV("snapshot0", "03", TEXT_SHOWN, \
		"type = \"snapshot\"\nchunk_size = 8\norigin = \"org\"\ncow_store = \"cow\"\n"))
#define THIN TEXT_VG(TEXT_LV("pool", "01", TEXT_SHOWN, "type = \"thin-pool\"\nmetadata = \"pool_tmeta\"\n" \
		"pool = \"pool_tdata\"\ntransaction_id = 1\nchunk_size = 128\ndiscards = \"passdown\"\nzero_new_blocks = 1\n" \
		"message1 {\ncreate = \"t\"\n}\nmessage2 {\ndelete = 5\n}\n") \
	TEXT_PART("pool_tdata", "02", "pv0", 0) TEXT_PART("pool_tmeta", "03", "pv1", 0) \
	TEXT_LV("t", "04", TEXT_SHOWN, "type = \"thin\"\nthin_pool = \"pool\"\ntransaction_id = 0\ndevice_id = 1\n" \
		"external_origin = \"ext\"\n") \
	TEXT_LV("ext", "05", "\"READ\", \"VISIBLE\"", TEXT_ON("pv1", 8)))
#define CACHE TEXT_VG(TEXT_LV("c", "01", TEXT_SHOWN, "type = \"cache\"\ncache_pool = \"p\"\norigin = \"c_corig\"\n") \
	TEXT_PART("c_corig", "02", "pv0", 0) \
	TEXT_LV("p", "03", TEXT_HIDDEN, "type = \"cache-pool+METADATA_FORMAT\"\ndata = \"p_cdata\"\n" \
		"metadata = \"p_cmeta\"\nmetadata_format = 2\nchunk_size = 128\ncache_mode = \"writeback\"\npolicy = \"smq\"\n" \
		"policy_settings {\nmigration_threshold = 4096\n}\n") \
	TEXT_PART("p_cdata", "04", "pv1", 0) TEXT_PART("p_cmeta", "05", "pv1", 4))
#define CACHEVOL TEXT_VG(TEXT_LV("c", "01", TEXT_SHOWN, "type = \"cache+CACHE_USES_CACHEVOL\"\ncache_pool = \"v_cvol\"\n" \
		"origin = \"c_corig\"\nmetadata_format = 2\nchunk_size = 128\nmetadata_start = 0\nmetadata_len = 8192\n" \
		"data_start = 8192\ndata_len = 24576\n" \
		"metadata_id = \"AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAAm1\"\n") \
	TEXT_PART("c_corig", "02", "pv0", 0) \
	"v_cvol {\n" TEXT_ID("03") "status = [" TEXT_HIDDEN "]\nflags = [\"CACHE_VOL\"]\nsegment_count = 1\nsegment1 {\n" \
	"start_extent = 0\nextent_count = 4\n" TEXT_ON("pv1", 0) "}\n}\n")
#define WRITECACHE TEXT_VG(TEXT_LV("w", "01", TEXT_SHOWN, "type = \"writecache\"\nwritecache = \"v_cvol\"\n" \
		"origin = \"w_wcorig\"\nwritecache_block_size = 4096\nhigh_watermark = 60\ncleaner = 0\n") \
	TEXT_PART("w_wcorig", "02", "pv0", 0) TEXT_PART("v_cvol", "03", "pv1", 0))
#define INTEGRITY TEXT_VG(TEXT_LV("i", "01", TEXT_SHOWN, "type = \"integrity\"\norigin = \"i_iorig\"\ndata_sectors = 100\n" \
		"mode = \"J\"\ntag_size = 4\nblock_size = 512\ninternal_hash = \"crc32c\"\nmeta_dev = \"i_imeta\"\n") \
	TEXT_PART("i_iorig", "02", "pv0", 0) TEXT_PART("i_imeta", "03", "pv1", 0))
#define VDO TEXT_VG(TEXT_LV("v", "01", TEXT_SHOWN, "type = \"vdo\"\nvdo_pool = \"p\"\nvdo_offset = 0\n") \
	TEXT_LV("p", "02", TEXT_HIDDEN, "type = \"vdo-pool\"\ndata = \"p_vdata\"\nheader_size = 1024\nvirtual_extents = 9\n" \
		"use_compression = 1\nminimum_io_size = 4096\nblock_map_cache_size_mb = 128\nblock_map_era_length = 16380\n" \
		"index_memory_size_mb = 256\nmax_discard = 1\nslab_size_mb = 2048\nack_threads = 1\nbio_threads = 4\n" \
		"bio_rotation = 64\ncpu_threads = 2\nhash_zone_threads = 0\nlogical_threads = 0\nphysical_threads = 0\n" \
		"write_policy = auto\n") \
	TEXT_PART("p_vdata", "03", "pv0", 0))
#define STRIPED TEXT_VG(TEXT_LV("s", "01", TEXT_SHOWN, "type = \"striped\"\nstripe_count = 2\nstripe_size = 128\n" \
		"stripes = [\"pv0\", 0, \"pv1\", 0]\n"))
#define EMPTY TEXT_VG(TEXT_LV("z", "01", TEXT_SHOWN, "type = \"zero\"\n") TEXT_LV("e", "02", TEXT_SHOWN, "type = \"error\"\n"))

static const char *const good[] = {
	RAID1, RAID0, RAID5, MIRROR, SNAPSHOT, THIN, CACHE, CACHEVOL, WRITECACHE, INTEGRITY, VDO, STRIPED, EMPTY
};

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

struct change { const char *text, *from, *to, *message; };

static const struct change unreadable[] = {
	{ RAID1, "device_count = 2\n", "", "device_count is missing" },
	{ RAID1, "device_count = 2\n", "device_count = 2\nstripe_count = 2\n", "both device_count and stripe_count" },
	{ RAID1, "device_count = 2\n", "device_count = 3\n", "there are 2 areas, not 3" },
	{ RAID1, "\"r_rimage_1\"]", "]", "data LV is missing" },
	{ RAID1, "\"r_rimage_1\"]", "\"x\"]", "LV x does not exist" },
	{ RAID1, "region_size = 4096", "region_size = \"big\"", "region_size is no number" },
	{ RAID5, "device_count = 3", "device_count = 1", "" },
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
	{ THIN, "create = \"t\"", "create = \"x\"", "message" },
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
	{ STRIPED, "extent_count = 4", "extent_count = 5", "no multiple of stripe_count" }
};

START_TEST(is_unreadable)
{
	const struct change *c = &unreadable[_i];
	char *text = text_change(c->text, c->from, c->to);
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
	{ RAID0, "stripe_size = 128", "stripe_size = 100", "stripe_size is no power of 2" },
	{ RAID0, "stripe_size = 128", "stripe_size = 128\nregion_size = 4096", "region_size must not be set" },
	{ RAID0, "\"raid0\"", "\"raid0+RESHAPE_DELTA_DISKS_PLUS\"", "it cannot be reshaped" },
	{ RAID5, "stripe_size = 128", "stripe_size = 0", "stripe_size is no power of 2" },
	{ RAID5, "stripe_size = 128", "stripe_size = 128\ndata_offset = 8192", "data_offset 8192 is not possible" },
	{ MIRROR, "region_size = 4096", "region_size = 65536", "region_size is larger than the LV" },
	{ MIRROR, "region_size = 4096", "region_size = 4095", "region_size is no power of 2" },
	{ THIN, "chunk_size = 128", "chunk_size = 200", "no multiple of 64 KiB" },
	{ THIN, "thin_pool = \"pool\"", "thin_pool = \"ext\"", "ext is no thin pool" },
	{ THIN, "external_origin = \"ext\"", "merge = \"ext\"", "ext is no thin LV" },
	{ THIN, "\"READ\", \"VISIBLE\"", TEXT_SHOWN, "external origin ext is writable" },
	{ CACHE, "metadata_format = 2", "metadata_format = 1", "do not agree" },
	{ CACHE, "chunk_size = 128", "chunk_size = 100", "chunk_size 100" },
	{ CACHE, "chunk_size = 128\n", "", "chunk_size 0" },
	{ CACHE, "cache_pool = \"p\"", "cache_pool = \"c_corig\"", "neither a cache pool nor a cachevol" },
	{ CACHEVOL, "data_len = 24576", "data_len = 24577", "do not fit" },
	{ CACHEVOL, "data_start = 8192", "data_start = 8191", "do not fit" },
	{ CACHEVOL, "[\"CACHE_VOL\"]", "[]", "neither a cache pool nor a cachevol" },
	{ WRITECACHE, "writecache_block_size = 4096", "writecache_block_size = 1024", "writecache_block_size" },
	{ INTEGRITY, "origin = \"i_iorig\"", "origin = \"i_imeta\"", "_iorig" },
	{ VDO, "minimum_io_size = 4096", "minimum_io_size = 1", "minimum_io_size" },
	{ VDO, "vdo_pool = \"p\"", "vdo_pool = \"p_vdata\"", "p_vdata is no VDO pool" },
	{ STRIPED, "stripe_size = 128", "stripe_size = 0", "stripe_size is 0" },
	{ STRIPED, "\"striped\"", "\"striped+CROP_METADATA\"", "CROP_METADATA does not belong" },
	{ STRIPED, "flags = []\nsegment_count", "flags = [\"ERROR_WHEN_FULL\"]\nsegment_count", "ERROR_WHEN_FULL" }
};

START_TEST(is_invalid)
{
	const struct change *c = &invalid[_i];
	char *text = text_change(c->text, c->from, c->to);

	text_is_invalid(text, c->message);
	free(text);
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

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

int main(void)
{
	Suite *s = suite_create("segtype_checks");
	TCase *tc = tcase_create("checks");

	tcase_add_loop_test(tc, is_good, 0, COUNT(good));
	tcase_add_loop_test(tc, is_unreadable, 0, COUNT(unreadable));
	tcase_add_loop_test(tc, is_invalid, 0, COUNT(invalid));
	tcase_add_test(tc, format_gives_suffix);
	tcase_add_test(tc, count_keys);
	tcase_add_test(tc, one_segment);
	tcase_add_test(tc, shared_part);
	tcase_add_test(tc, stops_when_told);
	suite_add_tcase(s, tc);
	return t_main(s);
}
