/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/live_io.h"
#include "backend/user/move.h"

static struct user_status plain_status(const struct flat_place *p)
{
	struct user_status s = { .length = p->length, .kind = USER_EXTENT_ERROR };

	if (p->to.kind == FLAT_DEV)
		s = (struct user_status){ p->length, USER_EXTENT_BELOW, p->to.leaf, p->to.offset };
	else if (p->to.kind == FLAT_ZERO)
		s.kind = USER_EXTENT_ZERO;
	return s;
}

struct user_status lvi_user_status(const struct flat *flat, uint64_t offset, uint64_t length)
{
	struct user_extent e;
	struct flat_place p;

	lvi_flat_resolve(flat->top, offset, length, &p);
	while (p.to.kind == FLAT_LIVE) {
		struct user_live *live = p.to.under->live;

		lvi_user_live_extent(live, p.to.offset, p.length, &e);
		if (e.kind != USER_EXTENT_BELOW)
			return (struct user_status){ .length = e.length, .kind = e.kind };
		lvi_flat_resolve(live->ports[e.below.port].flat.top, e.below.offset, e.length, &p);
	}
	return plain_status(&p);
}
