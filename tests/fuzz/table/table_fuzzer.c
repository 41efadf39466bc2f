/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as the tables of three devices "a", "b" and "c", which a line "---" parts, over two disks in memory: read
 * them; what was read and is printed reads as the same; then open "a" through the device mapper in user space, which
 * may refuse it, and look where its bytes are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "backend/user/live.h"
#include "dev/dev.h"
#include "dm/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

struct stack { struct devset *set; struct dm_graph *graph; struct dm_node *nodes[3]; };

static struct dm_node *find(void *arg, struct dm_graph *graph, const char *word)
{
	struct lvol_dev *dev = lvi_devset_find(arg, word);

	return dev ? lvi_dm_graph_add_leaf(graph, word, dev) : NULL;
}

static void make(struct stack *s)
{
	static const char *const names[] = { "a", "b", "c" }, *const disks[] = { "disk0", "disk1" };
	struct lvol_memory m = LVOL_MEMORY_INIT;

	s->set = lvi_devset_new(NULL);
	s->graph = lvi_dm_graph_new();
	m.size_bytes = 1 << 20;
	for (int i = 0; i < 2; i++)
		must(!lvi_dev_add_memory(s->set, disks[i], &m, NULL, NULL), "no disk");
	for (int i = 0; i < 3; i++)
		s->nodes[i] = lvi_dm_graph_add(s->graph, names[i], names[i]);
}

static bool read_tables(struct stack *s, const char *text)
{
	struct dm_names names = { find, s->set };
	struct lvol_error err = LVOL_ERROR_INIT;
	char *copy = strdup(text), *part = copy;

	for (int i = 0; part && i < 3; i++) {
		char *end = i < 2 ? strstr(part, "\n---\n") : NULL;

		if (end)
			end[1] = '\0';
		if (lvi_dm_parse(s->graph, s->nodes[i], part, &names, &err)) {
			must(err.code == LVOL_E_INVALID && strstr(err.message, "line"), "an error without a line");
			free(copy);
			return false;
		}
		part = end ? end + 5 : NULL;
	}
	free(copy);
	return true;
}

static void name_device(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	lvi_textbuf_puts(out, dev->name);
}

static char *print(const struct dm_table *t)
{
	struct textbuf out = { 0 };
	char *text;

	lvi_dm_table_print(t, name_device, NULL, &out);
	text = lvi_textbuf_take(&out, NULL);
	must(text, "no memory");
	return text;
}

/* Words with blanks and backslashes in them are not printed as they are read; all others are. */
static void read_again(const struct stack *s)
{
	struct dm_graph *graph = lvi_dm_graph_new();

	for (int i = 0; i < 3; i++) {
		struct dm_names names = { find, s->set };
		struct dm_node *node = lvi_dm_graph_add(graph, s->nodes[i]->name, NULL);
		char *first = print(&s->nodes[i]->table), *second;

		must(!lvi_dm_parse(graph, node, first, &names, NULL), "what was printed cannot be read");
		second = print(&node->table);
		must(!strcmp(first, second), "it is not what was printed");
		free(first);
		free(second);
	}
	lvi_dm_graph_free(graph);
}

static void open_it(const struct stack *s)
{
	struct backend_open how = { .flags = BACKEND_WRITE };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = NULL;
	struct lvol_io_extent e;
	int r;

	must(!lvi_user_mapper_new(NULL, &how.mapper, &err), "no mapper");
	r = lvi_backend_user.open(s->graph, s->nodes[0], &how, &dev, &err);
	must(!r || *err.message, "an error without a message");
	for (uint64_t at = 0, n = 0; !r && at < dev->size_bytes && n < 1000; at = e.offset + e.length, n++) {
		dev->backend->status(dev, at, &e);
		must(e.offset == at && e.length && e.length <= dev->size_bytes - at, "an extent that is none");
	}
	if (!r)
		dev->backend->close(dev);
	lvi_user_mapper_free(how.mapper);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct stack s;

	make(&s);
	if (read_tables(&s, text)) {
		if (!strchr(text, '\\'))
			read_again(&s);
		open_it(&s);
	}
	free(text);
	lvi_dm_graph_free(s.graph);
	lvi_devset_unref(s.set);
	return 0;
}
