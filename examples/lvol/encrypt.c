/* SPDX-License-Identifier: MIT */
#include "encrypt.h"

#include "error.h"
#include "key.h"

#include <lvol/luks.h>

int encrypt_check(const struct encrypt_args *args, struct lvol_error *err)
{
	const struct { bool given; const char *option; } rest[] = {
		{ args->key_file != NULL, "--key-file" }, { args->cipher != NULL, "--cipher" }, { args->pbkdf != NULL, "--pbkdf" },
		{ args->label != NULL, "--label" }, { args->key_size.given, "--key-size" },
		{ args->sector_size.given, "--sector-size" }, { args->iter_time.given, "--iter-time" },
		{ args->iterations.given, "--pbkdf-force-iterations" },
	};

	for (size_t i = 0; !args->wanted && i < sizeof(rest) / sizeof(*rest); i++)
		if (rest[i].given)
			return fail(err, LVOL_E_INVALID, rest[i].option, "goes with --encrypt");
	return 0;
}

int encrypt_apply(const struct encrypt_args *args, struct lvol_txn *txn, const char *lv, struct lvol_error *err)
{
	struct lvol_luks_opts opts = LVOL_LUKS_OPTS_INIT;
	struct key key;
	int ret = key_read(args->key_file, lv, 1, &key, err);

	if (ret < 0)
		return ret;
	opts.key = key.bytes;
	opts.key_bytes = key.length;
	opts.cipher = args->cipher;
	opts.pbkdf = args->pbkdf;
	opts.label = args->label;
	opts.volume_key_bits = (uint32_t)args->key_size.value;
	opts.sector_bytes = (uint32_t)args->sector_size.value;
	opts.pbkdf_ms = (uint32_t)args->iter_time.value;
	opts.pbkdf_iterations = (uint32_t)args->iterations.value;
	ret = lvol_luks_format(txn, lv, &opts, err);
	key_wipe(&key);
	return ret;
}
