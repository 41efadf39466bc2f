/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing configuration text call by call. Whole texts of lvm2 are in config_backup.c. */
#include "config_text.h"

static void write_sample(struct cfg_writer *w)
{
	lvi_cfg_comment(w, "head\nline");
	lvi_cfg_str_note(w, "creation_host", "golden", "Linux golden\n6.1");
	lvi_cfg_open(w, "vg0");
	lvi_cfg_u64_note(w, "extent_size", 1024, "512 Kilobytes");
	lvi_cfg_s64_note(w, "read_ahead", -1, "None");
	lvi_cfg_u64(w, "max", INT64_MAX);
	lvi_cfg_s64(w, "min", INT64_MIN);
	lvi_cfg_blank(w);
	lvi_cfg_open(w, "lv \"0\"");
	lvi_cfg_str(w, "name", "a \"b\" \\c");
	lvi_cfg_list_open(w, "flags");
	lvi_cfg_list_close(w);
	lvi_cfg_list_open(w, "status");
	lvi_cfg_list_str(w, "READ");
	lvi_cfg_list_str(w, "WRITE[");
	lvi_cfg_list_str(w, "VISIBLE");
	lvi_cfg_list_close(w);
	lvi_cfg_pairs_open(w, "stripes");
	lvi_cfg_pair(w, "pv0", 0);
	lvi_cfg_pair(w, "pv1", 7);
	lvi_cfg_pairs_close(w);
	lvi_cfg_pairs_open(w, "raid0_lvs");
	lvi_cfg_pair_name(w, "r0_rimage_0");
	lvi_cfg_pair_name(w, "r0_rimage_1");
	lvi_cfg_pairs_close(w);
	lvi_cfg_pairs_open(w, "raids");
	lvi_cfg_pair_names(w, "r_rmeta_0", "r_rimage_0");
	lvi_cfg_pair_names(w, "r_rmeta_1", "r_rimage_1");
	lvi_cfg_pairs_close(w);
	lvi_cfg_close(w);
	lvi_cfg_close(w);
}

static void check_sample(enum cfg_style style, const char *want)
{
	struct cfg_writer w;
	struct parsed p;
	char *text;

	lvi_cfg_writer_init(&w, style);
	write_sample(&w);
	text = lvi_textbuf_take(&w.out, NULL);
	ck_assert_str_eq(text, want);
	p = parse_good(text);
	check_round_trip(p.root);
	parsed_free(&p);
	free(text);
}

START_TEST(on_disk)
{
	check_sample(CFG_STYLE_DISK,
		"# head line\n"
		"creation_host = \"golden\"\t# Linux golden 6.1\n"
		"vg0 {\n"
		"extent_size = 1024\n"
		"read_ahead = -1\n"
		"max = 9223372036854775807\n"
		"min = -9223372036854775808\n"
		"\n"
		"\"lv \\\"0\\\"\" {\n"
		"name = \"a \\\"b\\\" \\\\c\"\n"
		"flags = []\n"
		"status = [\"READ\", \"WRITE[\", \"VISIBLE\"]\n"
		"stripes = [\n\"pv0\", 0,\n\"pv1\", 7\n]\n"
		"raid0_lvs = [\n\"r0_rimage_0\",\n\"r0_rimage_1\"\n]\n"
		"raids = [\n\"r_rmeta_0\", \"r_rimage_0\",\n\"r_rmeta_1\", \"r_rimage_1\"\n]\n"
		"}\n"
		"}\n");
}
END_TEST

START_TEST(as_backup)
{
	check_sample(CFG_STYLE_BACKUP,
		"# head line\n"
		"creation_host = \"golden\"\t# Linux golden 6.1\n"
		"vg0 {\n"
		"\textent_size = 1024\t\t# 512 Kilobytes\n"
		"\tread_ahead = -1\t\t\t# None\n"
		"\tmax = 9223372036854775807\n"
		"\tmin = -9223372036854775808\n"
		"\n"
		"\t\"lv \\\"0\\\"\" {\n"
		"\t\tname = \"a \\\"b\\\" \\\\c\"\n"
		"\t\tflags = []\n"
		"\t\tstatus = [\"READ\", \"WRITE[\", \"VISIBLE\"]\n"
		"\t\tstripes = [\n\t\t\t\"pv0\", 0,\n\t\t\t\"pv1\", 7\n\t\t]\n"
		"\t\traid0_lvs = [\n\t\t\t\"r0_rimage_0\",\n\t\t\t\"r0_rimage_1\"\n\t\t]\n"
		"\t\traids = [\n\t\t\t\"r_rmeta_0\", \"r_rimage_0\",\n\t\t\t\"r_rmeta_1\", \"r_rimage_1\"\n\t\t]\n"
		"\t}\n"
		"}\n");
}
END_TEST

START_TEST(parsed_nodes)
{
	struct parsed p = parse_good("a=1 s{b='x' t{c=[1,\"y\"]} u{}}");
	char *disk = write_nodes(p.root->child, CFG_STYLE_DISK), *backup = write_nodes(p.root->child, CFG_STYLE_BACKUP);

	ck_assert_str_eq(disk, "a = 1\ns {\nb = 'x'\nt {\nc = [1, \"y\"]\n}\nu {\n}\n}\n");
	ck_assert_str_eq(backup, "a = 1\n\ns {\n\tb = 'x'\n\n\tt {\n\t\tc = [1, \"y\"]\n\t}\n\n\tu {\n\t}\n}\n");
	free(disk);
	free(backup);
	parsed_free(&p);
}
END_TEST

/* In the middle of a text that is written by hand: what a segment type did not know. */
START_TEST(parsed_nodes_inside)
{
	struct parsed p = parse_good("s{b=1}");
	struct cfg_writer w;
	char *text;

	lvi_cfg_writer_init(&w, CFG_STYLE_BACKUP);
	lvi_cfg_open(&w, "segment1");
	lvi_cfg_node(&w, p.root->child);
	lvi_cfg_node(&w, p.root->child->child);
	lvi_cfg_close(&w);
	text = lvi_textbuf_take(&w.out, NULL);
	ck_assert_str_eq(text, "segment1 {\n\n\ts {\n\t\tb = 1\n\t}\n\tb = 1\n}\n");
	free(text);
	parsed_free(&p);
}
END_TEST

START_TEST(lack_of_memory_sticks)
{
	struct cfg_writer w;

	lvi_cfg_writer_init(&w, CFG_STYLE_BACKUP);
	w.out.failed = true;
	write_sample(&w);
	ck_assert_ptr_null(lvi_textbuf_take(&w.out, NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config writer");
	TCase *tc = tcase_create("writer");

	tcase_add_test(tc, on_disk);
	tcase_add_test(tc, as_backup);
	tcase_add_test(tc, parsed_nodes);
	tcase_add_test(tc, parsed_nodes_inside);
	tcase_add_test(tc, lack_of_memory_sticks);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
