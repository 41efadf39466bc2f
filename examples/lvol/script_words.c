/* SPDX-License-Identifier: MIT */
#include "script_words.h"

#include "error.h"

#include <ctype.h>
#include <string.h>

/* Copy one word to `out`; returns what is behind it, or NULL when a quote has no end. */
static const char *copy_word(const char *line, char *out)
{
	char quote = '\0';

	for (; *line && (quote || !isspace((unsigned char)*line)); line++) {
		if (quote && *line == quote)
			quote = '\0';
		else if (!quote && (*line == '"' || *line == '\''))
			quote = *line;
		else if (*line == '\\' && quote != '\'' && line[1])
			*out++ = *++line;
		else
			*out++ = *line;
	}
	*out = '\0';
	return quote ? NULL : line;
}

int script_split(struct pool *pool, const char *line, struct words *out, struct lvol_error *err)
{
	for (;;) {
		char *word;

		while (isspace((unsigned char)*line))
			line++;
		if (!*line || *line == '#')
			return 0;
		word = pool_alloc(pool, strlen(line) + 1);
		line = copy_word(line, word);
		if (!line)
			return fail(err, LVOL_E_INVALID, "", "a quote has no end");
		words_add(out, pool, word);
	}
}
