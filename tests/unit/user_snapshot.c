/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots over disks in memory: what each device shows, what is on the store, and what happens when it is full. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dm_world.h"

#define ORIGIN_SECTORS 2048
#define CHUNK 8
#define CHUNK_BYTES (CHUNK * 512)

static struct lvol_error err;

/* "org" over "real", and snapshots "snap" and "big" of it with chunks of 4 and 16 KiB. */
static struct dm_world *two_snapshots(unsigned store_sectors)
{
	struct dm_world *w = dmw_new();

	dmw_memory(w, "disk0", ORIGIN_SECTORS + 100);
	dmw_memory(w, "disk1", store_sectors);
	dmw_memory(w, "disk2", 4 * ORIGIN_SECTORS);
	dmw_define(w, "real", "0 2048 linear disk0 100");
	dmw_define(w, "org", "0 2048 snapshot-origin real");
	dmw_define(w, "snap", "0 2048 snapshot real disk1 P 8");
	dmw_define(w, "big", "0 2048 snapshot real disk2 P 32");
	return w;
}

static void fill_real(struct dm_world *w, uint32_t seed)
{
	struct backend_device *dev = dmw_open(w, "real", BACKEND_WRITE);
	unsigned char *data = malloc(ORIGIN_SECTORS * 512);

	t_fill(data, ORIGIN_SECTORS * 512, seed, 0);
	dmw_write(dev, data, ORIGIN_SECTORS * 512, 0);
	dmw_close(dev);
	free(data);
}

static void check_status(struct dm_world *w, const char *name, const char *want)
{
	char text[64];

	dmw_status(w, name, text, sizeof text);
	ck_assert_str_eq(text, want);
}

START_TEST(origin_is_copied_before_it_is_overwritten)
{
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *org, *snap, *big;
	unsigned char buf[8192], old[ORIGIN_SECTORS * 512];

	fill_real(w, 1);
	org = dmw_open(w, "org snap big", BACKEND_WRITE);
	snap = dmw_open(w, "snap", 0);
	big = dmw_open(w, "big", 0);
	memset(buf, 0x55, sizeof buf);
	dmw_write(org, buf, 3000, 5000);
	dmw_check_byte(org, 0x55, 3000, 5000);
	dmw_read(snap, old, sizeof old, 0);
	t_check_fill(old, sizeof old, 1, 0);
	dmw_read(big, old, sizeof old, 0);
	t_check_fill(old, sizeof old, 1, 0);
	/* header, area 0, and one chunk of 4 KiB; one of 16 KiB */
	check_status(w, "snap", "24/4096 16");
	check_status(w, "big", "96/8192 64");
	dmw_close(snap);
	dmw_close(big);
	dmw_close(org);
	dmw_free(w);
}
END_TEST

/* lvm2 lets an origin grow and leaves its snapshots as they are: what is behind their end they need not keep. */
#define PARTS 8
#define PART_BYTES (ORIGIN_SECTORS * 512 / PARTS)

struct part { struct backend_device *dev; pthread_t thread; unsigned char data[PART_BYTES]; uint64_t offset; int result; };

static void *write_part(void *arg)
{
	struct part *p = arg;

	p->result = p->dev->backend->write(p->dev, p->data, PART_BYTES, p->offset, NULL);
	return NULL;
}

/* Each of them makes many exceptions, and all of these have room where they are looked up. */
START_TEST(many_exceptions_are_made_at_once)
{
	static struct part parts[PARTS];
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *org, *snap;
	unsigned char old[PART_BYTES];

	/* so that all have begun before the first is through */
	dmw_define(w, "slow", "0 4096 delay disk1 0 0 disk1 0 10");
	dmw_define(w, "snap", "0 2048 snapshot real slow P 8");
	fill_real(w, 1);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	snap = dmw_open(w, "snap", 0);
	for (unsigned i = 0; i < PARTS; i++) {
		parts[i].dev = org;
		parts[i].offset = (uint64_t)i * PART_BYTES;
		memset(parts[i].data, i + 1, PART_BYTES);
		pthread_create(&parts[i].thread, NULL, write_part, &parts[i]);
	}
	for (unsigned i = 0; i < PARTS; i++) {
		pthread_join(parts[i].thread, NULL);
		ck_assert_int_eq(parts[i].result, 0);
	}
	for (unsigned i = 0; i < PARTS; i++) {
		dmw_check_byte(org, i + 1, PART_BYTES, parts[i].offset);
		dmw_read(snap, old, PART_BYTES, parts[i].offset);
		t_check_fill(old, PART_BYTES, 1, parts[i].offset / 512);
	}
	dmw_close(snap);
	dmw_close(org);
	dmw_free(w);
}
END_TEST

START_TEST(an_origin_that_grew_is_longer_than_its_snapshots)
{
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *org, *snap;
	unsigned char buf[8192], old[1024 * 512];

	fill_real(w, 1);
	dmw_define(w, "snap", "0 1022 snapshot real disk1 P 8");
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	snap = dmw_open(w, "snap", 0);
	dmw_zero(org, 1024 * 512, 1024 * 512);
	/* header and area 0 alone */
	check_status(w, "snap", "16/4096 16");
	memset(buf, 0x55, sizeof buf);
	for (unsigned round = 0; round < 2; round++) {
		dmw_write(org, buf, sizeof buf, 1020 * 512);
		dmw_read(snap, old, 1022 * 512, 0);
		t_check_fill(old, 1022 * 512, 1, 0);
		check_status(w, "snap", "24/4096 16");
	}
	dmw_check_byte(org, 0x55, sizeof buf, 1020 * 512);
	dmw_close(snap);
	dmw_close(org);
	dmw_free(w);
}
END_TEST

START_TEST(store_has_the_kernels_layout)
{
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *org, *raw;
	unsigned char buf[CHUNK_BYTES], area[CHUNK_BYTES];

	fill_real(w, 1);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	memset(buf, 0x55, sizeof buf);
	dmw_write(org, buf, 512, 7 * CHUNK_BYTES);
	dmw_write(org, buf, 512, 3 * CHUNK_BYTES);
	dmw_close(org);
	dmw_define(w, "raw", "0 4096 linear disk1 0");
	raw = dmw_open(w, "raw", 0);
	dmw_read(raw, area, sizeof area, 0);
	ck_assert_uint_eq(lvi_get_le32(area), 0x70416e53);
	ck_assert_uint_eq(lvi_get_le32(area + 4), 1);
	ck_assert_uint_eq(lvi_get_le32(area + 8), 1);
	ck_assert_uint_eq(lvi_get_le32(area + 12), CHUNK);
	dmw_read(raw, area, sizeof area, CHUNK_BYTES);
	ck_assert_uint_eq(lvi_get_le64(area), 7);
	ck_assert_uint_eq(lvi_get_le64(area + 8), 2);
	ck_assert_uint_eq(lvi_get_le64(area + 16), 3);
	ck_assert_uint_eq(lvi_get_le64(area + 24), 3);
	for (size_t i = 32; i < sizeof area; i++)
		ck_assert_uint_eq(area[i], 0);
	dmw_read(raw, area, sizeof area, 2 * CHUNK_BYTES);
	t_check_fill(area, sizeof area, 1, 7 * CHUNK);
	dmw_close(raw);
	dmw_free(w);
}
END_TEST

START_TEST(snapshot_is_written_without_the_origin)
{
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *snap, *real;
	unsigned char buf[3 * CHUNK_BYTES], all[ORIGIN_SECTORS * 512];

	fill_real(w, 1);
	snap = dmw_open(w, "snap", BACKEND_WRITE);
	memset(buf, 0x66, sizeof buf);
	/* part of a chunk, whole chunks, part of one */
	dmw_write(snap, buf, 2 * CHUNK_BYTES + 1000, CHUNK_BYTES - 500);
	dmw_close(snap);
	snap = dmw_open(w, "snap", 0);
	real = dmw_open(w, "real", 0);
	dmw_check_byte(snap, 0x66, 2 * CHUNK_BYTES + 1000, CHUNK_BYTES - 500);
	dmw_read(snap, all, 3072, 0);
	t_check_fill(all, 3072, 1, 0);
	dmw_read(snap, all, 512 * 100, 4 * CHUNK_BYTES);
	t_check_fill(all, 512 * 100, 1, 4 * CHUNK);
	dmw_read(real, all, sizeof all, 0);
	t_check_fill(all, sizeof all, 1, 0);
	check_status(w, "snap", "48/4096 16");
	dmw_close(snap);
	dmw_close(real);
	dmw_free(w);
}
END_TEST

START_TEST(full_store_makes_the_snapshot_invalid)
{
	/* header, area, 6 chunks */
	struct dm_world *w = two_snapshots(8 * CHUNK);
	struct backend_device *org, *snap, *big;
	unsigned char buf[7 * CHUNK_BYTES], old[7 * CHUNK_BYTES];

	fill_real(w, 1);
	memset(buf, 0x55, sizeof buf);
	org = dmw_open(w, "org snap big", BACKEND_WRITE);
	big = dmw_open(w, "big", 0);
	dmw_write(org, buf, 6 * CHUNK_BYTES, 0);
	check_status(w, "snap", "64/64 16");
	dmw_write(org, buf, CHUNK_BYTES, 6 * CHUNK_BYTES);
	check_status(w, "snap", "Invalid");
	dmw_check_byte(org, 0x55, sizeof buf, 0);
	/* the other one goes on */
	dmw_read(big, old, sizeof old, 0);
	t_check_fill(old, sizeof old, 1, 0);
	dmw_close(big);
	dmw_close(org);
	/* also after it was closed */
	snap = dmw_open(w, "snap", 0);
	check_status(w, "snap", "Invalid");
	t_fails(snap->backend->read(snap, old, 512, 0, &err), LVOL_E_IO, err);
	ck_assert_ptr_nonnull(strstr(err.message, "invalid"));
	dmw_close(snap);
	dmw_free(w);
}
END_TEST

START_TEST(full_store_with_overflow_refuses_writes_alone)
{
	struct dm_world *w = two_snapshots(8 * CHUNK);
	struct backend_device *snap;
	unsigned char buf[8 * CHUNK_BYTES];

	dmw_define(w, "snap", "0 2048 snapshot real disk1 PO 8");
	fill_real(w, 1);
	memset(buf, 0x55, sizeof buf);
	snap = dmw_open(w, "snap", BACKEND_WRITE);
	dmw_write(snap, buf, 5 * CHUNK_BYTES, 0);
	t_fails(snap->backend->write(snap, buf, 3 * CHUNK_BYTES, 5 * CHUNK_BYTES, &err), LVOL_E_NO_SPACE, err);
	check_status(w, "snap", "Overflow");
	dmw_check_byte(snap, 0x55, 5 * CHUNK_BYTES, 0);
	dmw_close(snap);
	snap = dmw_open(w, "snap", 0);
	dmw_check_byte(snap, 0x55, 5 * CHUNK_BYTES, 0);
	dmw_close(snap);
	dmw_free(w);
}
END_TEST

START_TEST(merge_ends_with_the_snapshot_in_the_origin)
{
	struct dm_world *w = two_snapshots(8192);
	struct backend_device *org, *snap, *other;
	unsigned char *want = malloc(ORIGIN_SECTORS * 512), *got = malloc(ORIGIN_SECTORS * 512);
	unsigned char buf[CHUNK_BYTES], old[ORIGIN_SECTORS * 512];
	struct user_progress p;
	struct user_live *live;
	int r, steps = 0;

	fill_real(w, 1);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	for (unsigned i = 0; i < 100; i++) {
		memset(buf, i + 1, sizeof buf);
		dmw_write(org, buf, sizeof buf, (i * 7 % 256) * CHUNK_BYTES);
	}
	dmw_close(org);
	snap = dmw_open(w, "snap", BACKEND_WRITE);
	memset(buf, 0xaa, sizeof buf);
	dmw_write(snap, buf, 2000, 123456);
	dmw_read(snap, want, ORIGIN_SECTORS * 512, 0);
	dmw_close(snap);

	dmw_define(w, "merging", "0 2048 snapshot-merge real disk1 P 8");
	org = dmw_open(w, "merging big", BACKEND_WRITE);
	other = dmw_open(w, "big", 0);
	dmw_read(other, old, sizeof old, 0);
	live = dmw_live(w, "merging", 0);
	do {
		/* the merged volume shows the snapshot all the time, and takes writes */
		memset(buf, 0xb0 + steps, sizeof buf);
		dmw_write(org, buf, 700, 9000 + steps * 30000 % 900000);
		memcpy(want + 9000 + steps * 30000 % 900000, buf, 700);
		dmw_read(org, got, ORIGIN_SECTORS * 512, 0);
		ck_assert(!memcmp(got, want, ORIGIN_SECTORS * 512));
		r = live->target->step(live, &p, &err);
		ck_assert_msg(r >= 0, "%s", err.message);
		steps++;
	} while (r);
	ck_assert_int_gt(steps, 10);
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
	check_status(w, "merging", "16/8192 16");
	/* a snapshot that is not merged still shows what was there */
	dmw_read(other, got, ORIGIN_SECTORS * 512, 0);
	ck_assert(!memcmp(got, old, sizeof old));
	dmw_close(other);
	dmw_close(org);
	org = dmw_open(w, "real", 0);
	dmw_read(org, got, ORIGIN_SECTORS * 512, 0);
	ck_assert(!memcmp(got, want, ORIGIN_SECTORS * 512));
	dmw_close(org);
	free(want);
	free(got);
	dmw_free(w);
}
END_TEST

START_TEST(transient_store_is_gone_when_closed)
{
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *snap;
	unsigned char buf[CHUNK_BYTES];

	dmw_define(w, "snap", "0 2048 snapshot real disk1 N 8");
	fill_real(w, 1);
	memset(buf, 0x55, sizeof buf);
	snap = dmw_open(w, "snap", BACKEND_WRITE);
	dmw_write(snap, buf, sizeof buf, 0);
	dmw_check_byte(snap, 0x55, sizeof buf, 0);
	check_status(w, "snap", "8/4096 0");
	dmw_close(snap);
	snap = dmw_open(w, "snap", 0);
	dmw_read(snap, buf, sizeof buf, 0);
	t_check_fill(buf, sizeof buf, 1, 0);
	dmw_close(snap);
	dmw_free(w);
}
END_TEST

/* Random writes to the origin and two snapshots, with models that are plain memory. */
START_TEST(random_writes_show_what_models_say)
{
	static const char *const names[] = { "org snap big", "snap", "big" };
	struct dm_world *w = two_snapshots(8 * ORIGIN_SECTORS);
	struct backend_device *dev[3];
	unsigned char *model[3], *got = malloc(ORIGIN_SECTORS * 512);
	uint64_t x = 1 + _i;

	fill_real(w, 1);
	for (int i = 0; i < 3; i++) {
		model[i] = malloc(ORIGIN_SECTORS * 512);
		t_fill(model[i], ORIGIN_SECTORS * 512, 1, 0);
	}
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 3; i++)
			dev[i] = dmw_open(w, names[i], BACKEND_WRITE);
		for (int n = 0; n < 60; n++) {
			uint64_t a = t_mix(x++), b = t_mix(x++);
			unsigned which = a % 3, len = (b >> 40) % 40000 + 1, at = (b & 0xffffff) % (ORIGIN_SECTORS * 512 - len);

			memset(model[which] + at, a >> 8, len);
			dmw_write(dev[which], model[which] + at, len, at);
		}
		for (int i = 0; i < 3; i++) {
			dmw_read(dev[i], got, ORIGIN_SECTORS * 512, 0);
			ck_assert_msg(!memcmp(got, model[i], ORIGIN_SECTORS * 512), "%s differs in round %d", names[i], round);
		}
		for (int i = 0; i < 3; i++)
			dmw_close(dev[i]);
	}
	for (int i = 0; i < 3; i++)
		free(model[i]);
	free(got);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
}
END_TEST

/* What is on a store that has been tampered with. */
struct tampered { const char *what; unsigned area; uint64_t at, value; int code; const char *says; };

static const struct tampered tampered[] = {
	{ "magic", 0, 0, 0x1234, LVOL_E_CORRUPT, "no exception store" },
	{ "version", 0, 8, (uint64_t)CHUNK << 32 | 2, LVOL_E_NOT_SUPPORTED, "version 2" },
	{ "chunk size", 0, 8, (uint64_t)7 << 32 | 1, LVOL_E_CORRUPT, "chunks of 7 sectors" },
	{ "huge chunk", 0, 8, (uint64_t)0x80000000 << 32 | 1, LVOL_E_CORRUPT, "power of two up to" },
	{ "place behind the end", 1, 8, 100000, LVOL_E_CORRUPT, "chunk 100000" },
	{ "place of the area", 1, 8, 1, LVOL_E_CORRUPT, "can hold no copy" },
	{ "twice the same", 1, 16, 7, LVOL_E_CORRUPT, "two copies of chunk 7" },
	{ "chunk of no origin", 1, 0, UINT64_MAX, LVOL_E_CORRUPT, "which no origin has" },
};

START_TEST(tampered_store_is_refused)
{
	const struct tampered *t = &tampered[_i];
	struct dm_world *w = two_snapshots(4096);
	struct backend_device *org, *raw;
	unsigned char buf[512] = { 0 };

	fill_real(w, 1);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	dmw_write(org, buf, 512, 7 * CHUNK_BYTES);
	dmw_write(org, buf, 512, 9 * CHUNK_BYTES);
	dmw_close(org);
	dmw_define(w, "raw", "0 4096 linear disk1 0");
	raw = dmw_open(w, "raw", BACKEND_WRITE);
	lvi_put_le64(buf, t->value);
	dmw_write(raw, buf, 8, t->area * CHUNK_BYTES + t->at);
	dmw_close(raw);
	t_fails(dmw_try_open(w, "snap", 0, &raw, &err), t->code, err);
	ck_assert_msg(strstr(err.message, t->says), "%s: %s", t->what, err.message);
	dmw_free(w);
}
END_TEST

/* Several areas, and one that is just full. */
START_TEST(list_goes_on_in_the_next_area)
{
	struct dm_world *w = dmw_new();
	struct backend_device *org, *snap, *raw;
	unsigned char sector[512], *buf = calloc(1, 600 * 512);
	unsigned char *garbage = memset(malloc(1999 * 512), 0xff, 1999 * 512);

	dmw_memory(w, "disk0", 1000);
	dmw_memory(w, "disk1", 2000);
	dmw_define(w, "real", "0 1000 linear disk0 0");
	dmw_define(w, "org", "0 1000 snapshot-origin real");
	/* 32 entries in an area */
	dmw_define(w, "snap", "0 1000 snapshot real disk1 P 1");
	/* what was there before the store is never taken for a part of it */
	dmw_define(w, "raw", "0 2000 linear disk1 0");
	raw = dmw_open(w, "raw", BACKEND_WRITE);
	dmw_write(raw, garbage, 1999 * 512, 512);
	dmw_close(raw);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	for (unsigned i = 0; i < 32; i++)
		dmw_write(org, memset(sector, i + 1, 512), 512, i * 512);
	check_status(w, "snap", "35/2000 3");
	dmw_close(org);
	org = dmw_open(w, "org snap", BACKEND_WRITE);
	check_status(w, "snap", "35/2000 3");
	dmw_write(org, buf, 600 * 512, 32 * 512);
	dmw_close(org);
	snap = dmw_open(w, "snap", 0);
	check_status(w, "snap", "653/2000 21");
	dmw_check_byte(snap, 0, 1000 * 512, 0);
	dmw_close(snap);
	free(garbage);
	free(buf);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_snapshot");
	TCase *tc = tcase_create("snapshot");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, origin_is_copied_before_it_is_overwritten);
	tcase_add_test(tc, many_exceptions_are_made_at_once);
	tcase_add_test(tc, an_origin_that_grew_is_longer_than_its_snapshots);
	tcase_add_test(tc, store_has_the_kernels_layout);
	tcase_add_test(tc, snapshot_is_written_without_the_origin);
	tcase_add_test(tc, full_store_makes_the_snapshot_invalid);
	tcase_add_test(tc, full_store_with_overflow_refuses_writes_alone);
	tcase_add_test(tc, merge_ends_with_the_snapshot_in_the_origin);
	tcase_add_test(tc, transient_store_is_gone_when_closed);
	tcase_add_test(tc, list_goes_on_in_the_next_area);
	tcase_add_loop_test(tc, random_writes_show_what_models_say, 0, 5);
	tcase_add_loop_test(tc, tampered_store_is_refused, 0, sizeof tampered / sizeof tampered[0]);
	suite_add_tcase(s, tc);
	return t_main(s);
}
