/* SPDX-License-Identifier: MIT */
/* export, import: a volume as a stream, whole or what changed */

#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "progress.h"
#include "text_file.h"
#include "thin_look.h"
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 20)
#define CONTENT_TAG "lvol.content="   /* on an LV that was imported: the name of what it holds */

struct stream_args {
	const char *file, *since, *resume, *state;
	unsigned int any_base, unchecked;
	struct thin_look_args look;
};

#define FIELD(name) offsetof(struct stream_args, name)

static const struct option_row export_options[] = {
	{ 'o', "output", "FILE", option_text, FIELD(file), "write to FILE instead of standard output" },
	{ 0, "since", "VG/SNAPSHOT", option_text, FIELD(since), "only what changed since this thin volume" },
	{ 0, "resume", "TEXT", option_text, FIELD(resume), "go on from where an import stopped: what its --state file says" },
	THIN_LOOK_OPTIONS(FIELD(look)),
	{ 0 }
};

static const struct option_row import_options[] = {
	{ 'i', "input", "FILE", option_text, FIELD(file), "read FILE instead of standard input" },
	{ 0, "state", "FILE", option_text, FIELD(state), "keep in FILE from where it can go on, and go on from there" },
	{ 0, "any-base", NULL, option_flag, FIELD(any_base), "although it is not known what the LV holds" },
	{ 0, "unchecked", NULL, option_flag, FIELD(unchecked), "do not compare what changes with what it was" },
	{ 0 }
};
#undef FIELD

static int stream_check(const struct call *call, struct lvol_error *err)
{
	const struct stream_args *args = call->args;
	struct pool *pool = &call->tool->pool;

	if (!name_lv(name_plain(pool, call->words.list[0])))
		return fail(err, LVOL_E_INVALID, call->words.list[0], "is no LV; say VG/LV");
	if (args->since && !name_lv(name_plain(pool, args->since)))
		return fail(err, LVOL_E_INVALID, args->since, "is no LV; say VG/LV");
	return 0;
}

/* export */

static int write_all(int fd, const char *name, const char *data, size_t len, struct lvol_error *err)
{
	for (size_t done = 0; done < len;) {
		ssize_t written = write(fd, data + done, len - done);

		if (written < 0 && errno != EINTR)
			return fail_errno(err, name, "cannot be written");
		done += written > 0 ? (size_t)written : 0;
	}
	return 0;
}

static int open_export(struct call *call, struct lvol_vg *vg, const struct lvol_lv *lv, struct lvol_backend *backend,
		struct lvol_export **out, struct lvol_error *err)
{
	const struct stream_args *args = call->args;
	struct lvol_export_opts opts = LVOL_EXPORT_OPTS_INIT;
	struct pool *pool = &call->tool->pool;

	if (args->since) {
		const char *name = name_plain(pool, args->since);

		opts.since = strcmp(name_vg(pool, name), lvol_vg_name(vg)) ? NULL : lvol_lv_find(vg, name_lv(name));
		if (!opts.since)
			return fail(err, LVOL_E_NOT_FOUND, name, "there is no such LV in VG %s", lvol_vg_name(vg));
	}
	opts.resume = args->resume;
	opts.backend = backend;
	opts.view_flags = (args->look.reserved ? LVOL_THIN_VIEW_RESERVED : 0) |
		(args->look.drop_reserved ? LVOL_THIN_VIEW_DROP_RESERVED : 0);
	return lvol_export_open(lv, &opts, out, err);
}

static int send_stream(struct call *call, struct lvol_export *exporting, uint64_t size, struct lvol_error *err)
{
	const struct stream_args *args = call->args;
	const char *name = args->file ? args->file : "standard output";
	char *buffer = pool_alloc(&call->tool->pool, PIECE_BYTES);
	struct progress progress;
	int ret = 0, fd = STDOUT_FILENO;
	size_t got = PIECE_BYTES;

	if (args->file)
		fd = open(args->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else if (isatty(fd))
		return fail(err, LVOL_E_INVALID, name, "is a terminal; redirect it, or say --output FILE");
	if (fd < 0)
		return fail_errno(err, name, "cannot be written");
	progress_begin(&progress, call->words.list[0], size, call->tool->settings.quiet);
	while (ret == 0 && got == PIECE_BYTES) {
		ret = lvol_export_read(exporting, buffer, PIECE_BYTES, &got, err);
		if (ret == 0)
			ret = write_all(fd, name, buffer, got, err);
		progress_show(&progress, lvol_export_position(exporting));
	}
	progress_end(&progress, lvol_export_position(exporting));
	if (args->file && close(fd) < 0 && ret == 0)
		ret = fail_errno(err, name, "cannot be written");
	return ret;
}

static int export_run(struct call *call, struct lvol_error *err)
{
	struct lvol_export *exporting = NULL;
	struct lvol_backend *backend;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = thin_look_lv(call, call->words.list[0], &vg, &lv, err);

	if (ret < 0)
		return ret;
	backend = thin_look_backend(call);
	ret = open_export(call, vg, lv, backend, &exporting, err);
	if (ret == 0)
		ret = send_stream(call, exporting, lvol_lv_size_bytes(lv), err);
	lvol_export_close(exporting);
	lvol_backend_close(backend);
	lvol_vg_unref(vg);
	return ret;
}

const struct command command_export = {
	.name = "export", .usage = "VG/LV", .summary = "Write a volume as a stream, or what changed since a snapshot",
	.details = "The stream is for `lvol import`. It is of one moment only if nobody writes: export a snapshot. With --since,\n"
			"of two thin volumes of a pool only what differs is read and sent.",
	.options = export_options, .args_size = sizeof(struct stream_args),
	.min_words = 1, .max_words = 1,
	.check = stream_check, .run = export_run,
};

/* import */

struct arrival {
	struct call *call;
	const char *input, *resume;
	const char *content;      /* what the LV holds, by its tag; NULL: not known */
	struct lvol_import *importing;
	int fd;
	struct progress progress;
};

static const char *content_of(const struct lvol_lv *lv, struct pool *pool)
{
	const char *tag;

	for (size_t i = 0; (tag = lvol_lv_tag(lv, i)); i++)
		if (!strncmp(tag, CONTENT_TAG, strlen(CONTENT_TAG)))
			return pool_printf(pool, "%s", tag + strlen(CONTENT_TAG));
	return NULL;
}

/* The tag says what the LV holds, as long as that is certain. */
static int set_content(struct call *call, const char *old, const char *content, struct lvol_error *err)
{
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;
	struct pool *pool = &call->tool->pool;
	const char *name = name_plain(pool, call->words.list[0]);
	const char *vgs[] = { name_vg(pool, name), NULL };
	const char *add[] = { content ? pool_printf(pool, CONTENT_TAG "%s", content) : NULL, NULL };
	const char *remove[] = { old ? pool_printf(pool, CONTENT_TAG "%s", old) : NULL, NULL };
	struct lvol_txn *txn;
	int ret;

	if (!old && !content)
		return 0;
	ret = lvol_txn_begin(call->tool->ctx, vgs, NULL, &txn, err);
	if (ret < 0)
		return ret;
	opts.add_tags = content ? add : NULL;
	opts.remove_tags = old && (!content || strcmp(old, content)) ? remove : NULL;
	ret = lvol_lv_change(txn, name, &opts, err);
	if (ret == 0)
		ret = lvol_txn_commit(txn, err);
	lvol_txn_free(txn);
	return ret;
}

/* From where it can go on. */
static int keep_state(struct arrival *a, struct lvol_error *err)
{
	const struct stream_args *args = a->call->args;
	struct pool *pool = &a->call->tool->pool;
	const char *now = lvol_import_resume(a->importing);

	if (!args->state || !*now || (a->resume && !strcmp(now, a->resume)))
		return 0;
	a->resume = pool_printf(pool, "%s", now);
	return text_file_write(pool, args->state, pool_printf(pool, "%s\n", now), err);
}

static int read_state(struct arrival *a, struct lvol_error *err)
{
	const struct stream_args *args = a->call->args;
	struct text_file text;
	int ret;

	if (!args->state || access(args->state, F_OK) < 0)
		return 0;
	ret = text_file_read(&a->call->tool->pool, args->state, &text, err);
	if (ret == 0)
		a->resume = pool_copy(&a->call->tool->pool, text.text, strcspn(text.text, "\n"));
	return ret;
}

static int receive(struct arrival *a, struct lvol_error *err)
{
	char *buffer = pool_alloc(&a->call->tool->pool, PIECE_BYTES);
	ssize_t got = 1;
	int ret = 0;

	while (ret == 0 && got) {
		got = read(a->fd, buffer, PIECE_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(err, a->input, "cannot be read");
		ret = lvol_import_write(a->importing, buffer, (size_t)got, err);
		if (ret == 0)
			ret = keep_state(a, err);
		progress_show(&a->progress, lvol_import_position(a->importing));
	}
	return ret == 0 ? lvol_import_finish(a->importing, err) : ret;
}

static int open_input(struct arrival *a, struct lvol_error *err)
{
	const struct stream_args *args = a->call->args;

	a->input = args->file ? args->file : "standard input";
	a->fd = args->file ? open(args->file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	return a->fd < 0 ? fail_errno(err, a->input, "cannot be read") : 0;
}

static int open_import(struct arrival *a, struct lvol_io **io, struct lvol_error *err)
{
	const struct stream_args *args = a->call->args;
	struct lvol_import_opts opts = LVOL_IMPORT_OPTS_INIT;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = thin_look_lv(a->call, a->call->words.list[0], &vg, &lv, err);

	if (ret < 0)
		return ret;
	a->content = content_of(lv, &a->call->tool->pool);
	opts.flags = (args->any_base ? LVOL_IMPORT_ANY_BASE : 0) | (args->unchecked ? LVOL_IMPORT_UNCHECKED : 0);
	opts.content = a->content;
	opts.resume = a->resume;
	ret = lvol_io_open(lv, LVOL_IO_WRITE, io, err);
	if (ret == 0)
		ret = lvol_import_open(*io, &opts, &a->importing, err);
	lvol_vg_unref(vg);
	return ret;
}

static int take_stream(struct arrival *a, struct lvol_error *err)
{
	const struct stream_args *args = a->call->args;
	struct lvol_error ignored = LVOL_ERROR_INIT;
	struct pool *pool = &a->call->tool->pool;
	const char *content = NULL, *old;
	struct lvol_io *io = NULL;
	bool untouched = true;
	int ret = open_import(a, &io, err);

	old = a->content;
	if (ret == 0)
		ret = set_content(a->call, old, NULL, err);
	if (ret == 0) {
		progress_begin(&a->progress, a->call->words.list[0], lvol_io_size_bytes(io), a->call->tool->settings.quiet);
		ret = receive(a, err);
		progress_end(&a->progress, lvol_import_position(a->importing));
		untouched = ret < 0 && !lvol_import_position(a->importing);
		content = pool_printf(pool, "%s", lvol_import_content(a->importing));
	}
	lvol_import_close(a->importing);
	lvol_io_close(io);
	if (ret < 0) {
		if (untouched)
			set_content(a->call, NULL, old, &ignored);
		return ret;
	}
	if (args->state && unlink(args->state) < 0 && errno != ENOENT)
		return fail_errno(err, args->state, "cannot be removed");
	return set_content(a->call, NULL, content, err);
}

static int import_run(struct call *call, struct lvol_error *err)
{
	struct arrival arrival = { .call = call, .fd = -1 };
	int ret = read_state(&arrival, err);

	if (ret == 0)
		ret = open_input(&arrival, err);
	if (ret == 0)
		ret = take_stream(&arrival, err);
	if (arrival.fd > STDERR_FILENO)
		close(arrival.fd);
	return ret;
}

const struct command command_import = {
	.name = "import", .usage = "VG/LV", .summary = "Fill a volume with the stream of `lvol export`",
	.details = "A stream with what changed is taken only where its base is: an import leaves the name of what the LV holds then in\n"
			"a tag, lvol.content=..., and each range that changes is compared with what it was. After an interruption,\n"
			"`lvol export --resume` with the text in the --state file makes the rest, and the same import takes it.",
	.options = import_options, .args_size = sizeof(struct stream_args),
	.min_words = 1, .max_words = 1,
	.check = stream_check, .run = import_run,
};
