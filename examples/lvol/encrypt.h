/* SPDX-License-Identifier: MIT */
#ifndef ENCRYPT_H
#define ENCRYPT_H

/* lvcreate --encrypt: its options, in cryptsetup's words, and what they do. */

#include "option_values.h"

#include <lvol/error.h>

struct encrypt_args {
	unsigned wanted;
	const char *key_file, *cipher, *pbkdf, *label;
	struct number key_size, sector_size, iter_time, iterations;
};

/* Rows of the option table; `at` is the offset of the struct encrypt_args. */
#define ENCRYPT_FIELD(at, field) ((at) + offsetof(struct encrypt_args, field))
#define ENCRYPT_OPTIONS(at) \
	{ 0, "encrypt", NULL, option_flag, ENCRYPT_FIELD(at, wanted), "make a LUKS2 volume of it" }, \
	{ 'd', "key-file", "FILE", option_text, ENCRYPT_FIELD(at, key_file), \
		"--encrypt: read the key from FILE (default: ask for a passphrase)" }, \
	{ 0, "cipher", "CIPHER", option_text, ENCRYPT_FIELD(at, cipher), "--encrypt: default aes-xts-plain64" }, \
	{ 0, "key-size", "BITS", option_number, ENCRYPT_FIELD(at, key_size), "--encrypt: of the volume key (default: 512)" }, \
	{ 0, "sector-size", "BYTES", option_number, ENCRYPT_FIELD(at, sector_size), \
		"--encrypt: what is encrypted at once (default: 512)" }, \
	{ 0, "pbkdf", "TYPE", option_text, ENCRYPT_FIELD(at, pbkdf), "--encrypt: argon2id (default), argon2i or pbkdf2" }, \
	{ 0, "iter-time", "MS", option_number, ENCRYPT_FIELD(at, iter_time), "--encrypt: how long one guess shall take" }, \
	{ 0, "pbkdf-force-iterations", "NUMBER", option_number, ENCRYPT_FIELD(at, iterations), \
		"--encrypt: instead of measuring" }, \
	{ 0, "label", "TEXT", option_text, ENCRYPT_FIELD(at, label), "--encrypt: of the LUKS volume" }

/* None of them without --encrypt. */
int encrypt_check(const struct encrypt_args *args, struct lvol_error *err);
/* The LV just made by the transaction. */
int encrypt_apply(const struct encrypt_args *args, struct lvol_txn *txn, const char *lv, struct lvol_error *err);

#endif
