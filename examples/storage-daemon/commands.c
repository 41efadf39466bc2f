/* SPDX-License-Identifier: MIT */
/* The line protocol. Each command is answered by lines of its own and then "ok", or by "error WHAT". */
#include "daemon.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int list(struct daemon *d, char **words, struct lvol_error *err)
{
	(void)words, (void)err;
	for (size_t i = 0; i < lvol_scan_vg_count(d->scan); i++) {
		struct lvol_vg *vg = lvol_scan_vg(d->scan, i);

		printf("vg %s version %" PRIu32 " free %" PRIu64 "\n", lvol_vg_name(vg), lvol_vg_seqno(vg),
				lvol_vg_free_extents(vg) * lvol_vg_extent_bytes(vg));
		for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
			if (lvol_lv_is_visible(lv))
				printf("lv %s/%s size %" PRIu64 "\n", lvol_vg_name(vg), lvol_lv_name(lv),
						lvol_lv_size_bytes(lv));
	}
	return 0;
}

/* A transaction on the VG of "vg/lv", in a context of its own. */
static int change(struct daemon *d, char **words, int (*what)(struct lvol_txn *, char **, struct lvol_error *),
		struct lvol_error *err)
{
	char vg[128];
	const char *const vgs[] = { vg, NULL };
	struct lvol_ctx *ctx = NULL;
	struct lvol_txn *txn = NULL;
	int ret;

	snprintf(vg, sizeof(vg), "%.*s", (int)strcspn(words[1], "/"), words[1]);
	ret = images_open(d, 0, &ctx, err);
	if (ret == 0)
		ret = lvol_txn_begin(ctx, vgs, NULL, &txn, err);
	if (ret == 0)
		ret = what(txn, words, err);
	if (ret == 0)
		ret = lvol_txn_commit(txn, err);
	lvol_txn_free(txn);
	lvol_ctx_unref(ctx);
	return ret;
}

static int create_lv(struct lvol_txn *txn, char **words, struct lvol_error *err)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;

	opts.name = words[1] + strcspn(words[1], "/");
	opts.name += *opts.name == '/';
	opts.size.bytes = strtoull(words[2], NULL, 10);
	return lvol_lv_create(txn, &opts, err);
}

static int remove_lv(struct lvol_txn *txn, char **words, struct lvol_error *err)
{
	return lvol_lv_remove(txn, words[1], err);
}

static int create(struct daemon *d, char **words, struct lvol_error *err)
{
	return change(d, words, create_lv, err);
}

static int drop(struct daemon *d, char **words, struct lvol_error *err)
{
	return change(d, words, remove_lv, err);
}

static int copy(struct daemon *d, char **words, struct lvol_error *err)
{
	return copy_start(d, words[1], words[2], err);
}

static int quit(struct daemon *d, char **words, struct lvol_error *err)
{
	(void)words, (void)err;
	d->stopping = true;
	return 0;
}

static const struct {
	const char *name;
	int words;
	int (*run)(struct daemon *d, char **words, struct lvol_error *err);
} commands[] = {
	{ "list", 1, list },         /* list */
	{ "create", 3, create },     /* create VG/LV BYTES */
	{ "remove", 2, drop },       /* remove VG/LV */
	{ "copy", 3, copy },         /* copy VG/LV VG/LV */
	{ "quit", 1, quit },         /* quit */
};

void command_run(struct daemon *d, char *line)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *words[4] = { 0 };
	int count = 0, ret;

	for (char *word = strtok(line, " \t"); word && count < 4; word = strtok(NULL, " \t"))
		words[count++] = word;
	for (size_t i = 0; count && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(words[0], commands[i].name) || count != commands[i].words)
			continue;
		ret = commands[i].run(d, words, &err);
		if (ret < 0)
			printf("error %s: %s%s%s\n", lvol_err_name(ret), err.subject, *err.subject ? ": " : "",
					*err.message ? err.message : lvol_err_text(ret));
		else
			puts("ok");
		return;
	}
	if (count)
		puts("error unknown command; list, create VG/LV BYTES, remove VG/LV, copy VG/LV VG/LV, quit");
}
