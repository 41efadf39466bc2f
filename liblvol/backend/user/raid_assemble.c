/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From superblocks to a set. The superblock with the most events is believed; of the others only who they are, how
 * far their own leg has been rebuilt, and how old they are. An update of all superblocks that a crash cut off leaves
 * some of them one event behind; what is further behind has missed something, whether or not anybody wrote that down.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "backend/user/raid.h"
#include "backend/user/raid_load.h"
#include "base/error.h"

static int open_leg(struct raid_set *set, struct raid_leg *leg, struct lvol_error *err)
{
	uint8_t sector[RAID_SUPER_BYTES];
	struct lvol_error cause = LVOL_ERROR_INIT;
	int r;

	leg->super.is_new = true;
	atomic_store(&leg->recovered, RAID_ALL);
	if (!leg->data || leg->data->missing) {
		leg->fault = leg->data ? RAID_UNREADABLE : RAID_ABSENT;
		atomic_store(&leg->failed, true);
		return 0;
	}
	if (!set->has_meta)
		return 0;
	r = lvi_user_port_read(leg->meta, sector, sizeof sector, 0, &cause);
	if (r == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (!r) {
		r = lvi_raid_super_decode(sector, leg->meta->name, &leg->super, err);
		/* put in to be rebuilt, whatever was in its place before */
		leg->rebuild |= !r && !leg->super.is_new && leg->super.position == RAID_NO_LEG;
		return r;
	}
	leg->fault = RAID_UNREADABLE;
	atomic_store(&leg->failed, true);
	return 0;
}

/* Of what says something about the array: not a leg to be rebuilt. NULL: the array is new, as it is when a crash cut
 * off the very first writing of superblocks. */
static struct raid_leg *freshest_leg(struct raid_set *set)
{
	struct raid_leg *freshest = NULL;
	bool any_new = false;

	for (unsigned i = 0; i < set->shape.legs; i++) {
		struct raid_leg *leg = &set->legs[i];

		if (atomic_load(&leg->failed) || leg->rebuild)
			continue;
		any_new |= leg->super.is_new;
		if (!leg->super.is_new && (!freshest || leg->super.events > freshest->super.events))
			freshest = leg;
	}
	return freshest && freshest->super.events <= RAID_FIRST_EVENT && any_new ? NULL : freshest;
}

/* What the table says to rebuild starts from nothing, whatever its superblock says. */
static void rebuild_leg(struct raid_leg *leg, enum raid_fault fault, uint64_t recovered)
{
	leg->fault = fault;
	leg->whole = true;
	atomic_store(&leg->recovered, recovered);
}

static int check_new(const struct raid_set *set, struct lvol_error *err)
{
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (atomic_load(&set->legs[i].failed))
			return lvi_error(err, LVOL_E_MISSING_PV, set->name, "%s %s has no superblocks yet, and leg "
					"%u is missing: a new array needs all of its legs", set->shape.type->name,
					set->name, i);
	return 0;
}

static int assemble_new(struct raid_set *set, const struct raid_load *load, struct lvol_error *err)
{
	int r = set->has_meta ? check_new(set, err) : 0;

	if (r)
		return r;
	set->resynced = load->nosync || load->rebuild ? RAID_ALL : 0;
	if (load->nosync && set->shape.type->parity == 2)
		return lvi_error(err, LVOL_E_CORRUPT, set->name, "'nosync' for the new raid6 %s: its parity would "
				"never be right",
				set->name);
	for (unsigned i = 0; i < set->shape.legs; i++)
		if (set->legs[i].rebuild)
			rebuild_leg(&set->legs[i], RAID_REBUILD, 0);
	return lvi_raid_load_bitmap(set, load, err);
}

static int check_leg(const struct raid_set *set, unsigned i, const struct raid_load *load, struct lvol_error *err)
{
	const struct raid_leg *leg = &set->legs[i];

	if (atomic_load(&leg->failed) || leg->rebuild)
		return 0;
	if (leg->super.is_new)
		return lvi_error(err, LVOL_E_CORRUPT, leg->meta->name, "no raid superblock on %s, leg %u of %s, "
				"although other legs have one: a new leg needs 'rebuild'", leg->meta->name, i,
				set->name);
	if (leg->super.position == i || load->takeover || !set->shape.type->parity)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, leg->meta->name, "superblock on %s says that it is leg %u of its "
			"array, but it is leg %u of %s", leg->meta->name, leg->super.position, i, set->name);
}

static void judge_leg(struct raid_leg *leg, unsigned i, const struct raid_super *freshest)
{
	unsigned role = leg->super.position < RAID_MAX_LEGS ? leg->super.position : i;

	if (atomic_load(&leg->failed))
		return;
	if (leg->rebuild)
		rebuild_leg(leg, RAID_REBUILD, 0);
	else if (leg->super.events + 1 < freshest->events && !lvi_raid_mask_has(&freshest->failed, role))
		rebuild_leg(leg, RAID_STALE, 0);
	else if (lvi_raid_mask_has(&freshest->failed, role))
		rebuild_leg(leg, RAID_RECORDED, 0);
	else if (leg->super.recovered != RAID_ALL)
		rebuild_leg(leg, RAID_REBUILD, leg->super.recovered);
	leg->returning = leg->fault == RAID_STALE || leg->fault == RAID_RECORDED;
}

static int check_freshest(const struct raid_set *set, const struct raid_super *s, const struct raid_load *load,
		struct lvol_error *err)
{
	if (s->reshaping)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, set->name, "%s is being reshaped; activate it on the "
				"kernel, wait until that is done, and try again", set->name);
	if (load->has_data_offset && load->data_offset != s->data_offset)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, set->name, "data of %s begins at %" PRIu64 " bytes of "
				"each leg and is to begin at %" PRIu64 ": that is reshaping, which the kernel "
				"does", set->name,
				s->data_offset,
				load->data_offset);
	return 0;
}

/* How far it has been synchronised, in an array that may have grown since. */
static uint64_t resynced(const struct raid_set *set, const struct raid_super *s, const struct raid_load *load)
{
	uint64_t done = s->resynced, was = set->shape.type->level == 10 ? s->size : s->leg_size;

	if (load->sync)
		return 0;
	if (load->nosync || load->takeover)
		return RAID_ALL;
	if (s->has_sizes && was < set->shape.sync_size && done > was)
		done = was;
	return done >= set->shape.sync_size ? RAID_ALL : done;
}

static int assemble_known(struct raid_set *set, struct raid_leg *freshest, struct raid_load *load,
		struct lvol_error *err)
{
	const struct raid_super *s = &freshest->super;
	int r = check_freshest(set, s, load, err);

	if (!r)
		r = lvi_raid_load_takeover(set, s, load, err);
	for (unsigned i = 0; !r && i < set->shape.legs; i++)
		r = check_leg(set, i, load, err);
	if (r)
		return r;
	for (unsigned i = 0; i < set->shape.legs; i++)
		judge_leg(&set->legs[i], i, s);
	load->known = true;
	set->events = s->events;
	set->data_offset = s->data_offset;
	set->resynced = resynced(set, s, load);
	if (!set->ops->can_lose(set, &(struct raid_mask){ 0 }))
		return lvi_raid_too_few(set, LVOL_E_MISSING_PV, err);
	return lvi_raid_load_bitmap(set, load, err);
}

static int check_sizes(const struct raid_set *set, struct lvol_error *err)
{
	for (unsigned i = 0; i < set->shape.legs; i++) {
		const struct user_port *port = set->legs[i].data;

		if (!port || port->missing)
			continue;
		if (set->data_offset > port->size || set->shape.leg_size > port->size - set->data_offset)
			return lvi_error(err, LVOL_E_CORRUPT, port->name, "leg %u of %s, %s, has %" PRIu64 " bytes, "
					"too few for %" PRIu64
					" from offset %" PRIu64 " on", i, set->name, port->name, port->size,
					set->shape.leg_size,
					set->data_offset);
	}
	return 0;
}

int lvi_raid_assemble(struct raid_set *set, struct raid_load *load, struct lvol_error *err)
{
	struct raid_leg *freshest;
	int r = 0;

	for (unsigned i = 0; !r && i < set->shape.legs; i++)
		r = open_leg(set, &set->legs[i], err);
	if (r)
		return r;
	if (!set->shape.type->level)
		return check_sizes(set, err);
	freshest = load->sync ? NULL : freshest_leg(set);
	r = freshest ? assemble_known(set, freshest, load, err) : assemble_new(set, load, err);
	if (!r && !set->ops->can_lose(set, &(struct raid_mask){ 0 }))
		r = lvi_raid_too_few(set, LVOL_E_MISSING_PV, err);
	return r ? r : check_sizes(set, err);
}
