/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "group.h"

#include "api.h"

#include <stdio.h>
#include <string.h>

static void log_message(void *arg, int level, const char *subject, const char *message)
{
	nbdkit_debug("lvol: %s: %s", subject, message);
}

static int open_devices(struct group *group, const struct settings *settings, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < settings->path_count; i++)
		ret = lvol_ctx_add_path(group->ctx, settings->paths[i], 0, NULL, err);
	return settings->path_count ? ret : lvol_ctx_add_system(group->ctx, err);
}

static void log_problems(const struct lvol_vg *vg)
{
	struct lvol_problem problem;

	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++)
		nbdkit_debug("lvol: %s: %s", problem.subject, problem.message);
}

int group_open(struct group *group, const struct settings *settings, bool readonly, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	int ret;

	opts.flags = readonly ? LVOL_CTX_READ_ONLY : 0;
	opts.description = "Write from nbdkit-lvol-plugin.";
	opts.log = log_message;
	opts.log_level = LVOL_LOG_NOTICE;
	*group = (struct group){ 0 };
	ret = lvol_ctx_new(&opts, &group->ctx, err);
	if (ret == 0)
		ret = open_devices(group, settings, err);
	if (ret == 0)
		ret = lvol_vg_open(group->ctx, settings->vg, &group->vg, err);
	if (ret == 0)
		log_problems(group->vg);
	else
		group_close(group);
	return ret;
}

void group_close(struct group *group)
{
	lvol_vg_unref(group->vg);
	lvol_ctx_unref(group->ctx);
	*group = (struct group){ 0 };
}

const struct lvol_lv *group_find(const struct group *group, const char *name)
{
	const struct lvol_lv *lv = lvol_lv_find(group->vg, name);

	/* UUIDs are found too, but an LV that is served under two names would be open twice */
	return lv && lvol_lv_is_visible(lv) && !strcmp(lvol_lv_name(lv), name) ? lv : NULL;
}

void group_describe(const struct lvol_lv *lv, char out[DESCRIPTION_BYTES])
{
	const struct lvol_segment *segment = lvol_lv_segment_first(lv);

	snprintf(out, DESCRIPTION_BYTES, "%s/%s, %s", lvol_vg_name(lvol_lv_vg(lv)), lvol_lv_name(lv),
			segment ? lvol_segment_type(segment) : "empty");
}

/* Only opening it tells: whether the types under it have a target in user space, and all PVs are there. */
bool group_can_serve(const struct lvol_lv *lv, uint32_t io_flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io;

	if (!lvol_lv_is_visible(lv))
		return false;
	if (lvol_io_open(lv, io_flags & ~LVOL_IO_WRITE, &io, &err) < 0) {
		nbdkit_debug("lvol: not listed: %s", err.message);
		return false;
	}
	lvol_io_close(io);
	return true;
}
