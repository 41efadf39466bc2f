/* SPDX-License-Identifier: MIT */
/* dm: device-mapper devices without LVM, as dmsetup has them */

#include "commands.h"
#include "dm.h"
#include "error.h"
#include "tool.h"

#include <stddef.h>
#include <string.h>

#define FIELD(name) offsetof(struct dm_args, name)

static const struct option_row dm_options[] = {
	{ 0, "table", "TEXT", option_text, FIELD(table), "create, load: the table, instead of a file or standard input" },
	{ 0, "notable", NULL, option_flag, FIELD(notable), "create: an empty device" },
	{ 'u', "uuid", "TEXT", option_text, FIELD(uuid),
		"create: its uuid; ls, info, table, status, deps: devices whose uuid begins so" },
	{ 'r', "readonly", NULL, option_flag, FIELD(readonly), "create, load: it cannot be written" },
	{ 0, "inactive", NULL, option_flag, FIELD(inactive), "table, status: of the table that waits" },
	{ 0, "noflush", NULL, option_flag, FIELD(noflush),
		"suspend, resume: queued requests wait and are not written; status: as it is" },
	{ 0, "nolockfs", NULL, option_flag, FIELD(nolockfs), "suspend, resume: do not freeze the file system on it" },
	{ 0, "retry", NULL, option_flag, FIELD(retry), "remove: while it is open, try again for up to 5 seconds" },
	{ 0, "deferred", NULL, option_flag, FIELD(deferred), "remove: when it is closed, if not now" },
	{ 0, "timeout", "SECONDS|forever", option_seconds, FIELD(timeout_ms), "wait: at most so long (default: forever)" },
	{ 0 }
};
#undef FIELD

struct verb {
	const char *name;
	const char *usage;
	const char *options;   /* those it takes: " uuid readonly " */
	size_t min_words, max_words;
	int (*run)(const struct dm_work *work, struct lvol_error *err);
};

static const struct verb verbs[] = {
	{ "create", "NAME [FILE]", " table notable uuid readonly ", 1, 2, dm_create },
	{ "load", "NAME [FILE]", " table readonly ", 1, 2, dm_load },
	{ "clear", "NAME...", "", 1, ANY_NUMBER, dm_clear },
	{ "suspend", "NAME...", " noflush nolockfs ", 1, ANY_NUMBER, dm_suspend },
	{ "resume", "NAME...", " noflush nolockfs ", 1, ANY_NUMBER, dm_resume },
	{ "rename", "NAME NEW", "", 2, 2, dm_rename },
	{ "remove", "NAME...", " retry deferred ", 1, ANY_NUMBER, dm_remove },
	{ "message", "NAME SECTOR TEXT...", "", 3, ANY_NUMBER, dm_message },
	{ "wait", "NAME [EVENT]", " timeout ", 1, 2, dm_wait },
	{ "info", "[NAME...]", " uuid ", 0, ANY_NUMBER, dm_info },
	{ "table", "[NAME...]", " uuid inactive ", 0, ANY_NUMBER, dm_table },
	{ "status", "[NAME...]", " uuid inactive noflush ", 0, ANY_NUMBER, dm_status },
	{ "deps", "[NAME...]", " uuid ", 0, ANY_NUMBER, dm_deps },
	{ "ls", "", " uuid ", 0, 0, dm_ls },
	{ "targets", "", "", 0, 0, dm_targets },
	{ "version", "", "", 0, 0, dm_version },
};

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* The first option that was given and that the verb does not take, or NULL. */
static const char *needless_option(const struct verb *verb, const struct dm_args *args)
{
	const struct { const char *name; bool given; } options[] = {
		{ " table ", args->table }, { " notable ", args->notable }, { " uuid ", args->uuid },
		{ " readonly ", args->readonly }, { " inactive ", args->inactive }, { " noflush ", args->noflush },
		{ " nolockfs ", args->nolockfs }, { " retry ", args->retry }, { " deferred ", args->deferred },
		{ " timeout ", args->timeout_ms.given },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options[i].given && !strstr(verb->options, options[i].name))
			return options[i].name + 1;
	return NULL;
}

static int dm_check(const struct call *call, struct lvol_error *err)
{
	const struct dm_args *args = call->args;
	const struct verb *verb = verb_find(call->words.list[0]);
	size_t count = call->words.count - 1;
	const char *needless;

	if (!verb)
		return fail(err, LVOL_E_INVALID, call->words.list[0], "is nothing that dm does; \"lvol dm --help\" lists it");
	if (count < verb->min_words || count > verb->max_words)
		return fail(err, LVOL_E_INVALID, "dm", "the usage is: %s%s%s", verb->name, *verb->usage ? " " : "", verb->usage);
	needless = needless_option(verb, args);
	if (needless)
		return fail(err, LVOL_E_INVALID, "dm", "%s does not take --%.*s", verb->name, (int)strcspn(needless, " "),
				needless);
	if (call->tool->settings.test)
		return fail(err, LVOL_E_INVALID, "dm", "there is no --test: devices are changed at once");
	if (args->notable && (args->table || count > 1))
		return fail(err, LVOL_E_INVALID, "dm", "--notable and a table exclude each other");
	return 0;
}

static int dm_run(struct call *call, struct lvol_error *err)
{
	const struct verb *verb = verb_find(call->words.list[0]);
	struct dm_work work = {
		.call = call, .args = call->args, .words = call->words.list + 1, .count = call->words.count - 1,
	};
	int ret = lvol_backend_open(call->tool->ctx, NULL, &work.backend, err);

	if (ret == 0)
		ret = verb->run(&work, err);
	lvol_backend_close(work.backend);
	return ret;
}

const struct command command_dm = {
	.name = "dm", .usage = "VERB [WORD...]", .summary = "Make, show and remove device-mapper devices without LVM",
	.details = "  create NAME [FILE]            make a device from the table in FILE or on standard input\n"
		   "  load NAME [FILE]              give it a table that waits\n"
		   "  clear NAME...                 forget the table that waits\n"
		   "  suspend NAME...               let requests wait\n"
		   "  resume NAME...                take the table that waits into use, and go on\n"
		   "  rename NAME NEW               give it another name\n"
		   "  remove NAME...                remove it\n"
		   "  message NAME SECTOR TEXT...   send a message to its target\n"
		   "  wait NAME [EVENT]             wait for an event after that one, or after now\n"
		   "  info [NAME...]                what it is\n"
		   "  table [NAME...]               its table\n"
		   "  status [NAME...]              what its targets say\n"
		   "  deps [NAME...]                what it stands on\n"
		   "  ls                            all devices\n"
		   "  targets                       what the kernel has\n"
		   "  version                       of the kernel's driver\n\n"
		   "A line of a table is START LENGTH TARGET ARGUMENT..., in sectors of 512 bytes.\n",
	.options = dm_options, .args_size = sizeof(struct dm_args),
	.min_words = 1, .max_words = ANY_NUMBER, .no_devices = true, .read_only = true,
	.check = dm_check, .run = dm_run,
};
