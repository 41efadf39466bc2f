/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_SEGTYPE_TEXTS_H
#define LVOL_TESTS_SEGTYPE_TEXTS_H

/* A good text of each segment type, to be changed in one place or two. */

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
#define RAID10 TEXT_VG("r {\n" TEXT_ID("01") "status = [" TEXT_SHOWN "]\nsegment_count = 1\nsegment1 {\nstart_extent = 0\n" \
	"extent_count = 8\ntype = \"raid10\"\ndevice_count = 4\ndata_copies = 2\nregion_size = 4096\nstripe_size = 128\n" \
	"raids = [\"r_rmeta_0\", \"r_rimage_0\", \"r_rmeta_1\", \"r_rimage_1\", \"r_rmeta_2\", \"r_rimage_2\", " \
	"\"r_rmeta_3\", \"r_rimage_3\"]\n}\n}\n" \
	TEXT_PART("r_rimage_0", "02", "pv0", 0) TEXT_PART("r_rimage_1", "03", "pv1", 0) \
	TEXT_PART("r_rimage_2", "04", "pv0", 4) TEXT_PART("r_rimage_3", "05", "pv1", 4) \
	TEXT_PART("r_rmeta_0", "06", "pv0", 8) TEXT_PART("r_rmeta_1", "07", "pv1", 8) \
	TEXT_PART("r_rmeta_2", "08", "pv0", 12) TEXT_PART("r_rmeta_3", "09", "pv1", 12))
#define MIRROR TEXT_VG(TEXT_LV("m", "01", TEXT_SHOWN, "type = \"mirror\"\nmirror_count = 2\nmirror_log = \"m_mlog\"\n" \
		"region_size = 4096\nmirrors = [\"m_mimage_0\", 0, \"m_mimage_1\", 0]\n") \
	TEXT_PART("m_mimage_0", "02", "pv0", 0) TEXT_PART("m_mimage_1", "03", "pv1", 0) TEXT_PART("m_mlog", "04", "pv0", 4))
#define MOVE TEXT_VG(TEXT_LV("m", "01", "\"READ\", \"WRITE\", \"VISIBLE\", \"LOCKED\"", TEXT_ON("pvmove0", 0)) \
	TEXT_LV("pvmove0", "02", "\"READ\", \"WRITE\", \"PVMOVE\", \"LOCKED\"", "type = \"mirror\"\nmirror_count = 2\n" \
		"extents_moved = 0\nregion_size = 4096\nmirrors = [\"pv0\", 0, \"pv1\", 0]\n"))
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
	RAID1, RAID0, RAID5, RAID10, MIRROR, MOVE, SNAPSHOT, THIN, CACHE, CACHEVOL, WRITECACHE, INTEGRITY, VDO, STRIPED, EMPTY
};

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

#endif
