/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the legs of raids and mirrors come to lie in VGs with holes, made at random from a seed: whatever room there is, no
 * two legs share a PV, each has the extents that it is to have, and a raid that is refused leaves everything as it was.
 */
#include "raid_world.h"

#define ROUNDS 40

static uint32_t state;

static unsigned number(unsigned from, unsigned to)
{
	state = state * 1664525 + 1013904223;
	return from + (state >> 8) % (to - from + 1);
}

/* A transaction on PVs of different sizes, of which LVs that are removed again have left holes. */
static void make_world(struct world *w)
{
	unsigned sizes[DISKS_MAX + 1] = { 0 }, count = number(2, 6);
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[24];

	for (unsigned i = 0; i < count; i++)
		sizes[i] = number(3, 24);
	world_make(w, sizes);
	begin(w);
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0, at = 0; k < number(0, 4) && at + 3 < sizes[i]; k++, at += 3) {
			snprintf(name, sizeof name, "h%u_%u", i, k);
			create_on(w, name, number(1, 3), w->disks[i]);
			if (number(0, 1))
				t_ok(lvol_lv_remove(w->txn, name, &err), err);
		}
}

static uint32_t pvs_of(const struct lvol_vg *vg, const struct lvol_lv *lv)
{
	struct lvol_area area;
	uint32_t set = 0;

	for (const struct lvol_segment *seg = lvol_lv_segment_first(lv); seg; seg = lvol_segment_next(seg))
		for (uint32_t i = 0; lvol_segment_area(seg, i, &area); i++)
			set |= area.pv ? 1u << pv_number(vg, area.pv) : 0;
	return set;
}

/* Each leg, with its metadata, has PVs of its own, and its share of the LV. */
static void check_legs(struct world *w)
{
	struct lvol_vg *vg = look(w, NULL);
	const struct lvol_lv *lv = lvol_lv_find(vg, "r");
	uint32_t taken = 0, own, extents = 0;
	struct lvol_area area;

	ck_assert_ptr_nonnull(lv);
	for (const struct lvol_segment *seg = lvol_lv_segment_first(lv); seg; seg = lvol_segment_next(seg))
		for (uint32_t i = 0; lvol_segment_area(seg, i, &area); i++) {
			ck_assert_ptr_nonnull(area.lv);
			own = pvs_of(vg, area.lv);
			ck_assert_msg(own && !(own & taken), "leg %u shares a PV with another: %x of %x", i, own, taken);
			ck_assert_msg(!extents || extents == lvol_lv_size_extents(area.lv), "legs of %u and %u extents", extents,
					lvol_lv_size_extents(area.lv));
			extents = lvol_lv_size_extents(area.lv);
			taken |= own;
		}
	lvol_vg_unref(vg);
}

static char *text_of(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, NULL);
	char *text;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

/* Whether it was done; refused is only what has no room, and changes nothing. */
static bool tried(struct world *w, int ret, const struct lvol_error *err, char *before)
{
	char *after = text_of(w);
	bool same = !strcmp(before, after);

	lvol_string_free(before);
	lvol_string_free(after);
	if (!ret) {
		ck_assert_msg(!same, "nothing has changed");
		check_legs(w);
		return true;
	}
	ck_assert_msg(ret == -LVOL_E_NO_SPACE, "%d: %s", ret, err->message);
	ck_assert_msg(same, "refused (%s), and changed", err->message);
	return false;
}

static bool create_some(struct world *w, const char *type)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *before = text_of(w);

	o.name = "r";
	o.segtype = type;
	if (number(0, 2))
		o.size.extents = number(1, 20);
	else
		o.size = (struct lvol_size){ .percent = number(30, 100), .percent_of = LVOL_PERCENT_FREE };
	return tried(w, lvol_lv_create(w->txn, &o, &err), &err, before);
}

static bool grow_some(struct world *w)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *before = text_of(w);
	int ret;

	o.sign = 1;
	if (number(0, 2))
		o.size.extents = number(1, 12);
	else
		o.size = (struct lvol_size){ .percent = number(30, 100), .percent_of = LVOL_PERCENT_FREE };
	ret = lvol_lv_resize(w->txn, "r", &o, &err);
	if (ret == -LVOL_E_INVALID) {   /* a part of nothing is nothing */
		says(&err, "size");
		lvol_string_free(before);
		return false;
	}
	return tried(w, ret, &err, before);
}

START_TEST(legs_never_share_a_pv)
{
	static const char *const types[] = { "raid1", "raid1", "mirror", "raid5", "raid10", "raid0_meta" };
	unsigned made = 0, grown = 0;

	state = (uint32_t)_i + 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct world w;

		make_world(&w);
		if (create_some(&w, types[number(0, 5)])) {
			made++;
			for (unsigned i = 0; i < 3; i++)
				grown += grow_some(&w);
		}
		give_up(&w);
		world_free(&w);
	}
	ck_assert_uint_gt(made, ROUNDS / 4);
	ck_assert_uint_gt(grown, ROUNDS / 6);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("places of raids");
	TCase *tests = make_case(suite, "random VGs");

	tcase_add_loop_test(tests, legs_never_share_a_pv, 0, t_long() ? 200 : 4);
	return t_main(suite);
}
