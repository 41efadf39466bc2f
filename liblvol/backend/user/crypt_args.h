/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CRYPT_ARGS_H
#define LVI_BACKEND_USER_CRYPT_ARGS_H

#include "backend/user/live.h"

#define CRYPT_KEY_BYTES_MAX 64
#define CRYPT_WORD_MAX 32

/* What "aes-cbc-essiv:sha256" says, or "capi:cbc(aes)-essiv:sha256"; "" where it says nothing. */
struct crypt_spec { char cipher[CRYPT_WORD_MAX], mode[CRYPT_WORD_MAX], iv[CRYPT_WORD_MAX], hash[CRYPT_WORD_MAX]; };

/* LVOL_E_CORRUPT: it is no specification. Whether there is such a cipher is not looked at. */
int lvi_crypt_spec_parse(const char *device, const char *text, struct crypt_spec *out, struct lvol_error *err);

enum crypt_flag { CRYPT_ALLOW_DISCARDS = 1u << 0, CRYPT_IV_LARGE = 1u << 1 };

/* A table line. It holds the key: whoever has one wipes it with lvi_crypt_args_wipe(). */
struct crypt_args {
	const char *device;
	struct crypt_spec spec;
	unsigned char key[CRYPT_KEY_BYTES_MAX];
	size_t key_bytes;
	uint64_t iv_offset;     /* in sectors of 512, whatever the unit */
	uint32_t unit_bytes;    /* what is encrypted at a time: option sector_size */
	unsigned flags;         /* enum crypt_flag */
	struct user_base base;
};

int lvi_crypt_args_read(const struct user_line *line, struct user_live *live, struct crypt_args *out,
		struct lvol_error *err);
void lvi_crypt_args_wipe(struct crypt_args *args);

#endif
