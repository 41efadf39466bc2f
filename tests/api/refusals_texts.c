/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Refusals: LVs as other tools and older versions write them, which can be read and shown, but not changed in every way: without
 * extents, with legs directly on PVs, of stripes that differ, with room kept for a reshape.
 */
#include "refusals.h"

#define ID(n) "id = \"AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA" n "\"\n"
#define LV(name, n, status, count, segments) \
	name " {\n" ID(n) "status = [" status "]\nflags = []\nsegment_count = " count "\n" segments "}\n"
#define SEGMENT(n, start, extents, rest) "segment" n " {\nstart_extent = " start "\nextent_count = " extents "\n" rest "}\n"
#define SHOWN "\"READ\", \"WRITE\", \"VISIBLE\""
#define HIDDEN "\"READ\", \"WRITE\""
#define ON(area, at) "type = \"striped\"\nstripe_count = 1\nstripes = [\"" area "\", " at "]\n"
#define STRIPES(size, at) "type = \"striped\"\nstripe_count = 2\nstripe_size = " size "\nstripes = [\"pv0\", " at ", \"pv1\", " at "]\n"
#define PART(name, n, pv, at) LV(name, n, HIDDEN, "1", SEGMENT("1", "0", "4", ON(pv, at)))

static const char texts[] =
	LV("onpvs", "m0", SHOWN, "1", SEGMENT("1", "0", "4", "type = \"mirror\"\nmirror_count = 2\nregion_size = 1024\n"
		"mirrors = [\"pv0\", 0, \"pv1\", 0]\n"))
	LV("mixed", "s0", SHOWN, "2", SEGMENT("1", "0", "4", STRIPES("128", "4")) SEGMENT("2", "4", "4", STRIPES("64", "8")))
	LV("both", "s1", SHOWN, "2", SEGMENT("1", "0", "4", STRIPES("128", "12")) SEGMENT("2", "4", "4", ON("pv1", "14")))
	LV("kept", "r0", SHOWN, "1", SEGMENT("1", "0", "8", "type = \"raid5\"\ndevice_count = 3\nregion_size = 1024\n"
		"stripe_size = 128\nreshape_count = 1\nraids = [\"kept_rmeta_0\", \"kept_rimage_0\", \"kept_rmeta_1\", \"kept_rimage_1\", "
		"\"kept_rmeta_2\", \"kept_rimage_2\"]\n"))
	PART("kept_rimage_0", "r1", "pv0", "20") PART("kept_rimage_1", "r2", "pv0", "24") PART("kept_rimage_2", "r3", "pv0", "28")
	PART("kept_rmeta_0", "r4", "pv1", "20") PART("kept_rmeta_1", "r5", "pv1", "24") PART("kept_rmeta_2", "r6", "pv1", "28")
	LV("wide", "w0", SHOWN, "1", SEGMENT("1", "0", "4", "type = \"raid1\"\ndevice_count = 2\nregion_size = 1024\n"
		"raids = [\"wide_rmeta_0\", \"wide_rimage_0\", \"wide_rmeta_1\", \"wide_rimage_1\"]\n"))
	LV("wide_rimage_0", "w1", HIDDEN, "1", SEGMENT("1", "0", "4", STRIPES("128", "32")))
	PART("wide_rimage_1", "w2", "pv0", "40") PART("wide_rmeta_0", "w3", "pv0", "44") PART("wide_rmeta_1", "w4", "pv1", "44")
	LV("bare", "b0", SHOWN, "1", SEGMENT("1", "0", "4", "type = \"raid4\"\ndevice_count = 2\nregion_size = 1024\nstripe_size = 128\n"
		"raids = [\"bare_rimage_0\", \"bare_rimage_1\"]\n"))
	PART("bare_rimage_0", "b1", "pv0", "50") PART("bare_rimage_1", "b2", "pv1", "50")
	LV("free", "f0", SHOWN, "1", SEGMENT("1", "0", "8", ON("pv0", "60")))
	LV("vdo", "v0", SHOWN, "1", SEGMENT("1", "0", "9", "type = \"vdo\"\nvdo_pool = \"vpool\"\nvdo_offset = 0\n"))
	LV("vpool", "v1", HIDDEN, "1", SEGMENT("1", "0", "8", "type = \"vdo-pool\"\ndata = \"vpool_vdata\"\nheader_size = 1024\n"
		"virtual_extents = 9\nuse_compression = 1\nminimum_io_size = 4096\nblock_map_cache_size_mb = 128\n"
		"block_map_era_length = 16380\nindex_memory_size_mb = 256\nmax_discard = 1\nslab_size_mb = 2048\nack_threads = 1\n"
		"bio_threads = 4\nbio_rotation = 64\ncpu_threads = 2\nhash_zone_threads = 0\nlogical_threads = 0\nphysical_threads = 0\n"))
	LV("vpool_vdata", "v2", HIDDEN, "1", SEGMENT("1", "0", "8", ON("pv1", "60")));

/* @text with @added before @place, or behind it. */
static char *with_section(const char *text, const char *place, const char *added, bool behind)
{
	const char *found = strstr(text, place);
	int before;

	ck_assert(found);
	before = (int)(found - text) + (behind ? (int)strlen(place) : 0);
	return t_text("%.*s%s%s", before, text, added, text + before);
}

static void restore_texts(void)
{
	struct lvol_vg *vg;
	char *text, *with, *lvs;

	WORLD(&w, 120, 120);
	vg = look(&w, NULL);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	lvs = t_text("logical_volumes {\n%s}\n", texts);
	with = with_section(text, "physical_volumes {", lvs, false);
	lvol_string_free(text);
	free(lvs);
	begin(&w);
	t_ok(lvol_vg_restore(w.txn, "vg", with, strlen(with), &err), err);
	free(with);
	commit(&w);
	begin(&w);
	err = (struct lvol_error) LVOL_ERROR_INIT;
}

static int extents_of(const char *a, const char *b, const void *opts)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;

	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = *(const uint64_t *)opts;
	return lvol_vg_change(w.txn, a, &o, &err);
}

/* Legs on the first disk. */
static int replace_first(const char *a, const char *b, const void *opts)
{
	struct lvol_lv_replace_opts o = LVOL_LV_REPLACE_OPTS_INIT;

	o.from = LIST(w.disks[0]);
	return lvol_lv_replace_legs(w.txn, a, &o, &err);
}

static int lv_remove(const char *a, const char *b, const void *opts)
{
	return lvol_lv_remove(w.txn, a, &err);
}

static const struct lvol_integrity_opts integrity = LVOL_INTEGRITY_OPTS_INIT;
static const uint64_t sizes[] = { 2 * MIB, 4 * MIB, 8 * MIB };

static const struct refusal lvs[] = {
	{ lv_resize, "vg/onpvs", NULL, RESIZE(.size.extents = 2, .sign = 1), LVOL_E_NOT_SUPPORTED, "leg 0 of LV vg/onpvs is no linear LV" },
	{ lv_convert, "vg/onpvs", NULL, CONVERT(.segtype = "raid1"), LVOL_E_NOT_SUPPORTED, "leg 0 of LV vg/onpvs is not there as an LV" },
	{ lv_convert, "vg/onpvs", NULL, CONVERT(.segtype = "linear"), LVOL_E_NOT_SUPPORTED, "is not there as an LV" },
	{ replace_first, "vg/onpvs", NULL, NULL, LVOL_E_NOT_SUPPORTED, "is not there as an LV" },
	{ split_legs, "vg/onpvs", NULL, SPLIT(.count = 1, .new_name = "off"), LVOL_E_BUSY, "is not in sync" },
	{ cache_attach, "vg/onpvs", "free", NULL, LVOL_E_NOT_SUPPORTED, "of type mirror, which cannot be cached" },
	{ cache_attach, "vg/free", "onpvs", NULL, LVOL_E_NOT_SUPPORTED, "of type mirror, and can be no cache" },
	{ writecache_attach, "vg/onpvs", "free", NULL, LVOL_E_NOT_SUPPORTED, "can have a writecache" },
	{ writecache_attach, "vg/free", "onpvs", NULL, LVOL_E_NOT_SUPPORTED, "can be a writecache" },
	{ snapshot_attach, "vg/free", "onpvs", NULL, LVOL_E_NOT_SUPPORTED, "it is mirror, not linear or striped" },
	{ pool_convert, "vg/free", "vg/onpvs", NULL, LVOL_E_NOT_SUPPORTED, "cannot be the metadata of a thin pool" },
	{ lv_convert, "vg/mixed", NULL, CONVERT(.segtype = "raid0"), LVOL_E_NOT_SUPPORTED, "segments of different stripes" },
	{ lv_convert, "vg/mixed", NULL, CONVERT(.segtype = "raid5_n"), LVOL_E_NOT_SUPPORTED, "segments of different stripes" },
	{ lv_convert, "vg/mixed", NULL, CONVERT(.segtype = "raid10"), LVOL_E_NOT_SUPPORTED, "segments of different stripes" },
	{ lv_convert, "vg/mixed", NULL, CONVERT(.segtype = "raid1"), LVOL_E_NOT_SUPPORTED, "striped of 2 legs and cannot become raid1" },
	{ lv_convert, "vg/both", NULL, CONVERT(.segtype = "raid0_meta"), LVOL_E_NOT_SUPPORTED, "segments of different stripes" },
	{ lv_convert, "vg/both", NULL, CONVERT(.segtype = "mirror"), LVOL_E_NOT_SUPPORTED, "cannot become mirror" },
	{ lv_resize, "vg/kept", NULL, RESIZE(.size.extents = 2, .sign = 1), LVOL_E_NOT_SUPPORTED, "or keeps room for that" },
	{ lv_convert, "vg/kept", NULL, CONVERT(.segtype = "raid6_n_6"), LVOL_E_BUSY, "vg/kept is not in sync" },
	{ replace_first, "vg/kept", NULL, NULL, LVOL_E_NOT_SUPPORTED, "keep room for a reshape" },
	{ writecache_attach, "vg/free", "kept", NULL, LVOL_E_NOT_SUPPORTED, "LV kept is raid5" },
	{ lv_resize, "vg/wide", NULL, RESIZE(.size.extents = 1, .sign = -1, .flags = LVOL_LV_RESIZE_SHRINK), LVOL_E_NOT_SUPPORTED,
		"leg 0 of LV vg/wide is no linear LV" },
	{ lv_convert, "vg/wide", NULL, CONVERT(.segtype = "linear"), LVOL_E_NOT_SUPPORTED, "wide_rimage_0 of LV vg/wide is of type striped" },
	{ integrity_add, "vg/wide", NULL, &integrity, LVOL_E_NOT_SUPPORTED, "leg wide_rimage_0 of LV vg/wide is not linear" },
	{ replace_first, "vg/wide", NULL, NULL, LVOL_E_MISSING_PV, "those that stay do not have everything" },
	{ split_legs, "vg/wide", NULL, SPLIT(.count = 1, .flags = LVOL_SPLIT_TRACK_CHANGES), LVOL_E_BUSY, "is not in sync" },
	{ lv_resize, "vg/wide_rimage_0", NULL, RESIZE(.size.extents = 2, .sign = 1), LVOL_E_NOT_SUPPORTED, "a hidden part of LV wide" },
	{ replace_first, "vg/bare", NULL, NULL, LVOL_E_MISSING_PV, "cannot do without the legs" },
	{ lv_convert, "vg/bare", NULL, CONVERT(.raid = RAID(.region_bytes = 4096)), LVOL_E_BUSY, "vg/bare is not in sync" },
	{ lv_resize, "vg/vdo", NULL, RESIZE(.size.extents = 2, .sign = 1), LVOL_E_NOT_SUPPORTED, "of type vdo, which cannot be resized" },
	{ lv_convert, "vg/vdo", NULL, CONVERT(.segtype = "raid1"), LVOL_E_NOT_SUPPORTED, "vdo of 0 legs and cannot become raid1" },
	{ lv_convert, "vg/vdo", NULL, CONVERT(.raid = RAID(.copies = 3)), LVOL_E_NOT_SUPPORTED, "cannot be converted to vdo" },
	{ replace_legs, "vg/vdo", NULL, REPLACE(0), LVOL_E_INVALID, "it has no legs" },
	{ cache_attach, "vg/vdo", "free", NULL, LVOL_E_NOT_SUPPORTED, "of type vdo, which cannot be cached" },
	{ snapshot_attach, "vg/vdo", "free", NULL, LVOL_E_NOT_SUPPORTED, "cannot have snapshots" },
	{ pool_convert, "vg/vdo", NULL, NULL, LVOL_E_NOT_SUPPORTED, "of type vdo, which cannot be the data" },
	{ lv_create, NULL, NULL, CREATE(.origin = "vdo", .size.extents = 1), LVOL_E_NOT_SUPPORTED, "cannot have snapshots" },
	{ lv_remove, "vg/vdo", NULL, NULL, LVOL_E_NOT_SUPPORTED, "VDO LV vg/vdo cannot be removed yet" },
	{ lv_remove, "vg/vpool", NULL, NULL, LVOL_E_BUSY, "a hidden part of LV vdo, which uses it" },
	{ pool_convert, "vg/vpool_vdata", NULL, NULL, LVOL_E_NOT_SUPPORTED, "because LV vpool uses it" },
	{ extents_of, "vg", NULL, &sizes[0], LVOL_E_INVALID, "room for reshaping of vg/kept (1.00 MiB) does not fit" },
	{ extents_of, "vg", NULL, &sizes[1], LVOL_E_INVALID, "an area of vg/mixed (2.00 MiB) does not fit" },
	{ extents_of, "vg", NULL, &sizes[2], LVOL_E_INVALID, "the size of vg/onpvs (4.00 MiB) does not fit" },
};

TEST_OF(lvs)

/* Half the size of extents fits all of them; sizes that are counted in extents follow. */
START_TEST(smaller_extents)
{
	struct lvol_vg_change_opts o = LVOL_VG_CHANGE_OPTS_INIT;
	char *text;

	o.what = LVOL_VG_CHANGE_EXTENT_BYTES;
	o.extent_bytes = MIB / 2;
	t_ok(lvol_vg_change(w.txn, "vg", &o, &err), err);
	text = text_of("vg");
	ck_assert_msg(strstr(text, "virtual_extents = 18") && strstr(text, "reshape_count = 2") && strstr(text, "\"pv1\", 28"), "%s",
			text);
	lvol_string_free(text);
	commit(&w);
}
END_TEST

/* What a commit would refuse is not restored: operations rely on what they find. */
START_TEST(not_valid)
{
	char *text = text_of("vg"), *with = with_section(text, "logical_volumes {\n", LV("pvmove0", "e0", SHOWN, "0", ""), true);

	t_fails(lvol_vg_restore(w.txn, "vg", with, strlen(with), &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "pvmove0 has no segments"), "%s", err.message);
	free(with);
	lvol_string_free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("refusals_texts");
	TCase *tests = make_case(suite, "texts");

	tcase_add_checked_fixture(tests, restore_texts, tear_down);
	tcase_add_test(tests, lvs_are_refused);
	tcase_add_test(tests, smaller_extents);
	tcase_add_test(tests, not_valid);
	return t_main(suite);
}
