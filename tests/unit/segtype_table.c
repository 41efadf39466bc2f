/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Table lines of the types that need nothing but their areas. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dm/graph.h"
#include "segtype/segtype.h"
#include "util.h"

struct fixture {
	struct arena *arena;
	struct dm_node node, disk;
	struct seg_table out;
};

static int area(struct seg_table *t, const struct area *a, struct dm_arg *dev, uint64_t *start_sector,
		struct lvol_error *err)
{
	struct fixture *f = t->map;

	if (a->kind == AREA_NONE)
		return lvi_error(err, LVOL_E_MISSING_PV, "x", "nothing there");
	if (a->kind == AREA_PV)
		dev->dev = &f->disk;
	else
		dev->text = "254:7";
	*start_sector = 2048 + a->start * t->extent_sectors;
	return 0;
}

static const struct seg_table_ops ops = { .area = area };

static struct lvol_vg vg = { .name = "vg", .extent_sectors = 8 };
static struct lvol_lv lv = { .vg = &vg, .name = "lv" };

static void begin(struct fixture *f)
{
	*f = (struct fixture) { .arena = lvi_arena_new(), .node = { .name = "vg-lv" }, .disk = { .name = "disk" } };
	lvi_dm_table_init(&f->node.table, f->arena);
	f->out = (struct seg_table) { .node = &f->node, .lv = &lv, .start_sectors = 100, .extent_sectors = 8, .ops = &ops,
		.map = f };
}

static void end(struct fixture *f)
{
	lvi_dm_table_free(&f->node.table);
	lvi_arena_free(f->arena);
}

static void name_dev(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, dev->name);
}

static void check_line(struct fixture *f, const struct lvol_segment *seg, const char *expected)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct textbuf out = {0};
	char *text;

	t_ok(seg->type->table(seg, &f->out, &err), err);
	lvi_dm_table_print(&f->node.table, name_dev, NULL, &out);
	text = lvi_textbuf_take(&out, NULL);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(linear)
{
	struct area on = { .kind = AREA_PV, .start = 5 };
	struct lvol_segment seg = { .lv = &lv, .type = &lvi_segtype_striped, .count = 3, .areas = &on, .area_count = 1 };
	struct fixture f;

	begin(&f);
	check_line(&f, &seg, "100 24 linear disk 2088\n");
	end(&f);
}
END_TEST

START_TEST(striped)
{
	struct area on[3] = { { .kind = AREA_PV, .start = 5 }, { .kind = AREA_LV }, { .kind = AREA_PV } };
	struct seg_value size = { .field = SEG_STRIPE_SIZE, .kind = SEG_VALUE_NUMBER, .number = 128 };
	struct lvol_segment seg = { .lv = &lv, .type = &lvi_segtype_striped, .count = 9, .areas = on, .area_count = 3, .values = &size,
		.value_count = 1 };
	struct fixture f;

	begin(&f);
	check_line(&f, &seg, "100 72 striped 3 128 disk 2088 254:7 2048 disk 2048\n");
	end(&f);
}
END_TEST

START_TEST(no_device)
{
	struct area on = { .kind = AREA_NONE };
	struct lvol_segment seg = { .lv = &lv, .type = &lvi_segtype_striped, .count = 3, .areas = &on, .area_count = 1 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct fixture f;

	begin(&f);
	t_fails(seg.type->table(&seg, &f.out, &err), LVOL_E_MISSING_PV, err);
	end(&f);
}
END_TEST

START_TEST(zero_and_error)
{
	struct lvol_segment seg = { .lv = &lv, .type = &lvi_segtype_zero, .count = 3 };
	struct fixture f;

	begin(&f);
	check_line(&f, &seg, "100 24 zero\n");
	end(&f);
	begin(&f);
	seg.type = &lvi_segtype_error;
	check_line(&f, &seg, "100 24 error\n");
	end(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("segtype_table");
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, linear);
	tcase_add_test(tc, striped);
	tcase_add_test(tc, no_device);
	tcase_add_test(tc, zero_and_error);
	suite_add_tcase(s, tc);
	return t_main(s);
}
