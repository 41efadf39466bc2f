/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Metadata areas: header, ring placement, wrapping. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "disk/mda.h"
#include "util.h"

#define DEVICE_BYTES (UINT64_C(8) << 20)

static uint8_t sector[512];
static struct mda_header h;
static struct lvol_error err;

static void seal(void) { lvi_put_le32(sector, lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + 4, 508)); }

/* The header that LVM2 2.03.16 wrote on an 8 MiB PV. */
static void sample(void)
{
	memset(sector, 0, sizeof sector);
	memcpy(sector, "\x63\x4f\x86\xc7" MDA_MAGIC "\1\0\0\0", 24);
	lvi_put_le64(sector + 24, 4096);
	lvi_put_le64(sector + 32, 1044480);
	lvi_put_le64(sector + 40, 1536);
	lvi_put_le64(sector + 48, 1018);
	lvi_put_le32(sector + 56, 0xcf961d0d);
}

static int parse(void) { return lvi_mda_parse(sector, 4096, DEVICE_BYTES, &h, &err); }

START_TEST(worked_example)
{
	uint8_t again[512];

	sample();
	ck_assert_msg(!parse(), "%s", err.message);
	ck_assert_uint_eq(h.start, 4096);
	ck_assert_uint_eq(h.size, 1044480);
	ck_assert_uint_eq(h.committed.offset, 1536);
	ck_assert_uint_eq(h.committed.size, 1018);
	ck_assert_uint_eq(h.committed.crc, 0xcf961d0d);
	ck_assert(!lvi_mda_ignored(&h) && !lvi_mda_empty(&h));
	ck_assert_uint_eq(h.precommitted.offset, 0);
	lvi_mda_format(&h, again);
	ck_assert_mem_eq(again, sector, 512);
}
END_TEST

START_TEST(damage)
{
	static const struct { unsigned at; uint64_t value; const char *why; } cases[] = {
		{ 4, 0, "magic" }, { 20, 2, "version" }, { 24, 8192, "says that it is" }, { 32, 511, "bytes" },
		{ 32, DEVICE_BYTES, "bytes" }, { 32, UINT64_MAX - 4095, "bytes" },
		{ 40, 511, "points" }, { 40, 1044480, "points" }, { 40, UINT64_MAX, "points" },
		{ 48, 0, "points" }, { 48, 1044480 - 511, "points" }, { 48, UINT64_MAX, "points" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		sample();
		if (cases[i].at == 20)
			lvi_put_le32(sector + 20, cases[i].value);
		else
			lvi_put_le64(sector + cases[i].at, cases[i].value);
		seal();
		ck_assert_msg(parse() == -LVOL_E_CORRUPT, "case %zu", i);
		ck_assert_msg(strstr(err.message, cases[i].why) != NULL, "case %zu: %s", i, err.message);
	}
	sample();
	sector[500] = 1;
	ck_assert_int_eq(parse(), -LVOL_E_CORRUPT);
	ck_assert_ptr_nonnull(strstr(err.message, "checksum"));
	sample();
	ck_assert_int_eq(lvi_mda_parse(sector, 4096, 4000, &h, &err), -LVOL_E_CORRUPT);
}
END_TEST

START_TEST(ignored_area_keeps_its_flag_only)
{
	sample();
	lvi_put_le32(sector + 60, RAW_LOCN_IGNORED);
	seal();
	ck_assert_int_eq(parse(), 0);
	ck_assert(lvi_mda_ignored(&h));
	ck_assert_uint_eq(h.committed.offset, 1536);
	lvi_put_le64(sector + 40, UINT64_MAX);
	seal();
	ck_assert_int_eq(parse(), 0);
	ck_assert(lvi_mda_ignored(&h) && lvi_mda_empty(&h));
}
END_TEST

START_TEST(precommitted_slot)
{
	sample();
	lvi_put_le64(sector + 64, 3072);
	lvi_put_le64(sector + 72, 2000);
	lvi_put_le32(sector + 80, 0x12345678);
	seal();
	ck_assert_int_eq(parse(), 0);
	ck_assert_uint_eq(h.precommitted.offset, 3072);
	ck_assert_uint_eq(h.precommitted.size, 2000);
	ck_assert_uint_eq(h.precommitted.crc, 0x12345678);
	/* left by somebody, and nonsense: the committed text is as good as before */
	lvi_put_le64(sector + 72, UINT64_MAX);
	seal();
	ck_assert_int_eq(parse(), 0);
	ck_assert_uint_eq(h.precommitted.offset, 0);
	ck_assert_uint_eq(h.committed.offset, 1536);
}
END_TEST

START_TEST(longest_text)
{
	static const struct { uint64_t size, max; } cases[] = {
		{ 0, 0 }, { 511, 0 }, { 512, 0 }, { 1536, 0 }, { 1538, 1 }, { 32768, 15616 }, { 1044480, 521472 },
		{ UINT64_MAX, UINT32_MAX },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		h = (struct mda_header){ .start = 4096, .size = cases[i].size };
		ck_assert_uint_eq(lvi_mda_max_text(&h), cases[i].max);
	}
}
END_TEST

/* Area of 32 KiB unless said otherwise: committed text, length of the new one, where it goes (0: no room). */
static const struct { uint64_t area, old, old_size, size, want; uint32_t flags; } places[] = {
	{ 32768, 0, 0, 1000, 512, 0 },
	{ 32768, 512, 1000, 1000, 1536, 0 },           /* 512 .. 1511: next multiple */
	{ 32768, 512, 1024, 1000, 1536, 0 },           /* ends exactly at 1535 */
	{ 32768, 512, 1025, 1000, 2048, 0 },
	{ 32768, 31744, 512, 1022, 32256, 0 },         /* a last sector is left: the text wraps */
	{ 32768, 32256, 1022, 1000, 1024, 0 },         /* after a wrapped one: 512 .. 1021, as lvm2 was seen to do it */
	{ 32768, 31744, 513, 1000, 512, 0 },           /* less than a sector left */
	{ 32768, 31744, 1024, 1000, 512, 0 },          /* ends with the area */
	{ 32768, 31744, 1023, 1000, 512, 0 },
	{ 32768, 31744, 1025, 1000, 1024, 0 },         /* one byte wrapped */
	{ 32768, 512, 15616, 15616, 16384, 0 },
	{ 32768, 512, 15616, 15617, 0, 0 },
	{ 32768, 16384, 15616, 15616, 32256, 0 },      /* the largest, wrapping */
	{ 32768, 1536, 1000, 1000, 512, RAW_LOCN_IGNORED },
	{ 126976, 124928, 3195, 3195, 2048, 0 },
	{ 126976, 121344, 3195, 3195, 124928, 0 },
	{ 32768, 512, 32256, 100, 0, 0 },              /* an old release filled the whole ring */
	{ 32768, 512, 20000, 15000, 0, 0 },
	{ 32768, 512, 20000, 10000, 20992, 0 },
	{ 1536, 0, 0, 1, 0, 0 },
	{ 2048, 0, 0, 256, 512, 0 },
};

START_TEST(placement)
{
	uint64_t at = 0;
	int r;

	h = (struct mda_header){ .start = 4096, .size = places[_i].area };
	h.committed = (struct raw_locn){ places[_i].old, places[_i].old_size, 0, places[_i].flags };
	r = lvi_mda_place(&h, places[_i].size, &at, &err);
	ck_assert_msg(r == (places[_i].want ? 0 : -LVOL_E_NO_SPACE), "%d %s", r, err.message);
	ck_assert_uint_eq(at, places[_i].want);
}
END_TEST

START_TEST(no_space_says_both_numbers)
{
	uint64_t at = 7;

	h = (struct mda_header){ .start = 4096, .size = 32768 };
	ck_assert_int_eq(lvi_mda_place(&h, 20000, &at, &err), -LVOL_E_NO_SPACE);
	ck_assert_ptr_nonnull(strstr(err.message, "20000"));
	ck_assert_ptr_nonnull(strstr(err.message, "15616"));
	ck_assert_uint_eq(at, 7);
	ck_assert_int_eq(lvi_mda_place(&h, 0, &at, &err), -LVOL_E_INVALID);
}
END_TEST

/* a device around an area of @size at 4096, with a byte pattern before and behind */
struct bench { struct devset *set; struct lvol_dev *dev; uint8_t *data; size_t bytes; };

static struct bench bench(uint64_t size, uint32_t block)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct bench b = { .set = lvi_devset_new(NULL), .bytes = lvi_round_up(4096 + size + 4096, 4096) };

	b.data = malloc(b.bytes);
	memset(b.data, 0xee, b.bytes);
	m.data = b.data;
	m.size_bytes = b.bytes;
	m.logical_block_bytes = block;
	ck_assert_int_eq(lvi_dev_add_memory(b.set, "area", &m, &b.dev, &err), 0);
	h = (struct mda_header){ .start = 4096, .size = size };
	ck_assert_int_eq(lvi_mda_write_header(b.dev, &h, &err), 0);
	return b;
}

static void done(struct bench *b)
{
	lvi_devset_unref(b->set);
	free(b->data);
}

/* A long life of an area: each new text leaves the committed one whole, header and neighbours too. */
static void live(uint64_t size, uint32_t block)
{
	struct bench b = bench(size, block);
	uint64_t max = lvi_mda_max_text(&h), at = 0;
	struct raw_locn locn;
	char *text = malloc(max + 1), *got = NULL;

	for (unsigned i = 1; i < 300; i++) {
		uint64_t len = 1 + (i * 2654435761u) % (i % 7 ? max / 3 : max);

		memset(text, 'a' + i % 26, len);
		text[len - 1] = 0;
		ck_assert_int_eq(lvi_mda_place(&h, len, &at, &err), 0);
		ck_assert_msg(!lvi_mda_write_text(b.dev, &h, text, (locn = (struct raw_locn){ .offset = at, .size = len }, &locn), &err), "%s", err.message);
		if (h.committed.offset) {
			ck_assert_msg(!lvi_mda_read_text(b.dev, &h, &h.committed, &got, &err), "text %u: %s", i, err.message);
			free(got);
		}
		h.committed = locn;
		ck_assert_int_eq(lvi_mda_write_header(b.dev, &h, &err), 0);
		ck_assert_int_eq(lvi_mda_read_header(b.dev, 4096, &h, &err), 0);
		ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &h.committed, &got, &err), 0);
		ck_assert_mem_eq(got, text, len);
		ck_assert_int_eq(got[len], 0);
		free(got);
	}
	for (size_t i = 0; i < b.bytes; i++)
		if (i < 4096 || i >= 4096 + size)
			ck_assert_int_eq(b.data[i], 0xee);
	free(text);
	done(&b);
}

START_TEST(life_of_an_area)
{
	live(32768, 512);
	live(61440, 4096);
	live(5000, 512);  /* not whole sectors: lvm2 makes none, but a header may say so */
}
END_TEST

START_TEST(wrapped_text_on_disk)
{
	struct bench b = bench(32768, 512);
	char text[1022], *got = NULL;
	struct raw_locn locn;
	uint8_t *ring = b.data + 4096;

	memset(text, 'x', sizeof text);
	text[1021] = 0;
	ck_assert_int_eq(lvi_mda_write_text(b.dev, &h, text, (locn = (struct raw_locn){ .offset = 32256, .size = sizeof text }, &locn), &err), 0);
	ck_assert_uint_eq(locn.offset, 32256);
	ck_assert_uint_eq(locn.size, 1022);
	ck_assert_int_eq(ring[32255], 0xee);
	ck_assert_int_eq(ring[32256], 'x');
	ck_assert_int_eq(ring[32767], 'x');
	ck_assert_int_eq(ring[32768], 0xee);
	ck_assert_int_eq(ring[0], lvi_crc_lvm(LVI_CRC_LVM_SEED, ring + 4, 508) & 0xff);
	ck_assert_int_eq(ring[512], 'x');
	ck_assert_int_eq(ring[512 + 508], 'x');
	ck_assert_int_eq(ring[512 + 509], 0);
	ck_assert_int_eq(ring[1023], 0);
	ck_assert_int_eq(ring[1024], 0xee);
	ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &locn, &got, &err), 0);
	ck_assert_mem_eq(got, text, sizeof text);
	free(got);
	done(&b);
}
END_TEST

START_TEST(text_checksum_and_bounds)
{
	struct bench b = bench(32768, 512);
	struct raw_locn locn, bad;
	char *got = NULL;

	ck_assert_int_eq(lvi_mda_write_text(b.dev, &h, "vg0 {}", (locn = (struct raw_locn){ .offset = 512, .size = 7 }, &locn), &err), 0);
	b.data[4096 + 513] ^= 1;
	ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &locn, &got, &err), -LVOL_E_CORRUPT);
	ck_assert_ptr_nonnull(strstr(err.message, "checksum"));
	ck_assert_str_eq(err.subject, "area");
	bad = locn;
	bad.offset = 32768;
	ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &bad, &got, &err), -LVOL_E_CORRUPT);
	bad = locn;
	bad.size = UINT64_MAX;
	ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &bad, &got, &err), -LVOL_E_CORRUPT);
	ck_assert_int_eq(lvi_mda_write_text(b.dev, &h, "x", (locn = (struct raw_locn){ .offset = 0, .size = 2 }, &locn), &err), -LVOL_E_CORRUPT);
	h.size = UINT64_MAX;
	ck_assert_int_eq(lvi_mda_read_text(b.dev, &h, &locn, &got, &err), -LVOL_E_CORRUPT);
	ck_assert_ptr_null(got);
	done(&b);
}
END_TEST

START_TEST(header_names_its_device)
{
	struct bench b = bench(32768, 512);

	ck_assert_int_eq(lvi_mda_read_header(b.dev, 8192, &h, &err), -LVOL_E_CORRUPT);
	ck_assert_str_eq(err.subject, "area");
	ck_assert_int_eq(lvi_mda_read_header(b.dev, UINT64_MAX, &h, &err), -LVOL_E_RANGE);
	done(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("disk_mda");
	TCase *t = tcase_create("disk_mda");

	tcase_add_test(t, worked_example);
	tcase_add_test(t, damage);
	tcase_add_test(t, ignored_area_keeps_its_flag_only);
	tcase_add_test(t, precommitted_slot);
	tcase_add_test(t, longest_text);
	tcase_add_loop_test(t, placement, 0, sizeof places / sizeof places[0]);
	tcase_add_test(t, no_space_says_both_numbers);
	tcase_add_test(t, life_of_an_area);
	tcase_add_test(t, wrapped_text_on_disk);
	tcase_add_test(t, text_checksum_and_bounds);
	tcase_add_test(t, header_names_its_device);
	suite_add_tcase(s, t);
	return t_main(s);
}
