/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_REPORT_FIXTURE_H
#define LVOL_TESTS_REPORT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metadata/metadata.h"
#include "report/report.h"

#include "../util/util.h"

/* A VG for the tests of reports: two PVs, four LVs, tags. 16 MiB used of 64, in extents of 4 MiB. */
static const char fixture_text[] =
	"vg0 {\nid = \"aaaaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaaaa\"\nseqno = 7\nformat = \"lvm2\"\n"
	"status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\nflags = []\ntags = [\"prod\"]\nextent_size = 8192\n"
	"max_lv = 0\nmax_pv = 0\nmetadata_copies = 0\n"
	"physical_volumes {\n"
	"pv0 {\nid = \"pppppp-pppp-pppp-pppp-pppp-pppp-ppppp0\"\nstatus = [\"ALLOCATABLE\"]\nflags = []\n"
	"tags = [\"ssd\"]\ndev_size = 67584\npe_start = 2048\npe_count = 8\n}\n"
	"pv1 {\nid = \"pppppp-pppp-pppp-pppp-pppp-pppp-ppppp1\"\nstatus = []\nflags = []\n"
	"dev_size = 67584\npe_start = 2048\npe_count = 8\n}\n}\n"
	"logical_volumes {\n"
#define FIXTURE_LV(name, id, status, rest, segments) \
	name " {\nid = \"llllll-llll-llll-llll-llll-llll-lllll" id "\"\nstatus = [" status "]\nflags = []\n" rest segments "}\n"
#define FIXTURE_SEG(n, start, count, pv, pe) \
	"segment" n " {\nstart_extent = " start "\nextent_count = " count "\ntype = \"striped\"\nstripe_count = 1\n" \
	"stripes = [\"" pv "\", " pe "]\n}\n"
	FIXTURE_LV("root", "1", "\"READ\", \"WRITE\", \"VISIBLE\"",
		"tags = [\"a\", \"c\", \"b\"]\ncreation_time = 1710000000\ncreation_host = \"here\"\nsegment_count = 2\n",
		FIXTURE_SEG("1", "0", "1", "pv0", "0") FIXTURE_SEG("2", "1", "1", "pv1", "0"))
	FIXTURE_LV("home", "2", "\"READ\", \"VISIBLE\"",
		"tags = [\"a\"]\ncreation_time = 1720000000\ncreation_host = \"here\"\nsegment_count = 1\n",
		FIXTURE_SEG("1", "0", "1", "pv0", "2"))
	FIXTURE_LV("swap", "3", "\"READ\", \"WRITE\", \"VISIBLE\"", "segment_count = 1\n",
		FIXTURE_SEG("1", "0", "1", "pv1", "4"))
	FIXTURE_LV("lvol0_pmspare", "4", "\"READ\", \"WRITE\"", "segment_count = 1\n",
		FIXTURE_SEG("1", "0", "1", "pv1", "6"))
	"}\n}\n"
	"contents = \"Text Format Volume Group\"\nversion = 1\n";

static inline struct lvol_vg *fixture_import(const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	char *copy = strdup(text);
	char name[2] = "0";

	ck_assert_ptr_nonnull(copy);
	t_ok(lvi_metadata_import(copy, strlen(text), "fixture", &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next, name[0]++) {
		pv->dev_name = lvi_arena_printf(vg->arena, "disk%s.img", name);
		pv->dev_bytes = pv->dev_sectors * 512;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

static inline struct lvol_vg *fixture_vg(void)
{
	return fixture_import(fixture_text);
}

/* A report of one VG; @opts needs no struct_size. */
static inline int fixture_try(struct lvol_vg *vg, struct lvol_report_opts opts, struct lvol_report **out,
		struct lvol_error *err)
{
	struct report_source source = { .vgs = &vg, .vg_count = 1 };

	opts.struct_size = sizeof opts;
	return lvi_report_new(&source, &opts, out, err);
}

static inline struct lvol_report *fixture_report(struct lvol_vg *vg, struct lvol_report_opts opts)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *r = NULL;

	t_ok(fixture_try(vg, opts, &r, &err), err);
	return r;
}

/* All cells: "a|b/c|d", rows by '/'. Free it. */
static inline char *fixture_cells(struct lvol_vg *vg, struct lvol_report_opts opts)
{
	struct lvol_report *r = fixture_report(vg, opts);
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < lvi_report_row_count(r); i++)
		for (size_t c = 0; c < lvi_report_column_count(r); c++)
			fprintf(f, "%s%s", c ? "|" : i ? "/" : "", lvi_report_cell(r, i, c));
	fclose(f);
	lvi_report_free(r);
	return text;
}

static inline void fixture_expect(struct lvol_vg *vg, struct lvol_report_opts opts, const char *want)
{
	char *cells = fixture_cells(vg, opts);

	ck_assert_msg(!strcmp(cells, want), "fields %s, selection %s, sort %s: \"%s\", expected \"%s\"",
			opts.fields ? opts.fields : "default", opts.select ? opts.select : "none",
			opts.sort ? opts.sort : "default", cells, want);
	free(cells);
}

/* A test program with one case. */
static inline int fixture_main(const char *name, void (*add)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);

	setenv("TZ", "UTC", 1);
	add(tc);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}

#endif
