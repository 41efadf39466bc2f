/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "backend/user/raid.h"
#include "base/error.h"

int lvi_raid_batch_init(struct raid_batch *b, struct raid_set *set, unsigned room, struct lvol_error *err)
{
	*b = (struct raid_batch){ .set = set, .room = room };
	b->ios = malloc(room * sizeof *b->ios);
	b->legs = malloc(room * sizeof *b->legs);
	if (b->ios && b->legs)
		return 0;
	lvi_raid_batch_free(b);
	return lvi_error_nomem(err);
}

void lvi_raid_batch_free(struct raid_batch *b)
{
	free(b->ios);
	free(b->legs);
	b->ios = NULL;
	b->legs = NULL;
}

void lvi_raid_batch_add(struct raid_batch *b, unsigned leg, int op, const struct user_port_io *what)
{
	struct user_port_io *io = &b->ios[b->count];

	b->legs[b->count++] = leg;
	*io = *what;
	io->port = b->set->legs[leg].data;
	io->op = op;
	io->offset += b->set->data_offset;
}

int lvi_raid_batch_run(struct raid_batch *b, struct raid_mask *failing, struct lvol_error *err)
{
	struct lvol_error cause = LVOL_ERROR_INIT;
	int r = b->count ? lvi_user_port_many(b->ios, b->count, &cause) : 0;

	for (unsigned i = 0; r && i < b->count; i++) {
		if (b->ios[i].result == -LVOL_E_NO_MEMORY)
			return lvi_error_nomem(err);
		if (b->ios[i].result)
			lvi_raid_mask_add(failing, b->legs[i]);
	}
	if (r && !b->cause.code)
		b->cause = cause;
	return 0;
}
