/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A new LUKS2 volume's first bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "luks/handle.h"

#define CIPHER_PART_LEN 48

/* "aes-xts-plain64": libcryptsetup wants "aes" and "xts-plain64". */
static int split_cipher(const struct luks_format *how, char name[CIPHER_PART_LEN], const char **mode, const char *subject,
		struct lvol_error *err)
{
	const char *dash = strchr(how->cipher, '-');

	if (!dash || dash == how->cipher || !dash[1] || dash - how->cipher >= CIPHER_PART_LEN)
		return lvi_error(err, LVOL_E_INVALID, subject, "cipher \"%.60s\" is not of the form aes-xts-plain64", how->cipher);
	snprintf(name, CIPHER_PART_LEN, "%.*s", (int)(dash - how->cipher), how->cipher);
	*mode = dash + 1;
	return 0;
}

static int set_pbkdf(struct luks_handle *h, const struct luks_format *how, struct lvol_error *err)
{
	struct crypt_pbkdf_type type = *h->lib.crypt_get_pbkdf_default(CRYPT_LUKS2);
	int r;

	type.type = how->pbkdf;
	type.hash = "sha256";
	type.time_ms = how->pbkdf_ms ? how->pbkdf_ms : type.time_ms;
	type.max_memory_kb = how->pbkdf_kib ? how->pbkdf_kib : type.max_memory_kb;
	type.parallel_threads = how->pbkdf_threads ? how->pbkdf_threads : type.parallel_threads;
	if (!strcmp(how->pbkdf, CRYPT_KDF_PBKDF2))
		type.max_memory_kb = type.parallel_threads = 0;
	if (how->pbkdf_iterations) {
		type.iterations = how->pbkdf_iterations;
		type.flags |= CRYPT_PBKDF_NO_BENCHMARK;
		type.time_ms = 0;
	}
	r = h->lib.crypt_set_pbkdf_type(h->cd, &type);
	return r < 0 ? lvi_luks_error(h, r, "these parameters of the key derivation cannot be used", err) : 0;
}

static int format(struct luks_handle *h, const struct luks_format *how, struct lvol_error *err)
{
	struct crypt_params_luks2 params = { .label = how->label, .sector_size = how->sector_bytes };
	char name[CIPHER_PART_LEN];
	const char *mode = NULL;
	int r = split_cipher(how, name, &mode, h->subject, err);

	if (!r)
		r = set_pbkdf(h, how, err);
	if (r)
		return r;
	r = h->lib.crypt_format(h->cd, CRYPT_LUKS2, name, mode, how->uuid, NULL, how->key_bits / 8, &params);
	if (r < 0)
		return lvi_luks_error(h, r, "it cannot become a LUKS volume of this kind", err);
	r = h->lib.crypt_keyslot_add_by_volume_key(h->cd, CRYPT_ANY_SLOT, NULL, 0, how->key.bytes, how->key.length);
	return r < 0 ? lvi_luks_error(h, r, "no key slot can be made", err) : 0;
}

static int make_in_file(const struct luks_format *how, const char *subject, struct luks_header *out, struct lvol_error *err)
{
	char path[LUKS_FD_PATH_LEN];
	struct luks_handle h;
	int r = lvi_luks_handle_open(&h, lvi_luks_fd_path(out->fd, path), subject, err);

	if (!r)
		r = format(&h, how, err);
	if (!r)
		out->length = h.lib.crypt_get_data_offset(h.cd) * 512;
	lvi_luks_handle_close(&h);
	if (!r && out->length >= how->volume_bytes)
		r = lvi_error(err, LVOL_E_NO_SPACE, subject, "%s has %llu bytes; its LUKS header alone takes %llu", subject,
				(unsigned long long)how->volume_bytes, (unsigned long long)out->length);
	return r;
}

int lvi_luks_header_make(const struct luks_format *how, const char *subject, struct luks_header *out,
		struct lvol_error *err)
{
	int r;

	out->fd = memfd_create("lvol-luks", MFD_CLOEXEC);
	if (out->fd < 0 || ftruncate(out->fd, (off_t)how->volume_bytes)) {
		r = lvi_error_sys(err, errno, subject, "no file in memory can be made for the LUKS header of %s", subject);
		lvi_luks_header_free(out);
		return r;
	}
	r = make_in_file(how, subject, out, err);
	if (r)
		lvi_luks_header_free(out);
	return r;
}

void lvi_luks_header_free(struct luks_header *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}
