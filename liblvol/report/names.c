/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dev/dev.h"
#include "report/internal.h"

/*
 * The names that a report is asked to keep to: VGs, "vg/lv" LVs, PVs by device or UUID, and "@tag". A name that is met
 * nowhere is an error, a tag is not. "/dev/" in front of a VG is dropped.
 */
struct wanted { const char *word; bool found; };

struct names {
	struct wanted *items;
	size_t count;
	struct hash by_word;
	bool are_pvs;
};

static const char *without_dev(const char *word)
{
	return strncmp(word, "/dev/", 5) ? word : word + 5;
}

static int fill(struct names *n, const char *const *words)
{
	for (; *words; words++) {
		struct wanted *w = &n->items[n->count++];

		w->word = n->are_pvs ? *words : without_dev(*words);
		if (lvi_hash_put(&n->by_word, w->word, strlen(w->word), w, NULL))
			return -LVOL_E_NO_MEMORY;
	}
	/* a word given twice is one */
	for (size_t i = 0; i < n->count; i++)
		if (lvi_hash_get(&n->by_word, n->items[i].word, strlen(n->items[i].word)) != &n->items[i])
			n->items[i].found = true;
	return 0;
}

/* *out is NULL when there are no names: everything is meant. */
int lvi_names_new(const char *const *words, bool are_pvs, struct names **out, struct lvol_error *err)
{
	struct names *n;
	size_t count = 0;

	*out = NULL;
	while (words && words[count])
		count++;
	if (!count)
		return 0;
	n = calloc(1, sizeof *n);
	if (!n || !(n->items = calloc(count, sizeof *n->items))) {
		free(n);
		return lvi_error_nomem(err);
	}
	lvi_hash_init(&n->by_word);
	n->are_pvs = are_pvs;
	if (fill(n, words)) {
		lvi_names_free(n);
		return lvi_error_nomem(err);
	}
	*out = n;
	return 0;
}

void lvi_names_free(struct names *n)
{
	if (!n)
		return;
	lvi_hash_free(&n->by_word);
	free(n->items);
	free(n);
}

static bool meets(struct names *n, const char *word)
{
	struct wanted *w = lvi_hash_get(&n->by_word, word, strlen(word));

	if (w)
		w->found = true;
	return w;
}

static bool meets_tag(struct names *n, const struct strings *tags)
{
	char word[256];
	bool met = false;

	for (size_t i = 0; i < tags->count; i++)
		if (snprintf(word, sizeof word, "@%s", tags->items[i]) < (int)sizeof word)
			met |= meets(n, word);
	return met;
}

bool lvi_names_has_vg(struct names *n, const struct lvol_vg *vg)
{
	bool met;

	if (!n)
		return true;
	met = !n->are_pvs && meets(n, vg->name);
	return meets_tag(n, &vg->tags) || met;
}

bool lvi_names_has_lv(struct names *n, const struct lvol_lv *lv, bool *by_name)
{
	char word[512];

	*by_name = false;
	if (!n)
		return true;
	if (snprintf(word, sizeof word, "%s/%s", lv->vg->name, lv->name) < (int)sizeof word)
		*by_name = meets(n, word);
	return meets_tag(n, &lv->tags) || *by_name;
}

bool lvi_names_has_historical(struct names *n, const struct lvol_vg *vg, const struct historical_lv *h)
{
	char word[512];

	return !n || (snprintf(word, sizeof word, "%s/-%s", vg->name, h->name) < (int)sizeof word && meets(n, word));
}

bool lvi_names_has_pv(struct names *n, const struct lvol_pv *pv)
{
	char uuid[LVI_UUID_TEXT_LEN + 1];
	bool met;

	if (!n)
		return true;
	lvi_uuid_format(&pv->id, uuid);
	met = pv->dev_name && meets(n, pv->dev_name);
	met |= meets(n, uuid);
	return meets_tag(n, &pv->tags) || met;
}

bool lvi_names_has_dev(struct names *n, const struct lvol_dev *dev)
{
	return !n || meets(n, dev->name);
}

int lvi_names_check(const struct names *n, struct lvol_error *err)
{
	for (size_t i = 0; n && i < n->count; i++) {
		const struct wanted *w = &n->items[i];

		if (!w->found && *w->word != '@')
			return lvi_error(err, LVOL_E_NOT_FOUND, w->word, "no %s is called \"%.128s\"", n->are_pvs ? "PV" :
					strchr(w->word, '/') ? "LV" : "VG", w->word);
	}
	return 0;
}
