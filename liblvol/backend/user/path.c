/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/path.h"

#include <errno.h>

#include "base/error.h"

int lvi_user_place_error(const struct flat_place *place, struct lvol_error *err)
{
	if (place->to.missing)
		return lvi_error(err, LVOL_E_MISSING_PV, NULL, "%s is missing", place->to.missing);
	lvi_error_sys(err, EIO, NULL, "an error segment is there");
	return -LVOL_E_IO;
}

/* Where there are granules, parts of them are read and written back by live_io.c, which must know of all writes. */
static bool may_go_through(const struct user_live *live, const struct flat_place *p, bool write)
{
	uint32_t granule = live->target->granularity ? live->target->granularity(live) : 1;

	if (!live->target->remap)
		return false;
	return granule == 1 || (!write && p->to.offset % granule == 0 && p->length % granule == 0);
}

/* One live further down; false when it is the end. */
static bool go_through(struct user_path *path, bool write)
{
	struct user_under *under = path->place.to.under;
	struct user_live *live = under->live;
	struct user_remap to;

	if (path->count == PATH_GATES || !may_go_through(live, &path->place, write) || !lvi_user_gate_enter(&live->gate))
		return false;
	if (!live->target->remap(live, write, path->place.to.offset, path->place.length, &to)) {
		lvi_user_gate_leave(&live->gate);
		return false;
	}
	if (write && !atomic_load_explicit(&live->wrote, memory_order_relaxed))
		atomic_store(&live->wrote, true);
	path->through[path->count++] = under;
	lvi_flat_resolve(live->ports[to.port].flat.top, to.offset, to.length, &path->place);
	return true;
}

void lvi_user_path_find(const struct flat *flat, bool write, uint64_t offset, uint64_t length, struct user_path *out)
{
	out->count = 0;
	lvi_flat_resolve(flat->top, offset, length, &out->place);
	while (out->place.to.kind == FLAT_LIVE && go_through(out, write))
		;
}

void lvi_user_path_leave(struct user_path *path)
{
	while (path->count)
		lvi_user_gate_leave(&path->through[--path->count]->live->gate);
}

void lvi_user_path_wrote(const struct user_path *path)
{
	if (path->place.to.kind == FLAT_DEV)
		lvi_user_count_write(&path->place.to.leaf->count);
	else if (path->place.to.kind == FLAT_LIVE)
		lvi_user_count_write(&path->place.to.under->count);
	for (unsigned i = path->count; i > 0; i--)
		lvi_user_count_write(&path->through[i - 1]->count);
}
