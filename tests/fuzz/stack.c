/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/mapper.h"
#include "dm/parse.h"

void stack_open(struct stack *s, const struct stack_disk *disks, unsigned count)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	char name[16];

	memset(s, 0, sizeof *s);
	s->set = lvi_devset_new(NULL);
	if (!s->set || lvi_user_mapper_new(NULL, &s->mapper, NULL))
		abort();
	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof name, "disk%u", i);
		m.data = disks[i].data;
		m.size_bytes = disks[i].bytes;
		m.logical_block_bytes = 512;
		if (lvi_dev_add_memory(s->set, name, &m, &s->disks[i], NULL))
			abort();
	}
}

void stack_close(struct stack *s)
{
	lvi_user_mapper_free(s->mapper);
	lvi_devset_unref(s->set);
}

static int fill(struct stack *s, struct dm_graph *graph, const struct stack_table *tables, struct lvol_error *err)
{
	struct dm_names how = { NULL, NULL };
	char name[16];
	int r = 0;

	for (const struct stack_table *t = tables; t->name; t++)
		if (!lvi_dm_graph_add(graph, t->name, t->name))
			abort();
	for (unsigned i = 0; i < STACK_DISKS && s->disks[i]; i++) {
		snprintf(name, sizeof name, "disk%u", i);
		if (!lvi_dm_graph_add_leaf(graph, name, s->disks[i]))
			abort();
	}
	for (const struct stack_table *t = tables; t->name && !r; t++)
		r = lvi_dm_parse(graph, lvi_dm_graph_find(graph, t->name), t->lines, &how, err);
	return r;
}

int stack_device(struct stack *s, const struct stack_table *tables, unsigned flags, struct backend_device **out,
		struct lvol_error *err)
{
	struct backend_open how = { .flags = flags, .mapper = s->mapper };
	struct dm_graph *graph = lvi_dm_graph_new();
	int r;

	if (!graph)
		abort();
	r = fill(s, graph, tables, err);
	if (!r)
		r = lvi_backend_user.open(graph, graph->first, &how, out, err);
	lvi_dm_graph_free(graph);
	return r;
}

struct user_live *stack_live(struct stack *s, const char *name)
{
	char key[64];

	snprintf(key, sizeof key, "%s/0", name);
	return lvi_hash_get(&s->mapper->lives, key, strlen(key));
}

int stack_checked(int r, struct lvol_error *err)
{
	if (r < 0 && (err->code != -r || !*err->message))
		abort();
	return r;
}
