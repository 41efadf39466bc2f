/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "segtype/thin_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/tree.h"
#include "segtype/types.h"

static int put(struct thin_messages *out, const struct thin_message *m, struct lvol_error *err)
{
	struct thin_message *slot = ARRAY_PUSH(&out->list);

	if (!slot)
		return lvi_error_nomem(err);
	*slot = *m;
	return 0;
}

const char *lvi_thin_message_creates(const struct cfg_node *section)
{
	const struct cfg_node *create = lvi_cfg_child(section, "create");

	return create && create->value && create->value->type == CFG_STRING ? create->value->text : NULL;
}

/* The import has seen that it is one or the other (thin_pool.c); the LV may be gone since then. */
static int read_one(const struct lvol_segment *pool, const struct cfg_node *section, struct thin_messages *out,
		struct lvol_error *err)
{
	const char *create = lvi_thin_message_creates(section);
	struct thin_message m = { 0 };

	if (!create) {
		m.delete_id = (uint32_t)lvi_cfg_child(section, "delete")->value->number;
		return put(out, &m, err);
	}
	m.create = lvi_vg_find_lv(pool->lv->vg, create);
	return lvi_lv_is(m.create, SEGTYPE_THIN) ? put(out, &m, err) :
		lvi_error(err, LVOL_E_CORRUPT, pool->lv->name, "a message of thin pool %s is to create %s, which is no thin LV",
				pool->lv->name, create);
}

static int read_all(const struct lvol_segment *pool, struct arena *arena, struct thin_messages *out,
		struct lvol_error *err)
{
	char *text = lvi_arena_strdup(arena, pool->extra);
	struct cfg_node *root;
	int r = text ? lvi_cfg_parse(arena, text, strlen(text), pool->lv->name, &root, err) : lvi_error_nomem(err);

	for (const struct cfg_node *n = r ? NULL : root->child; n && !r; n = n->next)
		if (n->is_section)
			r = read_one(pool, n, out, err);
	return r;
}

int lvi_thin_messages(const struct lvol_segment *pool, struct thin_messages *out, struct lvol_error *err)
{
	struct thin_messages found = { 0 };
	struct arena *arena;
	int r;

	*out = found;
	if (!pool->extra)
		return 0;
	arena = lvi_arena_new();
	r = arena ? read_all(pool, arena, &found, err) : lvi_error_nomem(err);
	lvi_arena_free(arena);
	if (r)
		ARRAY_FREE(&found.list);
	else
		*out = found;
	return r;
}

/* A snapshot is taken of a thin LV that is suspended, or not in use. */
static int add_one(const struct thin_message *m, struct seg_table *out, struct lvol_error *err)
{
	const struct lvol_segment *thin = m->create ? m->create->seg_first : NULL;
	const struct lvol_lv *origin = thin ? lvi_seg_lv(thin, SEG_ORIGIN) : NULL;
	char text[64];

	if (!thin)
		snprintf(text, sizeof text, "delete %" PRIu32, m->delete_id);
	else if (lvi_lv_is(origin, SEGTYPE_THIN))
		snprintf(text, sizeof text, "create_snap %" PRIu64 " %" PRIu64, lvi_seg_number(thin, SEG_DEVICE_ID, 0),
				lvi_seg_number(origin->seg_first, SEG_DEVICE_ID, 0));
	else
		snprintf(text, sizeof text, "create_thin %" PRIu64, lvi_seg_number(thin, SEG_DEVICE_ID, 0));
	return out->ops->message(out, text, thin ? origin : NULL, err);
}

int lvi_thin_messages_add(const struct lvol_segment *pool, struct seg_table *out, struct lvol_error *err)
{
	uint64_t id = lvi_seg_number(pool, SEG_TRANSACTION_ID, 0);
	struct thin_messages messages;
	char text[64];
	int r = lvi_thin_messages(pool, &messages, err);

	for (size_t i = 0; i < messages.list.len && !r; i++)
		r = add_one(&messages.list.items[i], out, err);
	if (!r && messages.list.len) {
		snprintf(text, sizeof text, "set_transaction_id %" PRIu64 " %" PRIu64, id - 1, id);
		r = out->ops->message(out, text, NULL, err);
	}
	ARRAY_FREE(&messages.list);
	out->node->transaction_id = id;
	out->node->has_transaction_id = true;
	return r;
}
