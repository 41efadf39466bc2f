/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a thin pool is told. Its own metadata counts transactions: it is one behind what the VG says of it as long as
 * it was not told, and the last message makes both equal. So nothing is told twice, whoever was interrupted where.
 */
#include "backend/activate_work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define CREATE "create_thin "

static int read_id(struct work *w, struct device *d, uint64_t *out, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct textbuf text = { 0 };
	int r = c->ops->status(c, d->live.name, CONTROL_NO_FLUSH, &text, err);

	lvi_textbuf_putc(&text, '\0');
	if (!r && text.failed)
		r = lvi_error_nomem(err);
	if (!r && sscanf(text.data, "%*u %*u thin-pool %" SCNu64, out) != 1)
		r = lvi_error(err, LVOL_E_IO, d->live.name, "thin pool %s does not say at which transaction it is, but \"%.100s\"; "
				"its metadata may need a repair", d->live.name, text.data);
	lvi_textbuf_free(&text);
	return r;
}

/* The kernel commits after each message: what was told before an interruption is known there, and says so. */
static bool was_told(const char *text, int r, const struct lvol_error *why)
{
	return (r == -LVOL_E_EXISTS && !strncmp(text, "create", 6)) ||
		(r && why->sys_errno == ENODATA && !strncmp(text, "delete", 6));
}

/* @was: somebody told it before. */
static int send(struct work *w, struct device *d, const char *text, bool *was, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	const struct control_message message = { .name = d->live.name, .text = text };
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = c->ops->message(c, &message, NULL, &why);

	*was = r && was_told(text, r, &why);
	if (!r || *was)
		return 0;
	if (err)
		*err = why;
	return lvi_error_prefix(err, r, "thin pool %s, message \"%s\"", d->live.name, text);
}

/* Who takes a snapshot after an interruption finds the origin running. */
static int send_one(struct work *w, struct device *d, const struct dm_message *m, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct control_live origin = { 0 };
	int r = m->still ? c->ops->info(c, NULL, m->still, &origin, err) : 0, last = 0;
	bool stop = origin.exists && !origin.suspended, was;

	if (!r && stop)
		r = c->ops->suspend(c, origin.name, 0, err);
	if (r)
		return r;
	r = send(w, d, m->text, &was, err);
	if (stop)
		last = c->ops->resume(c, origin.name, NULL, 0, r ? NULL : err);
	return r ? r : last;
}

/* @told: it knows all that the new version wants it to. */
static int look_where_it_is(struct work *w, struct device *d, bool *told, struct lvol_error *err)
{
	const struct dm_node *node = d->change->new;
	uint64_t now = 0;
	int r = read_id(w, d, &now, err);

	*told = !r && now == node->transaction_id;
	if (r || *told || (node->messages && now + 1 == node->transaction_id))
		return r;
	return lvi_error(err, LVOL_E_CORRUPT, d->live.name, "thin pool %s is at transaction %" PRIu64 ", but its VG says %"
			PRIu64 "; its metadata is of another time and wants a repair", d->live.name, now, node->transaction_id);
}

int lvi_step_tell(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct dm_node *node = d->change->new;
	bool told;
	int r;

	if (!node->has_transaction_id || !d->live.exists)
		return 0;
	r = look_where_it_is(w, d, &told, err);
	for (const struct dm_message *m = told ? NULL : node->messages; m && !r; m = m->next)
		r = send_one(w, d, m, err);
	return r;
}

/* The one that makes thin device @id; NULL: none does. */
static const struct dm_message *message_for(const struct dm_node *pool, const char *id)
{
	const struct dm_message *m = pool ? pool->messages : NULL;

	while (m && !(!strncmp(m->text, CREATE, strlen(CREATE)) && !strcmp(m->text + strlen(CREATE), id)))
		m = m->next;
	return m;
}

static int make_thin(struct work *w, struct device *d, struct device *pool, const char *id, struct lvol_error *err)
{
	const struct dm_message *m = pool && pool->live.exists ? message_for(pool->change->new, id) : NULL;
	bool told = !m;
	int r = m ? look_where_it_is(w, pool, &told, err) : 0;

	if (!r && !told)
		r = send(w, pool, m->text, &told, err);
	if (r || told)
		return r;
	d->thin_pool = pool;
	d->thin_id = id;
	lvi_step_note(w, STEP_MAKE_THIN, d);
	return 0;
}

int lvi_step_make_thin(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct dm_line *line = d->change->new->table.lines.items;
	const struct dm_arg *arg = line ? line->args : NULL;

	if (!line || strcmp(line->target, "thin") || line->arg_count < 2 || !arg[0].dev || !arg[1].text)
		return 0;
	return make_thin(w, d, lvi_work_by_key(w, lvi_step_key(arg[0].dev)), arg[1].text, err);
}

int lvi_step_unmake_thin(struct work *w, struct device *d, struct lvol_error *err)
{
	char text[64];
	bool was;

	snprintf(text, sizeof text, "delete %.50s", d->thin_id);
	return send(w, d->thin_pool, text, &was, err);
}
