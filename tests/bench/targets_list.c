/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The targets, and what each has to do. Legs have 262144 sectors (128 MiB). Metadata that a target writes once for many
 * requests (bits of regions, mappings) are not counted.
 */
#include "config.h"
#include "targets.h"

#define TABLES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" \
		"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define LEGS5 " m0 d0 m1 d1 m2 d2 m3 d3 m4 d4"
#define PLAIN { 1, 0 }, { 0, 1 }, { 0, 1 }
#define COPIES { 1, 0 }, { 0, 2 }, { 0, 2 }
#define CACHE(mode) "cached 0 262144 cache m0 d1 d0 512 2 metadata2 " mode " smq 0"
#define INTEGRITY(n, mode) "i" n " 0 262144 integrity d" n " 0 4 " mode " 3 meta_device:m" n " internal_hash:crc32c " \
		"journal_sectors:65536"
#define INTEGRITIES(mode) TABLES("r 0 262144 raid raid1 4 0 nosync region_size 4096 2 m2 i0 m3 i1", \
		INTEGRITY("0", mode), INTEGRITY("1", mode))

/* All blocks come into the cache by being written; then both copies are made the same. */
static void fill_cache(struct bench *b)
{
	struct backend_device *dev = bench_open(b, TABLES(CACHE("writeback")));

	bench_fill(dev);
	bench_settle(dev, BACKEND_WORK_FLUSH);
	dev->backend->close(dev);
}

#define ORIGIN "org 0 262144 snapshot-origin d0"
#define SNAPSHOT "snap 0 262144 snapshot d0 store P 8"
#define STORE "store 0 262144 linear d1 0\n262144 262144 linear d2 0"
#define POOL "pool 0 262144 thin-pool m0 d0 128 0 1 skip_block_zeroing"

static void create_thin(struct bench *b)
{
	struct backend_device *dev = bench_open(b, TABLES(POOL));
	struct user_live *live = lvi_hash_get(&b->mapper->lives, "pool/0", 6);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct textbuf answer = { 0 };

	b_ok(live->target->message(live, "create_thin 0", &answer, &err), &err, "create_thin");
	lvi_textbuf_free(&answer);
	dev->backend->close(dev);
}

#define FILE_OF(child, name) child "driver=file," child "aio=io_uring," child "filename=%s/" name

const struct bench_target bench_targets[] = {
	{ "linear", TABLES("l 0 262144 linear d0 0"), 1, PLAIN, .qemu = "driver=raw," FILE_OF("file.", "d0") },
	{ "striped, 4 PVs", TABLES("s 0 1048576 striped 4 128 d0 0 d1 0 d2 0 d3 0"), 4, PLAIN },
	{ "mirror, 2 legs", TABLES("m 0 262144 mirror disk 2 m0 4096 2 d0 0 d1 0 1 handle_errors"), 2, COPIES,
		.settle = BACKEND_WORK_SYNC },
	{ "raid0, 4 PVs", TABLES("r 0 1048576 raid raid0 1 128 4 - d0 - d1 - d2 - d3"), 4, PLAIN },
	{ "raid1, 2 legs", TABLES("r 0 262144 raid raid1 4 0 nosync region_size 4096 2 m0 d0 m1 d1"), 2, COPIES,
		.qemu = "driver=quorum,vote-threshold=1,read-pattern=fifo," FILE_OF("children.0.", "d0") ","
			FILE_OF("children.1.", "d1") },
	{ "raid10, 4 legs", TABLES("r 0 524288 raid raid10 4 128 nosync region_size 4096 4 m0 d0 m1 d1 m2 d2 m3 d3"), 4,
		COPIES },
	{ "raid4, 5 legs", TABLES("r 0 1048576 raid raid4 4 128 nosync region_size 4096 5" LEGS5), 5,
		{ 1, 0 }, { 2, 2 }, { 0, 5.0 / 4 }, NULL, cost_xor },
	{ "raid5, 5 legs", TABLES("r 0 1048576 raid raid5_ls 4 128 nosync region_size 4096 5" LEGS5), 5,
		{ 1, 0 }, { 2, 2 }, { 0, 5.0 / 4 }, NULL, cost_xor },
	{ "raid6, 6 legs", TABLES("r 0 1048576 raid raid6_zr 3 128 region_size 4096 6" LEGS5 " m5 d5"), 6,
		{ 1, 0 }, { 3, 3 }, { 0, 6.0 / 4 }, NULL, cost_pq, .settle = BACKEND_WORK_SYNC },
	{ "origin, all copied", TABLES(ORIGIN, SNAPSHOT, STORE), 1, PLAIN },
	{ "origin, first write", TABLES(ORIGIN, SNAPSHOT, STORE), 1, { 1, 0 }, { 1, 2 }, { 1, 2 }, .fresh = true },
	{ "snapshot, all copied", TABLES(SNAPSHOT, ORIGIN, STORE), 1, PLAIN },
	{ "snapshot, first write", TABLES(SNAPSHOT, ORIGIN, STORE), 1, PLAIN, .fresh = true,
		.qemu = "driver=qcow2," FILE_OF("file.", "overlay") },
#if HAVE_LIBCRYPTO
	{ "crypt, sectors of 512", TABLES("c 0 262144 crypt aes-xts-plain64 " KEY " 0 d0 0"), 1, PLAIN,
		cost_crypt_512, cost_crypt_512, .qemu = "driver=luks,key-secret=key," FILE_OF("file.", "luks") },
	{ "crypt, sectors of 4096", TABLES("c 0 262144 crypt aes-xts-plain64 " KEY " 0 d0 0 1 sector_size:4096"), 1, PLAIN,
		cost_crypt_4096, cost_crypt_4096 },
#endif
	{ "cache, writeback, hits", TABLES(CACHE("writeback")), 2, PLAIN, .prepare = fill_cache },
	{ "cache, writethrough, hits", TABLES(CACHE("writethrough")), 2, COPIES, .prepare = fill_cache },
	{ "writecache, all cached", TABLES("wc 0 262144 writecache s d0 big 4096 0",
		"big 0 262144 linear d1 0\n262144 262144 linear d2 0"), 2, PLAIN },
	{ "raid1 on integrity, journal", INTEGRITIES("J"), 2, { 1, 0 }, { 0, 4 }, { 0, 4 }, cost_crc, cost_crc, { 2, 0 } },
	{ "raid1 on integrity, bitmap", INTEGRITIES("B"), 2, { 1, 0 }, { 0, 4 }, { 0, 2 }, cost_crc, cost_crc, { 2, 0 } },
	{ "thin, mapped", TABLES("thin 0 262144 thin pool 0", POOL), 1, PLAIN, .prepare = create_thin,
		.qemu = "driver=qcow2," FILE_OF("file.", "full") },
	{ NULL },
};
