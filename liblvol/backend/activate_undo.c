/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Undoing. First the tables that wait are forgotten everywhere, so that nothing that is resumed takes one into use; then
 * what has shrunk grows again; then each step is taken back, the last one first. What cannot be undone at once is tried a second
 * time, since a device must not stay suspended; what still fails is logged, because the caller gets the error that was the
 * reason for undoing.
 */
#include "backend/activate_work.h"

#include <string.h>

#include "base/log.h"
#include "base/message.h"

typedef int undo_fn(struct work *w, struct device *d, struct lvol_error *err);

static int clear(struct work *w, struct device *d, struct lvol_error *err)
{
	return w->how->control->ops->clear(w->how->control, d->live.name, err);
}

static int remove_new(struct work *w, struct device *d, struct lvol_error *err)
{
	return d->live.exists ? lvi_step_remove(w, d, d->change->new, err) : 0;
}

static int resume_old(struct work *w, struct device *d, struct lvol_error *err)
{
	return d->suspended ? lvi_step_resume(w, d, d->change->old, err) : 0;
}

/* The new table is in use: the old one again. */
static int swap_back(struct work *w, struct device *d, struct lvol_error *err)
{
	int r = d->runs_new ? lvi_step_load(w, d, d->change->old, err) : 0;

	if (r || !d->runs_new)
		return r;
	r = lvi_step_resume(w, d, d->change->old, err);
	d->runs_new = r != 0;
	return r;
}

/* What stands on it gets its old table only when there is room for that again. */
static bool grows_back(const struct device *d)
{
	return lvi_dm_table_sectors(&d->change->old->table) > lvi_dm_table_sectors(&d->change->new->table);
}

static int rename_back(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct dm_node *from = d->change->new ? d->change->new : d->change->old;

	return strcmp(d->live.name, d->change->old->name) ? lvi_step_rename(w, d, from, d->change->old, err) : 0;
}

/* With the name that it had last: another one may have its first name until that is undone too. */
static int make_again(struct work *w, struct device *d, struct lvol_error *err)
{
	struct dm_node node = *d->change->old;
	char name[CONTROL_NAME_SIZE];
	int r;

	lvi_message_copy(name, sizeof name, d->live.name);
	node.name = name;
	r = d->live.exists ? 0 : lvi_step_create(w, d, &node, err);

	if (!r)
		r = lvi_step_load(w, d, d->change->old, err);
	return r ? r : lvi_step_resume(w, d, d->change->old, err);
}

static const struct { undo_fn *undo; const char *what; } undoing[] = {
	[STEP_CREATE] = { remove_new, "removed" },
	[STEP_SUSPEND] = { resume_old, "resumed" },
	[STEP_SWAP] = { swap_back, "given its old table" },
	[STEP_RENAME] = { rename_back, "given its old name" },
	[STEP_REMOVE] = { make_again, "made again" },
	[STEP_MAKE_THIN] = { lvi_step_unmake_thin, "unmade in its pool" },
};

static void try_twice(struct work *w, struct device *d, undo_fn *undo, const char *what)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	if (undo(w, d, NULL) && undo(w, d, &err))
		lvi_log(w->how->log, LVI_LOG_ERROR, d->live.name, "device %s could not be %s after a failed change: %s",
				d->live.name, what, err.message);
}

void lvi_activate_undo(struct work *w)
{
	for (size_t i = w->done.len; i > 0; i--) {
		const struct step *s = &w->done.items[i - 1];

		if (s->kind == STEP_LOAD && !s->device->runs_new)
			try_twice(w, s->device, clear, "rid of its new table");
	}
	for (size_t i = 0; i < w->done.len; i++) {
		const struct step *s = &w->done.items[i];

		if (s->kind == STEP_SWAP && grows_back(s->device))
			try_twice(w, s->device, undoing[STEP_SWAP].undo, undoing[STEP_SWAP].what);
	}
	for (size_t i = w->done.len; i > 0; i--) {
		const struct step *s = &w->done.items[i - 1];

		if (s->kind != STEP_LOAD)
			try_twice(w, s->device, undoing[s->kind].undo, undoing[s->kind].what);
	}
	w->done.len = 0;
}
