/* SPDX-License-Identifier: MIT */
/*
 * script: commands from a file, one per line, as one transaction. All lines are parsed before anything is done; then one
 * transaction begins on all VGs that they name, and each command adds its operations to it.
 */

#include "change.h"
#include "commands.h"
#include "error.h"
#include "option_values.h"
#include "script_words.h"
#include "text_file.h"
#include "tool.h"

#include <stddef.h>
#include <string.h>

struct script_args {
	unsigned int plan;
};

static const struct option_row script_options[] = {
	{ 0, "plan", NULL, option_flag, offsetof(struct script_args, plan),
		"show the changes and a picture of what would be; write nothing" },
	{ 0 }
};

/* What was read so far. */
struct script {
	struct tool *tool;
	const char *path;
	struct call **calls;
	struct words places;
	size_t room;
};

static void add_call(struct script *script, struct call *call, const char *place)
{
	struct pool *pool = &script->tool->pool;
	size_t count = script->places.count;

	if (count == script->room) {
		struct call **larger;

		script->room = count ? 2 * count : 16;
		larger = pool_alloc(pool, script->room * sizeof(*larger));
		if (count)
			memcpy(larger, script->calls, count * sizeof(*larger));
		script->calls = larger;
	}
	script->calls[count] = call;
	words_add(&script->places, pool, place);
}

/* A line may begin with the program's name, as copied from a terminal. */
static void drop_program(struct words *words)
{
	if (words->count && !strcmp(words->list[0], "lvol")) {
		words->list++;
		words->count--;
	}
}

static int parse_words(struct script *script, const struct words *words, struct call **call, struct lvol_error *err)
{
	const struct command *command = command_find(words->list[0]);
	int ret;

	if (command && !command->apply)
		return fail(err, LVOL_E_INVALID, words->list[0], "changes no volumes, so it has no place in a script");
	ret = command_parse(script->tool, words, false, call, err);
	if (ret == 0 && command && command->runs_itself && command->runs_itself(*call))
		return fail(err, LVOL_E_INVALID, words->list[0], "-a is no part of a transaction, so it has no place in a script");
	return ret;
}

static int parse_line(struct script *script, const char *line, size_t number, struct lvol_error *err)
{
	struct pool *pool = &script->tool->pool;
	const char *place = pool_printf(pool, "%s:%zu", script->path, number);
	struct words words = { 0 };
	struct call *call;
	int ret = script_split(pool, line, &words, err);

	drop_program(&words);
	if (ret == 0 && words.count) {
		ret = parse_words(script, &words, &call, err);
		if (ret == 0)
			add_call(script, call, place);
	}
	if (ret < 0)
		error_add_place(err, place);
	return ret;
}

static int parse_all(struct script *script, const char *text, struct lvol_error *err)
{
	int ret = 0;

	for (size_t number = 1; ret == 0 && *text; number++) {
		size_t len = strcspn(text, "\n");

		ret = parse_line(script, pool_copy(&script->tool->pool, text, len), number, err);
		text += len + (text[len] == '\n');
	}
	return ret;
}

static int script_run(struct call *call, struct lvol_error *err)
{
	const struct script_args *args = call->args;
	struct script script = { .tool = call->tool, .path = call->words.list[0] };
	struct text_file file;
	int ret = text_file_read(&call->tool->pool, script.path, &file, err);

	if (ret == 0)
		ret = parse_all(&script, file.text, err);
	if (ret < 0)
		return ret;
	const struct change change = {
		.calls = script.calls, .places = script.places.list, .count = script.places.count,
		.plan_only = args->plan,
	};
	return change_run(call->tool, &change, err);
}

const struct command command_script = {
	.name = "script", .usage = "FILE", .summary = "Do commands of a file as one transaction: all or nothing",
	.details = "One command a line, as on the command line; \"#\" begins a comment, quotes keep spaces, \"-\" for\n"
		"FILE is standard input. Later lines can use what earlier ones make.\n",
	.options = script_options, .args_size = sizeof(struct script_args),
	.min_words = 1, .max_words = 1,
	.run = script_run,
};
