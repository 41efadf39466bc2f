/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A device that goes is best removed before the commit: then nobody can open it in between, and if the commit fails
 * it is made again. A snapshot whose origin stays would then miss what was written to the origin meanwhile; so it
 * stays, and what is below it, until the new version holds.
 */
#include "backend/activate_work.h"

typedef void visit_fn(struct device *above, struct device *below);

static void each_below_old(struct work *w, struct device *d, visit_fn *visit)
{
	const struct dm_node *node = d->change->old;

	for (size_t i = 0; node && i < node->table.lines.len; i++) {
		const struct dm_line *line = &node->table.lines.items[i];

		for (size_t arg = 0; arg < line->arg_count; arg++) {
			const struct dm_node *dev = line->args[arg].dev;
			struct device *below = dev && !dev->is_leaf ? lvi_work_by_key(w, lvi_step_key(dev)) : NULL;

			if (below)
				visit(d, below);
		}
	}
}

static void not_early(struct device *above, struct device *below)
{
	below->goes_early = false;
}

static void not_if_below_stays(struct device *above, struct device *below)
{
	above->goes_early = above->goes_early && below->goes_early;
}

static void not_if_above_stays(struct device *above, struct device *below)
{
	below->goes_early = below->goes_early && above->goes_early;
}

/* Top-down, beginning with what stays. */
void lvi_work_find_early(struct work *w)
{
	struct dm_changes *gone = &w->diff.removes;

	for (size_t i = 0; i < gone->list.len; i++)
		lvi_work_device(w, gone->list.items[i])->goes_early = w->how->commit != NULL;
	for (size_t i = 0; i < w->diff.count; i++)
		if (w->devices[i].change->new)
			each_below_old(w, &w->devices[i], not_early);
	for (size_t i = 0; i < gone->list.len; i++) {
		struct device *d = lvi_work_device(w, gone->list.items[i]);

		if (d->change->old->flags & DM_NODE_SNAPSHOT)
			each_below_old(w, d, not_if_below_stays);
		each_below_old(w, d, not_if_above_stays);
	}
}
