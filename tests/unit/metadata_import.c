/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What LVM2 reads and what it refuses: one change to a good text at a time. */
#include <lvol/vg.h>

#include "metadata_text.h"

static const char base[] = TEXT_VG(TEXT_LINEAR("one", "01", "pv0", 0) TEXT_LINEAR("two", "02", "pv1", 5));

struct change { const char *from, *to, *message; };

/* ---- refused ---- */

static const struct change missing[] = {
	{ "contents = \"Text Format Volume Group\"\n", "", "contents" },
	{ "version = 1\n", "", "version" },
	{ TEXT_ID("vg"), "", "vg: id is missing" },
	{ "seqno = 7\n", "", "vg: seqno is missing" },
	{ "status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\n", "", "vg: status is missing" },
	{ "extent_size = 8192\n", "", "vg: extent_size is missing" },
	{ "max_lv = 0\n", "", "vg: max_lv is missing" },
	{ "max_pv = 0\n", "", "vg: max_pv is missing" },
	{ "physical_volumes {", "other {", "vg: physical_volumes is missing" },
	{ TEXT_ID("p0"), "", "vg, pv0: id is missing" },
	{ "status = [\"ALLOCATABLE\"]\n", "", "vg, pv0: status is missing" },
	{ "pe_start = 2048\n", "", "vg, pv0: pe_start is missing" },
	{ "pe_count = 100\n", "", "vg, pv0: pe_count is missing" },
	{ TEXT_ID("01"), "", "vg/one: id is missing" },
	{ "status = [\"READ\", \"WRITE\", \"VISIBLE\"]\n", "", "vg/one: status is missing" },
	{ "segment_count = 1\n", "", "vg/one: segment_count is missing" },
	{ "start_extent = 0\n", "", "vg/one, segment1: start_extent is missing" },
	{ "extent_count = 4\n", "", "vg/one, segment1: extent_count is missing" },
	{ "type = \"striped\"\n", "", "vg/one, segment1: type is missing" },
	{ "stripe_count = 1\n", "", "vg/one, segment1: stripe_count is missing" },
	{ "stripes = [\"pv0\", 0]\n", "", "vg/one, segment1: stripes is missing" }
};

static const struct change bad[] = {
	{ "Text Format Volume Group", "Text Format", "contents" },
	{ "version = 1\n", "version = 2\n", "version" },
	{ "version = 1\n", "version = \"1\"\n", "version" },
	{ "vg {", "v:g {", "" },
	{ TEXT_ID("vg"), "id = \"short\"\n", "id is no UUID" },
	{ TEXT_ID("vg"), "id = 5\n", "id is no string" },
	{ "seqno = 7", "seqno = \"7\"", "seqno is no number" },
	{ "seqno = 7", "seqno = 7.5", "seqno is no number" },
	{ "\"lvm2\"", "\"lvm3\"", "format \"lvm3\"" },
	{ "\"RESIZEABLE\"", "\"FROB\"", "status \"FROB\"" },
	{ "\"RESIZEABLE\"", "5", "status" },
	{ "\"ALLOCATABLE\"", "\"FROB\"", "vg, pv0: status \"FROB\"" },
	{ "\"VISIBLE\"", "\"FROB\"", "vg/one: status \"FROB\"" },
	{ "\"VISIBLE\"", "\"ACTIVATION_SKIP\"", "status \"ACTIVATION_SKIP\"" },
	{ "flags = []", "flags = [5]", "flags" },
	{ "extent_size = 8192", "extent_size = 0", "extent_size" },
	{ "seqno = 7\n", "seqno = 7\ntags = [1]\n", "tags" },
	{ "dev_size = 821248", "dev_size = \"x\"", "vg, pv0: dev_size" },
	{ "pe_count = 100\n", "pe_count = 100\nba_start = 1\n", "vg, pv0: ba_start" },
	{ "physical_volumes {\n", "physical_volumes {\nx = 1\n", "vg, x: it is no PV" },
	{ "logical_volumes {\n", "logical_volumes {\nx = 1\n", "vg/x: it is no LV" },
	{ TEXT_ID("p1"), TEXT_ID("p0"), "two PVs have one id" },
	{ TEXT_ID("02"), TEXT_ID("01"), "vg/two: another LV" },
	{ "two {", "one {", "vg/one: another LV" },
	{ "segment_count = 1", "segment_count = 2", "segment_count is 2, but there are 1" },
	{ "start_extent = 0", "start_extent = 1", "vg/one, segment1: start_extent is 1, not 0" },
	{ "extent_count = 4", "extent_count = 0", "extent_count is 0" },
	{ "stripe_count = 1", "stripe_count = 2", "1 areas, not 2" },
	{ "stripe_count = 1", "stripe_count = 4294967295", "1 areas, not 4294967295" },
	{ "stripes = [\"pv0\", 0]", "stripes = []", "stripes is missing" },
	{ "stripes = [\"pv0\", 0]", "stripes = [\"pv0\"]", "pv0" },
	{ "stripes = [\"pv0\", 0]", "stripes = [\"pv0\", \"0\"]", "pv0" },
	{ "stripes = [\"pv0\", 0]", "stripes = [5, 0]", "" },
	{ "[\"pv0\", 0]", "[\"pv7\", 0]", "vg/one, segment1: LV pv7 does not exist" },
	{ "[\"pv0\", 0]", "[\"pv0\", 97]", "" },
	{ "[\"pv0\", 0]", "[\"pv1\", 8]", "" },
	{ "[\"pv0\", 0]", "[\"one\", 0]", "" },
	{ "[\"pv0\", 0]", "[\"two\", 1]", "" },
	{ "type = \"striped\"", "type = 5", "type" },
	{ "flags = []\nsegment_count", "flags = []\ncreation_time = 5\nsegment_count", "vg/one: creation_host is missing" },
	{ "flags = []\nsegment_count", "flags = []\ncreation_host = \"h\"\nsegment_count", "vg/one: creation_time is missing" },
	{ "flags = []\nsegment_count", "flags = []\ncreation_time = 5\ncreation_host = 5\nsegment_count", "creation_host" },
	{ "\"VISIBLE\"", "\"FIXED_MINOR\"", "vg/one: minor is missing" },
	{ "}\n" TEXT_TAIL, "", "" },
	{ "vg {", "vg = 1 other = {", "" }
};

static void check_refused(const struct change *c)
{
	char *text = text_change(base, c->from, c->to);
	struct lvol_error err = text_refused(text);

	ck_assert_msg(strstr(err.message, c->message), "%s -> %s: \"%s\", not \"%s\"", c->from, c->to, err.message,
			c->message);
	free(text);
}

START_TEST(refuses_missing)
{
	check_refused(&missing[_i]);
}
END_TEST

START_TEST(refuses_bad)
{
	check_refused(&bad[_i]);
}
END_TEST

/* ---- accepted ---- */

static const struct change fine[] = {
	{ "format = \"lvm2\"\n", "", NULL },
	{ "metadata_copies = 0\n", "", NULL },
	{ "flags = []\n", "", NULL },
	{ "dev_size = 821248\n", "", NULL },
	{ "device = \"/dev/pv0\"\n", "", NULL },
	{ "seqno = 7", "seqno = [7, 8]", NULL },
	{ "[\"RESIZEABLE\", \"READ\", \"WRITE\"]", "[\"RESIZEABLE\" \"READ\" \"WRITE\",]", NULL },
	{ "status = [\"ALLOCATABLE\"]", "status = \"ALLOCATABLE\"", NULL },
	{ "status = [\"ALLOCATABLE\"]", "status = []", NULL },
	{ "type = \"striped\"", "type = \"linear\"", NULL },
	{ "type = \"striped\"", "type = striped", NULL },
	{ "max_lv = 0", "max_lv = 010", NULL },
	{ "[\"pv1\", 5]", "[\"one\", 0]", NULL },
	{ "[\"pv0\", 0]", "[\"two\", 0]", NULL },
	{ "\"ALLOCATABLE\"", "\"ALLOCATABLE\", \"MISSING\"", NULL },
	{ "\"VISIBLE\"", "\"CACHE_VOL\"", NULL }
};

START_TEST(accepts)
{
	char *text = text_change(base, fine[_i].from, fine[_i].to), *written = text_cycle(text), *again;

	again = text_cycle(written);
	ck_assert_str_eq(written, again);
	free(again);
	free(written);
	free(text);
}
END_TEST

START_TEST(reads_values)
{
	struct lvol_vg *vg = text_read(base);
	const struct lvol_lv *two = lvi_vg_find_lv(vg, "two");

	ck_assert_str_eq(vg->name, "vg");
	ck_assert_uint_eq(vg->seqno, 7);
	ck_assert_uint_eq(vg->extent_sectors, 8192);
	ck_assert_int_eq(vg->alloc, LVOL_ALLOC_NORMAL);
	ck_assert_uint_eq(vg->pv_count, 2);
	ck_assert_uint_eq(vg->lv_count, 2);
	ck_assert_uint_eq(vg->pv_last->dev_sectors, 821248);
	ck_assert_str_eq(vg->pv_last->device_hint, "/dev/pv1");
	ck_assert_uint_eq(two->flags, LV_READ | LV_WRITE | LV_VISIBLE);
	ck_assert_int_eq(two->alloc, LVOL_ALLOC_INHERIT);
	ck_assert_int_eq(two->major, -1);
	ck_assert_ptr_eq(two->seg_first->areas[0].pv, vg->pv_last);
	ck_assert_uint_eq(two->seg_first->areas[0].start, 5);
	ck_assert_uint_eq(two->seg_first->area_extents, 4);
	ck_assert(!vg->problems);
	lvi_vg_unref(vg);
}
END_TEST

static struct lvol_vg *read_changed(const char *from, const char *to)
{
	char *text = text_change(base, from, to);
	struct lvol_vg *vg = text_read(text);

	free(text);
	return vg;
}

/* 32 bits are the low ones of the number; a leading 0 means octal. */
START_TEST(reads_integers)
{
	struct lvol_vg *vg = read_changed("max_lv = 0\nmax_pv = 0", "max_lv = -1\nmax_pv = 010");

	ck_assert_uint_eq(vg->max_lv, UINT32_MAX);
	ck_assert_uint_eq(vg->max_pv, 8);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(first_of_two_counts)
{
	struct lvol_vg *vg = read_changed("seqno = 7\n", "seqno = 7\nseqno = 8\nsystem_id = \"a\"\nsystem_id = \"b\"\n");
	char *text = text_write(vg, CFG_STYLE_DISK);

	ck_assert_uint_eq(vg->seqno, 7);
	ck_assert_str_eq(vg->system_id, "a");
	ck_assert(!strstr(text, "seqno = 8") && !strstr(text, "\"b\""));
	free(text);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(reads_settings)
{
	struct lvol_vg *vg = read_changed("flags = []\nsegment_count",
			"flags = [\"ACTIVATION_SKIP\"]\ntags = [\"a\", \"b\"]\ncreation_time = 5\ncreation_host = \"h\"\n"
			"allocation_policy = \"cling\"\nprofile = \"p\"\nlock_args = \"l\"\nread_ahead = -1\nsegment_count");
	const struct lvol_lv *one = lvi_vg_find_lv(vg, "one");

	ck_assert(one->flags & LV_ACTIVATION_SKIP);
	ck_assert_uint_eq(one->tags.count, 2);
	ck_assert_str_eq(one->tags.items[1], "b");
	ck_assert_uint_eq(one->creation_time, 5);
	ck_assert_str_eq(one->creation_host, "h");
	ck_assert_int_eq(one->alloc, LVOL_ALLOC_CLING);
	ck_assert_str_eq(one->profile, "p");
	ck_assert_str_eq(one->lock_args, "l");
	ck_assert_int_eq(one->read_ahead_sectors, LV_READ_AHEAD_NONE);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(reads_device_number)
{
	struct lvol_vg *vg = read_changed("\"VISIBLE\"]\n", "\"VISIBLE\", \"FIXED_MINOR\"]\nminor = 5\n");
	const struct lvol_lv *one = lvi_vg_find_lv(vg, "one");

	ck_assert_int_eq(one->minor, 5);
	ck_assert_int_eq(one->major, -1);
	lvi_vg_unref(vg);
}
END_TEST

/* ---- readable, but with a note ---- */

static const struct vg_problem *only_problem(const struct lvol_vg *vg, int code)
{
	ck_assert(vg->problems && !vg->problems->next);
	ck_assert_int_eq(vg->problems->code, code);
	return vg->problems;
}

START_TEST(not_writable)
{
	struct lvol_vg *vg = read_changed(", \"WRITE\"]", "]");

	ck_assert(only_problem(vg, LVOL_PROBLEM_NOT_WRITABLE)->blocks_writing);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(exported)
{
	struct lvol_vg *vg = read_changed("\"RESIZEABLE\"", "\"EXPORTED\", \"RESIZEABLE\"");

	ck_assert(only_problem(vg, LVOL_PROBLEM_EXPORTED)->blocks_writing);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(unknown_policy)
{
	struct lvol_vg *vg = read_changed("max_lv = 0", "allocation_policy = \"cling_by_tags\"\nmax_lv = 0");

	ck_assert(!only_problem(vg, LVOL_PROBLEM_INVALID)->blocks_writing);
	ck_assert_int_eq(vg->alloc, LVOL_ALLOC_NORMAL);
	lvi_vg_unref(vg);
}
END_TEST

/* Names that LVM2 reads, but does not write. */
START_TEST(bad_names_are_noted)
{
	char *text = text_change(base, "one {", "-one {");
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	t_ok(text_import(text, &vg, &err), err);
	t_ok(lvi_metadata_note_problems(vg, &err), err);
	ck_assert(vg->frozen);
	ck_assert(only_problem(vg, LVOL_PROBLEM_INVALID)->blocks_writing);
	t_fails(lvi_metadata_must_be_valid(vg, &err), LVOL_E_CORRUPT, err);
	text_has(err.message, "-one");
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

START_TEST(odd_extent_size)
{
	struct lvol_vg *vg = read_changed("extent_size = 8192", "extent_size = 2040");

	ck_assert_uint_eq(vg->extent_sectors, 2040);
	lvi_vg_unref(vg);
}
END_TEST

/* ---- segments ---- */

#define TEXT_SEGMENT(number, start, pe) \
	"segment" #number " {\nstart_extent = " #start "\nextent_count = 4\n" TEXT_ON("pv0", pe) "}\n"
#define TEXT_TWO_SEGMENTS(second_start, second_pe) \
	"many {\n" TEXT_ID("03") "status = [" TEXT_SHOWN "]\nsegment_count = 2\n" \
	TEXT_SEGMENT(1, 0, 10) TEXT_SEGMENT(2, second_start, second_pe) "}\n"

START_TEST(merges_neighbours)
{
	struct lvol_vg *vg = text_read(TEXT_VG(TEXT_TWO_SEGMENTS(4, 14)));

	ck_assert_uint_eq(vg->lv_first->seg_count, 1);
	ck_assert_uint_eq(vg->lv_first->seg_first->count, 8);
	lvi_vg_unref(vg);
	vg = text_read(TEXT_VG(TEXT_TWO_SEGMENTS(4, 15)));
	ck_assert_uint_eq(vg->lv_first->seg_count, 2);
	lvi_vg_unref(vg);
}
END_TEST

/* While a pvmove runs both sides rely on equal cuts. */
START_TEST(keeps_cuts_of_locked)
{
	char *text = text_change(TEXT_VG(TEXT_TWO_SEGMENTS(4, 14)), "\"VISIBLE\"", "\"VISIBLE\", \"LOCKED\"");
	struct lvol_vg *vg = text_read(text);

	ck_assert_uint_eq(vg->lv_first->seg_count, 2);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

START_TEST(refuses_gaps_and_overlaps)
{
	text_has(text_refused(TEXT_VG(TEXT_TWO_SEGMENTS(5, 14))).message, "start_extent is 5, not 4");
	text_has(text_refused(TEXT_VG(TEXT_TWO_SEGMENTS(3, 14))).message, "start_extent is 3, not 4");
	text_refused(TEXT_VG(TEXT_TWO_SEGMENTS(4, 12)));
}
END_TEST

#define TEXT_EMPTY(name) name " {\n" TEXT_ID("04") "status = [" TEXT_HIDDEN "]\nsegment_count = 0\n}\n"

START_TEST(only_pvmove_may_be_empty)
{
	struct lvol_vg *vg = text_read(TEXT_VG(TEXT_EMPTY("pvmove0")));

	lvi_vg_unref(vg);
	text_has(text_refused(TEXT_VG(TEXT_EMPTY("one"))).message, "vg/one: there are no segments");
	text_has(text_refused(TEXT_VG(TEXT_EMPTY("pvmove"))).message, "there are no segments");
}
END_TEST

/* ---- historical LVs ---- */

#define TEXT_HISTORICAL(inside) \
	TEXT_HEAD "logical_volumes {\n" TEXT_LINEAR("one", "01", "pv0", 0) "}\n" \
	"historical_logical_volumes {\nold {\n" TEXT_ID("05") "creation_time = 1\nremoval_time = 2\n" inside \
	"}\nolder {\n" TEXT_ID("06") "}\n}\n}\n" TEXT_TAIL

START_TEST(historical)
{
	struct lvol_vg *vg = text_read(TEXT_HISTORICAL("origin = \"-older\"\ndescendants = [\"one\"]\n"));

	ck_assert_str_eq(vg->historical->name, "old");
	ck_assert_uint_eq(vg->historical->removal_time, 2);
	ck_assert_str_eq(vg->historical->origin, "-older");
	ck_assert_str_eq(vg->historical->descendants.items[0], "one");
	ck_assert_str_eq(vg->historical->next->name, "older");
	lvi_vg_unref(vg);
	text_has(text_refused(TEXT_HISTORICAL("origin = \"-none\"\n")).message, "vg/old: its origin -none");
	text_has(text_refused(TEXT_HISTORICAL("origin = \"older\"\n")).message, "vg/old: its origin older");
	text_has(text_refused(TEXT_HISTORICAL("descendants = [\"x\"]\n")).message, "vg/old: its descendant x");
	text_has(text_refused(TEXT_HISTORICAL("descendants = []\n")).message, "vg/old: descendants is empty");
}
END_TEST

/* ---- peek ---- */

START_TEST(peeks)
{
	static const char tail_first[] = "x = \"a { b\" # { comment\ny = ['1', \"]\", 3]\n" TEXT_TAIL
		"\"vg\" {\nsub { id = 1 deeper { } }\nseqno = 010\n" TEXT_ID("vg") "}";
	struct metadata_head head;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_metadata_peek(base, sizeof base, "test", &head, &err), err);
	ck_assert(head.name_len == 2 && !memcmp(head.name, "vg", 2));
	ck_assert_uint_eq(head.seqno, 7);
	t_ok(lvi_metadata_peek(tail_first, strlen(tail_first), "test", &head, &err), err);
	ck_assert_uint_eq(head.name_len, 2);
	ck_assert_uint_eq(head.seqno, 8);
}
END_TEST

static const char *const blind[] = {
	"", "#", "vg", "vg {", "vg { seqno = 1 }", "vg { seqno = \"1\"\n" TEXT_ID("vg") "}", "a = 1", "a = [ 1", "a = \"x",
	"vg { sub { ", "vg { seqno = 1\nid = 5\n}", "}", "= 1", "\"\" { seqno = 1\n" TEXT_ID("vg") "}"
};

START_TEST(peek_refuses)
{
	struct metadata_head head;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_fails(lvi_metadata_peek(blind[_i], strlen(blind[_i]), "test", &head, &err), LVOL_E_CORRUPT, err);
}
END_TEST

#define COUNT(a) ((int)(sizeof (a) / sizeof *(a)))

int main(void)
{
	Suite *s = suite_create("metadata_import");
	TCase *tc = tcase_create("import");

	tcase_add_loop_test(tc, refuses_missing, 0, COUNT(missing));
	tcase_add_loop_test(tc, refuses_bad, 0, COUNT(bad));
	tcase_add_loop_test(tc, accepts, 0, COUNT(fine));
	tcase_add_test(tc, reads_values);
	tcase_add_test(tc, reads_integers);
	tcase_add_test(tc, first_of_two_counts);
	tcase_add_test(tc, reads_settings);
	tcase_add_test(tc, reads_device_number);
	tcase_add_test(tc, not_writable);
	tcase_add_test(tc, exported);
	tcase_add_test(tc, unknown_policy);
	tcase_add_test(tc, bad_names_are_noted);
	tcase_add_test(tc, odd_extent_size);
	tcase_add_test(tc, merges_neighbours);
	tcase_add_test(tc, keeps_cuts_of_locked);
	tcase_add_test(tc, refuses_gaps_and_overlaps);
	tcase_add_test(tc, only_pvmove_may_be_empty);
	tcase_add_test(tc, historical);
	tcase_add_test(tc, peeks);
	tcase_add_loop_test(tc, peek_refuses, 0, COUNT(blind));
	suite_add_tcase(s, tc);
	return t_main(s);
}
