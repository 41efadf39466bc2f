/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables and statuses of devices, and streams of volumes: the inputs, and what is done with them. */
#include "limits.h"

#include <string.h>

#include "stream/reader.h"
#include "visit.h"

static void put_again(struct text *t, const char *piece)
{
	while (text_has_room(t))
		text_put(t, "%s", piece);
}

static void put_lines(struct text *t, const char *rest)
{
	for (unsigned i = 0; text_has_room(t); i++)
		text_put(t, "%u 8 %s\n", 8 * i, rest);
}

static void linear(struct text *t) { put_lines(t, "linear 8:0 0"); }
static void statuses(struct text *t) { put_lines(t, "thin 8 7"); }
static void one_place(struct text *t) { put_again(t, "0 8 linear 8:0 0\n"); }
static void empty_lines(struct text *t) { put_again(t, "\n"); }
static void blanks(struct text *t) { put_again(t, " "); }
static void backslashes(struct text *t) { text_put(t, "0 8 linear "); put_again(t, "\\"); }
static void words(struct text *t) { text_put(t, "0 8 striped "); put_again(t, "8:0 0 "); }
static void one_word(struct text *t) { text_put(t, "0 8 linear "); put_again(t, "x"); }
static void a_number(struct text *t) { put_again(t, "9"); }
static void features(struct text *t) { text_put(t, "0 8 cache 8 1/2 8 1/2 0 0 0 0 0 0 0 999999 "); put_again(t, "a "); }
static void legs(struct text *t) { text_put(t, "0 8 raid raid1 999999 "); put_again(t, "A"); }
static void mirrors(struct text *t) { text_put(t, "0 8 mirror 999999 "); put_again(t, "8:0 "); }

const struct limit_case limit_lines[] = {
	{ "many lines", linear }, { "many statuses", statuses }, { "one line again and again", one_place },
	{ "empty lines", empty_lines }, { "blanks", blanks }, { "backslashes", backslashes }, { "many words", words },
	{ "a long word", one_word }, { "a long number", a_number }, { "many features", features }, { "many legs", legs },
	{ "many mirrors", mirrors }, { NULL, NULL }
};

void limit_table(const struct text *t)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_table *table = NULL;
	int r = lvol_table_new(t->data, &table, &err);

	visit_must(!r || (r == -LVOL_E_INVALID && *err.message), err.message);
	if (!r)
		visit_must(strlen(lvol_table_text(table)) > 0 || !lvol_table_line_count(table), "a table without a text");
	lvol_table_free(table);
}

void limit_status(const struct text *t)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_status *status = NULL;
	int r = lvol_status_new(t->data, &status, &err);

	visit_must(!r || (r == -LVOL_E_INVALID && *err.message), err.message);
	lvol_status_free(status);
}

/* ---- streams ---- */

static char *room(struct text *t, size_t bytes)
{
	char *at = t->data + t->len;

	t->len += bytes;
	return at;
}

static uint32_t put_head(struct text *t, bool incremental)
{
	struct stream_head head = { .size = UINT64_C(1) << 62, .incremental = incremental, .content = "content" };
	uint8_t *at = (uint8_t *)room(t, STREAM_HEAD_BYTES);

	if (incremental)
		strcpy(head.base, "base");
	lvi_stream_put_head(at, &head);
	return lvi_stream_seed(at);
}

static void put_records(struct text *t, enum stream_type type, uint64_t length)
{
	uint32_t seed = put_head(t, true), payload = type == STREAM_DATA ? (uint32_t)length : 0;

	for (uint32_t i = 0; t->len + STREAM_RECORD_BYTES + payload + 4096 < LIMIT_INPUT; i++) {
		struct stream_record r = { .type = type, .number = i, .offset = i * length, .length = length };
		uint8_t *at = (uint8_t *)room(t, STREAM_RECORD_BYTES), *data = (uint8_t *)room(t, payload);

		memset(data, 'x', payload);
		r.payload_crc = lvi_stream_crc(0, data, payload);
		lvi_stream_put_record(at, &r, seed);
	}
}

static void zeroes(struct text *t) { put_records(t, STREAM_ZERO, UINT64_C(1) << 40); }
static void small_data(struct text *t) { put_records(t, STREAM_DATA, 512); }
static void marks(struct text *t) { put_records(t, STREAM_MARK, 0); }

static void head_alone(struct text *t)
{
	put_head(t, false);
	memset(room(t, LIMIT_INPUT - STREAM_HEAD_BYTES), 0, LIMIT_INPUT - STREAM_HEAD_BYTES);
}

const struct limit_case limit_streams[] = {
	{ "records of zeroes", zeroes }, { "small records", small_data }, { "marks", marks }, { "a head and zeroes", head_alone },
	{ NULL, NULL }
};

static int on_head(void *arg, const struct stream_head *head, struct lvol_error *err) { return 0; }
static int on_range(void *arg, const struct stream_record *r, const uint8_t *payload, struct lvol_error *err) { return 0; }
static int on_mark(void *arg, uint64_t offset, struct lvol_error *err) { return 0; }
static int on_end(void *arg, struct lvol_error *err) { return 0; }

void limit_stream(const struct text *t)
{
	const struct stream_sink sink = { on_head, on_range, on_mark, on_end, NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct stream_reader reader;
	int r = 0;

	visit_must(!lvi_stream_reader_init(&reader, &sink, NULL), "no memory");
	/* as from a pipe */
	for (size_t at = 0; !r && at < t->len; at += 4096)
		r = lvi_stream_push(&reader, t->data + at, t->len - at < 4096 ? t->len - at : 4096, &err);
	visit_must(!r || *err.message, "an error without a message");
	lvi_stream_reader_free(&reader);
}
