/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_TXN_H
#define LVI_TXN_TXN_H

#include <lvol/txn.h>

#include "disk/label.h"
#include "model/build.h"
#include "model/pv.h"
#include "store/commit.h"
#include "store/open_lock.h"
#include "store/store.h"
#include "store/vg_lock.h"

/*
 * A transaction: working copies of the VGs it holds, and what happens to PVs outside of VGs.
 *
 * Rule of every operation (op_*.c): check everything, then change; a failure leaves the working copies as they were.
 * Operations that touch one LV change the working copy in place and undo what they did when memory runs out. Operations
 * that rebuild a VG (split, merge, extent size, restore) work on a clone and put it in place at the end
 * (lvi_txn_replace_work()).
 */
struct txn_vg {
	const char *name;            /* as the caller knows it now: follows renames */
	const char *base_name;       /* on the devices; NULL when it is new */
	struct lvol_vg *base;        /* frozen, as read under the lock; NULL when it is new */
	struct lvol_vg *work;        /* under construction; NULL once the VG is removed */
	bool changed;
	uint32_t seqno_before;       /* the next version is later than this one too (of a backup that is restored) */
	struct lv_book *lv_book;     /* what LV operations know of work, in its arena (txn/lv_book.h); NULL with a new work */
	unsigned char *excluded;     /* by index: LVs of base that no one may open any more (lvi_txn_exclude_open) */
	struct txn_vg *next;
};

/*
 * A device as a PV apart from the working copies: as it is on the device (first looked at under its locks) and as it will
 * be after the commit. Whether a VG of the transaction has it is said by the working copies alone.
 */
struct txn_pv {
	struct lvol_dev *dev;
	/* on the device */
	bool was_pv;
	bool used;                   /* a VG uses it, but no device describes that VG, or none that can be read */
	bool duplicate;              /* another device has the same id */
	const char *owner;           /* VG outside of the transaction that has it; NULL */
	const char *held_by;         /* VG of the transaction that has it on the devices; NULL */
	/* as it will be */
	bool exists;                 /* it is a PV */
	bool init;                   /* label and areas are written anew */
	bool relabel;                /* the label is written anew, and the areas of `relabel_areas` (bits) emptied */
	bool wipe;                   /* it stops being a PV */
	bool wipe_signatures;
	bool mdas_ignored;           /* of areas that are written anew */
	unsigned relabel_areas;
	struct label label;
	struct pv_mda mdas[LABEL_MAX_MDAS];
	struct txn_pv *next;
};

struct txn_change {
	int kind;                    /* enum lvol_change_kind */
	const char *object, *subject, *text;
	struct txn_change *next;
};

enum txn_state { TXN_OPEN, TXN_COMMITTED, TXN_OVER };

struct lvol_txn {
	enum txn_state state;
	unsigned flags;              /* LVOL_TXN_... */
	struct arena *arena;
	struct devset *devs;
	const struct store_env *env;
	void (*ctx_put)(void *ctx);  /* the context is held while the transaction lives */
	void *ctx;
	struct vg_locks *locks;
	struct txn_vg *vgs;
	struct txn_pv *pvs;
	struct lvol_scan *scan;      /* what is on the devices, made when an operation first needs it */
	struct txn_change *changes, *last_change;
	size_t change_count;
	struct commit_live *live;    /* owned; NULL: nothing is active */
	ARRAY(struct open_lock *) open_locks;
	struct txn_content *contents;  /* txn/content.h */
};

struct txn_begin {
	struct devset *devs;
	const struct store_env *env;
	const char *const *vgs;      /* names or UUIDs, NULL-terminated; NULL */
	struct lvol_txn_opts opts;
	struct commit_live *live;    /* the transaction's, with success; NULL */
	void (*ctx_put)(void *ctx);
	void *ctx;
};

int lvi_txn_begin(const struct txn_begin *how, struct lvol_txn **out, struct lvol_error *err);
int lvi_txn_preview(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err);
int lvi_txn_commit(struct lvol_txn *txn, struct lvol_error *err);
int lvi_txn_result(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err);
void lvi_txn_abort(struct lvol_txn *txn);
void lvi_txn_free(struct lvol_txn *txn);

/* --- for the operations --- */

/* LVOL_E_STATE when the transaction is over. Every operation begins with it. */
int lvi_txn_must_be_open(const struct lvol_txn *txn, struct lvol_error *err);
/* The VG of that name (NULL: the only one) with a working copy. LVOL_E_NOT_FOUND. */
int lvi_txn_vg(struct lvol_txn *txn, const char *name, struct txn_vg **out, struct lvol_error *err);
/* "vg/lv", or "lv" when there is one VG. LVOL_E_NOT_FOUND. The LV is of the working copy. */
int lvi_txn_lv(struct lvol_txn *txn, const char *name, struct txn_vg **vg, struct lvol_lv **lv, struct lvol_error *err);
/* A PV of the working copy by device name or UUID; NULL when there is none. */
struct lvol_pv *lvi_txn_find_pv(const struct txn_vg *vg, const char *name);
/* Make a new, empty VG in the transaction (LVOL_E_EXISTS: the name is on the devices or in the transaction). */
int lvi_txn_add_vg(struct lvol_txn *txn, const char *name, struct txn_vg **out, struct lvol_error *err);
/* Lock a name that no VG has yet, and see that it is free (LVOL_E_EXISTS as above). */
int lvi_txn_claim_name(struct lvol_txn *txn, const char *name, struct lvol_error *err);
/* Put @work in the place of vg->work and mark the VG changed. */
void lvi_txn_replace_work(struct txn_vg *vg, struct lvol_vg *work);
/* What is on all devices, read once. */
int lvi_txn_scan(struct lvol_txn *txn, const struct lvol_scan **out, struct lvol_error *err);

/* The state of a device as a PV outside of the working copies, read from it when first asked for; takes the locks that a
 * change of it needs. @name: device name or UUID of an orphan. LVOL_E_NOT_FOUND: no such device. */
int lvi_txn_pv(struct lvol_txn *txn, const char *name, struct txn_pv **out, struct lvol_error *err);
/* More on PVs: txn/txn_pv.h. */

/* An entry for lvol_txn_changes(). */
struct txn_note {
	struct txn_vg *vg;           /* marked as changed; NULL: it is already, or none is */
	int kind;                    /* enum lvol_change_kind */
	const char *object;          /* a literal: "pv", "vg", "lv" */
	const char *subject;         /* device, "vg" or "vg/lv" */
};
/* The entry's text is made from a format. 0 or -LVOL_E_NO_MEMORY. */
int lvi_txn_notef(struct lvol_txn *txn, const struct txn_note *note, const char *fmt, ...) LVOL_PRINTF(3, 4);
/* Refuse while the LV (of a working copy) is open somewhere, if it was there before; held to the end. Asking twice is
 * fine. */
int lvi_txn_exclude_open(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err);
/* The same for all LVs that the VG had when it was read, with few locks. */
int lvi_txn_exclude_all(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_error *err);
/* Whether one of these has been called for the LV: then we cannot open it either. */
bool lvi_txn_is_excluded(const struct lvol_txn *txn, const struct uuid *id);
int lvi_txn_make_uuid(struct lvol_txn *txn, const char *given, struct uuid *out, struct lvol_error *err);
uint64_t lvi_txn_time(const struct lvol_txn *txn);

#endif
