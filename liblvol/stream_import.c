/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/stream.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "io.h"
#include "stream/reader.h"
#include "stream_token.h"

#define IMPORT_FLAGS (LVOL_IMPORT_ANY_BASE | LVOL_IMPORT_UNCHECKED)

struct lvol_import {
	struct lvol_io *io;
	uint32_t flags;
	struct stream_reader reader;
	char held[STREAM_CONTENT_MAX + 1];  /* what the LV holds, if that is known */
	bool resumed;
	struct stream_token from;           /* where it goes on */
	struct stream_token safe;           /* and where it would */
	char safe_text[STREAM_TOKEN_SIZE];
	uint8_t *there;                     /* STREAM_PAYLOAD_MAX: what the LV holds where something changes */
};

void lvi_stream_token_print(const struct stream_token *t, char out[STREAM_TOKEN_SIZE])
{
	snprintf(out, STREAM_TOKEN_SIZE, "%llu/%s/%s", (unsigned long long)t->offset, t->content, t->base);
}

static bool copy_part(char out[STREAM_CONTENT_MAX + 1], const char *from, size_t len)
{
	if (len > STREAM_CONTENT_MAX)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return lvi_stream_content_ok(out);
}

int lvi_stream_token_parse(const char *text, struct stream_token *out, struct lvol_error *err)
{
	const char *content = strchr(text, '/'), *base = content ? strchr(content + 1, '/') : NULL;
	char *end;

	errno = 0;
	out->offset = strtoull(text, &end, 10);
	if (base && *text >= '0' && *text <= '9' && end == content && !errno &&
	    copy_part(out->content, content + 1, base - content - 1) && copy_part(out->base, base + 1, strlen(base + 1)))
		return 0;
	return lvi_error(err, LVOL_E_INVALID, NULL, "\"%s\" is no place to resume from, as lvol_import_resume() says it", text);
}

static void note_safe(struct lvol_import *i, uint64_t offset)
{
	i->safe.offset = offset;
	lvi_stream_token_print(&i->safe, i->safe_text);
}

static const char *lv_text(const struct lvol_import *i, char out[300])
{
	snprintf(out, 300, "%s/%s", i->io->vg->name, i->io->lv->name);
	return out;
}

/* Whether what the LV is said to hold is what the stream goes on from. What it brings is fine as well: it is there already. */
static int check_base(const struct lvol_import *i, const struct stream_head *head, struct lvol_error *err)
{
	char name[300];

	if (!head->incremental || i->flags & LVOL_IMPORT_ANY_BASE || i->resumed)
		return 0;
	lv_text(i, name);
	if (!*i->held)
		return lvi_error(err, LVOL_E_CONFLICT, name, "the stream has what changed since %s, and it is not known what %s holds; "
				"say so, or LVOL_IMPORT_ANY_BASE", head->base, name);
	if (!strcmp(i->held, head->base) || !strcmp(i->held, head->content))
		return 0;
	return lvi_error(err, LVOL_E_CONFLICT, name, "the stream has what changed since %s, and %s holds %s; import what is between "
			"first, or a whole stream", head->base, name, i->held);
}

static int check_resumed(const struct lvol_import *i, const struct stream_head *head, struct lvol_error *err)
{
	char name[300];

	lv_text(i, name);
	if (!i->resumed && head->begin)
		return lvi_error(err, LVOL_E_CONFLICT, name, "the stream goes on at %llu, and nothing was imported before",
				(unsigned long long)head->begin);
	if (!i->resumed)
		return 0;
	if (strcmp(head->content, i->from.content) || strcmp(head->base, i->from.base))
		return lvi_error(err, LVOL_E_CONFLICT, name, "the stream brings %s, and what was interrupted brought %s", head->content,
				i->from.content);
	if (head->begin > i->from.offset)
		return lvi_error(err, LVOL_E_CONFLICT, name, "the stream goes on at %llu, and only what is before %llu is there",
				(unsigned long long)head->begin, (unsigned long long)i->from.offset);
	return 0;
}

static int take_head(void *arg, const struct stream_head *head, struct lvol_error *err)
{
	struct lvol_import *i = arg;
	char name[300];
	int r = check_resumed(i, head, err);

	if (!r)
		r = check_base(i, head, err);
	if (r)
		return r;
	if (head->size > lvol_io_size_bytes(i->io))
		return lvi_error(err, LVOL_E_RANGE, lv_text(i, name), "the volume of the stream has %llu bytes, and %s only %llu; extend it first",
				(unsigned long long)head->size, name, (unsigned long long)lvol_io_size_bytes(i->io));
	memcpy(i->safe.content, head->content, sizeof i->safe.content);
	memcpy(i->safe.base, head->base, sizeof i->safe.base);
	note_safe(i, head->begin);
	return 0;
}

static bool is_same(const uint8_t *there, const uint8_t *payload, size_t len)
{
	return payload ? !memcmp(there, payload, len) : !*there && !memcmp(there, there + 1, len - 1);
}

/* 1: what the record brings is there already, from an import that was interrupted. */
static int compare(struct lvol_import *i, const struct stream_record *r, const uint8_t *payload, struct lvol_error *err)
{
	char name[300];
	int ret;

	if (!r->has_before || i->flags & LVOL_IMPORT_UNCHECKED)
		return 0;
	ret = lvol_io_pread(i->io, i->there, r->length, r->offset, err);
	if (ret)
		return ret;
	if (is_same(i->there, payload, r->length))
		return 1;
	if (lvi_stream_crc(0, i->there, r->length) == r->before)
		return 0;
	return lvi_error(err, LVOL_E_CONFLICT, lv_text(i, name), "%s does not hold the base of the stream: %llu bytes at %llu are neither what "
			"they were nor what they become; it was written since, or is another volume", name,
			(unsigned long long)r->length, (unsigned long long)r->offset);
}

/* What is nowhere reads as zero, and stays nowhere. */
static int write_zeroes(struct lvol_import *i, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	struct lvol_io_extent e;
	int r = 0;

	for (; !r && len; offset += e.length, len -= e.length) {
		r = lvol_io_block_status(i->io, offset, &e, err);
		if (r)
			break;
		if (e.length > len)
			e.length = len;
		if (e.kind != LVOL_EXTENT_ZERO)
			r = lvol_io_write_zeroes(i->io, e.length, offset, err);
	}
	return r;
}

static int take_range(void *arg, const struct stream_record *record, const uint8_t *payload, struct lvol_error *err)
{
	struct lvol_import *i = arg;
	int r = compare(i, record, payload, err);

	if (r)
		return r < 0 ? r : 0;
	return payload ? lvol_io_pwrite(i->io, payload, record->length, record->offset, err) :
		write_zeroes(i, record->length, record->offset, err);
}

static int take_mark(void *arg, uint64_t offset, struct lvol_error *err)
{
	struct lvol_import *i = arg;
	int r = lvol_io_flush(i->io, err);

	if (!r)
		note_safe(i, offset);
	return r;
}

static int take_end(void *arg, struct lvol_error *err)
{
	struct lvol_import *i = arg;

	return take_mark(i, i->reader.head.size, err);
}

static int prepare(struct lvol_import *i, const struct lvol_import_opts *o, struct lvol_error *err)
{
	const struct stream_sink sink = { take_head, take_range, take_mark, take_end, i };
	int r = lvi_io_check(i->io, true, 0, 0, err);

	i->flags = o->flags;
	i->resumed = o->resume;
	if (!r && o->resume)
		r = lvi_stream_token_parse(o->resume, &i->from, err);
	if (r)
		return r;
	if (o->content)
		snprintf(i->held, sizeof i->held, "%s", o->content);
	i->there = malloc(STREAM_PAYLOAD_MAX);
	return i->there ? lvi_stream_reader_init(&i->reader, &sink, err) : lvi_error_nomem(err);
}

int lvol_import_open(struct lvol_io *io, const struct lvol_import_opts *opts, struct lvol_import **out,
		struct lvol_error *err)
{
	struct lvol_import_opts o = LVOL_IMPORT_OPTS_INIT;
	struct lvol_import *i;
	int r;

	ARG_REQUIRED(err, io);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, IMPORT_FLAGS);
	i = calloc(1, sizeof *i);
	if (!i)
		return lvi_error_nomem(err);
	i->io = io;
	r = prepare(i, &o, err);
	if (r)
		lvol_import_close(i);
	else
		*out = i;
	return r;
}

int lvol_import_write(struct lvol_import *importing, const void *buf, size_t len, struct lvol_error *err)
{
	ARG_REQUIRED(err, importing);
	ARG_REQUIRED_FOR(err, buf, len);
	return lvi_stream_push(&importing->reader, buf, len, err);
}

int lvol_import_finish(struct lvol_import *importing, struct lvol_error *err)
{
	ARG_REQUIRED(err, importing);
	if (importing->reader.state == STREAM_AT_END)
		return 0;
	if (!importing->reader.head.size)
		return lvi_error(err, LVOL_E_STATE, NULL, "no stream began that says of what volume it is; is this one at all?");
	return lvi_error(err, LVOL_E_STATE, NULL, "the stream ended too early, at %llu of %llu bytes of the volume; it can be resumed",
			(unsigned long long)importing->reader.at, (unsigned long long)importing->reader.head.size);
}

uint64_t lvol_import_position(const struct lvol_import *importing)
{
	return importing->reader.at;
}

const char *lvol_import_content(const struct lvol_import *importing)
{
	return importing->safe.content;
}

const char *lvol_import_resume(const struct lvol_import *importing)
{
	return importing->safe_text;
}

void lvol_import_close(struct lvol_import *importing)
{
	if (!importing)
		return;
	lvi_stream_reader_free(&importing->reader);
	free(importing->there);
	free(importing);
}
