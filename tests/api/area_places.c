/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Labels with a right checksum whose metadata areas lie where something else is: whoever believed them would write over
 * extents, over the label, or one area over the other. Such a VG can be read and not be written.
 */
#include <dirent.h>
#include <endian.h>

#include "disks.h"

#define LABEL_AT 512       /* sector 1 */
#define AREAS_LIST 104     /* in the label's sector, behind the one data area and its end: pairs of offset and size */

static uint32_t label_crc(const unsigned char *sector)
{
	uint32_t crc = 0xf597a6cf;

	for (int i = 20; i < 512; i++) {
		crc ^= sector[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

/* Area number @i of a PV is to lie at @start. */
static void place_area(const char *disk, unsigned i, uint64_t start, uint64_t size)
{
	unsigned char sector[512];
	uint64_t place[2] = { htole64(start), htole64(size) };
	uint32_t crc;

	t_pread(disk, sector, sizeof sector, LABEL_AT);
	memcpy(sector + AREAS_LIST + 16 * i, place, sizeof place);
	crc = htole32(label_crc(sector));
	memcpy(sector + 16, &crc, sizeof crc);
	t_pwrite(disk, sector, sizeof sector, LABEL_AT);
}

static void read_area(const char *disk, unsigned i, uint64_t *start, uint64_t *size)
{
	uint64_t place[2];

	t_pread(disk, place, sizeof place, LABEL_AT + AREAS_LIST + 16 * i);
	*start = le64toh(place[0]);
	*size = le64toh(place[1]);
}

/* VG "vg" of one PV with an area at each end. */
static void make(struct world *w, uint64_t start[2], uint64_t size[2])
{
	struct lvol_pv_create_opts opts = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	DISKS(w, 16);
	start_with(w, NULL, 0);
	opts.device = w->disks[0];
	opts.metadata_copies_set = 1;
	opts.metadata_copies = 2;
	t_ok(lvol_pv_create(w->txn, &opts, &err), err);
	commit(w);
	make_vg(w, "vg", LIST(w->disks[0]));
	for (unsigned i = 0; i < 2; i++)
		read_area(w->disks[0], i, &start[i], &size[i]);
}

static void expect_refused(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_problem problem;
	bool found = false;
	struct lvol_txn *txn;
	struct lvol_vg *vg;
	char before[4096], after[4096];

	t_pread(w->disks[0], before, sizeof before, 0);
	reopen(w);
	vg = look(w, "vg");
	ck_assert(!lvol_vg_is_writable(vg));
	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++)
		found |= problem.code == LVOL_PROBLEM_DAMAGED_LABEL && problem.blocks_writing &&
			!strcmp(problem.subject, w->disks[0]) && strstr(problem.message, "lies over extents, the label or another area");
	ck_assert_msg(found, "the area's place is not told");
	lvol_vg_unref(vg);
	ck_assert_int_lt(lvol_txn_begin(w->ctx, LIST("vg"), NULL, &txn, &err), 0);
	ck_assert_msg(strstr(err.message, "over extents"), "%s", err.message);
	t_pread(w->disks[0], after, sizeof after, 0);
	ck_assert_mem_eq(before, after, sizeof before);
}

START_TEST(over_extents)
{
	uint64_t start[2], size[2];
	struct world w;

	make(&w, start, size);
	place_area(w.disks[0], 1, 3 * MIB, size[1]);
	expect_refused(&w);
	/* the end of the last extent, and the start of the first */
	place_area(w.disks[0], 1, start[1] - 512, size[1]);
	expect_refused(&w);
	place_area(w.disks[0], 1, start[0] + size[0], 512);
	expect_refused(&w);
	world_free(&w);
}
END_TEST

START_TEST(over_the_label)
{
	uint64_t start[2], size[2];
	struct world w;

	make(&w, start, size);
	place_area(w.disks[0], 1, 1024, size[0]);
	expect_refused(&w);
	world_free(&w);
}
END_TEST

START_TEST(over_another_area)
{
	uint64_t start[2], size[2];
	struct world w;

	make(&w, start, size);
	place_area(w.disks[0], 1, start[0] + 512, size[0] - 512);
	expect_refused(&w);
	/* side by side is no harm: only what the second one held is not there */
	place_area(w.disks[0], 0, start[0], size[0]);
	place_area(w.disks[0], 1, start[1], size[1]);
	reopen(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

static unsigned open_descriptors(void)
{
	unsigned n = 0;
	DIR *dir = opendir("/proc/self/fd");

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* A transaction that names an LV again has it excluded already: locks do not pile up. */
START_TEST(descriptors_of_exclusion)
{
	struct lvol_lv_resize_opts size = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned first = 0;
	struct world w;

	DISKS(&w, 16);
	make_vg(&w, "vg", LIST(w.disks[0]));
	start(&w, "vg");
	make_lv(&w, "vg", "lv", 9, NULL);
	commit(&w);
	start(&w, "vg");
	size.flags = LVOL_LV_RESIZE_SHRINK;
	for (unsigned i = 8; i > 1; i--) {
		size.size.extents = i;
		t_ok(lvol_lv_resize(w.txn, "vg/lv", &size, &err), err);
		if (i == 8)
			first = open_descriptors();
		ck_assert_uint_eq(open_descriptors(), first);
	}
	t_ok(lvol_lv_remove(w.txn, "vg/lv", &err), err);
	ck_assert_uint_eq(open_descriptors(), first);
	commit(&w);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("area places");
	TCase *tests = tcase_create("areas");

	tcase_add_test(tests, over_extents);
	tcase_add_test(tests, over_the_label);
	tcase_add_test(tests, over_another_area);
	tcase_add_test(tests, descriptors_of_exclusion);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
