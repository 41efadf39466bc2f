/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <string.h>

void words_add(struct words *words, struct pool *pool, const char *word)
{
	if (words->count + 1 >= words->room) {
		size_t room = words->room ? 2 * words->room : 8;
		const char **list = pool_alloc(pool, room * sizeof(*list));

		if (words->count)
			memcpy(list, words->list, words->count * sizeof(*list));
		words->list = list;
		words->room = room;
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void words_add_once(struct words *words, struct pool *pool, const char *word)
{
	if (!words_have(words, word))
		words_add(words, pool, word);
}

void words_add_parts(struct words *words, struct pool *pool, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, ",");

		if (len)
			words_add(words, pool, pool_copy(pool, text, len));
		text += len + (text[len] == ',');
	}
}

bool words_have(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->list[i], word))
			return true;
	return false;
}
