/* SPDX-License-Identifier: MIT */
/* pvs, vgs, lvs */

#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "problems.h"
#include "report_text.h"
#include "tool.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct report_args {
	struct words fields;
	const char *sort, *select, *units, *separator, *format;
	unsigned int all, segments, history, no_suffix, no_headings, aligned, name_prefixes, unquoted;
};

#define FIELD(name) offsetof(struct report_args, name)

#define REPORT_OPTIONS \
	{ 'o', "options", "FIELD[,FIELD...]", option_word, FIELD(fields), \
		"fields to show; \"+FIELD\" adds, \"-FIELD\" takes away; \"help\" lists them" }, \
	{ 'O', "sort", "FIELD[,FIELD...]", option_text, FIELD(sort), "sort by these; \"-FIELD\" from last to first" }, \
	{ 'S', "select", "SELECTION", option_text, FIELD(select), \
		"only rows that SELECTION chooses, such as 'lv_size > 1g && lv_tags = x'" }, \
	{ 0, "units", "UNIT", option_text, FIELD(units), \
		"unit of sizes: h or r (as fits), b s k m g t p e; upper case counts in 1000s" }, \
	{ 0, "nosuffix", NULL, option_flag, FIELD(no_suffix), "sizes without their unit" }, \
	{ 0, "noheadings", NULL, option_flag, FIELD(no_headings), "no line of headings" }, \
	{ 0, "separator", "TEXT", option_text, FIELD(separator), "TEXT between columns, which are not aligned then" }, \
	{ 0, "aligned", NULL, option_flag, FIELD(aligned), "aligned all the same" }, \
	{ 0, "nameprefixes", NULL, option_flag, FIELD(name_prefixes), "LVM2_FIELD='value' for each value" }, \
	{ 0, "unquoted", NULL, option_flag, FIELD(unquoted), "without the quotes" }, \
	{ 0, "reportformat", "basic|json", option_text, FIELD(format), "as a table or as JSON" }

static const struct option_row pvs_options[] = {
	{ 'a', "all", NULL, option_flag, FIELD(all), "devices that are no PVs too" },
	{ 0, "segments", NULL, option_flag, FIELD(segments), "a row for each run of extents" },
	REPORT_OPTIONS,
	{ 0 }
};

static const struct option_row vgs_options[] = {
	{ 'a', "all", NULL, option_flag, FIELD(all), NULL },
	REPORT_OPTIONS,
	{ 0 }
};

static const struct option_row lvs_options[] = {
	{ 'a', "all", NULL, option_flag, FIELD(all), "hidden LVs too" },
	{ 'H', "history", NULL, option_flag, FIELD(history), "LVs that were removed but are remembered too" },
	{ 0, "segments", NULL, option_flag, FIELD(segments), "a row for each segment" },
	REPORT_OPTIONS,
	{ 0 }
};
#undef FIELD

static enum lvol_report_kind kind_of(const struct call *call)
{
	const struct report_args *args = call->args;

	if (call->command == &command_vgs)
		return LVOL_REPORT_VGS;
	if (call->command == &command_pvs)
		return args->segments ? LVOL_REPORT_PVSEGS : LVOL_REPORT_PVS;
	return args->segments ? LVOL_REPORT_SEGS : LVOL_REPORT_LVS;
}

static int report_check(const struct call *call, struct lvol_error *err)
{
	const struct report_args *args = call->args;
	const char *format = args->format;

	if (format && strcmp(format, "json") != 0 && strcmp(format, "basic") != 0)
		return fail(err, LVOL_E_INVALID, "--reportformat", "\"%s\" is not basic or json", format);
	return 0;
}

static void list_fields(enum lvol_report_kind kind)
{
	const char *name, *description;

	for (size_t i = 0; lvol_report_field(kind, i, &name, &description); i++)
		printf("  %-24s - %s\n", name, description);
}

/* Several -o in a row: a plain one begins anew, "+..." and "-..." go on. */
static const char *join_fields(struct pool *pool, const struct words *fields)
{
	const char *out = NULL;

	for (size_t i = 0; i < fields->count; i++) {
		const char *more = fields->list[i];
		bool adds = *more == '+' || *more == '-';

		if (out && adds && *more == '+' && *out != '-')
			out = pool_printf(pool, "%s,%s", out, more + 1);
		else
			out = out && adds ? pool_printf(pool, "%s,%s", out, more) : more;
	}
	return out;
}

static struct words plain_names(const struct call *call)
{
	struct pool *pool = &call->tool->pool;
	struct words out = { 0 };

	for (size_t i = 0; i < call->words.count; i++) {
		const char *word = call->words.list[i];

		if (*word == '@')
			words_add(&out, pool, word);
		else
			words_add(&out, pool, call->command == &command_pvs ? tool_device(call->tool, word)
					: name_plain(pool, word));
	}
	return out;
}

static int print_json(const struct lvol_report *report, struct lvol_error *err)
{
	char *json;
	int ret = lvol_report_json(&report, 1, &json, err);

	if (ret < 0)
		return ret;
	fputs(json, stdout);
	if (!*json || json[strlen(json) - 1] != '\n')
		putchar('\n');
	lvol_string_free(json);
	return 0;
}

static int print(const struct report_args *args, const struct lvol_report *report, struct lvol_error *err)
{
	struct report_style style = {
		.separator = args->separator ? args->separator : " ",
		.headings = !args->no_headings,
		.aligned = args->aligned || (!args->separator && !args->name_prefixes),
		.name_prefixes = args->name_prefixes,
		.quotes = !args->unquoted,
	};

	if (args->format && !strcmp(args->format, "json"))
		return print_json(report, err);
	report_print(report, &style);
	return 0;
}

static struct lvol_report_opts make_opts(const struct call *call, const struct words *names)
{
	const struct report_args *args = call->args;
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;

	opts.kind = kind_of(call);
	opts.flags = (args->all ? LVOL_REPORT_ALL : 0) | (args->no_suffix ? LVOL_REPORT_NO_SUFFIX : 0) |
			(args->history ? LVOL_REPORT_HISTORY : 0);
	opts.fields = join_fields(&call->tool->pool, &args->fields);
	opts.sort = args->sort;
	opts.select = args->select;
	opts.units = args->units;
	opts.names = names->list;
	return opts;
}

/* Who cannot ask the kernel sees LVs as if none were active. */
static struct lvol_backend *kernel_of(const struct call *call)
{
	struct lvol_backend *backend;

	if (call->command != &command_lvs || lvol_backend_open(call->tool->ctx, NULL, &backend, NULL) < 0)
		return NULL;
	return backend;
}

static int make_report(struct call *call, struct lvol_report_opts *opts, const struct lvol_scan *scan,
		struct lvol_report **out, struct lvol_error *err)
{
	struct lvol_backend *backend = kernel_of(call);
	int ret;

	opts->backend = backend;
	ret = lvol_report_new(scan, opts, out, err);
	lvol_backend_close(backend);
	return ret;
}

static int report_run(struct call *call, struct lvol_error *err)
{
	const struct report_args *args = call->args;
	const struct words names = plain_names(call);
	struct lvol_report_opts opts = make_opts(call, &names);
	const struct lvol_scan *scan;
	struct lvol_report *report;
	int ret;

	if (words_have(&args->fields, "help")) {
		list_fields(opts.kind);
		return 0;
	}
	ret = tool_scan(call->tool, &scan, err);
	if (ret < 0)
		return ret;
	if (!call->tool->settings.quiet)
		problems_print_scan(scan);
	ret = make_report(call, &opts, scan, &report, err);
	if (ret < 0)
		return ret;
	ret = print(args, report, err);
	lvol_report_free(report);
	return ret;
}

const struct command command_pvs = {
	.name = "pvs", .usage = "[PV|@TAG...]", .summary = "List physical volumes",
	.options = pvs_options, .args_size = sizeof(struct report_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.check = report_check, .run = report_run,
};

const struct command command_vgs = {
	.name = "vgs", .usage = "[VG|@TAG...]", .summary = "List volume groups",
	.options = vgs_options, .args_size = sizeof(struct report_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.check = report_check, .run = report_run,
};

const struct command command_lvs = {
	.name = "lvs", .usage = "[VG/LV|VG|@TAG...]", .summary = "List logical volumes",
	.options = lvs_options, .args_size = sizeof(struct report_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.check = report_check, .run = report_run,
};
