/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/internal.h"

/* Rows in the order of the sort keys; rows that are equal stay as they were. */

struct sort_key { size_t column; enum report_type type; bool descending; };
struct sort_keys { struct sort_key *items; size_t count; const struct row *rows; };

/* Sizes that are not there (NAN) come last. */
static int compare_sizes(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a > b) - (a < b);
}

static int compare_cells(enum report_type type, const struct cell *a, const struct cell *b)
{
	switch (type) {
	case TYPE_STRING:
		return strcmp(a->key.string, b->key.string);
	case TYPE_LIST:
		return strcmp(a->text, b->text);
	case TYPE_SIZE:
		return compare_sizes(a->key.sectors, b->key.sectors);
	default:
		return (a->key.number > b->key.number) - (a->key.number < b->key.number);
	}
}

static int compare_rows(const void *left, const void *right, void *arg)
{
	const struct sort_keys *keys = arg;
	size_t a = *(const size_t *)left, b = *(const size_t *)right;

	for (size_t i = 0; i < keys->count; i++) {
		const struct sort_key *key = &keys->items[i];
		int order = compare_cells(key->type, &keys->rows[a].cells[key->column], &keys->rows[b].cells[key->column]);

		if (order)
			return key->descending ? -order : order;
	}
	return (a > b) - (a < b);
}

static int collect_keys(const struct lvol_report *r, struct sort_keys *keys)
{
	keys->rows = r->rows.items;
	keys->count = r->sort_count;
	keys->items = calloc(keys->count + 1, sizeof *keys->items);
	if (!keys->items)
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; i < r->columns.len; i++) {
		const struct column *c = &r->columns.items[i];

		if (c->sort)
			keys->items[c->sort - 1] = (struct sort_key) { i, c->field->type, c->descending };
	}
	return 0;
}

static int reorder(struct lvol_report *r, const size_t *order)
{
	struct row *old = malloc(r->rows.len * sizeof *old);

	if (!old)
		return -LVOL_E_NO_MEMORY;
	memcpy(old, r->rows.items, r->rows.len * sizeof *old);
	for (size_t i = 0; i < r->rows.len; i++)
		r->rows.items[i] = old[order[i]];
	free(old);
	return 0;
}

int lvi_rows_sort(struct lvol_report *r, struct lvol_error *err)
{
	struct sort_keys keys = {0};
	size_t *order;
	int ret;

	if (r->rows.len < 2 || !r->sort_count)
		return 0;
	order = malloc(r->rows.len * sizeof *order);
	ret = order ? collect_keys(r, &keys) : -LVOL_E_NO_MEMORY;
	if (!ret) {
		for (size_t i = 0; i < r->rows.len; i++)
			order[i] = i;
		qsort_r(order, r->rows.len, sizeof *order, compare_rows, &keys);
		ret = reorder(r, order);
	}
	free(keys.items);
	free(order);
	return ret ? lvi_error_nomem(err) : 0;
}
