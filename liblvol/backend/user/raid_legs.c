/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "backend/user/raid.h"
#include "base/error.h"
#include "base/textbuf.h"

bool lvi_raid_degraded(const struct raid_set *set)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (!lvi_raid_leg_in_sync(&set->legs[i]))
			return true;
	return false;
}

enum raid_outcome lvi_raid_outcome(const struct raid_set *set, int result)
{
	if (result)
		return RAID_UNKNOWN;
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (atomic_load(&set->legs[i].failed))
			return RAID_PARTIAL;
	return RAID_COMPLETE;
}

static const char *leg_trouble(const struct raid_leg *leg)
{
	switch (leg->fault) {
	case RAID_ABSENT: return "is not there";
	case RAID_UNREADABLE: return "cannot be read";
	case RAID_RECORDED: return "was missing while others were written";
	case RAID_STALE: return "holds older data than the others";
	case RAID_REBUILD: return "is being rebuilt";
	case RAID_FAILING: return "failed";
	case RAID_FINE: break;
	}
	return "is not in sync";
}

static void name_leg(const struct raid_set *set, unsigned i, struct textbuf *out)
{
	const struct raid_leg *leg = &set->legs[i];

	if (leg->data && leg->data->missing)
		lvi_textbuf_printf(out, "%u (%s) is on %s, which is missing", i, leg->data->name, leg->data->missing);
	else if (leg->data)
		lvi_textbuf_printf(out, "%u (%s) %s", i, leg->data->name, leg_trouble(leg));
	else
		lvi_textbuf_printf(out, "%u %s", i, leg_trouble(leg));
}

static void tolerance(const struct raid_set *set, struct textbuf *out)
{
	const struct raid_shape *s = &set->shape;

	if (s->type->parity)
		lvi_textbuf_printf(out, "%u of its %u legs", s->type->parity, s->legs);
	else
		lvi_textbuf_printf(out, "%u of the %u legs with the same data", s->copies - 1, s->copies);
}

int lvi_raid_too_few(const struct raid_set *set, int code, struct lvol_error *err)
{
	struct textbuf text = { 0 };
	const char *between = "";
	char *message;

	lvi_textbuf_printf(&text, "%s %s can do without ", set->shape.type->name, set->name);
	tolerance(set, &text);
	lvi_textbuf_puts(&text, ", but more are not usable: leg ");
	for (unsigned i = 0; i < set->shape.legs; i++) {
		if (lvi_raid_leg_in_sync(&set->legs[i]) && set->legs[i].fault != RAID_FAILING)
			continue;
		lvi_textbuf_puts(&text, between);
		name_leg(set, i, &text);
		between = ", leg ";
	}
	message = lvi_textbuf_take(&text, NULL);
	if (!message)
		return lvi_error_nomem(err);
	lvi_error(err, code, set->name, "%s", message);
	free(message);
	return -code;
}
