/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STREAM_READER_H
#define LVI_STREAM_READER_H

#include "stream/format.h"

/*
 * A stream is pushed in, in pieces of any size; what it says comes out, checked: records in order, whole, within the volume.
 * Nothing of a damaged record comes out. What a function of the sink answers below 0 ends it.
 */
struct stream_sink {
	int (*head)(void *arg, const struct stream_head *head, struct lvol_error *err);
	/* DATA (with @payload) and ZERO (NULL) */
	int (*range)(void *arg, const struct stream_record *record, const uint8_t *payload, struct lvol_error *err);
	int (*mark)(void *arg, uint64_t offset, struct lvol_error *err);
	int (*end)(void *arg, struct lvol_error *err);
	void *arg;
};

struct stream_reader {
	struct stream_sink sink;
	enum { STREAM_AT_HEAD, STREAM_AT_RECORD, STREAM_AT_PAYLOAD, STREAM_AT_END, STREAM_FAILED } state;
	struct stream_head head;
	struct stream_record record;
	uint32_t seed, number;
	uint64_t at;                        /* in the volume: what is below was told */
	uint8_t begun[STREAM_HEAD_BYTES];   /* of a head or record, */
	uint8_t *payload;                   /* or payload, STREAM_PAYLOAD_MAX */
	size_t have;
};

int lvi_stream_reader_init(struct stream_reader *r, const struct stream_sink *sink, struct lvol_error *err);
/* LVOL_E_CORRUPT, LVOL_E_NOT_SUPPORTED, and what the sink answers: then nothing more is taken. */
int lvi_stream_push(struct stream_reader *r, const void *data, size_t len, struct lvol_error *err);
void lvi_stream_reader_free(struct stream_reader *r);

#endif
