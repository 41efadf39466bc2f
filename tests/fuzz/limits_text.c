/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inputs: each is about 1 MiB of the same mischief. */
#include "limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define UUID "000000-0000-0000-0000-0000-0000-%06u"

void text_put(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->data + t->len, LIMIT_INPUT + 1 - t->len, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n > LIMIT_INPUT - t->len)
		abort();
	t->len += (size_t)n;
}

static void repeat(struct text *t, const char *piece)
{
	while (text_has_room(t))
		text_put(t, "%s", piece);
}

/* ---- any text ---- */

static void nested_sections(struct text *t) { repeat(t, "a{"); }
static void nested_arrays(struct text *t) { text_put(t, "a="); repeat(t, "["); }
static void nested_path(struct text *t) { repeat(t, "a/"); text_put(t, "a=1"); }
static void one_key_again(struct text *t) { repeat(t, "a=1 "); }
static void one_section_again(struct text *t) { repeat(t, "a{b=1}"); }
static void empty_sections(struct text *t) { repeat(t, "a{}"); }
static void comments(struct text *t) { repeat(t, "#\n"); }
static void long_string(struct text *t) { text_put(t, "a=\""); repeat(t, "\\\\"); text_put(t, "\""); }
static void open_string(struct text *t) { text_put(t, "a=\""); repeat(t, "x"); }
static void long_array(struct text *t) { text_put(t, "a=["); repeat(t, "1,"); text_put(t, "1]"); }
static void long_key(struct text *t) { repeat(t, "k"); text_put(t, "=1"); }
static void long_number(struct text *t) { text_put(t, "a="); repeat(t, "9"); }

static void many_keys(struct text *t)
{
	for (unsigned i = 0; text_has_room(t); i++)
		text_put(t, "%x=1 ", i);
}

static void many_paths(struct text *t)
{
	for (unsigned i = 0; text_has_room(t); i++)
		text_put(t, "a/%x/b=1 ", i);
}

const struct limit_case limit_texts[] = {
	{ "nested sections", nested_sections }, { "nested arrays", nested_arrays }, { "nested path", nested_path },
	{ "one key again and again", one_key_again }, { "one section again and again", one_section_again },
	{ "empty sections", empty_sections }, { "comments", comments }, { "a long string", long_string },
	{ "a string without end", open_string }, { "a long array", long_array }, { "a long key", long_key },
	{ "a long number", long_number }, { "many keys", many_keys }, { "many paths", many_paths }, { NULL, NULL }
};

/* ---- texts of a VG ---- */

static void put_pv(struct text *t, unsigned n)
{
	text_put(t, "pv%u{id=\"" UUID "\" device=\"/dev/x\" status=[\"ALLOCATABLE\"] flags=[] dev_size=4294967296 "
		"pe_start=2048 pe_count=4294967}\n", n, n);
}

static void begin_vg(struct text *t)
{
	text_put(t, "contents=\"Text Format Volume Group\" version=1\nvg0{id=\"" UUID "\" seqno=1 format=\"lvm2\" "
		"status=[\"RESIZEABLE\",\"READ\",\"WRITE\"] flags=[] extent_size=1024 max_lv=0 max_pv=0\n", 0u);
}

static void begin_lvs(struct text *t)
{
	begin_vg(t);
	text_put(t, "physical_volumes{\n");
	put_pv(t, 0);
	text_put(t, "}\nlogical_volumes{\n");
}

static void end_lvs(struct text *t) { text_put(t, "}}\n"); }

static void begin_lv(struct text *t, unsigned n, unsigned segments)
{
	text_put(t, "lv%u{id=\"" UUID "\" status=[\"READ\",\"WRITE\",\"VISIBLE\"] flags=[] segment_count=%u\n", n, n + 1, segments);
}

/* Up to LVs as many as fit, each of one segment; @fmt gets the LV's number twice. */
static void lvs_of(struct text *t, void (*segment)(struct text *t, unsigned n))
{
	begin_lvs(t);
	for (unsigned n = 0; text_has_room(t); n++) {
		begin_lv(t, n, 1);
		segment(t, n);
		text_put(t, "}\n");
	}
	end_lvs(t);
}

static void put_linear(struct text *t, unsigned n)
{
	text_put(t, "segment1{start_extent=0 extent_count=1 type=\"striped\" stripe_count=1 stripes=[\"pv0\",%u]}", n);
}

static void put_stacked(struct text *t, unsigned n)
{
	if (n)
		text_put(t, "segment1{start_extent=0 extent_count=1 type=\"striped\" stripe_count=1 stripes=[\"lv%u\",0]}", n - 1);
	else
		put_linear(t, n);
}

/* the number of ways down doubles with every LV */
static void put_doubled(struct text *t, unsigned n)
{
	if (n)
		text_put(t, "segment1{start_extent=0 extent_count=2 type=\"striped\" stripe_count=2 stripe_size=128 "
			"stripes=[\"lv%u\",0,\"lv%u\",1]}", n - 1, n - 1);
	else
		text_put(t, "segment1{start_extent=0 extent_count=2 type=\"striped\" stripe_count=1 stripes=[\"pv0\",0]}");
}

static void put_circle(struct text *t, unsigned n)
{
	text_put(t, "segment1{start_extent=0 extent_count=1 type=\"striped\" stripe_count=1 stripes=[\"lv%u\",0]}",
		 n % 100 ? n - 1 : n + 99);
}

/* all over the same extents, and too many of them */
static void put_broken(struct text *t, unsigned n)
{
	text_put(t, "segment1{start_extent=%u extent_count=4294967295 type=\"striped\" stripe_count=1 stripes=[\"pv0\",7]}", n % 2);
}

static void put_unknown(struct text *t, unsigned n)
{
	text_put(t, "segment1{start_extent=0 extent_count=1 type=\"of-the-future\" things=[%u,\"lv0\",\"pv0\"] more{a=1}}", n);
}

static void put_snapshot(struct text *t, unsigned n)
{
	if (n % 2 || !n)
		put_linear(t, n);
	else
		text_put(t, "segment1{start_extent=0 extent_count=1 type=\"snapshot\" chunk_size=8 origin=\"lv0\" "
			"cow_store=\"lv%u\"}", n - 1);
}

static void put_thin(struct text *t, unsigned n)
{
	if (!n)
		text_put(t, "segment1{start_extent=0 extent_count=1 type=\"thin-pool\" metadata=\"lv1\" pool=\"lv2\" "
			"transaction_id=1 chunk_size=128 discards=\"passdown\" zero_new_blocks=1}");
	else if (n < 3)
		put_linear(t, n);
	else
		text_put(t, "segment1{start_extent=0 extent_count=1 type=\"thin\" thin_pool=\"lv0\" transaction_id=0 "
			"device_id=%u origin=\"lv%u\"}", n, n > 3 ? n - 1 : 3);
}

static void many_lvs(struct text *t) { lvs_of(t, put_linear); }
static void stacked_lvs(struct text *t) { lvs_of(t, put_stacked); }
static void doubled_lvs(struct text *t) { lvs_of(t, put_doubled); }
static void circles(struct text *t) { lvs_of(t, put_circle); }
static void broken_lvs(struct text *t) { lvs_of(t, put_broken); }
static void unknown_types(struct text *t) { lvs_of(t, put_unknown); }
static void snapshots(struct text *t) { lvs_of(t, put_snapshot); }
static void thin_chain(struct text *t) { lvs_of(t, put_thin); }

static void same_lv(struct text *t)
{
	begin_lvs(t);
	while (text_has_room(t)) {
		begin_lv(t, 1, 1);
		put_linear(t, 1);
		text_put(t, "}\n");
	}
	end_lvs(t);
}

/* every second extent, backwards: nothing joins */
static void segments_of(struct text *t, unsigned count, unsigned step)
{
	begin_lvs(t);
	begin_lv(t, 0, count);
	for (unsigned n = 0; n < count; n++)
		text_put(t, "segment%u{start_extent=%u extent_count=1 type=\"striped\" stripe_count=1 stripes=[\"pv0\",%u]}\n",
			n + 1, n, (count - n) * step);
	text_put(t, "}\n");
	end_lvs(t);
}

static void many_segments(struct text *t) { segments_of(t, 9500, 2); }
static void overlapping_segments(struct text *t) { segments_of(t, 9500, 0); }

static void many_areas(struct text *t)
{
	begin_lvs(t);
	begin_lv(t, 0, 1);
	text_put(t, "segment1{start_extent=0 extent_count=90000 type=\"striped\" stripe_count=90000 stripe_size=8 stripes=[\"pv0\",0");
	for (unsigned n = 1; n < 90000; n++)
		text_put(t, ",\"pv0\",%x", n % 8);
	text_put(t, "]}}\n");
	end_lvs(t);
}

static void huge_counts(struct text *t)
{
	begin_lvs(t);
	for (unsigned n = 0; text_has_room(t); n++) {
		begin_lv(t, n, 4294967295u);
		text_put(t, "segment1{start_extent=0 extent_count=4294967295 type=\"raid1\" device_count=4294967295 "
			"stripe_count=4294967295 region_size=4294967295 raids=[\"lv0\",\"lv1\"]}}\n");
	}
	end_lvs(t);
}

static void many_pvs(struct text *t)
{
	begin_vg(t);
	text_put(t, "physical_volumes{\n");
	for (unsigned n = 0; text_has_room(t); n++)
		put_pv(t, n);
	text_put(t, "}}\n");
}

static void many_tags(struct text *t)
{
	begin_vg(t);
	text_put(t, "tags=[\"t\"");
	for (unsigned n = 0; text_has_room(t); n++)
		text_put(t, ",\"%x\"", n);
	text_put(t, "]\n}\n");
}

static void unknown_fields(struct text *t)
{
	begin_lvs(t);
	begin_lv(t, 0, 1);
	put_linear(t, 0);
	for (unsigned n = 0; text_has_room(t); n++)
		text_put(t, "f%x{a=1}", n);
	text_put(t, "}");
	end_lvs(t);
}

const struct limit_case limit_vgs[] = {
	{ "many LVs", many_lvs }, { "LVs on LVs", stacked_lvs }, { "LVs twice on LVs", doubled_lvs },
	{ "circles of LVs", circles }, { "broken LVs", broken_lvs }, { "unknown segment types", unknown_types },
	{ "snapshots of one LV", snapshots }, { "thin snapshots of snapshots", thin_chain },
	{ "one LV again and again", same_lv }, { "many segments", many_segments },
	{ "overlapping segments", overlapping_segments }, { "many areas", many_areas }, { "huge counts", huge_counts },
	{ "many PVs", many_pvs }, { "many tags", many_tags }, { "unknown fields", unknown_fields }, { NULL, NULL }
};

/* ---- lvm.conf ---- */

static void begin_filter(struct text *t) { text_put(t, "devices{filter=[\"a|"); }
static void end_filter(struct text *t) { text_put(t, "|\"]}\n"); }

static void many_patterns(struct text *t)
{
	text_put(t, "devices{filter=[\"a|x|\"");
	for (unsigned n = 0; text_has_room(t); n++)
		text_put(t, ",\"r|%x|\"", n);
	text_put(t, "]}\n");
}

static void long_pattern(struct text *t) { begin_filter(t); repeat(t, "ab"); end_filter(t); }
static void open_groups(struct text *t) { begin_filter(t); repeat(t, "("); end_filter(t); }
static void stars(struct text *t) { begin_filter(t); repeat(t, "*"); end_filter(t); }
static void choices(struct text *t) { begin_filter(t); repeat(t, "a|"); end_filter(t); }
static void sets(struct text *t) { begin_filter(t); repeat(t, "[^x]"); end_filter(t); }
static void optional(struct text *t) { begin_filter(t); repeat(t, "a?"); end_filter(t); }
static void wide(struct text *t) { begin_filter(t); repeat(t, "(a|b)*"); end_filter(t); }

/* as much as a pattern or filter may be: what is refused for its size costs nothing */
static void most_of(struct text *t, const char *piece, const char *more)
{
	size_t start;

	text_put(t, "devices{filter=[\"a|x|\"");
	while (t->len < 126 * 1024) {
		text_put(t, ",\"a|");
		for (start = t->len; t->len < start + 4000;)
			text_put(t, "%s", piece);
		text_put(t, "%s|\"", more);
	}
	text_put(t, "]}\n");
}

static void most_optional(struct text *t) { most_of(t, "a?", ""); }
static void most_choices(struct text *t) { most_of(t, "a|", "b"); }
static void most_wide(struct text *t) { most_of(t, "(a|b)*", ""); }
static void most_sets(struct text *t) { most_of(t, "[^x]", ""); }
static void most_anything(struct text *t) { most_of(t, ".*a", ""); }

static void most_plus(struct text *t) { most_of(t, "((a+b)+c)+", ""); }
static void plus_plus(struct text *t) { begin_filter(t); repeat(t, "a+++++++++++++++++"); end_filter(t); }

static void plus_groups(struct text *t)
{
	begin_filter(t);
	for (unsigned n = 0; n < 60; n++)
		text_put(t, "(");
	text_put(t, "a");
	for (unsigned n = 0; n < 60; n++)
		text_put(t, ")+");
	end_filter(t);
}

static void most_small(struct text *t)
{
	text_put(t, "devices{filter=[\"a|x|\"");
	for (unsigned n = 0; n < 40000; n++)
		text_put(t, ",\"r||\"");
	text_put(t, "]}\n");
}

static void deep_groups(struct text *t)
{
	begin_filter(t);
	for (unsigned n = 0; n < 250000; n++)
		text_put(t, "(");
	text_put(t, "a");
	for (unsigned n = 0; n < 250000; n++)
		text_put(t, ")*");
	end_filter(t);
}

const struct limit_case limit_confs[] = {
	{ "many patterns", many_patterns }, { "a long pattern", long_pattern }, { "groups without end", open_groups },
	{ "groups in groups", deep_groups }, { "stars", stars }, { "choices", choices }, { "sets", sets },
	{ "optional characters", optional }, { "repeated choices", wide }, { "most optional", most_optional },
	{ "most choices", most_choices }, { "most repeated choices", most_wide }, { "most sets", most_sets },
	{ "most of anything", most_anything }, { "most patterns", most_small },
	{ "most plus", most_plus }, { "plus of plus", plus_plus }, { "plus in plus", plus_groups }, { NULL, NULL }
};
