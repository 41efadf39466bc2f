/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/message.h"
#include "ctx.h"
#include "table.h"

/* The public calls of <lvol/backend.h>: each is one request, or one and the wait for udev. */

#define OPS(b) ((b)->control->ops)

int lvol_backend_open(struct lvol_ctx *ctx, const struct lvol_backend_opts *opts, struct lvol_backend **out,
		struct lvol_error *err)
{
	struct lvol_backend_opts o = LVOL_BACKEND_OPTS_INIT;
	struct kernel_options how;
	struct lvol_backend *b;
	int r;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, LVOL_BACKEND_NO_MEMORY_LOCK);
	if (o.udev_timeout_ms < LVOL_WAIT_FOREVER)
		return lvi_error(err, LVOL_E_INVALID, NULL, "%s: udev_timeout_ms cannot be %d", __func__, (int)o.udev_timeout_ms);
	b = calloc(1, sizeof *b);
	if (!b)
		return lvi_error_nomem(err);
	how = (struct kernel_options){
		.log = &ctx->env.log, .udev_timeout_ms = o.udev_timeout_ms,
		.no_memory_lock = o.flags & LVOL_BACKEND_NO_MEMORY_LOCK,
	};
	r = lvi_kernel_open(&how, &b->control, err);
	if (r) {
		free(b);
		return r;
	}
	b->ctx = lvol_ctx_ref(ctx);
	*out = b;
	return 0;
}

void lvol_backend_close(struct lvol_backend *backend)
{
	if (!backend)
		return;
	OPS(backend)->close(backend->control);
	lvol_ctx_unref(backend->ctx);
	free(backend);
}

int lvol_backend_version(struct lvol_backend *backend, uint32_t version[3], struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, version);
	return OPS(backend)->version(backend->control, version, err);
}

int lvol_backend_targets(struct lvol_backend *backend, struct lvol_target *list, size_t room, size_t *count,
		struct lvol_error *err)
{
	struct control_targets targets = { 0 };
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED_FOR(err, list, room);
	ARG_REQUIRED(err, count);
	r = OPS(backend)->targets(backend->control, &targets, err);
	for (size_t i = 0; !r && i < targets.list.len && i < room; i++) {
		lvi_message_copy(list[i].name, sizeof list[i].name, targets.list.items[i].name);
		memcpy(list[i].version, targets.list.items[i].version, sizeof list[i].version);
	}
	if (!r)
		*count = targets.list.len;
	ARRAY_FREE(&targets.list);
	return r;
}

static struct lvol_device_name name_of(const struct control_device *d)
{
	struct lvol_device_name out = { .major = d->number.major, .minor = d->number.minor };

	lvi_message_copy(out.name, sizeof out.name, d->name);
	lvi_message_copy(out.uuid, sizeof out.uuid, d->uuid);
	return out;
}

int lvol_backend_devices(struct lvol_backend *backend, const char *uuid_prefix, struct lvol_device_name *list,
		size_t room, size_t *count, struct lvol_error *err)
{
	struct control_devices devices = { 0 };
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED_FOR(err, list, room);
	ARG_REQUIRED(err, count);
	r = OPS(backend)->list(backend->control, uuid_prefix, &devices, err);
	for (size_t i = 0; !r && i < devices.list.len && i < room; i++)
		list[i] = name_of(&devices.list.items[i]);
	if (!r)
		*count = devices.list.len;
	ARRAY_FREE(&devices.list);
	return r;
}

int lvi_backend_info(const struct control_live *live, struct lvol_device_info *out, struct lvol_error *err)
{
	struct lvol_device_info info = {
		.struct_size = out->struct_size, .is_suspended = live->suspended, .is_read_only = live->read_only,
		.has_table = live->has_table, .has_inactive_table = live->has_inactive, .removes_itself = live->removes_itself,
		.open_count = live->open_count > 0 ? (uint32_t)live->open_count : 0, .event_number = live->event,
		.major = live->number.major, .minor = live->number.minor,
	};

	if (info.struct_size < offsetof(struct lvol_device_info, minor) + sizeof info.minor)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for a device's state lacks struct_size");
	lvi_message_copy(info.name, sizeof info.name, live->name);
	lvi_message_copy(info.uuid, sizeof info.uuid, live->uuid);
	memcpy(out, &info, sizeof info < info.struct_size ? sizeof info : info.struct_size);
	return 0;
}

int lvol_backend_info(struct lvol_backend *backend, const char *name, struct lvol_device_info *out,
		struct lvol_error *err)
{
	struct control_live live;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, out);
	r = OPS(backend)->info(backend->control, name, NULL, &live, err);
	if (!r && !live.exists)
		r = lvi_error(err, LVOL_E_NOT_FOUND, name, "there is no device-mapper device %s", name);
	return r ? r : lvi_backend_info(&live, out, err);
}

static unsigned control_flags(uint32_t flags)
{
	static const struct { uint32_t theirs; unsigned ours; } bits[] = {
		{ LVOL_DEVICE_INACTIVE, CONTROL_INACTIVE }, { LVOL_DEVICE_NO_FLUSH, CONTROL_NO_FLUSH },
		{ LVOL_DEVICE_NO_FREEZE, CONTROL_SKIP_LOCKFS }, { LVOL_DEVICE_REMOVE_RETRY, CONTROL_RETRY },
		{ LVOL_DEVICE_REMOVE_DEFERRED, CONTROL_DEFERRED }, { LVOL_DEVICE_READ_ONLY, CONTROL_READ_ONLY },
	};
	unsigned out = 0;

	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		out |= flags & bits[i].theirs ? bits[i].ours : 0;
	return out;
}

int lvol_backend_table(struct lvol_backend *backend, const char *name, uint32_t flags, struct lvol_table **out,
		struct lvol_error *err)
{
	struct textbuf text = { 0 };
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, out);
	ARG_FLAGS(err, flags, LVOL_DEVICE_INACTIVE);
	r = OPS(backend)->table(backend->control, name, control_flags(flags), &text, err);
	if (!r && !text.len && !text.failed)
		r = lvi_error(err, LVOL_E_STATE, name, "device %s has no table%s", name,
				flags & LVOL_DEVICE_INACTIVE ? " that waits" : " in use");
	lvi_textbuf_putc(&text, '\0');
	if (!r)
		r = text.failed ? lvi_error_nomem(err) : lvi_table_new(text.data, name, out, err);
	lvi_textbuf_free(&text);
	return r;
}

int lvol_backend_status(struct lvol_backend *backend, const char *name, uint32_t flags, char **text,
		struct lvol_error *err)
{
	struct textbuf lines = { 0 };
	char *taken;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, text);
	ARG_FLAGS(err, flags, LVOL_DEVICE_INACTIVE | LVOL_DEVICE_NO_FLUSH);
	r = OPS(backend)->status(backend->control, name, control_flags(flags), &lines, err);
	taken = lvi_textbuf_take(&lines, NULL);
	if (!r && !taken)
		r = lvi_error_nomem(err);
	if (r)
		free(taken);
	else
		*text = taken;
	return r;
}

int lvol_backend_deps(struct lvol_backend *backend, const char *name, struct lvol_device_number *list, size_t room,
		size_t *count, struct lvol_error *err)
{
	struct control_numbers numbers = { 0 };
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED_FOR(err, list, room);
	ARG_REQUIRED(err, count);
	r = OPS(backend)->deps(backend->control, name, 0, &numbers, err);
	for (size_t i = 0; !r && i < numbers.list.len && i < room; i++)
		list[i] = (struct lvol_device_number){ numbers.list.items[i].major, numbers.list.items[i].minor };
	if (!r)
		*count = numbers.list.len;
	ARRAY_FREE(&numbers.list);
	return r;
}

static int sync_unless(struct lvol_backend *backend, uint32_t flags, int r, struct lvol_error *err)
{
	return r || flags & LVOL_DEVICE_NO_SYNC ? r : OPS(backend)->sync(backend->control, err);
}

/* The device is there, empty; give it what the options say. */
static int fill_device(struct lvol_backend *backend, const struct lvol_device_create_opts *o, struct lvol_error *err)
{
	const struct control_show show = {
		.udev_flags = (uint16_t)o->udev_flags, .read_ahead_sectors = o->read_ahead_sectors,
		.read_ahead_fixed = o->read_ahead_set,
	};
	int r = OPS(backend)->load(backend->control, o->name, o->table->text, control_flags(o->flags), err);

	return r ? r : OPS(backend)->resume(backend->control, o->name, &show, 0, err);
}

static int check_create(const struct lvol_device_create_opts *o, struct lvol_error *err)
{
	ARG_REQUIRED(err, o->name);
	ARG_FLAGS(err, o->flags, LVOL_DEVICE_READ_ONLY | LVOL_DEVICE_NO_SYNC);
	if (!*o->name || strlen(o->name) >= CONTROL_NAME_SIZE || strchr(o->name, '/'))
		return lvi_error(err, LVOL_E_INVALID, o->name, "\"%s\" cannot be a device's name: 1 to %d characters, no slash",
				o->name, CONTROL_NAME_SIZE - 1);
	if (o->uuid && strlen(o->uuid) >= CONTROL_UUID_SIZE)
		return lvi_error(err, LVOL_E_INVALID, o->name, "the uuid of %s has more than %d characters", o->name,
				CONTROL_UUID_SIZE - 1);
	if (o->udev_flags > UINT16_MAX || o->number_set > 1 || o->read_ahead_set > 1)
		return lvi_error(err, LVOL_E_INVALID, o->name, "options of device %s: a field is out of range", o->name);
	return 0;
}

int lvol_backend_create(struct lvol_backend *backend, const struct lvol_device_create_opts *opts,
		struct lvol_error *err)
{
	struct lvol_device_create_opts o;
	struct control_create how;
	struct control_live live;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_OPTS(err, &o, opts);
	r = check_create(&o, err);
	if (r)
		return r;
	how = (struct control_create){
		.name = o.name, .uuid = o.uuid, .read_only = o.flags & LVOL_DEVICE_READ_ONLY,
		.major = -1, .minor = o.number_set ? (int64_t)o.minor : -1,
	};
	r = OPS(backend)->create(backend->control, &how, &live, err);
	if (r || !o.table)
		return r;
	r = fill_device(backend, &o, err);
	if (r)
		OPS(backend)->remove(backend->control, o.name, NULL, 0, NULL);
	return sync_unless(backend, o.flags, r, err);
}

int lvol_backend_load(struct lvol_backend *backend, const char *name, const struct lvol_table *table, uint32_t flags,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, table);
	ARG_FLAGS(err, flags, LVOL_DEVICE_READ_ONLY);
	return OPS(backend)->load(backend->control, name, table->text, control_flags(flags), err);
}

int lvol_backend_clear(struct lvol_backend *backend, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	return OPS(backend)->clear(backend->control, name, err);
}

int lvol_backend_suspend(struct lvol_backend *backend, const char *name, uint32_t flags, struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_FLAGS(err, flags, LVOL_DEVICE_NO_FLUSH | LVOL_DEVICE_NO_FREEZE);
	return OPS(backend)->suspend(backend->control, name, control_flags(flags), err);
}

int lvol_backend_resume(struct lvol_backend *backend, const char *name, uint32_t flags, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_FLAGS(err, flags, LVOL_DEVICE_NO_FLUSH | LVOL_DEVICE_NO_FREEZE | LVOL_DEVICE_NO_SYNC);
	r = OPS(backend)->resume(backend->control, name, NULL, control_flags(flags), err);
	return sync_unless(backend, flags, r, err);
}

int lvol_backend_rename(struct lvol_backend *backend, const char *name, const char *new_name, uint32_t flags,
		struct lvol_error *err)
{
	const struct control_rename how = { .name = name, .new_name = new_name };
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, new_name);
	ARG_FLAGS(err, flags, LVOL_DEVICE_NO_SYNC);
	if (!*new_name || strlen(new_name) >= CONTROL_NAME_SIZE || strchr(new_name, '/'))
		return lvi_error(err, LVOL_E_INVALID, name, "\"%s\" cannot be a device's name: 1 to %d characters, no slash",
				new_name, CONTROL_NAME_SIZE - 1);
	r = OPS(backend)->rename(backend->control, &how, err);
	return sync_unless(backend, flags, r, err);
}

int lvol_backend_remove(struct lvol_backend *backend, const char *name, uint32_t flags, struct lvol_error *err)
{
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_FLAGS(err, flags, LVOL_DEVICE_REMOVE_RETRY | LVOL_DEVICE_REMOVE_DEFERRED | LVOL_DEVICE_NO_SYNC);
	r = OPS(backend)->remove(backend->control, name, NULL, control_flags(flags), err);
	return sync_unless(backend, flags, r, err);
}

int lvol_backend_message(struct lvol_backend *backend, const char *name, uint64_t sector, const char *text,
		char **reply, struct lvol_error *err)
{
	const struct control_message message = { .name = name, .text = text, .sector = sector };
	struct textbuf answer = { 0 };
	char *taken;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, text);
	r = OPS(backend)->message(backend->control, &message, &answer, err);
	taken = lvi_textbuf_take(&answer, NULL);
	if (!r && !taken)
		r = lvi_error_nomem(err);
	if (r || !reply)
		free(taken);
	else
		*reply = taken;
	return r;
}

/* <lvol/ctx.h> has names for "at once" and "without end". */
static int wait_ms(int32_t timeout_ms)
{
	return timeout_ms == LVOL_WAIT_FOREVER ? -1 : timeout_ms < 0 ? 0 : timeout_ms;
}

int lvol_backend_wait(struct lvol_backend *backend, const char *name, uint32_t event_number, int32_t timeout_ms,
		uint32_t *now, struct lvol_error *err)
{
	struct control_live seen = { .event = event_number }, live;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, now);
	lvi_message_copy(seen.name, sizeof seen.name, name);
	r = OPS(backend)->wait(backend->control, &seen, wait_ms(timeout_ms), &live, err);
	if (!r && !live.exists)
		r = lvi_error(err, LVOL_E_NOT_FOUND, name, "there is no device-mapper device %s", name);
	if (!r)
		*now = live.event;
	return r;
}

int lvol_backend_sync(struct lvol_backend *backend, struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	return OPS(backend)->sync(backend->control, err);
}
