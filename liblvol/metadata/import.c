/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <stdlib.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/error.h"
#include "metadata/metadata.h"
#include "model/names.h"

/*
 * The text is read in three steps: the tree, in which LVs stay closed; PVs and the names of all LVs; then each LV with
 * its segments, which may name any LV.
 * Every step is linear in the size of the text.
 */

#define CONTENTS "Text Format Volume Group"

static int check_head(const struct section *top)
{
	const char *contents = lvi_take_text(top, "contents");
	int64_t version = 0;

	if (!contents || strcmp(contents, CONTENTS))
		return lvi_import_fail(top, "contents is not \"%s\"", CONTENTS);
	if (!lvi_take_number(top, "version", &version) || version != 1)
		return lvi_import_fail(top, "version is not 1");
	return 0;
}

/* The first section is the VG, whatever its name. */
static int open_vg(const struct section *top)
{
	struct import *im = top->im;
	struct cfg_node *n = top->node->child;
	struct lvol_error why = LVOL_ERROR_INIT;

	while (n && !n->is_section)
		n = n->next;
	if (!n)
		return lvi_import_fail(top, "there is no VG in this text");
	n->used = true;
	im->vg_node = n;
	im->vg = lvi_vg_new(n->key);
	if (!im->vg)
		return lvi_error_nomem(im->err);
	/* A name that LVM2 cannot use: it ignores such a text. */
	return lvi_vg_name_check(n->key, &why) ? lvi_import_fail(top, "%s", why.message) : 0;
}

static int read_origin(const struct section *top)
{
	static const char *const always[] = {
		"description", "creation_host", "creation_host_system_id", "creation_time"
	};
	struct lvol_vg *vg = top->im->vg;
	int64_t time = 0;
	int r = lvi_take_str(top, "description", &vg->description);

	if (!r)
		r = lvi_take_str(top, "creation_host", &vg->creation_host);
	if (!r)
		r = lvi_take_str(top, "creation_host_system_id", &vg->creation_host_system_id);
	if (lvi_take_number(top, "creation_time", &time) && time > 0)
		vg->creation_time = (uint64_t)time;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		lvi_drop(top, always[i]);
	return r;
}

/*
 * Unknown top-level values stay; sections beside the VG too, but indented: newer LVM2 takes the last "\n}\n" of a text
 * for the end of the VG. A text that has it inside a string cannot be kept.
 */
static int read_extra_top(const struct section *top)
{
	struct import *im = top->im;
	int r;

	im->scratch.style = CFG_STYLE_BACKUP;
	im->scratch.depth = 1;
	r = lvi_take_extra(top, &im->vg->extra_top);
	if (!r && im->vg->extra_top && strstr(im->vg->extra_top, "\n}\n"))
		im->vg->extra_top = NULL;
	return r;
}

static int read_names(const struct section *vg_section)
{
	struct lvol_vg *vg = vg_section->im->vg;
	const char *format = lvi_take_text(vg_section, "format");
	int r = 0;

	if (format && strcmp(format, "lvm2"))
		return lvi_import_fail(vg_section, "format \"%.64s\" is not known", format);
	vg->format = format ? "lvm2" : NULL;
	if (!r)
		r = lvi_take_str(vg_section, "system_id", &vg->system_id);
	if (!r)
		r = lvi_take_str(vg_section, "lock_type", &vg->lock_type);
	if (!r)
		r = lvi_take_str(vg_section, "lock_args", &vg->lock_args);
	if (!r)
		r = lvi_take_str(vg_section, "profile", &vg->profile);
	return r ? r : lvi_take_strings(vg_section, "tags", &vg->tags);
}

static int read_numbers(const struct section *vg_section)
{
	struct lvol_vg *vg = vg_section->im->vg;
	uint32_t extent_size = 0;
	int r = lvi_need_u32(vg_section, "seqno", &vg->seqno);

	if (!r)
		r = lvi_need_u32(vg_section, "extent_size", &extent_size);
	if (!r && !extent_size)
		r = lvi_import_fail(vg_section, "extent_size is 0");
	if (!r)
		r = lvi_need_u32(vg_section, "max_lv", &vg->max_lv);
	if (!r)
		r = lvi_need_u32(vg_section, "max_pv", &vg->max_pv);
	vg->extent_sectors = extent_size;
	lvi_take_u32(vg_section, "metadata_copies", &vg->metadata_copies);
	lvi_drop(vg_section, "metadata_copies");
	return r;
}

static int read_flags(const struct section *vg_section)
{
	struct lvol_vg *vg = vg_section->im->vg;
	int r = lvi_need_flags(vg_section, lvi_vg_flag_words, &vg->flags, &vg->other_flags);

	/* It hides from old versions that the VG is writable. */
	if (vg->flags & VG_WRITE_LOCKED)
		vg->flags |= VG_WRITE;
	if (!r && !(vg->flags & VG_WRITE))
		r = lvi_vg_add_problem(vg, LVOL_PROBLEM_NOT_WRITABLE, true, vg->name,
				"VG %s is read-only: its status has no WRITE", vg->name);
	if (!r && (vg->flags & VG_EXPORTED))
		r = lvi_vg_add_problem(vg, LVOL_PROBLEM_EXPORTED, true, vg->name,
				"VG %s is exported; import it first", vg->name);
	return r == -LVOL_E_NO_MEMORY ? lvi_error_nomem(vg_section->im->err) : r;
}

static int read_vg(struct import *im)
{
	struct section s = { .im = im, .node = im->vg_node };
	int r = lvi_need_id(&s, &im->vg->id);

	if (!r)
		r = read_flags(&s);
	if (!r)
		r = read_names(&s);
	if (!r)
		r = read_numbers(&s);
	if (!r)
		r = lvi_take_alloc(&s, LVOL_ALLOC_NORMAL, &im->vg->alloc);
	if (!r)
		r = lvi_import_pvs(im);
	if (!r)
		r = lvi_import_lvs(im);
	if (!r)
		r = lvi_import_historical(im);
	return r ? r : lvi_take_extra(&s, &im->vg->extra);
}

static int read_all(struct import *im, const struct cfg_node *root, const char *subject)
{
	struct section top = { .im = im, .node = root, .part = subject };
	int r = check_head(&top);

	if (!r)
		r = open_vg(&top);
	if (!r)
		r = read_origin(&top);
	if (!r)
		r = read_vg(im);
	return r ? r : read_extra_top(&top);
}

int lvi_metadata_import(char *text, size_t len, const char *subject, struct lvol_vg **out, struct lvol_error *err)
{
	struct import im = { .err = err, .source = { text, len, subject, "logical_volumes", 0 } };
	struct arena *arena = lvi_arena_new();
	struct cfg_node *root;
	int r;

	im.lv_arena = lvi_arena_new();
	r = arena && im.lv_arena ? lvi_cfg_parse_closed(arena, &im.source, &root, err) : lvi_error_nomem(err);
	lvi_hash_init(&im.pv_names);
	lvi_cfg_writer_init(&im.scratch, CFG_STYLE_DISK);
	if (!r)
		r = read_all(&im, root, subject);
	lvi_textbuf_free(&im.scratch.out);
	lvi_hash_free(&im.pv_names);
	lvi_arena_free(im.lv_arena);
	lvi_arena_free(arena);
	free(text);
	if (r)
		lvi_vg_unref(im.vg);
	else
		*out = im.vg;
	return r;
}

int lvi_metadata_import_copy(const char *text, size_t len, const char *subject, struct lvol_vg **out, struct lvol_error *err)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return lvi_error_nomem(err);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return lvi_metadata_import(copy, len, subject, out, err);
}
