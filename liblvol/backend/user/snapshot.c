/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/snapshot.h"

#include "base/error.h"

static int snapshot_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct snapshot *s;
	int r = lvi_snapshot_new(line, live, err);

	if (r)
		return r;
	s = live->state;
	lvi_snapshot_origin_add(s->origin, s);
	return 0;
}

static void snapshot_destroy(struct user_live *live)
{
	struct snapshot *s = live->state;

	lvi_snapshot_origin_remove(s->origin, s);
	lvi_snapshot_free(s);
}

static int check_usable(const struct snapshot *s, bool write, struct lvol_error *err)
{
	if (s->invalid)
		return lvi_error(err, LVOL_E_IO, s->device, "snapshot %s is invalid: its store was full or failed while its "
				"origin was written to; all that can be done is to remove it", s->device);
	if (write && s->overflowed)
		return lvi_error(err, LVOL_E_NO_SPACE, s->device, "the store of snapshot %s is full; it can only be read",
				s->device);
	return 0;
}

/* The whole chunks that [offset, offset + len) touches. */
static void hold_chunks(struct snapshot *s, struct range_hold *hold, uint64_t offset, uint64_t len)
{
	uint64_t size = s->store.chunk_bytes, end = offset + len;

	lvi_range_lock_take(&s->origin->chunks, hold, offset - offset % size, end + (size - end % size) % size);
}

static int read_runs(struct snapshot *s, unsigned char *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct snapshot_run run;
	int r = 0;

	for (; len && !r; buf += run.length, offset += run.length, len -= run.length) {
		lvi_snapshot_find(s, offset, len, &run);
		r = run.copied ? lvi_user_port_read(s->cow, buf, run.length, run.cow_offset, err) :
				lvi_user_port_read(s->below, buf, run.length, offset, err);
	}
	return r;
}

static int snapshot_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct snapshot *s = live->state;
	struct range_hold hold = { .exclusive = false };
	int r;

	hold_chunks(s, &hold, offset, len);
	r = check_usable(s, false, err);
	if (!r)
		r = read_runs(s, buf, len, offset, err);
	lvi_range_lock_give(&s->origin->chunks, &hold);
	return r;
}

/* As in the kernel: what the store has no room for, or cannot write, ends the snapshot; with PO it only ends writing. */
static int write_failed(struct snapshot *s, int r)
{
	if (r == -LVOL_E_NO_SPACE && s->can_overflow)
		s->overflowed = true;
	else if (r != -LVOL_E_NO_MEMORY)
		lvi_snapshot_invalidate(s);
	return r;
}

static int write_window(struct snapshot *s, const struct snapshot_write *w, struct lvol_error *err)
{
	struct range_hold hold = { .exclusive = true };
	int r;

	hold_chunks(s, &hold, w->start, w->end - w->start);
	r = check_usable(s, true, err);
	if (!r) {
		r = lvi_snapshot_keep_write(s, w, err);
		if (r)
			write_failed(s, r);
	}
	lvi_range_lock_give(&s->origin->chunks, &hold);
	return r;
}

static int snapshot_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct snapshot_write w;
	int r = 0;

	for (uint64_t at = 0, n; at < len && !r; at += n) {
		n = len - at < SNAPSHOT_WINDOW ? len - at : SNAPSHOT_WINDOW;
		w = (struct snapshot_write){ offset + at, offset + at + n, (const unsigned char *)buf + at };
		r = write_window(live->state, &w, err);
	}
	return r;
}

static void snapshot_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	const struct snapshot *s = live->state;

	if (s->invalid)
		*out = (struct user_extent){ .length = length, .kind = USER_EXTENT_ERROR };
	else
		lvi_snapshot_extent(live, offset, length, out);
}

static bool snapshot_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	struct snapshot *s = live->state;
	struct snapshot_run run;

	if (s->invalid || (write && s->overflowed))
		return false;
	lvi_snapshot_find(s, offset, length, &run);
	out->length = run.length;
	if (run.copied) {
		out->port = s->cow - live->ports;
		out->offset = run.cow_offset;
		return true;
	}
	out->port = s->below - live->ports;
	out->offset = offset;
	return !write && !s->origin->written;
}

const struct user_target lvi_user_snapshot = {
	.name = "snapshot",
	.create = snapshot_create,
	.destroy = snapshot_destroy,
	.read = snapshot_read,
	.write = snapshot_write,
	.remap = snapshot_remap,
	.extent = snapshot_extent,
	.status = lvi_snapshot_status,
};
