/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_H
#define COMMAND_H

/*
 * A command and a call of it. A command that changes volumes does not do so itself: `needs` says which VGs it works on,
 * and `apply` adds its operations to a transaction on them. So one command is a transaction, and so is a whole script
 * (change.h).
 */

#include "options.h"
#include "words.h"

#include <lvol/lvol.h>

struct tool;
struct vg_set;

struct call {
	const struct command *command;
	struct tool *tool;
	void *args;             /* command->args_size bytes, filled in by command->options */
	struct words words;     /* what is no option */
	struct words targets;   /* `needs` may leave here what `apply` will work on */
	struct words notes;     /* lines to print when it has happened */
	unsigned int yes;       /* -y on a line of a script */
};

struct command {
	const char *name;
	const char *usage;      /* its words: "VG PV..." */
	const char *summary;    /* one line */
	const char *details;    /* more for --help, or NULL */
	const struct option_row *options;
	size_t args_size;
	size_t min_words, max_words;
	bool read_only;         /* `run` needs no device open for writing */
	bool no_devices;        /* it works on none of --devices or the system's */
	/* Is what was said consistent? NULL: always. */
	int (*check)(const struct call *call, struct lvol_error *err);
	/* Either these two, */
	int (*needs)(struct call *call, struct vg_set *vgs, struct lvol_error *err);
	int (*apply)(struct call *call, struct lvol_txn *txn, struct lvol_error *err);
	/* or this one; with both, this one does the calls that `runs_itself` says. */
	int (*run)(struct call *call, struct lvol_error *err);
	bool (*runs_itself)(const struct call *call);
};

#define ANY_NUMBER SIZE_MAX

/* The command of that name, or NULL; number i of them, or NULL. */
const struct command *command_find(const char *name);
const struct command *command_at(size_t i);

/*
 * Make a call of `argv` (a command's name and what follows it), with the settings that every command has if
 * `with_settings`; a line of a script has only -y. Everything in it belongs to the tool's pool.
 */
int command_parse(struct tool *tool, const struct words *argv, bool with_settings, struct call **out,
		struct lvol_error *err);

/* --help of a command. */
void command_help(const struct command *command);

/* Whether -y was given, for all or on this line. */
bool call_says_yes(const struct call *call);

/* Add a line to what is printed when it has happened. */
void call_note(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
