/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Integrity: what is verified, what is mended by writing, what is found after other endings, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dm_world.h"

#define SECTORS 1024
#define BYTES (SECTORS * 512)
#define META_SECTORS 512
#define J "0 1024 integrity data 0 4 J 4 meta_device:meta internal_hash:crc32c recalculate journal_sectors:176"
#define B "0 1024 integrity data 0 4 B 4 meta_device:meta internal_hash:crc32c recalculate sectors_per_bit:64"

static struct lvol_error err;

static struct dm_world *new_world(const char *table)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	unsigned char *data = malloc(BYTES);

	dmw_memory(w, "data", SECTORS);
	dmw_memory(w, "meta", META_SECTORS);
	dmw_define(w, "i", table);
	dev = dmw_open(w, "data", BACKEND_WRITE);
	t_fill(data, BYTES, 1, 0);
	dmw_write(dev, data, BYTES, 0);
	dmw_close(dev);
	free(data);
	return w;
}

static void write_byte(struct backend_device *dev, int byte, size_t len, uint64_t offset)
{
	unsigned char *buf = malloc(len);

	dmw_write(dev, memset(buf, byte, len), len, offset);
	free(buf);
}

static void recalculate(struct dm_world *w)
{
	struct user_live *live = dmw_live(w, "i", 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
}

static void check_status(struct dm_world *w, const char *want)
{
	char text[100];

	dmw_status(w, "i", text, sizeof text);
	ck_assert_str_eq(text, want);
}

static void check_mismatches(struct dm_world *w)
{
	char text[100];

	dmw_status(w, "i", text, sizeof text);
	ck_assert_msg(atoi(text) > 0, "%s", text);
}

/* A byte behind everybody's back. */
static void damage(struct dm_world *w, const char *name, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, name, BACKEND_WRITE);
	unsigned char byte;

	dmw_read(dev, &byte, 1, offset);
	byte ^= 0x10;
	dmw_write(dev, &byte, 1, offset);
	dmw_close(dev);
}

static void make(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "i", BACKEND_WRITE);

	recalculate(w);
	dmw_close(dev);
}

static const char *const tables[] = {
	J, B,
	"0 1024 integrity data 0 4 J 4 meta_device:meta internal_hash:crc32 recalculate block_size:4096",
	"0 1024 integrity data 0 32 J 4 meta_device:meta internal_hash:sha256 recalculate journal_sectors:100",
	"0 1024 integrity data 0 20 B 4 meta_device:meta internal_hash:sha1 recalculate block_size:1024",
	"0 1024 integrity data 0 16 B 5 meta_device:meta internal_hash:sha512 recalculate block_size:2048 fix_padding",
	"0 1024 integrity data 0 - J 3 meta_device:meta internal_hash:crc32c recalculate",
	"0 1024 integrity data 16 7 J 4 meta_device:meta internal_hash:crc32c recalculate buffer_sectors:8",
};

START_TEST(what_was_there_is_kept_and_verified)
{
	struct dm_world *w = new_world(tables[_i]);
	unsigned char *found = malloc(BYTES), *want = malloc(BYTES);
	struct backend_device *dev = dmw_open(w, "i", 0);

	t_fill(want, BYTES, 1, 0);
	dmw_read(dev, found, BYTES, 0);
	ck_assert(!memcmp(found, want, BYTES));
	check_status(w, "0 1024 0");
	dmw_close(dev);
	make(w);
	dev = dmw_open(w, "i", 0);
	dmw_read(dev, found, BYTES, 0);
	ck_assert(!memcmp(found, want, BYTES));
	check_status(w, "0 1024 1024");
	dmw_close(dev);
	damage(w, "data", 100000);
	dev = dmw_open(w, "i", 0);
	dmw_read(dev, found, 98304, 0);
	t_fails(dev->backend->read(dev, found, 1, 100000, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "data"), "%s", err.message);
	check_mismatches(w);
	dmw_close(dev);
	dmw_free(w);
	free(found);
	free(want);
}
END_TEST

START_TEST(writing_over_what_is_wrong_mends_it)
{
	struct dm_world *w = new_world(tables[_i]);
	struct backend_device *dev;

	make(w);
	damage(w, "data", 8192);
	dev = dmw_open(w, "i", BACKEND_WRITE);
	write_byte(dev, 'x', 20000, 8192);
	dmw_check_byte(dev, 'x', 20000, 8192);
	dmw_flush(dev);
	dmw_check_byte(dev, 'x', 20000, 8192);
	dmw_close(dev);
	dev = dmw_open(w, "data", 0);
	dmw_check_byte(dev, 'x', 20000, 8192);
	dmw_close(dev);
	dev = dmw_open(w, "i", 0);
	dmw_check_byte(dev, 'x', 20000, 8192);
	check_status(w, "0 1024 1024");
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
}
END_TEST

/* The journal is smaller than what goes through it, several times. */
START_TEST(all_that_is_written_is_there_again)
{
	struct dm_world *w = new_world(tables[_i]);
	unsigned char *want = malloc(BYTES), *found = malloc(BYTES);
	struct backend_device *dev = dmw_open(w, "i", BACKEND_WRITE);

	t_fill(want, BYTES, 1, 0);
	for (unsigned k = 0; k < 60; k++) {
		uint64_t random = t_mix(100 * _i + k);
		unsigned at = random % BYTES, len = 1 + (random >> 32) % 60000;

		len = len < BYTES - at ? len : BYTES - at;
		memset(want + at, random >> 20, len);
		dmw_write(dev, want + at, len, at);
		if (k % 7 == 0)
			dmw_flush(dev);
		if (k == 30)
			recalculate(w);
		dmw_read(dev, found, BYTES, 0);
		ck_assert(!memcmp(found, want, BYTES));
		if (k % 20 == 19) {
			dmw_close(dev);
			dev = dmw_open(w, "i", BACKEND_WRITE);
		}
	}
	dmw_close(dev);
	dev = dmw_open(w, "i", 0);
	dmw_read(dev, found, BYTES, 0);
	ck_assert(!memcmp(found, want, BYTES));
	dmw_close(dev);
	dev = dmw_open(w, "data", 0);
	dmw_read(dev, found, BYTES, 0);
	ck_assert(!memcmp(found, want, BYTES));
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
	free(want);
	free(found);
}
END_TEST

/* Without a metadata device data and tags take turns. */
START_TEST(one_device_holds_both)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	unsigned char buf[512];
	unsigned bad = 0;

	dmw_memory(w, "data", 20000);
	dmw_define(w, "i", _i ? "0 16000 integrity data 8 4 B 4 internal_hash:crc32c interleave_sectors:1024 fix_padding "
			"recalculate" : "0 16000 integrity data 8 4 J 4 internal_hash:crc32c interleave_sectors:1024 fix_padding "
					"recalculate");
	dev = dmw_open(w, "i", BACKEND_WRITE);
	recalculate(w);
	write_byte(dev, 'x', 3000000, 100000);
	dmw_close(dev);
	dev = dmw_open(w, "i", 0);
	dmw_check_byte(dev, 0, 100000, 0);
	dmw_check_byte(dev, 'x', 3000000, 100000);
	dmw_check_byte(dev, 0, 16000 * 512 - 3100000, 3100000);
	dmw_close(dev);
	damage(w, "data", 2000000);
	dev = dmw_open(w, "i", 0);
	for (uint64_t at = 0; at < 16000 * 512; at += 512)
		bad += dev->backend->read(dev, buf, 512, at, &err) != 0;
	ck_assert_uint_eq(bad, 1);
	check_mismatches(w);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* Tags are taken for what is there by the table's word, in mode B where a crash left bits. */
START_TEST(regions_that_were_being_written_are_made_anew)
{
	struct dm_world *w = new_world(B);
	unsigned char bits = 0x04, flags = 6;
	struct backend_device *dev;
	unsigned char buf[512];

	make(w);
	damage(w, "data", 70000);      /* region 2 of 32 KiB */
	damage(w, "data", 140000);     /* region 4 */
	dev = dmw_open(w, "meta", BACKEND_WRITE);
	dmw_zero(dev, 4096, 4096);
	dmw_write(dev, &bits, 1, 4096);
	dmw_write(dev, &flags, 1, 24);
	dmw_close(dev);
	dev = dmw_open(w, "i", BACKEND_WRITE);
	dmw_read(dev, buf, 512, 69632);
	t_fails(dev->backend->read(dev, buf, 512, 139776, &err), LVOL_E_CORRUPT, err);
	recalculate(w);
	dmw_read(dev, buf, 512, 69632);
	t_fails(dev->backend->read(dev, buf, 512, 139776, &err), LVOL_E_CORRUPT, err);
	dmw_close(dev);
	/* the same for whoever has a journal makes all of it anew */
	dev = dmw_open(w, "meta", BACKEND_WRITE);
	dmw_zero(dev, 4096, 4096);
	dmw_write(dev, &bits, 1, 4096);
	dmw_write(dev, &flags, 1, 24);
	dmw_close(dev);
	dmw_define(w, "i", "0 1024 integrity data 0 4 J 3 meta_device:meta internal_hash:crc32c sectors_per_bit:64");
	dev = dmw_open(w, "i", BACKEND_WRITE);
	check_status(w, "0 1024 0");
	recalculate(w);
	dmw_read(dev, buf, 512, 139776);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(discarded_blocks_fit_where_that_is_allowed)
{
	struct dm_world *w = new_world(_i ? "0 1024 integrity data 0 4 B 4 meta_device:meta internal_hash:crc32c "
			"recalculate allow_discards" : "0 1024 integrity data 0 4 J 4 meta_device:meta internal_hash:crc32c "
			"recalculate allow_discards");
	struct backend_device *dev;
	unsigned char buf[512];

	make(w);
	dev = dmw_open(w, "i", BACKEND_WRITE);
	write_byte(dev, 'x', 8192, 0);
	dmw_discard(dev, 4096, 1024);
	dmw_close(dev);
	damage(w, "data", 2000);
	dev = dmw_open(w, "i", 0);
	dmw_check_byte(dev, 'x', 1024, 0);
	dmw_check_byte(dev, 'x', 3072, 5120);
	dmw_read(dev, buf, 512, 1536);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

static const struct { const char *table; int code; } bad_tables[] = {
	{ "0 1024 integrity data 0 4 D 2 meta_device:meta internal_hash:crc32c", LVOL_E_NOT_SUPPORTED },
	{ "0 1024 integrity data 0 4 X 2 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 4 J 1 meta_device:meta", LVOL_E_NOT_SUPPORTED },
	{ "0 1024 integrity data 0 4 J 2 meta_device:meta internal_hash:xxhash64", LVOL_E_NOT_SUPPORTED },
	{ "0 1024 integrity data 0 4 J 2 meta_device:meta journal_mac:hmac(sha1):00", LVOL_E_NOT_SUPPORTED },
	{ "0 1024 integrity data 0 4 J 3 meta_device:meta internal_hash:crc32c block_size:513", LVOL_E_CORRUPT },
	{ "0 1023 integrity data 0 4 J 3 meta_device:meta internal_hash:crc32c block_size:1024", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 4 J 3 meta_device:meta internal_hash:crc32c block_size:x", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 0 J 2 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 425 J 2 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 4 J 3 meta_device:meta meta_device:data internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 4 J 3 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1026 integrity data 0 4 J 2 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 500 4 J 2 meta_device:meta internal_hash:crc32c", LVOL_E_CORRUPT },
	{ "0 1024 integrity data 0 4 J 1 internal_hash:crc32c", LVOL_E_CORRUPT },
};

START_TEST(tables_that_cannot_be_are_told)
{
	struct dm_world *w = new_world(bad_tables[_i].table);
	struct backend_device *dev;

	t_fails(dmw_try_open(w, "i", 0, &dev, &err), bad_tables[_i].code, err);
	dmw_free(w);
}
END_TEST

static const struct { unsigned at, value; int code; } bad_supers[] = {
	{ 0, 'x', LVOL_E_CORRUPT }, { 8, 6, LVOL_E_NOT_SUPPORTED }, { 8, 0, LVOL_E_NOT_SUPPORTED }, { 9, 3,
			LVOL_E_CORRUPT },
	{ 10, 5, LVOL_E_CORRUPT }, { 12, 0, LVOL_E_CORRUPT }, { 13, 1, LVOL_E_CORRUPT }, { 24, 1, LVOL_E_NOT_SUPPORTED },
	{ 24, 16, LVOL_E_NOT_SUPPORTED }, { 28, 3, LVOL_E_CORRUPT },
};

START_TEST(superblocks_that_cannot_be_are_told)
{
	struct dm_world *w = new_world(J);
	unsigned char byte = bad_supers[_i].value;
	struct backend_device *dev;

	make(w);
	dev = dmw_open(w, "meta", BACKEND_WRITE);
	dmw_write(dev, &byte, 1, bad_supers[_i].at);
	dmw_close(dev);
	t_fails(dmw_try_open(w, "i", 0, &dev, &err), bad_supers[_i].code, err);
	dmw_free(w);
}
END_TEST

/* As the kernel: it can be opened, so that a mirror above goes on without it, and nothing can be read or written. */
START_TEST(a_journal_that_cannot_be_is_told_with_each_access)
{
	struct dm_world *w = new_world(J);
	unsigned char buf[512] = { 0 };
	struct backend_device *dev;

	make(w);
	damage(w, "meta", 4096 + 511);
	dev = dmw_open(w, "i", BACKEND_WRITE);
	t_fails(dev->backend->read(dev, buf, 512, 0, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "journal"), "%s", err.message);
	t_fails(dev->backend->write(dev, buf, 512, 0, &err), LVOL_E_CORRUPT, err);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof *(a))

int main(void)
{
	Suite *suite = suite_create("integrity");
	TCase *tests = tcase_create("target");

	tcase_add_loop_test(tests, what_was_there_is_kept_and_verified, 0, COUNT(tables));
	tcase_add_loop_test(tests, writing_over_what_is_wrong_mends_it, 0, COUNT(tables));
	tcase_add_loop_test(tests, all_that_is_written_is_there_again, 0, COUNT(tables));
	tcase_add_loop_test(tests, one_device_holds_both, 0, 2);
	tcase_add_test(tests, regions_that_were_being_written_are_made_anew);
	tcase_add_loop_test(tests, discarded_blocks_fit_where_that_is_allowed, 0, 2);
	tcase_add_loop_test(tests, tables_that_cannot_be_are_told, 0, COUNT(bad_tables));
	tcase_add_loop_test(tests, superblocks_that_cannot_be_are_told, 0, COUNT(bad_supers));
	tcase_add_test(tests, a_journal_that_cannot_be_is_told_with_each_access);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
