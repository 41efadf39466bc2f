/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/uuid.h"

#include <string.h>

/* The last two are read, but never made: old tools refuse them in some places. */
static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#";
#define MADE_CHARS 62u

static bool in_alphabet(char c)
{
	static const bool in[256] = {
		['0' ... '9'] = true, ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['!'] = true, ['#'] = true,
	};

	return in[(unsigned char)c];
}

bool lvi_uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return !memcmp(a->c, b->c, LVI_UUID_LEN);
}

bool lvi_uuid_valid(const struct uuid *id)
{
	for (size_t i = 0; i < LVI_UUID_LEN; i++)
		if (!in_alphabet(id->c[i]))
			return false;
	return true;
}

bool lvi_uuid_parse(struct uuid *out, const char *text, size_t len)
{
	struct uuid id;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '-')
			continue;
		if (n == LVI_UUID_LEN || !in_alphabet(text[i]))
			return false;
		id.c[n++] = text[i];
	}
	if (n != LVI_UUID_LEN)
		return false;
	*out = id;
	return true;
}

void lvi_uuid_format(const struct uuid *id, char out[LVI_UUID_TEXT_LEN + 1])
{
	static const unsigned char groups[] = { 6, 4, 4, 4, 4, 4, 6 };
	const char *from = id->c;

	for (size_t g = 0; g < sizeof groups; g++) {
		if (g)
			*out++ = '-';
		memcpy(out, from, groups[g]);
		out += groups[g];
		from += groups[g];
	}
	*out = '\0';
}

int lvi_uuid_make(struct uuid *out, const struct random_source *rnd)
{
	unsigned char bytes[LVI_UUID_LEN];
	struct uuid id;
	size_t n = 0;

	while (n < LVI_UUID_LEN) {
		if (rnd->fill(rnd->arg, bytes, sizeof bytes))
			return -1;
		/* 248 is the last multiple of 62: what lies above would make some characters likelier. */
		for (size_t i = 0; i < sizeof bytes && n < LVI_UUID_LEN; i++)
			if (bytes[i] < 248)
				id.c[n++] = alphabet[bytes[i] % MADE_CHARS];
	}
	*out = id;
	return 0;
}
