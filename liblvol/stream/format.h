/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STREAM_FORMAT_H
#define LVI_STREAM_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * The content of a volume as a stream, all of it or what changed since another content; docs/thin-stream.md. A head, then
 * records, which ascend in the volume. All little endian. The CRC of each record begins with that of the head, so that
 * records of different streams do not fit together.
 */
#define STREAM_HEAD_BYTES 256u
#define STREAM_RECORD_BYTES 48u
#define STREAM_PAYLOAD_MAX ((uint32_t)1 << 20)
#define STREAM_CONTENT_MAX 79u          /* without the NUL */
#define STREAM_VERSION 1u

struct stream_head {
	uint64_t size;                      /* of the volume, bytes */
	uint64_t begin;                     /* what is below is told by an earlier stream */
	bool incremental;                   /* gaps between records stay as they are; else there are none */
	char content[STREAM_CONTENT_MAX + 1];  /* what the volume holds when all of it is there */
	char base[STREAM_CONTENT_MAX + 1];  /* incremental: what it holds before */
};

enum stream_type {
	STREAM_DATA = 1,                    /* the payload is what is there */
	STREAM_ZERO = 2,
	STREAM_MARK = 3,                    /* all below `offset` is told: a place to go on from */
	STREAM_END = 4                      /* `offset` is the size */
};

struct stream_record {
	enum stream_type type;
	bool has_before;                    /* `before` is the CRC of what the base holds there */
	uint32_t number;                    /* from 0 */
	uint64_t offset, length;            /* in the volume; MARK and END have no length */
	uint32_t before, payload_crc;
};

/* CRC-32 as zlib's, to be gone on with: 0 at the beginning. */
uint32_t lvi_stream_crc(uint32_t crc, const void *data, size_t len);

/* Letters, digits and -_.+ */
bool lvi_stream_content_ok(const char *text);

void lvi_stream_put_head(uint8_t out[STREAM_HEAD_BYTES], const struct stream_head *head);
/* @seed for the records' CRC. LVOL_E_CORRUPT, LVOL_E_NOT_SUPPORTED: a newer version. */
int lvi_stream_get_head(const uint8_t in[STREAM_HEAD_BYTES], struct stream_head *head, uint32_t *seed,
		struct lvol_error *err);
uint32_t lvi_stream_seed(const uint8_t head[STREAM_HEAD_BYTES]);

void lvi_stream_put_record(uint8_t out[STREAM_RECORD_BYTES], const struct stream_record *record, uint32_t seed);
/* The form alone; what the place in the stream asks for is reader.c's. LVOL_E_CORRUPT. */
int lvi_stream_get_record(const uint8_t in[STREAM_RECORD_BYTES], struct stream_record *record, uint32_t seed,
		struct lvol_error *err);
uint32_t lvi_stream_payload_bytes(const struct stream_record *record);

#endif
