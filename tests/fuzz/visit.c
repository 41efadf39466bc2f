/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ref_keys[] = {
	"origin", "cow_store", "merging_store", "pool", "metadata", "data", "thin_pool", "external_origin", "mirror_log",
	"cache_pool", "cache_vol", "writecache", "vdo_pool", "integrity_meta_dev", "merge", "",
};
static const char *const number_keys[] = {
	"transaction_id", "device_id", "stripe_size", "chunk_size", "region_size", "data_offset", "writebehind",
	"stripe_count", "metadata_format", "block_size", "no such key",
};
static const char *const text_keys[] = { "discards", "cache_mode", "policy", "zero_new_blocks", "algorithm", "no such key" };

void visit_must(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "visit: %s\n", what);
	abort();
}

/* FNV-1a: small, and good enough to notice a difference */
static void add_bytes(uint64_t *sum, const void *data, size_t bytes)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < bytes; i++)
		*sum = (*sum ^ p[i]) * 0x100000001b3u;
}

static void add_number(uint64_t *sum, uint64_t number)
{
	add_bytes(sum, &number, sizeof number);
}

static void add_text(uint64_t *sum, const char *text)
{
	visit_must(text, "NULL where a text is promised");
	add_bytes(sum, text, strlen(text) + 1);
}

static void visit_area(uint64_t *sum, const struct lvol_area *area)
{
	visit_must(!area->pv || !area->lv, "an area on a PV and an LV");
	add_number(sum, (uint64_t)area->start_extent << 32 | area->count_extents);
	if (area->pv)
		add_text(sum, lvol_pv_name(area->pv));
	if (area->lv)
		add_text(sum, lvol_lv_name(area->lv));
}

static void visit_segment(uint64_t *sum, const struct lvol_segment *seg)
{
	struct lvol_area area;
	uint64_t number;

	add_text(sum, lvol_segment_type(seg));
	add_number(sum, (uint64_t)lvol_segment_start_extents(seg) << 32 | lvol_segment_size_extents(seg));
	add_number(sum, lvol_segment_stripe_bytes(seg));
	add_number(sum, lvol_segment_region_bytes(seg));
	add_number(sum, lvol_segment_chunk_bytes(seg));
	for (uint32_t i = 0; i < lvol_segment_area_count(seg); i++) {
		visit_must(lvol_segment_area(seg, i, &area), "an area is missing");
		visit_area(sum, &area);
	}
	visit_must(!lvol_segment_area(seg, lvol_segment_area_count(seg), &area), "an area too many");
	for (uint32_t i = 0; lvol_segment_meta_area(seg, i, &area); i++)
		visit_area(sum, &area);
	for (size_t i = 0; i < sizeof ref_keys / sizeof *ref_keys; i++)
		if (lvol_segment_ref(seg, ref_keys[i]))
			add_text(sum, lvol_lv_name(lvol_segment_ref(seg, ref_keys[i])));
	for (size_t i = 0; i < sizeof number_keys / sizeof *number_keys; i++)
		if (lvol_segment_number(seg, number_keys[i], &number))
			add_number(sum, number);
	for (size_t i = 0; i < sizeof text_keys / sizeof *text_keys; i++)
		if (lvol_segment_text(seg, text_keys[i]))
			add_text(sum, lvol_segment_text(seg, text_keys[i]));
}

static void visit_lv_flags(uint64_t *sum, const struct lvol_lv *lv)
{
	add_number(sum, lvol_lv_is_visible(lv) | lvol_lv_is_writable(lv) << 1 | lvol_lv_is_activation_skipped(lv) << 2 |
			lvol_lv_is_autoactivated(lv) << 3 | lvol_lv_is_partial(lv) << 4);
	add_number(sum, lvol_lv_alloc(lv));
	add_number(sum, (uint64_t)lvol_lv_read_ahead_bytes(lv));
	add_number(sum, lvol_lv_creation_time(lv));
	add_text(sum, lvol_lv_creation_host(lv));
	for (size_t i = 0; lvol_lv_tag(lv, i); i++)
		add_text(sum, lvol_lv_tag(lv, i));
}

static void visit_lv(uint64_t *sum, const struct lvol_lv *lv)
{
	uint32_t segments = 0;
	char uuid[39];

	add_text(sum, lvol_lv_name(lv));
	add_text(sum, lvol_lv_uuid(lv, uuid));
	visit_must(lvol_lv_find(lvol_lv_vg(lv), lvol_lv_name(lv)), "an LV is not found by its name");
	visit_must(lvol_lv_size_bytes(lv) % lvol_vg_extent_bytes(lvol_lv_vg(lv)) == 0 &&
			lvol_lv_size_bytes(lv) / lvol_vg_extent_bytes(lvol_lv_vg(lv)) <= lvol_lv_size_extents(lv), "LV size");
	add_number(sum, lvol_lv_size_extents(lv));
	visit_lv_flags(sum, lv);
	for (const struct lvol_segment *s = lvol_lv_segment_first(lv); s; s = lvol_segment_next(s), segments++) {
		visit_must(lvol_segment_lv(s) == lv, "a segment of another LV");
		visit_segment(sum, s);
	}
	visit_must(segments == lvol_lv_segment_count(lv), "number of segments");
}

static void visit_pv_places(uint64_t *sum, const struct lvol_pv *pv)
{
	uint64_t start, size;
	struct lvol_pv_run run;
	uint64_t at = 0;

	for (uint32_t i = 0; i < lvol_pv_mda_count(pv); i++) {
		visit_must(lvol_pv_mda(pv, i, &start, &size), "a metadata area is missing");
		add_number(sum, start ^ size);
	}
	visit_must(lvol_pv_mda_used_count(pv) <= lvol_pv_mda_count(pv), "more areas in use than there are");
	for (; lvol_pv_vg(pv) && at <= UINT32_MAX && lvol_pv_run_at(pv, (uint32_t)at, &run); at += run.count_extents) {
		visit_must(run.start_extent == at && run.count_extents, "runs of extents do not join");
		add_number(sum, run.count_extents);
		if (run.segment)
			add_text(sum, lvol_lv_name(lvol_segment_lv(run.segment)));
	}
	visit_must(!lvol_pv_vg(pv) || at == lvol_pv_size_extents(pv), "runs of extents do not cover the PV");
}

static void visit_pv(uint64_t *sum, const struct lvol_pv *pv)
{
	const struct lvol_dev *dev = lvol_pv_dev(pv);
	char uuid[39];

	add_text(sum, lvol_pv_name(pv));
	add_text(sum, lvol_pv_device_hint(pv));
	add_text(sum, lvol_pv_uuid(pv, uuid));
	visit_must(!dev || !strcmp(lvol_dev_name(dev), lvol_pv_name(pv)), "a PV has another name than its device");
	visit_must(!dev == lvol_pv_is_missing(pv), "missing and device");
	add_number(sum, lvol_pv_size_bytes(pv));
	add_number(sum, lvol_pv_dev_size_bytes(pv));
	add_number(sum, lvol_pv_size_extents(pv));
	add_number(sum, lvol_pv_used_extents(pv));
	add_number(sum, lvol_pv_pe_start_bytes(pv));
	add_number(sum, lvol_pv_ba_start_bytes(pv) ^ lvol_pv_ba_size_bytes(pv));
	add_number(sum, lvol_pv_is_allocatable(pv) | lvol_pv_is_in_use(pv) << 1 | lvol_pv_is_duplicate(pv) << 2);
	for (size_t i = 0; lvol_pv_tag(pv, i); i++)
		add_text(sum, lvol_pv_tag(pv, i));
	visit_pv_places(sum, pv);
}

static void visit_problem(uint64_t *sum, const struct lvol_problem *p)
{
	visit_must(p->code >= LVOL_PROBLEM_STALE_COPY && p->code <= LVOL_PROBLEM_IO, "a problem without a code");
	add_number(sum, (uint64_t)p->code << 1 | p->blocks_writing);
	add_text(sum, p->subject);
	add_text(sum, p->message);
	visit_must(*p->message, "a problem without a message");
}

static void visit_vg_numbers(uint64_t *sum, struct lvol_vg *vg)
{
	char uuid[39];

	add_text(sum, lvol_vg_name(vg));
	add_text(sum, lvol_vg_uuid(vg, uuid));
	add_number(sum, (uint64_t)lvol_vg_seqno(vg) << 32 | lvol_vg_missing_pv_count(vg));
	add_number(sum, lvol_vg_extent_bytes(vg));
	add_number(sum, lvol_vg_size_extents(vg));
	add_number(sum, lvol_vg_free_extents(vg));
	add_number(sum, (uint64_t)lvol_vg_max_lv(vg) << 32 | lvol_vg_max_pv(vg));
	add_number(sum, lvol_vg_metadata_copies(vg));
	visit_must(lvol_vg_alloc(vg) != LVOL_ALLOC_INHERIT, "a VG that inherits its policy");
	add_number(sum, lvol_vg_alloc(vg));
	add_text(sum, lvol_vg_system_id(vg));
	add_text(sum, lvol_vg_lock_type(vg));
	add_number(sum, lvol_vg_is_exported(vg) | lvol_vg_is_resizeable(vg) << 1 | lvol_vg_is_partial(vg) << 2 |
			lvol_vg_is_writable(vg) << 3 | lvol_vg_is_autoactivated(vg) << 4);
	for (size_t i = 0; lvol_vg_tag(vg, i); i++)
		add_text(sum, lvol_vg_tag(vg, i));
}

uint64_t visit_vg(struct lvol_vg *vg)
{
	uint64_t sum = 0xcbf29ce484222325u;
	struct lvol_problem problem;
	uint32_t pvs = 0, lvs = 0;

	visit_vg_numbers(&sum, vg);
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv), pvs++) {
		visit_must(lvol_pv_vg(pv) == vg, "a PV of another VG");
		visit_pv(&sum, pv);
	}
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv), lvs++)
		visit_lv(&sum, lv);
	visit_must(pvs == lvol_vg_pv_count(vg) && lvs == lvol_vg_lv_count(vg), "number of PVs or LVs");
	for (size_t i = 0; i < lvol_vg_problem_count(vg); i++) {
		visit_must(lvol_vg_problem(vg, i, &problem), "a problem is missing");
		visit_problem(&sum, &problem);
	}
	return sum;
}

uint64_t visit_scan(struct lvol_scan *scan)
{
	uint64_t sum = 0xcbf29ce484222325u;
	struct lvol_problem problem;

	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		add_number(&sum, visit_vg(lvol_scan_vg(scan, i)));
	for (size_t i = 0; i < lvol_scan_orphan_count(scan); i++) {
		visit_must(!lvol_pv_vg(lvol_scan_orphan(scan, i)), "an orphan with a VG");
		visit_pv(&sum, lvol_scan_orphan(scan, i));
	}
	visit_must(!lvol_scan_vg(scan, lvol_scan_vg_count(scan)), "a VG too many");
	visit_must(!lvol_scan_orphan(scan, lvol_scan_orphan_count(scan)), "an orphan too many");
	for (size_t i = 0; i < lvol_scan_problem_count(scan); i++) {
		visit_must(lvol_scan_problem(scan, i, &problem), "a problem is missing");
		visit_problem(&sum, &problem);
	}
	return sum;
}
