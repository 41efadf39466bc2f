/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every text that lvm2 wrote for the golden images: it is read, found to be valid, and what we write of it is the same
 * tree. In backup style the VG's section is the very text, byte for byte.
 */
#include "config.h"
#include "config_same.h"
#include "metadata_text.h"

#if HAVE_JSONC
#include <json-c/json.h>

struct tree { struct arena *arena; char *text; struct cfg_node *root; };

static struct tree parse(const char *text)
{
	struct tree t = { lvi_arena_new(), strdup(text), NULL };
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_cfg_parse(t.arena, t.text, strlen(text), "test", &t.root, &err), err);
	return t;
}

static void tree_free(struct tree *t)
{
	lvi_arena_free(t->arena);
	free(t->text);
}

static const struct cfg_node *inside_of(const struct tree *t, const char *vg)
{
	const struct cfg_node *n = lvi_cfg_child(t->root, vg);

	ck_assert_msg(n, "no section %s", vg);
	return n->child;
}

static void check_same_tree(const char *a, const char *b, const char *vg)
{
	struct tree one = parse(a), two = parse(b);

	ck_assert(same_nodes(inside_of(&one, vg), inside_of(&two, vg)));
	ck_assert_int_eq(lvi_cfg_child(two.root, "version")->value->number, 1);
	tree_free(&one);
	tree_free(&two);
}

/* From the VG's name to the end. */
static const char *vg_text(const char *text, const char *vg)
{
	char *head;
	const char *at;

	ck_assert_int_ge(asprintf(&head, "\n%s {\n", vg), 0);
	at = strstr(text, head);
	free(head);
	ck_assert(at);
	return at;
}

static void check_peek(const char *text, const struct lvol_vg *vg)
{
	struct metadata_head head;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_metadata_peek(text, strlen(text), "test", &head, &err), err);
	ck_assert_uint_eq(head.name_len, strlen(vg->name));
	ck_assert(!memcmp(head.name, vg->name, head.name_len));
	ck_assert(lvi_uuid_equal(&head.id, &vg->id));
	ck_assert_uint_eq(head.seqno, vg->seqno);
}

static void check_text(const char *text)
{
	struct lvol_vg *vg = text_read(text);
	char *findings = text_findings(vg), *backup = text_write(vg, CFG_STYLE_BACKUP);
	char *disk = text_write(vg, CFG_STYLE_DISK), *again = text_cycle(disk);

	ck_assert_str_eq(findings, "");
	ck_assert_str_eq(vg_text(backup, vg->name), vg_text(text, vg->name));
	check_same_tree(text, backup, vg->name);
	check_same_tree(text, disk, vg->name);
	ck_assert_str_eq(disk, again);
	check_peek(text, vg);
	check_peek(disk, vg);
	free(findings);
	free(backup);
	free(disk);
	free(again);
	lvi_vg_unref(vg);
}

START_TEST(golden)
{
	char **names = t_golden_names();
	unsigned texts = 0;

	for (char **name = names; *name; name++) {
		char *path = t_golden_manifest(*name);
		struct json_object *manifest = json_object_from_file(path), *of_vgs;

		ck_assert_msg(manifest, "%s", path);
		if (json_object_object_get_ex(manifest, "vgcfgbackup", &of_vgs)) {
			json_object_object_foreach(of_vgs, vg, text) {
				ck_assert_msg(vg && text, "%s", path);
				check_text(json_object_get_string(text));
				texts++;
			}
		}
		json_object_put(manifest);
		free(path);
	}
	ck_assert_uint_gt(texts, 20);
	t_names_free(names);
}
END_TEST

/* ---- segment types as lvm2 shows them ---- */

static const struct lvol_segment *find_segment(const struct lvol_lv *lv, uint32_t start)
{
	const struct lvol_segment *seg = lv->seg_first;

	while (seg && seg->start != start)
		seg = seg->next;
	return seg;
}

static const char *get(struct json_object *row, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(row, key, &v) ? json_object_get_string(v) : "";
}

/* The name of a hidden LV is in brackets. */
static struct lvol_lv *find_lv(const struct lvol_vg *vg, const char *shown)
{
	char *name = strdup(*shown == '[' ? shown + 1 : shown);
	struct lvol_lv *lv;

	if (*shown == '[')
		name[strlen(name) - 1] = '\0';
	lv = lvi_vg_find_lv(vg, name);
	free(name);
	return lv;
}

static unsigned check_rows(const struct lvol_vg *vg, struct json_object *rows)
{
	unsigned checked = 0;

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		const struct lvol_lv *lv = strcmp(get(row, "vg_name"), vg->name) ? NULL : find_lv(vg, get(row, "lv_name"));
		const struct lvol_segment *seg;

		if (!lv)
			continue;
		seg = find_segment(lv, (uint32_t)strtoul(get(row, "seg_start_pe"), NULL, 10));
		/* lvm shows a thin snapshot or a COW by its origin's segments, whose cut may differ. */
		if (!seg || strtoul(get(row, "seg_size_pe"), NULL, 10) != seg->count)
			continue;
		if (lv->uses && !lv->uses->is_area && lv->uses->field == SEG_COW_STORE)
			continue;
		ck_assert_msg(!strcmp(lvi_segtype_display(seg), get(row, "segtype")), "%s: %s, not %s", lv->name,
				lvi_segtype_display(seg), get(row, "segtype"));
		checked++;
	}
	return checked;
}

START_TEST(display)
{
	char **names = t_golden_names();
	unsigned checked = 0;

	for (char **name = names; *name; name++) {
		char *path = t_golden_manifest(*name);
		struct json_object *manifest = json_object_from_file(path), *of_vgs, *reports, *rows;

		if (json_object_object_get_ex(manifest, "vgcfgbackup", &of_vgs) &&
				json_object_object_get_ex(manifest, "reports", &reports) &&
				json_object_object_get_ex(reports, "lv_segments", &rows)) {
			json_object_object_foreach(of_vgs, vg_name, text) {
				struct lvol_vg *vg = text_read(json_object_get_string(text));

				ck_assert_str_eq(vg->name, vg_name);
				checked += check_rows(vg, rows);
				lvi_vg_unref(vg);
			}
		}
		json_object_put(manifest);
		free(path);
	}
	ck_assert_uint_gt(checked, 100);
	t_names_free(names);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metadata_golden");
	TCase *tc = tcase_create("golden");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, golden);
	tcase_add_test(tc, display);
	suite_add_tcase(s, tc);
	return t_main(s);
}

#else

int main(void)
{
	t_skip_all("needs json-c");
}

#endif
