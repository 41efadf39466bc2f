/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_RAID_WORLD_H
#define TESTS_API_RAID_WORLD_H

/* For tests of raids and mirrors: what LVs hold, and how they become in sync. */

#include "lv_world.h"

static inline struct lvol_io *raid_open(struct world *w, const char *name, uint32_t flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_io *io = NULL;

	ck_assert_msg(lvol_lv_find(vg, name) != NULL, "there is no LV %s", name);
	t_ok(lvol_io_open(lvol_lv_find(vg, name), flags, &io, &err), err);
	lvol_vg_unref(vg);
	return io;
}

/* The whole LV, of @extents. */
static inline void raid_fill(struct world *w, const char *name, uint32_t seed, unsigned extents)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = raid_open(w, name, LVOL_IO_WRITE);
	char *data = malloc(extents * MIB);

	t_fill(data, extents * MIB, seed, 0);
	t_ok(lvol_io_pwrite(io, data, extents * MIB, 0, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	free(data);
	lvol_io_close(io);
}

static inline void raid_holds(struct world *w, const char *name, uint32_t seed, unsigned extents)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io = raid_open(w, name, 0);
	char *data = malloc(extents * MIB);

	t_ok(lvol_io_pread(io, data, extents * MIB, 0, &err), err);
	t_check_fill(data, extents * MIB, seed, 0);
	free(data);
	lvol_io_close(io);
}

/* Until nothing is left to synchronise; returns how much of it was left after the first piece of work. */
static inline uint64_t raid_sync(struct world *w, const char *name)
{
	struct lvol_job_opts opts = LVOL_JOB_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct lvol_job *job = NULL;
	char *full = t_text("vg/%s", name);
	uint64_t left;
	int ret;

	opts.kind = LVOL_JOB_SYNC;
	ret = lvol_job_begin(w->ctx, full, &opts, &job, &err);
	free(full);
	if (ret == -LVOL_E_NOT_SUPPORTED)   /* of a type that cannot be out of sync */
		return 0;
	t_ok(ret, err);
	t_ok(lvol_job_step(job, 1, &status, &err), err);
	left = status.total_bytes - status.done_bytes;
	while (status.state != LVOL_JOB_DONE)
		t_ok(lvol_job_step(job, 64 * MIB, &status, &err), err);
	lvol_job_free(job);
	return left;
}

static inline void raid_create(struct world *w, const char *name, const char *type, unsigned extents)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.name = name;
	o.segtype = type;
	o.size.extents = extents;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

/* A committed LV, in sync and full. */
static inline void raid_ready(struct world *w, const char *name, const char *type, unsigned extents)
{
	begin(w);
	raid_create(w, name, type, extents);
	commit(w);
	raid_sync(w, name);
	raid_fill(w, name, 1, extents);
}

/* Type, number of legs, and the LVs that there are. */
static inline void raid_expect(struct world *w, const char *name, const char *type, unsigned legs)
{
	struct lvol_vg *vg = look(w, NULL);
	const struct lvol_lv *lv = lvol_lv_find(vg, name);
	const struct lvol_segment *seg = lv ? lvol_lv_segment_first(lv) : NULL;

	ck_assert_msg(lv != NULL, "there is no LV %s", name);
	ck_assert_str_eq(lvol_segment_type(seg), type);
	ck_assert_uint_eq(lvol_segment_area_count(seg), legs);
	lvol_vg_unref(vg);
}

#endif
