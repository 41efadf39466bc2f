/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The copies of VG metadata, one per metadata area.
 *
 * A text is read and its checksum verified for every area; equal texts are kept once. When only one VG is wanted, a
 * first look at the head of the text saves reading the others.
 *
 * The precommitted slot is not believed: whoever wrote it did not get to the commit. The exception is a transaction over
 * several VGs, whose texts carry a common mark (TXN_MARK_KEY): once the text of one of its VGs is committed anywhere,
 * the transaction has happened, and precommitted texts of the same mark are taken as committed. Later versions of the
 * VG keep the mark (TXN_DONE_KEY), so that the witness outlives them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/error.h"
#include "store/survey.h"

#define PEEK_BYTES 1024
#define TAIL_BYTES 1024

static int bad_copy(struct survey *s, struct mda_copy *c, const char *why, struct lvol_error *err)
{
	c->state = COPY_BAD;
	c->why = lvi_arena_strdup(s->arena, why);
	return c->why ? 0 : lvi_error_nomem(err);
}

/* The value of a mark of a text, if it has one: they stand behind the VG section, in the last lines. */
static const char *find_mark(struct survey *s, const char *text, uint64_t size, const char *key)
{
	uint64_t from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	const char *at = memmem(text + from, size - from, key, strlen(key)), *end;

	if (!at)
		return NULL;
	at += strlen(key);
	end = memchr(at, '"', (size_t)(text + size - at));
	return end ? lvi_arena_strndup(s->arena, at, (size_t)(end - at)) : NULL;
}

static bool wanted(const struct survey *s, const struct metadata_head *head)
{
	struct uuid id;

	if (!s->only)
		return true;
	if (strlen(s->only) == head->name_len && !memcmp(s->only, head->name, head->name_len))
		return true;
	return lvi_uuid_parse(&id, s->only, strlen(s->only)) && lvi_uuid_equal(&id, &head->id);
}

/* What tells one text from another. */
struct version_key {
	struct uuid vg_id;
	uint64_t size;
	uint32_t seqno, crc;
};

/* The version of this text, new or known; takes @text over. NULL: no memory. */
static struct text_version *intern_text(struct survey *s, const struct metadata_head *head,
		const struct raw_locn *locn, char *text)
{
	struct version_key *key = lvi_arena_zalloc(s->arena, sizeof *key);
	struct text_version *v = NULL;

	if (!key)
		goto fail;
	*key = (struct version_key){ head->id, locn->size, head->seqno, locn->crc };
	v = lvi_hash_get(&s->version_by_key, key, sizeof *key);
	if (v) {
		free(text);
		return v;
	}
	v = lvi_arena_zalloc(s->arena, sizeof *v);
	if (!v || lvi_hash_put(&s->version_by_key, key, sizeof *key, v, NULL))
		goto fail;
	v->vg_id = head->id;
	memcpy(v->name, head->name, head->name_len);
	v->seqno = head->seqno;
	v->crc = locn->crc;
	v->size = locn->size;
	v->txn_mark = find_mark(s, text, locn->size, TXN_MARK_KEY TXN_MARK_IS);
	v->txn_done = find_mark(s, text, locn->size, TXN_DONE_KEY TXN_MARK_IS);
	v->text = text;
	v->next = s->versions;
	s->versions = v;
	return v;
fail:
	free(text);
	return NULL;
}

/* Whether the head of a text shows that its VG is not the wanted one. Doubt is "no". */
static bool peek_unwanted(const struct survey *s, struct mda_copy *c, const struct raw_locn *locn)
{
	char buf[PEEK_BYTES + 1];
	uint64_t len = locn->size < PEEK_BYTES ? locn->size : PEEK_BYTES;
	struct metadata_head head;

	if (!s->only || locn->offset > c->header.size || c->header.size - locn->offset < len)
		return false;
	if (lvi_dev_read(c->pv->dev, buf, len, c->header.start + locn->offset, NULL))
		return false;
	buf[len] = '\0';
	if (lvi_metadata_peek(buf, len, c->pv->dev->name, &head, NULL) || wanted(s, &head))
		return false;
	c->other_id = head.id;
	return true;
}

/* Take @text over. 0 and *out, or a negative error; out of memory is told from a damaged text by its code. */
static int keep_version(struct survey *s, struct mda_copy *c, const struct raw_locn *locn, char *text,
		struct text_version **out, struct lvol_error *err)
{
	struct metadata_head head;
	int ret = lvi_metadata_peek(text, locn->size, c->pv->dev->name, &head, err);

	if (ret) {
		free(text);
		return ret;
	}
	*out = intern_text(s, &head, locn, text);
	return *out ? 0 : lvi_error_nomem(err);
}

static int read_version(struct survey *s, struct mda_copy *c, const struct raw_locn *locn, struct text_version **out,
		struct lvol_error *err)
{
	char *text;
	int ret = lvi_mda_read_text(c->pv->dev, &c->header, locn, &text, err);

	return ret ? ret : keep_version(s, c, locn, text, out, err);
}

static int read_committed(struct survey *s, struct mda_copy *c, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	int ret;

	if (peek_unwanted(s, c, &c->header.committed)) {
		c->state = COPY_OTHER;
		return 0;
	}
	ret = read_version(s, c, &c->header.committed, &c->version, &why);
	if (ret == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (ret)
		return bad_copy(s, c, why.message, err);
	c->state = COPY_TEXT;
	return 0;
}

int lvi_copy_read(struct survey *s, struct found_pv *pv, unsigned i, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct mda_copy *c = &pv->mdas[i];
	int ret;

	c->pv = pv;
	ret = lvi_mda_read_header_in(pv->dev, pv->label.mdas[i].offset, pv->label.mdas[i].size, &c->header, &why);
	if (ret == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (ret)
		return bad_copy(s, c, why.message, err);
	c->header_ok = true;
	c->interrupted = c->header.precommitted.offset != 0;
	if (s->headers_only)
		return 0;
	if (lvi_mda_ignored(&c->header))
		c->state = COPY_IGNORED;
	else if (lvi_mda_empty(&c->header))
		c->state = COPY_EMPTY;
	else
		return read_committed(s, c, err);
	return 0;
}

/* UUIDs have one length, and nothing in one looks like the beginning of another. */
static bool is_witness(const struct text_version *v, const char *mark)
{
	return (v->txn_mark && !strcmp(v->txn_mark, mark)) || (v->txn_done && strstr(v->txn_done, mark));
}

static bool mark_is_committed(const struct survey *s, const char *mark)
{
	if (!mark || strlen(mark) != LVI_UUID_TEXT_LEN)
		return false;
	for (const struct found_pv *pv = s->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count; i++) {
			const struct mda_copy *c = &pv->mdas[i];

			if (c->state == COPY_TEXT && !c->rolled_forward && is_witness(c->version, mark))
				return true;
		}
	return false;
}

/* The PV left its VG in that transaction: @text says no more than that. */
static int roll_to_empty(struct survey *s, struct mda_copy *c, char *text, uint64_t size)
{
	const char *mark = find_mark(s, text, size, TXN_MARK_KEY TXN_MARK_IS);

	free(text);
	if (mark_is_committed(s, mark)) {
		c->version = NULL;
		c->state = COPY_EMPTY;
		c->rolled_forward = true;
	}
	return 0;
}

static int roll_to_text(struct survey *s, struct mda_copy *c, char *text, struct lvol_error *err)
{
	struct text_version *pre = NULL;
	int ret = keep_version(s, c, &c->header.precommitted, text, &pre, err);

	if (ret)
		return ret == -LVOL_E_NO_MEMORY ? ret : 0;
	if (mark_is_committed(s, pre->txn_mark)) {
		c->version = pre;
		c->state = COPY_TEXT;
		c->rolled_forward = true;
	}
	return 0;
}

static int roll_forward(struct survey *s, struct mda_copy *c, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	uint64_t size = c->header.precommitted.size;
	char *text;
	int ret = lvi_mda_read_text(c->pv->dev, &c->header, &c->header.precommitted, &text, &why);

	if (!ret && !strncmp(text, TXN_LEFT_TEXT, sizeof TXN_LEFT_TEXT - 1))
		ret = roll_to_empty(s, c, text, size);
	else if (!ret)
		ret = roll_to_text(s, c, text, &why);
	return ret == -LVOL_E_NO_MEMORY ? lvi_error_nomem(err) : 0;
}

static bool is_version_id(const struct survey *s, const struct uuid *id)
{
	for (const struct text_version *v = s->versions; v; v = v->next)
		if (lvi_uuid_equal(&v->vg_id, id))
			return true;
	return false;
}

int lvi_copies_follow_renames(struct survey *s, struct lvol_error *err)
{
	const char *only = s->only;
	int ret = 0;

	s->only = NULL;
	for (struct found_pv *pv = s->pv_first; pv && !ret && only; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count && !ret; i++)
			if (pv->mdas[i].state == COPY_OTHER && is_version_id(s, &pv->mdas[i].other_id))
				ret = read_committed(s, &pv->mdas[i], err);
	s->only = only;
	return ret;
}

/* Marks tie VGs together, so all texts are needed to judge one precommitted text. */
static int read_others(struct survey *s, struct lvol_error *err)
{
	int ret = 0;

	s->only = NULL;
	for (struct found_pv *pv = s->pv_first; pv && !ret; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count && !ret; i++)
			if (pv->mdas[i].state == COPY_OTHER)
				ret = read_committed(s, &pv->mdas[i], err);
	return ret;
}

int lvi_copies_roll_forward(struct survey *s, struct lvol_error *err)
{
	bool any = false;
	int ret;

	for (struct found_pv *pv = s->pv_first; pv && !any; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count; i++)
			any |= pv->mdas[i].interrupted;
	if (!any)
		return 0;
	if (s->only && (ret = read_others(s, err)))
		return ret;
	for (struct found_pv *pv = s->pv_first; pv; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count; i++)
			if (pv->mdas[i].interrupted && pv->mdas[i].state != COPY_BAD &&
			    (ret = roll_forward(s, &pv->mdas[i], err)))
				return ret;
	return 0;
}
