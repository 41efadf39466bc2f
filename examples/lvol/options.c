/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "error.h"
#include "words.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* getopt's value of row i is LONG_BASE + i, so that it cannot be a letter; rows count on through the groups. */
#define LONG_BASE 256

struct getopt_tables {
	struct option *longs;
	char *letters;
};

static const struct option_row *row_at(const struct option_group *groups, size_t i, void **fields)
{
	for (; groups->rows; groups++) {
		for (const struct option_row *row = groups->rows; row->name; row++) {
			if (i-- == 0) {
				*fields = groups->fields;
				return row;
			}
		}
	}
	return NULL;
}

static size_t count_rows(const struct option_group *groups)
{
	size_t count = 0;
	void *fields;

	while (row_at(groups, count, &fields))
		count++;
	return count;
}

/* Leading ':' tells a missing value from an unknown option, '+' ends the options at the first word. */
static struct getopt_tables make_tables(const struct option_source *source, const struct option_group *groups,
		struct pool *pool)
{
	size_t count = count_rows(groups);
	struct getopt_tables out = {
		.longs = pool_alloc(pool, (count + 1) * sizeof(*out.longs)),
		.letters = pool_alloc(pool, 2 * count + 4),
	};
	char *letter = out.letters;
	void *fields;

	if (source->stop_at_word)
		*letter++ = '+';
	*letter++ = ':';
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = row_at(groups, i, &fields);

		out.longs[i] = (struct option){ row->name, row->value ? required_argument : no_argument, NULL,
			LONG_BASE + (int)i };
		if (!row->letter || strchr(out.letters, row->letter))
			continue;
		*letter++ = row->letter;
		if (row->value)
			*letter++ = ':';
	}
	return out;
}

/* The row that getopt's answer stands for. */
static const struct option_row *find_row(const struct option_group *groups, int value, void **fields)
{
	const struct option_row *row;

	if (value >= LONG_BASE)
		return row_at(groups, (size_t)(value - LONG_BASE), fields);
	for (size_t i = 0; (row = row_at(groups, i, fields)); i++)
		if (row->letter == value)
			return row;
	return NULL;
}

/* getopt answered ':' or '?': say why. optopt is 0 after an unknown long option. */
static int explain(int answer, const struct option_source *source, const struct option_group *groups,
		struct lvol_error *err)
{
	const char *text = source->argv[optind - 1];
	void *fields;
	const struct option_row *row = optopt ? find_row(groups, optopt, &fields) : NULL;

	if (row && answer == ':')
		return fail(err, LVOL_E_INVALID, text, "needs a value: %s", row->value);
	if (row && optopt >= LONG_BASE)
		return fail(err, LVOL_E_INVALID, text, "takes no value");
	if (optopt)
		return fail(err, LVOL_E_INVALID, "", "unknown option -%c", optopt);
	return fail(err, LVOL_E_INVALID, text, "unknown or ambiguous option");
}

static int read_value(const struct option_row *row, void *fields, struct pool *pool, struct lvol_error *err)
{
	char place[64];
	int ret = row->read((char *)fields + row->offset, row->value ? optarg : NULL, pool, err);

	if (ret < 0) {
		snprintf(place, sizeof(place), "--%s", row->name);
		error_add_place(err, place);
	}
	return ret;
}

int options_read(const struct option_source *source, const struct option_group *groups, struct pool *pool,
		struct words *words, struct lvol_error *err)
{
	struct getopt_tables tables = make_tables(source, groups, pool);
	int answer, ret;

	opterr = 0;
	optind = 0;  /* begin anew: a script has many command lines */
	while ((answer = getopt_long(source->argc, source->argv, tables.letters, tables.longs, NULL)) != -1) {
		void *fields = NULL;
		const struct option_row *row = NULL;

		if (answer != ':' && answer != '?')
			row = find_row(groups, answer, &fields);
		if (!row)
			return explain(answer, source, groups, err);
		ret = read_value(row, fields, pool, err);
		if (ret < 0)
			return ret;
	}
	for (int i = optind; i < source->argc; i++)
		words_add(words, pool, source->argv[i]);
	return 0;
}

#define HELP_COLUMN 38

static void help_row(const struct option_row *row)
{
	char letter[8] = "    ", left[80];

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(left, sizeof(left), "  %s--%s%s%s", letter, row->name, row->value ? " " : "",
			row->value ? row->value : "");
	if (strlen(left) < HELP_COLUMN)
		printf("%-*s%s\n", HELP_COLUMN, left, row->help);
	else
		printf("%s\n%*s%s\n", left, HELP_COLUMN, "", row->help);
}

void options_help(const struct option_group *groups)
{
	for (; groups->rows; groups++) {
		if (!groups->rows->name)
			continue;
		printf("\n%s:\n", groups->title);
		for (const struct option_row *row = groups->rows; row->name; row++)
			if (row->help)
				help_row(row);
	}
}
