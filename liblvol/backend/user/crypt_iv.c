/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Initialisation vectors from the number of a unit. */
#include <string.h>

#include "backend/user/crypt_lane.h"
#include "base/bytes.h"

static void put_be64(const struct crypt_iv *how, unsigned char *iv, uint64_t v)
{
	v = htobe64(v);
	memcpy(iv + how->bytes - sizeof v, &v, sizeof v);
}

static bool plain(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	lvi_put_le32(iv, number);
	return true;
}

static bool plain64(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	lvi_put_le64(iv, number);
	return true;
}

static bool plain64be(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	put_be64(how, iv, number);
	return true;
}

/* In blocks of the cipher, from 1; the number counts sectors of 512 bytes. */
static bool benbi(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	put_be64(how, iv, (number << (9 - how->block_bits)) + 1);
	return true;
}

static bool null(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	return true;
}

static bool essiv(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	unsigned char block[CRYPT_IV_BYTES_MAX] = { 0 };

	lvi_put_le64(block, number);
	return lvi_crypt_one(lane, lane->seal, NULL, &(struct crypt_unit){ block, iv, how->bytes });
}

/* A block of zeroes, encrypted by the cipher itself with the offset in bytes as its vector. */
static bool eboiv(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv)
{
	static const unsigned char zeroes[CRYPT_IV_BYTES_MAX];
	unsigned char offset[CRYPT_IV_BYTES_MAX] = { 0 };

	lvi_put_le64(offset, number * how->unit_bytes);
	return lvi_crypt_one(lane, lane->encrypt, offset, &(struct crypt_unit){ zeroes, iv, how->bytes });
}

const struct crypt_iv_mode *lvi_crypt_iv_find(const char *name)
{
	static const struct crypt_iv_mode modes[] = {
		{ "plain", false, plain }, { "plain64", false, plain64 }, { "plain64be", false, plain64be },
		{ "benbi", false, benbi }, { "null", false, null }, { "essiv", true, essiv }, { "eboiv", true, eboiv },
	};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(name, modes[i].name))
			return &modes[i];
	return NULL;
}
