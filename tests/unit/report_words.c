/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is shown of VGs and LVs that no recorded scenario has: in the text of the fixture one thing is another. What is expected
 * is what the manual pages vgs(8), lvs(8) and lvmreport(7) say of these letters and words.
 */
#include "report_fixture.h"

#define VG_WORDS "vg_attr,vg_permissions,vg_clustered,vg_shared,vg_lock_type,vg_lock_args,vg_profile"
#define ADD(line) "seqno = 7\n", "seqno = 7\n" line "\n"
#define VG_STATUS(words) "status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]", "status = [" words "]"
#define ROOT_STATUS(words) "status = [\"READ\", \"WRITE\", \"VISIBLE\"]\nflags = []\ntags = [\"a\", \"c\"", \
	"status = [" words "]\nflags = []\ntags = [\"a\", \"c\""
#define SWAP_SEGMENT(text) "segment1 {\nstart_extent = 0\nextent_count = 1\ntype = \"striped\"\nstripe_count = 1\n" \
	"stripes = [\"pv1\", 4]\n}\n", "segment1 {\nstart_extent = 0\nextent_count = 1\n" text "}\n"

static const struct { int kind; const char *from, *to, *select, *fields, *want; } rows[] = {
	{ LVOL_REPORT_VGS, ADD(""), NULL, VG_WORDS, "wz--n-|writeable|||||" },
	{ LVOL_REPORT_VGS, ADD("lock_type = \"sanlock\"\nlock_args = \"1.0.0:lvmlock\""), NULL, VG_WORDS,
		"wz--ns|writeable||shared|sanlock|1.0.0:lvmlock|" },
	{ LVOL_REPORT_VGS, ADD("lock_type = \"dlm\""), NULL, VG_WORDS, "wz--ns|writeable||shared|dlm||" },
	{ LVOL_REPORT_VGS, ADD("lock_type = \"idm\""), NULL, VG_WORDS, "wz--ns|writeable||shared|idm||" },
	{ LVOL_REPORT_VGS, ADD("lock_type = \"clvm\""), NULL, VG_WORDS, "wz--nc|writeable|clustered||clvm||" },
	{ LVOL_REPORT_VGS, ADD("lock_type = \"none\""), NULL, VG_WORDS, "wz--n-|writeable|||||" },
	{ LVOL_REPORT_VGS, ADD("profile = \"thin-performance\""), NULL, VG_WORDS, "wz--n-|writeable|||||thin-performance" },
	{ LVOL_REPORT_VGS, VG_STATUS("\"RESIZEABLE\", \"READ\", \"WRITE\", \"CLUSTERED\""), NULL, VG_WORDS,
		"wz--nc|writeable|clustered||||" },
	{ LVOL_REPORT_VGS, VG_STATUS("\"READ\""), NULL, VG_WORDS, "r---n-|read-only|||||" },
	{ LVOL_REPORT_VGS, ADD("allocation_policy = \"cling\""), NULL, "vg_attr,vg_allocation_policy", "wz--l-|cling" },
	{ LVOL_REPORT_VGS, ADD("allocation_policy = \"contiguous\""), NULL, "vg_attr,vg_allocation_policy", "wz--c-|contiguous" },
	{ LVOL_REPORT_VGS, ADD("allocation_policy = \"anywhere\""), NULL, "vg_attr,vg_allocation_policy", "wz--a-|anywhere" },
	{ LVOL_REPORT_LVS, ROOT_STATUS("\"VISIBLE\""), "lv_name=root", "lv_attr,lv_permissions", "--i-------|unknown" },
	{ LVOL_REPORT_LVS, ROOT_STATUS("\"READ\", \"WRITE\", \"VISIBLE\", \"LOCKED\""), "lv_name=root", "lv_attr,lv_allocation_locked",
		"-wI-------|allocation locked" },
	{ LVOL_REPORT_LVS, ROOT_STATUS("\"READ\", \"WRITE\", \"VISIBLE\", \"FIXED_MINOR\"]\nminor = 5\nold = ["), "lv_name=root",
		"lv_attr,lv_fixed_minor,lv_minor", "-wim------|fixed minor|5" },
	{ LVOL_REPORT_LVS, "creation_host = \"here\"\nsegment_count = 2\n",
		"creation_host = \"here\"\nallocation_policy = \"normal\"\nprofile = \"p\"\nsegment_count = 2\n", "lv_name=root",
		"lv_attr,lv_allocation_policy,lv_profile", "-wn-------|normal|p" },
	{ LVOL_REPORT_SEGS, SWAP_SEGMENT("type = \"zero\"\n"), "lv_name=swap", "lv_attr,segtype,lv_modules", "vwi---v---|zero|zero" },
	{ LVOL_REPORT_SEGS, SWAP_SEGMENT("type = \"error\"\n"), "lv_name=swap", "lv_attr,segtype,lv_modules",
		"vwi---v---|error|error" },
	{ LVOL_REPORT_SEGS, SWAP_SEGMENT("type = \"no-such-type\"\n"), "lv_name=swap", "lv_attr,segtype", "vwi---u---|no-such-type" },
};

/* swap is moved from pv1 to pv0, by itself or as a whole (lvm2: pvmove --atomic) */
#define MOVE_LV(name, id, status, segment) \
	FIXTURE_LV(name, id, status, "segment_count = 1\n", "segment1 {\nstart_extent = 0\nextent_count = 1\n" segment "}\n")
#define LEG(pv, pe) "type = \"striped\"\nstripe_count = 1\nstripes = [\"" pv "\", " pe "]\n"
#define MOVE(moved, one, one_at, two, two_at) \
	"type = \"mirror\"\nmirror_count = 2\nextents_moved = " moved "\nmirrors = [\"" one "\", " one_at ", \"" two "\", " two_at "]\n"
#define PVMOVE "\"READ\", \"WRITE\", \"PVMOVE\", \"LOCKED\""

static const struct { const char *lvs, *select, *fields, *want; } moves[] = {
	{ MOVE_LV("pvmove0", "5", PVMOVE, MOVE("0", "pv1", "4", "pv0", "5")), "lv_name=pvmove0", "lv_attr,move_pv,lv_layout,lv_role",
		"p-I---m---|disk1.img|mirror|private,pvmove" },
	{ MOVE_LV("pvmove0", "5", PVMOVE, MOVE("0", "pvmove0_mimage_0", "0", "pvmove0_mimage_1", "0"))
		MOVE_LV("pvmove0_mimage_0", "6", "\"READ\", \"WRITE\"", LEG("pv1", "4"))
		MOVE_LV("pvmove0_mimage_1", "7", "\"READ\", \"WRITE\"", LEG("pv0", "5")), "lv_name=pvmove0", "lv_attr,move_pv",
		"p-I---m---|disk1.img" },
	{ MOVE_LV("pvmove0", "5", PVMOVE, MOVE("0", "pv1", "4", "pv0", "5")), "lv_name=swap", "lv_attr,move_pv,devices",
		"-wi-------||pvmove0(0)" },
};

START_TEST(moved)
{
	static const char swap[] = "stripes = [\"pv1\", 4]\n}\n}\n";
	const char *at = strstr(fixture_text, swap);
	char *text;
	struct lvol_vg *vg;

	ck_assert_ptr_nonnull(at);
	text = t_text("%.*sstripes = [\"pvmove0\", 0]\n}\n}\n%s%s", (int)(at - fixture_text), fixture_text, moves[_i].lvs,
			at + strlen(swap));
	vg = fixture_import(text);
	fixture_expect(vg, (struct lvol_report_opts) { .kind = LVOL_REPORT_LVS, .flags = LVOL_REPORT_ALL, .fields = moves[_i].fields,
			.select = moves[_i].select }, moves[_i].want);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

static char *with(const char *from, const char *to)
{
	const char *at = strstr(fixture_text, from);

	ck_assert_msg(at, "the fixture has no %s", from);
	return t_text("%.*s%s%s", (int)(at - fixture_text), fixture_text, to, at + strlen(from));
}

START_TEST(words)
{
	char *text = with(rows[_i].from, rows[_i].to);
	struct lvol_vg *vg = fixture_import(text);

	fixture_expect(vg, (struct lvol_report_opts) { .kind = rows[_i].kind, .fields = rows[_i].fields, .select = rows[_i].select },
			rows[_i].want);
	lvi_vg_unref(vg);
	free(text);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, words, 0, sizeof rows / sizeof *rows);
	tcase_add_loop_test(tc, moved, 0, sizeof moves / sizeof *moves);
}

int main(void)
{
	return fixture_main("report_words", add);
}
