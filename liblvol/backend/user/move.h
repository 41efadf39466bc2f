/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_MOVE_H
#define LVI_BACKEND_USER_MOVE_H

#include "backend/user/path.h"

/* Bytes of a flattened map, moved before the call returns; ranges lie in it. Devices and ports are this. */
int lvi_user_move_read(const struct flat *flat, void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_move_write(const struct flat *flat, const void *buf, size_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_move_zero(const struct flat *flat, uint64_t len, uint64_t offset, struct lvol_error *err);
int lvi_user_move_discard(const struct flat *flat, uint64_t len, uint64_t offset, struct lvol_error *err);
/* What was written through this map since the last time. All of it, even after one part failed: what can be safe shall
 * be safe; the first error is told. */
int lvi_user_move_flush(const struct flat *flat, struct lvol_error *err);
/* @written, read before a flush, is covered by it. */
void lvi_user_note_flushed(struct flush_count *count, uint64_t written);
/* Whether a flush would have nothing to do. */
bool lvi_user_is_clean(const struct flat *flat);
/* What is at @offset, and how far. In .below a leaf (USER_EXTENT_BELOW) or nothing. */
struct user_status { uint64_t length; int kind; struct user_leaf *leaf; uint64_t offset; };
struct user_status lvi_user_status(const struct flat *flat, uint64_t offset, uint64_t length);

#endif
