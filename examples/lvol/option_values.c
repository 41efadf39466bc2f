/* SPDX-License-Identifier: MIT */
#include "option_values.h"

#include "error.h"

#include <string.h>

/* What a word means, for options that take one of a few words. */
struct choice {
	const char *word;
	uint64_t value;
};

static int choose(const struct choice *choices, const char *text, uint64_t *value, struct lvol_error *err)
{
	char all[160] = "";

	for (const struct choice *choice = choices; choice->word; choice++) {
		if (!strcmp(choice->word, text)) {
			*value = choice->value;
			return 0;
		}
		strncat(all, " ", sizeof(all) - strlen(all) - 1);
		strncat(all, choice->word, sizeof(all) - strlen(all) - 1);
	}
	return fail(err, LVOL_E_INVALID, "", "\"%s\" is not one of:%s", text, all);
}

static int choose_number(const struct choice *choices, const char *text, struct number *number,
		struct lvol_error *err)
{
	int ret = choose(choices, text, &number->value, err);

	number->given = ret == 0;
	return ret;
}

OPTION_READER(option_flag)
{
	++*(unsigned int *)field;
	return 0;
}

OPTION_READER(option_yes_no)
{
	static const struct choice choices[] = { { "y", YES }, { "n", NO }, { "yes", YES }, { "no", NO }, { 0 } };
	enum yes_no *answer = field;
	uint64_t value;
	int ret = choose(choices, text, &value, err);

	if (ret == 0)
		*answer = (enum yes_no)value;
	return ret;
}

OPTION_READER(option_text)
{
	*(const char **)field = text;
	return 0;
}

OPTION_READER(option_word)
{
	words_add(field, pool, text);
	return 0;
}

OPTION_READER(option_words)
{
	const struct words *words = field;
	size_t before = words->count;

	words_add_parts(field, pool, text);
	return words->count > before ? 0 : fail(err, LVOL_E_INVALID, "", "names nothing");
}

OPTION_READER(option_number)
{
	struct number *number = field;

	number->given = true;
	return size_number(text, &number->value, err);
}

OPTION_READER(option_signed)
{
	struct signed_number *number = field;

	number->given = true;
	number->sign = *text == '+' ? 1 : *text == '-' ? -1 : 0;
	return size_number(text + (number->sign != 0), &number->value, err);
}

OPTION_READER(option_bytes)
{
	struct number *number = field;

	number->given = true;
	return size_bytes(text, 'b', &number->value, err);
}

OPTION_READER(option_kib)
{
	struct number *number = field;

	number->given = true;
	return size_bytes(text, 'k', &number->value, err);
}

OPTION_READER(option_mib)
{
	struct number *number = field;

	number->given = true;
	return size_bytes(text, 'm', &number->value, err);
}

OPTION_READER(option_sectors)
{
	struct number *number = field;

	number->given = true;
	return size_bytes(text, 's', &number->value, err);
}

OPTION_READER(option_seconds)
{
	struct number *number = field;
	int ret;

	number->given = true;
	number->value = UINT64_MAX;
	if (!strcmp(text, "forever"))
		return 0;
	ret = size_number(text, &number->value, err);
	if (ret == 0 && number->value > INT32_MAX / 1000)
		return fail(err, LVOL_E_INVALID, "", "\"%s\" is too long; say \"forever\"", text);
	number->value *= 1000;
	return ret;
}

OPTION_READER(option_copies)
{
	static const struct choice choices[] = { { "unmanaged", 0 }, { "all", UINT32_MAX }, { 0 } };

	if (*text >= '0' && *text <= '9')
		return option_number(field, text, pool, err);
	return choose_number(choices, text, field, err);
}

OPTION_READER(option_alloc)
{
	static const struct choice choices[] = {
		{ "contiguous", LVOL_ALLOC_CONTIGUOUS }, { "cling", LVOL_ALLOC_CLING },
		{ "normal", LVOL_ALLOC_NORMAL },         { "anywhere", LVOL_ALLOC_ANYWHERE },
		{ "inherit", LVOL_ALLOC_INHERIT },       { 0 },
	};

	return choose_number(choices, text, field, err);
}

OPTION_READER(option_contiguous)
{
	static const struct choice choices[] = {
		{ "y", LVOL_ALLOC_CONTIGUOUS }, { "n", LVOL_ALLOC_INHERIT }, { 0 }
	};

	return choose_number(choices, text, field, err);
}

OPTION_READER(option_permission)
{
	static const struct choice choices[] = { { "rw", 1 }, { "r", 0 }, { 0 } };

	return choose_number(choices, text, field, err);
}

OPTION_READER(option_read_ahead)
{
	struct read_ahead *read_ahead = field;
	uint64_t bytes;
	int ret = 0;

	if (!strcmp(text, "auto")) {
		*read_ahead = (struct read_ahead){ true, LVOL_READ_AHEAD_AUTO };
	} else if (!strcmp(text, "none")) {
		*read_ahead = (struct read_ahead){ true, LVOL_READ_AHEAD_NONE };
	} else {
		ret = size_bytes(text, 's', &bytes, err);
		if (ret == 0)
			*read_ahead = (struct read_ahead){ true, bytes ? (int64_t)bytes : LVOL_READ_AHEAD_NONE };
	}
	return ret;
}

OPTION_READER(option_size)
{
	if (size_is_given(field))
		return fail(err, LVOL_E_INVALID, "", "a size was given already");
	return size_spec_bytes(text, field, err);
}

OPTION_READER(option_extents)
{
	if (size_is_given(field))
		return fail(err, LVOL_E_INVALID, "", "a size was given already");
	return size_spec_extents(text, field, err);
}

OPTION_READER(option_ignored)
{
	return 0;
}
