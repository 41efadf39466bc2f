/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams of volumes. Input: 1 byte of choices, then a stream. Checksums of head and records are made right (bit 0 of the
 * choices: they are left), it is pushed in pieces of a size that the choices say, and what comes out must be in order and
 * within the volume; the same stream in other pieces must say the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "stream/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard { uint64_t size, at; uint32_t sum; unsigned ranges; bool incremental, ended; };

static int hear_head(void *arg, const struct stream_head *head, struct lvol_error *err)
{
	struct heard *h = arg;

	(void)err;
	if (!head->size || head->begin > head->size || !lvi_stream_content_ok(head->content) || !lvi_stream_content_ok(head->base))
		abort();
	*h = (struct heard){ .size = head->size, .at = head->begin, .incremental = head->incremental };
	return 0;
}

static int hear_range(void *arg, const struct stream_record *r, const uint8_t *payload, struct lvol_error *err)
{
	struct heard *h = arg;

	(void)err;
	if (h->ended || r->offset < h->at || (!h->incremental && r->offset != h->at) || !r->length || r->offset + r->length > h->size)
		abort();
	if (payload)
		h->sum = lvi_stream_crc(h->sum, payload, r->length);
	h->at = r->offset + r->length;
	h->ranges++;
	return 0;
}

static int hear_mark(void *arg, uint64_t offset, struct lvol_error *err)
{
	struct heard *h = arg;

	(void)err;
	if (h->ended || offset < h->at || offset > h->size)
		abort();
	h->at = offset;
	return 0;
}

static int hear_end(void *arg, struct lvol_error *err)
{
	struct heard *h = arg;

	(void)err;
	if (h->ended || (!h->incremental && h->at != h->size))
		abort();
	h->ended = true;
	return 0;
}

static int listen(const uint8_t *data, size_t size, size_t piece, struct heard *h)
{
	const struct stream_sink sink = { hear_head, hear_range, hear_mark, hear_end, h };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct stream_reader r;
	int ret = 0;

	memset(h, 0, sizeof *h);
	if (lvi_stream_reader_init(&r, &sink, NULL))
		abort();
	for (size_t at = 0; !ret && at < size; at += piece)
		ret = lvi_stream_push(&r, data + at, size - at < piece ? size - at : piece, &err);
	if (ret && (!*err.message || !lvi_stream_push(&r, data, 1, NULL)))
		abort();
	lvi_stream_reader_free(&r);
	return ret;
}

/* Checksums, and numbers of records, as they would be. */
static void mend(uint8_t *data, size_t size)
{
	struct stream_record r;
	uint32_t seed, number = 0;

	if (size < STREAM_HEAD_BYTES)
		return;
	lvi_put_le32(data + STREAM_HEAD_BYTES - 4, lvi_stream_crc(0, data, STREAM_HEAD_BYTES - 4));
	seed = lvi_stream_seed(data);
	for (size_t at = STREAM_HEAD_BYTES; size - at >= STREAM_RECORD_BYTES; number++) {
		uint8_t *c = data + at;
		uint64_t payload = lvi_get_le32(c) == STREAM_DATA ? lvi_get_le64(c + 24) : 0;

		lvi_put_le32(c + 8, number);
		at += STREAM_RECORD_BYTES;
		if (payload && payload <= size - at && payload <= STREAM_PAYLOAD_MAX)
			lvi_put_le32(c + 36, lvi_stream_crc(0, data + at, payload));
		lvi_put_le32(c + STREAM_RECORD_BYTES - 4, lvi_stream_crc(seed, c, STREAM_RECORD_BYTES - 4));
		if (lvi_stream_get_record(c, &r, seed, NULL) || payload > size - at)
			return;
		at += payload;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard once, again;
	uint8_t *stream;
	int a, b;

	if (!size)
		return 0;
	stream = malloc(size);
	memcpy(stream, data + 1, size - 1);
	if (!(data[0] & 1))
		mend(stream, size - 1);
	a = listen(stream, size - 1, 1 + (data[0] >> 1), &once);
	b = listen(stream, size - 1, size, &again);
	if (a != b || memcmp(&once, &again, sizeof once))
		abort();
	free(stream);
	return 0;
}
