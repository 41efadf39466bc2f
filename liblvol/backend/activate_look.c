/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is there before a change, and whether the change can begin. */
#include "backend/activate_work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

/* A device is made, made in its pool, loaded, swapped, suspended, moved aside, renamed and removed once at most. */
#define NOTES_PER_DEVICE 8
#define RETRIES 25
#define RETRY_NS 200000000L

struct device *lvi_work_device(struct work *w, const struct dm_change *change)
{
	return &w->devices[change - w->diff.all];
}

struct device *lvi_work_by_key(const struct work *w, const char *key)
{
	return lvi_hash_get(&w->by_key, key, strlen(key));
}

/* A part that users get by itself. */
static bool becomes_shown(const struct dm_change *change)
{
	return change->old && change->new && !change->old->link && change->new->link;
}

/* What stands on what, before and after. */
static void mark_below(struct work *w, const struct dm_node *node, const struct dm_change *above)
{
	for (size_t i = 0; node && i < node->table.lines.len; i++) {
		const struct dm_line *line = &node->table.lines.items[i];

		for (size_t arg = 0; arg < line->arg_count; arg++) {
			const struct dm_node *dev = line->args[arg].dev;
			struct device *d = dev && !dev->is_leaf ? lvi_work_by_key(w, lvi_step_key(dev)) : NULL;

			if (!d)
				continue;
			d->is_root = d->is_root && node != above->old;
			if (node == above->old && becomes_shown(d->change))
				lvi_work_device(w, above)->gives_content = true;
			d->will_be_below = d->will_be_below || node == above->new;
			d->below_old = d->below_old || (node == above->new && above->old);
		}
	}
}

static int enter_devices(struct work *w, struct lvol_error *err)
{
	w->devices = calloc(w->diff.count + 1, sizeof *w->devices);
	if (!w->devices || ARRAY_RESERVE(&w->done, w->diff.count * NOTES_PER_DEVICE + 1) ||
			lvi_hash_reserve(&w->by_key, w->diff.count) || lvi_hash_reserve(&w->by_name, w->diff.count))
		return lvi_error_nomem(err);
	for (size_t i = 0; i < w->diff.count; i++) {
		struct device *d = &w->devices[i];
		const struct dm_node *node = w->diff.all[i].new ? w->diff.all[i].new : w->diff.all[i].old;
		const char *key = lvi_step_key(node);

		d->change = &w->diff.all[i];
		d->is_root = true;
		if (lvi_hash_put(&w->by_key, key, strlen(key), d, NULL))
			return lvi_error_nomem(err);
	}
	for (size_t i = 0; i < w->diff.count; i++) {
		mark_below(w, w->diff.all[i].old, &w->diff.all[i]);
		mark_below(w, w->diff.all[i].new, &w->diff.all[i]);
	}
	return 0;
}

int lvi_work_begin(struct work *w, const struct dm_graph *old, const struct dm_graph *new, struct lvol_error *err)
{
	int r = lvi_dm_diff(old, new, &w->diff, err);

	lvi_hash_init(&w->by_key);
	lvi_hash_init(&w->by_name);
	if (!r)
		r = enter_devices(w, err);
	if (!r)
		r = lvi_work_ask(w, err);
	for (size_t i = 0; !r && i < w->diff.count; i++) {
		struct device *d = &w->devices[i];

		if (d->live.exists && lvi_hash_put(&w->by_name, d->live.name, strlen(d->live.name), d, NULL))
			r = lvi_error_nomem(err);
	}
	if (!r)
		lvi_work_find_early(w);
	return r;
}

void lvi_work_end(struct work *w)
{
	lvi_hash_free(&w->by_key);
	lvi_hash_free(&w->by_name);
	ARRAY_FREE(&w->done);
	free(w->devices);
	lvi_dm_diff_free(&w->diff);
}

/* Which of the devices there is something to do for. */
static int look_new(struct work *w, struct device *d, bool may_run, struct lvol_error *err)
{
	if (!d->live.exists)
		return 0;
	/* begun by somebody who got no further than making it: it never ran, so nothing can be in use */
	if (!d->live.has_table)
		return lvi_step_remove(w, d, d->change->new, err);
	d->skip = true;
	return may_run ? 0 : lvi_error(err, LVOL_E_CONFLICT, d->live.name, "device %s, which is to be made, runs already",
			d->live.name);
}

int lvi_work_look(struct work *w, bool only_activate, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.count; i++) {
		struct device *d = &w->devices[i];

		if (!d->change->old)
			r = look_new(w, d, only_activate, err);
		else if (!d->change->new)
			d->skip = !d->live.exists;
		else if (!d->live.exists)
			r = lvi_error(err, LVOL_E_CONFLICT, d->change->old->name, "device %s, which is to be changed, does not run",
					d->change->old->name);
	}
	return r;
}

static bool is_known(const struct work *w, const struct control_live *live)
{
	const char *key = *live->uuid ? live->uuid : live->name;

	return lvi_hash_get(&w->by_key, key, strlen(key)) != NULL;
}

/* A new name that somebody else has is found before anything is done. */
int lvi_work_check_names(struct work *w, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.renames.list.len; i++) {
		const struct dm_change *change = w->diff.renames.list.items[i];
		struct control_live live;

		r = c->ops->info(c, change->new->name, NULL, &live, err);
		if (!r && live.exists && !is_known(w, &live))
			r = lvi_error(err, LVOL_E_EXISTS, change->old->name, "%s cannot be renamed to %s: device %u:%u has that name",
					change->old->name, change->new->name, live.number.major, live.number.minor);
	}
	return r;
}

/* LVOL_E_BUSY: by somebody who does not have it open for a moment only. */
static int check_users(struct work *w, const struct device *d, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct textbuf who = { 0 };
	int r = c->ops->users(c, d->live.number, &who, err);

	if (!r && who.len)
		r = lvi_error(err, LVOL_E_BUSY, d->live.name, "device %s is in use: %s", d->live.name, who.data);
	lvi_textbuf_free(&who);
	return r;
}

/* Udev's rules and others who look what it is have a device open for a moment. */
static int wait_until_closed(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct timespec pause = { 0, RETRY_NS };
	int r = check_users(w, d, err);

	for (int i = 0; !r && i < RETRIES && w->how->remove_flags & CONTROL_RETRY && d->live.open_count > 0; i++) {
		nanosleep(&pause, NULL);
		r = lvi_step_look(w, d, err);
	}
	if (r || d->live.open_count <= 0)
		return r;
	return lvi_error(err, LVOL_E_BUSY, d->live.name, "device %s is open %d times; close it", d->live.name,
			(int)d->live.open_count);
}

int lvi_work_check_unused(struct work *w, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.removes.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.removes.list.items[i]);

		if (!d->skip && d->is_root && d->live.open_count > 0 && !(w->how->remove_flags & CONTROL_DEFERRED))
			r = wait_until_closed(w, d, err);
	}
	return r;
}
