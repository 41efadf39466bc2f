/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/types.h>

#include "txn/pv_layout.h"
#include "util.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)

struct expected {
	struct pv_layout want;
	uint64_t size, data;
	unsigned mda_count;
	struct disk_area mdas[2], ba;
};

/* What lvm2 2.03.16 made with the options in the comment. */
static const struct expected places[] = {
	/* none */
	{ { .device_bytes = 64 * MIB, .copies = 1 }, 67108864, 1048576, 1, { { 4096, 1044480 } }, { 0 } },
	/* --pvmetadatacopies 2 */
	{ { .device_bytes = 64 * MIB, .copies = 2 }, 67108864, 1048576, 2, { { 4096, 1044480 }, { 66060288, 1048576 } },
		{ 0 } },
	/* --pvmetadatacopies 0 */
	{ { .device_bytes = 64 * MIB }, 67108864, 1048576, 0, { { 0 } }, { 0 } },
	/* --metadatasize 128k --dataalignment 64k --dataalignmentoffset 7s */
	{ { .device_bytes = 64 * MIB, .copies = 1, .mda_bytes = 128 * KIB, .align = 64 * KIB, .align_offset = 7 * 512 },
		67108864, 200192, 1, { { 4096, 196096 } }, { 0 } },
	/* --dataalignment 64k --bootloaderareasize 300k */
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 64 * KIB, .ba_bytes = 300 * KIB }, 67108864, 1376256, 1,
		{ { 4096, 1044480 } }, { 1048576, 327680 } },
	/* --bootloaderareasize 300k */
	{ { .device_bytes = 64 * MIB, .copies = 1, .ba_bytes = 300 * KIB }, 67108864, 2097152, 1, { { 4096, 1044480 } },
		{ 1048576, 1048576 } },
	/* --bootloaderareasize 300k --pvmetadatacopies 0 */
	{ { .device_bytes = 64 * MIB, .ba_bytes = 300 * KIB }, 67108864, 2097152, 0, { { 0 } }, { 1048576, 1048576 } },
	/* --bootloaderareasize 300k --pvmetadatacopies 2 --dataalignment 4M */
	{ { .device_bytes = 64 * MIB, .copies = 2, .align = 4 * MIB, .ba_bytes = 300 * KIB }, 67108864, 8388608, 2,
		{ { 4096, 4190208 }, { 62914560, 4194304 } }, { 4194304, 4194304 } },
	/* --metadatasize 4k --dataalignment 512k */
	{ { .device_bytes = 64 * MIB, .copies = 1, .mda_bytes = 4 * KIB, .align = 512 * KIB }, 67108864, 524288, 1,
		{ { 4096, 520192 } }, { 0 } },
	/* --metadatasize 10m --pvmetadatacopies 2 */
	{ { .device_bytes = 64 * MIB, .copies = 2, .mda_bytes = 10 * MIB }, 67108864, 11534336, 2,
		{ { 4096, 11530240 }, { 56623104, 10485760 } }, { 0 } },
	/* --dataalignment 60m */
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 60 * MIB }, 67108864, 62914560, 1, { { 4096, 62910464 } },
		{ 0 } },
	/* 2 MiB */
	{ { .device_bytes = 2 * MIB, .copies = 1 }, 2097152, 1048576, 1, { { 4096, 1044480 } }, { 0 } },
	/* 3 MiB --pvmetadatacopies 2 */
	{ { .device_bytes = 3 * MIB, .copies = 2 }, 3145728, 1048576, 2, { { 4096, 1044480 }, { 2097152, 1048576 } },
		{ 0 } },
	/* 2 MiB --pvmetadatacopies 2: nothing is left for extents */
	{ { .device_bytes = 2 * MIB, .copies = 2 }, 2097152, 1048576, 2, { { 4096, 1044480 }, { 1048576, 1048576 } },
		{ 0 } },
	/* --dataalignment 1000s */
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 1000 * 512 }, 67108864, 1536000, 1, { { 4096, 1531904 } },
		{ 0 } },
	/* --dataalignment 3m --dataalignmentoffset 1m */
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 3 * MIB, .align_offset = MIB }, 67108864, 4194304, 1,
		{ { 4096, 4190208 } }, { 0 } },
	/* --dataalignmentoffset 64k */
	{ { .device_bytes = 64 * MIB, .copies = 1, .align_offset = 64 * KIB }, 67108864, 1114112, 1, { { 4096, 1110016 } },
		{ 0 } },
	/* 65535 KiB --pvmetadatacopies 2, and with --dataalignment 64k */
	{ { .device_bytes = 65535 * KIB, .copies = 2 }, 67107840, 1048576, 2,
		{ { 4096, 1044480 }, { 66060288, 1047552 } }, { 0 } },
	{ { .device_bytes = 65535 * KIB, .copies = 2, .align = 64 * KIB }, 67107840, 1048576, 2,
		{ { 4096, 1044480 }, { 66060288, 1047552 } }, { 0 } },
	/* --bootloaderareasize 63m --pvmetadatacopies 0: extents would begin at the very end */
	{ { .device_bytes = 64 * MIB, .ba_bytes = 63 * MIB }, 67108864, 67108864, 0, { { 0 } }, { 1048576, 66060288 } },
	/* --bootloaderareasize 62m */
	{ { .device_bytes = 64 * MIB, .copies = 1, .ba_bytes = 62 * MIB }, 67108864, 66060288, 1, { { 4096, 1044480 } },
		{ 1048576, 65011712 } },
	/* Backups: --restorefile of pe_start 2048, 15 extents of 4 MiB; with one area, and --pvmetadatacopies 2 */
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = MIB, .pe_bytes = 60 * MIB }, 67108864, 1048576,
		1, { { 4096, 1044480 } }, { 0 } },
	{ { .device_bytes = 64 * MIB, .copies = 2, .fixed = true, .pe_start = MIB, .pe_bytes = 60 * MIB }, 67108864, 1048576,
		2, { { 4096, 1044480 }, { 66060288, 1048576 } }, { 0 } },
	/* pe_start 2688, bootloader area of 640 sectors at 2048 */
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 2688 * 512, .pe_bytes = 60 * MIB,
		.ba_start = 2048 * 512, .ba_bytes = 640 * 512 }, 67108864, 1376256, 1, { { 4096, 1044480 } },
		{ 1048576, 327680 } },
	/* pe_start 391; and with --metadatasize 100k --dataalignment 64k --dataalignmentoffset 7s */
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 391 * 512, .pe_bytes = 60 * MIB }, 67108864,
		200192, 1, { { 4096, 196096 } }, { 0 } },
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 391 * 512, .pe_bytes = 60 * MIB,
		.mda_bytes = 100 * KIB, .align = 64 * KIB, .align_offset = 7 * 512 }, 67108864, 200192, 1,
		{ { 4096, 130560 } }, { 0 } },
	/* pe_start 8192, --metadatasize 64k */
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 4 * MIB, .pe_bytes = 60 * MIB,
		.mda_bytes = 64 * KIB }, 67108864, 4194304, 1, { { 4096, 1044480 } }, { 0 } },
};

START_TEST(as_lvm2_places_them)
{
	const struct expected *e = &places[_i];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct label label;

	t_ok(lvi_pv_layout(&e->want, "disk", &label, &err), err);
	ck_assert_uint_eq(label.device_size, e->size);
	ck_assert_uint_eq(label.data_count, 1);
	ck_assert_uint_eq(label.data[0].offset, e->data);
	ck_assert_uint_eq(label.data[0].size, 0);
	ck_assert_uint_eq(label.mda_count, e->mda_count);
	for (unsigned i = 0; i < e->mda_count; i++) {
		ck_assert_uint_eq(label.mdas[i].offset, e->mdas[i].offset);
		ck_assert_uint_eq(label.mdas[i].size, e->mdas[i].size);
	}
	ck_assert_uint_eq(label.bootloader.offset, e->ba.offset);
	ck_assert_uint_eq(label.bootloader.size, e->ba.size);
	ck_assert_uint_eq(label.ext_version, PV_EXT_VERSION);
	ck_assert_uint_eq(label.ext_flags, 0);
}
END_TEST

static const struct refused { struct pv_layout want; int code; } refused[] = {
	{ { .device_bytes = 1536 * KIB, .copies = 1 }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 0, .copies = 1 }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 100 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .ba_bytes = 64 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .ba_bytes = UINT64_MAX - 511 }, LVOL_E_NO_SPACE },
	/* lvm2 makes the area smaller; here a size that was asked for is kept or refused */
	{ { .device_bytes = 64 * MIB, .copies = 1, .mda_bytes = 100 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 2, .mda_bytes = 40 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .mda_bytes = UINT64_MAX }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 3 }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .label_sector = 4 }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 1000 }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .align_offset = 100 }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = 64 * KIB, .align_offset = 65 * KIB }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .align = UINT64_MAX - 511 }, LVOL_E_INVALID },
	/* backups */
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = MIB, .pe_bytes = 64 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 80 * MIB, .pe_bytes = MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 16 * KIB, .pe_bytes = MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 2, .fixed = true, .pe_start = MIB, .pe_bytes = 63 * MIB }, LVOL_E_NO_SPACE },
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = 2 * MIB, .pe_bytes = MIB, .ba_start = MIB,
		.ba_bytes = 2 * MIB }, LVOL_E_INVALID },
	{ { .device_bytes = 64 * MIB, .copies = 1, .fixed = true, .pe_start = MIB, .pe_bytes = MIB, .ba_bytes = 2 * MIB },
		LVOL_E_INVALID },
};

START_TEST(what_cannot_be)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct label label;

	t_fails(lvi_pv_layout(&refused[_i].want, "disk", &label, &err), refused[_i].code, err);
	ck_assert_str_eq(err.subject, "disk");
}
END_TEST

/* Extents that begin at 0 cannot be said in a label; the text of the VG has them. */
START_TEST(extents_at_zero)
{
	struct pv_layout want = { .device_bytes = 64 * MIB, .fixed = true, .pe_bytes = 64 * MIB };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct label label;

	t_ok(lvi_pv_layout(&want, "disk", &label, &err), err);
	ck_assert_uint_eq(label.data[0].offset, MIB);
}
END_TEST

START_TEST(areas_at_the_end)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct disk_area a;

	t_ok(lvi_pv_layout_second(128 * MIB, MIB, MIB, "disk", &a, &err), err);
	ck_assert_uint_eq(a.offset, 127 * MIB);
	ck_assert_uint_eq(a.size, MIB);
	t_ok(lvi_pv_layout_second(128 * MIB + 512 * KIB, MIB, MIB, "disk", &a, &err), err);
	ck_assert_uint_eq(a.offset, 127 * MIB);
	ck_assert_uint_eq(a.size, MIB + 512 * KIB);
	t_ok(lvi_pv_layout_second(2 * MIB, MIB, 4 * MIB, "disk", &a, &err), err);
	ck_assert_uint_eq(a.offset, MIB);
	ck_assert_uint_eq(a.size, MIB);
	t_fails(lvi_pv_layout_second(2 * MIB, 2 * MIB - 4096, MIB, "disk", &a, &err), LVOL_E_NO_SPACE, err);
	t_fails(lvi_pv_layout_second(2 * MIB, 2 * MIB, MIB, "disk", &a, &err), LVOL_E_NO_SPACE, err);
}
END_TEST

START_TEST(room_for_extents)
{
	struct label label = { .data_count = 1, .data = { { MIB, 0 } }, .mda_count = 2,
		.mdas = { { 4096, MIB - 4096 }, { 63 * MIB, MIB } } };

	ck_assert_uint_eq(lvi_pv_data_sectors(&label, 64 * MIB), 62 * MIB / 512);
	ck_assert_uint_eq(lvi_pv_data_sectors(&label, 60 * MIB), 59 * MIB / 512);
	label.mda_count = 1;
	ck_assert_uint_eq(lvi_pv_data_sectors(&label, 64 * MIB), 63 * MIB / 512);
	ck_assert_uint_eq(lvi_pv_data_sectors(&label, 512 * KIB), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("txn-pv-layout");
	TCase *tc = tcase_create("places");

	tcase_add_loop_test(tc, as_lvm2_places_them, 0, sizeof places / sizeof *places);
	tcase_add_loop_test(tc, what_cannot_be, 0, sizeof refused / sizeof *refused);
	tcase_add_test(tc, extents_at_zero);
	tcase_add_test(tc, areas_at_the_end);
	tcase_add_test(tc, room_for_extents);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
