/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_THIN_LOOK_H
#define TESTS_API_THIN_LOOK_H

/* Thin pools of golden scenarios, and views of them. */

#include <unistd.h>

#include "lv_world.h"

static struct lvol_error err;

struct look {
	struct world w;
	struct lvol_vg *vg;
	const struct lvol_lv *pool;
};

static inline unsigned disks_of(const char *scenario)
{
	char *dir = t_golden_dir(scenario), name[32];
	unsigned n = 0;

	for (;; n++) {
		char *path;

		snprintf(name, sizeof name, "disk%u.img", n);
		path = t_path(dir, name);
		if (access(path, F_OK)) {
			free(path);
			free(dir);
			return n;
		}
		free(path);
	}
}

static inline void open_look(struct look *l, const char *scenario)
{
	world_golden(&l->w, scenario, disks_of(scenario));
	l->vg = look(&l->w, "vg0");
	l->pool = lvol_lv_find(l->vg, "pool");
	ck_assert_ptr_nonnull(l->pool);
}

static inline void close_look(struct look *l)
{
	lvol_vg_unref(l->vg);
	world_free(&l->w);
}

/* The metadata as a file, for the tools. */
static inline char *metadata_file(struct look *l)
{
	char *path = t_path(l->w.dir, "tmeta"), *data;
	struct lvol_io *io;
	uint64_t bytes;

	t_ok(lvol_io_open(lvol_lv_find(l->vg, "pool_tmeta"), 0, &io, &err), err);
	bytes = lvol_io_size_bytes(io);
	data = malloc(bytes);
	t_ok(lvol_io_pread(io, data, bytes, 0, &err), err);
	t_write_file(path, data, bytes);
	lvol_io_close(io);
	free(data);
	return path;
}

static inline struct lvol_thin_view *view_of(struct look *l, uint32_t flags)
{
	struct lvol_thin_view_opts o = LVOL_THIN_VIEW_OPTS_INIT;
	struct lvol_thin_view *view = NULL;

	o.flags = flags;
	t_ok(lvol_thin_view_open(l->pool, &o, &view, &err), err);
	return view;
}

static inline void check_silent(struct look *l, uint64_t want)
{
	struct lvol_thin_findings *found;

	t_ok(lvol_thin_check(l->pool, &found, &err), err);
	ck_assert_uint_eq(lvol_thin_findings_count(found), want);
	lvol_thin_findings_free(found);
}

#endif
