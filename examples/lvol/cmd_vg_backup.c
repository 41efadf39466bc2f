/* SPDX-License-Identifier: MIT */
/* vgck, vgcfgbackup, vgcfgrestore */

#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "problems.h"
#include "targets.h"
#include "text_file.h"
#include "tool.h"
#include "vg_set.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Do it with each VG of call->targets; goes on after a failure and returns the first. */
static int for_each_vg(struct call *call, int (*act)(struct call *, struct lvol_vg *, struct lvol_error *),
		struct lvol_error *err)
{
	int first = 0;

	for (size_t i = 0; i < call->targets.count; i++) {
		struct lvol_error this = LVOL_ERROR_INIT;
		struct lvol_vg *vg;
		int ret = lvol_vg_open(call->tool->ctx, call->targets.list[i], &vg, &this);

		if (ret == 0) {
			ret = act(call, vg, &this);
			lvol_vg_unref(vg);
		}
		if (ret < 0 && first < 0)
			error_print(err);
		if (ret < 0) {
			*err = this;
			first = ret;
		}
	}
	return first;
}

/* vgck */

struct vgck_args {
	unsigned int update;
};

static const struct option_row vgck_options[] = {
	{ 0, "updatemetadata", NULL, option_flag, offsetof(struct vgck_args, update),
		"write the metadata anew, which mends copies that are old or damaged" },
	{ 0 }
};

static int check_vg(struct call *call, struct lvol_vg *vg, struct lvol_error *err)
{
	int ret = lvol_vg_check(vg, err);

	problems_print_vg(vg);
	return ret;
}

static int vgck_run(struct call *call, struct lvol_error *err)
{
	int ret = targets_find(call, LVOL_REPORT_VGS, NULL, err);

	return ret == 0 ? for_each_vg(call, check_vg, err) : ret;
}

static bool vgck_runs_itself(const struct call *call)
{
	const struct vgck_args *args = call->args;

	return !args->update;
}

static int vgck_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	return targets_need_vgs(call, vgs, NULL, err);
}

static int vgck_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg_change_opts opts = LVOL_VG_CHANGE_OPTS_INIT;
	int ret = 0;

	opts.what = LVOL_VG_CHANGE_NOTHING;
	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		ret = lvol_vg_change(txn, call->targets.list[i], &opts, err);
		if (ret == 0)
			call_note(call, "Metadata of volume group \"%s\" written anew.", call->targets.list[i]);
	}
	return ret;
}

const struct command command_vgck = {
	.name = "vgck", .usage = "[VG|@TAG...]", .summary = "Check volume groups and the copies of their metadata",
	.options = vgck_options, .args_size = sizeof(struct vgck_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.needs = vgck_needs, .apply = vgck_apply, .run = vgck_run, .runs_itself = vgck_runs_itself,
};

/* vgcfgbackup, vgcfgrestore */

struct backup_args {
	const char *file;
};

/* Where lvm2 keeps its backups; its directory is made if need be. */
static const char *default_file(struct pool *pool, const char *vg, bool make)
{
	const char *system_dir = getenv("LVM_SYSTEM_DIR");
	const char *dir = pool_printf(pool, "%s/backup", system_dir && *system_dir ? system_dir : "/etc/lvm");

	if (make && mkdir(dir, 0700) < 0 && errno != EEXIST)
		errno = 0;  /* writing the file will say what is wrong */
	return pool_printf(pool, "%s/%s", dir, vg);
}

/* --file with the VG's name in place of "%s". */
static const char *backup_file(struct pool *pool, const char *file, const char *vg, bool make)
{
	const char *place = file ? strstr(file, "%s") : NULL;

	if (!file)
		return default_file(pool, vg, make);
	if (!place)
		return file;
	return pool_printf(pool, "%.*s%s%s", (int)(place - file), file, vg, place + 2);
}

static const struct option_row vgcfgbackup_options[] = {
	{ 'f', "file", "FILE", option_text, offsetof(struct backup_args, file),
		"write to FILE, %s in it being the VG's name (default: lvm2's backup directory)" },
	{ 0 }
};

static int back_up(struct call *call, struct lvol_vg *vg, struct lvol_error *err)
{
	const struct backup_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *name = lvol_vg_name(vg);
	char *text;
	int ret = lvol_vg_export_text(vg, &text, err);

	if (ret < 0)
		return ret;
	ret = text_file_write(pool, backup_file(pool, args->file, name, true), text, err);
	lvol_string_free(text);
	if (ret == 0 && !call->tool->settings.quiet && !(args->file && !strcmp(args->file, "/dev/stdout")))
		printf("  Volume group \"%s\" successfully backed up.\n", name);
	return ret;
}

static int vgcfgbackup_run(struct call *call, struct lvol_error *err)
{
	const struct backup_args *args = call->args;
	int ret = targets_find(call, LVOL_REPORT_VGS, NULL, err);

	if (ret < 0)
		return ret;
	if (args->file && call->targets.count > 1 && !strstr(args->file, "%s"))
		return fail(err, LVOL_E_INVALID, args->file, "%zu VGs need a file each: put %%s in its name",
				call->targets.count);
	return for_each_vg(call, back_up, err);
}

const struct command command_vgcfgbackup = {
	.name = "vgcfgbackup", .usage = "[VG|@TAG...]", .summary = "Write the metadata of volume groups to files",
	.options = vgcfgbackup_options, .args_size = sizeof(struct backup_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.run = vgcfgbackup_run,
};

static const struct option_row vgcfgrestore_options[] = {
	{ 'f', "file", "FILE", option_text, offsetof(struct backup_args, file),
		"read FILE (default: in lvm2's backup directory)" },
	{ 0, "force", NULL, option_ignored, 0, NULL },
	{ 0 }
};

static int vgcfgrestore_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	vg_set_add(vgs, name_plain(&call->tool->pool, call->words.list[0]),
			LVOL_TXN_ALLOW_ABSENT | LVOL_TXN_ALLOW_PARTIAL | LVOL_TXN_ALLOW_EXPORTED |
			LVOL_TXN_ALLOW_DAMAGED);
	return 0;
}

static int vgcfgrestore_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct backup_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *vg = name_plain(pool, call->words.list[0]);
	const char *path = backup_file(pool, args->file, vg, false);
	struct text_file file;
	int ret = text_file_read(pool, path, &file, err);

	if (ret < 0)
		return ret;
	call_note(call, "Restored volume group %s.", vg);
	ret = lvol_vg_restore(txn, vg, file.text, file.len, err);
	if (ret == -LVOL_E_CORRUPT)  /* of the text: say which */
		error_add_place(err, path);
	return ret;
}

const struct command command_vgcfgrestore = {
	.name = "vgcfgrestore", .usage = "VG", .summary = "Put back a volume group as a backup has it",
	.options = vgcfgrestore_options, .args_size = sizeof(struct backup_args),
	.min_words = 1, .max_words = 1,
	.needs = vgcfgrestore_needs, .apply = vgcfgrestore_apply,
};
