/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include "base/error.h"
#include "base/textbuf.h"
#include "txn/lv_book.h"
#include "txn/lv_settings.h"
#include "txn/lv_text.h"
#include "txn/tags.h"

/* What can change, as it is and as it is to be. */
struct settings {
	unsigned flags;
	int alloc;
	int64_t read_ahead_sectors;
	struct strings tags;
};

static int check_switch(uint32_t what, uint32_t value, const char *name, struct lvol_error *err)
{
	if (!what || value <= 1)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, NULL, "%s is %u, but it can be 0 or 1 only", name, value);
}

static int check_values(const struct lvol_lv_change_opts *o, const char *subject, struct lvol_error *err)
{
	int ret = 0;

	if (o->reserved)
		return lvi_error(err, LVOL_E_INVALID, subject, "reserved field is %u, not 0", o->reserved);
	if (o->what & LVOL_LV_CHANGE_ALLOC)
		ret = lvi_lv_alloc_check(o->alloc, subject, err);
	if (!ret)
		ret = check_switch(o->what & LVOL_LV_CHANGE_WRITABLE, o->writable, "writable", err);
	if (!ret)
		ret = check_switch(o->what & LVOL_LV_CHANGE_ACTIVATION_SKIP, o->activation_skip, "activation_skip", err);
	if (!ret)
		ret = check_switch(o->what & LVOL_LV_CHANGE_AUTOACTIVATION, o->autoactivation, "autoactivation", err);
	if (!ret && o->what & LVOL_LV_CHANGE_READ_AHEAD)
		ret = lvi_lv_read_ahead_check(o->read_ahead_bytes, subject, err);
	return ret;
}

/* Thin LVs show what an external origin held when they were made. */
static int check_writable(const struct txn_vg *vg, const struct lvol_lv *lv, const char *subject, struct lvol_error *err)
{
	struct lvol_segment *user;

	for (size_t at = 0; (user = lvi_lv_next_user(vg, lv, &at)); )
		if (lvi_seg_lv(user, SEG_EXTERNAL_ORIGIN) == lv)
			return lvi_error(err, LVOL_E_INVALID, subject, "LV %s must stay read-only: it is the external origin of thin LV %s",
					subject, user->lv->name);
	return 0;
}

static void set_flag(unsigned *flags, unsigned flag, bool on)
{
	*flags = on ? *flags | flag : *flags & ~flag;
}

static int work_out(const struct lvol_lv_change_opts *o, struct lvol_vg *vg, struct settings *s,
		struct lvol_error *err)
{
	if (o->what & LVOL_LV_CHANGE_ALLOC)
		s->alloc = (int)o->alloc;
	/* LV_WRITE_LOCKED is a way to write LV_WRITE. */
	if (o->what & LVOL_LV_CHANGE_WRITABLE && !o->writable)
		s->flags &= ~(unsigned)(LV_WRITE | LV_WRITE_LOCKED);
	else if (o->what & LVOL_LV_CHANGE_WRITABLE)
		s->flags |= LV_WRITE;
	if (o->what & LVOL_LV_CHANGE_ACTIVATION_SKIP)
		set_flag(&s->flags, LV_ACTIVATION_SKIP, o->activation_skip);
	if (o->what & LVOL_LV_CHANGE_AUTOACTIVATION)
		set_flag(&s->flags, LV_NOAUTOACTIVATE, !o->autoactivation);
	if (o->what & LVOL_LV_CHANGE_READ_AHEAD)
		s->read_ahead_sectors = lvi_read_ahead_sectors(o->read_ahead_bytes);
	return lvi_tags_change(vg, &s->tags, o->add_tags, o->remove_tags, err);
}

static bool is_same(const struct lvol_lv *lv, const struct settings *s)
{
	return lv->flags == s->flags && lv->alloc == s->alloc && lv->read_ahead_sectors == s->read_ahead_sectors &&
		lv->tags.items == s->tags.items;
}

/* "read-only, tags +backup -old" */
static void add_words(struct textbuf *t, const char *words)
{
	lvi_textbuf_printf(t, "%s%s", t->len ? ", " : "", words);
}

static void add_tag_words(struct textbuf *t, const struct lvol_lv_change_opts *o)
{
	for (const char *const *tag = o->add_tags; tag && *tag; tag++)
		lvi_textbuf_printf(t, "%stag +%s", t->len ? ", " : "", *tag);
	for (const char *const *tag = o->remove_tags; tag && *tag; tag++)
		lvi_textbuf_printf(t, "%stag -%s", t->len ? ", " : "", *tag);
}

static void describe(struct textbuf *t, const struct lvol_lv *lv, const struct settings *s,
		const struct lvol_lv_change_opts *o)
{
	unsigned changed = lv->flags ^ s->flags;

	if (changed & LV_WRITE)
		add_words(t, s->flags & LV_WRITE ? "writable" : "read-only");
	if (changed & LV_ACTIVATION_SKIP)
		add_words(t, s->flags & LV_ACTIVATION_SKIP ? "skipped by activation" : "not skipped by activation");
	if (changed & LV_NOAUTOACTIVATE)
		add_words(t, s->flags & LV_NOAUTOACTIVATE ? "not activated at system start" : "activated at system start");
	if (lv->alloc != s->alloc)
		add_words(t, "allocation policy");
	if (lv->read_ahead_sectors != s->read_ahead_sectors)
		add_words(t, "read-ahead");
	add_tag_words(t, o);
	lvi_textbuf_putc(t, '\0');
}

static int announce(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_lv *lv, struct textbuf *text,
		struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	int ret = text->failed ? -LVOL_E_NO_MEMORY : 0;

	if (!ret)
		ret = lvi_txn_notef(txn, &(struct txn_note){ vg, LVOL_CHANGE_MODIFY, "lv", lvi_lv_text(subject, lv) },
			"change LV: %s", text->data);
	lvi_textbuf_free(text);
	return ret ? lvi_error_nomem(err) : 0;
}

static int change(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_lv *lv, const struct lvol_lv_change_opts *o,
		struct lvol_error *err)
{
	struct settings s = { lv->flags, lv->alloc, lv->read_ahead_sectors, lv->tags };
	struct textbuf text = {0};
	int ret = work_out(o, vg->work, &s, err);

	if (ret || is_same(lv, &s))
		return ret;
	describe(&text, lv, &s, o);
	ret = announce(txn, vg, lv, &text, err);
	if (ret)
		return ret;
	lv->flags = s.flags;
	lv->alloc = s.alloc;
	lv->read_ahead_sectors = s.read_ahead_sectors;
	lv->tags = s.tags;
	return 0;
}

int lvi_op_lv_change(struct lvol_txn *txn, const char *name, const struct lvol_lv_change_opts *o,
		struct lvol_error *err)
{
	char subject[LVI_LV_TEXT_LEN];
	struct txn_vg *vg;
	struct lvol_lv *lv;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_lv(txn, name, &vg, &lv, err);
	if (!ret)
		ret = check_values(o, lvi_lv_text(subject, lv), err);
	if (!ret)
		ret = lvi_lv_book_users(vg, err);
	if (!ret)
		ret = lvi_lv_must_be_whole(vg, lv, "changed", err);
	if (!ret && o->what & LVOL_LV_CHANGE_WRITABLE && o->writable)
		ret = check_writable(vg, lv, subject, err);
	return ret ? ret : change(txn, vg, lv, o, err);
}
