/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_TXN_MAKE_H
#define TESTS_UNIT_TXN_MAKE_H

/* VGs for tests of the allocator: PVs that are there, some of their extents in use. */

#include "model_make.h"
#include "txn/alloc.h"

/* Only whether a PV has a device is asked, never what kind of. */
#define A_DEVICE ((struct lvol_dev *)"device")

static inline struct lvol_vg *make_ready_vg(void)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = make_vg();

	t_ok(lvi_vg_prepare(vg, &err), err);
	return vg;
}

/* PVs are called d0, d1 ... */
static inline struct lvol_pv *make_disk(struct lvol_vg *vg, uint32_t extents)
{
	struct lvol_pv *pv = make_pv(vg, extents);
	char name[16];

	snprintf(name, sizeof name, "d%u", vg->pv_count - 1);
	pv->dev_name = lvi_arena_strdup(vg->arena, name);
	pv->dev = A_DEVICE;
	return pv;
}

static inline struct lvol_pv *disk(const struct lvol_vg *vg, unsigned n)
{
	struct lvol_pv *pv = vg->pv_first;

	while (n--)
		pv = pv->next;
	return pv;
}

static inline unsigned disk_number(const struct lvol_pv *pv)
{
	unsigned n = 0;

	while ((pv = pv->prev))
		n++;
	return n;
}

static inline void use(struct lvol_pv *pv, uint32_t start, uint32_t count)
{
	ck_assert_int_eq(lvi_pv_take(pv, start, count), 0);
}

#endif
