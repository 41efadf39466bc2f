/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LUKS_LUKS_H
#define LVI_LUKS_LUKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * LUKS through libcryptsetup. Headers and key slots are made and opened in memory files, which hold what a volume begins
 * with, so that a volume may lie where the kernel sees no device; what they say comes out as a crypt table line. The
 * kernel's own devices are the last three calls. Everything that held a key is wiped before it is freed.
 *
 * Each call answers LVOL_E_NOT_SUPPORTED in a build, and on a system, without libcryptsetup.
 */

struct luks_key { const void *bytes; size_t length; };

struct luks_format {
	struct luks_key key;
	const char *cipher;          /* "aes-xts-plain64" */
	uint32_t key_bits;           /* of the volume key */
	uint32_t sector_bytes;
	const char *pbkdf;           /* "argon2id", "argon2i" or "pbkdf2" */
	uint32_t pbkdf_ms;           /* so long a guess shall take here; 0: cryptsetup's default */
	uint32_t pbkdf_iterations;   /* instead of a time; 0: measured */
	uint32_t pbkdf_kib, pbkdf_threads;   /* of argon2; 0: cryptsetup's default */
	const char *label, *uuid;    /* NULL: none, a new one */
	uint64_t volume_bytes;
};

/* What a volume begins with. */
struct luks_header {
	int fd;                      /* a memory file with holes */
	uint64_t length;             /* the data begins here */
};

/* LVOL_E_INVALID: cipher, key derivation or size that cannot be; LVOL_E_NO_SPACE: the volume has no room behind it. */
int lvi_luks_header_make(const struct luks_format *how, const char *subject, struct luks_header *out,
		struct lvol_error *err);
void lvi_luks_header_free(struct luks_header *h);

/* What the key slots give away: all that a crypt line needs. */
struct luks_volume {
	char cipher[96];             /* as in a table */
	unsigned char key[512];
	size_t key_bytes;
	uint64_t offset_bytes;       /* of the data */
	uint64_t iv_offset_sectors;
	uint32_t sector_bytes;
};

/*
 * Open a volume whose first bytes are in @fd, a file as long as the volume. *need: so many bytes belong to the header; when
 * that is more than *have, they are to be copied and the call repeated.
 *
 * @retval -LVOL_E_PERMISSION no key slot opens with the key
 * @retval -LVOL_E_CORRUPT    it is no LUKS volume, or its header is damaged
 * @retval -LVOL_E_NOT_SUPPORTED it is half re-encrypted, or its sectors are authenticated
 */
struct luks_source { int fd; uint64_t have, need; const char *subject; };
int lvi_luks_unlock(struct luks_source *from, const struct luks_key *key, struct luks_volume *out,
		struct lvol_error *err);
void lvi_luks_volume_wipe(struct luks_volume *v);

/* In the kernel: the volume on block device @path as /dev/mapper/@name; NULL: "luks-" and its uuid. */
#define LUKS_READ_ONLY (1u << 0)
#define LUKS_ALLOW_DISCARDS (1u << 1)
int lvi_luks_activate(const char *path, const char *name, const struct luks_key *key, unsigned flags,
		struct lvol_error *err);
int lvi_luks_deactivate(const char *name, struct lvol_error *err);
/*
 * To what the device below has room for, or to @bytes of data if that is not 0. With @only_try it is seen whether that can be
 * done with this key; NULL: none is at hand.
 *
 * @retval -LVOL_E_PERMISSION no key slot opens with the key, or one is needed
 */
struct luks_size { const char *name; const struct luks_key *key; uint64_t bytes; };
int lvi_luks_resize(const struct luks_size *to, bool only_try, struct lvol_error *err);

#endif
