/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two ways to name a cipher: dm-crypt's own CIPHER-MODE-IV[:OPTIONS], and capi:MODE(CIPHER)-IV[:OPTIONS] in the words of
 * the kernel's crypto API. The oldest tables have CIPHER alone, or CIPHER-plain: both mean CIPHER-cbc-plain.
 */
#include <string.h>

#include "backend/user/crypt_args.h"
#include "base/error.h"

static int bad_spec(const char *device, const char *text, const char *why, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, device, "cipher \"%.60s\" of crypt target of %s %s", text, device, why);
}

/* The text up to @end, or to its own end if that is NULL; false if it does not fit. */
static bool take(char out[CRYPT_WORD_MAX], const char *text, const char *end)
{
	size_t len = end ? (size_t)(end - text) : strlen(text);

	if (len >= CRYPT_WORD_MAX)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

static const char *behind(const char *at)
{
	return at ? at + 1 : "";
}

/* MODE(CIPHER)-IV:HASH; the names in front may have hyphens, so it is read from its end. */
static bool parse_api(const char *text, struct crypt_spec *out)
{
	const char *colon = strrchr(text, ':'), *end = colon ? colon : text + strlen(text);
	const char *dash = memrchr(text, '-', end - text), *open = strchr(text, '('), *close;

	end = dash ? dash : end;
	close = end > text ? end - 1 : text;
	if (!open || *close != ')' || close < open)
		return false;
	return take(out->mode, text, open) && take(out->cipher, open + 1, close) &&
			take(out->iv, behind(dash), dash ? colon : NULL) && take(out->hash, behind(colon), NULL);
}

static bool parse_own(const char *text, struct crypt_spec *out)
{
	const char *mode = strchr(text, '-'), *iv = mode ? strchr(mode + 1, '-') : NULL, *hash = iv ? strchr(iv, ':') : NULL;

	if (!take(out->cipher, text, mode) || !take(out->mode, behind(mode), iv) || !take(out->iv, behind(iv), hash) ||
	    !take(out->hash, behind(hash), NULL))
		return false;
	if (!iv && (!mode || !strcmp(out->mode, "plain"))) {
		strcpy(out->mode, "cbc");
		strcpy(out->iv, "plain");
	}
	return true;
}

int lvi_crypt_spec_parse(const char *device, const char *text, struct crypt_spec *out, struct lvol_error *err)
{
	bool api = !strncmp(text, "capi:", 5);

	if (!(api ? parse_api(text + 5, out) : parse_own(text, out)) || !*out->cipher || !*out->mode)
		return bad_spec(device, text, "is neither CIPHER-MODE-IV nor capi:MODE(CIPHER)-IV", err);
	if (!*out->iv && strcmp(out->mode, "ecb"))
		return bad_spec(device, text, "does not say how initialisation vectors are made", err);
	if (!strcmp(out->iv, "essiv") && !*out->hash)
		return bad_spec(device, text, "does not name the hash of essiv", err);
	return 0;
}
