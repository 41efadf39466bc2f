/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int lvi_stream_reader_init(struct stream_reader *r, const struct stream_sink *sink, struct lvol_error *err)
{
	memset(r, 0, sizeof *r);
	r->sink = *sink;
	r->payload = malloc(STREAM_PAYLOAD_MAX);
	return r->payload ? 0 : lvi_error_nomem(err);
}

void lvi_stream_reader_free(struct stream_reader *r)
{
	free(r->payload);
	r->payload = NULL;
}

static int take_head(struct stream_reader *r, struct lvol_error *err)
{
	int ret = lvi_stream_get_head(r->begun, &r->head, &r->seed, err);

	if (!ret)
		ret = r->sink.head(r->sink.arg, &r->head, err);
	r->at = r->head.begin;
	r->state = STREAM_AT_RECORD;
	return ret;
}

/* What a record may not be at this place. */
static const char *misplaced(const struct stream_reader *r)
{
	const struct stream_record *c = &r->record;

	if (c->number != r->number)
		return "one before it is missing";
	if (c->offset < r->at)
		return "it tells again what was told already";
	if (!r->head.incremental && c->offset != r->at)
		return "there is a gap before it";
	if (c->offset > r->head.size || c->length > r->head.size - c->offset)
		return "it lies beyond the end of the volume";
	if (c->type == STREAM_END && c->offset != r->head.size)
		return "it ends before the end of the volume";
	if (c->has_before && !r->head.incremental)
		return "it has a base, and the stream has none";
	return NULL;
}

static int take_range(struct stream_reader *r, const uint8_t *payload, struct lvol_error *err)
{
	r->at = r->record.offset + r->record.length;
	r->state = STREAM_AT_RECORD;
	return r->sink.range(r->sink.arg, &r->record, payload, err);
}

static int take_record(struct stream_reader *r, struct lvol_error *err)
{
	const char *wrong;
	int ret = lvi_stream_get_record(r->begun, &r->record, r->seed, err);

	if (ret)
		return lvi_error_prefix(err, ret, "record %u", r->number);
	wrong = misplaced(r);
	if (wrong)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "record %u is out of place: %s", r->number, wrong);
	r->number++;
	switch (r->record.type) {
	case STREAM_DATA:
		r->state = STREAM_AT_PAYLOAD;
		return 0;
	case STREAM_ZERO:
		return take_range(r, NULL, err);
	case STREAM_MARK:
		r->at = r->record.offset;
		return r->sink.mark(r->sink.arg, r->at, err);
	case STREAM_END:
		break;
	}
	r->at = r->record.offset;
	r->state = STREAM_AT_END;
	return r->sink.end(r->sink.arg, err);
}

static int take_payload(struct stream_reader *r, struct lvol_error *err)
{
	if (lvi_stream_crc(0, r->payload, r->record.length) != r->record.payload_crc)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "record %u is damaged: the checksum of its data is wrong", r->number - 1);
	return take_range(r, r->payload, err);
}

static const struct {
	int (*take)(struct stream_reader *r, struct lvol_error *err);
	size_t bytes;
} parts[] = {
	[STREAM_AT_HEAD] = { take_head, STREAM_HEAD_BYTES },
	[STREAM_AT_RECORD] = { take_record, STREAM_RECORD_BYTES },
	[STREAM_AT_PAYLOAD] = { take_payload, 0 },
};

int lvi_stream_push(struct stream_reader *r, const void *data, size_t len, struct lvol_error *err)
{
	const uint8_t *from = data;
	int ret = 0;

	if (r->state == STREAM_FAILED)
		return lvi_error(err, LVOL_E_STATE, NULL, "this stream was refused before");
	while (!ret && len && r->state != STREAM_AT_END) {
		bool payload = r->state == STREAM_AT_PAYLOAD;
		size_t want = payload ? r->record.length : parts[r->state].bytes, n = want - r->have < len ? want - r->have : len;

		memcpy((payload ? r->payload : r->begun) + r->have, from, n);
		r->have += n;
		from += n;
		len -= n;
		if (r->have < want)
			break;
		r->have = 0;
		ret = parts[r->state].take(r, err);
	}
	if (!ret && len && r->state == STREAM_AT_END)
		ret = lvi_error(err, LVOL_E_CORRUPT, NULL, "%zu bytes follow the end of the stream", len);
	if (ret)
		r->state = STREAM_FAILED;
	return ret;
}
