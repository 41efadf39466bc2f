/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Refusals: what caches, writecaches, integrity and snapshots cannot be put on or made of. */
#include "refusals.h"

static const struct refusal caches[] = {
	{ cache_attach, "vg/nothing", "free_cp", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ cache_attach, "vg/lin", "nothing", NULL, LVOL_E_NOT_FOUND, "has no LV nothing" },
	{ cache_attach, "vg/lin", "vg2/x", NULL, LVOL_E_INVALID, "must be of one VG" },
	{ cache_attach, "vg/lin", "lin", NULL, LVOL_E_INVALID, "cache of itself" },
	{ cache_attach, "vg/lin", "r1_rimage_0", NULL, LVOL_E_NOT_SUPPORTED, "is hidden" },
	{ cache_attach, "vg/r1_rimage_0", "free_cp", NULL, LVOL_E_NOT_SUPPORTED, "is hidden" },
	{ cache_attach, "vg/lin", "ro2", NULL, LVOL_E_READ_ONLY, "vg/ro2 is read-only" },
	{ cache_attach, "vg/lin", "mir", NULL, LVOL_E_NOT_SUPPORTED, "type mirror" },
	{ cache_attach, "vg/lin", "t", NULL, LVOL_E_NOT_SUPPORTED, "type thin" },
	{ cache_attach, "vg/lin", "cp_cpool", NULL, LVOL_E_BUSY, "is used by LV cached" },
	{ cache_attach, "vg/lin", "tiny", NULL, LVOL_E_INVALID, "tiny is too small" },
	{ cache_attach, "vg/cached", "free_cp", NULL, LVOL_E_NOT_SUPPORTED, "type cache, which cannot be cached" },
	{ cache_attach, "vg/t", "free_cp", NULL, LVOL_E_NOT_SUPPORTED, "type thin, which cannot be cached" },
	{ cache_attach, "vg/mir", "free_cp", NULL, LVOL_E_NOT_SUPPORTED, "type mirror, which cannot be cached" },
	{ cache_attach, "vg/snap", "free_cp", NULL, LVOL_E_NOT_SUPPORTED, "vg/snap is a snapshot" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.mode = 4), LVOL_E_INVALID, "no cache mode 4" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.metadata_format = 3), LVOL_E_INVALID, "format 1 or 2, not 3" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.chunk_bytes = 1000), LVOL_E_INVALID, "in steps of 32 KiB" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.chunk_bytes = UINT64_C(2) << 30),
		LVOL_E_INVALID, "in steps of 32 KiB" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.chunk_bytes = 16 * MIB),
		LVOL_E_INVALID, "do not fit cache pool free_cp" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.metadata_bytes = 4 * MIB), LVOL_E_INVALID, "have a size already" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.policy = "lru"), LVOL_E_INVALID, "no cache policy \"lru\"" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.settings = "a=b"), LVOL_E_INVALID, "KEY=NUMBER" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.settings = "=1"), LVOL_E_INVALID, "KEY=NUMBER" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.settings = "a="), LVOL_E_INVALID, "KEY=NUMBER" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.settings = "a=1x"), LVOL_E_INVALID, "KEY=NUMBER" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.settings = "a=11111111111111111111"), LVOL_E_INVALID, "KEY=NUMBER" },
	{ cache_attach, "vg/lin", "free_cp", CACHE(.reserved = 1), LVOL_E_INVALID, "reserved field is not 0" },
	{ cache_attach, "vg/lin", "store", CACHE(.chunk_bytes = 32 * MIB), LVOL_E_INVALID, "store is too small" },
	{ cache_attach, "vg/lin", "store", CACHE(.metadata_format = 1), LVOL_E_INVALID, "format 2" },
	{ cache_change, "vg/lin", NULL, CACHE(.mode = LVOL_CACHE_WRITEBACK), LVOL_E_NOT_SUPPORTED, "vg/lin is not cached" },
	{ cache_change, "vg/cached", NULL, CACHE(.chunk_bytes = 65536), LVOL_E_INVALID, "while it is in use" },
	{ cache_change, "vg/cached", NULL, CACHE(.metadata_format = 2), LVOL_E_INVALID, "while it is in use" },
	{ cache_change, "vg/cached", NULL, CACHE(.metadata_bytes = 4096), LVOL_E_INVALID, "while it is in use" },
	{ cache_change, "vg/cached", NULL, CACHE(.flags = LVOL_CACHE_NO_SPARE), LVOL_E_INVALID, "while it is in use" },
	{ cache_change, "vg/cached", NULL, CACHE(.policy = ""), LVOL_E_INVALID, "no cache policy" },
	{ cache_change, "vg/nothing", NULL, CACHE(.mode = 1), LVOL_E_NOT_FOUND, "nothing" },
};

static const struct refusal writecaches_and_integrity[] = {
	{ writecache_attach, "vg/nothing", "vg/store", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ writecache_attach, "vg/lin", "vg/nothing", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ writecache_attach, "vg/lin", "vg2/x", NULL, LVOL_E_INVALID, "VG" },
	{ writecache_attach, "vg/lin", "vg/lin", NULL, LVOL_E_INVALID, "writecache of itself" },
	{ writecache_attach, "vg/lin", "vg/r1", NULL, LVOL_E_NOT_SUPPORTED, "LV r1 is raid1" },
	{ writecache_attach, "vg/lin", "vg/ro2", NULL, LVOL_E_READ_ONLY, "ro2 is read-only" },
	{ writecache_attach, "vg/lin", "vg/ro", NULL, LVOL_E_NOT_SUPPORTED, "is used by LV te" },
	{ writecache_attach, "vg/lin", "vg/lin2", NULL, LVOL_E_NOT_SUPPORTED, "lin2" },
	{ writecache_attach, "vg/lin", "vg/r1_rimage_0", NULL, LVOL_E_NOT_SUPPORTED, "r1_rimage_0" },
	{ writecache_attach, "vg/t", "vg/store", NULL, LVOL_E_NOT_SUPPORTED, "vg/t" },
	{ writecache_attach, "vg/slow", "vg/store", NULL, LVOL_E_NOT_SUPPORTED, "vg/slow" },
	{ writecache_attach, "vg/cached", "vg/store", NULL, LVOL_E_NOT_SUPPORTED, "vg/cached" },
	{ writecache_attach, "vg/lin", "vg/store", "max_age", LVOL_E_INVALID, "a number up to" },
	{ writecache_attach, "vg/lin", "vg/store", "max_age=", LVOL_E_INVALID, "a number up to" },
	{ writecache_attach, "vg/lin", "vg/store", "max_age=-1", LVOL_E_INVALID, "a number up to" },
	{ writecache_attach, "vg/lin", "vg/store", "high_watermark=101", LVOL_E_INVALID, "a number up to 100" },
	{ writecache_attach, "vg/lin", "vg/store", "max_age=123456789012", LVOL_E_INVALID, "a number up to" },
	{ writecache_attach, "vg/lin", "vg/store", "max=1", LVOL_E_INVALID, "no setting \"max=1\"" },
	{ writecache_detach, "vg/lin", NULL, NULL, LVOL_E_INVALID, "vg/lin" },
	{ writecache_detach, "vg/cached", NULL, NULL, LVOL_E_INVALID, "vg/cached" },
	{ integrity_add, "vg/lin", NULL, NULL, LVOL_E_NOT_SUPPORTED, "raid10 can have integrity" },
	{ integrity_add, "vg/mir", NULL, NULL, LVOL_E_NOT_SUPPORTED, "raid10 can have integrity" },
	{ integrity_add, "vg/ri", NULL, NULL, LVOL_E_INVALID, "has integrity already" },
	{ integrity_add, "vg/r1", NULL, OPTS(integrity_opts, .mode = 3), LVOL_E_INVALID, "mode" },
	{ integrity_add, "vg/r1", NULL, OPTS(integrity_opts, .block_bytes = 256), LVOL_E_INVALID, "blocks of 256 bytes" },
	{ integrity_add, "vg/r1", NULL, OPTS(integrity_opts, .block_bytes = 8192), LVOL_E_INVALID, "blocks of 8192 bytes" },
	{ integrity_add, "vg/r1", NULL, OPTS(integrity_opts, .block_bytes = 1536), LVOL_E_INVALID, "blocks of 1536 bytes" },
	{ integrity_add, "vg/r1_rimage_0", NULL, NULL, LVOL_E_NOT_SUPPORTED, "r1_rimage_0" },
	{ integrity_add, "vg/nothing", NULL, NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ integrity_remove, "vg/r1", NULL, NULL, LVOL_E_INVALID, "no integrity" },
	{ integrity_remove, "vg/lin", NULL, NULL, LVOL_E_INVALID, "no integrity" },
	{ integrity_remove, "vg/nothing", NULL, NULL, LVOL_E_NOT_FOUND, "nothing" },
};

static const struct refusal snapshots[] = {
	{ snapshot_merge, "vg/nothing", NULL, NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ snapshot_merge, "vg/lin", NULL, NULL, LVOL_E_NOT_SUPPORTED, "is no snapshot with a store" },
	{ snapshot_split, "vg/nothing", NULL, NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ snapshot_split, "vg/lin", NULL, NULL, LVOL_E_NOT_SUPPORTED, "is no snapshot with a store" },
	{ snapshot_split, "vg/ts", NULL, NULL, LVOL_E_NOT_SUPPORTED, "vg/ts is no snapshot with a store" },
	{ snapshot_attach, "vg/lin", "vg/ro2", NULL, LVOL_E_READ_ONLY, "ro2 is read-only" },
	{ snapshot_attach, "vg/lin", "vg/tiny", OPTS(snapshot_attach_opts, .chunk_bytes = 512 << 10),
		LVOL_E_INVALID, "too small" },
	{ snapshot_attach, "vg/nothing", "vg/store", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ snapshot_attach, "vg/lin", "vg/nothing", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ snapshot_attach, "vg/lin", "vg/lin", NULL, LVOL_E_INVALID, "snapshot of itself" },
	{ snapshot_attach, "vg/lin", "vg/snap", NULL, LVOL_E_BUSY, "is used by LV" },
	{ snapshot_attach, "vg/lin", "vg/r1", NULL, LVOL_E_NOT_SUPPORTED, "it is raid1, not linear or striped" },
	{ snapshot_attach, "vg/lin", "vg/ro", NULL, LVOL_E_BUSY, "is used by LV te" },
	{ snapshot_attach, "vg/lin", "vg/lvol0_pmspare", NULL, LVOL_E_NOT_SUPPORTED, "is hidden" },
	{ snapshot_attach, "vg/snap", "vg/store", NULL, LVOL_E_NOT_SUPPORTED, "vg/snap" },
	{ snapshot_attach, "vg/lin", "vg2/x", NULL, LVOL_E_NOT_FOUND, "VG vg2 has no LV vg/lin" },
};

TEST_OF(caches)
TEST_OF(writecaches_and_integrity)
TEST_OF(snapshots)

static void add(TCase *tests)
{
	tcase_add_test(tests, caches_are_refused);
	tcase_add_test(tests, writecaches_and_integrity_are_refused);
	tcase_add_test(tests, snapshots_are_refused);
}

int main(void)
{
	return refusals_main("Refusals", add);
}
