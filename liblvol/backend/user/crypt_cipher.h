/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CRYPT_CIPHER_H
#define LVI_BACKEND_USER_CRYPT_CIPHER_H

#include "backend/user/crypt_args.h"

/*
 * A cipher with its key and its way to make initialisation vectors. The key lies in contexts of libcrypto alone, which wipes
 * them when they are freed.
 *
 * A lane is what one request needs for itself: contexts, and room for what it writes. There are as many as there were
 * requests at once, so that nothing is allocated or keyed anew for a request.
 */
struct crypt_cipher;
struct crypt_lane;

/* LVOL_E_NOT_SUPPORTED: libcrypto, or the library without it, does not have it. LVOL_E_CORRUPT: key of a wrong length ... */
int lvi_crypt_cipher_new(const struct crypt_args *args, struct crypt_cipher **out, struct lvol_error *err);
void lvi_crypt_cipher_free(struct crypt_cipher *cipher);  /* NULL ok */

int lvi_crypt_lane_take(struct crypt_cipher *cipher, struct crypt_lane **out, struct lvol_error *err);
void lvi_crypt_lane_give(struct crypt_cipher *cipher, struct crypt_lane *lane);
/* At least @len bytes, aligned as disks want them; NULL without memory. */
unsigned char *lvi_crypt_lane_room(struct crypt_lane *lane, size_t len);

/* Whole units that begin @offset bytes behind the start of the line; @in and @out are the same or do not overlap. */
struct crypt_job { bool encrypt; const unsigned char *in; unsigned char *out; size_t len; uint64_t offset; };
int lvi_crypt_run(struct crypt_cipher *cipher, struct crypt_lane *lane, const struct crypt_job *job,
		struct lvol_error *err);

#endif
