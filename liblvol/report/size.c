/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

/*
 * Sizes in lvm2's words. Two decimals, rounded half to even as printf does, in integers: printf itself would use the
 * decimal separator of the program's locale.
 */
static const char letters[] = "bskmgtpe";

bool lvi_units_valid(char letter)
{
	return letter && strchr("rhRHbskmgtpeBSKMGTPE", letter);
}

/* Bytes in one unit of a fixed letter; upper case is SI, except that bytes and sectors are what they are. */
static uint64_t unit_bytes(char letter)
{
	uint64_t base = isupper((unsigned char)letter) ? 1000 : 1024, bytes = base;
	const char *at = strchr(letters, tolower((unsigned char)letter));

	if (at - letters < 2)
		return at == letters ? 1 : 512;
	for (const char *step = letters + 2; step < at; step++)
		bytes *= base;
	return bytes;
}

/* @bytes in hundredths of @unit; *up: it became more by rounding. */
static uint64_t hundredths(uint64_t bytes, uint64_t unit, bool *up)
{
	unsigned __int128 scaled = (unsigned __int128)bytes * 100;
	uint64_t whole = (uint64_t)(scaled / unit), rest = (uint64_t)(scaled % unit);

	*up = rest > unit / 2 || (rest == unit / 2 && unit % 2 == 0 && (whole & 1));
	return whole + *up;
}

static void format_decimals(char out[SIZE_TEXT_LEN], const char *mark, uint64_t v, char letter)
{
	const char suffix[2] = { letter, '\0' };

	snprintf(out, SIZE_TEXT_LEN, "%s%" PRIu64 ".%02u%s", mark, v / 100, (unsigned)(v % 100), suffix);
}

/* The largest unit of which there is one; its letter always shows. "<" says that it is a little less. */
static void format_human(char out[SIZE_TEXT_LEN], uint64_t bytes, char style)
{
	bool si = isupper((unsigned char)style), up;
	const char *at = letters + strlen(letters) - 1;
	uint64_t unit, v;

	while (at > letters + 1 && bytes < unit_bytes(si ? (char)toupper((unsigned char)*at) : *at))
		at--;
	if (at == letters + 1) {
		snprintf(out, SIZE_TEXT_LEN, "%" PRIu64 "%c", bytes, si ? 'B' : 'b');
		return;
	}
	unit = unit_bytes(si ? (char)toupper((unsigned char)*at) : *at);
	v = hundredths(bytes, unit, &up);
	format_decimals(out, up && tolower((unsigned char)style) == 'r' ? "<" : "", v,
			si ? (char)toupper((unsigned char)*at) : *at);
}

void lvi_size_format(char out[SIZE_TEXT_LEN], uint64_t bytes, const struct units *units)
{
	char low = (char)tolower((unsigned char)units->letter);
	bool human = low == 'r' || low == 'h', up;
	char shown[2] = { low == 'b' || low == 's' ? (char)toupper((unsigned char)low) : units->letter, '\0' };

	if (!bytes)
		snprintf(out, SIZE_TEXT_LEN, "0%s", !units->suffix ? "" : human ? " " : shown);
	else if (human)
		format_human(out, bytes, units->letter);
	else if (low == 'b' || low == 's')
		/* whole sectors: what is reported is never a part of one */
		snprintf(out, SIZE_TEXT_LEN, "%" PRIu64 "%s", bytes / unit_bytes(low), units->suffix ? shown : "");
	else
		format_decimals(out, "", hundredths(bytes, unit_bytes(units->letter), &up), units->suffix ? *shown : '\0');
}
