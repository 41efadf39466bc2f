/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lives come and go with the flattened maps that lead to them. All of this is done under the mapper's lock of lives:
 * making one makes its ports, which may make the lives below them.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/user/live_io.h"
#include "backend/user/mapper.h"
#include "backend/user/path.h"
#include "base/error.h"

static void add_look(uint64_t look[2], const void *data, size_t len)
{
	look[0] = lvi_hash_bytes(look, data, len);
}

/* With its end, so that two words are not like one. */
static void add_word(uint64_t look[2], const char *word)
{
	add_look(look, word ? word : "", word ? strlen(word) + 1 : 0);
}

/* Not as one text: words may be keys, and are not copied about. */
static void add_line(uint64_t look[2], const struct dm_line *line)
{
	add_look(look, &line->start_sectors, sizeof line->start_sectors);
	add_look(look, &line->length_sectors, sizeof line->length_sectors);
	add_word(look, line->target);
	for (size_t i = 0; i < line->arg_count; i++) {
		const struct dm_node *dev = line->args[i].dev;

		add_word(look, line->args[i].text);
		add_word(look, !dev ? NULL : dev->uuid ? dev->uuid : dev->name);
	}
}

static void add_node(struct user_opening *o, uint64_t look[2], const struct dm_node *node)
{
	const char *missing = o->missing ? lvi_hash_get(o->missing, node->name, strlen(node->name)) : NULL;

	add_look(look, node->name, strlen(node->name) + 1);
	add_look(look, &node->leaf, sizeof node->leaf);
	if (missing)
		add_look(look, missing, strlen(missing));
	for (size_t i = 0; i < node->table.lines.len; i++)
		add_line(look, &node->table.lines.items[i]);
}

static int add_below(struct user_opening *o, uint64_t look[2], struct dm_node *dev, struct lvol_error *err)
{
	struct dm_nodes below = { 0 };
	int r = dev->mark == o->walk ? 0 : lvi_dm_graph_order_below(dev, o->walk, NULL, &below);

	for (size_t i = 0; !r && i < below.list.len; i++) {
		const struct dm_node *node = below.list.items[i];

		r = lvi_user_take_lines(o, node, err);
		if (!r)
			add_node(o, look, node);
	}
	ARRAY_FREE(&below.list);
	return r == -LVOL_E_NO_MEMORY ? lvi_error_nomem(err) : r;
}

/* The line and everything below it: what a live was made of, and what it must be made of when it is found again. */
static int look_of(struct user_opening *o, const struct dm_line *line, uint64_t *out, struct lvol_error *err)
{
	uint64_t look[2] = { o->mapper->key[0], o->mapper->key[1] };
	int r = 0;

	add_line(look, line);
	o->walk++;
	for (size_t i = 0; !r && i < line->arg_count; i++)
		if (line->args[i].dev)
			r = add_below(o, look, line->args[i].dev, err);
	*out = look[0];
	return r;
}

static const char *missing_whole(const struct flat_map *map)
{
	return map->count == 1 && map->extents[0].to.kind == FLAT_ERROR ? map->extents[0].to.missing : NULL;
}

static int make_port(struct user_opening *o, struct user_live *live, struct dm_node *dev, struct lvol_error *err)
{
	struct user_port *port = &live->ports[live->port_count];
	int r;

	port->name = lvi_arena_strdup(live->arena, dev->name);
	port->uuid = dev->uuid ? lvi_arena_strdup(live->arena, dev->uuid) : NULL;
	if (!port->name || (dev->uuid && !port->uuid))
		return lvi_error_nomem(err);
	r = lvi_flat_make(o, dev, &port->flat, err);
	if (r)
		return r;
	live->port_count++;
	port->size = port->flat.top->size;
	port->missing = missing_whole(port->flat.top);
	for (const struct user_under *under = port->flat.unders; under; under = under->next)
		if (live->height <= under->live->height)
			live->height = under->live->height + 1;
	return 0;
}

static int make_ports(struct user_opening *o, struct user_live *live, const struct dm_line *line,
		struct lvol_error *err)
{
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; i < line->arg_count; i++)
		count += line->args[i].dev != NULL;
	live->ports = calloc(count + 1, sizeof *live->ports);
	if (!live->ports)
		return lvi_error_nomem(err);
	o->level++;
	for (size_t i = 0; !r && i < line->arg_count; i++)
		if (line->args[i].dev)
			r = make_port(o, live, line->args[i].dev, err);
	o->level--;
	return r;
}

static void live_free(struct user_live *live)
{
	for (unsigned i = 0; i < live->port_count; i++)
		lvi_flat_free(&live->ports[i].flat);
	free(live->ports);
	pthread_rwlock_destroy(&live->partial);
	lvi_user_gate_free(&live->gate);
	lvi_arena_free(live->arena);
	free(live);
}

static struct user_live *live_alloc(struct user_mapper *m, const struct dm_node *node, const struct user_line *line,
		const char *key)
{
	struct user_live *live = calloc(1, sizeof *live);

	if (!live)
		return NULL;
	pthread_rwlock_init(&live->partial, NULL);
	lvi_user_gate_init(&live->gate, m);
	live->mapper = m;
	live->refs = live->height = 1;
	live->length = line->length;
	live->arena = lvi_arena_new();
	if (live->arena) {
		live->key = lvi_arena_strdup(live->arena, key);
		live->name = lvi_arena_strdup(live->arena, node->name);
		live->uuid = node->uuid ? lvi_arena_strdup(live->arena, node->uuid) : NULL;
	}
	if (live->key && live->name && (live->uuid || !node->uuid))
		return live;
	live_free(live);
	return NULL;
}

static int too_high(const char *name, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, name,
			"more than %d devices that keep a state are stacked on each other, at %s", LIVE_HEIGHT_MAX, name);
}

static int live_make(struct user_opening *o, const struct dm_node *node, const struct user_line *line, const char *key,
		struct user_live **out, struct lvol_error *err)
{
	struct user_live *live;
	int r;

	if (o->level >= LIVE_HEIGHT_MAX)
		return too_high(node->name, err);
	live = live_alloc(o->mapper, node, line, key);
	if (!live)
		return lvi_error_nomem(err);
	r = make_ports(o, live, line->line, err);
	if (!r && lvi_hash_put(&o->mapper->lives, live->key, strlen(live->key), live, NULL))
		r = lvi_error_nomem(err);
	if (!r) {
		live->target = lvi_user_target_find(line->line->target);
		r = live->target->create(line, live, err);
		if (r)
			lvi_hash_del(&o->mapper->lives, live->key, strlen(live->key));
	}
	if (r)
		live_free(live);
	else
		*out = live;
	return r;
}

static int live_again(struct user_opening *o, struct user_live *live, uint64_t looks, struct lvol_error *err)
{
	if (live->looks != looks)
		return lvi_error(err, LVOL_E_BUSY, live->name,
				"%s is in use as it was before its table, or that of a device below it, changed; "
				"close what is open on it first", live->name);
	if (o->level + live->height > LIVE_HEIGHT_MAX)
		return too_high(live->name, err);
	live->refs++;
	return 0;
}

static char *key_of(const struct dm_node *node, size_t line)
{
	struct textbuf text = { 0 };

	lvi_textbuf_printf(&text, "%s/%zu", node->uuid ? node->uuid : node->name, line);
	return lvi_textbuf_take(&text, NULL);
}

int lvi_user_live_find(struct user_mapper *m, const struct dm_node *node, size_t i, struct user_live **out)
{
	char *key = key_of(node, i);

	if (!key)
		return -LVOL_E_NO_MEMORY;
	*out = lvi_hash_get(&m->lives, key, strlen(key));
	free(key);
	return 0;
}

int lvi_user_live_get(struct user_opening *o, const struct dm_node *node, const struct user_line *line,
		struct user_live **out, struct lvol_error *err)
{
	struct user_live *live = NULL;
	uint64_t looks;
	char *key;
	int r;

	if (!o->mapper)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, node->name, "target %s of %s keeps a state, and there is no mapper",
				line->line->target, node->name);
	r = look_of(o, line->line, &looks, err);
	if (r)
		return r;
	key = key_of(node, (size_t)(line->line - node->table.lines.items));
	if (!key)
		return lvi_error_nomem(err);
	live = lvi_hash_get(&o->mapper->lives, key, strlen(key));
	r = live ? live_again(o, live, looks, err) : live_make(o, node, line, key, &live, err);
	free(key);
	if (r)
		return r;
	live->looks = looks;
	*out = live;
	return 0;
}

static void stop(struct user_live *live)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int r = live->target->stop ? live->target->stop(live, &err) : lvi_user_live_flush(live, &err);

	if (r)
		lvi_log(&live->mapper->log, LVI_LOG_ERROR, live->name, "%s was not left in order: %s", live->name, err.message);
}

void lvi_user_live_put(struct user_live *live)
{
	if (--live->refs)
		return;
	if (atomic_load(&live->wrote))
		stop(live);
	lvi_hash_del(&live->mapper->lives, live->key, strlen(live->key));
	live->target->destroy(live);
	live_free(live);
}

static int check_leaves(const struct flat *flat, struct lvol_error *err)
{
	for (const struct user_leaf *leaf = flat->leaves; leaf; leaf = leaf->next)
		if (leaf->dev->read_only)
			return lvi_error(err, LVOL_E_READ_ONLY, leaf->dev->name, "device %s is read-only", leaf->dev->name);
	return 0;
}

/* Each live once, however many ways lead to it. */
static int allow(struct user_mapper *m, const struct flat *flat, struct lvol_error *err)
{
	int r = check_leaves(flat, err);

	for (const struct user_under *under = flat->unders; under && !r; under = under->next) {
		struct user_live *live = under->live;

		if (live->visited == m->visit)
			continue;
		live->visited = m->visit;
		for (unsigned i = 0; i < live->port_count && !r; i++)
			r = allow(m, &live->ports[i].flat, err);
		if (!r)
			live->may_write = true;
	}
	return r;
}

int lvi_user_allow_writing(struct user_mapper *m, const struct flat *flat, struct lvol_error *err)
{
	if (!m)
		return check_leaves(flat, err);
	m->visit++;
	return allow(m, flat, err);
}

struct user_live *lvi_user_port_live(const struct user_port *port, const struct user_target *target)
{
	const struct flat_map *map = port->flat.top;
	const struct flat_ref *to = &map->extents[0].to;

	if (map->count != 1 || to->kind != FLAT_LIVE || to->offset || to->under->live->target != target ||
	    to->under->live->length != map->size)
		return NULL;
	return to->under->live;
}
