/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests that only ask. */
#include "backend/kernel/kernel.h"

#include <inttypes.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/error.h"
#include "base/message.h"

static int take_version(struct dm_task *task, void *out, struct lvol_error *err)
{
	uint32_t *version = out;
	char text[64];

	if (dm_task_get_driver_version(task, text, sizeof text) &&
	    sscanf(text, "%" SCNu32 ".%" SCNu32 ".%" SCNu32, &version[0], &version[1], &version[2]) == 3)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, "device-mapper", "the kernel's device-mapper does not tell its version");
}

int lvi_kernel_version(struct backend_control *c, uint32_t out[3], struct lvol_error *err)
{
	const struct request r = { .type = DM_DEVICE_VERSION, .verb = "asked", .take = take_version, .out = out };

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

static int take_targets(struct dm_task *task, void *out, struct lvol_error *err)
{
	const struct dm_versions *v = dm_task_get_versions(task);
	struct control_targets *targets = out;

	for (;; v = (const void *)((const char *)v + v->next)) {
		struct control_target *t = ARRAY_PUSH(&targets->list);

		if (!t)
			return lvi_error_nomem(err);
		lvi_message_copy(t->name, sizeof t->name, v->name);
		memcpy(t->version, v->version, sizeof t->version);
		if (!v->next)
			return 0;
	}
}

int lvi_kernel_targets(struct backend_control *c, struct control_targets *out, struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_LIST_VERSIONS, .verb = "asked for its targets", .take = take_targets, .out = out,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

static struct control_number number_of(uint64_t dev)
{
	return (struct control_number){ major(dev), minor(dev) };
}

/* Linux 5.13 and later have the uuid in the list; *known says whether this one does. The event number is older. */
static void uuid_behind(const struct dm_names *entry, struct control_device *d, bool *known)
{
	size_t after = (offsetof(struct dm_names, name) + strlen(entry->name) + 1 + 7) & ~(size_t)7;
	const uint32_t *behind = (const void *)((const char *)entry + after);  /* event counter, flags, uuid */

	if (entry->next && entry->next < after + 2 * sizeof *behind)
		return;
	d->event = behind[0];
	if (behind[1] & DM_NAME_LIST_FLAG_HAS_UUID)
		lvi_message_copy(d->uuid, sizeof d->uuid, (const char *)&behind[2]);
	*known = behind[1] & (DM_NAME_LIST_FLAG_HAS_UUID | DM_NAME_LIST_FLAG_DOESNT_HAVE_UUID);
}

struct listing { struct control_devices *out; bool has_uuids, uuids_known; };

static int take_list(struct dm_task *task, void *out, struct lvol_error *err)
{
	const struct dm_names *entry = dm_task_get_names(task);
	struct listing *l = out;

	/* none: one entry that is no device */
	for (; entry->dev; entry = (const void *)((const char *)entry + entry->next)) {
		struct control_device *d = ARRAY_PUSH(&l->out->list);

		if (!d)
			return lvi_error_nomem(err);
		lvi_message_copy(d->name, sizeof d->name, entry->name);
		d->number = number_of(entry->dev);
		if (l->has_uuids)
			uuid_behind(entry, d, &l->uuids_known);
		if (!entry->next)
			break;
	}
	return 0;
}

/* Older kernels are asked for each; a device that went meanwhile goes from the list too. */
static int ask_uuids(struct backend_control *c, struct control_devices *devices, struct lvol_error *err)
{
	size_t kept = 0;
	int ret = 0;

	for (size_t i = 0; i < devices->list.len && !ret; i++) {
		struct control_live live;

		ret = lvi_kernel_info(c, devices->list.items[i].name, NULL, &live, err);
		if (ret || !live.exists)
			continue;
		devices->list.items[kept] = devices->list.items[i];
		devices->list.items[kept].event = live.event;
		memcpy(devices->list.items[kept++].uuid, live.uuid, sizeof live.uuid);
	}
	devices->list.len = kept;
	return ret;
}

static void keep_prefix(struct control_devices *devices, const char *prefix)
{
	size_t kept = 0;

	for (size_t i = 0; i < devices->list.len; i++)
		if (!strncmp(devices->list.items[i].uuid, prefix, strlen(prefix)))
			devices->list.items[kept++] = devices->list.items[i];
	devices->list.len = kept;
}

int lvi_kernel_list(struct backend_control *c, const char *uuid_prefix, struct control_devices *out,
		struct lvol_error *err)
{
	struct listing l = { .out = out };
	const struct request r = { .type = DM_DEVICE_LIST, .verb = "listed", .take = take_list, .out = &l };
	uint32_t version[3];
	int ret = lvi_kernel_version(c, version, err);

	if (ret)
		return ret;
	l.has_uuids = version[0] == 4 && version[1] >= 44;
	ret = lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
	if (!ret && !l.uuids_known)
		ret = ask_uuids(c, out, err);
	if (!ret && uuid_prefix)
		keep_prefix(out, uuid_prefix);
	return ret;
}

static int copy_name(char *name, char *out, size_t size)
{
	if (name)
		lvi_message_copy(out, size, name);
	free(name);
	return name ? 0 : -1;
}

int lvi_kernel_take_live(struct dm_task *task, void *out, struct lvol_error *err)
{
	struct control_live *live = out;
	struct dm_info info;

	*live = (struct control_live){ 0 };
	if (!dm_task_get_info(task, &info))
		return lvi_error_nomem(err);
	if (!info.exists)
		return 0;
	*live = (struct control_live){
		.exists = true, .suspended = info.suspended, .read_only = info.read_only, .has_table = info.live_table,
		.has_inactive = info.inactive_table, .removes_itself = info.deferred_remove, .open_count = info.open_count,
		.event = info.event_nr, .number = { info.major, info.minor },
	};
	if (copy_name(dm_task_get_name_mangled(task), live->name, sizeof live->name) ||
	    copy_name(dm_task_get_uuid_mangled(task), live->uuid, sizeof live->uuid))
		return lvi_error_nomem(err);
	return 0;
}

int lvi_kernel_info(struct backend_control *c, const char *name, const char *uuid, struct control_live *out,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_INFO, .name = name, .uuid = uuid, .verb = "looked at", .take = lvi_kernel_take_live, .out = out,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

static int fill_flags(struct dm_task *task, const void *arg)
{
	unsigned flags = *(const unsigned *)arg;

	return (!(flags & CONTROL_INACTIVE) || dm_task_query_inactive_table(task)) &&
		(!(flags & CONTROL_NO_FLUSH) || dm_task_no_flush(task)) &&
		(!(flags & CONTROL_SECURE) || dm_task_secure_data(task));
}

static int take_lines(struct dm_task *task, void *out, struct lvol_error *err)
{
	struct textbuf *text = out;
	uint64_t start, length;
	char *target, *rest;
	void *next = NULL;

	do {
		next = dm_get_next_target(task, next, &start, &length, &target, &rest);
		/* no table at all is a line without a target */
		if (target)
			lvi_textbuf_printf(text, "%" PRIu64 " %" PRIu64 " %s%s%s\n", start, length, target, *rest ? " " : "", rest);
	} while (next);
	return text->failed ? lvi_error_nomem(err) : 0;
}

int lvi_kernel_table(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_TABLE, .name = name, .verb = "asked for its table", .fill = fill_flags, .arg = &flags,
		.take = take_lines, .out = out, .must_exist = true,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

int lvi_kernel_status(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_STATUS, .name = name, .verb = "asked for its status", .fill = fill_flags, .arg = &flags,
		.take = take_lines, .out = out, .must_exist = true,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

struct look { struct control_live *live; struct textbuf *lines; };

static int take_look(struct dm_task *task, void *out, struct lvol_error *err)
{
	const struct look *look = out;
	int ret = lvi_kernel_take_live(task, look->live, err);

	return ret || !look->live->exists ? ret : take_lines(task, look->lines, err);
}

int lvi_kernel_look(struct backend_control *c, const char *name, unsigned flags, struct control_live *live,
		struct textbuf *lines, struct lvol_error *err)
{
	struct look look = { live, lines };
	const struct request r = {
		.type = DM_DEVICE_STATUS, .name = name, .verb = "asked for its status", .fill = fill_flags, .arg = &flags,
		.take = take_look, .out = &look,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}

/* It is said in KiB. A device that has just gone has none. */
int lvi_kernel_read_ahead(struct backend_control *c, struct control_number number, uint32_t *sectors,
		struct lvol_error *err)
{
	unsigned long kib = 0;
	char path[80];
	FILE *file;

	(void)c;
	(void)err;
	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/queue/read_ahead_kb", number.major, number.minor);
	file = fopen(path, "re");
	if (file && fscanf(file, "%lu", &kib) != 1)
		kib = 0;
	if (file)
		fclose(file);
	*sectors = kib > UINT32_MAX / 2 ? UINT32_MAX : (uint32_t)kib * 2;
	return 0;
}

static int take_numbers(struct dm_task *task, void *out, struct lvol_error *err)
{
	const struct dm_deps *deps = dm_task_get_deps(task);
	struct control_numbers *numbers = out;

	for (uint32_t i = 0; deps && i < deps->count; i++) {
		struct control_number *n = ARRAY_PUSH(&numbers->list);

		if (!n)
			return lvi_error_nomem(err);
		*n = number_of(deps->device[i]);
	}
	return 0;
}

int lvi_kernel_deps(struct backend_control *c, const char *name, unsigned flags, struct control_numbers *out,
		struct lvol_error *err)
{
	const struct request r = {
		.type = DM_DEVICE_DEPS, .name = name, .verb = "asked for its devices", .fill = fill_flags, .arg = &flags,
		.take = take_numbers, .out = out, .must_exist = true,
	};

	return lvi_kernel_run(lvi_kernel_of(c), &r, NULL, err);
}
