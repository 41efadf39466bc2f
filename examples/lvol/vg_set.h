/* SPDX-License-Identifier: MIT */
#ifndef VG_SET_H
#define VG_SET_H

/* What a transaction has to begin on. */

#include "words.h"

struct vg_set {
	struct words names;   /* VGs to change */
	struct words makes;   /* VGs that come to be: names which may be on no device yet */
	struct pool *pool;
	unsigned int flags;   /* LVOL_TXN_... */
	bool leaves_inactive; /* new LVs stay inactive, whatever the flags say */
};

static inline void vg_set_add_made(struct vg_set *vgs, const char *name)
{
	words_add_once(&vgs->makes, vgs->pool, name);
}

static inline void vg_set_add(struct vg_set *vgs, const char *name, unsigned int flags)
{
	words_add_once(&vgs->names, vgs->pool, name);
	vgs->flags |= flags;
}

#endif
