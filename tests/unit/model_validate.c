/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each check has VGs that it finds fault with, and passes the one that they were made of. */
#include "model/validate.h"

#include "model_make.h"

/* PVs: first (100 extents) and second (50); LVs: lv on first, hidden below on second, and history. */
struct sample {
	struct lvol_vg *vg;
	struct lvol_pv *first, *second;
	struct lvol_lv *lv, *below;
	struct historical_lv old[2];
};

/* What a spoiler does is on an open VG; what could not be done there, or would not be linked, comes after freeze. */
struct spoiler {
	const char *check;
	void (*before)(struct sample *s);
	void (*after)(struct sample *s);
};

static void make_sample(struct sample *s)
{
	s->vg = make_vg();
	s->first = make_pv(s->vg, 100);
	s->second = make_pv(s->vg, 50);
	s->lv = make_linear(s->vg, "lv", s->first, 0, 10);
	s->below = make_linear(s->vg, "lvol0_pmspare", s->second, 0, 10);
	s->below->flags &= ~LV_VISIBLE;
	s->old[0] = (struct historical_lv) { .name = "old", .id = make_id('H', 0), .next = &s->old[1] };
	s->old[1] = (struct historical_lv) { .name = "older", .id = make_id('H', 1), .origin = "-old" };
	s->vg->historical = s->old;
	ck_assert_int_eq(lvi_strings_add(s->vg, &s->old[0].descendants, "lv"), 0);
	ck_assert_int_eq(lvi_strings_add(s->vg, &s->old[0].descendants, "-older"), 0);
}

/* VG */
static void bad_vg_name(struct sample *s) { s->vg->name = "-vg"; }
static void long_vg_name(struct sample *s)
{
#define V20 "vvvvvvvvvvvvvvvvvvvv"
	s->vg->name = V20 V20 V20 V20 V20 V20 "vvv";
}
static void no_vg_id(struct sample *s) { memset(&s->vg->id, 0, sizeof s->vg->id); }
static void no_seqno(struct sample *s) { s->vg->seqno = 0; }
static void odd_format(struct sample *s) { s->vg->format = "lvm1"; }
static void no_extent_size(struct sample *s) { s->vg->extent_sectors = 0; }
static void big_extent_size(struct sample *s) { s->vg->extent_sectors = UINT64_C(1) << 32; }
static void vg_inherits(struct sample *s) { s->vg->alloc = LVOL_ALLOC_INHERIT; }
static void vg_alloc_unknown(struct sample *s) { s->vg->alloc = 5; }
static void one_pv_only(struct sample *s) { s->vg->max_pv = 1; }
static void one_lv_only(struct sample *s)
{
	make_linear(s->vg, "more", s->first, 50, 1);
	s->vg->max_lv = 1;
}
static void wrong_pv_count(struct sample *s) { s->vg->pv_count++; }
static void wrong_lv_count(struct sample *s) { s->vg->lv_count++; }
static void wrong_free_count(struct sample *s) { s->vg->free_count++; }
static void wrong_extent_count(struct sample *s) { s->vg->extent_count++; }
static void bad_vg_tag(struct sample *s) { ck_assert_int_eq(lvi_strings_add(s->vg, &s->vg->tags, "a b"), 0); }

/* Shared VGs */
static void args_unshared(struct sample *s) { s->vg->lock_args = "1.0.0:lvmlock"; }
static void odd_lock_type(struct sample *s) { s->vg->lock_type = "nfs", s->vg->lock_args = "1"; }
static void no_lock_args(struct sample *s) { s->vg->lock_type = "sanlock"; }
static void bad_lock_args(struct sample *s) { s->vg->lock_type = "dlm", s->vg->lock_args = "1:2:3"; }
static void empty_lock_args(struct sample *s) { s->vg->lock_type = "dlm", s->vg->lock_args = ""; }
static void shared(struct sample *s) { s->vg->lock_type = "sanlock", s->vg->lock_args = "1.0.0:lvmlock"; }
static void shared_clustered(struct sample *s) { shared(s), s->vg->flags |= VG_CLUSTERED; }
static void shared_owned(struct sample *s) { shared(s), s->vg->system_id = "host"; }
static void lv_args_unshared(struct sample *s) { s->lv->lock_args = "1.0.0:70254592"; }
static void lv_bad_args(struct sample *s) { shared(s), s->lv->lock_args = "a b"; }

/* PVs */
static void no_pv_id(struct sample *s) { s->first->id.c[0] = '-'; }
static void same_pv_id(struct sample *s) { s->second->id = s->first->id; }
static void bad_pv_tag(struct sample *s) { ck_assert_int_eq(lvi_strings_add(s->vg, &s->second->tags, "?"), 0); }
static void pv_too_far(struct sample *s) { s->first->pe_start_sectors = UINT64_MAX - 5; }
static void pv_too_long(struct sample *s) { s->first->pe_start_sectors = UINT64_MAX / 512 - 100; }
static void ba_without_size(struct sample *s) { s->first->ba_start_sectors = 2048; }
static void ba_in_extents(struct sample *s)
{
	s->first->ba_start_sectors = 2047;
	s->first->ba_size_sectors = 2;
}
static void ba_too_far(struct sample *s)
{
	s->first->ba_start_sectors = UINT64_MAX - 1;
	s->first->ba_size_sectors = 2;
}
static void pv_exported_alone(struct sample *s) { s->second->flags |= PV_EXPORTED; }
static void vg_exported_alone(struct sample *s) { s->vg->flags |= VG_EXPORTED; }

/* LVs */
static void bad_lv_name(struct sample *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_lv_set_name(s->lv, "-l1", &err), err);
}
static void same_lv_name(struct sample *s) { s->lv->name = "lvol0_pmspare"; }
static void no_lv_id(struct sample *s) { s->lv->id.c[31] = ' '; }
static void same_lv_id(struct sample *s) { s->lv->id = s->below->id; }
static void bad_lv_tag(struct sample *s) { ck_assert_int_eq(lvi_strings_add(s->vg, &s->lv->tags, ""), 0); }
static void bad_segment_tag(struct sample *s)
{
	ck_assert_int_eq(lvi_strings_add(s->vg, &s->lv->seg_first->tags, "a,b"), 0);
}
static void time_without_host(struct sample *s) { s->lv->creation_time = 1; }
static void host_without_time(struct sample *s) { s->lv->creation_host = "host"; }
static void fixed_without_minor(struct sample *s) { s->lv->flags |= LV_FIXED_MINOR; }
static void minor_too_big(struct sample *s) { s->lv->minor = 1 << 20; }
static void major_negative(struct sample *s) { s->lv->major = -2; }
static void odd_lv_alloc(struct sample *s) { s->lv->alloc = -1; }
static void odd_read_ahead(struct sample *s) { s->lv->read_ahead_sectors = -2; }
static void no_segments(struct sample *s) { lvi_lv_truncate(s->lv, 0, 0); }
static void empty_segment(struct sample *s) { make_segment(s->lv, 0, 0); }
static void wrong_seg_count(struct sample *s) { s->lv->seg_count++; }
static void wrong_size(struct sample *s) { s->lv->extent_count++; }
static void stolen_segment(struct sample *s) { s->lv->seg_first->lv = s->below; }
static void second_spare(struct sample *s)
{
	make_linear(s->vg, "lvol1_pmspare", s->first, 50, 1)->flags &= ~LV_VISIBLE;
}

/* Use */
static void used_by_two(struct sample *s)
{
	make_on_lv(make_lv(s->vg, "one"), s->below, 0, 5);
	make_on_lv(make_lv(s->vg, "two"), s->below, 4, 5);
}
static void metadata_used_by_two(struct sample *s)
{
	struct lvol_segment *seg = lvi_lv_add_segment(make_lv(s->vg, "one"), TYPE_A, 1, 1, true);

	ck_assert_ptr_nonnull(seg);
	seg->metas[0] = (struct area) { .kind = AREA_LV, .lv = s->below };
	make_on_lv(make_lv(s->vg, "two"), s->below, 9, 1);
}
static void owned_by_two(struct sample *s)
{
	ck_assert_int_eq(lvi_seg_set_lv(make_segment(make_lv(s->vg, "one"), 1, 0), SEG_POOL, s->below), 0);
	ck_assert_int_eq(lvi_seg_set_lv(make_segment(make_lv(s->vg, "two"), 1, 0), SEG_METADATA, s->below), 0);
}
static void owned_and_used(struct sample *s)
{
	ck_assert_int_eq(lvi_seg_set_lv(make_segment(make_lv(s->vg, "one"), 1, 0), SEG_MIRROR_LOG, s->below), 0);
	make_on_lv(make_lv(s->vg, "two"), s->below, 0, 1);
}

/* History */
static void same_old_name(struct sample *s) { s->old[1].name = "old"; }
static void same_old_id(struct sample *s) { s->old[1].id = s->old[0].id; }
static void old_id_in_use(struct sample *s) { s->old[1].id = s->lv->id; }
static void no_old_id(struct sample *s) { memset(&s->old[0].id, 0, sizeof s->old[0].id); }
static void lost_origin(struct sample *s) { s->old[1].origin = "-gone"; }
static void lost_live_origin(struct sample *s) { s->old[1].origin = "older"; }
static void lost_descendant(struct sample *s)
{
	ck_assert_int_eq(lvi_strings_add(s->vg, &s->old[0].descendants, "gone"), 0);
}

static const struct spoiler spoilers[] = {
	{ "vg-name", bad_vg_name, NULL }, { "vg-name", NULL, bad_vg_name }, { "vg-id", no_vg_id, NULL },
	{ "vg-seqno", no_seqno, NULL }, { "vg-format", odd_format, NULL }, { "vg-extent-size", no_extent_size, NULL },
	{ "vg-extent-size", big_extent_size, NULL }, { "vg-alloc", vg_inherits, NULL },
	{ "vg-alloc", vg_alloc_unknown, NULL }, { "vg-limits", one_pv_only, NULL }, { "vg-limits", one_lv_only, NULL },
	{ "vg-counts", NULL, wrong_pv_count }, { "vg-counts", NULL, wrong_lv_count },
	{ "vg-counts", NULL, wrong_free_count }, { "vg-counts", NULL, wrong_extent_count },
	{ "vg-tags", bad_vg_tag, NULL },
	{ "vg-lock", args_unshared, NULL }, { "vg-lock", odd_lock_type, NULL }, { "vg-lock", no_lock_args, NULL },
	{ "vg-lock", bad_lock_args, NULL }, { "vg-lock", empty_lock_args, NULL }, { "vg-lock", shared_clustered, NULL },
	{ "vg-lock", shared_owned, NULL }, { "lv-lock", lv_args_unshared, NULL }, { "lv-lock", lv_bad_args, NULL },
	{ "pv-ids", NULL, no_pv_id }, { "pv-ids", NULL, same_pv_id }, { "pv-tags", bad_pv_tag, NULL },
	{ "pv-places", pv_too_far, NULL }, { "pv-places", pv_too_long, NULL }, { "pv-places", ba_without_size, NULL },
	{ "pv-places", ba_in_extents, NULL }, { "pv-places", ba_too_far, NULL },
	{ "pv-exported", pv_exported_alone, NULL }, { "pv-exported", vg_exported_alone, NULL },
	{ "lv-names", bad_lv_name, NULL }, { "lv-names", NULL, same_lv_name }, { "lv-names", long_vg_name, NULL },
	{ "lv-ids", NULL, no_lv_id }, { "lv-ids", NULL, same_lv_id }, { "lv-tags", bad_lv_tag, NULL },
	{ "lv-tags", bad_segment_tag, NULL }, { "lv-creation", time_without_host, NULL },
	{ "lv-creation", host_without_time, NULL }, { "lv-device-number", fixed_without_minor, NULL },
	{ "lv-device-number", minor_too_big, NULL }, { "lv-device-number", major_negative, NULL },
	{ "lv-settings", odd_lv_alloc, NULL }, { "lv-settings", odd_read_ahead, NULL },
	{ "lv-segments", no_segments, NULL }, { "lv-segments", empty_segment, NULL },
	{ "lv-segments", NULL, wrong_seg_count }, { "lv-segments", NULL, wrong_size },
	{ "lv-segments", NULL, stolen_segment }, { "lv-one-spare", second_spare, NULL },
	{ "lv-area-use", used_by_two, NULL }, { "lv-area-use", metadata_used_by_two, NULL },
	{ "lv-one-owner", owned_by_two, NULL }, { "lv-one-owner", owned_and_used, NULL },
	{ "historical-unique", same_old_name, NULL }, { "historical-unique", same_old_id, NULL },
	{ "historical-unique", old_id_in_use, NULL }, { "historical-unique", no_old_id, NULL },
	{ "historical-links", lost_origin, NULL }, { "historical-links", lost_live_origin, NULL },
	{ "historical-links", lost_descendant, NULL },
};
#define SPOILERS (sizeof spoilers / sizeof spoilers[0])

/* Collects the names of the checks that found something. */
struct findings {
	char names[1000];
	unsigned count;
	int answer;
};

static int note(void *arg, const char *check, const char *subject, const char *message)
{
	struct findings *f = arg;

	ck_assert(subject && message[0]);
	strcat(strcat(f->names, check), " ");
	f->count++;
	return f->answer;
}

static int run_all(const struct lvol_vg *vg, struct findings *f)
{
	struct check_sink sink = { note, f };
	int ret = 0;

	for (const struct vg_check *c = lvi_vg_checks; c->name && !ret; c++)
		ret = c->run(vg, &sink);
	return ret;
}

static void freeze(struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_vg_freeze(vg, &err), err);
}

START_TEST(nothing_to_find)
{
	struct findings f = {0};
	struct sample s;

	make_sample(&s);
	if (_i == 1)
		shared(&s), s.lv->lock_args = "1.0.0:70254592";
	if (_i == 2) {
		s.vg->lock_type = "none";
		s.vg->system_id = "host";
	}
	if (_i == 3) {
		s.vg->flags |= VG_EXPORTED;
		s.first->flags |= PV_EXPORTED;
		s.second->flags |= PV_EXPORTED | PV_MISSING;
		s.vg->max_pv = 2;
		s.vg->max_lv = 1;
	}
	if (_i == 4) {
		s.first->ba_start_sectors = 1024;
		s.first->ba_size_sectors = 1024;
		s.lv->creation_time = 1;
		s.lv->creation_host = "host";
		s.lv->flags |= LV_FIXED_MINOR;
		s.lv->minor = 0;
		s.vg->extent_sectors = 2040;
	}
	if (_i == 5) {
		make_lv(s.vg, "pvmove0")->flags = LV_READ | LV_WRITE | LV_PVMOVE | LV_LOCKED;
		make_on_lv(make_lv(s.vg, "one"), s.below, 0, 5);
		make_on_lv(make_lv(s.vg, "two"), s.below, 5, 5);
	}
	freeze(s.vg);
	ck_assert_int_eq(run_all(s.vg, &f), 0);
	ck_assert_str_eq(f.names, "");
	lvi_vg_unref(s.vg);
}
END_TEST

/* The check that is meant finds it; others may as well. */
START_TEST(what_each_finds)
{
	const struct spoiler *spoiler = &spoilers[_i];
	struct findings f = {0};
	struct sample s;
	char word[64];

	make_sample(&s);
	if (spoiler->before)
		spoiler->before(&s);
	freeze(s.vg);
	if (spoiler->after)
		spoiler->after(&s);
	ck_assert_int_eq(run_all(s.vg, &f), 0);
	snprintf(word, sizeof word, "%s ", spoiler->check);
	ck_assert_msg(strstr(f.names, word), "%d: %s found nothing, but: %s", _i, spoiler->check, f.names);
	lvi_vg_unref(s.vg);
}
END_TEST

START_TEST(every_check_is_tested)
{
	for (const struct vg_check *c = lvi_vg_checks; c->name; c++) {
		bool tested = false;

		for (size_t i = 0; i < SPOILERS; i++)
			tested |= !strcmp(spoilers[i].check, c->name);
		ck_assert_msg(tested, "nothing makes %s find something", c->name);
	}
}
END_TEST

START_TEST(stops_when_told)
{
	struct findings f = { .answer = 7 };
	struct sample s;

	make_sample(&s);
	s.vg->seqno = 0;
	bad_vg_tag(&s);
	s.lv->creation_time = 1;
	freeze(s.vg);
	ck_assert_int_eq(run_all(s.vg, &f), 7);
	ck_assert_uint_eq(f.count, 1);
	lvi_vg_unref(s.vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model validate");
	TCase *tc = make_case(suite, "validate");

	tcase_add_loop_test(tc, nothing_to_find, 0, 6);
	tcase_add_loop_test(tc, what_each_finds, 0, SPOILERS);
	tcase_add_test(tc, every_check_is_tested);
	tcase_add_test(tc, stops_when_told);
	return t_main(suite);
}
