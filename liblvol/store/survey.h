/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_SURVEY_H
#define LVI_STORE_SURVEY_H

#include "base/array.h"
#include "base/hash.h"
#include "disk/label.h"
#include "disk/mda.h"
#include "metadata/metadata.h"
#include "model/names.h"
#include "store/store.h"

/*
 * Survey: what lies on the devices, before anything is concluded from it. Every label, every metadata area with its
 * state, and every distinct text once.
 */

enum copy_state {
	COPY_BAD,      /* header or text unusable; `why` */
	COPY_IGNORED,  /* header says so; no text is read */
	COPY_EMPTY,    /* no text: PV in no VG, or the VG's text is elsewhere */
	COPY_OTHER,    /* a text of a VG that was not asked for; `other_id` */
	COPY_TEXT      /* `version` */
};

/* One distinct text: what two areas that hold the same bytes share. */
struct text_version {
	struct uuid vg_id;
	char name[LVI_NAME_MAX + 1];
	uint32_t seqno, crc;
	uint64_t size;             /* with the NUL */
	char *text;                /* malloc'ed; given away when it is imported */
	const char *txn_mark;      /* transaction that wrote it together with other VGs; NULL */
	const char *txn_done;      /* earlier ones that are known to have happened; NULL */
	struct text_version *next;
};

struct mda_copy {
	struct found_pv *pv;
	struct mda_header header;
	bool header_ok;
	enum copy_state state;
	struct text_version *version;
	struct uuid other_id;
	bool interrupted;          /* a precommitted text was left behind */
	bool rolled_forward;       /* `version` is the precommitted text: its transaction did happen */
	const char *why;
};

struct found_pv {
	struct lvol_dev *dev;
	struct label label;
	struct mda_copy mdas[LABEL_MAX_MDAS];
	bool duplicate;            /* an earlier device has the same id */
	bool has_duplicate;
	bool claimed;              /* by a VG */
	struct found_pv *next;
};

struct survey {
	struct arena *arena;
	struct devset *devs;
	const struct log *log;
	const char *only;          /* name or UUID of the VG whose texts are wanted; NULL: all */
	bool headers_only;         /* no text is looked at */
	struct found_pv *pv_first, *pv_last;
	struct hash pv_by_id;      /* first device of each id */
	struct text_version *versions;
	struct hash version_by_key;
	struct vg_problem *problems, *last_problem;
};

/* Look at all devices. Damage and I/O errors become problems; only lack of memory fails. */
int lvi_survey_make(struct devset *devs, const struct log *log, const char *only, struct survey **out,
		struct lvol_error *err);
/* The same without texts; the states of the copies mean nothing then. */
int lvi_survey_look(struct devset *devs, const struct log *log, struct survey **out, struct lvol_error *err);
void lvi_survey_free(struct survey *s);
/* Labels and headers as a number that is another one when any of them says something else. */
uint64_t lvi_survey_sum(const struct survey *s, const uint64_t key[2]);
/* No copy is damaged, none was left behind by an interrupted commit. */
bool lvi_survey_is_sound(const struct survey *s);
int lvi_survey_problem(struct survey *s, int code, const char *subject, const char *fmt, ...) LVOL_PRINTF(4, 5);

/* The header of one area, and its text or texts, looked at. Used by the survey. */
int lvi_copy_read(struct survey *s, struct found_pv *pv, unsigned i, struct lvol_error *err);
/* Also read the texts that carry another name than the wanted VG but its id: it was renamed. */
int lvi_copies_follow_renames(struct survey *s, struct lvol_error *err);
/* Texts that were precommitted by a transaction that did happen elsewhere take the place of the committed ones. */
int lvi_copies_roll_forward(struct survey *s, struct lvol_error *err);

/* Top-level field that ties the texts of one transaction over several VGs together. */
#define TXN_MARK_KEY "liblvol_transaction"
/* And one that lists those of earlier transactions, separated by spaces. */
#define TXN_DONE_KEY "liblvol_transactions_done"
/* Pairs "NEW=OLD", separated by spaces: PVs whose label may still have an old id when the text has the new one. */
#define OLD_IDS_KEY "liblvol_old_pv_ids"
/* The precommitted text of an area whose PV leaves its VG begins so; only the mark follows. */
#define TXN_LEFT_TEXT "liblvol_left = 1\n"
#define TXN_MARK_IS " = \""

#endif
