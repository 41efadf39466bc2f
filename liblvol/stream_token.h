/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STREAM_TOKEN_H
#define LVI_STREAM_TOKEN_H

#include "stream/format.h"

/* From where an interrupted stream goes on: "OFFSET/CONTENT/BASE", base "" for a whole one. */
#define STREAM_TOKEN_SIZE (24 + 2 * (STREAM_CONTENT_MAX + 1))

struct stream_token {
	uint64_t offset;
	char content[STREAM_CONTENT_MAX + 1], base[STREAM_CONTENT_MAX + 1];
};

void lvi_stream_token_print(const struct stream_token *token, char out[STREAM_TOKEN_SIZE]);
/* LVOL_E_INVALID. */
int lvi_stream_token_parse(const char *text, struct stream_token *out, struct lvol_error *err);

#endif
