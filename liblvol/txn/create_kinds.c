/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/create_kind.h"

#include <string.h>

#include "base/error.h"

/* Those that options or words mean by themselves come first; the last takes what is left. */
static const struct create_kind *const kinds[] = {
	&lvi_create_thin, &lvi_create_thin_pool, &lvi_create_snapshot, &lvi_create_raid, &lvi_create_mirror,
	&lvi_create_cache_pool, &lvi_create_plain
};

const struct create_kind *lvi_create_kind(const struct lvol_lv_create_opts *o)
{
	size_t i = 0, last = sizeof kinds / sizeof *kinds - 1;

	while (i < last && !kinds[i]->is_meant(o))
		i++;
	return kinds[i];
}

bool lvi_create_is_word(const struct lvol_lv_create_opts *o, const char *const *words)
{
	for (; o->segtype && *words; words++)
		if (!strcmp(o->segtype, *words))
			return true;
	return false;
}

void *lvi_create_new_plan(struct creation *c, size_t size, struct lvol_error *err)
{
	c->plan = lvi_arena_zalloc(c->txn->arena, size);
	if (!c->plan)
		lvi_error_nomem(err);
	return c->plan;
}

/* Whether an option is set, and what it means that it is. */
struct option { unsigned option; bool set; const char *message; };

int lvi_create_check_options(const struct creation *c, struct lvol_error *err)
{
	const struct lvol_lv_create_opts *o = c->o;
	const struct option options[] = {
		{ CREATE_ORIGIN, o->origin, "LV %s has an origin, so it is a snapshot, and not %.40s" },
		{ CREATE_ORIGIN, o->size.percent_of == LVOL_PERCENT_ORIGIN,
			"LV %s is no snapshot, but %.40s: it has no origin that its size could be a percentage of" },
		{ CREATE_CHUNK, o->chunk_bytes, "LV %s is no snapshot, but %.40s: it has no chunks" },
		{ CREATE_STRIPES, o->stripe_count > 1, "LV %s is %.40s, which has no stripes" },
		{ CREATE_RAID, o->raid, "LV %s is %.40s: it has no options of a raid or mirror" },
		{ CREATE_THIN, o->thin, "LV %s is %.40s: it has no options of a thin pool or thin LV" },
		{ CREATE_CACHE, o->cache, "LV %s is %.40s: it has no options of a cache pool" }
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (options[i].set && !(c->kind->options & options[i].option))
			return lvi_error(err, LVOL_E_INVALID, c->subject, options[i].message, c->subject,
					o->segtype ? o->segtype : "linear");
	return 0;
}
