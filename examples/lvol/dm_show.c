/* SPDX-License-Identifier: MIT */
/* dm version, targets, ls, info, table, status, deps: what there is, in dmsetup's form */

#include "dm.h"

#include "error.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>

int dm_version(const struct dm_work *work, struct lvol_error *err)
{
	uint32_t version[3];
	int ret = lvol_backend_version(work->backend, version, err);

	if (ret == 0)
		printf("%u.%u.%u\n", version[0], version[1], version[2]);
	return ret;
}

int dm_targets(const struct dm_work *work, struct lvol_error *err)
{
	struct lvol_target *list;
	size_t count, room;
	int ret = lvol_backend_targets(work->backend, NULL, 0, &count, err);

	if (ret < 0)
		return ret;
	room = count;
	list = pool_alloc(&work->call->tool->pool, (room + 1) * sizeof(*list));
	ret = lvol_backend_targets(work->backend, list, room, &count, err);
	for (size_t i = 0; ret == 0 && i < count && i < room; i++)
		printf("%-16s v%u.%u.%u\n", list[i].name, list[i].version[0], list[i].version[1], list[i].version[2]);
	return ret;
}

/* All devices; there may be more or fewer the next moment. */
static int all_devices(const struct dm_work *work, struct lvol_device_name **out, size_t *count, struct lvol_error *err)
{
	struct lvol_device_name *list;
	size_t room;
	int ret = lvol_backend_devices(work->backend, work->args->uuid, NULL, 0, &room, err);

	if (ret < 0)
		return ret;
	list = pool_alloc(&work->call->tool->pool, (room + 1) * sizeof(*list));
	ret = lvol_backend_devices(work->backend, work->args->uuid, list, room, count, err);
	if (ret == 0 && *count > room)
		*count = room;
	*out = list;
	return ret;
}

int dm_ls(const struct dm_work *work, struct lvol_error *err)
{
	struct lvol_device_name *list;
	size_t count = 0;
	int ret = all_devices(work, &list, &count, err);

	for (size_t i = 0; ret == 0 && i < count; i++)
		printf("%s\t(%u:%u)\n", list[i].name, list[i].major, list[i].minor);
	return ret;
}

/* Show each device named, or each there is, in `show`; one alone goes without its name in front. */
static int each(const struct dm_work *work, int (*show)(const struct dm_work *work, const char *name, bool alone,
		struct lvol_error *err), struct lvol_error *err)
{
	struct lvol_device_name *list;
	size_t count = 0;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < work->count; i++)
		ret = show(work, work->words[i], work->count == 1, err);
	if (work->count)
		return ret;
	ret = all_devices(work, &list, &count, err);
	for (size_t i = 0; ret == 0 && i < count; i++) {
		ret = show(work, list[i].name, false, err);
		if (ret == -LVOL_E_NOT_FOUND)  /* it went meanwhile */
			ret = 0;
	}
	return ret;
}

static const char *state(const struct lvol_device_info *info)
{
	return info->is_suspended ? "SUSPENDED" : info->is_read_only ? "ACTIVE (READ-ONLY)" : "ACTIVE";
}

static const char *tables(const struct lvol_device_info *info)
{
	if (info->has_table)
		return info->has_inactive_table ? "LIVE & INACTIVE" : "LIVE";
	return info->has_inactive_table ? "INACTIVE" : "None";
}

static int show_info(const struct dm_work *work, const char *name, bool alone, struct lvol_error *err)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	int ret = lvol_backend_info(work->backend, name, &info, err);

	if (ret < 0)
		return ret;
	printf("Name:              %s\n"
	       "State:             %s\n"
	       "Tables present:    %s\n"
	       "Open count:        %u\n"
	       "Event number:      %u\n"
	       "Major, minor:      %u, %u\n", info.name, state(&info), tables(&info), info.open_count,
			info.event_number, info.major, info.minor);
	if (info.removes_itself)
		puts("Removal:           when it is closed");
	if (*info.uuid)
		printf("UUID: %s\n", info.uuid);
	putchar('\n');
	return 0;
}

int dm_info(const struct dm_work *work, struct lvol_error *err)
{
	return each(work, show_info, err);
}

/* Lines, with "NAME: " in front of each unless there is one device only. */
static void print_lines(const char *text, const char *name, bool alone)
{
	while (*text) {
		int len = (int)strcspn(text, "\n");

		if (!alone)
			printf("%s: ", name);
		printf("%.*s\n", len, text);
		text += len + (text[len] == '\n');
	}
}

static uint32_t inactive(const struct dm_work *work)
{
	return work->args->inactive ? LVOL_DEVICE_INACTIVE : 0;
}

static int show_table(const struct dm_work *work, const char *name, bool alone, struct lvol_error *err)
{
	struct lvol_table *table;
	int ret = lvol_backend_table(work->backend, name, inactive(work), &table, err);

	if (ret == -LVOL_E_STATE && !work->count)
		return 0;
	if (ret < 0)
		return ret;
	print_lines(lvol_table_text(table), name, alone);
	lvol_table_free(table);
	return 0;
}

int dm_table(const struct dm_work *work, struct lvol_error *err)
{
	return each(work, show_table, err);
}

static int show_status(const struct dm_work *work, const char *name, bool alone, struct lvol_error *err)
{
	uint32_t flags = inactive(work) | (work->args->noflush ? LVOL_DEVICE_NO_FLUSH : 0);
	char *text;
	int ret = lvol_backend_status(work->backend, name, flags, &text, err);

	if (ret < 0)
		return ret;
	print_lines(text, name, alone);
	lvol_string_free(text);
	return 0;
}

int dm_status(const struct dm_work *work, struct lvol_error *err)
{
	return each(work, show_status, err);
}

static int show_deps(const struct dm_work *work, const char *name, bool alone, struct lvol_error *err)
{
	struct lvol_device_number *list;
	size_t count, room;
	int ret = lvol_backend_deps(work->backend, name, NULL, 0, &count, err);

	if (ret < 0)
		return ret;
	room = count;
	list = pool_alloc(&work->call->tool->pool, (room + 1) * sizeof(*list));
	ret = lvol_backend_deps(work->backend, name, list, room, &count, err);
	if (ret < 0)
		return ret;
	if (!alone)
		printf("%s: ", name);
	printf("%zu dependencies\t:", count);
	for (size_t i = 0; i < count && i < room; i++)
		printf(" (%u, %u)", list[i].major, list[i].minor);
	putchar('\n');
	return 0;
}

int dm_deps(const struct dm_work *work, struct lvol_error *err)
{
	return each(work, show_deps, err);
}
