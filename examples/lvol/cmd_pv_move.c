/* SPDX-License-Identifier: MIT */
/* pvmove */

#include "change.h"
#include "commands.h"
#include "error.h"
#include "job.h"
#include "names.h"
#include "option_values.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct pvmove_args {
	const char *name;
	struct number alloc, interval;
	unsigned int abort, atomic, background;
};

#define FIELD(field) offsetof(struct pvmove_args, field)

static const struct option_row pvmove_options[] = {
	{ 'n', "name", "LV", option_text, FIELD(name), "only what this LV has there" },
	{ 0, "abort", NULL, option_flag, FIELD(abort), "give up moves that are under way: of PV, or all" },
	{ 0, "atomic", NULL, option_flag, FIELD(atomic), "all at once, so that --abort undoes all of it" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "contiguous, cling, normal, anywhere or inherit" },
	{ 'i', "interval", "SECONDS", option_seconds, FIELD(interval), "say so often how far it is" },
	{ 'b', "background", NULL, option_flag, FIELD(background),
		"only begin the move; \"lvol pvmove\" without words goes on with it" },
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

/* A move that is there, and what it comes from. */
struct moving { const char *lv, *pv; };

static const char *source_of(const struct lvol_lv *lv)
{
	struct lvol_area area;

	while (lv && lvol_lv_segment_first(lv) && lvol_segment_area(lvol_lv_segment_first(lv), 0, &area)) {
		if (area.pv)
			return lvol_pv_name(area.pv);
		lv = area.lv;
	}
	return NULL;
}

/* The PV that the word names, without the ranges behind it. */
static int find_source(const struct call *call, const char *word, const struct lvol_pv **out, struct lvol_error *err)
{
	const char *device = tool_device(call->tool, word);
	char *name = pool_copy(&call->tool->pool, device, strlen(device)), *colon;
	int ret = tool_find_pv(call->tool, name, out, err);

	while (ret == 0 && !*out && (colon = strrchr(name, ':'))) {
		*colon = '\0';
		ret = tool_find_pv(call->tool, name, out, err);
	}
	if (ret == 0 && (!*out || !lvol_pv_vg(*out)))
		ret = fail(err, LVOL_E_NOT_FOUND, word, *out ? "is in no VG" : "is no PV");
	return ret;
}

static int pvmove_check(const struct call *call, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;

	if (!call->words.count && (args->name || args->atomic || args->alloc.given || args->background))
		return fail(err, LVOL_E_INVALID, "pvmove", "name the PV that is to become free");
	if (args->abort && (args->name || args->atomic || args->alloc.given || args->background || call->words.count > 1))
		return fail(err, LVOL_E_INVALID, "pvmove", "--abort takes no more than the PV whose move is given up");
	return 0;
}

static int pvmove_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct lvol_pv *pv;
	int ret = find_source(call, call->words.list[0], &pv, err);

	if (ret == 0)
		vg_set_add(vgs, lvol_vg_name(lvol_pv_vg(pv)), 0);
	return ret;
}

static int pvmove_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;
	struct lvol_pv_move_opts opts = LVOL_PV_MOVE_OPTS_INIT;
	const struct lvol_pv *pv;
	struct words to = { 0 };
	int ret = find_source(call, call->words.list[0], &pv, err);

	if (ret < 0)
		return ret;
	for (size_t i = 1; i < call->words.count; i++)
		words_add(&to, &call->tool->pool, tool_device(call->tool, call->words.list[i]));
	opts.vg = lvol_vg_name(lvol_pv_vg(pv));
	opts.pv = tool_device(call->tool, call->words.list[0]);
	opts.lv = args->name ? name_plain(&call->tool->pool, args->name) : NULL;
	opts.to = to.count ? to.list : NULL;
	opts.alloc = (uint32_t)args->alloc.value;
	opts.flags = args->atomic ? LVOL_PV_MOVE_ATOMIC : 0;
	ret = lvol_pv_move(txn, &opts, err);
	/* what it is called */
	return ret ? ret : change_created(call, txn, "lv", &call->targets, err);
}

static int go_on(struct call *call, const struct moving *moving, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;
	const struct job_request request = {
		.lv = moving->lv, .kind = LVOL_JOB_MOVE, .interval_ms = args->interval.value,
		.label = pool_printf(&call->tool->pool, "%s: Moved", moving->pv ? moving->pv : moving->lv),
	};

	return job_run(call, &request, NULL, err);
}

static int give_up(struct call *call, const struct moving *moving, struct lvol_error *err)
{
	const struct job_request request = { .lv = moving->lv, .kind = LVOL_JOB_MOVE };
	struct lvol_backend *backend;
	struct lvol_job *job;
	int ret = job_begin(call, &request, &backend, &job, err);

	if (ret < 0)
		return ret;
	ret = lvol_job_abort(job, err);
	lvol_job_free(job);
	lvol_backend_close(backend);
	if (ret == 0 && !call->tool->settings.quiet)
		printf("  %s: the move was given up.\n", moving->pv ? moving->pv : moving->lv);
	return ret;
}

/* Those that are under way, from `pv` or (NULL) from any. */
static int find_moves(const struct call *call, const struct lvol_pv *pv, struct words *lvs, struct words *pvs,
		struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	const struct lvol_scan *scan;
	struct lvol_vg *vg;
	int ret = tool_scan(call->tool, &scan, err);

	for (size_t i = 0; ret == 0 && (vg = lvol_scan_vg(scan, i)); i++) {
		struct words here = { 0 };

		job_moves(call, vg, &here);
		for (size_t j = 0; j < here.count; j++) {
			const char *from = source_of(lvol_lv_find(vg, name_lv(here.list[j])));

			if (pv && (!from || strcmp(from, lvol_pv_name(pv)) != 0))
				continue;
			words_add(lvs, pool, here.list[j]);
			words_add(pvs, pool, from ? from : "");
		}
	}
	return ret;
}

static int on_moves(struct call *call, const struct words *lvs, const struct words *pvs, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < lvs->count; i++) {
		const struct moving moving = { lvs->list[i], *pvs->list[i] ? pvs->list[i] : NULL };

		ret = args->abort ? give_up(call, &moving, err) : go_on(call, &moving, err);
	}
	return ret;
}

static int begin_move(struct call *call, const struct lvol_pv *pv, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;
	struct call *const calls[] = { call };
	const char *name = pool_copy(&call->tool->pool, lvol_pv_name(pv), strlen(lvol_pv_name(pv)));
	int ret = change_run(call->tool, &(struct change){ .calls = calls, .count = 1 }, err);

	if (ret < 0 || call->tool->settings.test || args->background || !call->targets.count)
		return ret;
	return go_on(call, &(struct moving){ call->targets.list[0], name }, err);
}

static int pvmove_run(struct call *call, struct lvol_error *err)
{
	const struct pvmove_args *args = call->args;
	struct words lvs = { 0 }, pvs = { 0 };
	const struct lvol_pv *pv = NULL;
	int ret = call->words.count ? find_source(call, call->words.list[0], &pv, err) : 0;

	if (ret == 0)
		ret = find_moves(call, pv, &lvs, &pvs, err);
	if (ret < 0)
		return ret;
	if (!lvs.count && pv && !args->abort)
		return begin_move(call, pv, err);
	if (lvs.count && pv && !args->abort && !call->tool->settings.quiet)
		printf("  Detected pvmove in progress for %s.\n", lvol_pv_name(pv));
	return on_moves(call, &lvs, &pvs, err);
}

static bool pvmove_runs_itself(const struct call *call)
{
	(void)call;
	return true;
}

const struct command command_pvmove = {
	.name = "pvmove", .usage = "[PV[:EXTENTS]... [PV...]]", .summary = "Move extents to other physical volumes",
	.details = "Of the first PV, or of its extents, to the others. What was interrupted goes on when it is called again, or\n"
		"without words; so it does after lvm2's pvmove, and lvm2 goes on with ours.\n",
	.options = pvmove_options, .args_size = sizeof(struct pvmove_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = pvmove_check, .needs = pvmove_needs, .apply = pvmove_apply,
	.run = pvmove_run, .runs_itself = pvmove_runs_itself,
};
