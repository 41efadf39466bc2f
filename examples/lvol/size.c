/* SPDX-License-Identifier: MIT */
#include "size.h"

#include "error.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	char letter;
	uint64_t bytes;
} units[] = {
	{ 'b', 1 },          { 's', 512 },        { 'k', 1ull << 10 }, { 'm', 1ull << 20 },
	{ 'g', 1ull << 30 }, { 't', 1ull << 40 }, { 'p', 1ull << 50 }, { 'e', 1ull << 60 },
};

static uint64_t unit_bytes(char letter)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (units[i].letter == tolower((unsigned char)letter))
			return units[i].bytes;
	return 0;
}

/* The unit that `text` is: "", "g" or "GiB"; 0 for anything else. */
static uint64_t parse_unit(const char *text, char default_unit)
{
	if (!*text)
		return unit_bytes(default_unit);
	if (!text[1] || (strchr("kmgtpe", tolower((unsigned char)*text)) && !strcasecmp(text + 1, "ib")))
		return unit_bytes(*text);
	return 0;
}

/* Whole and fractional part apart, so that sizes beyond 2^53 stay exact. */
int size_bytes(const char *text, char default_unit, uint64_t *bytes, struct lvol_error *err)
{
	char *end = NULL, *after;
	double fraction = 0;
	uint64_t whole, unit;

	errno = 0;
	whole = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
	if (!end)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is not a size, such as 512m or 1.5g", text);
	after = end;
	if (*end == '.' && isdigit((unsigned char)end[1]))
		for (double digit = 0.1; isdigit((unsigned char)*++after); digit /= 10)
			fraction += digit * (*after - '0');
	unit = parse_unit(after, default_unit);
	if (!unit)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" does not end with a unit: one of b s k m g t p e", text);
	if (errno == ERANGE || whole > (UINT64_MAX >> 1) / unit)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is larger than anything can be", text);
	*bytes = whole * unit + (uint64_t)(fraction * (double)unit + 0.5);
	return 0;
}

int size_number(const char *text, uint64_t *number, struct lvol_error *err)
{
	char *end = NULL;

	errno = 0;
	if (isdigit((unsigned char)*text))
		*number = strtoull(text, &end, 10);
	if (!end || *end || errno)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is not a whole number", text);
	return 0;
}

static const char *parse_sign(const char *text, int *sign)
{
	*sign = *text == '+' ? 1 : *text == '-' ? -1 : 0;
	return *sign ? text + 1 : text;
}

int size_spec_bytes(const char *text, struct size_spec *spec, struct lvol_error *err)
{
	uint64_t bytes;
	int sign, ret;

	if (strchr(text, '%'))
		return fail(err, LVOL_E_INVALID, "", "\"%s\": percentages go with -l (--extents)", text);
	ret = size_bytes(parse_sign(text, &sign), 'm', &bytes, err);
	if (ret < 0)
		return ret;
	if (!bytes)
		return fail(err, LVOL_E_INVALID, "", "a size of zero makes no sense");
	*spec = (struct size_spec){ sign, { .bytes = bytes } };
	return 0;
}

static int percent_of(const char *text, uint32_t *of, struct lvol_error *err)
{
	static const struct {
		const char *name;
		enum lvol_percent_of of;
	} words[] = {
		{ "VG", LVOL_PERCENT_VG },     { "V", LVOL_PERCENT_VG },   { "FREE", LVOL_PERCENT_FREE },
		{ "F", LVOL_PERCENT_FREE },    { "PVS", LVOL_PERCENT_PVS }, { "P", LVOL_PERCENT_PVS },
		{ "ORIGIN", LVOL_PERCENT_ORIGIN }, { "O", LVOL_PERCENT_ORIGIN },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcasecmp(words[i].name, text)) {
			*of = words[i].of;
			return 0;
		}
	}
	return fail(err, LVOL_E_INVALID, "", "\"%%%s\" is not one of %%VG, %%FREE, %%PVS and %%ORIGIN", text);
}

int size_spec_extents(const char *text, struct size_spec *spec, struct lvol_error *err)
{
	struct size_spec out = { 0 };
	uint64_t number;
	char *end = NULL;
	int ret;

	text = parse_sign(text, &out.sign);
	errno = 0;
	number = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
	if (!end || errno || (*end && *end != '%'))
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is not a number of extents or a percentage", text);
	if (!number || number > UINT32_MAX)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is not a number from 1 to 4294967295", text);
	if (*end == '%') {
		out.size.percent = (uint32_t)number;
		ret = percent_of(end + 1, &out.size.percent_of, err);
		if (ret < 0)
			return ret;
	} else {
		out.size.extents = number;
	}
	*spec = out;
	return 0;
}

bool size_is_given(const struct size_spec *spec)
{
	return spec->size.bytes || spec->size.extents || spec->size.percent;
}

struct size_text size_show(uint64_t bytes)
{
	static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	struct size_text out;
	double value = (double)bytes;
	char number[24];
	size_t unit = 0;

	while (value >= 1024 && unit < 6) {
		value /= 1024;
		unit++;
	}
	snprintf(number, sizeof(number), "%.*f", unit ? 2 : 0, value);
	snprintf(out.text, sizeof(out.text), "%s%s %s", strtod(number, NULL) > value ? "<" : "", number, names[unit]);
	return out;
}
