/* SPDX-License-Identifier: MIT */
#include "activation.h"

#include "error.h"
#include "names.h"
#include "targets.h"
#include "tool.h"

#include <stdio.h>
#include <string.h>

bool activation_is_asked(const struct activation_args *args)
{
	return args->activate || args->mode || args->skipped || args->refresh;
}

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list && strcmp(word, *list))
		list++;
	return *list;
}

int activation_check(const struct call *call, const struct activation_args *args, bool changes, struct lvol_error *err)
{
	static const char *const ways[] = { "y", "n", "ay", NULL };
	static const char *const modes[] = { "partial", "degraded", "complete", NULL };
	const char *name = call->command->name;

	if (!args->activate && !args->refresh)
		return fail(err, LVOL_E_INVALID, name, "say -a y or -a n");
	if (args->refresh && (args->activate || args->skipped))
		return fail(err, LVOL_E_INVALID, "--refresh", "what is active is refreshed; -a and -K go without that");
	if (args->activate && !is_one_of(args->activate, ways))
		return fail(err, LVOL_E_INVALID, "--activate", "\"%s\" is none of y, n, ay", args->activate);
	if (args->mode && !is_one_of(args->mode, modes))
		return fail(err, LVOL_E_INVALID, "--activationmode", "\"%s\" is none of partial, degraded, complete", args->mode);
	if (changes)
		return fail(err, LVOL_E_INVALID, name, "%s goes without other changes; do those first",
				args->refresh ? "--refresh" : "-a");
	if (call->tool->settings.test)
		return fail(err, LVOL_E_INVALID, name, "there is no --test of %s", args->refresh ? "--refresh" : "-a");
	return 0;
}

static uint32_t activate_flags(const struct activation_args *args, bool of_vg)
{
	uint32_t flags = args->skipped ? LVOL_ACTIVATE_SKIPPED : 0;

	if (args->mode && !strcmp(args->mode, "partial"))
		flags |= LVOL_ACTIVATE_PARTIAL;
	if (args->mode && !strcmp(args->mode, "complete"))
		flags |= LVOL_ACTIVATE_COMPLETE;
	return flags | (of_vg && args->activate && !strcmp(args->activate, "ay") ? LVOL_ACTIVATE_AUTO : 0);
}

/* As lvm2 says it. */
static int tell_active(const struct call *call, struct lvol_vg *vg, struct lvol_backend *backend, struct lvol_error *err)
{
	const char *const names[] = { lvol_vg_name(vg), NULL };
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	const struct lvol_scan *scan;
	struct lvol_report *report;
	int ret = tool_scan(call->tool, &scan, err);

	opts.kind = LVOL_REPORT_LVS;
	opts.fields = "lv_name";
	opts.select = "lv_active = active";
	opts.names = names;
	opts.backend = backend;
	if (ret == 0)
		ret = lvol_report_new(scan, &opts, &report, err);
	if (ret < 0)
		return ret;
	if (!call->tool->settings.quiet)
		printf("  %zu logical volume(s) in volume group \"%s\" now active\n", lvol_report_row_count(report),
				lvol_vg_name(vg));
	lvol_report_free(report);
	return 0;
}

/* What is not active is left alone, as in lvm2. */
static int refresh_lv(const struct activation_args *args, const struct lvol_lv *lv, struct lvol_backend *backend,
		struct lvol_error *err)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	int ret = lvol_lv_device(lv, backend, &info, err);

	if (ret < 0)
		return ret == -LVOL_E_NOT_FOUND ? 0 : ret;
	return lvol_lv_refresh(lv, backend, activate_flags(args, false), err);
}

static int refresh_vg(const struct activation_args *args, struct lvol_vg *vg, struct lvol_backend *backend,
		struct lvol_error *err)
{
	int ret = 0;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && ret == 0; lv = lvol_lv_next(lv))
		if (lvol_lv_is_visible(lv))
			ret = refresh_lv(args, lv, backend, err);
	return ret;
}

/* What fails keeps nothing else from being done, as in lvm2: the last error is the command's, those before it are told. */
static int also(int ret, int r, const struct lvol_error *one, struct lvol_error *err)
{
	if (r == 0)
		return ret;
	if (ret < 0)
		error_print(err);
	*err = *one;
	return r;
}

static bool is_wanted(const struct activation_args *args, const struct lvol_lv *lv)
{
	const struct lvol_segment *seg = lvol_lv_segment_first(lv);

	if (!lvol_lv_is_visible(lv) || !seg || !strcmp(lvol_segment_type(seg), "cache-pool"))
		return false;
	if (!args->skipped && lvol_lv_is_activation_skipped(lv))
		return false;
	return strcmp(args->activate, "ay") || lvol_lv_is_autoactivated(lv);
}

/* The library activates a VG as a whole or not at all. With a PV missing it is one LV after the other. */
static int activate_vg(const struct activation_args *args, struct lvol_vg *vg, struct lvol_backend *backend,
		struct lvol_error *err)
{
	int ret = lvol_vg_activate(vg, backend, activate_flags(args, true), err);

	if (ret != -LVOL_E_MISSING_PV)
		return ret;
	ret = 0;
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv)) {
		struct lvol_error one = LVOL_ERROR_INIT;

		if (is_wanted(args, lv))
			ret = also(ret, lvol_lv_activate(lv, backend, activate_flags(args, false), &one), &one, err);
	}
	return ret;
}

static int do_vg(const struct call *call, const struct activation_args *args, struct lvol_vg *vg,
		struct lvol_backend *backend, struct lvol_error *err)
{
	struct lvol_error one = LVOL_ERROR_INIT;
	int ret;

	if (args->refresh)
		return refresh_vg(args, vg, backend, err);
	ret = strcmp(args->activate, "n") ? activate_vg(args, vg, backend, err) : lvol_vg_deactivate(vg, backend, 0, err);
	if (ret < 0 && ret != -LVOL_E_MISSING_PV)
		return ret;
	return also(ret, tell_active(call, vg, backend, &one), &one, err);
}

static int do_lv(const struct activation_args *args, const struct lvol_lv *lv, struct lvol_backend *backend,
		struct lvol_error *err)
{
	if (args->refresh)
		return refresh_lv(args, lv, backend, err);
	if (!strcmp(args->activate, "n"))
		return lvol_lv_deactivate(lv, backend, 0, err);
	if (!strcmp(args->activate, "ay") && !lvol_lv_is_autoactivated(lv))
		return 0;
	return lvol_lv_activate(lv, backend, activate_flags(args, false), err);
}

static int do_target(struct call *call, const struct activation_args *args, const char *target,
		struct lvol_backend *backend, struct lvol_error *err)
{
	const char *lv_name = name_lv(target);
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = lvol_vg_open(call->tool->ctx, name_vg(&call->tool->pool, target), &vg, err);

	if (ret < 0)
		return ret;
	lv = lv_name ? lvol_lv_find(vg, lv_name) : NULL;
	if (!lv_name)
		ret = do_vg(call, args, vg, backend, err);
	else if (lv)
		ret = do_lv(args, lv, backend, err);
	else
		ret = fail(err, LVOL_E_NOT_FOUND, target, "there is no such LV");
	lvol_vg_unref(vg);
	return ret;
}

int activation_run(struct call *call, const struct activation_args *args, enum lvol_report_kind kind, const char *select,
		struct lvol_error *err)
{
	struct lvol_backend *backend = NULL;
	int ret = targets_find(call, kind, select, err);

	if (ret == 0)
		ret = lvol_backend_open(call->tool->ctx, NULL, &backend, err);
	for (size_t i = 0; backend && i < call->targets.count; i++) {
		struct lvol_error one = LVOL_ERROR_INIT;

		ret = also(ret, do_target(call, args, call->targets.list[i], backend, &one), &one, err);
	}
	lvol_backend_close(backend);
	return ret;
}
