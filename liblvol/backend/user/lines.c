/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an open device says of itself, as the kernel's `dmsetup status` would. The graph is gone by then, so the lines are
 * noted when the device is opened, with the lives behind those that have one; the lives stay as long as it is open.
 */
#include "backend/user/device.h"
#include "backend/user/mapper.h"
#include "base/error.h"
#include "base/textbuf.h"

static int note_line(struct user_lines *lines, struct user_mapper *mapper, const struct dm_node *node, size_t i)
{
	const struct dm_line *line = &node->table.lines.items[i];
	struct user_said *said = ARRAY_PUSH(&lines->list);

	if (!said)
		return -LVOL_E_NO_MEMORY;
	*said = (struct user_said){
		.start_sectors = line->start_sectors, .length_sectors = line->length_sectors,
		.device = lvi_arena_strdup(lines->arena, node->name), .target = lvi_arena_strdup(lines->arena, line->target),
	};
	if (!said->device || !said->target)
		return -LVOL_E_NO_MEMORY;
	return mapper ? lvi_user_live_find(mapper, node, i, &said->live) : 0;
}

int lvi_user_lines_note(struct user_lines *lines, struct user_mapper *mapper, const struct dm_node *node,
		struct lvol_error *err)
{
	int r = 0;

	if (!lines->arena)
		lines->arena = lvi_arena_new();
	if (!lines->arena)
		return lvi_error_nomem(err);
	for (size_t i = 0; !r && i < node->table.lines.len; i++)
		r = note_line(lines, mapper, node, i);
	return r ? lvi_error_nomem(err) : 0;
}

void lvi_user_lines_free(struct user_lines *lines)
{
	ARRAY_FREE(&lines->list);
	lvi_arena_free(lines->arena);
}

static int say(const struct user_said *said, struct dm_status *out, struct lvol_error *err)
{
	const struct user_live *live = said->live;
	struct textbuf text = { 0 };
	int r = 0;

	lvi_textbuf_u64(&text, said->start_sectors);
	lvi_textbuf_putc(&text, ' ');
	lvi_textbuf_u64(&text, said->length_sectors);
	lvi_textbuf_printf(&text, " %s ", said->target);
	if (live && live->target->status)
		r = live->target->status(said->live, &text, err);
	lvi_textbuf_putc(&text, '\0');
	if (!r)
		r = text.failed ? lvi_error_nomem(err) : lvi_dm_status_add(out, said->device, text.data, err);
	lvi_textbuf_free(&text);
	return r;
}

int lvi_user_say(struct backend_device *base, struct dm_status *out, struct lvol_error *err)
{
	const struct user_lines *lines = &((const struct user_device *)base)->lines;
	int r = 0;

	for (size_t i = 0; !r && i < lines->list.len; i++)
		r = say(&lines->list.items[i], out, err);
	return r;
}
