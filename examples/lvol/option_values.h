/* SPDX-License-Identifier: MIT */
#ifndef OPTION_VALUES_H
#define OPTION_VALUES_H

/*
 * How the values of options are read. Each `option_...` function is for the `read` column of an option table; the
 * comment says what kind of field it fills in.
 */

#include "options.h"
#include "size.h"
#include "words.h"

/* A number that may have been given or not. */
struct number {
	bool given;
	uint64_t value;
};

/* A number, or so much more (sign 1) or less (-1). */
struct signed_number {
	bool given;
	int sign;
	uint64_t value;
};

/* A read-ahead in bytes that may have been given or not. */
struct read_ahead {
	bool given;
	int64_t bytes;
};

enum yes_no {
	NOT_SAID = 0,
	YES = 1,
	NO = 2
};

#define OPTION_READER(name) \
	int name(void *field, const char *text, struct pool *pool, struct lvol_error *err)

OPTION_READER(option_flag);         /* unsigned: how often it was given */
OPTION_READER(option_yes_no);       /* enum yes_no */
OPTION_READER(option_text);         /* const char * */
OPTION_READER(option_word);         /* struct words: one more */
OPTION_READER(option_words);        /* struct words: the parts between commas */
OPTION_READER(option_number);       /* struct number */
OPTION_READER(option_signed);       /* struct signed_number */
OPTION_READER(option_bytes);        /* struct number; a number alone counts bytes, */
OPTION_READER(option_kib);          /* KiB, */
OPTION_READER(option_mib);          /* MiB, */
OPTION_READER(option_sectors);      /* sectors */
OPTION_READER(option_seconds);      /* struct number: milliseconds, UINT64_MAX for "forever" */
OPTION_READER(option_copies);       /* struct number: 0 for "unmanaged", UINT32_MAX for "all" */
OPTION_READER(option_alloc);        /* struct number: enum lvol_alloc */
OPTION_READER(option_contiguous);   /* struct number: enum lvol_alloc */
OPTION_READER(option_permission);   /* struct number: 1 for writable */
OPTION_READER(option_read_ahead);   /* struct read_ahead */
OPTION_READER(option_size);         /* struct size_spec: -L */
OPTION_READER(option_extents);      /* struct size_spec: -l */
OPTION_READER(option_ignored);      /* any: accepted because lvm2 has it */

#endif
