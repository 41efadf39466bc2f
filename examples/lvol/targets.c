/* SPDX-License-Identifier: MIT */
#include "targets.h"

#include "names.h"
#include "tool.h"
#include "vg_set.h"

#include <string.h>

static const char *key_field(enum lvol_report_kind kind)
{
	return kind == LVOL_REPORT_PVS ? "pv_name" : kind == LVOL_REPORT_VGS ? "vg_name" : "lv_full_name";
}

/* Ask a report for the names: it knows tags and selections. */
static int ask_report(struct call *call, const struct lvol_report_opts *opts, struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	const struct lvol_scan *scan;
	struct lvol_report *report;
	int ret = tool_scan(call->tool, &scan, err);

	if (ret == 0)
		ret = lvol_report_new(scan, opts, &report, err);
	if (ret < 0)
		return ret;
	for (size_t i = 0; i < lvol_report_row_count(report); i++) {
		const char *name = lvol_report_cell(report, i, 0);

		words_add_once(&call->targets, pool, pool_copy(pool, name, strlen(name)));
	}
	lvol_report_free(report);
	return 0;
}

static const char *plain(const struct call *call, enum lvol_report_kind kind, const char *word)
{
	if (kind == LVOL_REPORT_PVS)
		return tool_device(call->tool, word);
	return name_plain(&call->tool->pool, word);
}

int targets_find(struct call *call, enum lvol_report_kind kind, const char *select, struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct words ask = { 0 };

	for (size_t i = 0; i < call->words.count; i++) {
		const char *name = call->words.list[i];

		if (*name == '@')
			words_add(&ask, pool, name);
		else
			words_add(select ? &ask : &call->targets, pool, plain(call, kind, name));
	}
	if (call->words.count && !ask.count)
		return 0;
	opts.kind = kind;
	opts.fields = key_field(kind);
	opts.select = select;
	opts.names = ask.list;
	return ask_report(call, &opts, err);
}

int targets_need_vgs(struct call *call, struct vg_set *vgs, const char *select, struct lvol_error *err)
{
	int ret = targets_find(call, LVOL_REPORT_VGS, select, err);

	for (size_t i = 0; ret == 0 && i < call->targets.count; i++)
		vg_set_add(vgs, call->targets.list[i], 0);
	return ret;
}

int targets_of_vg(const struct call *call, struct lvol_txn *txn, const char *vg_name, struct words *out,
		struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	struct lvol_vg *vg;
	int ret = lvol_txn_preview(txn, vg_name, &vg, err);

	if (ret < 0)
		return ret;
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		if (lvol_lv_is_visible(lv))
			words_add(out, pool, pool_printf(pool, "%s/%s", vg_name, lvol_lv_name(lv)));
	lvol_vg_unref(vg);
	return 0;
}
