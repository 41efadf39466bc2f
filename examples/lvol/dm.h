/* SPDX-License-Identifier: MIT */
#ifndef DM_H
#define DM_H

/* `lvol dm VERB`: device-mapper devices without LVM, as dmsetup has them. cmd_dm.c reads the line and chooses. */

#include "command.h"
#include "option_values.h"

struct dm_args {
	const char *table, *uuid;
	unsigned int notable, readonly, inactive, noflush, nolockfs, retry, deferred;
	struct number timeout_ms;
};

/* A verb at work. */
struct dm_work {
	struct call *call;
	const struct dm_args *args;
	struct lvol_backend *backend;
	const char *const *words;   /* after the verb; ends with NULL */
	size_t count;
};

/* dm_show.c */
int dm_version(const struct dm_work *work, struct lvol_error *err);
int dm_targets(const struct dm_work *work, struct lvol_error *err);
int dm_ls(const struct dm_work *work, struct lvol_error *err);
int dm_info(const struct dm_work *work, struct lvol_error *err);
int dm_table(const struct dm_work *work, struct lvol_error *err);
int dm_status(const struct dm_work *work, struct lvol_error *err);
int dm_deps(const struct dm_work *work, struct lvol_error *err);

/* dm_change.c */
int dm_create(const struct dm_work *work, struct lvol_error *err);
int dm_load(const struct dm_work *work, struct lvol_error *err);
int dm_clear(const struct dm_work *work, struct lvol_error *err);
int dm_suspend(const struct dm_work *work, struct lvol_error *err);
int dm_resume(const struct dm_work *work, struct lvol_error *err);
int dm_rename(const struct dm_work *work, struct lvol_error *err);
int dm_remove(const struct dm_work *work, struct lvol_error *err);
int dm_message(const struct dm_work *work, struct lvol_error *err);
int dm_wait(const struct dm_work *work, struct lvol_error *err);

#endif
