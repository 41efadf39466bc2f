/* SPDX-License-Identifier: MIT */
/* dm create, load, clear, suspend, resume, rename, remove, message, wait */

#include "dm.h"

#include "error.h"
#include "size.h"
#include "text_file.h"
#include "tool.h"

#include <stdio.h>

/* The table of --table, or of the file named behind the device, or of standard input. */
static int read_table(const struct dm_work *work, struct lvol_table **out, struct lvol_error *err)
{
	const char *path = work->count > 1 ? work->words[1] : "-";
	struct text_file file = { .text = work->args->table };
	int ret = 0;

	if (work->args->table && work->count > 1)
		return fail(err, LVOL_E_INVALID, path, "and --table cannot both be the table");
	if (!file.text)
		ret = text_file_read(&work->call->tool->pool, path, &file, err);
	return ret < 0 ? ret : lvol_table_new(file.text, out, err);
}

int dm_create(const struct dm_work *work, struct lvol_error *err)
{
	struct lvol_device_create_opts opts = LVOL_DEVICE_CREATE_OPTS_INIT;
	struct lvol_table *table = NULL;
	int ret = work->args->notable ? 0 : read_table(work, &table, err);

	opts.name = work->words[0];
	opts.uuid = work->args->uuid;
	opts.table = table;
	opts.flags = work->args->readonly ? LVOL_DEVICE_READ_ONLY : 0;
	if (ret == 0)
		ret = lvol_backend_create(work->backend, &opts, err);
	lvol_table_free(table);
	return ret;
}

int dm_load(const struct dm_work *work, struct lvol_error *err)
{
	uint32_t flags = work->args->readonly ? LVOL_DEVICE_READ_ONLY : 0;
	struct lvol_table *table = NULL;
	int ret = read_table(work, &table, err);

	if (ret == 0)
		ret = lvol_backend_load(work->backend, work->words[0], table, flags, err);
	lvol_table_free(table);
	return ret;
}

int dm_clear(const struct dm_work *work, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < work->count; i++)
		ret = lvol_backend_clear(work->backend, work->words[i], err);
	return ret;
}

static uint32_t suspend_flags(const struct dm_args *args)
{
	return (args->noflush ? LVOL_DEVICE_NO_FLUSH : 0) | (args->nolockfs ? LVOL_DEVICE_NO_FREEZE : 0);
}

int dm_suspend(const struct dm_work *work, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < work->count; i++)
		ret = lvol_backend_suspend(work->backend, work->words[i], suspend_flags(work->args), err);
	return ret;
}

int dm_resume(const struct dm_work *work, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < work->count; i++)
		ret = lvol_backend_resume(work->backend, work->words[i], suspend_flags(work->args), err);
	return ret;
}

int dm_rename(const struct dm_work *work, struct lvol_error *err)
{
	return lvol_backend_rename(work->backend, work->words[0], work->words[1], 0, err);
}

int dm_remove(const struct dm_work *work, struct lvol_error *err)
{
	uint32_t flags = (work->args->retry ? LVOL_DEVICE_REMOVE_RETRY : 0) |
		(work->args->deferred ? LVOL_DEVICE_REMOVE_DEFERRED : 0);
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < work->count; i++)
		ret = lvol_backend_remove(work->backend, work->words[i], flags, err);
	return ret;
}

int dm_message(const struct dm_work *work, struct lvol_error *err)
{
	struct pool *pool = &work->call->tool->pool;
	const char *text = work->words[2];
	uint64_t sector;
	char *reply;
	int ret = size_number(work->words[1], &sector, err);

	for (size_t i = 3; i < work->count; i++)
		text = pool_printf(pool, "%s %s", text, work->words[i]);
	if (ret == 0)
		ret = lvol_backend_message(work->backend, work->words[0], sector, text, &reply, err);
	if (ret < 0)
		return ret;
	if (*reply)
		puts(reply);
	lvol_string_free(reply);
	return 0;
}

static int32_t wait_ms(const struct number *timeout)
{
	if (!timeout->given || timeout->value == UINT64_MAX)
		return LVOL_WAIT_FOREVER;
	return timeout->value ? (int32_t)(timeout->value < INT32_MAX ? timeout->value : INT32_MAX) : LVOL_NO_WAIT;
}

/* For an event after number words[1], or after now; says its number. */
int dm_wait(const struct dm_work *work, struct lvol_error *err)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	uint64_t seen = 0;
	uint32_t now;
	int ret = work->count > 1 ? size_number(work->words[1], &seen, err) :
		lvol_backend_info(work->backend, work->words[0], &info, err);

	if (ret < 0)
		return ret;
	if (work->count == 1)
		seen = info.event_number;
	ret = lvol_backend_wait(work->backend, work->words[0], (uint32_t)seen, wait_ms(&work->args->timeout_ms), &now, err);
	if (ret == 0)
		printf("%u\n", now);
	return ret;
}
