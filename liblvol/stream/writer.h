/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STREAM_WRITER_H
#define LVI_STREAM_WRITER_H

#include "stream/format.h"

/* What a stream is made of. */
struct stream_piece { uint64_t offset, length; bool zero; };
struct stream_source {
	/* The next piece that is to be told, which ends behind @from, cut to the volume: 1, or 0 when there is none. */
	int (*next)(void *arg, uint64_t from, struct stream_piece *out, struct lvol_error *err);
	int (*read)(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	/* What the base holds: 1; or 0, it cannot be known. NULL: there is none. */
	int (*before)(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
	void *arg;
};

/* A stream is pulled out, in pieces of any size. */
struct stream_writer {
	struct stream_source source;
	struct stream_head head;
	uint8_t *out;                       /* a record and its payload */
	uint8_t *before;                    /* what the base holds; NULL: there is none */
	size_t have, given;
	uint32_t seed, number;
	uint64_t at, marked;                /* what is below was told; where the last mark was */
	struct stream_piece piece;          /* what is left of it */
	bool begun, ended;
};

int lvi_stream_writer_init(struct stream_writer *w, const struct stream_head *head, const struct stream_source *source,
		struct lvol_error *err);
/* *got is less than @len at the end only. */
int lvi_stream_pull(struct stream_writer *w, void *buf, size_t len, size_t *got, struct lvol_error *err);
void lvi_stream_writer_free(struct stream_writer *w);

#endif
