/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream/writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define MARK_EVERY ((uint64_t)64 << 20)  /* bytes of the volume: what is told again after an interruption */

int lvi_stream_writer_init(struct stream_writer *w, const struct stream_head *head, const struct stream_source *source,
		struct lvol_error *err)
{
	memset(w, 0, sizeof *w);
	w->source = *source;
	w->head = *head;
	w->at = w->marked = head->begin;
	w->out = malloc(STREAM_RECORD_BYTES + STREAM_PAYLOAD_MAX);
	w->before = source->before ? malloc(STREAM_PAYLOAD_MAX) : NULL;
	if (w->out && (w->before || !source->before))
		return 0;
	lvi_stream_writer_free(w);
	return lvi_error_nomem(err);
}

void lvi_stream_writer_free(struct stream_writer *w)
{
	free(w->out);
	free(w->before);
	w->out = w->before = NULL;
}

static void put_head(struct stream_writer *w)
{
	lvi_stream_put_head(w->out, &w->head);
	w->seed = lvi_stream_seed(w->out);
	w->have = STREAM_HEAD_BYTES;
	w->begun = true;
}

static void put_record(struct stream_writer *w, struct stream_record *r)
{
	r->number = w->number++;
	lvi_stream_put_record(w->out, r, w->seed);
	w->have = STREAM_RECORD_BYTES + lvi_stream_payload_bytes(r);
	w->at = r->offset + r->length;
}

static bool all_zero(const uint8_t *data, size_t len)
{
	return !*data && !memcmp(data, data + 1, len - 1);
}

/* What the base holds where the record is: 1, it holds the same. */
static int compare(struct stream_writer *w, struct stream_record *r, struct lvol_error *err)
{
	int ret = w->source.before ? w->source.before(w->source.arg, w->before, r->length, r->offset, err) : 0;

	if (ret <= 0)
		return ret;
	r->has_before = true;
	r->before = lvi_stream_crc(0, w->before, r->length);
	return !memcmp(w->before, w->out + STREAM_RECORD_BYTES, r->length);
}

/* A part of the piece that fits into a record; nothing comes of it when the base holds the same. */
static int put_part(struct stream_writer *w, struct lvol_error *err)
{
	struct stream_record r = { .type = STREAM_DATA, .offset = w->piece.offset, .length = w->piece.length };
	uint8_t *payload = w->out + STREAM_RECORD_BYTES;
	int same, ret;

	/* parts end where others do */
	if (r.length > STREAM_PAYLOAD_MAX - r.offset % STREAM_PAYLOAD_MAX)
		r.length = STREAM_PAYLOAD_MAX - r.offset % STREAM_PAYLOAD_MAX;
	ret = w->source.read(w->source.arg, payload, r.length, r.offset, err);
	same = ret ? ret : compare(w, &r, err);
	if (same < 0)
		return same;
	w->piece.offset += r.length;
	w->piece.length -= r.length;
	if (same)
		return 0;
	if (all_zero(payload, r.length))
		r.type = STREAM_ZERO;
	else
		r.payload_crc = lvi_stream_crc(0, payload, r.length);
	put_record(w, &r);
	return 0;
}

static int put_zeroes(struct stream_writer *w)
{
	struct stream_record r = { .type = STREAM_ZERO, .offset = w->piece.offset, .length = w->piece.length };

	put_record(w, &r);
	w->piece.length = 0;
	return 0;
}

/* 0 when there is no more. */
static int next_piece(struct stream_writer *w, struct lvol_error *err)
{
	uint64_t from = w->piece.offset > w->at ? w->piece.offset : w->at;
	int ret = w->source.next(w->source.arg, from, &w->piece, err);

	if (ret <= 0 || w->piece.offset >= from)
		return ret;
	w->piece.length -= from - w->piece.offset;
	w->piece.offset = from;
	return ret;
}

/* Something goes to `out`, or it has ended; a part that is the same in the base gives nothing. */
static int produce(struct stream_writer *w, struct lvol_error *err)
{
	struct stream_record r = { .type = STREAM_MARK };
	int ret;

	if (!w->begun) {
		put_head(w);
		return 0;
	}
	ret = w->piece.length ? 1 : next_piece(w, err);
	if (ret < 0)
		return ret;
	r.offset = ret ? w->piece.offset : w->head.size;
	if (!ret) {
		r.type = STREAM_END;
		put_record(w, &r);
		w->ended = true;
	} else if (r.offset - w->marked >= MARK_EVERY) {
		put_record(w, &r);
		w->marked = r.offset;
	} else if (w->piece.zero) {
		return put_zeroes(w);
	} else {
		return put_part(w, err);
	}
	return 0;
}

int lvi_stream_pull(struct stream_writer *w, void *buf, size_t len, size_t *got, struct lvol_error *err)
{
	uint8_t *to = buf;
	int ret = 0;

	for (*got = 0; *got < len;) {
		size_t n = w->have - w->given;

		if (!n && w->ended)
			break;
		if (!n) {
			w->have = w->given = 0;
			ret = produce(w, err);
			if (ret)
				return ret;
			continue;
		}
		n = n < len - *got ? n : len - *got;
		memcpy(to + *got, w->out + w->given, n);
		w->given += n;
		*got += n;
	}
	return 0;
}
