/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/activate_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/message.h"

/* For udev's rules, DM_UDEV_... of libdevmapper.h: who shall look into the device. */
#define NO_SUBSYSTEM_RULES 0x02
#define NO_DISK_RULES      0x04
#define NO_OTHER_RULES     0x08
#define LOW_PRIORITY       0x10

const char *lvi_step_key(const struct dm_node *node)
{
	return node->uuid && *node->uuid ? node->uuid : node->name;
}

void lvi_step_note(struct work *w, enum step_kind kind, struct device *d)
{
	struct step *s = ARRAY_PUSH(&w->done);  /* room was made before the first step */

	*s = (struct step){ kind, d };
}

static struct control_show show_of(const struct work *w, const struct dm_node *node)
{
	uint16_t flags = w->how->udev_flags;

	if (node->flags & DM_NODE_PRIVATE)
		flags |= NO_SUBSYSTEM_RULES | NO_DISK_RULES | NO_OTHER_RULES;
	if (node->flags & DM_NODE_NO_CONTENT)
		flags |= NO_DISK_RULES | NO_OTHER_RULES;
	if (node->flags & DM_NODE_LOW_PRIORITY)
		flags |= LOW_PRIORITY;
	return (struct control_show){
		.udev_flags = flags, .link = node->link, .read_ahead_sectors = node->read_ahead_sectors,
		.read_ahead_fixed = node->read_ahead_fixed,
	};
}

int lvi_step_look(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct dm_node *node = d->change->old ? d->change->old : d->change->new;
	struct backend_control *c = w->how->control;
	bool has_uuid = node->uuid && *node->uuid;

	return c->ops->info(c, has_uuid ? NULL : node->name, has_uuid ? node->uuid : NULL, &d->live, err);
}

int lvi_step_create(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	const struct control_create how = {
		.name = node->name, .uuid = node->uuid, .read_only = node->read_only, .major = node->major, .minor = node->minor,
	};

	return c->ops->create(c, &how, &d->live, err);
}

/* Spelling a table: devices become numbers. */
struct spelling {
	struct work *work;
	struct lvol_error *err;
	int ret;
};

static int number_of(struct work *w, const struct dm_node *dev, struct control_number *out, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	const char *key = lvi_step_key(dev);
	const struct device *d;

	if (dev->is_leaf)
		return c->ops->leaf(c, dev, out, err);
	d = lvi_hash_get(&w->by_key, key, strlen(key));
	if (!d || !d->live.exists)
		return lvi_error(err, LVOL_E_CONFLICT, dev->name, "device %s, which another one is to stand on, is not there",
				dev->name);
	*out = d->live.number;
	return 0;
}

static void spell(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	struct spelling *s = arg;
	struct control_number n = { 0 };

	if (!s->ret)
		s->ret = number_of(s->work, dev, &n, s->err);
	lvi_textbuf_printf(out, "%u:%u", n.major, n.minor);
}

int lvi_step_load(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct spelling s = { w, err, 0 };
	struct textbuf text = { 0 };
	int r;

	lvi_dm_table_print(&node->table, spell, &s, &text);
	lvi_textbuf_putc(&text, '\0');
	r = s.ret ? s.ret : text.failed ? lvi_error_nomem(err) :
		c->ops->load(c, d->live.name, text.data, node->read_only ? CONTROL_READ_ONLY : 0, err);
	lvi_textbuf_free(&text);
	return r;
}

static bool shrinks(const struct dm_change *change)
{
	return change->old && change->new &&
		lvi_dm_table_sectors(&change->new->table) < lvi_dm_table_sectors(&change->old->table);
}

/* Freezing a file system takes time, and is for those alone whose content somebody else begins to show. */
unsigned lvi_step_suspend_flags(const struct work *w, const struct device *d)
{
	const struct dm_change *change = d->change;
	unsigned of_node = (change->old ? change->old->flags : 0) | (change->new ? change->new->flags : 0);

	if (change->what & DM_CHANGE_STILL || of_node & DM_NODE_FREEZE || d->gives_content)
		return 0;
	return CONTROL_SKIP_LOCKFS | (of_node & DM_NODE_QUEUES && !shrinks(change) ? CONTROL_NO_FLUSH : 0);
}

int lvi_step_suspend(struct work *w, struct device *d, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	int r = c->ops->suspend(c, d->live.name, lvi_step_suspend_flags(w, d), err);

	d->suspended = !r;
	return r;
}

int lvi_step_resume(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct control_show show = show_of(w, node);
	int r = c->ops->resume(c, d->live.name, &show, lvi_step_suspend_flags(w, d), err);

	if (!r)
		d->suspended = false;
	return r;
}

int lvi_step_rename(struct work *w, struct device *d, const struct dm_node *from, const struct dm_node *to,
		struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	const struct control_rename how = {
		.name = d->live.name, .new_name = to->name, .old_link = from->link, .show = show_of(w, to),
	};
	int r = c->ops->rename(c, &how, err);

	if (!r)
		lvi_message_copy(d->live.name, sizeof d->live.name, to->name);
	return r;
}

/* To its new name, if that is free; else to one that nobody wants. */
int lvi_step_move_aside(struct work *w, struct device *d, struct lvol_error *err)
{
	const struct dm_node *to = d->change->new;
	struct dm_node aside = *d->change->old;
	char name[CONTROL_NAME_SIZE];
	int r;

	snprintf(name, sizeof name, "lvol-aside-%.100s", d->live.uuid);
	aside.name = name;
	aside.link = NULL;
	if (!to || !strcmp(to->name, d->live.name) || lvi_hash_get(&w->by_name, to->name, strlen(to->name)))
		to = &aside;
	r = lvi_step_rename(w, d, d->change->old, to, err);
	if (!r)
		lvi_step_note(w, STEP_RENAME, d);
	return r;
}

void lvi_step_give_up(struct work *w, struct device *d)
{
	struct backend_control *c = w->how->control;
	struct lvol_error err = LVOL_ERROR_INIT;
	char table[64];
	int r;

	snprintf(table, sizeof table, "0 %" PRIu64 " error\n", lvi_dm_table_sectors(&d->change->old->table));
	r = c->ops->load(c, d->live.name, table, 0, &err);
	if (!r)
		r = c->ops->resume(c, d->live.name, NULL, CONTROL_SKIP_LOCKFS, &err);
	if (!r)
		r = c->ops->remove(c, d->live.name, NULL, CONTROL_DEFERRED, &err);
	lvi_log(w->how->log, LVI_LOG_ERROR, d->live.name, r ? "device %s is open and cannot be removed: %s" :
			"device %s is open: from now on it answers errors, and it goes when it is closed%.0s", d->live.name, err.message);
}

int lvi_step_remove(struct work *w, struct device *d, const struct dm_node *node, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct control_show show = show_of(w, node);
	int r = c->ops->remove(c, d->live.name, &show, w->how->remove_flags, err);

	if (!r)
		d->live.exists = false;
	return r;
}
