/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/internal.h"

#include "report_fixture.h"

/* What lvm2 2.03.16 printed for these sizes. */
static const struct { uint64_t bytes; char unit; const char *text, *bare; } sizes[] = {
	{ 12582912, 'h', "12.00m", "12.00m" }, { 12582912, 'H', "12.58M", "12.58M" }, { 12582912, 'r', "12.00m", "12.00m" },
	{ 12582912, 'R', "12.58M", "12.58M" }, { 54525952, 'R', "<54.53M", "<54.53M" }, { 8388608, 'R', "<8.39M", "<8.39M" },
	{ 12582912, 'b', "12582912B", "12582912" }, { 12582912, 'B', "12582912B", "12582912" },
	{ 12582912, 's', "24576S", "24576" }, { 12582912, 'S', "24576S", "24576" },
	{ 12582912, 'k', "12288.00k", "12288.00" }, { 12582912, 'K', "12582.91K", "12582.91" },
	{ 33554432, 'm', "32.00m", "32.00" }, { 33554432, 'M', "33.55M", "33.55" },
	{ 54525952, 'g', "0.05g", "0.05" }, { 33554432, 'G', "0.03G", "0.03" }, { 33554432, 't', "0.00t", "0.00" },
	{ 33554432, 'T', "0.00T", "0.00" }, { 33554432, 'p', "0.00p", "0.00" }, { 33554432, 'E', "0.00E", "0.00" },
	{ 0, 'r', "0 ", "0" }, { 0, 'h', "0 ", "0" }, { 0, 'b', "0B", "0" }, { 0, 's', "0S", "0" }, { 0, 'm', "0m", "0" },
	{ 0, 'G', "0G", "0" },
	/* just below a unit, and the largest */
	{ UINT64_C(2147483648) - 4194304, 'r', "<2.00g", "<2.00g" }, { UINT64_C(2147483648) - 4194304, 'h', "2.00g", "2.00g" },
	{ UINT64_MAX - 511, 'e', "16.00e", "16.00" }, { UINT64_MAX - 511, 'r', "<16.00e", "<16.00e" },
	{ 1536, 'r', "1.50k", "1.50k" }, { 512, 'r', "512b", "512b" }, { 512, 'R', "512B", "512B" }
};

START_TEST(sizes_as_lvm2)
{
	char out[SIZE_TEXT_LEN];

	lvi_size_format(out, sizes[_i].bytes, &(struct units) { sizes[_i].unit, true });
	ck_assert_str_eq(out, sizes[_i].text);
	lvi_size_format(out, sizes[_i].bytes, &(struct units) { sizes[_i].unit, false });
	ck_assert_str_eq(out, sizes[_i].bare);
}
END_TEST

START_TEST(units_of_a_report)
{
	struct lvol_vg *vg = fixture_vg();
	struct lvol_report_opts opts = { .kind = LVOL_REPORT_VGS, .fields = "vg_size,vg_free,vg_extent_size" };

	fixture_expect(vg, opts, "64.00m|44.00m|4.00m");
	opts.units = "b";
	fixture_expect(vg, opts, "67108864B|46137344B|4194304B");
	opts.flags = LVOL_REPORT_NO_SUFFIX;
	fixture_expect(vg, opts, "67108864|46137344|4194304");
	opts.units = "R";
	fixture_expect(vg, opts, "<67.11M|<46.14M|4.19M");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(bad_units)
{
	static const char *const bad[] = { "x", "mm", "4m", "-" };
	struct lvol_vg *vg = fixture_vg();

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct lvol_error err = LVOL_ERROR_INIT;
		struct lvol_report *r = NULL;

		t_fails(fixture_try(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_VGS, .units = bad[i] }, &r, &err),
				LVOL_E_INVALID, err);
		ck_assert_ptr_null(r);
	}
	lvi_vg_unref(vg);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, sizes_as_lvm2, 0, sizeof sizes / sizeof *sizes);
	tcase_add_test(tc, units_of_a_report);
	tcase_add_test(tc, bad_units);
}

int main(void)
{
	return fixture_main("report_units", add);
}
