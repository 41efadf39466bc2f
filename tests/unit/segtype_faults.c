/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of each segment type while the devices that it asks for cannot be had: the first, the second, and so on. What
 * was told is handed on as it is, and nothing more is asked for.
 */
#include "segtype_texts.h"

#include "base/error.h"

struct devices {
	struct arena *arena;
	struct dm_node node, other;
	unsigned asked, fails_at;   /* from 1 */
	unsigned flags;
};

static int ask(struct devices *d, struct dm_node **out, struct lvol_error *err)
{
	if (++d->asked == d->fails_at)
		return lvi_error(err, LVOL_E_BUSY, "dev", "device %u is not there", d->asked);
	if (out)
		*out = &d->other;
	return 0;
}

static int area(struct seg_table *t, const struct area *a, struct dm_arg *dev, uint64_t *start_sector,
		struct lvol_error *err)
{
	*start_sector = 0;
	return ask(t->map, &dev->dev, err);
}

static int lv(struct seg_table *t, const struct lvol_lv *of, const char *layer, struct dm_node **out,
		struct lvol_error *err)
{
	return ask(t->map, out, err);
}

static int layer(struct seg_table *t, const struct seg_layer *what, struct dm_node **out, struct lvol_error *err)
{
	return ask(t->map, out, err);
}

static int message(struct seg_table *t, const char *text, const struct lvol_lv *still, struct lvol_error *err)
{
	return ask(t->map, NULL, err);
}

static bool is_missing(struct seg_table *t, const struct lvol_lv *of)
{
	return false;
}

static const struct seg_table_ops ops = { area, lv, layer, message, is_missing };

typedef int table_fn(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err);

static int make(table_fn *table, const struct lvol_segment *seg, struct devices *d, struct lvol_error *err)
{
	struct seg_table out = { .node = &d->node, .lv = seg->lv, .layer = "x", .extent_sectors = 8192, .flags = d->flags,
		.region_sectors = 4096, .thin_threshold_percent = 100, .ops = &ops, .map = d };
	int r;

	d->asked = 0;
	lvi_dm_table_init(&d->node.table, d->arena);
	lvi_dm_table_init(&d->other.table, d->arena);
	r = table(seg, &out, err);
	lvi_dm_table_free(&d->node.table);
	lvi_dm_table_free(&d->other.table);
	return r;
}

static void try_table(table_fn *table, const struct lvol_segment *seg, struct devices *d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned asked;
	char want[40];

	d->fails_at = 0;
	t_ok(make(table, seg, d, &err), err);
	asked = d->asked;
	for (d->fails_at = 1; d->fails_at <= asked; d->fails_at++) {
		t_fails(make(table, seg, d, &err), LVOL_E_BUSY, err);
		snprintf(want, sizeof want, "device %u is not there", d->fails_at);
		ck_assert_str_eq(err.message, want);
		ck_assert_uint_eq(d->asked, d->fails_at);
	}
}

START_TEST(devices_that_are_not_there)
{
	static const unsigned flags[] = { 0, SEG_TABLE_IN_SYNC | SEG_TABLE_NO_MERGE, SEG_TABLE_DEGRADED };
	struct lvol_vg *vg = text_read(good[_i]);
	struct devices d = { .arena = lvi_arena_new(), .node.name = "node", .other.name = "other" };

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		for (const struct lvol_lv *l = vg->lv_first; l; l = l->next) {
			const struct lvol_segment *seg = l->seg_first;

			d.flags = flags[i];
			if (seg->type->table)
				try_table(seg->type->table, seg, &d);
			for (const struct seg_part *p = seg->type->parts; p && p->lv != SEG_PART_END; p++)
				if (p->table && (!p->applies || p->applies(seg)))
					try_table(p->table, seg, &d);
		}
	lvi_vg_unref(vg);
	lvi_arena_free(d.arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("segtype_faults");
	TCase *tc = tcase_create("tables");

	tcase_add_loop_test(tc, devices_that_are_not_there, 0, COUNT(good));
	suite_add_tcase(s, tc);
	return t_main(s);
}
