/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/pv_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "txn/alloc_work.h"
#include "txn/lv_text.h"

/* A PV as a whole, until the list is read; what was given piece by piece is joined then. */
static const struct pv_range whole = { 0, UINT32_MAX };

/* Ranges */

/* Decimal digits at *at; false: none, or more than 32 bits. */
static bool read_number(const char **at, const char *end, uint32_t *out)
{
	const char *p = *at;
	uint64_t n = 0;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > UINT32_MAX)
			return false;
	}
	if (p == *at)
		return false;
	*at = p;
	*out = (uint32_t)n;
	return true;
}

/* "5", "5-9", "5-", "-9", "5+10" between @p and @end. */
static bool read_range(const char *p, const char *end, uint32_t pe_count, struct pv_range *out)
{
	uint32_t n = 0, first = 0, last;
	bool has_first = read_number(&p, end, &first);
	char sign = p < end ? *p++ : '\0';
	bool has_second = sign && read_number(&p, end, &n);

	if (p < end || (!has_first && (sign != '-' || !has_second)))
		return false;
	if (sign == '\0')
		last = first;
	else if (sign == '-')
		last = has_second ? n : pe_count - 1;
	else if (sign == '+' && n && n - 1 <= UINT32_MAX - first)
		last = first + n - 1;
	else
		return false;
	*out = (struct pv_range) { first, last };
	return first <= last && last < pe_count;
}

static int add_range(struct pv_chosen *c, struct pv_range r, struct lvol_error *err)
{
	struct pv_range *slot = ARRAY_PUSH(&c->ranges);

	if (!slot)
		return lvi_error_nomem(err);
	*slot = r;
	return 0;
}

/* What stands behind the colon of @word; @text NULL: nothing. */
static int add_ranges(struct pv_chosen *c, const char *text, const char *word, struct lvol_error *err)
{
	int ret = 0;

	if (!text)
		return add_range(c, whole, err);
	for (const char *end = text; end && !ret; text = end + 1) {
		struct pv_range r;

		end = strchr(text, ':');
		if (!read_range(text, end ? end : text + strlen(text), c->pv->pe_count, &r))
			return lvi_error(err, LVOL_E_INVALID, word,
					"\"%.120s\" has no good extent range at \"%.40s\": 5, 5-9, 5-, -9 and 5+10 are, below the %u extents of the PV",
					word, text, c->pv->pe_count);
		ret = add_range(c, r, err);
		if (!end)
			break;
	}
	return ret;
}

static int by_first(const void *left, const void *right)
{
	const struct pv_range *a = left, *b = right;

	return a->first < b->first ? -1 : a->first > b->first;
}

/* Ascending, none touching another; no ranges at all when they are the whole PV. */
static void join_ranges(struct pv_chosen *c)
{
	struct pv_range *r = c->ranges.items;
	size_t n = 0;

	if (!c->ranges.len)
		return;
	qsort(r, c->ranges.len, sizeof *r, by_first);
	for (size_t i = 0; i < c->ranges.len; i++) {
		if (n && (r[n - 1].last == UINT32_MAX || r[i].first <= r[n - 1].last + 1)) {
			if (r[n - 1].last < r[i].last)
				r[n - 1].last = r[i].last;
		} else {
			r[n++] = r[i];
		}
	}
	c->ranges.len = n;
	if (n == 1 && !r[0].first && (uint64_t)r[0].last + 1 >= c->pv->pe_count)
		c->ranges.len = 0;
}

/* PVs */

static struct pv_chosen *item_for(struct pv_choice *out, struct lvol_pv *pv)
{
	struct pv_chosen *c;

	for (size_t i = 0; i < out->items.len; i++)
		if (out->items.items[i].pv == pv)
			return &out->items.items[i];
	c = ARRAY_PUSH(&out->items);
	if (c)
		c->pv = pv;
	return c;
}

static int add_pv(struct pv_choice *out, struct lvol_pv *pv, const char *ranges, const char *word,
		struct lvol_error *err)
{
	struct pv_chosen *c = item_for(out, pv);

	return c ? add_ranges(c, ranges, word, err) : lvi_error_nomem(err);
}

static struct lvol_pv *find_pv(const struct lvol_vg *vg, const char *name, size_t len)
{
	struct uuid id;

	if (lvi_uuid_parse(&id, name, len))
		return lvi_vg_find_pv(vg, &id);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev_name && strlen(pv->dev_name) == len && !memcmp(pv->dev_name, name, len))
			return pv;
	return NULL;
}

static bool has_tag(const struct lvol_pv *pv, const char *tag, size_t len)
{
	for (size_t i = 0; i < pv->tags.count; i++)
		if (strlen(pv->tags.items[i]) == len && !memcmp(pv->tags.items[i], tag, len))
			return true;
	return false;
}

static bool is_known(const struct lvol_vg *vg, const char *name, size_t len)
{
	if (name[0] != '@')
		return find_pv(vg, name, len);
	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (has_tag(pv, name + 1, len - 1))
			return true;
	return false;
}

/* Device names may have colons themselves: the longest part that is a name counts. 0: there is none. */
static size_t name_length(const struct lvol_vg *vg, const char *word)
{
	size_t len = strlen(word);

	for (;;) {
		if (len && is_known(vg, word, len))
			return len;
		while (len && word[len - 1] != ':')
			len--;
		if (!len)
			return 0;
		len--;
	}
}

static int add_tagged(const struct lvol_vg *vg, const char *word, size_t len, struct pv_choice *out,
		struct lvol_error *err)
{
	const char *ranges = word[len] ? word + len + 1 : NULL;
	bool any = false;
	int ret = 0;

	for (struct lvol_pv *pv = vg->pv_first; pv && !ret; pv = pv->next) {
		if (!has_tag(pv, word + 1, len - 1) || !lvi_pv_may_allocate(pv))
			continue;
		any = true;
		ret = add_pv(out, pv, ranges, word, err);
	}
	if (ret || any)
		return ret;
	return lvi_error(err, LVOL_E_INVALID, word, "no PV with tag %.120s is allocatable", word);
}

static int add_word(const struct lvol_vg *vg, const char *word, struct pv_choice *out, struct lvol_error *err)
{
	size_t len = name_length(vg, word);
	char name[LVI_PV_TEXT_LEN];
	struct lvol_pv *pv;

	if (!len)
		return lvi_error(err, LVOL_E_NOT_FOUND, word, "VG %s has no PV \"%.200s\"", vg->name, word);
	if (word[0] == '@')
		return add_tagged(vg, word, len, out, err);
	pv = find_pv(vg, word, len);
	if (!lvi_pv_may_allocate(pv))
		return lvi_error(err, LVOL_E_INVALID, word, "PV %s %s", lvi_pv_text(name, pv),
				(pv->flags & PV_MISSING) || !pv->dev ? "is missing" : "is not allocatable; see lvol_pv_change()");
	return add_pv(out, pv, word[len] ? word + len + 1 : NULL, word, err);
}

static int add_all(const struct lvol_vg *vg, struct pv_choice *out, struct lvol_error *err)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		struct pv_chosen *c;

		if (!lvi_pv_may_allocate(pv))
			continue;
		c = ARRAY_PUSH(&out->items);
		if (!c)
			return lvi_error_nomem(err);
		c->pv = pv;
	}
	return 0;
}

int lvi_pv_choice_make(const struct lvol_vg *vg, const char *const *pvs, struct pv_choice *out, struct lvol_error *err)
{
	int ret = 0;

	*out = (struct pv_choice) { .given = pvs && *pvs };
	if (!out->given)
		ret = add_all(vg, out, err);
	for (; out->given && *pvs && !ret; pvs++)
		ret = add_word(vg, *pvs, out, err);
	for (size_t i = 0; i < out->items.len && !ret; i++)
		join_ranges(&out->items.items[i]);
	if (ret)
		lvi_pv_choice_free(out);
	return ret;
}

int lvi_pv_choice_one(const struct lvol_vg *vg, const char *word, struct pv_choice *out, struct lvol_error *err)
{
	size_t len = *word == '@' ? 0 : name_length(vg, word);
	char name[LVI_PV_TEXT_LEN];
	struct lvol_pv *pv;
	int ret;

	*out = (struct pv_choice) { .given = true };
	if (!len)
		return lvi_error(err, *word == '@' ? LVOL_E_INVALID : LVOL_E_NOT_FOUND, word, *word == '@' ?
				"\"%.200s\" is a tag; one PV is needed" : "there is no PV \"%.200s\" in the VG", word);
	pv = find_pv(vg, word, len);
	if ((pv->flags & PV_MISSING) || !pv->dev)
		return lvi_error(err, LVOL_E_MISSING_PV, word, "PV %s is missing", lvi_pv_text(name, pv));
	ret = add_pv(out, pv, word[len] ? word + len + 1 : NULL, word, err);
	if (ret)
		lvi_pv_choice_free(out);
	else
		join_ranges(&out->items.items[0]);
	return ret;
}

void lvi_pv_choice_free(struct pv_choice *c)
{
	for (size_t i = 0; i < c->items.len; i++)
		ARRAY_FREE(&c->items.items[i].ranges);
	ARRAY_FREE(&c->items);
}

/* Counting */

static uint64_t free_in_range(const struct free_runs *f, struct pv_range r)
{
	struct free_run run;
	uint64_t n = 0;

	for (uint64_t at = r.first; at <= r.last && lvi_free_runs_next(f, (uint32_t)at, 1, &run); ) {
		if (run.start > r.last)
			break;
		at = (uint64_t)run.start + run.count;
		n += (at <= r.last ? at : (uint64_t)r.last + 1) - run.start;
	}
	return n;
}

uint64_t lvi_pv_chosen_free(const struct pv_chosen *c)
{
	uint64_t n = 0;

	if (!c->ranges.len)
		return lvi_free_runs_total(c->pv->free);
	for (size_t i = 0; i < c->ranges.len; i++)
		n += free_in_range(c->pv->free, c->ranges.items[i]);
	return n;
}

uint64_t lvi_pv_choice_free_extents(const struct pv_choice *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->items.len; i++)
		n += lvi_pv_chosen_free(&c->items.items[i]);
	return n;
}

uint64_t lvi_pv_choice_all_extents(const struct pv_choice *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->items.len; i++) {
		const struct pv_chosen *item = &c->items.items[i];

		if (!item->ranges.len)
			n += item->pv->pe_count;
		for (size_t k = 0; k < item->ranges.len; k++)
			n += (uint64_t)item->ranges.items[k].last - item->ranges.items[k].first + 1;
	}
	return n;
}
