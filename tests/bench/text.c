/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text: parsing and writing the metadata of LVOL_BENCH_LVS (20,000) LVs, beside a memory copy of it and beside json-c on
 * the same data; and the checksum beside ISA-L alone. Looks at rooms from the inside, where these steps are apart.
 */
#include "bench.h"
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <isa-l/crc.h>
#if HAVE_JSONC
#include <json-c/json.h>
#endif

#include "base/crc.h"
#include "metadata/metadata.h"

#define VG_EXTENT_SECTORS 256

struct work {
	char *text, *copy;          /* text as it lies on disk, and room for a copy */
	size_t len;
	struct lvol_vg *vg;
	struct arena *arena;
	char *json;                 /* the same as JSON */
	size_t json_len;
	struct json_object *object;
};

static void make_vg_lvs(struct lvol_vg *vg, struct lvol_pv *pv, unsigned count)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct uuid id;
	char name[32];

	memset(&id, 'a', sizeof id);
	for (unsigned i = 0; i < count; i++) {
		struct lvol_segment *seg;
		struct lvol_lv *lv;

		snprintf(name, sizeof name, "lv%u", i);
		memcpy(id.c, "lv0000000000", 12);
		id.c[snprintf(id.c, sizeof id.c, "lv%u", i)] = 'a';
		b_ok(lvi_vg_add_lv(vg, name, &id, &lv, &err), &err, name);
		lv->flags = LV_READ | LV_WRITE | LV_VISIBLE;
		lv->creation_time = 1700000000 + i;
		lv->creation_host = "bench";
		seg = lvi_lv_add_segment(lv, &lvi_segtype_striped, 1, 1, false);
		if (!seg)
			b_die("no memory");
		seg->area_extents = 1;
		seg->areas[0] = (struct area) { .kind = AREA_PV, .pv = pv, .start = i };
	}
}

static struct lvol_vg *make_vg(unsigned count)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = lvi_vg_new("bench");
	struct lvol_pv *pv;
	struct uuid id;

	if (!vg)
		b_die("no memory");
	memset(&id, 'p', sizeof id);
	vg->id = id;
	vg->seqno = 1;
	vg->flags = VG_RESIZEABLE | VG_READ | VG_WRITE;
	vg->format = "lvm2";
	vg->extent_sectors = VG_EXTENT_SECTORS;
	b_ok(lvi_vg_add_pv(vg, &id, &pv, &err), &err, "pv");
	pv->flags = PV_ALLOCATABLE;
	pv->pe_start_sectors = 2048;
	pv->pe_count = count + 1;
	pv->dev_sectors = 4096 + (uint64_t)VG_EXTENT_SECTORS * pv->pe_count;
	make_vg_lvs(vg, pv, count);
	b_ok(lvi_vg_freeze(vg, &err), &err, "freeze");
	return vg;
}

static char *write_text(const struct lvol_vg *vg, size_t *len)
{
	struct metadata_origin origin = { .description = "bench", .host = "bench", .time = 1700000000 };
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text;

	b_ok(lvi_metadata_export(vg, CFG_STYLE_DISK, &origin, &text, len, &err), &err, "export");
	return text;
}

/* ---- cases ---- */

static void run_copy(void *arg)
{
	struct work *w = arg;

	memcpy(w->copy, w->text, w->len + 1);
}

static void before_parse(void *arg)
{
	struct work *w = arg;

	run_copy(arg);
	w->arena = lvi_arena_new();
}

static void run_parse(void *arg)
{
	struct work *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct cfg_node *root;

	b_ok(lvi_cfg_parse(w->arena, w->copy, w->len, "bench", &root, &err), &err, "parse");
}

static void after_parse(void *arg)
{
	struct work *w = arg;

	lvi_arena_free(w->arena);
}

/* The import takes its text over. */
static void before_import(void *arg)
{
	struct work *w = arg;

	w->copy = b_alloc(w->len + 1);
	run_copy(arg);
}

static void run_import(void *arg)
{
	struct work *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;

	b_ok(lvi_metadata_import(w->copy, w->len, "bench", &w->vg, &err), &err, "import");
}

static void run_load(void *arg)
{
	struct work *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;

	run_import(arg);
	b_ok(lvi_metadata_note_problems(w->vg, &err), &err, "check");
}

static void after_import(void *arg)
{
	struct work *w = arg;

	lvi_vg_unref(w->vg);
}

static void run_export(void *arg)
{
	struct work *w = arg;
	size_t len;

	w->copy = write_text(w->vg, &len);
}

static void after_export(void *arg)
{
	struct work *w = arg;

	free(w->copy);
}

static void run_clone(void *arg)
{
	struct work *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *clone;

	b_ok(lvi_vg_clone(w->vg, &clone, &err), &err, "clone");
	lvi_vg_unref(clone);
}

static void run_valid(void *arg)
{
	struct work *w = arg;
	struct lvol_error err = LVOL_ERROR_INIT;

	b_ok(lvi_metadata_must_be_valid(w->vg, &err), &err, "check");
}

#if HAVE_JSONC

static struct json_object *json_value(const struct cfg_value *v)
{
	return v->type == CFG_INT ? json_object_new_int64(v->number) : json_object_new_string_len(v->text, v->len);
}

static struct json_object *json_section(const struct cfg_node *section)
{
	struct json_object *o = json_object_new_object(), *item;

	for (const struct cfg_node *n = section->child; n; n = n->next) {
		if (n->is_section) {
			item = json_section(n);
		} else if (n->is_array) {
			item = json_object_new_array();
			for (const struct cfg_value *v = n->value; v; v = v->next)
				json_object_array_add(item, json_value(v));
		} else {
			item = json_value(n->value);
		}
		json_object_object_add(o, n->key, item);
	}
	return o;
}

static void make_json(struct work *w)
{
	struct arena *arena = lvi_arena_new();
	struct lvol_error err = LVOL_ERROR_INIT;
	char *copy = b_alloc(w->len + 1);
	struct cfg_node *root;

	memcpy(copy, w->text, w->len);
	b_ok(lvi_cfg_parse(arena, copy, w->len, "bench", &root, &err), &err, "parse");
	w->object = json_section(root);
	w->json = strdup(json_object_to_json_string_ext(w->object, JSON_C_TO_STRING_PLAIN));
	w->json_len = strlen(w->json);
	lvi_arena_free(arena);
	free(copy);
}

static void run_json_parse(void *arg)
{
	struct work *w = arg;
	struct json_tokener *tokener = json_tokener_new();

	w->object = json_tokener_parse_ex(tokener, w->json, (int)w->json_len + 1);
	if (!w->object)
		b_die("json-c cannot parse it");
	json_tokener_free(tokener);
}

static void after_json_parse(void *arg)
{
	struct work *w = arg;

	json_object_put(w->object);
}

static void run_json_write(void *arg)
{
	struct work *w = arg;

	json_object_to_json_string_ext(w->object, JSON_C_TO_STRING_PLAIN);
}

#else

static void make_json(struct work *w)
{
}

static void run_json_parse(void *arg)
{
}

static void after_json_parse(void *arg)
{
}

static void run_json_write(void *arg)
{
}

#endif

static void print_speeds(const char *title, const struct b_case *cases, size_t count, size_t bytes)
{
	b_print_times(title, cases, count);
	for (size_t i = 0; i < count; i++) {
		const struct work *w = cases[i].arg;
		size_t own = !strncmp(cases[i].name, "json-c", 6) ? w->json_len : bytes;

		printf("    %-12s %8.0f MB/s of %.1f MB\n", cases[i].name, own / cases[i].median / 1e6, own / 1e6);
	}
}

static void bench_reading(const struct work *w)
{
	struct work parse = *w, import = *w, load = *w, json = *w, copy = *w;
	struct b_case cases[] = {
		{ "parse", before_parse, run_parse, after_parse, &parse, 0 },
		{ "import", before_import, run_import, after_import, &import, 0 },
		{ "load", before_import, run_load, after_import, &load, 0 },
		{ "json-c", NULL, run_json_parse, after_json_parse, &json, 0 },
		{ "memcpy", NULL, run_copy, NULL, &copy, 0 },
	};

	b_alternate(cases, 5, b_runs(9));
	print_speeds("text: read", cases, 5, w->len);
}

static void bench_writing(const struct work *w)
{
	struct work export = *w, json = *w, copy = *w, clone = *w, valid = *w;
	struct b_case cases[] = {
		{ "write", NULL, run_export, after_export, &export, 0 },
		{ "json-c", NULL, run_json_write, NULL, &json, 0 },
		{ "memcpy", NULL, run_copy, NULL, &copy, 0 },
		{ "clone", NULL, run_clone, NULL, &clone, 0 },
		{ "check", NULL, run_valid, NULL, &valid, 0 },
	};

	b_alternate(cases, 5, b_runs(9));
	print_speeds("text: write (and clone, check)", cases, 5, w->len);
}

/* ---- checksum ---- */

#define CRC_BYTES ((size_t)64 << 20)
#define CRC_BUFFER ((size_t)1 << 20)  /* gone through again and again: memory is not what is measured */

static volatile uint32_t crc_result;

struct crc_work { const unsigned char *data; size_t piece; };

static void run_crc(void *arg)
{
	const struct crc_work *w = arg;

	for (size_t at = 0; at < CRC_BYTES; at += w->piece)
		crc_result = lvi_crc_lvm(crc_result, w->data + at % CRC_BUFFER, w->piece);
}

static void run_crc_alone(void *arg)
{
	const struct crc_work *w = arg;

	for (size_t at = 0; at < CRC_BYTES; at += w->piece)
		crc_result = crc32_gzip_refl(crc_result, w->data + at % CRC_BUFFER, w->piece);
}

static void bench_crc(size_t piece, const char *title)
{
	unsigned char *data = b_alloc(CRC_BUFFER);
	struct crc_work w = { data, piece };
	struct b_case cases[] = {
		{ "liblvol", NULL, run_crc, NULL, &w, 0 },
		{ "ISA-L", NULL, run_crc_alone, NULL, &w, 0 },
	};

	memset(data, 0x5a, CRC_BUFFER);
	b_alternate(cases, 2, b_runs(15));
	b_print_times(title, cases, 2);
	printf("    %.0f MB/s\n", CRC_BYTES / cases[0].median / 1e6);
	free(data);
}

int main(void)
{
	const char *lvs = getenv("LVOL_BENCH_LVS");
	struct work w = { .vg = make_vg(lvs ? strtoul(lvs, NULL, 10) : 20000) };

	w.text = write_text(w.vg, &w.len);
	w.copy = b_alloc(w.len + 1);
	make_json(&w);
	bench_reading(&w);
	bench_writing(&w);
	bench_crc(512, "crc: 64 MB in pieces of 512 bytes");
	bench_crc(1 << 20, "crc: 64 MB in pieces of 1 MiB");
	lvi_vg_unref(w.vg);
	after_json_parse(&w);
	free(w.json);
	free(w.text);
	free(w.copy);
	return 0;
}
