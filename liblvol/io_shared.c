/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "backend/user/live.h"
#include "base/error.h"
#include "dev/dev.h"
#include "io.h"
#include "model/vg.h"

static void free_shared(void *keep)
{
	struct io_shared *shared = keep;

	lvi_user_mapper_free(shared->mapper);
	lvi_state_locks_free(shared->states);
	free(shared);
}

int lvi_io_shared_add(struct devset *devs, struct lvol_error *err)
{
	struct io_shared *shared = calloc(1, sizeof *shared);

	if (!shared)
		return lvi_error_nomem(err);
	devs->keep = shared;
	devs->keep_free = free_shared;
	shared->states = lvi_state_locks_new();
	return shared->states ? lvi_user_mapper_new(&devs->log, &shared->mapper, err) : lvi_error_nomem(err);
}

static bool has_state(const struct dm_node *node)
{
	for (size_t i = 0; i < node->table.lines.len; i++)
		if (lvi_user_line_has_state(&node->table.lines.items[i]))
			return true;
	return false;
}

/* By what every dm uuid of ours begins with, whichever layer of the LV it is: "LVM-", the VG's id, the LV's. */
static const struct lvol_lv *lv_of(const struct lvol_vg *vg, const struct dm_node *node)
{
	size_t at = strlen("LVM-") + LVI_UUID_LEN;
	struct uuid id;

	if (!node->uuid || strlen(node->uuid) < at + LVI_UUID_LEN)
		return NULL;
	memcpy(id.c, node->uuid + at, LVI_UUID_LEN);
	return lvi_vg_find_lv_by_id(vg, &id);
}

static int lock_state(struct lvol_io *io, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct state_lock **slot = ARRAY_PUSH(&io->states);
	int r = slot ? lvi_state_lock_take(io->shared->states, lv, io->writable, slot, err) : lvi_error_nomem(err);

	if (slot && r)
		io->states.len--;
	return r;
}

int lvi_io_lock_states(struct lvol_io *io, const struct dm_graph *graph, struct lvol_error *err)
{
	int r = 0;

	for (const struct dm_node *node = graph->first; node && !r; node = node->next) {
		const struct lvol_lv *lv = !node->is_leaf && has_state(node) ? lv_of(io->vg, node) : NULL;

		if (lv)
			r = lock_state(io, lv, err);
	}
	return r;
}

void lvi_io_unlock_states(struct lvol_io *io)
{
	while (io->states.len)
		lvi_state_lock_give(io->shared->states, io->states.items[--io->states.len]);
	ARRAY_FREE(&io->states);
}
