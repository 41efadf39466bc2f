/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/vg.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/units.h"
#include "ctx.h"
#include "metadata/metadata.h"
#include "model/names.h"
#include "store/check.h"
#include "txn/ops.h"

int lvol_scan_new(struct lvol_ctx *ctx, struct lvol_scan **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, out);
	return lvi_store_scan(ctx->devs, &ctx->env, out, err);
}

void lvol_scan_free(struct lvol_scan *scan)
{
	lvi_store_scan_free(scan);
}

size_t lvol_scan_vg_count(const struct lvol_scan *scan)
{
	return scan->vg_count;
}

struct lvol_vg *lvol_scan_vg(const struct lvol_scan *scan, size_t i)
{
	return i < scan->vg_count ? scan->vgs[i] : NULL;
}

size_t lvol_scan_orphan_count(const struct lvol_scan *scan)
{
	return scan->orphans->pv_count;
}

const struct lvol_pv *lvol_scan_orphan(const struct lvol_scan *scan, size_t i)
{
	const struct lvol_pv *pv = scan->orphans->pv_first;

	while (pv && i--)
		pv = pv->next;
	return pv;
}

static size_t count_problems(const struct vg_problem *p)
{
	size_t n = 0;

	for (; p; p = p->next)
		n++;
	return n;
}

static bool get_problem(const struct vg_problem *p, size_t i, struct lvol_problem *out)
{
	while (p && i--)
		p = p->next;
	if (p)
		*out = (struct lvol_problem){ p->code, p->blocks_writing, p->subject, p->message };
	return p != NULL;
}

/* Problems of the scan, then those of its orphan PVs. */
size_t lvol_scan_problem_count(const struct lvol_scan *scan)
{
	return count_problems(scan->problems) + count_problems(scan->orphans->problems);
}

bool lvol_scan_problem(const struct lvol_scan *scan, size_t i, struct lvol_problem *out)
{
	size_t own = count_problems(scan->problems);

	return i < own ? get_problem(scan->problems, i, out) : get_problem(scan->orphans->problems, i - own, out);
}

int lvol_vg_open(struct lvol_ctx *ctx, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, name);
	ARG_REQUIRED(err, out);
	return lvi_store_read_vg(ctx->devs, &ctx->env, name, out, err);
}

int lvol_vg_open_text(struct lvol_ctx *ctx, const char *text, size_t len, struct lvol_vg **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, text);
	ARG_REQUIRED(err, out);
	return lvi_store_vg_of_text(ctx->devs, &ctx->env, text, len, out, err);
}

struct lvol_vg *lvol_vg_ref(struct lvol_vg *vg)
{
	return lvi_vg_ref(vg);
}

void lvol_vg_unref(struct lvol_vg *vg)
{
	lvi_vg_unref(vg);
}

const char *lvol_vg_name(const struct lvol_vg *vg)
{
	return vg->name;
}

const char *lvol_vg_uuid(const struct lvol_vg *vg, char out[39])
{
	lvi_uuid_format(&vg->id, out);
	return out;
}

uint32_t lvol_vg_seqno(const struct lvol_vg *vg)
{
	return vg->seqno;
}

uint64_t lvol_vg_extent_bytes(const struct lvol_vg *vg)
{
	return vg->extent_sectors * LVI_SECTOR_BYTES;
}

uint64_t lvol_vg_size_extents(const struct lvol_vg *vg)
{
	return vg->extent_count;
}

uint64_t lvol_vg_free_extents(const struct lvol_vg *vg)
{
	return vg->free_count;
}

uint32_t lvol_vg_pv_count(const struct lvol_vg *vg)
{
	return vg->pv_count;
}

uint32_t lvol_vg_lv_count(const struct lvol_vg *vg)
{
	return vg->lv_count;
}

uint32_t lvol_vg_missing_pv_count(const struct lvol_vg *vg)
{
	uint32_t n = 0;

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		n += lvol_pv_is_missing(pv);
	return n;
}

uint32_t lvol_vg_max_lv(const struct lvol_vg *vg)
{
	return vg->max_lv;
}

uint32_t lvol_vg_max_pv(const struct lvol_vg *vg)
{
	return vg->max_pv;
}

uint32_t lvol_vg_metadata_copies(const struct lvol_vg *vg)
{
	return vg->metadata_copies;
}

enum lvol_alloc lvol_vg_alloc(const struct lvol_vg *vg)
{
	return vg->alloc;
}

const char *lvol_vg_system_id(const struct lvol_vg *vg)
{
	return vg->system_id ? vg->system_id : "";
}

const char *lvol_vg_lock_type(const struct lvol_vg *vg)
{
	return vg->lock_type ? vg->lock_type : "";
}

bool lvol_vg_is_exported(const struct lvol_vg *vg)
{
	return vg->flags & VG_EXPORTED;
}

bool lvol_vg_is_resizeable(const struct lvol_vg *vg)
{
	return vg->flags & VG_RESIZEABLE;
}

bool lvol_vg_is_partial(const struct lvol_vg *vg)
{
	return lvol_vg_missing_pv_count(vg) != 0;
}

bool lvol_vg_is_writable(const struct lvol_vg *vg)
{
	for (const struct vg_problem *p = vg->problems; p; p = p->next)
		if (p->blocks_writing)
			return false;
	return true;
}

bool lvol_vg_is_autoactivated(const struct lvol_vg *vg)
{
	return !(vg->flags & VG_NOAUTOACTIVATE);
}

const char *lvol_vg_tag(const struct lvol_vg *vg, size_t i)
{
	return i < vg->tags.count ? vg->tags.items[i] : NULL;
}

size_t lvol_vg_problem_count(const struct lvol_vg *vg)
{
	return count_problems(vg->problems);
}

bool lvol_vg_problem(const struct lvol_vg *vg, size_t i, struct lvol_problem *out)
{
	return get_problem(vg->problems, i, out);
}

int lvol_vg_export_text(const struct lvol_vg *vg, char **text, struct lvol_error *err)
{
	struct metadata_origin origin;
	size_t len;

	ARG_REQUIRED(err, vg);
	ARG_REQUIRED(err, text);
	origin = (struct metadata_origin){ vg->description, vg->creation_host, vg->creation_host_system_id,
		vg->creation_time };
	return lvi_metadata_export(vg, CFG_STYLE_BACKUP, &origin, text, &len, err);
}

int lvol_vg_check(const struct lvol_vg *vg, struct lvol_error *err)
{
	ARG_REQUIRED(err, vg);
	return lvi_store_check(vg, err);
}

int lvol_vg_name_check(const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, name);
	return lvi_vg_name_check(name, err);
}
