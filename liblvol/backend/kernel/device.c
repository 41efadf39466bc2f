/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests that change a device. Loading a table is load.c. */
#include "backend/kernel/kernel.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/textbuf.h"

/* A udev rule or a file manager that looks at a device has it open for a moment. */
#define RETRIES 25
#define RETRY_NS 200000000L

static int fill_create(struct dm_task *task, const void *arg)
{
	const struct control_create *how = arg;

	return (!how->uuid || dm_task_set_uuid(task, how->uuid)) && (!how->read_only || dm_task_set_ro(task)) &&
		(how->major < 0 || dm_task_set_major(task, (int)how->major)) &&
		(how->minor < 0 || dm_task_set_minor(task, (int)how->minor)) && dm_task_no_open_count(task);
}

/* The kernel says "busy" when name or uuid is in use; by whom is to be found out. */
static int taken(struct backend_control *c, const struct control_create *how, int ret, struct lvol_error *err)
{
	struct control_live live = { 0 };

	if (lvi_kernel_info(c, how->name, NULL, &live, NULL) == 0 && live.exists)
		return lvi_error(err, LVOL_E_EXISTS, how->name, "the device name %s is taken by device %u:%u, whose uuid is %s",
				how->name, live.number.major, live.number.minor, *live.uuid ? live.uuid : "empty");
	if (how->uuid && lvi_kernel_info(c, NULL, how->uuid, &live, NULL) == 0 && live.exists)
		return lvi_error(err, LVOL_E_EXISTS, how->name, "the device uuid %s is taken by device %s (%u:%u)", how->uuid,
				live.name, live.number.major, live.number.minor);
	return ret;
}

int lvi_kernel_create(struct backend_control *c, const struct control_create *how, struct control_live *out,
		struct lvol_error *err)
{
	struct control_live live = { 0 };
	const struct request r = {
		.type = DM_DEVICE_CREATE, .name = how->name, .verb = "made", .fill = fill_create, .arg = how,
		.take = lvi_kernel_take_live, .out = &live,
	};
	int ret = lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);

	if (ret == -LVOL_E_BUSY)
		return taken(c, how, ret, err);
	if (!ret)
		*out = live;
	return ret;
}

int lvi_kernel_clear(struct backend_control *c, const char *name, struct lvol_error *err)
{
	const struct request r = { .type = DM_DEVICE_CLEAR, .name = name, .verb = "rid of its waiting table" };

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

static int fill_suspend(struct dm_task *task, const void *arg)
{
	unsigned flags = *(const unsigned *)arg;

	return (!(flags & CONTROL_NO_FLUSH) || dm_task_no_flush(task)) &&
		(!(flags & CONTROL_SKIP_LOCKFS) || dm_task_skip_lockfs(task)) && dm_task_no_open_count(task);
}

int lvi_kernel_suspend(struct backend_control *c, const char *name, unsigned flags, struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_SUSPEND, .name = name, .verb = "suspended", .fill = fill_suspend, .arg = &flags,
	};
	int ret = lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);

	if (ret == -LVOL_E_BUSY && !(flags & CONTROL_SKIP_LOCKFS))
		return lvi_error(err, LVOL_E_BUSY, name, "%s cannot be suspended: its file system is frozen already; thaw it first "
				"(fsfreeze -u)", name);
	return ret;
}

struct resume { const struct control_show *show; unsigned flags; };

static int fill_resume(struct dm_task *task, const void *arg)
{
	const struct resume *how = arg;
	const struct control_show *show = how->show;

	if (show && (show->read_ahead_fixed || show->read_ahead_sectors) &&
	    !dm_task_set_read_ahead(task, show->read_ahead_sectors, show->read_ahead_fixed ? 0 : DM_READ_AHEAD_MINIMUM_FLAG))
		return 0;
	return fill_suspend(task, &how->flags);
}

static const struct control_show plain;

int lvi_kernel_resume(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
		struct lvol_error *err)
{
	const struct resume how = { show, flags };
	const struct request r = {
		.type = DM_DEVICE_RESUME, .name = name, .verb = "resumed", .fill = fill_resume, .arg = &how,
		.show = show ? show : &plain,
	};
	int ret = lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);

	if (!ret && show && show->link)
		lvi_kernel_link(lvi_kernel_of(c), show->link, name);
	return ret;
}

static int fill_rename(struct dm_task *task, const void *arg)
{
	return dm_task_set_newname(task, arg);
}

int lvi_kernel_rename(struct backend_control *c, const struct control_rename *how, struct lvol_error *err)
{
	struct kernel *k = lvi_kernel_of(c);
	const struct request r = {
		.type = DM_DEVICE_RENAME, .name = how->name, .verb = "renamed", .fill = fill_rename, .arg = how->new_name,
		.show = &how->show,
	};
	int ret = lvi_kernel_run(k, &r, NULL, err);
	struct control_live live;

	if (ret == -LVOL_E_BUSY && lvi_kernel_info(c, how->new_name, NULL, &live, NULL) == 0 && live.exists)
		return lvi_error(err, LVOL_E_EXISTS, how->name, "%s cannot be renamed to %s: device %u:%u has that name", how->name,
				how->new_name, live.number.major, live.number.minor);
	if (ret)
		return ret;
	if (how->old_link)
		lvi_kernel_unlink(k, how->old_link, how->name);
	if (how->show.link)
		lvi_kernel_link(k, how->show.link, how->new_name);
	return 0;
}

static int in_use(struct backend_control *c, const char *name, struct lvol_error *err)
{
	struct textbuf who = { 0 };
	struct control_live live;
	int r = lvi_kernel_info(c, name, NULL, &live, NULL);

	if (r || !live.exists || live.open_count <= 0)
		return -LVOL_E_BUSY;
	r = lvi_kernel_users(c, live.number, &who, err);
	if (!r && who.len)
		lvi_error(err, LVOL_E_BUSY, name, "%s cannot be removed: %s", name, who.data);
	else if (!r)
		lvi_error(err, LVOL_E_BUSY, name, "%s cannot be removed: it is open %d times; close it, or remove it deferred",
				name, (int)live.open_count);
	lvi_textbuf_free(&who);
	return r ? r : -LVOL_E_BUSY;
}

/* Somebody has it open, who may close it soon. */
static bool may_go(struct backend_control *c, const char *name)
{
	struct textbuf who = { 0 };
	struct control_live live;
	bool nobody = !lvi_kernel_info(c, name, NULL, &live, NULL) && !lvi_kernel_users(c, live.number, &who, NULL) && !who.len;

	lvi_textbuf_free(&who);
	return nobody;
}

static int fill_remove(struct dm_task *task, const void *arg)
{
	return !(*(const unsigned *)arg & CONTROL_DEFERRED) || dm_task_deferred_remove(task);
}

/* Not by libdevmapper, which would keep all other threads out while it sleeps. */
static int remove_retrying(struct kernel *k, const struct request *r, unsigned flags, struct lvol_error *err)
{
	const struct timespec pause = { 0, RETRY_NS };
	int ret = lvi_kernel_run(k, r, NULL, err);

	for (int i = 0; i < RETRIES && ret == -LVOL_E_BUSY && flags & CONTROL_RETRY && may_go(&k->control, r->name); i++) {
		nanosleep(&pause, NULL);
		ret = lvi_kernel_run(k, r, NULL, err);
	}
	return ret;
}

int lvi_kernel_remove(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_REMOVE, .name = name, .verb = "removed", .fill = fill_remove, .arg = &flags,
		.show = show ? show : &plain,
	};
	int ret = remove_retrying(lvi_kernel_of(c), &r, flags, err);

	if (ret == -LVOL_E_BUSY)
		return in_use(c, name, err);
	if (!ret && show && show->link)
		lvi_kernel_unlink(lvi_kernel_of(c), show->link, name);
	return ret;
}

static int fill_message(struct dm_task *task, const void *arg)
{
	const struct control_message *m = arg;

	return dm_task_set_sector(task, m->sector) && dm_task_set_message(task, m->text);
}

static int take_reply(struct dm_task *task, void *out, struct lvol_error *err)
{
	const char *reply = dm_task_get_message_response(task);
	struct textbuf *text = out;

	if (reply && text)
		lvi_textbuf_puts(text, reply);
	return text && text->failed ? lvi_error_nomem(err) : 0;
}

int lvi_kernel_message(struct backend_control *c, const struct control_message *message, struct textbuf *reply,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_TARGET_MSG, .name = message->name, .verb = "sent the message", .fill = fill_message,
		.arg = message, .take = take_reply, .out = reply,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}
