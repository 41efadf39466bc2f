/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_INTEGRITY_HASH_H
#define LVI_BACKEND_USER_INTEGRITY_HASH_H

#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

/* What a block's tag is: a hash of the number of its first sector (64 bits, little-endian) and of its bytes. */
#define INTEGRITY_DIGEST_MAX 64

struct integrity_digest;

struct integrity_hash {
	uint32_t (*crc)(uint64_t sector, const void *data, size_t len);   /* NULL: a digest */
	struct integrity_digest *digest;                                  /* of libcrypto */
	size_t size;
};

/* By the kernel's name of it, in place of what *out has, or of nothing if it is cleared; LVOL_E_NOT_SUPPORTED. */
int lvi_integrity_hash_find(const char *name, const char *device, struct integrity_hash *out, struct lvol_error *err);
void lvi_integrity_hash_free(struct integrity_hash *hash);
/* @out has INTEGRITY_DIGEST_MAX bytes, of which hash->size are written. */
int lvi_integrity_hash(const struct integrity_hash *hash, uint64_t sector, const void *data, size_t len,
		unsigned char *out);

/* With libcrypto, if there is one; LVOL_E_NOT_SUPPORTED. */
int lvi_digest_find(const char *name, const char *device, struct integrity_hash *out, struct lvol_error *err);
int lvi_digest_make(const struct integrity_digest *digest, uint64_t sector, const void *data, size_t len,
		unsigned char *out);
void lvi_digest_free(struct integrity_digest *digest);  /* NULL ok */

#endif
