/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report_fixture.h"

#define LVS(...) (struct lvol_report_opts) { .kind = LVOL_REPORT_LVS, __VA_ARGS__ }

START_TEST(orders)
{
	struct lvol_vg *vg = fixture_vg();

	fixture_expect(vg, LVS(.fields = "lv_name"), "home/root/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "-lv_name"), "swap/root/home");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "-lv_size,+lv_name"), "root/home/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "lv_size,-lv_name"), "swap/home/root");
	/* equal rows stay in the order of the text; nothing to sort by leaves them all so */
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "lv_size"), "home/swap/root");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = ""), "root/home/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "lv_time"), "swap/root/home");
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "tags,name"), "swap/home/root");
	/* a hidden LV sorts by its name, not by its bracket */
	fixture_expect(vg, LVS(.fields = "lv_name", .flags = LVOL_REPORT_ALL), "home/[lvol0_pmspare]/root/swap");
	/* sizes that are not there come last, percentages too */
	fixture_expect(vg, LVS(.fields = "lv_name", .sort = "lv_metadata_size,data_percent"), "root/home/swap");
	lvi_vg_unref(vg);
}
END_TEST

/* "+a" adds to the default, "-a" takes from it, under any name of the field; "all" means what the report speaks of. */
START_TEST(fields)
{
	struct lvol_vg *vg = fixture_vg();
	struct lvol_report *r = fixture_report(vg, LVS(.fields = "+lv_uuid,-attr,lv_size"));

	ck_assert_uint_eq(lvi_report_column_count(r), 11);
	ck_assert_str_eq(lvi_report_column_name(r, 2), "pool_lv");
	ck_assert_str_eq(lvi_report_column_name(r, 10), "lv_uuid");
	ck_assert_str_eq(lvi_report_column_heading(r, 10), "LV UUID");
	ck_assert_ptr_null(lvi_report_column_name(r, 11));
	ck_assert_ptr_null(lvi_report_cell(r, 0, 11));
	ck_assert_ptr_null(lvi_report_cell(r, 3, 0));
	lvi_report_free(r);
	r = fixture_report(vg, LVS(.fields = "lv_name,lv_size,data_percent,seg_count,lv_tags"));
	ck_assert(!lvi_report_column_is_right_aligned(r, 0));
	ck_assert(lvi_report_column_is_right_aligned(r, 1));
	ck_assert(!lvi_report_column_is_right_aligned(r, 2));
	ck_assert(lvi_report_column_is_right_aligned(r, 3));
	ck_assert(!lvi_report_column_is_right_aligned(r, 4));
	lvi_report_free(r);
	/* as many as lvm2 2.03.16 has: VG fields are in because of the default sort key vg_name */
	r = fixture_report(vg, LVS(.fields = "all"));
	ck_assert_uint_eq(lvi_report_column_count(r), 102 + 35);
	lvi_report_free(r);
	r = fixture_report(vg, LVS(.fields = "lv_all"));
	ck_assert_uint_eq(lvi_report_column_count(r), 102);
	lvi_report_free(r);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(rows)
{
	struct lvol_vg *vg = fixture_vg();

	fixture_expect(vg, LVS(.fields = "name,size"), "home|4.00m/root|8.00m/swap|4.00m");
	fixture_expect(vg, LVS(.fields = "lv_name,devices"),
			"home|disk0.img(2)/root|disk0.img(0)/root|disk1.img(0)/swap|disk1.img(4)");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_VGS }, "vg0|2|3|0|wz--n-|64.00m|44.00m");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVS },
			"disk0.img|vg0|lvm2|a--|32.00m|24.00m/disk1.img|vg0|lvm2|u--|32.00m|20.00m");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVSEGS, .fields = "pv_name,start,size,lv_name" },
			"disk0.img|0|1|root/disk0.img|1|1|/disk0.img|2|1|home/disk0.img|3|5|/"
			"disk1.img|0|1|root/disk1.img|1|3|/disk1.img|4|1|swap/disk1.img|5|1|/disk1.img|6|1|[lvol0_pmspare]/"
			"disk1.img|7|1|");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_SEGS, .fields = "lv_name,type,size" },
			"home|linear|4.00m/root|linear|4.00m/root|linear|4.00m/swap|linear|4.00m");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_VGS, .fields = "vg_name,lv_name" },
			"vg0|root/vg0|home/vg0|swap");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(keeps_to_names)
{
	struct lvol_vg *vg = fixture_vg();

#define NAMES(...) (const char *const[]) { __VA_ARGS__, NULL }
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("vg0")), "home/root/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("vg0/root", "/dev/vg0/swap", "vg0/root")), "root/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("vg0/lvol0_pmspare")), "[lvol0_pmspare]");
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("@c")), "root");
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("@prod")), "home/root/swap");
	fixture_expect(vg, LVS(.fields = "lv_name", .names = NAMES("@nobody")), "");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVS, .fields = "pv_name",
			.names = NAMES("disk1.img") }, "disk1.img");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVS, .fields = "pv_name",
			.names = NAMES("@ssd") }, "disk0.img");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(refuses)
{
	const struct { struct lvol_report_opts opts; int code; const char *message; } bad[] = {
		{ { .kind = 0 }, LVOL_E_INVALID, "there is no kind of report 0" },
		{ { .kind = LVOL_REPORT_LVS, .flags = 64 }, LVOL_E_INVALID, "unknown flags 0x40 of a report" },
		{ { .kind = LVOL_REPORT_LVS, .fields = "lv_name,foo" }, LVOL_E_INVALID, "\"foo\" is no field of a report" },
		{ { .kind = LVOL_REPORT_LVS, .sort = "-foo" }, LVOL_E_INVALID, "cannot sort: \"foo\" is no field of a report" },
		{ { .kind = LVOL_REPORT_LVS, .fields = "lv_name,pv_name" }, LVOL_E_INVALID,
			"fields of PVs and of LVs can only be together in a report about PVs" },
		{ { .kind = LVOL_REPORT_LVS, .names = NAMES("vg1") }, LVOL_E_NOT_FOUND, "no VG is called \"vg1\"" },
		{ { .kind = LVOL_REPORT_LVS, .names = NAMES("vg0/x") }, LVOL_E_NOT_FOUND, "no LV is called \"vg0/x\"" },
		{ { .kind = LVOL_REPORT_PVS, .names = NAMES("x") }, LVOL_E_NOT_FOUND, "no PV is called \"x\"" }
	};
	struct lvol_vg *vg = fixture_vg();

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct lvol_error err = LVOL_ERROR_INIT;
		struct lvol_report *r = NULL;

		t_fails(fixture_try(vg, bad[i].opts, &r, &err), bad[i].code, err);
		ck_assert_str_eq(err.message, bad[i].message);
	}
	lvi_vg_unref(vg);
}
END_TEST

/* Every field of the tables can be asked for by its name and has words that explain it. */
START_TEST(all_fields)
{
	struct lvol_vg *vg = fixture_vg();
	const char *name, *description;
	size_t count = 0;

	for (; lvi_report_field(LVOL_REPORT_PVS, count, &name, &description); count++) {
		struct lvol_report *r = fixture_report(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVS, .fields = name });

		ck_assert_str_eq(lvi_report_column_name(r, 0), name);
		ck_assert(*description);
		lvi_report_free(r);
	}
	ck_assert_uint_eq(count, 219);
	lvi_vg_unref(vg);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, orders);
	tcase_add_test(tc, fields);
	tcase_add_test(tc, rows);
	tcase_add_test(tc, keeps_to_names);
	tcase_add_test(tc, refuses);
	tcase_add_test(tc, all_fields);
}

int main(void)
{
	return fixture_main("report_sort", add);
}
