/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From one graph of devices to another.
 *
 *   look      what of it runs; what has to go must not be in use
 *   clear     with a commit, what shares nothing with what stays goes at once (activate_order.c); what has a name that
 *             another one gets moves aside
 *   load      bottom-up: new devices are made, also in thin pools; new tables wait behind those in use. A new device runs at once if
 *             another is loaded onto it, which may read it; unless it must not yet (DM_NODE_RESUME_LATE). One that runs
 *             and grows takes its table into use at once, since what is loaded onto it may need the room; growing harms
 *             nobody.
 *   hold      memory stays where it is until all is resumed
 *   suspend   top-down, what changes, what a snapshot is taken of, and what stands on either
 *   commit    the caller's; up to here, and if it fails, everything is undone
 *   rename, tell, resume, remove   in the diff's order; thin pools are told what they have to know before anything on
 *             them goes on; but to delete a thin device, which what goes on may have stood on till then, when all else is done
 *   sync      nodes and links are there
 *
 * Without a commit all of it can be undone, but for what thin pools were told. After one there is no way back, so
 * that every step that is left is tried: a device that cannot be resumed with its new table runs on with its old one
 * rather than staying suspended, a device that cannot be removed answers errors, and the first error is returned when
 * the rest is done.
 */
#include "backend/activate.h"

#include <string.h>

#include "backend/activate_work.h"
#include "base/error.h"
#include "base/log.h"

/* load */

static bool grows(const struct device *d)
{
	return d->change->old && d->will_be_below && d->change->what & DM_CHANGE_TABLE && !d->live.suspended &&
		lvi_dm_table_sectors(&d->change->new->table) > lvi_dm_table_sectors(&d->change->old->table);
}

static bool runs_at_once(const struct device *d)
{
	if (d->change->old)
		return grows(d);
	return d->will_be_below && !(d->change->new->flags & DM_NODE_RESUME_LATE && d->below_old);
}

static int swap(struct work *w, struct device *d, struct lvol_error *err)
{
	int r = lvi_step_resume(w, d, d->change->new, err);

	if (!r && d->change->old)
		lvi_step_note(w, STEP_SWAP, d);
	if (!r)
		d->runs_new = true;
	return r;
}

static int load_one(struct work *w, struct device *d, struct lvol_error *err)
{
	int r = lvi_step_make_thin(w, d, err);

	if (r)
		return r;
	if (!d->change->old) {
		r = lvi_step_create(w, d, d->change->new, err);
		if (r)
			return r;
		lvi_step_note(w, STEP_CREATE, d);
	}
	r = lvi_step_load(w, d, d->change->new, err);
	if (!r && d->change->old)
		lvi_step_note(w, STEP_LOAD, d);
	return !r && runs_at_once(d) ? swap(w, d, err) : r;
}

/* A pool that runs is told now what it has to know, unless a commit has to come first. */
static int tell_now(struct work *w, struct device *d, struct lvol_error *err)
{
	bool wants = d->skip ? d->change->new->messages != NULL : d->runs_new;

	return wants && !w->how->commit ? lvi_step_tell(w, d, err) : 0;
}

static int load_all(struct work *w, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.loads.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.loads.list.items[i]);

		r = d->skip ? 0 : load_one(w, d, err);
		if (!r)
			r = tell_now(w, d, err);
	}
	return r;
}

/* Before the first is suspended, and until the last is resumed: reading in memory from one of them would not end. */
static void hold_memory(struct work *w)
{
	if (!w->diff.suspends.list.len)
		return;
	w->how->control->ops->hold_memory(w->how->control);
	w->holds_memory = true;
}

static void release_memory(struct work *w)
{
	if (w->holds_memory)
		w->how->control->ops->release_memory(w->how->control);
	w->holds_memory = false;
}

/* suspend: what somebody else has suspended is so already, and resumed with the rest. */
static int suspend_all(struct work *w, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.suspends.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.suspends.list.items[i]);

		if (d->skip || d->live.suspended)
			continue;
		r = lvi_step_suspend(w, d, err);
		if (!r)
			lvi_step_note(w, STEP_SUSPEND, d);
	}
	return r;
}

/* After the commit the first error is kept, and work goes on. */
static bool stop(const struct work *w, int r)
{
	return r && !w->committed;
}

static void keep_first(int *first, int r)
{
	if (!*first)
		*first = r;
}

static int rename_all(struct work *w, struct lvol_error *err)
{
	int first = 0;

	for (size_t i = 0; !stop(w, first) && i < w->diff.renames.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.renames.list.items[i]);
		int r;

		if (!strcmp(d->live.name, d->change->new->name))
			continue;
		r = lvi_step_rename(w, d, d->change->old, d->change->new, first ? NULL : err);

		if (!r)
			lvi_step_note(w, STEP_RENAME, d);
		keep_first(&first, r);
	}
	return first;
}

/* A device that cannot go on with what the commit says goes on as it was. */
static int resume_anyhow(struct work *w, struct device *d, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = lvi_step_resume(w, d, d->change->new, &why);

	if (r && w->committed)
		r = lvi_step_resume(w, d, d->change->new, &why);
	if (r && err)
		*err = why;
	if (!r || !w->committed)
		return r;
	if (!d->change->old) {
		lvi_step_remove(w, d, d->change->new, NULL);
		return r;
	}
	lvi_log(w->how->log, LVI_LOG_ERROR, d->live.name, "device %s cannot take its new table into use and goes on with the old "
			"one; deactivate it", d->live.name);
	c->ops->clear(c, d->live.name, NULL);
	lvi_step_resume(w, d, d->change->old, NULL);
	return r;
}

/* What is in the list of resumes and runs with the new table, but for those only shown otherwise. */
#define STOPPED (DM_CHANGE_LOAD | DM_CHANGE_BELOW | DM_CHANGE_STILL)

static bool deletes(const struct dm_node *pool)
{
	const struct dm_message *m = pool->messages;

	while (m && strncmp(m->text, "delete ", strlen("delete ")) != 0)
		m = m->next;
	return m;
}

/* Pools that went on all the while; the others are told when they are resumed. @late: those that delete something. */
static int tell_running(struct work *w, bool late, struct lvol_error *err)
{
	int first = 0;

	for (size_t i = 0; w->committed && i < w->diff.count; i++) {
		struct device *d = &w->devices[i];

		if (d->change->new && d->change->new->messages && (!(d->change->what & STOPPED) || d->runs_new) &&
				deletes(d->change->new) == late)
			keep_first(&first, lvi_step_tell(w, d, first ? NULL : err));
	}
	return first;
}

static int resume_one(struct work *w, struct device *d, struct lvol_error *err)
{
	bool is_new = !d->runs_new && d->change->what & DM_CHANGE_LOAD;
	int r = resume_anyhow(w, d, err);

	if (r || !is_new)
		return r;
	d->runs_new = true;
	if (d->change->old)
		lvi_step_note(w, STEP_SWAP, d);
	if (w->committed && deletes(d->change->new))
		return 0;
	return d->change->new->messages || !d->change->old ? lvi_step_tell(w, d, err) : 0;
}

static int resume_all(struct work *w, struct lvol_error *err)
{
	int first = 0;

	for (size_t i = 0; !stop(w, first) && i < w->diff.resumes.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.resumes.list.items[i]);

		if (!d->skip && !(d->runs_new && !d->suspended))
			keep_first(&first, resume_one(w, d, first ? NULL : err));
	}
	return first;
}

/* Inside, something else may stand on it too: it stays for that. */
static bool stays(struct work *w, struct device *d)
{
	struct control_live now;
	struct backend_control *c = w->how->control;

	return !d->is_root && c->ops->info(c, d->live.name, NULL, &now, NULL) == 0 && now.open_count > 0;
}

static int remove_one(struct work *w, struct device *d, struct lvol_error *err)
{
	int r;

	if (d->skip || !d->live.exists || stays(w, d))
		return 0;
	r = lvi_step_remove(w, d, d->change->old, err);
	if (!r)
		lvi_step_note(w, STEP_REMOVE, d);
	else if (w->committed && r == -LVOL_E_BUSY)
		lvi_step_give_up(w, d);
	return r;
}

static int remove_all(struct work *w, bool early, struct lvol_error *err)
{
	int first = 0;

	for (size_t i = 0; !stop(w, first) && i < w->diff.removes.list.len; i++) {
		struct device *d = lvi_work_device(w, w->diff.removes.list.items[i]);

		if (d->goes_early == early)
			keep_first(&first, remove_one(w, d, first ? NULL : err));
	}
	return first;
}

/* A name that a new device or another one's new name needs. */
static int free_name(struct work *w, const struct dm_change *for_whom, struct lvol_error *err)
{
	const char *name = for_whom->new->name;
	struct device *holder = lvi_hash_get(&w->by_name, name, strlen(name));

	if (!holder || holder->change == for_whom || !holder->live.exists || strcmp(holder->live.name, name))
		return 0;
	return holder->change->old ? lvi_step_move_aside(w, holder, err) : 0;
}

static int free_names(struct work *w, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.renames.list.len; i++)
		r = free_name(w, w->diff.renames.list.items[i], err);
	for (size_t i = 0; !r && i < w->diff.loads.list.len; i++)
		if (w->diff.loads.list.items[i]->what & DM_CHANGE_NEW)
			r = free_name(w, w->diff.loads.list.items[i], err);
	return r;
}

static int commit(struct work *w, struct lvol_error *err)
{
	int r = w->how->commit ? w->how->commit(w->how->arg, err) : 0;

	w->committed = !r && w->how->commit;
	return r;
}

static int after_commit(struct work *w, struct lvol_error *err)
{
	int first = rename_all(w, err), r;

	r = tell_running(w, false, first ? NULL : err);
	keep_first(&first, r);
	if (!stop(w, first)) {
		r = resume_all(w, first ? NULL : err);
		keep_first(&first, r);
	}
	if (!stop(w, first)) {
		r = remove_all(w, false, first ? NULL : err);
		keep_first(&first, r);
	}
	r = tell_running(w, true, first ? NULL : err);
	keep_first(&first, r);
	return first;
}

static int carry_out(struct work *w, struct lvol_error *err)
{
	int r = lvi_work_check_names(w, err);

	if (!r)
		r = lvi_work_check_unused(w, err);
	if (!r)
		r = remove_all(w, true, err);
	if (!r)
		r = free_names(w, err);
	if (!r)
		r = load_all(w, err);
	if (!r) {
		hold_memory(w);
		r = suspend_all(w, err);
	}
	if (!r)
		r = commit(w, err);
	return r ? r : after_commit(w, err);
}

static int finish(struct work *w, int r, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;

	if (stop(w, r))
		lvi_activate_undo(w);
	release_memory(w);
	if (r && !w->committed && !w->done.len)
		return r;
	if (!r)
		return c->ops->sync(c, err);
	c->ops->sync(c, NULL);
	return r;
}

static int change(const struct activation *how, const struct dm_graph *old, const struct dm_graph *new,
		struct lvol_error *err)
{
	struct work w = { .how = how };
	int r = lvi_work_begin(&w, old, new, err);

	if (!r)
		r = lvi_work_look(&w, !old, err);
	if (!r)
		r = finish(&w, carry_out(&w, err), err);
	lvi_work_end(&w);
	return r;
}

int lvi_activate(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err)
{
	return change(how, NULL, graph, err);
}

int lvi_deactivate(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err)
{
	return change(how, graph, NULL, err);
}

int lvi_activate_change(const struct activation *how, const struct dm_graph *old, const struct dm_graph *new,
		struct lvol_error *err)
{
	return change(how, old, new, err);
}

int lvi_activate_tell(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err)
{
	struct work w = { .how = how };
	int r = lvi_work_begin(&w, NULL, graph, err);

	for (size_t i = 0; i < w.diff.count && !r; i++)
		r = lvi_step_tell(&w, &w.devices[i], err);
	lvi_work_end(&w);
	return r;
}

/* As if every device were to be changed into itself. */
static int refresh_lists(struct work *w, struct lvol_error *err)
{
	for (size_t i = 0; i < w->diff.count; i++) {
		w->diff.all[i].old = w->diff.all[i].new;
		w->diff.all[i].what = DM_CHANGE_TABLE;
	}
	for (size_t i = w->diff.loads.list.len; i > 0; i--) {
		struct dm_change **slot = ARRAY_PUSH(&w->diff.suspends.list);

		if (!slot)
			return lvi_error_nomem(err);
		*slot = w->diff.loads.list.items[i - 1];
	}
	return 0;
}

int lvi_activate_refresh(const struct activation *how, const struct dm_graph *graph, struct lvol_error *err)
{
	struct work w = { .how = how };
	int r = lvi_work_begin(&w, NULL, graph, err);

	if (!r)
		r = refresh_lists(&w, err);
	if (!r)
		r = lvi_work_look(&w, false, err);
	if (!r)
		r = finish(&w, carry_out(&w, err), err);
	lvi_work_end(&w);
	return r;
}
