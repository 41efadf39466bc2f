/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report_fixture.h"

static char *draw(struct lvol_vg *vg, struct lvol_picture_opts opts)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL;

	opts.struct_size = sizeof opts;
	t_ok(lvi_picture(vg, &opts, &text, &err), err);
	return text;
}

START_TEST(draws_text)
{
	struct lvol_vg *vg = fixture_vg();
	char *drawn = draw(vg, (struct lvol_picture_opts) { .ascii = 1, .width = 41 });

	ck_assert_str_eq(drawn,
			"vg0: 64.00 MiB in extents of 4.00 MiB, 44.00 MiB free, 2 PVs, 3 LVs\n"
			"\n"
			"disk0.img  32.00 MiB, 24.00 MiB free\n"
			"+----+----+----+------------------------+\n"
			"|root|....|home|........................|\n"
			"+----+----+----+------------------------+\n"
			"\n"
			"disk1.img  32.00 MiB, 20.00 MiB free\n"
			"+----+--------------+----+----+----+----+\n"
			"|root|..............|swap|....|lvol|....|\n"
			"+----+--------------+----+----+----+----+\n"
			"\n"
			"  root              8.00 MiB  on 2 PVs\n"
			"  home              4.00 MiB  on disk0.img\n"
			"  swap              4.00 MiB  on disk1.img\n"
			"  lvol0_pmspare     4.00 MiB  on disk1.img\n"
			"\n"
			"  . free\n");
	free(drawn);
	lvi_vg_unref(vg);
}
END_TEST

/* Columns of the first line of a bar, in characters, colours left out. */
static size_t columns(const char *line)
{
	size_t count = 0;

	for (; *line && *line != '\n'; line++) {
		if (*line == '\033') {
			line = strchr(line, 'm');
			continue;
		}
		count += (*line & 0xc0) != 0x80;
	}
	return count;
}

static size_t widest(const char *text, const char *corner)
{
	size_t most = 0;

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, corner, strlen(corner)) && columns(line) > most)
			most = columns(line);
	return most;
}

START_TEST(keeps_to_width)
{
	static const uint32_t widths[] = { 40, 80, 133, 1000 };
	struct lvol_vg *vg = fixture_vg();

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		char *drawn = draw(vg, (struct lvol_picture_opts) { .colour = 1, .width = widths[i] });

		ck_assert_uint_eq(widest(drawn, "┌"), widths[i]);
		ck_assert_uint_eq(widest(drawn, "│"), widths[i]);
		ck_assert_uint_eq(widest(drawn, "└"), widths[i]);
		free(drawn);
	}
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(refuses_widths)
{
	struct lvol_vg *vg = fixture_vg();

	for (uint32_t svg = 0; svg < 2; svg++) {
		struct lvol_picture_opts opts = LVOL_PICTURE_OPTS_INIT;
		struct lvol_error err = LVOL_ERROR_INIT;
		char *drawn = NULL;

		opts.svg = svg;
		opts.width = svg ? 199 : 39;
		t_fails(lvi_picture(vg, &opts, &drawn, &err), LVOL_E_INVALID, err);
		opts.width = 100001;
		t_fails(lvi_picture(vg, &opts, &drawn, &err), LVOL_E_INVALID, err);
	}
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(svg)
{
	struct lvol_vg *vg = fixture_vg();
	char *drawn = draw(vg, (struct lvol_picture_opts) { .svg = 1 });

	ck_assert_ptr_nonnull(strstr(drawn, "<svg xmlns"));
	ck_assert_ptr_nonnull(strstr(drawn, "<title>home, 4.00 MiB</title>"));
	ck_assert_ptr_nonnull(strstr(drawn, "<title>free, 20.00 MiB</title>"));
	ck_assert_str_eq(drawn + strlen(drawn) - 7, "</svg>\n");
	free(drawn);
	lvi_vg_unref(vg);
}
END_TEST

/* @count LVs of one extent each, on one PV with room for as many again. */
static struct lvol_vg *many(unsigned count)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct lvol_vg *vg;

	fprintf(f, "vg0 {\nid = \"aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa\"\nseqno = 1\n"
			"status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\nextent_size = 8192\nmax_lv = 0\nmax_pv = 0\n"
			"physical_volumes {\npv0 {\nid = \"pppppp-pppp-pppp-pppp-pppp-pppp-ppppp0\"\nstatus = []\n"
			"pe_start = 2048\npe_count = %u\n}\n}\nlogical_volumes {\n", 2 * count);
	for (unsigned i = 0; i < count; i++)
		fprintf(f, "lv%u {\nid = \"llllll-llll-llll-llll-llll-llll-l%05u\"\nstatus = [\"READ\", \"VISIBLE\"]\n"
				"segment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"striped\"\n"
				"stripe_count = 1\nstripes = [\"pv0\", %u]\n}\n}\n", i, i, i);
	fprintf(f, "}\n}\ncontents = \"Text Format Volume Group\"\nversion = 1\n");
	fclose(f);
	vg = fixture_import(text);
	free(text);
	return vg;
}

/* What is smaller than a column is drawn together, so that the picture does not grow with the LVs. */
START_TEST(thousands_of_lvs)
{
	struct lvol_vg *vg = many(20000);
	char *drawn = draw(vg, (struct lvol_picture_opts) { .ascii = 1 });

	ck_assert_uint_eq(widest(drawn, "+"), 80);
	ck_assert_ptr_nonnull(strstr(drawn, "|#####"));
	ck_assert_ptr_nonnull(strstr(drawn, "and 19960 more, which use 77.97 GiB"));
	ck_assert_uint_lt(strlen(drawn), 5000);
	free(drawn);
	drawn = draw(vg, (struct lvol_picture_opts) { .svg = 1 });
	ck_assert_uint_lt(strlen(drawn), 40000);
	free(drawn);
	lvi_vg_unref(vg);
}
END_TEST

/* All fields of 20,000 LVs in a moment: no getter walks over other LVs. */
START_TEST(report_of_thousands)
{
	struct lvol_vg *vg = many(20000);
	struct lvol_report *r = fixture_report(vg, (struct lvol_report_opts) {
			.kind = LVOL_REPORT_LVS, .fields = "lv_all,vg_all", .sort = "-lv_uuid" });

	ck_assert_uint_eq(lvi_report_row_count(r), 20000);
	ck_assert_str_eq(lvi_report_cell(r, 0, 1), "lv19999");
	lvi_report_free(r);
	lvi_vg_unref(vg);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, draws_text);
	tcase_add_test(tc, keeps_to_width);
	tcase_add_test(tc, refuses_widths);
	tcase_add_test(tc, svg);
	tcase_add_test(tc, thousands_of_lvs);
	tcase_add_test(tc, report_of_thousands);
}

int main(void)
{
	return fixture_main("report_picture", add);
}
