/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "dm/raid_geometry.h"
#include "txn/convert.h"

/*
 * Roles of legs. Two types whose legs have the same roles hold the same data in the same places.
 */
enum role_kind { ROLE_DATA, ROLE_COPY, ROLE_P, ROLE_Q, ROLE_PLACE };
struct role {
	enum role_kind kind;
	uint32_t number;               /* of the chunk of data, or of the place */
	uint32_t copy;                 /* of ROLE_COPY */
	const struct raid_type *in;    /* of ROLE_PLACE: a layout, without its Q at the end */
};

/* The layout of raid6_ls_6 is that of raid5_ls with a leg for Q behind it. */
static const struct raid_type *without_q(const struct raid_type *t)
{
	static const char *const rotating[] = { "raid5_ls", "raid5_rs", "raid5_la", "raid5_ra" };

	if (t->q != RAID_Q_LAST)
		return t;
	for (size_t i = 0; i < sizeof rotating / sizeof *rotating; i++) {
		const struct raid_type *five = lvi_raid_type_find(rotating[i]);

		if (five->p == t->p && five->after_p == t->after_p)
			return five;
	}
	return t;
}

static struct role parity_role(const struct raid_type *t, uint32_t legs, uint32_t i)
{
	uint32_t last_p = t->q == RAID_Q_LAST ? legs - 2 : legs - 1;

	if (t->q == RAID_Q_LAST && i == legs - 1)
		return (struct role) { .kind = ROLE_Q };
	if ((t->p == RAID_P_FIRST && !i) || (t->p == RAID_P_LAST && i == last_p))
		return (struct role) { .kind = ROLE_P };
	if (t->p == RAID_P_FIRST || t->p == RAID_P_LAST)
		return (struct role) { .kind = ROLE_DATA, .number = t->p == RAID_P_FIRST ? i - 1 : i };
	return (struct role) { .kind = ROLE_PLACE, .number = i, .in = without_q(t) };
}

/* Legs that are one chunk of data, and copies of it: parity of one leg of data is a copy too. */
static struct role role_of(const struct segtype *type, uint32_t legs, uint32_t copies, uint32_t i)
{
	const struct raid_type *t = type->flags & SEGTYPE_RAID ?
		lvi_raid_type_find(type->raid_word ? type->raid_word : type->name) : NULL;

	if (t && t->parity && legs - t->parity == 1 && t->parity == 1)
		copies = 2;
	else if (t && t->parity)
		return parity_role(t, legs, i);
	if (i % copies)
		return (struct role) { .kind = ROLE_COPY, .number = i / copies, .copy = i % copies };
	return (struct role) { .kind = ROLE_DATA, .number = i / copies };
}

static bool same_role(const struct role *a, const struct role *b)
{
	return a->kind == b->kind && a->number == b->number && a->copy == b->copy && a->in == b->in;
}

static bool can_be_computed(const struct role *r)
{
	return r->kind == ROLE_COPY || r->kind == ROLE_P || r->kind == ROLE_Q;
}

/* How the legs of the LV are dealt out: legs, copies, legs of data. */
static struct raid_facts source_facts(const struct convert *c)
{
	struct raid_facts f;

	lvi_raid_facts_of(c->lv->seg_first, &f);
	if (!(f.type->flags & SEGTYPE_RAID))
		f.copies = f.type->flags & SEGTYPE_MIRROR ? f.legs : 1;
	f.data_legs = (f.legs - f.type->parity_areas) / f.copies;
	return f;
}

static uint32_t copies_of(const struct segtype *type)
{
	return lvi_raid_has_copies(type) ? 2 : 1;
}

/* lvm2 changes these in one step; without copies or stripes there is more than one way, and it takes only one. */
static bool is_step(const struct raid_facts *from, const struct segtype *to, uint32_t legs)
{
	bool stripes = to->flags & SEGTYPE_STRIPED || (to->flags & SEGTYPE_CAN_SPLIT);

	if (from->legs == 1)
		return false;
	/* stripes become a raid10 and come back from it, and nothing else does */
	if (to->raid_copies ? from->type->parity_areas != 0 : from->type->raid_copies && to->parity_areas)
		return false;
	if (from->type->flags & SEGTYPE_RAID && !lvi_raid_is_striped(from->type))
		return from->legs == 2 && to->parity_areas == 1;
	if (!lvi_raid_is_striped(to) && (to->flags & SEGTYPE_RAID))
		return from->legs == 2 && from->type->parity_areas == 1;
	return stripes && legs >= 2 && from->data_legs >= 2;
}

static uint32_t legs_of(const struct raid_facts *from, const struct segtype *to)
{
	return from->data_legs * copies_of(to) + to->parity_areas;
}

static bool is_possible(const struct raid_facts *from, const struct segtype *to)
{
	uint32_t legs = legs_of(from, to);

	if (!is_step(from, to, legs) || legs > LVI_RAID_LEGS_MAX)
		return false;
	if (to->areas.min > legs)
		return false;
	for (uint32_t i = 0; i < legs; i++) {
		struct role wanted = role_of(to, legs, copies_of(to), i), had;
		bool found = can_be_computed(&wanted);

		for (uint32_t k = 0; k < from->legs && !found; k++) {
			had = role_of(from->type, from->legs, from->copies, k);
			found = same_role(&wanted, &had);
		}
		if (!found)
			return false;
	}
	return true;
}

/* What is of the same level, and reachable. */
static const char *way_to(const struct raid_facts *from, const struct segtype *to)
{
	static const char *const words[] = { "raid5_n", "raid5_ls", "raid5_rs", "raid5_la", "raid5_ra", "raid6_n_6", "raid6_ls_6",
		"raid6_rs_6", "raid6_la_6", "raid6_ra_6", "raid10" };

	if (from->legs == 1)
		return "raid1";
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const struct segtype *t = lvi_segtype_find(words[i]);

		if (t != from->type && t->parity_areas == to->parity_areas && !t->raid_copies == !to->raid_copies && is_possible(from, t))
			return words[i];
	}
	return NULL;
}

static int not_possible(const struct convert *c, const struct raid_facts *from, const struct segtype *to,
		struct lvol_error *err)
{
	const char *way = way_to(from, to), *is = lvi_segtype_display(c->lv->seg_first);

	if (way)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s cannot become %s in one step: data would have to move. It "
				"is %s; it can become %s, and go on from there (what moves data is left to lvm2 and the kernel)", c->subject,
				to->name, is, way);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, c->subject, "LV %s is %s of %u legs and cannot become %s", c->subject, is,
			from->legs, to->name);
}

static int match(struct convert *c, const struct raid_facts *from, const struct segtype *to, struct lvol_error *err)
{
	uint32_t legs = legs_of(from, to);

	for (uint32_t i = 0; i < legs; i++) {
		struct role wanted = role_of(to, legs, copies_of(to), i);
		struct leg *leg = ARRAY_PUSH(&c->to);

		if (!leg)
			return lvi_error_nomem(err);
		for (uint32_t k = 0; k < from->legs; k++) {
			struct role had = role_of(from->type, from->legs, from->copies, k);

			if (!same_role(&wanted, &had))
				continue;
			*leg = c->from.items[k];
			c->from.items[k].data = c->from.items[k].meta = NULL;
			/* parity on another leg: the kernel would take its superblock for one of another place */
			c->fresh_metas |= i != k && to->parity_areas;
		}
	}
	return 0;
}

int lvi_convert_match_roles(struct convert *c, const struct segtype *type, struct lvol_error *err)
{
	struct raid_facts from = source_facts(c);
	int ret = is_possible(&from, type) ? 0 : not_possible(c, &from, type, err);

	if (!ret)
		ret = lvi_convert_take_legs(c, err);
	return ret ? ret : match(c, &from, type, err);
}
