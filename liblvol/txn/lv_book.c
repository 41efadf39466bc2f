/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/lv_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "segtype/segtype.h"
#include "txn/lv_text.h"

static struct lv_book *book_of(struct txn_vg *vg)
{
	if (vg->lv_book && vg->lv_book->of == vg->work)
		return vg->lv_book;
	vg->lv_book = lvi_arena_zalloc(vg->work->arena, sizeof *vg->lv_book);
	if (vg->lv_book)
		vg->lv_book->of = vg->work;
	return vg->lv_book;
}

struct lvol_lv *lvi_seg_lv_ref(const struct lvol_segment *seg, size_t i, bool *past)
{
	size_t n = seg->area_count;

	*past = false;
	if (i < n)
		return seg->areas[i].kind == AREA_LV ? seg->areas[i].lv : NULL;
	i -= n;
	n = seg->metas ? seg->area_count : 0;
	if (i < n)
		return seg->metas[i].lv;
	i -= n;
	*past = i >= seg->value_count;
	return !*past && seg->values[i].kind == SEG_VALUE_LV ? seg->values[i].lv : NULL;
}

/* Users */

static size_t each_ref(const struct lvol_vg *vg, struct lv_user *out)
{
	size_t n = 0;

	for (struct lvol_lv *lv = vg->lv_first; lv; lv = lv->next)
		for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next) {
			bool past = false;

			for (size_t i = 0; !past; i++) {
				struct lvol_lv *ref = lvi_seg_lv_ref(seg, i, &past);

				if (ref && out)
					out[n] = (struct lv_user) { ref, seg, n };
				n += ref != NULL;
			}
		}
	return n;
}

static int by_lv(const void *left, const void *right)
{
	const struct lv_user *a = left, *b = right;

	if (a->lv != b->lv)
		return (uintptr_t)a->lv < (uintptr_t)b->lv ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

int lvi_lv_book_users(struct txn_vg *vg, struct lvol_error *err)
{
	struct lv_book *book = book_of(vg);
	size_t n;

	if (!book)
		return lvi_error_nomem(err);
	if (book->has_users)
		return 0;
	n = each_ref(vg->work, NULL);
	book->users = lvi_arena_calloc(vg->work->arena, n, sizeof *book->users);
	if (!book->users)
		return lvi_error_nomem(err);
	each_ref(vg->work, book->users);
	qsort(book->users, n, sizeof *book->users, by_lv);
	book->user_count = book->user_room = n;
	book->has_users = true;
	return 0;
}

static int make_room(struct txn_vg *vg, size_t more)
{
	struct lv_book *book = vg->lv_book;
	size_t room = (book->user_count + more) * 2;
	struct lv_user *users;

	if (book->user_count + more <= book->user_room)
		return 0;
	users = lvi_arena_calloc(vg->work->arena, room, sizeof *users);
	if (!users)
		return -LVOL_E_NO_MEMORY;
	memcpy(users, book->users, book->user_count * sizeof *users);
	book->users = users;
	book->user_room = room;
	return 0;
}

static void insert_user(struct lv_book *book, const struct lv_user *user)
{
	size_t at = book->user_count++;

	for (; at && by_lv(&book->users[at - 1], user) > 0; at--)
		book->users[at] = book->users[at - 1];
	book->users[at] = *user;
}

int lvi_lv_book_add_users(struct txn_vg *vg, struct lvol_segment *seg)
{
	struct lv_book *book = vg->lv_book;
	bool past = false;

	if (!book || book->of != vg->work || !book->has_users)
		return 0;
	if (make_room(vg, 2 * seg->area_count + seg->value_count))
		return -LVOL_E_NO_MEMORY;
	for (size_t i = 0; !past; i++) {
		struct lvol_lv *ref = lvi_seg_lv_ref(seg, i, &past);

		if (ref)
			insert_user(book, &(struct lv_user) { ref, seg, SIZE_MAX });
	}
	return 0;
}

/* The LV may have been removed, or the segment been cut off, since users were listed. */
static bool is_there(const struct lvol_segment *seg)
{
	const struct lvol_segment *s = seg->lv->vg ? seg->lv->seg_first : NULL;

	while (s && s != seg)
		s = s->next;
	return s;
}

static size_t first_user(const struct lv_book *book, const struct lvol_lv *lv)
{
	size_t lo = 0, hi = book->user_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if ((uintptr_t)book->users[mid].lv < (uintptr_t)lv)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct lvol_segment *lvi_lv_next_user(const struct txn_vg *vg, const struct lvol_lv *lv, size_t *at)
{
	const struct lv_book *book = vg->lv_book;

	for (size_t i = first_user(book, lv) + *at; i < book->user_count && book->users[i].lv == lv; i++) {
		++*at;
		if (is_there(book->users[i].seg))
			return book->users[i].seg;
	}
	return NULL;
}

struct lvol_segment *lvi_lv_cow_user(const struct txn_vg *vg, const struct lvol_lv *lv)
{
	struct lvol_segment *seg;

	for (size_t at = 0; (seg = lvi_lv_next_user(vg, lv, &at)); )
		if (lvi_seg_lv(seg, SEG_COW_STORE) == lv)
			return seg;
	return NULL;
}

bool lvi_lv_is_type(const struct lvol_lv *lv, unsigned segtype_flags)
{
	return lv && lv->seg_first && (lv->seg_first->type->flags & segtype_flags);
}

bool lvi_lv_is_snapshot_relation(const struct lvol_lv *lv)
{
	return lvi_lv_is_type(lv, SEGTYPE_SNAPSHOT);
}

const struct lvol_lv *lvi_lv_part_of(const struct txn_vg *vg, const struct lvol_lv *lv)
{
	struct lvol_segment *user;
	size_t at = 0;

	if (lvi_lv_is_snapshot_relation(lv)) {
		const struct lvol_lv *cow = lvi_seg_lv(lv->seg_first, SEG_COW_STORE);

		return cow ? cow : lvi_seg_lv(lv->seg_first, SEG_MERGING_STORE);
	}
	if ((lv->flags & LV_VISIBLE) || lvi_lv_cow_user(vg, lv))
		return NULL;
	user = lvi_lv_next_user(vg, lv, &at);
	if (!user)
		return lv;
	/* The store of a snapshot that is being merged. */
	return lvi_lv_is_snapshot_relation(user->lv) ? lvi_seg_lv(user, SEG_ORIGIN) : user->lv;
}

int lvi_lv_must_be_whole(struct txn_vg *vg, const struct lvol_lv *lv, const char *verb, struct lvol_error *err)
{
	const struct lvol_lv *whole = lvi_lv_part_of(vg, lv);
	char subject[LVI_LV_TEXT_LEN];

	if (!whole)
		return 0;
	lvi_lv_text(subject, lv);
	if (whole == lv)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is hidden, for LVM2's own use; it cannot be %s", subject,
				verb);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "LV %s is a hidden part of LV %s; it cannot be %s by itself",
			subject, whole->name, verb);
}

int lvi_lv_must_not_move(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];

	if (!(lv->flags & (LV_LOCKED | LV_PVMOVE)))
		return 0;
	lvi_lv_text(subject, lv);
	return lvi_error(err, LVOL_E_BUSY, subject, "a pvmove of LV %s is under way; finish or abort it first", subject);
}

int lvi_lv_must_not_be_tracked(struct txn_vg *vg, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct lvol_segment *user;
	char subject[LVI_LV_TEXT_LEN];

	for (size_t at = 0; (user = lvi_lv_next_user(vg, lv, &at)); )
		if (user->type->flags & SEGTYPE_RAID)
			return lvi_error(err, LVOL_E_BUSY, lvi_lv_text(subject, lv), "LV %s is a leg of LV %s, split off and tracked; merge it "
					"back first", subject, user->lv->name);
	return 0;
}

/* Names */

static void free_name(struct txn_vg *vg, const char *prefix, uint32_t *hint, char out[LVI_NAME_MAX + 1])
{
	for (;; ++*hint) {
		snprintf(out, LVI_NAME_MAX + 1, "%s%u", prefix, *hint);
		if (!lvi_vg_find_lv(vg->work, out))
			return;
	}
}

int lvi_lv_book_name(struct txn_vg *vg, char out[LVI_NAME_MAX + 1], struct lvol_error *err)
{
	struct lv_book *book = book_of(vg);

	if (!book)
		return lvi_error_nomem(err);
	free_name(vg, "lvol", &book->lvol_hint, out);
	return 0;
}

int lvi_lv_book_snapshot_name(struct txn_vg *vg, char out[LVI_NAME_MAX + 1], struct lvol_error *err)
{
	struct lv_book *book = book_of(vg);

	if (!book)
		return lvi_error_nomem(err);
	free_name(vg, "snapshot", &book->snapshot_hint, out);
	return 0;
}

static void lower_hint(const char *name, const char *format, uint32_t *hint)
{
	unsigned n;
	int end = 0;

	if (sscanf(name, format, &n, &end) == 1 && !name[end] && n < *hint)
		*hint = n;
}

void lvi_lv_book_name_freed(struct txn_vg *vg, const char *name)
{
	if (!vg->lv_book || vg->lv_book->of != vg->work)
		return;
	lower_hint(name, "lvol%9u%n", &vg->lv_book->lvol_hint);
	lower_hint(name, "snapshot%9u%n", &vg->lv_book->snapshot_hint);
}
