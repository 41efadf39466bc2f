/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/words.h"

#include <string.h>

void *lvi_words_zalloc(struct dm_words *w, size_t size)
{
	void *p = lvi_arena_zalloc(w->arena, size);

	if (!p)
		w->no_memory = true;
	return p;
}

static const char *skip(const char *at)
{
	return at + strspn(at, " ");
}

bool lvi_words_left(struct dm_words *w)
{
	w->at = skip(w->at);
	return !w->bad && !w->no_memory && *w->at;
}

/* The next word where it stands; *len is 0 when there is none. */
static const char *next(struct dm_words *w, size_t *len)
{
	const char *word = w->at = skip(w->at);

	*len = w->bad || w->no_memory ? 0 : strcspn(word, " ");
	if (w->bad || w->no_memory)
		return word;
	w->number++;
	w->at += *len;
	if (!*len)
		w->bad = "is missing";
	return word;
}

const char *lvi_words_text(struct dm_words *w)
{
	size_t len;
	const char *word = next(w, &len), *copy = len ? lvi_arena_strndup(w->arena, word, len) : "";

	if (!copy)
		w->no_memory = true;
	return copy ? copy : "";
}

/* The digits at the beginning of a word. */
static uint64_t digits(struct dm_words *w, const char **at, const char *end)
{
	const char *c = *at;
	uint64_t v = 0;

	for (; c < end && *c >= '0' && *c <= '9'; c++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(*c - '0'), &v))
			break;
	if (c == *at || (c < end && *c != '/'))
		w->bad = "is not a number";
	*at = c;
	return w->bad ? 0 : v;
}

uint64_t lvi_words_u64(struct dm_words *w)
{
	size_t len;
	const char *word = next(w, &len), *at = word;
	uint64_t v = w->bad || w->no_memory ? 0 : digits(w, &at, word + len);

	if (!w->bad && !w->no_memory && at != word + len)
		w->bad = "is not a number";
	return w->bad ? 0 : v;
}

uint64_t lvi_words_u64_or_dash(struct dm_words *w)
{
	if (lvi_words_left(w) && *w->at == '-' && (w->at[1] == ' ' || !w->at[1])) {
		w->number++;
		w->at++;
		return 0;
	}
	return lvi_words_u64(w);
}

void lvi_words_ratio(struct dm_words *w, uint64_t *part, uint64_t *whole)
{
	size_t len;
	const char *word = next(w, &len), *at = word;

	*part = *whole = 0;
	if (w->bad || w->no_memory)
		return;
	*part = digits(w, &at, word + len);
	if (!w->bad && (at == word + len || *at != '/'))
		w->bad = "is not two numbers with a slash between them";
	if (w->bad)
		return;
	at++;
	*whole = digits(w, &at, word + len);
	if (!w->bad && at != word + len)
		w->bad = "is not two numbers with a slash between them";
}

bool lvi_words_are(const struct dm_words *w, const char *text)
{
	const char *at = skip(w->at);
	size_t len = strlen(text);

	return !strncmp(at, text, len) && !*skip(at + len);
}
