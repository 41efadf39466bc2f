/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/status.h"

#include <string.h>

#include "base/error.h"

/* Longer than any word that a target says. */
#define SHOWN_MAX 40

int lvi_dm_status_init(struct dm_status *s, struct lvol_error *err)
{
	*s = (struct dm_status){ .arena = lvi_arena_new() };
	return s->arena ? 0 : lvi_error_nomem(err);
}

void lvi_dm_status_free(struct dm_status *s)
{
	lvi_arena_free(s->arena);
	ARRAY_FREE(&s->lines);
}

static const struct dm_status_target *find_target(const char *name)
{
	const struct dm_status_target *t = lvi_dm_status_targets;

	while (t->name && strcmp(t->name, name))
		t++;
	return t->name ? t : NULL;
}

static int refuse(const struct dm_words *w, const char *text, const struct lvol_status_line *line, struct lvol_error *err)
{
	const char *word = text + strspn(text, " ");
	size_t len;

	for (unsigned i = 1; i < w->number; i++) {
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	len = strcspn(word, " ") < SHOWN_MAX ? strcspn(word, " ") : SHOWN_MAX;
	return lvi_error(err, LVOL_E_INVALID, line->device, "status of %s: word %u of a line of target \"%s\"%s%.*s%s %s",
			*line->device ? line->device : "the device", w->number, line->target ? line->target : "",
			len ? ", \"" : "", (int)len, word, len ? "\"," : "", w->bad);
}

static int read_line(struct dm_status *s, const char *text, struct lvol_status_line *line, struct lvol_error *err)
{
	struct dm_words w = { .arena = s->arena, .at = text };
	const struct dm_status_target *target;

	line->start_sectors = lvi_words_u64(&w);
	line->length_sectors = lvi_words_u64(&w);
	line->target = lvi_words_text(&w);
	line->text = w.at + strspn(w.at, " ");
	target = w.bad || w.no_memory ? NULL : find_target(line->target);
	if (target)
		target->read(&w, line);
	if (w.no_memory)
		return lvi_error_nomem(err);
	return w.bad ? refuse(&w, text, line, err) : 0;
}

static int add_line(struct dm_status *s, const char *device, const char *text, struct lvol_error *err)
{
	struct lvol_status_line *line = ARRAY_PUSH(&s->lines);

	if (!line)
		return lvi_error_nomem(err);
	*line = (struct lvol_status_line){ .device = device };
	return read_line(s, text, line, err);
}

int lvi_dm_status_add(struct dm_status *s, const char *device, const char *text, struct lvol_error *err)
{
	const char *name = lvi_arena_strdup(s->arena, device);
	size_t before = s->lines.len;
	int r = name ? 0 : lvi_error_nomem(err);

	while (!r && *text) {
		size_t len = strcspn(text, "\n"), end = len;
		char *line;

		while (end && text[end - 1] == ' ')
			end--;
		line = lvi_arena_strndup(s->arena, text, end);
		r = !line ? lvi_error_nomem(err) : end ? add_line(s, name, line, err) : 0;
		text += len + (text[len] == '\n');
	}
	if (r)
		s->lines.len = before;
	return r;
}
