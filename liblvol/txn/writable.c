/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/writable.h"

#include <string.h>

#include <lvol/txn.h>
#include <lvol/vg.h>

#include "base/error.h"

/* What a problem that blocks writing becomes, and the flag that lets a transaction begin all the same. */
static const struct block {
	int problem, error;
	unsigned allowed_by;
} blocks[] = {
	{ LVOL_PROBLEM_EXPORTED, LVOL_E_EXPORTED, LVOL_TXN_ALLOW_EXPORTED },
	{ LVOL_PROBLEM_FOREIGN, LVOL_E_FOREIGN, LVOL_TXN_ALLOW_FOREIGN },
	{ LVOL_PROBLEM_MISSING_PV, LVOL_E_MISSING_PV, LVOL_TXN_ALLOW_PARTIAL },
	{ LVOL_PROBLEM_INVALID, LVOL_E_CORRUPT, LVOL_TXN_ALLOW_DAMAGED },
	{ LVOL_PROBLEM_CONFLICT, LVOL_E_CORRUPT, LVOL_TXN_ALLOW_DAMAGED },
	{ LVOL_PROBLEM_DUPLICATE_PV, LVOL_E_DUPLICATE, 0 },
	{ LVOL_PROBLEM_SHARED, LVOL_E_NOT_SUPPORTED, 0 },
	{ LVOL_PROBLEM_UNKNOWN_SEGTYPE, LVOL_E_NOT_SUPPORTED, 0 },
	{ LVOL_PROBLEM_NOT_WRITABLE, LVOL_E_READ_ONLY, 0 },
};

static const struct block *block_of(int problem)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (blocks[i].problem == problem)
			return &blocks[i];
	return NULL;
}

int lvi_vg_must_be_writable(const struct lvol_vg *vg, unsigned flags, struct lvol_error *err)
{
	for (const struct vg_problem *p = vg->problems; p; p = p->next) {
		const struct block *b = block_of(p->code);

		if (!p->blocks_writing || (b && b->allowed_by & flags))
			continue;
		if (!strcmp(p->subject, vg->name))
			return lvi_error(err, b ? b->error : LVOL_E_CORRUPT, vg->name, "cannot change VG %s: %s", vg->name,
					p->message);
		return lvi_error(err, b ? b->error : LVOL_E_CORRUPT, vg->name, "cannot change VG %s: %s: %s", vg->name,
				p->subject, p->message);
	}
	return 0;
}
