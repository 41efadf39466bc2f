/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CIPHER KEY IV_OFFSET DEVICE OFFSET [COUNT OPTION...]; no message says anything of the key but its length. */
#include "backend/user/crypt_args.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/units.h"

enum { ARG_CIPHER, ARG_KEY, ARG_IV_OFFSET, ARG_DEVICE, ARG_OFFSET, ARG_COUNT, ARG_OPTIONS };

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int in_keyring(const char *device, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, device, "the key of %s is in the kernel's keyring, out of reach of programs; "
			"put the volume key itself into the table, in hexadecimal, as libcryptsetup's crypt_volume_key_get() "
			"or cryptsetup luksDump --dump-volume-key gives it", device);
}

static int bad_key(const char *device, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, device, "the key of %s %s", device, what);
}

/* "-" is the key without a byte. */
static int read_key(const struct user_line *line, struct crypt_args *out, struct lvol_error *err)
{
	const char *text;
	int high, low, r = lvi_user_arg_word(line, ARG_KEY, &text, err);
	size_t digits;

	if (r)
		return r;
	if (*text == ':')
		return in_keyring(line->device, err);
	digits = strcmp(text, "-") ? strlen(text) : 0;
	if (digits % 2)
		return bad_key(line->device, "has an odd number of hexadecimal digits", err);
	if (digits / 2 > CRYPT_KEY_BYTES_MAX)
		return bad_key(line->device, "has more than 64 bytes; no cipher that is known here takes so many", err);
	for (size_t i = 0; i < digits / 2; i++) {
		high = nibble(text[2 * i]);
		low = nibble(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return bad_key(line->device, "is not hexadecimal", err);
		out->key[i] = high << 4 | low;
	}
	out->key_bytes = digits / 2;
	return 0;
}

static int bad_option(const struct user_line *line, int code, const char *option, const char *why, struct lvol_error *err)
{
	return lvi_error(err, code, line->device, "option %.60s of crypt target of %s %s", option, line->device, why);
}

static int read_unit(const struct user_line *line, const char *option, struct crypt_args *out, struct lvol_error *err)
{
	static const char *const sizes[] = { "512", "1024", "2048", "4096" };

	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (!strcmp(strchr(option, ':') + 1, sizes[i])) {
			out->unit_bytes = 512u << i;
			return 0;
		}
	return bad_option(line, LVOL_E_CORRUPT, option, "is not 512, 1024, 2048 or 4096", err);
}

static int read_option(const struct user_line *line, size_t i, struct crypt_args *out, struct lvol_error *err)
{
	/* those without a flag say which of the kernel's threads does the work */
	static const struct { const char *name; unsigned flag; } words[] = {
		{ "allow_discards", CRYPT_ALLOW_DISCARDS }, { "iv_large_sectors", CRYPT_IV_LARGE },
		{ "same_cpu_crypt", 0 }, { "submit_from_crypt_cpus", 0 }, { "high_priority", 0 },
		{ "no_read_workqueue", 0 }, { "no_write_workqueue", 0 },
	};
	const char *option;
	int r = lvi_user_arg_word(line, i, &option, err);

	if (r)
		return r;
	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if (!strcasecmp(option, words[k].name)) {
			out->flags |= words[k].flag;
			return 0;
		}
	if (!strncmp(option, "sector_size:", 12))
		return read_unit(line, option, out, err);
	if (!strncmp(option, "integrity", 9))
		return bad_option(line, LVOL_E_NOT_SUPPORTED, option,
				"(authenticated encryption) is not known here; use the kernel's device-mapper", err);
	return bad_option(line, LVOL_E_CORRUPT, option, "is unknown", err);
}

static int read_options(const struct user_line *line, struct crypt_args *out, struct lvol_error *err)
{
	size_t count = line->line->arg_count;
	uint64_t options;
	int r = 0;

	if (count <= ARG_COUNT)
		return 0;
	r = lvi_user_arg_u64(line, ARG_COUNT, UINT32_MAX, &options, err);
	if (!r && options != count - ARG_OPTIONS)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "crypt target of %s announces %" PRIu64 " options and has %zu",
				line->device, options, count - ARG_OPTIONS);
	for (size_t i = ARG_OPTIONS; !r && i < count; i++)
		r = read_option(line, i, out, err);
	return r;
}

/* The kernel asks for this, but for the start of the line, without which it can be made and fails at each I/O. */
static int check_alignment(const struct user_line *line, const struct crypt_args *args, struct lvol_error *err)
{
	uint64_t unit = args->unit_bytes >> LVI_SECTOR_SHIFT;
	const struct { const char *what; uint64_t sectors; } checks[] = {
		{ "start", line->line->start_sectors }, { "length", line->line->length_sectors }, { "IV offset", args->iv_offset },
	};

	for (unsigned i = 0; i < sizeof checks / sizeof *checks; i++)
		if (checks[i].sectors % unit)
			return lvi_error(err, LVOL_E_CORRUPT, line->device, "the %s of crypt target of %s, %" PRIu64
					" sectors, is no multiple of its sector size of %u bytes", checks[i].what, line->device,
					checks[i].sectors, args->unit_bytes);
	return 0;
}

int lvi_crypt_args_read(const struct user_line *line, struct user_live *live, struct crypt_args *out,
		struct lvol_error *err)
{
	const char *cipher;
	int r;

	*out = (struct crypt_args){ .device = line->device, .unit_bytes = LVI_SECTOR_BYTES };
	r = lvi_user_arg_word(line, ARG_CIPHER, &cipher, err);
	if (!r)
		r = lvi_crypt_spec_parse(line->device, cipher, &out->spec, err);
	if (!r)
		r = read_key(line, out, err);
	if (!r)
		r = lvi_user_arg_u64(line, ARG_IV_OFFSET, UINT64_MAX, &out->iv_offset, err);
	if (!r)
		r = lvi_user_arg_base(line, live, ARG_DEVICE, &out->base, err);
	if (!r)
		r = read_options(line, out, err);
	return r ? r : check_alignment(line, out, err);
}

void lvi_crypt_args_wipe(struct crypt_args *args)
{
	explicit_bzero(args->key, sizeof args->key);
}
