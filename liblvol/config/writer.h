/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CONFIG_WRITER_H
#define LVI_CONFIG_WRITER_H

#include <stdint.h>

#include "base/textbuf.h"
#include "config/tree.h"

/*
 * Writes configuration text front to back. Two styles, as lvm2 has them:
 *   CFG_STYLE_DISK    no indentation, few comments: what lies in a metadata area
 *   CFG_STYLE_BACKUP  tabs and comments: what lies in /etc/lvm/backup
 * Lack of memory sticks in the textbuf.
 */
enum cfg_style { CFG_STYLE_DISK, CFG_STYLE_BACKUP };

struct cfg_writer {
	struct textbuf out;
	enum cfg_style style;
	unsigned depth;
};

void lvi_cfg_writer_init(struct cfg_writer *w, enum cfg_style style);

void lvi_cfg_open(struct cfg_writer *w, const char *section);   /* "section {" */
void lvi_cfg_close(struct cfg_writer *w);                       /* "}" */
void lvi_cfg_u64(struct cfg_writer *w, const char *key, uint64_t v);
void lvi_cfg_s64(struct cfg_writer *w, const char *key, int64_t v);
void lvi_cfg_str(struct cfg_writer *w, const char *key, const char *s);  /* escaped */
/* The same, with a comment behind it ("\t# comment", lined up with tabs) that CFG_STYLE_DISK shows for values of the top
 * level only, as lvm2 does. comment may be NULL. */
void lvi_cfg_u64_note(struct cfg_writer *w, const char *key, uint64_t v, const char *comment);
void lvi_cfg_s64_note(struct cfg_writer *w, const char *key, int64_t v, const char *comment);
void lvi_cfg_str_note(struct cfg_writer *w, const char *key, const char *s, const char *comment);
/* "key = [" ... "]" on one line: lists of flags and tags */
void lvi_cfg_list_open(struct cfg_writer *w, const char *key);
void lvi_cfg_list_str(struct cfg_writer *w, const char *s);
void lvi_cfg_list_close(struct cfg_writer *w);
/* One pair per line, as lvm2 writes stripes: key = [\n"name", n,\n"name", n\n]; name-only when there is no number; two names
 * for raids = [\n"lv_rmeta_0", "lv_rimage_0"\n]. */
void lvi_cfg_pairs_open(struct cfg_writer *w, const char *key);
void lvi_cfg_pair(struct cfg_writer *w, const char *name, uint64_t number);
void lvi_cfg_pair_name(struct cfg_writer *w, const char *name);
void lvi_cfg_pair_names(struct cfg_writer *w, const char *first, const char *second);
void lvi_cfg_pairs_close(struct cfg_writer *w);
void lvi_cfg_comment(struct cfg_writer *w, const char *text);   /* "# text", in both styles */
void lvi_cfg_blank(struct cfg_writer *w);                        /* an empty line; lvm2 writes them on disk too */
/* A parsed node (and all below it) as it was, arrays on one line; CFG_STYLE_BACKUP puts an empty line before each section.
 * Whole chain: loop over next. */
void lvi_cfg_node(struct cfg_writer *w, const struct cfg_node *node);

#endif
