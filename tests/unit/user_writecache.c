/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writecaches: what is cached and what goes past, when it is written back, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dm_world.h"

#define SECTORS 200
#define BYTES (SECTORS * 512)
#define CACHE_SECTORS 64                  /* of blocks of 512: 61 slots behind 3 sectors */
#define SLOTS 61
#define DATA 1536
#define TABLE "0 200 writecache s origin cache 512 0"

static struct lvol_error err;

static struct dm_world *new_world(const char *table)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	unsigned char data[BYTES];

	dmw_memory(w, "origin", SECTORS);
	dmw_memory(w, "cache", CACHE_SECTORS);
	dmw_define(w, "wc", table);
	dev = dmw_open(w, "origin", BACKEND_WRITE);
	dmw_write(dev, memset(data, 'o', sizeof data), sizeof data, 0);
	dmw_close(dev);
	return w;
}

static void write_byte(struct backend_device *dev, int byte, size_t len, uint64_t offset)
{
	unsigned char buf[BYTES];

	dmw_write(dev, memset(buf, byte, len), len, offset);
}

static void check_device(struct dm_world *w, const char *name, int byte, uint64_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, name, 0);

	dmw_check_byte(dev, byte, len, offset);
	dmw_close(dev);
}

static void check_free(struct dm_world *w, unsigned slots)
{
	char text[200], want[40];

	dmw_status(w, "wc", text, sizeof text);
	snprintf(want, sizeof want, "0 %d %u 0 ", SLOTS, slots);
	ck_assert_msg(!strncmp(text, want, strlen(want)), "%s, not %s", text, want);
}

static int step(struct dm_world *w, struct user_progress *p)
{
	struct user_live *live = dmw_live(w, "wc", 0);

	atomic_store(&live->wrote, true);
	return live->target->step(live, p, &err);
}

static void read_cache(struct dm_world *w, void *buf, size_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, "cache", 0);

	dmw_read(dev, buf, len, offset);
	dmw_close(dev);
}

static void put_cache(struct dm_world *w, const void *buf, size_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, "cache", BACKEND_WRITE);

	dmw_write(dev, buf, len, offset);
	dmw_close(dev);
}

/* A superblock, and an entry for each of @entries. */
static void make_cache(struct dm_world *w, uint64_t seq, const uint64_t (*entries)[2], unsigned count)
{
	unsigned char head[DATA], data[512];

	memset(head, 0xff, sizeof head);
	memset(head, 0, 64);
	lvi_put_le32(head, 0x23489321);
	lvi_put_le32(head + 4, 1);
	lvi_put_le32(head + 8, 512);
	lvi_put_le64(head + 16, SLOTS);
	lvi_put_le64(head + 24, seq);
	for (unsigned i = 0; i < count; i++) {
		lvi_put_le64(head + 64 + 16 * i, entries[i][0]);
		lvi_put_le64(head + 72 + 16 * i, entries[i][1]);
		put_cache(w, memset(data, 'A' + i, sizeof data), sizeof data, DATA + 512 * i);
	}
	put_cache(w, head, sizeof head, 0);
}

START_TEST(reading_alone_leaves_a_new_cache_as_it_is)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", 0);

	dmw_check_byte(dev, 'o', BYTES, 0);
	check_free(w, SLOTS);
	dmw_close(dev);
	check_device(w, "cache", 0, CACHE_SECTORS * 512, 0);
	dmw_free(w);
}
END_TEST

START_TEST(writes_go_to_the_cache_and_are_there_again)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);

	write_byte(dev, 'x', 5000, 3000);
	dmw_check_byte(dev, 'x', 5000, 3000);
	write_byte(dev, 'y', 512, 4096);
	check_free(w, SLOTS - 11);
	dmw_close(dev);
	check_device(w, "origin", 'o', BYTES, 0);
	dev = dmw_open(w, "wc", 0);
	check_free(w, SLOTS - 11);
	dmw_check_byte(dev, 'o', 3000, 0);
	dmw_check_byte(dev, 'x', 4096 - 3000, 3000);
	dmw_check_byte(dev, 'y', 512, 4096);
	dmw_check_byte(dev, 'x', 8000 - 4608, 4608);
	dmw_check_byte(dev, 'o', BYTES - 8000, 8000);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(a_full_cache_lets_new_blocks_past)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);

	write_byte(dev, 'x', BYTES, 0);
	check_free(w, 0);
	dmw_check_byte(dev, 'x', BYTES, 0);
	write_byte(dev, 'y', BYTES, 0);
	dmw_check_byte(dev, 'y', BYTES, 0);
	dmw_close(dev);
	check_device(w, "origin", 'o', SLOTS * 512, 0);
	check_device(w, "origin", 'y', BYTES - SLOTS * 512, SLOTS * 512);
	dmw_free(w);
}
END_TEST

START_TEST(steps_write_all_back)
{
	struct dm_world *w = new_world("0 200 writecache s origin cache 512 4 high_watermark 50 low_watermark 45");
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);
	struct user_progress p;

	write_byte(dev, 'x', 29 * 512, 0);
	check_free(w, 32);
	ck_assert_int_eq(step(w, &p), 0);
	check_free(w, SLOTS);
	ck_assert_uint_eq(p.total_bytes, p.done_bytes);
	dmw_check_byte(dev, 'x', 29 * 512, 0);
	dmw_close(dev);
	check_device(w, "origin", 'x', 29 * 512, 0);
	check_device(w, "origin", 'o', BYTES - 29 * 512, 29 * 512);
	dmw_free(w);
}
END_TEST

static const char *const write_all[] = { "cleaner", "flush_on_suspend", "flush" };

START_TEST(all_is_written_back_when_that_is_asked_for)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);

	write_byte(dev, 'x', 20000, 1000);
	t_ok(dmw_message(w, "wc", write_all[_i], NULL, &err), err);
	write_byte(dev, 'y', 512, 1024);
	if (!_i)
		write_byte(dev, 'z', 512, 51200);
	dmw_close(dev);
	dev = dmw_open(w, "wc", 0);
	check_free(w, _i < 2 ? SLOTS : SLOTS - 1);
	dmw_close(dev);
	check_device(w, "origin", _i < 2 ? 'y' : 'x', 512, 1024);
	check_device(w, "origin", 'x', 21000 - 1536, 1536);
	check_device(w, "origin", _i ? 'o' : 'z', 512, 51200);
	dmw_free(w);
}
END_TEST

START_TEST(the_cleaner_of_a_table_takes_nothing_new)
{
	struct dm_world *w = new_world("0 200 writecache s origin cache 512 1 cleaner");
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);
	struct user_progress p;

	write_byte(dev, 'x', 512, 0);
	ck_assert_int_eq(step(w, &p), 0);
	check_free(w, SLOTS);
	dmw_close(dev);
	check_device(w, "origin", 'x', 512, 0);
	dmw_free(w);
}
END_TEST

START_TEST(discarded_blocks_are_not_written_back)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);

	write_byte(dev, 'x', 2048, 0);
	dmw_flush(dev);
	write_byte(dev, 'x', 2048, 2048);
	dmw_discard(dev, 3072, 512);
	check_free(w, SLOTS - 2);
	write_byte(dev, 'y', 512, 8192);
	dmw_close(dev);
	dev = dmw_open(w, "wc", 0);
	check_free(w, SLOTS - 3);
	dmw_check_byte(dev, 'x', 512, 0);
	dmw_check_byte(dev, 'x', 512, 3584);
	dmw_check_byte(dev, 'y', 512, 8192);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* Slot 0 is older than slot 2, slots 1 and 3 were not committed: the kernel would not read them. */
START_TEST(of_a_block_the_newest_committed_slot_is_read)
{
	static const uint64_t entries[][2] = { { 10, 3 }, { 10, 5 }, { 10, 4 }, { 20, 6 }, { 30, 1 } };
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev;
	unsigned char seq[8];

	make_cache(w, 5, entries, 5);
	dev = dmw_open(w, "wc", 0);
	dmw_check_byte(dev, 'C', 512, 5120);
	dmw_check_byte(dev, 'o', 512, 10240);
	dmw_check_byte(dev, 'E', 512, 15360);
	check_free(w, SLOTS - 2);
	dmw_close(dev);
	read_cache(w, seq, 8, 64 + 16 + 8);
	ck_assert_uint_eq(lvi_get_le64(seq), 5);
	/* the commit of what is written now must not make them valid */
	dev = dmw_open(w, "wc", BACKEND_WRITE);
	write_byte(dev, 'x', 512, 0);
	dmw_flush(dev);
	write_byte(dev, 'x', 512, 512);
	dmw_close(dev);
	dev = dmw_open(w, "wc", 0);
	dmw_check_byte(dev, 'x', 1024, 0);
	dmw_check_byte(dev, 'C', 512, 5120);
	dmw_check_byte(dev, 'o', 512, 10240);
	check_free(w, SLOTS - 4);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* As in the kernel: the LV was made smaller meanwhile. */
START_TEST(entries_behind_the_end_are_given_up)
{
	static const uint64_t entries[][2] = { { 200, 3 }, { 10, 3 }, { UINT64_MAX, 3 } };
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev;

	make_cache(w, 5, entries, 3);
	for (unsigned turn = 0; turn < 2; turn++) {
		dev = dmw_open(w, "wc", BACKEND_WRITE);
		dmw_check_byte(dev, 'B', 512, 5120);
		check_free(w, SLOTS - 1 - turn);
		write_byte(dev, 'x', 512, 0);
		dmw_close(dev);
	}
	dmw_free(w);
}
END_TEST

static const struct { uint64_t entries[2][2], seq; const char *says; } bad[] = {
	{ { { 10, 3 }, { 10, 3 } }, 5, "both" }, { { { 1, 3 }, { 2, 3 } }, UINT64_MAX, "sequence" },
};

START_TEST(entries_that_cannot_be_are_told)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev;

	make_cache(w, bad[_i].seq, bad[_i].entries, 2);
	ck_assert_int_eq(dmw_try_open(w, "wc", 0, &dev, &err), -LVOL_E_CORRUPT);
	ck_assert_msg(strstr(err.message, bad[_i].says), "%s", err.message);
	dmw_free(w);
}
END_TEST

static const struct { unsigned at; uint32_t value; int code; } supers[] = {
	{ 0, 0x12345678, LVOL_E_CORRUPT }, { 4, 2, LVOL_E_NOT_SUPPORTED }, { 8, 4096, LVOL_E_CORRUPT },
	{ 16, 0, LVOL_E_CORRUPT }, { 16, SLOTS + 1, LVOL_E_CORRUPT }, { 20, 1, LVOL_E_NOT_SUPPORTED },
	{ 20, 0x80000000, LVOL_E_NOT_SUPPORTED },
};

START_TEST(superblocks_that_cannot_be_are_told)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev;
	unsigned char word[4];

	make_cache(w, 1, NULL, 0);
	lvi_put_le32(word, supers[_i].value);
	put_cache(w, word, 4, supers[_i].at);
	t_fails(dmw_try_open(w, "wc", 0, &dev, &err), supers[_i].code, err);
	dmw_free(w);
}
END_TEST

static const struct { const char *table; int code; } tables[] = {
	{ "0 200 writecache p origin cache 4096 0", LVOL_E_NOT_SUPPORTED },
	{ "0 200 writecache x origin cache 512 0", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 256 0", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 8192 0", LVOL_E_CORRUPT },
	{ "0 199 writecache s origin cache 1024 0", LVOL_E_CORRUPT },
	{ "0 201 writecache s origin cache 512 0", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 512 1 fua", LVOL_E_NOT_SUPPORTED },
	{ "0 200 writecache s origin cache 512 1 high_watermark", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 512 4 high_watermark 10 low_watermark 11", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 512 2 high_watermark 101", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 512 2 start_sector 64", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache 512 0 cleaner", LVOL_E_CORRUPT },
	{ "0 200 writecache s origin cache", LVOL_E_CORRUPT },
};

START_TEST(tables_that_cannot_be_are_told)
{
	struct dm_world *w = new_world(tables[_i].table);
	struct backend_device *dev;

	t_fails(dmw_try_open(w, "wc", 0, &dev, &err), tables[_i].code, err);
	dmw_free(w);
}
END_TEST

START_TEST(unknown_messages_are_refused)
{
	struct dm_world *w = new_world(TABLE);
	struct backend_device *dev = dmw_open(w, "wc", BACKEND_WRITE);

	t_fails(dmw_message(w, "wc", "drink", NULL, &err), LVOL_E_INVALID, err);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* What may not have been written as it was said is not built upon. */
START_TEST(after_a_failure_of_the_cache_device_nothing_more_is_taken)
{
	struct dm_world *w = new_world("0 200 writecache s origin bad 512 0");
	struct backend_device *dev;
	unsigned char buf[512] = { 'y' };

	dmw_define(w, "wc", TABLE);
	dev = dmw_open(w, "wc", BACKEND_WRITE);
	write_byte(dev, 'x', 512, 0);
	dmw_close(dev);
	/* the superblock cannot be written */
	dmw_define(w, "bad", "0 1 flakey cache 0 0 1000 1 error_writes; 1 63 linear cache 1");
	dmw_define(w, "wc", "0 200 writecache s origin bad 512 0");
	dev = dmw_open(w, "wc", BACKEND_WRITE);
	dmw_write(dev, buf, 512, 512);
	t_fails(dev->backend->flush(dev, &err), LVOL_E_IO, err);
	t_fails(dev->backend->write(dev, buf, 512, 1024, &err), LVOL_E_IO, err);
	ck_assert_msg(strstr(err.message, "takes no more writes"), "%s", err.message);
	dmw_check_byte(dev, 'x', 512, 0);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof *(a))

int main(void)
{
	Suite *suite = suite_create("writecache");
	TCase *tests = tcase_create("target");

	tcase_add_test(tests, reading_alone_leaves_a_new_cache_as_it_is);
	tcase_add_test(tests, writes_go_to_the_cache_and_are_there_again);
	tcase_add_test(tests, a_full_cache_lets_new_blocks_past);
	tcase_add_test(tests, steps_write_all_back);
	tcase_add_loop_test(tests, all_is_written_back_when_that_is_asked_for, 0, COUNT(write_all));
	tcase_add_test(tests, the_cleaner_of_a_table_takes_nothing_new);
	tcase_add_test(tests, discarded_blocks_are_not_written_back);
	tcase_add_test(tests, of_a_block_the_newest_committed_slot_is_read);
	tcase_add_test(tests, entries_behind_the_end_are_given_up);
	tcase_add_loop_test(tests, entries_that_cannot_be_are_told, 0, COUNT(bad));
	tcase_add_loop_test(tests, superblocks_that_cannot_be_are_told, 0, COUNT(supers));
	tcase_add_loop_test(tests, tables_that_cannot_be_are_told, 0, COUNT(tables));
	tcase_add_test(tests, unknown_messages_are_refused);
	tcase_add_test(tests, after_a_failure_of_the_cache_device_nothing_more_is_taken);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
