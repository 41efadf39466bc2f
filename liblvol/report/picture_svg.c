/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/picture.h"

#include <string.h>

/* The same picture as SVG: bars of 40 pixels, a tooltip on each piece, a legend in columns below. */
#define MARGIN 20u
#define BAR_HEIGHT 40u
#define PV_HEIGHT 84u        /* name, bar, gap */
#define TITLE_HEIGHT 48u
#define LEAST 4u
#define LETTER_WIDTH 7u      /* about, of the font */
#define LEGEND_MAX 60u
#define LEGEND_COLUMN 280u
#define LEGEND_LINE 22u
#define LEGEND_NAME 20u      /* characters */

struct drawing {
	const struct picture *p;
	struct textbuf *t;
	uint32_t width, y;
	bool has_mixed;
};

/* Names have no control characters by then; what means something to XML is left. */
static void put_escaped(struct textbuf *t, const char *text, size_t len)
{
	struct textbuf clean = {0};

	lvi_picture_name(&clean, text, len);
	for (size_t i = 0; i < clean.len; i++) {
		switch (clean.data[i]) {
		case '<':
			lvi_textbuf_puts(t, "&lt;");
			break;
		case '&':
			lvi_textbuf_puts(t, "&amp;");
			break;
		case '"':
			lvi_textbuf_puts(t, "&quot;");
			break;
		default:
			lvi_textbuf_putc(t, clean.data[i]);
		}
	}
	t->failed |= clean.failed;
	lvi_textbuf_free(&clean);
}

static void put_pv_name(struct textbuf *t, const struct lvol_pv *pv)
{
	struct textbuf name = {0};

	lvi_picture_pv_name(&name, pv);
	if (name.len)
		put_escaped(t, name.data, name.len);
	t->failed |= name.failed;
	lvi_textbuf_free(&name);
}

static void put_name(struct textbuf *t, const char *name, size_t max)
{
	size_t len = strlen(name);

	put_escaped(t, name, len > max ? max - 1 : len);
	if (len > max)
		lvi_textbuf_puts(t, "…");
}

/* Hues a golden angle apart differ however many there are; three lightnesses tell neighbours further apart. */
static void put_colour(struct textbuf *t, const struct owner *o)
{
	static const unsigned lightness[] = { 72, 62, 80 };

	lvi_textbuf_printf(t, "hsl(%u,62%%,%u%%)", (unsigned)((210 + o->colour * UINT64_C(137508) / 1000) % 360),
			lightness[o->colour / 8 % 3]);
}

static void put_text(struct drawing *d, uint32_t x, uint32_t y, const char *class)
{
	lvi_textbuf_printf(d->t, "<text x=\"%u\" y=\"%u\" class=\"%s\">", (unsigned)x, (unsigned)y, class);
}

static void put_tooltip(struct drawing *d, const struct piece *piece)
{
	char size[32];

	lvi_textbuf_puts(d->t, "<title>");
	if (piece->kind == PIECE_FREE)
		lvi_textbuf_puts(d->t, "free");
	else if (piece->kind == PIECE_MIXED)
		lvi_textbuf_printf(d->t, "%u pieces", (unsigned)piece->runs);
	else
		put_escaped(d->t, piece->lv->name, strlen(piece->lv->name));
	if (piece->kind == PIECE_LV && piece->owner->lv != piece->lv) {
		lvi_textbuf_puts(d->t, " of ");
		put_escaped(d->t, piece->owner->lv->name, strlen(piece->owner->lv->name));
	}
	lvi_textbuf_printf(d->t, ", %s</title>", lvi_picture_size(size, d->p->vg, piece->extents));
}

static void draw_piece(struct drawing *d, const struct piece *piece)
{
	size_t letters = piece->width > 2 * LETTER_WIDTH ? (piece->width - LETTER_WIDTH) / LETTER_WIDTH : 0;

	lvi_textbuf_printf(d->t, "<g><rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" ", (unsigned)(MARGIN + piece->at),
			(unsigned)d->y, (unsigned)piece->width, BAR_HEIGHT);
	if (piece->kind == PIECE_LV) {
		lvi_textbuf_puts(d->t, "class=\"lv\" fill=\"");
		put_colour(d->t, piece->owner);
		lvi_textbuf_puts(d->t, "\">");
	} else {
		lvi_textbuf_puts(d->t, piece->kind == PIECE_FREE ? "class=\"free\">" : "class=\"mixed\">");
	}
	put_tooltip(d, piece);
	lvi_textbuf_puts(d->t, "</rect>");
	if (piece->kind == PIECE_LV && letters > 1) {
		put_text(d, MARGIN + piece->at + 6, d->y + BAR_HEIGHT / 2 + 4, "in");
		put_name(d->t, lvi_picture_label(piece, letters), letters);
		lvi_textbuf_puts(d->t, "</text>");
	}
	lvi_textbuf_puts(d->t, "</g>\n");
}

static int draw_pv(struct drawing *d, const struct lvol_pv *pv)
{
	struct pieces pieces;
	uint32_t bar = lvi_picture_bar(d->p, pv, d->width - 2 * MARGIN, LEAST);
	int ret = lvi_picture_cut(d->p, pv, bar, LEAST, &pieces);

	if (ret)
		return ret;
	put_text(d, MARGIN, d->y + 16, "pv");
	put_pv_name(d->t, pv);
	lvi_textbuf_puts(d->t, "<tspan class=\"size\" dx=\"10\">");
	lvi_picture_pv_sizes(d->t, pv);
	lvi_textbuf_puts(d->t, "</tspan></text>\n");
	d->y += 24;
	for (size_t i = 0; i < pieces.count; i++) {
		draw_piece(d, &pieces.items[i]);
		d->has_mixed |= pieces.items[i].kind == PIECE_MIXED;
	}
	d->y += PV_HEIGHT - 24;
	return 0;
}

static void draw_owner(struct drawing *d, const struct owner *o, uint32_t x)
{
	char size[32];

	lvi_textbuf_printf(d->t, "<rect x=\"%u\" y=\"%u\" width=\"14\" height=\"14\" rx=\"3\" fill=\"", (unsigned)x,
			(unsigned)d->y);
	put_colour(d->t, o);
	lvi_textbuf_puts(d->t, "\"/>");
	put_text(d, x + 22, d->y + 12, "name");
	put_name(d->t, o->lv->name, LEGEND_NAME);
	lvi_textbuf_puts(d->t, "</text>");
	put_text(d, x + LEGEND_COLUMN - 28, d->y + 12, "number");
	lvi_textbuf_puts(d->t, lvi_picture_size(size, d->p->vg, o->lv->extent_count));
	lvi_textbuf_puts(d->t, "</text>\n");
}

static uint32_t legend_columns(const struct drawing *d)
{
	uint32_t columns = (d->width - 2 * MARGIN) / LEGEND_COLUMN;

	return columns ? columns : 1;
}

static void draw_legend(struct drawing *d)
{
	const struct picture *p = d->p;
	uint32_t columns = legend_columns(d);
	size_t shown = p->owner_count < LEGEND_MAX ? p->owner_count : LEGEND_MAX;
	size_t lines = (shown + columns - 1) / columns;
	uint32_t top = d->y;

	for (size_t i = 0; i < shown; i++) {
		d->y = top + (uint32_t)(i % lines) * LEGEND_LINE;
		draw_owner(d, p->by_size[i], MARGIN + (uint32_t)(i / lines) * LEGEND_COLUMN);
	}
	d->y = top + (uint32_t)lines * LEGEND_LINE + 14;
	put_text(d, MARGIN, d->y, "size");
	if (shown < p->owner_count)
		lvi_textbuf_printf(d->t, "and %zu more. ", p->owner_count - shown);
	lvi_textbuf_puts(d->t, "Grey is free.");
	if (d->has_mixed)
		lvi_textbuf_puts(d->t, " Striped: several pieces too small to draw.");
	lvi_textbuf_puts(d->t, "</text>\n");
}

static uint32_t total_height(const struct drawing *d)
{
	size_t shown = d->p->owner_count < LEGEND_MAX ? d->p->owner_count : LEGEND_MAX;
	uint32_t columns = legend_columns(d);

	return MARGIN + TITLE_HEIGHT + d->p->vg->pv_count * PV_HEIGHT +
		(uint32_t)((shown + columns - 1) / columns) * LEGEND_LINE + 14 + MARGIN;
}

static void draw_head(struct drawing *d)
{
	uint32_t height = total_height(d);

	lvi_textbuf_printf(d->t, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
			"viewBox=\"0 0 %u %u\">\n", (unsigned)d->width, (unsigned)height, (unsigned)d->width, (unsigned)height);
	lvi_textbuf_puts(d->t, "<style>text{font-family:\"DejaVu Sans\",Verdana,sans-serif;font-size:12px;fill:#222}"
			".title{font-size:16px;font-weight:bold}.pv{font-weight:bold}.size{font-weight:normal;fill:#666}"
			".in{font-size:11px}.number{text-anchor:end;fill:#666}.lv{stroke:#fff}"
			".free{fill:#ececec;stroke:#fff}.mixed{fill:url(#mixed);stroke:#fff}</style>\n");
	lvi_textbuf_puts(d->t, "<defs><pattern id=\"mixed\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
			"patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#c9d3dd\"/>"
			"<rect width=\"3\" height=\"6\" fill=\"#8fa1b3\"/></pattern></defs>\n");
	lvi_textbuf_puts(d->t, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
	put_text(d, MARGIN, MARGIN + 16, "title");
	lvi_picture_title(d->t, d->p);
	lvi_textbuf_puts(d->t, "</text>\n");
}

int lvi_picture_svg(const struct picture *p, const struct lvol_picture_opts *opts, struct textbuf *t)
{
	struct drawing d = { .p = p, .t = t, .width = opts->width ? opts->width : 960, .y = MARGIN + TITLE_HEIGHT - 8 };
	int ret = 0;

	draw_head(&d);
	for (const struct lvol_pv *pv = p->vg->pv_first; pv && !ret; pv = pv->next)
		ret = draw_pv(&d, pv);
	if (!ret)
		draw_legend(&d);
	lvi_textbuf_puts(t, "</svg>\n");
	return ret;
}
