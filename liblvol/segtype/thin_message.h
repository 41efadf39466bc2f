/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SEGTYPE_THIN_MESSAGE_H
#define LVI_SEGTYPE_THIN_MESSAGE_H

#include "base/array.h"
#include "model/segment.h"

/*
 * What a thin pool has yet to be told. The text has sections for it in the pool's segment, message1 { create = "thin
 * LV" } or { delete = device id }, that the model keeps in `extra`. While there are any, the pool's own metadata is
 * one transaction id behind the segment's.
 */
struct thin_message {
	const struct lvol_lv *create;   /* NULL: delete */
	uint32_t delete_id;
};
struct thin_messages { ARRAY(struct thin_message) list; };

/* Of a thin pool's segment, in their order. LVOL_E_CORRUPT: a thin LV that it names is not there. */
int lvi_thin_messages(const struct lvol_segment *pool, struct thin_messages *out, struct lvol_error *err);

struct cfg_node;
/* The thin LV that the message in a section creates; NULL: it is none of those. */
const char *lvi_thin_message_creates(const struct cfg_node *section);

/* What its device has to be told, in the kernel's words, and the transaction ids before and after. */
struct seg_table;
int lvi_thin_messages_add(const struct lvol_segment *pool, struct seg_table *out, struct lvol_error *err);

#endif
