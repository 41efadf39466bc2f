/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_METADATA_FLAGS_H
#define LVI_METADATA_FLAGS_H

#include "config/writer.h"
#include "model/lv.h"
#include "model/pv.h"

/* Where a flag stands in the text. */
enum flag_place {
	FLAG_IN_STATUS = 1u << 0,   /* "status": a reader that does not know the word must not touch the VG */
	FLAG_IN_FLAGS = 1u << 1,    /* "flags": a reader may ignore words that it does not know */
	FLAG_IN_TYPE = 1u << 2      /* "+WORD" behind a segment's type: who does not know it sees an unknown type */
};

struct flag_word {
	unsigned bit;
	const char *word;
	unsigned written;    /* one enum flag_place, or 0: never */
	unsigned accepted;   /* where it is understood */
};

/* In the order in which LVM2 writes them, ended by a NULL word. */
extern const struct flag_word lvi_vg_flag_words[], lvi_pv_flag_words[], lvi_lv_flag_words[];

/* The bit of a word of @len bytes that is accepted in @place; 0: not known there. */
unsigned lvi_flag_find(const struct flag_word *table, enum flag_place place, const char *word, size_t len);
/* key = ["A", "B"]: those of @bits that are written in @place, then @others (may be NULL). */
void lvi_flags_write(struct cfg_writer *w, const struct flag_word *table, enum flag_place place, unsigned bits,
		const struct strings *others);
/* "+A+B" */
void lvi_flags_write_suffixes(struct textbuf *out, unsigned lv_bits);

#endif
