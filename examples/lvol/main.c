/* SPDX-License-Identifier: MIT */
/*
 * lvol: LVM2 volumes in image files and on block devices, with lvm2's command names, on liblvol's public API alone.
 *
 *   command line ─► options.c (tables) ─► struct call ─► change.c (one transaction) ─► notes
 *                                                    └─► a command's own run()
 *
 * cmd_*.c hold the commands, command.c their list.
 */

#include "change.h"
#include "command.h"
#include "error.h"
#include "tool.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static void help_all(void)
{
	const struct option_group groups[] = { { "Options of every command", settings_options, NULL }, { 0 } };
	const struct command *command;

	puts("Usage: lvol [OPTION]... COMMAND [OPTION]... [WORD]...\n"
	     "LVM2 volumes in image files and on block devices, without root where none is needed.\n\n"
	     "Commands (lvol COMMAND --help tells more):");
	for (size_t i = 0; (command = command_at(i)); i++)
		printf("  %-14s %s\n", command->name, command->summary);
	options_help(groups);
	puts("\nExit status: 0 done, 5 failed, 3 bad command line. Manual: lvol(8).");
}

/* What came before the command's name, which is left as the first of `words`. */
static int read_settings(struct tool *tool, int argc, char **argv, struct words *words, struct lvol_error *err)
{
	const struct option_source source = { .argc = argc, .argv = argv, .stop_at_word = true };
	const struct option_group groups[] = { { NULL, settings_options, &tool->settings }, { 0 } };

	return options_read(&source, groups, &tool->pool, words, err);
}

static int parse(struct tool *tool, const struct words *words, struct call **out, struct lvol_error *err)
{
	if (!words->count)
		return fail(err, LVOL_E_INVALID, "", "a command is missing; \"lvol --help\" lists them");
	return command_parse(tool, words, true, out, err);
}

static bool runs_itself(const struct call *call)
{
	const struct command *command = call->command;

	return command->runs_itself ? command->runs_itself(call) : command->run != NULL;
}

static int run(struct tool *tool, struct call *call, struct lvol_error *err)
{
	const struct change change = { .calls = &call, .count = 1 };
	int ret = tool_open(tool, call->command->read_only && runs_itself(call), err);

	if (ret == 0 && !call->command->no_devices)
		ret = tool_add_devices(tool, err);
	if (ret < 0)
		return ret;
	return runs_itself(call) ? call->command->run(call, err) : change_run(tool, &change, err);
}

/* --version, --help, help COMMAND: true when that was all. "help" is taken off the words. */
static bool tell(struct tool *tool, struct words *words)
{
	const struct command *command;

	if (words->count && !strcmp(words->list[0], "help")) {
		tool->settings.help++;
		words->list++;
		words->count--;
		words->room--;
	}
	command = words->count ? command_find(words->list[0]) : NULL;
	if (tool->settings.version)
		printf("lvol %s\n", lvol_version());
	else if (command && tool->settings.help)
		command_help(command);
	else if (!words->count && tool->settings.help)
		help_all();
	else
		return false;
	return true;
}

static int report(const struct lvol_error *err, int status)
{
	error_print(err);
	return status;
}

static int tool_main(struct tool *tool, int argc, char **argv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct words words = { 0 };
	struct call *call;

	if (read_settings(tool, argc, argv, &words, &err) < 0)
		return report(&err, STATUS_BAD_COMMAND_LINE);
	if (tell(tool, &words))
		return STATUS_OK;
	if (parse(tool, &words, &call, &err) < 0)
		return report(&err, STATUS_BAD_COMMAND_LINE);
	if (tell(tool, &words))
		return STATUS_OK;
	if (run(tool, call, &err) < 0)
		return report(&err, STATUS_FAILED);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fail_errno(&err, "standard output", "cannot be written");
		return report(&err, STATUS_FAILED);
	}
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	struct tool tool = { 0 };
	int status;

	setlocale(LC_CTYPE, "");
	status = tool_main(&tool, argc, argv);
	tool_close(&tool);
	return status;
}
