/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/picture.h"

#include <string.h>

/*
 *     /dev/sda  100.00 MiB, 20.00 MiB free
 *     ┌───────────┬──────────┬─┬─────┐
 *     │root       │home      │▒│·····│
 *     └───────────┴──────────┴─┴─────┘
 * A piece has a border to its left, so that two columns are the least.
 */
#define LEAST 2u
#define LEGEND_MAX 40u
#define NAME_MAX 32u   /* of an LV in the legend */

/* Corners and lines: from left to right, where a piece begins, the end; then fillings. */
struct marks { const char *top[3], *bottom[3], *side, *line, *free, *mixed, *swatch; };

static const struct marks unicode = {
	{ "┌", "┬", "┐" }, { "└", "┴", "┘" }, "│", "─", "·", "▒", "██"
};
static const struct marks ascii = { { "+", "+", "+" }, { "+", "+", "+" }, "|", "-", ".", "#", "##" };

/* Of the 256 colours of a terminal, some that black text stands out from. */
static const unsigned char palette[] = {
	75, 114, 221, 210, 177, 80, 215, 150, 111, 183, 186, 217, 116, 120, 222, 146, 180, 109, 213, 156
};

struct drawing {
	const struct picture *p;
	struct textbuf *t;
	const struct marks *marks;
	bool colour;
	uint32_t width;
};

static void repeat(struct textbuf *t, const char *mark, uint32_t count)
{
	while (count--)
		lvi_textbuf_puts(t, mark);
}

static void put_colour(const struct drawing *d, const char *how, const struct owner *owner)
{
	if (d->colour)
		lvi_textbuf_printf(d->t, "\033[%s;5;%um", how, palette[owner->colour % sizeof palette]);
}

static void end_colour(const struct drawing *d)
{
	if (d->colour)
		lvi_textbuf_puts(d->t, "\033[0m");
}

static void draw_edge(const struct drawing *d, const char *const corners[3], const struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++) {
		lvi_textbuf_puts(d->t, corners[i ? 1 : 0]);
		repeat(d->t, d->marks->line, pieces->items[i].width - 1);
	}
	lvi_textbuf_puts(d->t, corners[2]);
	lvi_textbuf_putc(d->t, '\n');
}

static void draw_lv(const struct drawing *d, const struct piece *piece)
{
	uint32_t room = piece->width - 1;
	const char *name = lvi_picture_label(piece, room);
	size_t len = strlen(name);

	if (d->colour)
		lvi_textbuf_puts(d->t, "\033[38;5;16m");
	put_colour(d, "48", piece->owner);
	lvi_picture_name(d->t, name, room);
	if (len < room)
		lvi_textbuf_printf(d->t, "%*s", (int)(room - len), "");
	end_colour(d);
}

static void draw_content(const struct drawing *d, const struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];

		lvi_textbuf_puts(d->t, d->marks->side);
		if (piece->kind == PIECE_LV)
			draw_lv(d, piece);
		else
			repeat(d->t, piece->kind == PIECE_FREE ? d->marks->free : d->marks->mixed, piece->width - 1);
	}
	lvi_textbuf_puts(d->t, d->marks->side);
	lvi_textbuf_putc(d->t, '\n');
}

static int draw_pv(const struct drawing *d, const struct lvol_pv *pv, bool *has_mixed)
{
	struct pieces pieces;
	int ret = lvi_picture_cut(d->p, pv, lvi_picture_bar(d->p, pv, d->width - 1, LEAST), LEAST, &pieces);

	if (ret)
		return ret;
	lvi_textbuf_putc(d->t, '\n');
	lvi_picture_pv_name(d->t, pv);
	lvi_textbuf_puts(d->t, "  ");
	lvi_picture_pv_sizes(d->t, pv);
	lvi_textbuf_putc(d->t, '\n');
	if (!pieces.count)
		return 0;
	draw_edge(d, d->marks->top, &pieces);
	draw_content(d, &pieces);
	draw_edge(d, d->marks->bottom, &pieces);
	for (size_t i = 0; i < pieces.count; i++)
		*has_mixed |= pieces.items[i].kind == PIECE_MIXED;
	return 0;
}

static size_t name_width(const struct picture *p, size_t count)
{
	size_t width = 4;

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(p->by_size[i]->lv->name);

		width = len > width ? len : width;
	}
	return width > NAME_MAX ? NAME_MAX : width;
}

static void draw_owner(const struct drawing *d, const struct owner *o, size_t width)
{
	size_t len = strlen(o->lv->name);
	char size[32];

	lvi_textbuf_puts(d->t, "  ");
	if (d->colour) {
		put_colour(d, "38", o);
		lvi_textbuf_puts(d->t, d->marks->swatch);
		end_colour(d);
		lvi_textbuf_putc(d->t, ' ');
	}
	lvi_picture_name(d->t, o->lv->name, width);
	lvi_textbuf_printf(d->t, "%*s", (int)(len < width ? width - len : 0) + 1, "");
	lvi_textbuf_printf(d->t, "%12s", lvi_picture_size(size, d->p->vg, o->lv->extent_count));
	if (o->pv_count == 1) {
		lvi_textbuf_puts(d->t, "  on ");
		lvi_picture_pv_name(d->t, o->pv);
	} else if (o->pv_count) {
		lvi_textbuf_printf(d->t, "  on %u PVs", (unsigned)o->pv_count);
	}
	if (o->pv_count && o->extents != o->lv->extent_count)
		lvi_textbuf_printf(d->t, ", uses %s", lvi_picture_size(size, d->p->vg, o->extents));
	lvi_textbuf_putc(d->t, '\n');
}

/* The largest LVs, and how many more there are. */
static void draw_legend(const struct drawing *d, bool has_mixed)
{
	const struct picture *p = d->p;
	size_t shown = p->owner_count < LEGEND_MAX ? p->owner_count : LEGEND_MAX, width = name_width(p, shown);
	uint64_t rest = 0;
	char size[32];

	if (shown)
		lvi_textbuf_putc(d->t, '\n');
	for (size_t i = 0; i < shown; i++)
		draw_owner(d, p->by_size[i], width);
	for (size_t i = shown; i < p->owner_count; i++)
		rest += p->by_size[i]->extents;
	if (shown < p->owner_count)
		lvi_textbuf_printf(d->t, "  and %zu more, which use %s\n", p->owner_count - shown,
				lvi_picture_size(size, p->vg, rest));
	lvi_textbuf_printf(d->t, "\n  %s free", d->marks->free);
	if (has_mixed)
		lvi_textbuf_printf(d->t, "   %s several pieces too small to draw", d->marks->mixed);
	lvi_textbuf_putc(d->t, '\n');
}

int lvi_picture_text(const struct picture *p, const struct lvol_picture_opts *opts, struct textbuf *t)
{
	struct drawing d = {
		.p = p, .t = t, .marks = opts->ascii ? &ascii : &unicode, .colour = opts->colour,
		.width = opts->width ? opts->width : 80
	};
	bool has_mixed = false;
	int ret = 0;

	lvi_picture_title(t, p);
	lvi_textbuf_putc(t, '\n');
	for (const struct lvol_pv *pv = p->vg->pv_first; pv && !ret; pv = pv->next)
		ret = draw_pv(&d, pv, &has_mixed);
	if (!ret)
		draw_legend(&d, has_mixed);
	return ret;
}
