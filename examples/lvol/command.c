/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "commands.h"
#include "error.h"
#include "tool.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
	&command_pvcreate, &command_pvremove, &command_pvresize, &command_pvchange, &command_pvmove, &command_pvs,
	&command_vgcreate, &command_vgremove, &command_vgextend, &command_vgreduce, &command_vgrename,
	&command_vgchange, &command_vgexport, &command_vgimport, &command_vgsplit, &command_vgmerge, &command_vgck,
	&command_vgcfgbackup, &command_vgcfgrestore, &command_vgs,
	&command_lvcreate, &command_lvremove, &command_lvrename, &command_lvresize, &command_lvextend,
	&command_lvreduce, &command_lvchange, &command_lvconvert, &command_lvs,
	&command_thin_ls, &command_thin_diff, &command_thin_check, &command_export, &command_import,
	&command_read, &command_write, &command_map, &command_script, &command_dm,
};

const struct command *command_at(size_t i)
{
	return i < sizeof(commands) / sizeof(*commands) ? commands[i] : NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static const struct option_row line_options[] = {
	{ 'y', "yes", NULL, option_flag, offsetof(struct call, yes), "answer every question with yes" },
	{ 0 }
};

/* getopt permutes what it reads, so it gets a list of its own. */
static struct option_source copy_argv(const struct words *argv, struct pool *pool)
{
	struct option_source out = { .argc = (int)argv->count };

	out.argv = pool_alloc(pool, (argv->count + 1) * sizeof(*out.argv));
	for (size_t i = 0; i < argv->count; i++)
		out.argv[i] = pool_copy(pool, argv->list[i], strlen(argv->list[i]));
	return out;
}

static int check_call(const struct call *call, struct lvol_error *err)
{
	const struct command *command = call->command;
	size_t count = call->words.count;

	if (count < command->min_words)
		return fail(err, LVOL_E_INVALID, command->name, "something is missing: %s", command->usage);
	if (count > command->max_words)
		return fail(err, LVOL_E_INVALID, command->name, "too much: \"%s\"; its usage is: %s",
				call->words.list[command->max_words], *command->usage ? command->usage : "no words");
	return command->check ? command->check(call, err) : 0;
}

int command_parse(struct tool *tool, const struct words *argv, bool with_settings, struct call **out,
		struct lvol_error *err)
{
	const struct command *command = command_find(argv->list[0]);
	struct call *call = pool_alloc(&tool->pool, sizeof(*call));
	struct option_source source = copy_argv(argv, &tool->pool);
	int ret;

	if (!command)
		return fail(err, LVOL_E_INVALID, argv->list[0], "no such command; \"lvol --help\" lists them");
	call->command = command;
	call->tool = tool;
	call->args = pool_alloc(&tool->pool, command->args_size);
	const struct option_group groups[] = {
		{ NULL, command->options, call->args },
		{ NULL, with_settings ? settings_options : line_options, with_settings ? (void *)&tool->settings : call },
		{ 0 },
	};
	ret = options_read(&source, groups, &tool->pool, &call->words, err);
	if (ret == 0 && !tool->settings.help && !tool->settings.version)
		ret = check_call(call, err);
	if (ret == 0)
		*out = call;
	return ret;
}

void command_help(const struct command *command)
{
	const struct option_group groups[] = {
		{ "Options", command->options, NULL },
		{ "Options of every command", settings_options, NULL },
		{ 0 },
	};

	printf("Usage: lvol %s [OPTION]...%s%s\n%s\n", command->name, *command->usage ? " " : "", command->usage,
			command->summary);
	if (command->details)
		printf("\n%s", command->details);
	options_help(groups);
}

bool call_says_yes(const struct call *call)
{
	return call->yes || call->tool->settings.yes;
}

void call_note(struct call *call, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) >= 0) {
		words_add(&call->notes, &call->tool->pool, pool_copy(&call->tool->pool, text, strlen(text)));
		free(text);
	}
	va_end(args);
}
