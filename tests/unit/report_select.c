/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report_fixture.h"

static const struct { const char *select, *lvs; } good[] = {
	{ "", "home/root/swap" }, { "all", "home/root/swap" }, { "lv_name=root", "root" }, { "name=root", "root" },
	{ "LVNAME = \"root\"", "root" }, { "lv_name!=root", "home/swap" }, { "lv_name='root'", "root" },
	{ "lv_name=~^.o", "home/root" }, { "lv_name=~[o{1}t$]", "root" }, { "lv_name!~\"o\"", "swap" },
	{ "lv_size>4m", "root" }, { "lv_size=4m", "home/swap" }, { "lv_size>=8", "root" }, { "lv_size<0.007g", "home/swap" },
	{ "lv_size<=4194304b", "home/swap" }, { "size!=8192s", "root" }, { "lv_size>4.194M", "home/root/swap" },
	{ "seg_count=2", "root" }, { "seg_count>1 || lv_name=home", "home/root" }, { "seg_count>1 # lv_name=home", "home/root" },
	{ "seg_count=1 && lv_name=home", "home" }, { "seg_count=1,lv_name=home", "home" },
	{ "!(lv_name=root)", "home/swap" }, { "!(lv_name=root || lv_name=home)", "swap" },
	{ "(lv_name=root || lv_name=home) && seg_count=1", "home" },
	{ "lv_name=root || lv_name=home && seg_count=1", "home/root" },
	{ "lv_tags=a", "home/root" }, { "lv_tags=c", "root" }, { "lv_tags!=a", "swap" }, { "lv_tags=\"\"", "swap" },
	{ "lv_tags=[a]", "home" }, { "lv_tags=[a,b,c]", "root" }, { "lv_tags=[c && a && b]", "root" },
	{ "lv_tags=[a,b]", "" }, { "lv_tags={a,b}", "root" }, { "lv_tags={a && x}", "" }, { "lv_tags=[b||x]", "root" },
	{ "lv_tags={b#x}", "root" }, { "lv_tags!={a,b}", "home/swap" }, { "vg_tags=prod", "home/root/swap" },
	{ "lv_time>2024-05", "home" }, { "lv_time since 2024-03-09", "home/root" }, { "lv_time=2024-03", "root" },
	{ "lv_time=\"2024-03-09 16:00\"", "root" }, { "lv_time=\"2024-03-09 17:00 +0100\"", "root" },
	{ "lv_time=@1710000000", "root" }, { "lv_time before 2024-03-10 && lv_name=root", "root" },
	{ "lv_time until 20240310", "root/swap" },
	{ "lv_permissions=read-only", "home" }, { "lv_permissions=ro", "home" }, { "lv_skip_activation=skip", "" },
	{ "lv_skip_activation=no", "home/root/swap" }, { "lv_major=undef", "home/root/swap" }, { "lv_major=-1", "home/root/swap" },
	{ "lv_major>5", "" }, { "lv_major!=5", "home/root/swap" }, { "lv_read_ahead=auto", "home/root/swap" },
	{ "lv_read_ahead>1m", "" }, { "data_percent>1", "" }, { "data_percent!=1%", "" }, { "lv_metadata_size!=1m", "home/root/swap" },
	{ "vg_mda_copies=unmanaged", "home/root/swap" }, { "cache_policy=undefined", "home/root/root/swap" },
	{ "seg_count<2", "home/swap" }, { "seg_count<=2", "home/root/swap" }, { "seg_count>=2", "root" }, { "seg_count!=2", "home/swap" },
	/* what is not there, and what is as the kernel likes, is neither more nor less than anything */
	{ "lv_major>=5", "" }, { "lv_major<5", "" }, { "lv_major<=5", "" }, { "lv_major>=undef", "" }, { "seg_count<undef", "" },
	{ "lv_read_ahead>=1m", "" }, { "lv_read_ahead<1m", "" }, { "lv_read_ahead<=1m", "" }, { "lv_read_ahead!=1m", "home/root/swap" },
	{ "lv_size<=8", "home/root/swap" }, { "lv_size>=8.0001m", "" }, { "lv_size<=3.9999m", "" },
	{ "lv_size=8S", "" }, { "lv_size=16384s", "root" }, { "lv_time>=2024-07", "home" }, { "lv_time<=2024-03", "root/swap" },
	{ "lv_time=\"2024-03-09 16:00:00\"", "root" }, { "lv_time=\"2024-03-09 11:00 -05:00\"", "root" },
	{ "lv_time=\"2024-03-09 17:30 +01:30\"", "root" }, { "lv_time=\"2024-03-09 16:00:01\"", "" },
	{ "data_percent<50", "" }, { "data_percent>=0.5%", "" }, { "lv_tags=['a']", "home" }, { "lv_tags={ a , b }", "root" },
	{ "lv_name=~\"^(root|swap)$\"", "root/swap" }, { "lv_name!~^.o", "swap" }, { "lv_name=~{^h}", "home" }
};

static const struct { const char *select, *message; } bad[] = {
	{ "lv_foo=1", "selection: \"lv_foo\" is no field to select by, at character 1, \"lv_foo=1\"" },
	{ "selected=1", "selection: \"selected\" is no field to select by, at character 1, \"selected=1\"" },
	{ "lv_name", "selection: a comparison such as = or > is missing behind lv_name, at its end" },
	{ "lv_name root", "selection: a comparison such as = or > is missing behind lv_name, at character 9, \"root\"" },
	{ "lv_name>a", "selection: lv_name is no number, size, percent or time to be compared so at character 8, \">a\"" },
	{ "lv_size=~8", "selection: only strings can be matched, and lv_size is none, at character 8, \"=~8\"" },
	{ "lv_size since 2024", "selection: lv_size is no time at character 9, \"since 2024\"" },
	{ "lv_size>", "selection: lv_size wants a number at its end" },
	{ "lv_size>big", "selection: lv_size wants a number at character 9, \"big\"" },
	{ "seg_count=1g", "selection: seg_count is a plain number at character 12, \"g\"" },
	{ "seg_count=99999999999999999999", "selection: a number is too large at character 11, \"99999999999999999999\"" },
	{ "lv_size=5%", "selection: lv_size is a size at character 10, \"%\"" },
	{ "data_percent=5m", "selection: data_percent is a percentage at character 15, \"m\"" },
	{ "(lv_name=a", "selection: a \")\" is missing at its end" },
	{ "!lv_name=a", "selection: a \"(\" is missing behind \"!\" at character 2, \"lv_name=a\"" },
	{ "lv_name=a b", "selection: \"&&\" or \"||\" is missing at character 11, \"b\"" },
	{ "lv_name=a &&", "selection: a field is missing at its end" },
	{ "lv_name=\"a", "selection: a quote is not closed at character 9, \"\"a\"" },
	{ "lv_name=~\"x", "selection: a regular expression is not closed at character 10, \"\"x\"" },
	{ "lv_name=~a{2,1}", NULL }, { "lv_tags=[a", NULL }, { "lv_tags=[a}", NULL }, { "lv_tags={a||b&&c}", NULL },
	{ "lv_time=yesteryear", NULL }, { "lv_time=2024-13", NULL }, { "lv_time=2024-02-30", NULL },
	{ "lv_time=\"2024-02 12:00\"", NULL }, { ")", NULL }, { "&&", NULL },
	/* months, days, hours, minutes, seconds and zones that there are not */
	{ "lv_time=2024-00", NULL }, { "lv_time=2024-01-00", NULL }, { "lv_time=2024-01-32", NULL }, { "lv_time=24-01", NULL },
	{ "lv_time=\"2024-03-09 24:00\"", NULL }, { "lv_time=\"2024-03-09 12:60\"", NULL }, { "lv_time=\"2024-03-09 12:00:61\"", NULL },
	{ "lv_time=\"2024-03-09 12:00 noon\"", NULL }, { "lv_time=\"2024-03-09 12:00 +15:00\"", NULL },
	{ "lv_time=\"2024-03-09 12:00 +01:60\"", NULL }, { "lv_time=\"2024-03-09 12:00 +01:00:00\"", NULL },
	{ "lv_time=\"2024-03-09 12:00 +\"", NULL }, { "lv_time=\"2024-03-09 12:00 +01:00 x\"", NULL },
	{ "lv_time=\"2024-03-09 12:00:00:00\"", NULL }, { "lv_size=1.2.3m", NULL },
	{ "lv_size=8q", NULL }, { "lv_tags=[a b]", NULL }, { "lv_tags=[a,", NULL }, { "lv_tags=[a&&b||c]", NULL },
	{ "lv_tags>a", NULL }, { "lv_name<=a", NULL }, { "(lv_name=a))", NULL }, { "lv_name=a && || lv_name=b", NULL }
};

static struct lvol_report_opts select_lvs(const char *select)
{
	return (struct lvol_report_opts) { .kind = LVOL_REPORT_LVS, .fields = "lv_name", .select = select };
}

START_TEST(selects)
{
	struct lvol_vg *vg = fixture_vg();

	fixture_expect(vg, select_lvs(good[_i].select), good[_i].lvs);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(names_what_is_wrong)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = fixture_vg();
	struct lvol_report *r = NULL;

	t_fails(fixture_try(vg, select_lvs(bad[_i].select), &r, &err), LVOL_E_INVALID, err);
	ck_assert_ptr_null(r);
	if (bad[_i].message)
		ck_assert_str_eq(err.message, bad[_i].message);
	lvi_vg_unref(vg);
}
END_TEST

/* Parentheses in parentheses end somewhere: the parser calls itself. */
START_TEST(deep_selection)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = fixture_vg();
	struct lvol_report *r = NULL;
	char *text = malloc(100001);

	memset(text, '(', 100000);
	text[100000] = '\0';
	t_fails(fixture_try(vg, select_lvs(text), &r, &err), LVOL_E_INVALID, err);
	free(text);
	lvi_vg_unref(vg);
}
END_TEST

/* Whoever asks for "selected" sees all rows. A field of segments in the selection makes rows of segments. */
START_TEST(what_rows_are)
{
	struct lvol_vg *vg = fixture_vg();

	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_LVS, .fields = "lv_name,selected",
			.select = "lv_size>4m" }, "home|0/root|1/swap|0");
	fixture_expect(vg, select_lvs("segtype=linear"), "home/root/root/swap");
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_PVS, .fields = "pv_name",
			.select = "lv_name=root" }, "disk0.img/disk1.img");
	lvi_vg_unref(vg);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, selects, 0, sizeof good / sizeof *good);
	tcase_add_loop_test(tc, names_what_is_wrong, 0, sizeof bad / sizeof *bad);
	tcase_add_test(tc, deep_selection);
	tcase_add_test(tc, what_rows_are);
}

int main(void)
{
	return fixture_main("report_select", add);
}
