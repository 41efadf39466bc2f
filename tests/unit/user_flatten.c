/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flattened stacks point where the tables say, whatever is stacked on what. */
#include "user_world.h"

static void check_cell(struct world *w, const struct flat_place *p, struct cell c)
{
	switch (c.dev) {
	case CELL_ZERO:
		world_want(p->to.kind == FLAT_ZERO);
		break;
	case CELL_ERROR:
		world_want(p->to.kind == FLAT_ERROR);
		world_want(!p->to.missing);
		break;
	case CELL_MISSING:
		world_want(p->to.kind == FLAT_ERROR);
		world_want(!strcmp(p->to.missing, MISSING_TEXT));
		break;
	default:
		world_want(p->to.kind == FLAT_DEV);
		world_want(p->to.leaf->dev == w->devs[c.dev]);
		world_want(p->to.offset == c.sector * UINT64_C(512));
	}
}

/* Every sector alone; and at some, that a longer range is told to be one only as far as it is. */
static void check_layer(struct world *w, const struct layer *l, const struct flat_map *map)
{
	world_want(map->size == l->sectors * UINT64_C(512));
	for (uint32_t s = 0; s < l->sectors; s++) {
		struct flat_place p;

		lvi_flat_resolve(map, s * UINT64_C(512), 512, &p);
		world_want(p.length == 512);
		check_cell(w, &p, l->cells[s]);
		if (s % 7)
			continue;
		lvi_flat_resolve(map, s * UINT64_C(512), map->size - s * UINT64_C(512), &p);
		world_want(p.length && p.length % 512 == 0 && s + p.length / 512 <= l->sectors);
		for (uint32_t i = 0; i < p.length / 512; i++) {
			struct cell want = l->cells[s + i], first = l->cells[s];

			world_want(want.dev == first.dev);
			world_want(first.dev < 0 || want.sector == first.sector + i);
		}
	}
}

START_TEST(random_stacks)
{
	for (int round = 0; round < 8; round++) {
		struct world *w = world_new(_i * 100 + round);
		struct lvol_error err = LVOL_ERROR_INIT;

		for (int i = 0; i < 3; i++)
			world_memory(w, 1500, 512);
		world_random_stack(w, 8, true);
		for (unsigned i = 0; i < w->count; i++) {
			struct flat flat;

			t_ok(world_flatten(w, w->layers[i].node, &flat, &err), err);
			check_layer(w, &w->layers[i], flat.top);
			lvi_flat_free(&flat);
		}
		world_free(w);
	}
}
END_TEST

/* Neighbours that continue each other are one extent, through all layers. */
START_TEST(neighbours_join)
{
	struct world *w = world_new(1);
	struct layer *disk = world_memory(w, 1000, 512), *a = world_layer(w), *b;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct flat flat;

	for (int i = 0; i < 10; i++)
		layer_linear(a, 50, disk, 100 + 50 * i);
	b = world_layer(w);
	layer_linear(b, 300, a, 0);
	layer_linear(b, 200, a, 300);
	layer_zero(b, 10);
	layer_zero(b, 20);
	t_ok(world_flatten(w, b->node, &flat, &err), err);
	ck_assert_uint_eq(flat.top->count, 2);
	ck_assert_uint_eq(flat.top->extents[0].length, 500 * 512);
	/* only the map that is used is kept */
	ck_assert_ptr_null(flat.top->next);
	lvi_flat_free(&flat);
	world_free(w);
}
END_TEST

/* As deep as metadata may ask for. */
START_TEST(thousand_layers)
{
	struct world *w = world_new(2);
	struct layer *below = world_memory(w, 64, 512), *l = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct column columns[2];
	struct flat flat;

	for (int i = 0; i < 1000; i++, below = l) {
		l = world_layer(w);
		if (i % 3) {
			layer_linear(l, 32, below, 0);
			layer_linear(l, 32, below, 32);
		} else {
			columns[0] = (struct column){ below, 32 };
			columns[1] = (struct column){ below, 0 };
			layer_striped(l, 8, 4, columns, 2);
		}
	}
	t_ok(world_flatten(w, l->node, &flat, &err), err);
	check_layer(w, l, flat.top);
	lvi_flat_free(&flat);
	world_free(w);
}
END_TEST

/* Each layer maps the one below twice: 2^26 pieces, which nobody must list. */
START_TEST(doubling_stays_small)
{
	struct world *w = world_new(3);
	struct layer *disk = world_memory(w, 2, 512);
	struct dm_node *below = disk->node, *node = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t sectors = 2, held = 0;
	struct flat flat;
	struct flat_place p;

	for (int i = 0; i < 26; i++, below = node, sectors *= 2) {
		struct layer *l = world_layer(w);

		node = l->node;
		for (int half = 0; half < 2; half++) {
			struct dm_line *line = lvi_dm_line_add(&node->table, half * sectors, sectors, "linear", 2);

			ck_assert_int_eq(lvi_dm_arg_dev(&node->table, line, below), 0);
			ck_assert_int_eq(lvi_dm_arg_u64(&node->table, line, 0), 0);
		}
	}
	t_ok(world_flatten(w, node, &flat, &err), err);
	for (const struct flat_map *m = flat.maps; m; m = m->next)
		held += m->count;
	ck_assert_uint_lt(held, 300000);
	for (uint64_t at = 1; at < sectors; at = at * 3 + 2) {
		lvi_flat_resolve(flat.top, at * 512, 512, &p);
		ck_assert_int_eq(p.to.kind, FLAT_DEV);
		ck_assert_uint_eq(p.to.offset, at % 2 * 512);
	}
	lvi_flat_free(&flat);
	world_free(w);
}
END_TEST

struct bad { const char *target; uint64_t sectors; const char *args; int code; };

/* A device is "D", and what is wrong is said with the device's name. */
static const struct bad bads[] = {
	{ "linear", 8, "D", LVOL_E_CORRUPT },
	{ "linear", 8, "D 0 1", LVOL_E_CORRUPT },
	{ "linear", 8, "0 0", LVOL_E_CORRUPT },
	{ "linear", 8, "D -1", LVOL_E_CORRUPT },
	{ "linear", 8, "D 1x", LVOL_E_CORRUPT },
	{ "linear", 8, "D D", LVOL_E_CORRUPT },
	{ "linear", 8, "D 93", LVOL_E_CORRUPT },
	{ "linear", 8, "D 18446744073709551615", LVOL_E_CORRUPT },
	{ "linear", 8, "D 36028797018963967", LVOL_E_CORRUPT },
	{ "linear", 8, "D 99999999999999999999", LVOL_E_CORRUPT },
	{ "linear", UINT64_C(1) << 55, "D 0", LVOL_E_CORRUPT },
	{ "zero", 8, "D", LVOL_E_CORRUPT },
	{ "error", 8, "D 0", LVOL_E_CORRUPT },
	{ "zero", UINT64_C(1) << 60, "", LVOL_E_CORRUPT },
	{ "striped", 8, "", LVOL_E_CORRUPT },
	{ "striped", 8, "0 4", LVOL_E_CORRUPT },
	{ "striped", 8, "2 0 D 0 D 0", LVOL_E_CORRUPT },
	{ "striped", 8, "2 4 D 0", LVOL_E_CORRUPT },
	{ "striped", 8, "4294967295 4 D 0", LVOL_E_CORRUPT },
	{ "striped", 8, "2 8 D 0 D 8", LVOL_E_CORRUPT },
	{ "striped", 9, "2 4 D 0 D 8", LVOL_E_CORRUPT },
	{ "striped", 8, "2 4 D 0 D 97", LVOL_E_CORRUPT },
	{ "raid", 8, "raid1 3 0", LVOL_E_NOT_SUPPORTED },
};

START_TEST(bad_tables)
{
	const struct bad *bad = &bads[_i];
	struct world *w = world_new(4);
	struct layer *disk = world_memory(w, 100, 512), *l = world_layer(w);
	struct dm_line *line = lvi_dm_line_add(&l->node->table, 0, bad->sectors, bad->target, 8);
	char *text = strdup(bad->args), *rest = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct flat flat;

	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		ck_assert_int_eq(*word == 'D' ? lvi_dm_arg_dev(&l->node->table, line, disk->node) :
				lvi_dm_arg_text(&l->node->table, line, word), 0);
	t_fails(world_flatten(w, l->node, &flat, &err), bad->code, err);
	ck_assert_msg(strstr(err.message, "vg-lv"), "%s", err.message);
	free(text);
	world_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_flatten");
	TCase *tc = tcase_create("flatten");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_stacks, 0, 5);
	tcase_add_test(tc, neighbours_join);
	tcase_add_test(tc, thousand_layers);
	tcase_add_test(tc, doubling_stays_small);
	tcase_add_loop_test(tc, bad_tables, 0, sizeof bads / sizeof bads[0]);
	suite_add_tcase(s, tc);
	return t_main(s);
}
