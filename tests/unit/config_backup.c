/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The texts that lvm2 wrote for the golden images: each is read, written and read again; and each is written anew by
 * the writer's calls, one for each line, which must give the very bytes of lvm2 (and of what it has on disk).
 */
#include "config.h"
#include "config_text.h"

/* ---- one line of lvm2's text, one call ---- */

struct line {
	char *key;
	char *value;     /* behind " = ", or NULL */
	char *comment;   /* behind "# ", or NULL */
};

/* Cuts @text up. lvm2 puts a tab before a comment, and nowhere else behind the indentation. */
static struct line cut_line(char *text)
{
	struct line line = { .key = text + strspn(text, "\t") };
	char *comment = strchr(line.key, '\t');

	line.value = strstr(line.key, " = ");
	if (line.value) {
		*line.value = '\0';
		line.value += 3;
	}
	if (comment) {
		*comment = '\0';
		line.comment = comment + strspn(comment + 1, "\t") + strlen("\t# ");
	}
	return line;
}

/* The next "string" at @text; goes behind it and the comma. */
static char *take_string(char **text)
{
	char *start = strchr(*text, '"') + 1, *to = start, *from = start;

	for (; *from != '"'; *to++ = *from++)
		if (*from == '\\')
			from++;
	*text = from + 1 + strspn(from + 1, ", ");
	*to = '\0';
	return start;
}

static void replay_list(struct cfg_writer *w, const char *key, char *items)
{
	lvi_cfg_list_open(w, key);
	while (*items == '"')
		lvi_cfg_list_str(w, take_string(&items));
	lvi_cfg_list_close(w);
}

/* A line between "stripes = [" and "]". */
static void replay_pair(struct cfg_writer *w, char *text)
{
	char *name = take_string(&text);

	if (*text == '"')
		lvi_cfg_pair_names(w, name, take_string(&text));
	else if (*text)
		lvi_cfg_pair(w, name, strtoull(text, NULL, 10));
	else
		lvi_cfg_pair_name(w, name);
}

static void replay_value(struct cfg_writer *w, struct line line)
{
	if (*line.value == '"')
		lvi_cfg_str_note(w, line.key, take_string(&line.value), line.comment);
	else if (*line.value == '-')
		lvi_cfg_s64_note(w, line.key, strtoll(line.value, NULL, 10), line.comment);
	else if (!strcmp(line.value, "["))
		lvi_cfg_pairs_open(w, line.key);
	else if (*line.value == '[')
		replay_list(w, line.key, line.value + 1);
	else
		lvi_cfg_u64_note(w, line.key, strtoull(line.value, NULL, 10), line.comment);
}

static void replay_line(struct cfg_writer *w, char *text)
{
	struct line line = cut_line(text);
	size_t len = strlen(line.key);

	if (!len)
		lvi_cfg_blank(w);
	else if (line.value)
		replay_value(w, line);
	else if (*line.key == '#')
		lvi_cfg_comment(w, line.key + 2);
	else if (*line.key == '"')
		replay_pair(w, line.key);
	else if (*line.key == ']')
		lvi_cfg_pairs_close(w);
	else if (*line.key == '}')
		lvi_cfg_close(w);
	else
		lvi_cfg_open(w, strtok(line.key, " "));
}

static void check_replay(const char *text, enum cfg_style style)
{
	char *copy = strdup(text), *rest = copy, *line, *got;
	struct cfg_writer w;

	lvi_cfg_writer_init(&w, style);
	while (*rest && (line = strsep(&rest, "\n")))
		replay_line(&w, line);
	got = lvi_textbuf_take(&w.out, NULL);
	ck_assert_str_eq(got, text);
	free(got);
	free(copy);
}

static void check_text(const char *text, enum cfg_style style)
{
	struct parsed p = parse_good(text);

	ck_assert_str_eq(lvi_cfg_child(p.root, "contents")->value->text, "Text Format Volume Group");
	check_round_trip(p.root);
	check_replay(text, style);
	parsed_free(&p);
}

/* ---- the texts ---- */

#if HAVE_JSONC
#include <json-c/json.h>

START_TEST(backups)
{
	char **names = t_golden_names();
	unsigned texts = 0;

	for (char **name = names; *name; name++) {
		char *path = t_golden_manifest(*name);
		struct json_object *manifest = json_object_from_file(path), *of_vgs;

		ck_assert_msg(manifest != NULL, "%s: %s", path, json_util_get_last_err());
		if (json_object_object_get_ex(manifest, "vgcfgbackup", &of_vgs)) {
			json_object_object_foreach(of_vgs, vg, text) {
				ck_assert(vg[0]);
				check_text(json_object_get_string(text), CFG_STYLE_BACKUP);
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
#endif

/* From the metadata area of a disk. */
START_TEST(on_disk)
{
	check_text(
		"vg0 {\n"
		"id = \"iAbVv6-JyfY-7s5a-xaWv-tsiE-DJId-s4mYyQ\"\n"
		"seqno = 10\n"
		"format = \"lvm2\"\n"
		"status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\n"
		"flags = []\n"
		"extent_size = 8192\n"
		"max_lv = 0\n"
		"max_pv = 0\n"
		"metadata_copies = 0\n"
		"\n"
		"physical_volumes {\n"
		"\n"
		"pv0 {\n"
		"id = \"cGjwQg-JHDu-C9Ts-TB1L-5NpE-B4qw-dRVmpt\"\n"
		"device = \"/dev/ubda\"\n"
		"\n"
		"status = [\"ALLOCATABLE\"]\n"
		"flags = []\n"
		"dev_size = 131072\n"
		"pe_start = 2048\n"
		"pe_count = 15\n"
		"}\n"
		"}\n"
		"\n"
		"logical_volumes {\n"
		"\n"
		"root {\n"
		"id = \"x3Sa1F-xN8Z-Yayv-y8b7-t8dI-kbYT-AYk4lF\"\n"
		"status = [\"READ\", \"WRITE\", \"VISIBLE\"]\n"
		"flags = []\n"
		"creation_time = 1795361236\n"
		"creation_host = \"golden\"\n"
		"segment_count = 1\n"
		"\n"
		"segment1 {\n"
		"start_extent = 0\n"
		"extent_count = 4\n"
		"\n"
		"type = \"striped\"\n"
		"stripe_count = 1\n"
		"\n"
		"stripes = [\n"
		"\"pv0\", 0\n"
		"]\n"
		"}\n"
		"}\n"
		"}\n"
		"\n"
		"}\n"
		"# Generated by LVM2 version 2.03.16(2) (2022-05-18): Sun Nov 22 15:27:20 2026\n"
		"\n"
		"contents = \"Text Format Volume Group\"\n"
		"version = 1\n"
		"\n"
		"description = \"Write from lvcreate -y -L 4M -n off vg0 /dev/ubdb.\"\n"
		"\n"
		"creation_host = \"golden\"\t# Linux golden 6.1.176 #1 Sat Jul  4 15:38:16 UTC 2026 x86_64\n"
		"creation_time = 1795361240\t# Sun Nov 22 15:27:20 2026\n"
		"\n",
		CFG_STYLE_DISK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config backup");
	TCase *tc = tcase_create("backup");

#if HAVE_JSONC
	tcase_add_test(tc, backups);
#endif
	tcase_add_test(tc, on_disk);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
