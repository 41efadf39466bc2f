/* SPDX-License-Identifier: MIT */
#ifndef OPTIONS_H
#define OPTIONS_H

/*
 * Command lines from tables. A command has a struct for what its options say and a table with a row for each option:
 * how it is written, how its value is read (option_values.h) and which field of the struct takes it. The same tables
 * make the text of --help.
 */

#include "pool.h"

#include <lvol/error.h>

struct words;

struct option_row {
	char letter;         /* 0: none */
	const char *name;    /* a row without it ends the table */
	const char *value;   /* what --help calls its value; NULL: it takes none */
	/* Read `text` (NULL when it takes none) into the field. */
	int (*read)(void *field, const char *text, struct pool *pool, struct lvol_error *err);
	size_t offset;       /* of the field */
	const char *help;    /* NULL: another way to write an option, not shown */
};

/* A table and the struct that it fills in. */
struct option_group {
	const char *title;
	const struct option_row *rows;
	void *fields;
};

struct option_source {
	int argc;
	char **argv;         /* argv[0] is not looked at; may be permuted */
	bool stop_at_word;   /* options end at the first word that is none */
};

/*
 * Read the options of `groups` (which end with an entry without rows). Puts the words that are no options into `words`;
 * returns 0 or a negative error.
 */
int options_read(const struct option_source *source, const struct option_group *groups, struct pool *pool,
		struct words *words, struct lvol_error *err);

/* Print the tables for people. */
void options_help(const struct option_group *groups);

#endif
