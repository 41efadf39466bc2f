/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies of a VG: equal, apart, and made from any number of threads. */
#include <pthread.h>

#include "model_make.h"

/* A VG in which every pointer that a copy must make anew is set. */
static struct lvol_vg *make_full(void)
{
	static const char *const tags[] = { "t1", "t2" };
	struct lvol_vg *vg = make_vg();
	struct lvol_pv *pv = make_pv(vg, 100), *other = make_pv(vg, 50);
	struct lvol_lv *lv = make_linear(vg, "lv", pv, 10, 20), *top = make_lv(vg, "top"), *meta = make_lv(vg, "meta");
	struct lvol_segment *seg;

	make_on_pv(meta, other, 0, 1);
	seg = lvi_lv_add_segment(top, TYPE_B, 20, 1, true);
	ck_assert_ptr_nonnull(seg);
	seg->type_text = "raid1";
	seg->type_flags = "+X";
	seg->area_extents = 20;
	seg->extra = "unknown = 1";
	seg->areas[0] = (struct area) { .kind = AREA_LV, .lv = lv };
	seg->metas[0] = (struct area) { .kind = AREA_LV, .lv = meta };
	ck_assert_int_eq(lvi_seg_set_number(seg, SEG_REGION_SIZE, 4096), 0);
	ck_assert_int_eq(lvi_seg_set_text(seg, SEG_MODE, "J", false), 0);
	ck_assert_int_eq(lvi_seg_set_lv(seg, SEG_ORIGIN, lv), 0);
	ck_assert_int_eq(lvi_strings_set(vg, &seg->tags, tags, 2), 0);
	ck_assert_int_eq(lvi_strings_set(vg, &vg->tags, tags, 2), 0);
	ck_assert_int_eq(lvi_strings_set(vg, &lv->tags, tags, 1), 0);
	ck_assert_int_eq(lvi_strings_set(vg, &pv->tags, tags, 2), 0);
	ck_assert_int_eq(lvi_vg_add_problem(vg, 9, true, "vg", "a problem"), 0);
	lv->creation_time = 5;
	lv->creation_host = "host";
	lv->profile = "thin";
	vg->system_id = "system";
	vg->extra = "vg_unknown = 1";
	vg->format = "lvm2";
	vg->description = "made by a test";
	vg->max_lv = 11;
	vg->unknown_segtypes = true;
	pv->device_hint = "/dev/a";
	pv->dev_name = "a.img";
	return vg;
}

static void add_history(struct lvol_vg *vg, struct historical_lv *h)
{
	*h = (struct historical_lv) { .name = "old", .id = make_id('H', 0), .origin = "lv", .descendants = vg->tags };
	vg->historical = h;
}

/* The same text at another place. */
static void ck_copied(const char *a, const char *b)
{
	if (!a) {
		ck_assert_ptr_null(b);
		return;
	}
	ck_assert_str_eq(a, b);
	ck_assert_ptr_ne(a, b);
}

static void ck_strings(const struct strings *a, const struct strings *b)
{
	ck_assert_uint_eq(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		ck_copied(a->items[i], b->items[i]);
}

static void ck_area(const struct area *a, const struct area *b)
{
	ck_assert(a->kind == b->kind && a->start == b->start);
	if (a->kind == AREA_PV)
		ck_assert(a->pv != b->pv && lvi_uuid_equal(&a->pv->id, &b->pv->id));
	if (a->kind == AREA_LV)
		ck_assert(a->lv != b->lv && !strcmp(a->lv->name, b->lv->name));
}

static void ck_segment(const struct lvol_segment *a, const struct lvol_segment *b)
{
	ck_assert(a != b && a->type == b->type && a->start == b->start && a->count == b->count);
	ck_assert(a->area_count == b->area_count && a->area_extents == b->area_extents && !a->metas == !b->metas);
	ck_copied(a->type_text, b->type_text);
	ck_copied(a->type_flags, b->type_flags);
	ck_copied(a->extra, b->extra);
	ck_strings(&a->tags, &b->tags);
	for (uint32_t i = 0; i < a->area_count; i++) {
		ck_area(&a->areas[i], &b->areas[i]);
		if (a->metas)
			ck_area(&a->metas[i], &b->metas[i]);
	}
	ck_assert_uint_eq(a->value_count, b->value_count);
	ck_assert_uint_eq(lvi_seg_number(a, SEG_REGION_SIZE, 1), lvi_seg_number(b, SEG_REGION_SIZE, 1));
	ck_copied(lvi_seg_text(a, SEG_MODE), lvi_seg_text(b, SEG_MODE));
	if (lvi_seg_lv(a, SEG_ORIGIN))
		ck_assert_ptr_eq(lvi_seg_lv(b, SEG_ORIGIN), lvi_vg_find_lv(b->lv->vg, "lv"));
}

static void ck_lv(const struct lvol_lv *a, const struct lvol_lv *b)
{
	const struct lvol_segment *t = b->seg_first;

	ck_assert(a->flags == b->flags && a->seg_count == b->seg_count && a->extent_count == b->extent_count);
	ck_assert(a->creation_time == b->creation_time && b->seg_last && !b->seg_last->next);
	ck_copied(a->name, b->name);
	ck_copied(a->creation_host, b->creation_host);
	ck_copied(a->profile, b->profile);
	ck_strings(&a->tags, &b->tags);
	for (const struct lvol_segment *s = a->seg_first; s; s = s->next, t = t->next) {
		ck_assert_ptr_eq(t->lv, b);
		ck_segment(s, t);
	}
	ck_assert_ptr_null(t);
}

static void ck_vg(const struct lvol_vg *a, const struct lvol_vg *b)
{
	const struct lvol_lv *m = b->lv_first;

	ck_copied(a->name, b->name);
	ck_copied(a->system_id, b->system_id);
	ck_copied(a->extra, b->extra);
	ck_copied(a->format, b->format);
	ck_copied(a->description, b->description);
	ck_strings(&a->tags, &b->tags);
	ck_assert(a->seqno == b->seqno && a->flags == b->flags && a->max_lv == b->max_lv && a->alloc == b->alloc);
	ck_assert(a->lv_count == b->lv_count && a->pv_count == b->pv_count && b->unknown_segtypes);
	for (const struct lvol_lv *l = a->lv_first; l; l = l->next, m = m->next) {
		ck_assert_ptr_eq(lvi_vg_find_lv(b, l->name), m);
		ck_assert_ptr_eq(lvi_vg_find_lv_by_id(b, &l->id), m);
		ck_lv(l, m);
	}
	ck_assert_ptr_null(m);
	ck_copied(a->pv_first->dev_name, b->pv_first->dev_name);
	ck_copied(a->pv_first->device_hint, b->pv_first->device_hint);
	ck_strings(&a->pv_first->tags, &b->pv_first->tags);
	ck_assert_ptr_eq(lvi_vg_find_pv(b, &a->pv_last->id), b->pv_last);
	ck_assert(lvi_vg_has_problem(b, 9) && !b->frozen && !b->owner.put);
}

static void ck_history(const struct lvol_vg *vg)
{
	const struct historical_lv *h = vg->historical;

	ck_assert(h && !h->next && !strcmp(h->name, "old") && !strcmp(h->origin, "lv") && h->descendants.count == 2);
}

/* Frozen, prepared, and straight from an import: free runs are ready in each. */
START_TEST(equal_and_apart)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_full(), *copy = NULL;
	struct historical_lv h;

	add_history(vg, &h);
	if (_i == 1)
		t_ok(lvi_vg_prepare(vg, &err), err);
	if (_i == 2)
		t_ok(lvi_vg_freeze(vg, &err), err);
	t_ok(lvi_vg_clone(vg, &copy, &err), err);
	ck_vg(vg, copy);
	lvi_vg_unref(vg);
	ck_history(copy);
	ck_assert(copy->extent_count == 150 && copy->free_count == 129);
	ck_assert_uint_eq(lvi_free_runs_total(copy->pv_first->free), 80);
	ck_assert_uint_eq(lvi_free_runs_longest(copy->pv_first->free), 70);
	t_ok(lvi_vg_freeze(copy, &err), err);
	ck_assert(copy->pv_first->run_count == 1 && copy->pv_first->pe_used == 20 && copy->free_count == 129);
	lvi_vg_unref(copy);
}
END_TEST

START_TEST(a_copy_can_be_changed)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_full(), *copy = NULL, *second = NULL;
	struct lvol_segment *seg;

	t_ok(lvi_vg_freeze(vg, &err), err);
	t_ok(lvi_vg_clone(vg, &copy, &err), err);
	lvi_vg_remove_lv(copy, lvi_vg_find_lv(copy, "top"));
	lvi_vg_remove_lv(copy, lvi_vg_find_lv(copy, "lv"));
	make_linear(copy, "new", copy->pv_first, 0, 90);
	t_ok(lvi_vg_clone(copy, &second, &err), err);
	ck_assert(vg->lv_count == 3 && second->lv_count == 2 && second->free_count == 59);
	seg = lvi_vg_find_lv(vg, "top")->seg_first;
	ck_assert(seg->areas[0].lv == lvi_vg_find_lv(vg, "lv"));
	t_ok(lvi_vg_freeze(second, &err), err);
	lvi_vg_unref(vg);
	lvi_vg_unref(copy);
	lvi_vg_unref(second);
}
END_TEST

/* Adding to what a copy has: its arrays have the room that the model counts on. */
START_TEST(values_of_a_copy)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_full(), *copy = NULL;
	struct lvol_segment *seg;

	t_ok(lvi_vg_clone(vg, &copy, &err), err);
	seg = lvi_vg_find_lv(copy, "top")->seg_first;
	for (int f = 0; f < SEG_FIELD_COUNT; f++)
		ck_assert_int_eq(lvi_seg_set_number(seg, f, 1), 0);
	ck_assert_uint_eq(seg->value_count, SEG_FIELD_COUNT);
	ck_assert_uint_eq(lvi_vg_find_lv(vg, "top")->seg_first->value_count, 3);
	lvi_vg_unref(vg);
	lvi_vg_unref(copy);
}
END_TEST

START_TEST(references_to_what_is_gone)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_full(), *copy = NULL;

	lvi_vg_remove_lv(vg, lvi_vg_find_lv(vg, "lv"));
	t_fails(lvi_vg_clone(vg, &copy, &err), LVOL_E_CORRUPT, err);
	ck_assert_ptr_null(copy);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(empty)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg(), *copy = NULL;

	t_ok(lvi_vg_freeze(vg, &err), err);
	t_ok(lvi_vg_clone(vg, &copy, &err), err);
	ck_assert(!copy->pv_first && !copy->lv_first && !copy->pv_count);
	make_linear(copy, "lv", make_pv(copy, 5), 0, 5);
	t_ok(lvi_vg_freeze(copy, &err), err);
	ck_assert_uint_eq(copy->free_count, 0);
	lvi_vg_unref(vg);
	lvi_vg_unref(copy);
}
END_TEST

static void *clone_often(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct lvol_vg *copy = NULL;

		if (lvi_vg_clone(arg, &copy, NULL))
			return arg;
		lvi_vg_unref(copy);
	}
	return NULL;
}

START_TEST(from_many_threads)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_full();
	pthread_t threads[4];
	void *failed;

	t_ok(lvi_vg_freeze(vg, &err), err);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, clone_often, vg), 0);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
		ck_assert_ptr_null(failed);
	}
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model clone");
	TCase *tc = make_case(suite, "clone");

	tcase_add_loop_test(tc, equal_and_apart, 0, 3);
	tcase_add_test(tc, a_copy_can_be_changed);
	tcase_add_test(tc, values_of_a_copy);
	tcase_add_test(tc, references_to_what_is_gone);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, from_many_threads);
	return t_main(suite);
}
