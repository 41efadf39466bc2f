/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The marks in a VG's text that tie the texts of one transaction over several VGs together; see copies.c for how they are
 * read. TXN_MARK_KEY is the mark of the transaction that wrote this text. TXN_DONE_KEY are those of the transactions
 * before it that are known to have happened: as long as another VG of such a transaction was not written since, this text
 * may be the only witness of it. The last few are enough.
 *
 * OLD_IDS_KEY tells by which id the label of a PV is found whose id changes: label and text cannot change together.
 */
#include <string.h>

#include "base/error.h"
#include "store/commit_plan.h"
#include "store/survey.h"

#define MAX_DONE 8

/* Take the line of @key out of the lines *@top; its value, "" when there is none; NULL: no memory. */
static const char *take_line(struct arena *arena, const char **top, const char *key)
{
	const char *line = strstr(*top, key), *value, *rest;

	if (!line)
		return "";
	value = line + strlen(key);
	rest = value + strcspn(value, "\n");
	rest += *rest == '\n';
	while (line > *top && line[-1] == '\t')
		line--;
	value = lvi_arena_strndup(arena, value, strcspn(value, "\"\n"));
	*top = lvi_arena_printf(arena, "%.*s%s", (int)(line - *top), *top, rest);
	return *top ? value : NULL;
}

int lvi_commit_mark(struct lvol_vg *vg, const char *mark, struct lvol_error *err)
{
	const size_t most = MAX_DONE * (LVI_UUID_TEXT_LEN + 1) - 1;
	const char *top = vg->extra_top ? vg->extra_top : "", *own, *done;

	if (!mark && !strstr(top, TXN_MARK_KEY TXN_MARK_IS) && !strstr(top, TXN_DONE_KEY TXN_MARK_IS))
		return 0;
	own = take_line(vg->arena, &top, TXN_MARK_KEY TXN_MARK_IS);
	done = own ? take_line(vg->arena, &top, TXN_DONE_KEY TXN_MARK_IS) : NULL;
	if (done)
		done = lvi_arena_printf(vg->arena, "%s%s%s", own, *own && *done ? " " : "", done);
	if (!done)
		return lvi_error_nomem(err);
	if (mark)
		top = lvi_arena_printf(vg->arena, "%s" TXN_MARK_KEY TXN_MARK_IS "%s\"\n", top, mark);
	if (top && *done)
		top = lvi_arena_printf(vg->arena, "%s" TXN_DONE_KEY TXN_MARK_IS "%.*s\"\n", top, (int)most, done);
	if (!top)
		return lvi_error_nomem(err);
	vg->extra_top = top;
	return 0;
}

/* Add "NEW=OLD" to *@pairs. */
static int add_pair(struct arena *arena, const char **pairs, const struct lvol_pv *pv)
{
	char new[LVI_UUID_TEXT_LEN + 1], old[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(&pv->id, new);
	lvi_uuid_format(&pv->label_id, old);
	*pairs = lvi_arena_printf(arena, "%s%s%s=%s", *pairs, **pairs ? " " : "", new, old);
	return *pairs ? 0 : -LVOL_E_NO_MEMORY;
}

int lvi_commit_old_ids(struct lvol_vg *vg, struct lvol_error *err)
{
	const char *top = vg->extra_top ? vg->extra_top : "", *pairs = "";

	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev && *pv->label_id.c && !lvi_uuid_equal(&pv->id, &pv->label_id) &&
		    add_pair(vg->arena, &pairs, pv))
			return lvi_error_nomem(err);
	if (!*pairs && !strstr(top, OLD_IDS_KEY TXN_MARK_IS))
		return 0;
	if (!take_line(vg->arena, &top, OLD_IDS_KEY TXN_MARK_IS))
		return lvi_error_nomem(err);
	if (*pairs)
		top = lvi_arena_printf(vg->arena, OLD_IDS_KEY TXN_MARK_IS "%s\"\n%s", pairs, top);
	if (!top)
		return lvi_error_nomem(err);
	vg->extra_top = top;
	return 0;
}
