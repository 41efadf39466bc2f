/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "model/internal.h"

/*
 * Depth first, with a stack of its own: a text of a few MiB can chain more LVs than a thread's stack would bear.
 * An LV that is met while it is still on the stack stands on itself.
 */
enum visit { NOT_YET, ON_STACK, DONE };

struct step {
	struct lvol_lv *lv;
	const struct lvol_segment *seg;  /* and the reference in it to look at next */
	size_t ref;
};

struct walk {
	unsigned char *visit;   /* enum visit by index of the LV */
	ARRAY(struct step) stack;
};

static struct lvol_lv *next_below(struct step *s)
{
	for (; s->seg; s->seg = s->seg->next, s->ref = 0)
		while (s->ref < lvi_seg_ref_count(s->seg)) {
			struct lvol_lv *lv = lvi_seg_ref(s->seg, s->ref++);

			if (lv)
				return lv;
		}
	return NULL;
}

static int enter(struct walk *w, struct lvol_lv *lv, struct lvol_error *err)
{
	struct step *s = ARRAY_PUSH(&w->stack);

	if (!s)
		return lvi_error_nomem(err);
	*s = (struct step) { .lv = lv, .seg = lv->seg_first };
	w->visit[lv->index] = ON_STACK;
	return 0;
}

static int walk_from(struct walk *w, struct lvol_lv *lv, struct lvol_error *err)
{
	char name[LVI_SUBJECT_LEN];
	int ret = enter(w, lv, err);

	while (!ret && w->stack.len) {
		struct step *top = &w->stack.items[w->stack.len - 1];
		struct lvol_lv *below = next_below(top);

		if (!below) {
			w->visit[top->lv->index] = DONE;
			w->stack.len--;
		} else if (w->visit[below->index] == ON_STACK) {
			ret = lvi_error(err, LVOL_E_CORRUPT, lvi_lv_subject(name, below), "LV %s stands on itself, through LV %s",
					below->name, top->lv->name);
		} else if (w->visit[below->index] == NOT_YET) {
			ret = enter(w, below, err);
		}
	}
	return ret;
}

int lvi_vg_check_cycles(const struct lvol_vg *vg, struct lvol_error *err)
{
	struct walk w = { .visit = calloc((size_t)vg->lv_count + 1, 1) };
	int ret = w.visit ? 0 : lvi_error_nomem(err);

	for (struct lvol_lv *lv = vg->lv_first; lv && !ret; lv = lv->next)
		if (w.visit[lv->index] == NOT_YET)
			ret = walk_from(&w, lv, err);
	free(w.visit);
	ARRAY_FREE(&w.stack);
	return ret;
}
