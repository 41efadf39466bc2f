/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/thin_insight.h>

#include <stdlib.h>

#include "args.h"
#include "backend/user/thin_check.h"
#include "base/arena.h"
#include "thin_view.h"

#define LISTED_MAX 10000

struct lvol_thin_findings {
	struct arena *arena;
	ARRAY(struct lvol_thin_finding) list;
	uint64_t count;
};

static int note(void *arg, const struct thin_finding *f, struct lvol_error *err)
{
	static const int kinds[] = {
		[THIN_WRONG_BLOCK] = LVOL_THIN_WRONG_BLOCK, [THIN_WRONG_OUTSIDE] = LVOL_THIN_WRONG_OUTSIDE,
		[THIN_WRONG_DEVICE] = LVOL_THIN_WRONG_DEVICE, [THIN_WRONG_COUNT] = LVOL_THIN_WRONG_COUNT,
		[THIN_WRONG_LEAK] = LVOL_THIN_WRONG_LEAK,
	};
	struct lvol_thin_findings *found = arg;
	struct lvol_thin_finding *slot;

	if (found->count++ >= LISTED_MAX)
		return 0;
	slot = ARRAY_PUSH(&found->list);
	if (!slot)
		return lvi_error_nomem(err);
	*slot = (struct lvol_thin_finding){
		.kind = kinds[f->what], .device = f->device, .is_data = f->data, .block = f->begin, .block_count = f->count,
		.message = lvi_arena_strdup(found->arena, f->message),
	};
	return slot->message ? 0 : lvi_error_nomem(err);
}

static int check_pool(const struct lvol_lv *pool, struct lvol_thin_findings *found, struct lvol_error *err)
{
	const struct thin_check how = { note, found };
	struct thin_source source;
	int r = lvi_thin_source_open(&source, pool, NULL, err);

	if (r)
		return r;
	if (lvi_thin_source_is_live(&source))
		r = lvi_error(err, LVOL_E_BUSY, source.name, "the pool is in use here, and changes; close its LVs to check it");
	else
		r = lvi_thin_examine(&source.store, &how, err);
	lvi_thin_source_close(&source);
	return r;
}

int lvol_thin_check(const struct lvol_lv *pool, struct lvol_thin_findings **out, struct lvol_error *err)
{
	struct lvol_thin_findings *found;
	int r;

	ARG_REQUIRED(err, pool);
	ARG_REQUIRED(err, out);
	r = lvi_thin_pool_of(pool, &pool, err);
	if (r)
		return r;
	found = calloc(1, sizeof *found);
	if (!found || !(found->arena = lvi_arena_new())) {
		free(found);
		return lvi_error_nomem(err);
	}
	r = check_pool(pool, found, err);
	if (r) {
		lvol_thin_findings_free(found);
		return lvi_thin_pool_error(pool, r, err);
	}
	*out = found;
	return 0;
}

uint64_t lvol_thin_findings_count(const struct lvol_thin_findings *findings)
{
	return findings->count;
}

bool lvol_thin_findings_get(const struct lvol_thin_findings *findings, size_t i, struct lvol_thin_finding *out)
{
	if (i >= findings->list.len)
		return false;
	*out = findings->list.items[i];
	return true;
}

void lvol_thin_findings_free(struct lvol_thin_findings *findings)
{
	if (!findings)
		return;
	ARRAY_FREE(&findings->list);
	lvi_arena_free(findings->arena);
	free(findings);
}
