/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/units.h"
#include "segtype/segtype.h"

/* What both kinds of pictures need: who owns what, and how a bar is cut. */

#define NOT_KNOWN UINT32_MAX

/* The LV that @lv is a part of, one step; NULL: it stands for itself. */
static const struct lvol_lv *whole_of(const struct picture *p, const struct lvol_lv *lv)
{
	const struct lv_use *use = lv->uses;

	if ((lvi_lv_info(p->vi, lv)->kinds & KIND_VISIBLE) || (lv->flags & LV_PVMOVE) || !use)
		return NULL;
	if (!(use->seg->type->flags & SEGTYPE_SNAPSHOT))
		return use->seg->lv;
	/* a snapshot that is being merged goes with its origin; a hidden origin is the zeroes under a sparse LV */
	return use->field == SEG_MERGING_STORE ? lvi_seg_lv(use->seg, SEG_ORIGIN) : NULL;
}

/* Steps up to the owner, whom all LVs on the way then know. Names alone could lead in a circle: there it stops. */
static uint32_t find_owner(struct picture *p, const struct lvol_lv *lv)
{
	uint32_t owner, left = p->vg->lv_count;
	const struct lvol_lv *top = lv, *up;

	while (left-- && p->owner_of[top->index] == NOT_KNOWN && (up = whole_of(p, top)))
		top = up;
	owner = p->owner_of[top->index];
	if (owner == NOT_KNOWN) {
		owner = (uint32_t)p->owner_count++;
		p->owners[owner] = (struct owner) { .lv = top, .colour = owner };
		p->owner_of[top->index] = owner;
	}
	for (; p->owner_of[lv->index] == NOT_KNOWN; lv = up) {
		up = whole_of(p, lv);
		p->owner_of[lv->index] = owner;
	}
	return owner;
}

static void count_runs(struct picture *p)
{
	for (const struct lvol_pv *pv = p->vg->pv_first; pv; pv = pv->next) {
		p->largest_pv = pv->pe_count > p->largest_pv ? pv->pe_count : p->largest_pv;
		for (size_t i = 0; i < pv->run_count; i++) {
			struct owner *o = &p->owners[p->owner_of[pv->runs[i].seg->lv->index]];

			o->extents += pv->runs[i].count;
			o->pv_count += o->pv != pv;
			o->pv = pv;
		}
	}
}

static int by_extents(const void *left, const void *right)
{
	const struct owner *a = *(struct owner *const *)left, *b = *(struct owner *const *)right;

	if (a->extents != b->extents)
		return a->extents < b->extents ? 1 : -1;
	return (a->colour > b->colour) - (a->colour < b->colour);
}

static int note_owners(struct picture *p)
{
	size_t count = p->vg->lv_count;

	p->owners = lvi_arena_calloc(p->arena, count, sizeof *p->owners);
	p->by_size = lvi_arena_calloc(p->arena, count, sizeof *p->by_size);
	p->owner_of = lvi_arena_calloc(p->arena, count, sizeof *p->owner_of);
	if (!p->owners || !p->by_size || !p->owner_of)
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		p->owner_of[i] = NOT_KNOWN;
	for (const struct lvol_lv *lv = p->vg->lv_first; lv; lv = lv->next)
		if (!(lvi_lv_info(p->vi, lv)->types & SEGTYPE_SNAPSHOT))
			find_owner(p, lv);
	count_runs(p);
	for (size_t i = 0; i < p->owner_count; i++)
		p->by_size[i] = &p->owners[i];
	qsort(p->by_size, p->owner_count, sizeof *p->by_size, by_extents);
	return 0;
}

int lvi_picture_make(const struct lvol_vg *vg, struct picture *out, struct lvol_error *err)
{
	*out = (struct picture) { .vg = vg, .arena = lvi_arena_new() };
	if (out->arena && (out->vi = lvi_vg_info_new(out->arena, vg)) && !note_owners(out))
		return 0;
	lvi_picture_free(out);
	return lvi_error_nomem(err);
}

void lvi_picture_free(struct picture *p)
{
	lvi_history_free(p->vi);
	lvi_arena_free(p->arena);
}

uint32_t lvi_picture_bar(const struct picture *p, const struct lvol_pv *pv, uint32_t full, uint32_t least)
{
	uint64_t width = p->largest_pv ? (uint64_t)full * pv->pe_count / p->largest_pv : 0;

	return width < least ? least : (uint32_t)width;
}

/* Cutting */

typedef ARRAY(struct piece) piece_array;

/* A bar being cut: pieces up to column @at are done, @waiting has collected what was too small for one. */
struct cutter {
	const struct picture *p;
	uint64_t total;              /* extents */
	uint32_t columns, least, at;
	struct piece waiting;
	piece_array done;
};

static int finish(struct cutter *c, struct piece piece, uint32_t end)
{
	struct piece *last = c->done.len ? &c->done.items[c->done.len - 1] : NULL;

	/* mixed pieces side by side are one */
	if (last && last->kind == PIECE_MIXED && piece.kind == PIECE_MIXED) {
		last->width += end - c->at;
		last->runs += piece.runs;
		last->extents += piece.extents;
	} else {
		last = ARRAY_PUSH(&c->done);
		if (!last)
			return -LVOL_E_NO_MEMORY;
		*last = piece;
		last->at = c->at;
		last->width = end - c->at;
	}
	c->at = end;
	return 0;
}

static void collect(struct cutter *c, const struct piece *run)
{
	uint32_t runs = c->waiting.runs + run->runs, extents = c->waiting.extents + run->extents;

	c->waiting = *run;
	if (runs > run->runs)
		c->waiting = (struct piece) { .kind = PIECE_MIXED };
	c->waiting.runs = runs;
	c->waiting.extents = extents;
}

static int finish_waiting(struct cutter *c, uint32_t end)
{
	int ret = finish(c, c->waiting, end);

	c->waiting = (struct piece) {0};
	return ret;
}

/* The next run of the PV, which ends with extent @end. */
static int add_run(struct cutter *c, struct piece run, uint64_t end)
{
	uint32_t column = (uint32_t)((c->columns * end + c->total / 2) / c->total);
	bool small = column < c->at + c->least;

	/* what waits gets a piece of the least size if the run can do with the rest */
	if (c->waiting.runs && column >= c->at + 2 * c->least) {
		int ret = finish_waiting(c, c->at + c->least);

		return ret ? ret : finish(c, run, column);
	}
	if (!c->waiting.runs && !small)
		return finish(c, run, column);
	collect(c, &run);
	return small ? 0 : finish_waiting(c, column);
}

/* What still waits at the end takes its columns from the last piece if it must. */
static int finish_bar(struct cutter *c)
{
	struct piece *last = c->done.len ? &c->done.items[c->done.len - 1] : NULL;
	uint32_t rest = c->columns - c->at;

	if (c->waiting.runs && rest < c->least && last && last->width >= 2 * c->least) {
		last->width -= c->least - rest;
		c->at -= c->least - rest;
		rest = c->least;
	}
	if (c->waiting.runs && (rest >= c->least || !last))
		return finish_waiting(c, c->columns);
	if (last)
		last->width += rest;
	return 0;
}

static struct piece used_piece(const struct picture *p, const struct pv_run *run)
{
	const struct lvol_lv *lv = run->seg->lv;

	return (struct piece) {
		.kind = PIECE_LV, .lv = lv, .owner = &p->owners[p->owner_of[lv->index]], .runs = 1, .extents = run->count
	};
}

static struct piece free_piece(uint32_t extents)
{
	return (struct piece) { .kind = PIECE_FREE, .runs = 1, .extents = extents };
}

/* Runs of one LV that follow each other are one. */
static int add_used(struct cutter *c, const struct lvol_pv *pv, size_t *i)
{
	struct piece piece = used_piece(c->p, &pv->runs[*i]);
	uint32_t end = pv->runs[*i].start + pv->runs[*i].count;

	for (; *i + 1 < pv->run_count; ++*i) {
		const struct pv_run *next = &pv->runs[*i + 1];

		if (next->start != end || next->seg->lv != piece.lv)
			break;
		piece.extents += next->count;
		end += next->count;
	}
	return add_run(c, piece, end);
}

static int cut(struct cutter *c, const struct lvol_pv *pv)
{
	uint32_t end = 0;
	int ret = 0;

	for (size_t i = 0; i < pv->run_count && !ret; i++) {
		if (pv->runs[i].start > end)
			ret = add_run(c, free_piece(pv->runs[i].start - end), pv->runs[i].start);
		if (!ret)
			ret = add_used(c, pv, &i);
		end = pv->runs[i].start + pv->runs[i].count;
	}
	if (!ret && end < pv->pe_count)
		ret = add_run(c, free_piece(pv->pe_count - end), pv->pe_count);
	return ret ? ret : finish_bar(c);
}

int lvi_picture_cut(const struct picture *p, const struct lvol_pv *pv, uint32_t columns, uint32_t least,
		struct pieces *out)
{
	struct cutter c = { .p = p, .total = pv->pe_count, .columns = columns, .least = least };
	int ret;

	*out = (struct pieces) {0};
	if (!pv->pe_count)
		return 0;
	ret = cut(&c, pv);
	if (!ret && !lvi_arena_adopt(p->arena, c.done.items)) {
		*out = (struct pieces) { c.done.items, c.done.len };
		return 0;
	}
	ARRAY_FREE(&c.done);
	return -LVOL_E_NO_MEMORY;
}

/* Words */

const char *lvi_picture_label(const struct piece *piece, size_t room)
{
	return strlen(piece->lv->name) > room ? piece->owner->lv->name : piece->lv->name;
}

void lvi_picture_name(struct textbuf *t, const char *name, size_t len)
{
	for (; *name && len; name++, len--)
		lvi_textbuf_putc(t, *name > ' ' && *name < 0x7f ? *name : '?');
}

void lvi_picture_pv_name(struct textbuf *t, const struct lvol_pv *pv)
{
	char uuid[LVI_UUID_TEXT_LEN + 1];

	if (pv->dev_name) {
		lvi_picture_name(t, pv->dev_name, strlen(pv->dev_name));
		return;
	}
	lvi_uuid_format(&pv->id, uuid);
	lvi_textbuf_puts(t, "missing PV ");
	lvi_picture_name(t, uuid, sizeof uuid);
}

const char *lvi_picture_size(char out[32], const struct lvol_vg *vg, uint64_t extents)
{
	return lvi_size_text(out, extents * vg->extent_sectors * LVI_SECTOR_BYTES);
}

static void put_count(struct textbuf *t, uint64_t count, const char *what)
{
	lvi_textbuf_puts(t, ", ");
	lvi_textbuf_u64(t, count);
	lvi_textbuf_puts(t, what);
	if (count != 1)
		lvi_textbuf_putc(t, 's');
}

void lvi_picture_title(struct textbuf *t, const struct picture *p)
{
	const struct lvol_vg *vg = p->vg;
	char size[32];

	lvi_picture_name(t, vg->name, strlen(vg->name));
	lvi_textbuf_puts(t, ": ");
	lvi_textbuf_puts(t, lvi_picture_size(size, vg, vg->extent_count));
	lvi_textbuf_puts(t, " in extents of ");
	lvi_textbuf_puts(t, lvi_picture_size(size, vg, 1));
	lvi_textbuf_puts(t, ", ");
	lvi_textbuf_puts(t, lvi_picture_size(size, vg, vg->free_count));
	lvi_textbuf_puts(t, " free");
	put_count(t, vg->pv_count, " PV");
	put_count(t, p->vi->visible_count, " LV");
}

void lvi_picture_pv_sizes(struct textbuf *t, const struct lvol_pv *pv)
{
	char size[32];

	lvi_textbuf_puts(t, lvi_picture_size(size, pv->vg, pv->pe_count));
	lvi_textbuf_puts(t, ", ");
	lvi_textbuf_puts(t, lvi_picture_size(size, pv->vg, pv->pe_count - pv->pe_used));
	lvi_textbuf_puts(t, " free");
}

static int draw(const struct lvol_vg *vg, const struct lvol_picture_opts *opts, struct textbuf *t, struct lvol_error *err)
{
	struct picture p;
	int ret = lvi_picture_make(vg, &p, err);

	if (ret)
		return ret;
	ret = opts->svg ? lvi_picture_svg(&p, opts, t) : lvi_picture_text(&p, opts, t);
	lvi_picture_free(&p);
	return ret ? lvi_error_nomem(err) : 0;
}

int lvi_picture(const struct lvol_vg *vg, const struct lvol_picture_opts *opts, char **text, struct lvol_error *err)
{
	struct lvol_picture_opts known = LVOL_PICTURE_OPTS_INIT;
	struct textbuf t = {0};
	char *drawn;
	int ret;

	if (opts && !lvi_opts_copy(&known, sizeof known, opts))
		return lvi_error(err, LVOL_E_INVALID, NULL, "the options of a picture are not of a known size");
	if (known.width > 100000 || (known.width && known.width < (known.svg ? 200 : 40)))
		return lvi_error(err, LVOL_E_INVALID, NULL, "a picture cannot be %u wide; %s to 100000 is possible",
				(unsigned)known.width, known.svg ? "200" : "40");
	ret = draw(vg, &known, &t, err);
	drawn = ret ? NULL : lvi_textbuf_take(&t, NULL);
	if (drawn)
		*text = drawn;
	else
		lvi_textbuf_free(&t);
	return ret || drawn ? ret : lvi_error_nomem(err);
}
