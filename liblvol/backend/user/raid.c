/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/raid.h"

#include <stdlib.h>

#include "backend/user/raid_load.h"
#include "base/error.h"
#include "base/units.h"

static struct raid_set *set_of(const struct user_live *live)
{
	return live->state;
}

static int init_locks(struct raid_set *set, struct lvol_error *err)
{
	pthread_mutex_t *const locks[] = { &set->lock, &set->start_lock, &set->sync_lock };
	size_t done = 0;

	while (done < 3 && !pthread_mutex_init(locks[done], NULL))
		done++;
	if (done == 3 && !lvi_range_lock_init(&set->ranges)) {
		if (!lvi_raid_memory_init(&set->memory))
			return 0;
		lvi_range_lock_free(&set->ranges);
	}
	while (done > 0)
		pthread_mutex_destroy(locks[--done]);
	return lvi_error_nomem(err);
}

static void free_set(struct raid_set *set)
{
	lvi_raid_bitmap_free(&set->bitmap);
	lvi_range_lock_free(&set->ranges);
	lvi_raid_memory_free(&set->memory);
	pthread_mutex_destroy(&set->lock);
	pthread_mutex_destroy(&set->start_lock);
	pthread_mutex_destroy(&set->sync_lock);
	free(set->legs);
	free(set);
}

static struct user_port *port_at(struct user_live *live, unsigned port)
{
	return port == RAID_NO_PORT ? NULL : &live->ports[port];
}

static void take_legs(struct raid_set *set, const struct raid_args *args)
{
	for (unsigned i = 0; i < set->shape.legs; i++) {
		const struct raid_leg_args *from = &args->legs[i];
		struct raid_leg *leg = &set->legs[i];

		leg->data = port_at(set->live, from->data);
		leg->meta = port_at(set->live, from->meta);
		leg->rebuild = from->rebuild;
		leg->write_mostly = from->write_mostly;
		set->has_meta |= leg->meta && set->shape.type->level;
	}
}

static struct raid_set *new_set(struct user_live *live, const struct raid_args *args, struct lvol_error *err)
{
	struct raid_set *set = calloc(1, sizeof *set);
	struct raid_leg *legs = calloc(args->shape.legs, sizeof *legs);

	if (!set || !legs || init_locks(set, err)) {
		free(set);
		free(legs);
		lvi_error_nomem(err);
		return NULL;
	}
	set->live = live;
	set->name = live->name;
	set->shape = args->shape;
	set->ops = args->shape.type->parity ? &lvi_raid_parity : &lvi_raid_copies;
	set->legs = legs;
	set->resynced = RAID_ALL;
	take_legs(set, args);
	return set;
}

static int raid_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct raid_args args;
	struct raid_load load;
	struct raid_set *set;
	int r = lvi_raid_args_parse(line, &args, err);

	if (r)
		return r;
	load = (struct raid_load){ .sync = args.sync, .nosync = args.nosync, .rebuild = args.rebuild,
			.has_data_offset = args.has_data_offset,
			.data_offset = args.data_offset_sectors << LVI_SECTOR_SHIFT,
			.region = args.region_sectors << LVI_SECTOR_SHIFT, .sleep_ms = args.daemon_sleep_ms,
			.write_behind_sectors = args.write_behind_sectors };
	set = new_set(live, &args, err);
	lvi_raid_args_free(&args);
	if (!set)
		return -LVOL_E_NO_MEMORY;
	r = lvi_raid_assemble(set, &load, err);
	if (r)
		free_set(set);
	else
		live->state = set;
	return r;
}

static void raid_destroy(struct user_live *live)
{
	free_set(set_of(live));
}

static int raid_stop(struct user_live *live, struct lvol_error *err)
{
	return lvi_raid_stop(set_of(live), err);
}

static int raid_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return set_of(live)->ops->read(set_of(live), buf, len, offset, err);
}

static int raid_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct raid_set *set = set_of(live);
	int r = lvi_raid_start(set, err);

	return r ? r : set->ops->write(set, buf, len, offset, err);
}

static int raid_flush(struct user_live *live, struct lvol_error *err)
{
	return lvi_raid_flush(set_of(live), err);
}

static bool place(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct raid_set *set = set_of(live);
	struct raid_place at = { .length = length };

	if (!set->ops->place(set, write, offset, &at))
		return false;
	*out = (struct user_remap){ set->legs[at.leg].data - live->ports, at.offset + set->data_offset, at.length };
	return true;
}

static void raid_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	if (!place(live, false, offset, length, &out->below))
		return;
	out->kind = USER_EXTENT_BELOW;
	out->length = out->below.length;
}

static int raid_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	return lvi_raid_status(set_of(live), out);
}

static int raid_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err)
{
	return lvi_raid_message(set_of(live), text, err);
}

static int raid_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	return lvi_raid_step(set_of(live), out, err);
}

const struct user_target lvi_user_raid = {
	.name = "raid",
	.create = raid_create,
	.destroy = raid_destroy,
	.stop = raid_stop,
	.read = raid_read,
	.write = raid_write,
	.flush = raid_flush,
	.remap = place,
	.extent = raid_extent,
	.status = raid_status,
	.message = raid_message,
	.step = raid_step,
	.work = BACKEND_WORK_SYNC,
};
