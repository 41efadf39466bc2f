/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/mapper.h"
#include "dm/parse.h"

struct definition {
	struct definition *next;
	char *name, *table;
	bool missing;
};

struct dm_world {
	struct devset *set;
	struct user_mapper *mapper;
	struct definition *first;
	struct textbuf log;
	char *dir;                     /* of files */
	void (*watch)(void *arg, bool inside);
	void *watch_arg;
};

static void note_error(void *arg, int level, const char *subject, const char *message)
{
	struct dm_world *w = arg;

	lvi_textbuf_printf(&w->log, "%s\n", message);
}

struct dm_world *dmw_new(void)
{
	struct dm_world *w = calloc(1, sizeof *w);
	struct log log = { note_error, w, LVI_LOG_ERROR };
	struct lvol_error err = LVOL_ERROR_INIT;

	ck_assert_ptr_nonnull(w);
	w->set = lvi_devset_new(NULL);
	ck_assert_ptr_nonnull(w->set);
	t_ok(lvi_user_mapper_new(&log, &w->mapper, &err), err);
	return w;
}

void dmw_free(struct dm_world *w)
{
	struct definition *d, *next;

	for (d = w->first; d; d = next) {
		next = d->next;
		free(d->name);
		free(d->table);
		free(d);
	}
	lvi_user_mapper_free(w->mapper);
	lvi_devset_unref(w->set);
	lvi_textbuf_free(&w->log);
	free(w->dir);
	free(w);
}

struct lvol_dev *dmw_memory_of(struct dm_world *w, const char *name, uint64_t sectors, uint32_t block)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *dev = NULL;

	m.size_bytes = sectors * 512;
	m.logical_block_bytes = block;
	t_ok(lvi_dev_add_memory(w->set, name, &m, &dev, &err), err);
	return dev;
}

struct lvol_dev *dmw_memory(struct dm_world *w, const char *name, uint64_t sectors)
{
	return dmw_memory_of(w, name, sectors, 512);
}

struct lvol_dev *dmw_path(struct dm_world *w, const char *name, const char *path, uint32_t flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *dev = NULL;
	int fd = open(path, O_CLOEXEC | (flags & LVOL_DEV_READ_ONLY ? O_RDONLY : O_RDWR));

	ck_assert_msg(fd >= 0, "cannot open %s", path);
	t_ok(lvi_dev_add_fd(w->set, fd, name, flags, &dev, &err), err);
	close(fd);
	return dev;
}

struct lvol_dev *dmw_file(struct dm_world *w, const char *name, uint64_t sectors)
{
	struct lvol_dev *dev;
	char *path;

	if (!w->dir)
		w->dir = t_tmpdir();
	path = t_path(w->dir, name);
	t_sparse_file(path, sectors * 512);
	dev = dmw_path(w, name, path, 0);
	free(path);
	return dev;
}

struct lvol_dev *dmw_ops(struct dm_world *w, const char *name, const struct lvol_dev_ops *ops, void *arg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *dev = NULL;

	t_ok(lvi_dev_add_ops(w->set, name, ops, arg, &dev, &err), err);
	return dev;
}

static struct definition *find_definition(struct dm_world *w, const char *name)
{
	struct definition *d = w->first;

	while (d && strcmp(d->name, name))
		d = d->next;
	return d;
}

static struct definition *define(struct dm_world *w, const char *name, char *table)
{
	struct definition *d = find_definition(w, name);

	ck_assert_ptr_nonnull(table);
	if (!d) {
		d = calloc(1, sizeof *d);
		ck_assert_ptr_nonnull(d);
		d->name = strdup(name);
		d->next = w->first;
		w->first = d;
	}
	free(d->table);
	d->table = table;
	d->missing = false;
	return d;
}

void dmw_define(struct dm_world *w, const char *name, const char *table)
{
	struct definition *d = define(w, name, strdup(table));

	for (char *c = d->table; *c; c++)
		if (*c == ';')
			*c = '\n';
}

void dmw_missing(struct dm_world *w, const char *name, uint64_t sectors)
{
	char table[64];

	snprintf(table, sizeof table, "0 %llu error", (unsigned long long)sectors);
	define(w, name, strdup(table))->missing = true;
}

/* An opening under way: nodes are added as tables name them, and parsed one after the other. */
struct opening {
	struct dm_world *w;
	struct hash missing;
};

static struct dm_node *find_device(void *arg, struct dm_graph *graph, const char *word)
{
	struct opening *o = arg;
	struct definition *d = find_definition(o->w, word);
	struct lvol_dev *dev = lvi_devset_find(o->w->set, word);
	char uuid[128];
	struct dm_node *node;

	if (!d)
		return dev ? lvi_dm_graph_add_leaf(graph, word, dev) : NULL;
	snprintf(uuid, sizeof uuid, "TEST-%s", word);
	node = lvi_dm_graph_add(graph, word, uuid);
	if (node && d->missing)
		ck_assert_int_eq(lvi_hash_put(&o->missing, node->name, strlen(node->name), d->name, NULL), 0);
	return node;
}

static int fill_graph(struct opening *o, struct dm_graph *graph, const char *names, struct lvol_error *err)
{
	struct dm_names how = { find_device, o };
	char *copy = strdup(names), *rest = NULL;
	int r = 0;

	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		ck_assert_msg(find_device(o, graph, name) != NULL, "nothing is called %s", name);
	free(copy);
	/* nodes that a table names are added behind it */
	for (struct dm_node *n = graph->first; n && !r; n = n->next)
		if (!n->is_leaf)
			r = lvi_dm_parse(graph, n, find_definition(o->w, n->name)->table, &how, err);
	return r;
}

void dmw_watch(struct dm_world *w, void (*fn)(void *arg, bool inside), void *arg)
{
	w->watch = fn;
	w->watch_arg = arg;
}

static int open_graph(struct dm_world *w, const struct dm_graph *graph, const struct backend_open *how,
		struct backend_device **out, struct lvol_error *err)
{
	int r;

	if (w->watch)
		w->watch(w->watch_arg, true);
	r = lvi_backend_user.open(graph, graph->first, how, out, err);
	if (w->watch)
		w->watch(w->watch_arg, false);
	return r;
}

int dmw_try_open(struct dm_world *w, const char *names, unsigned flags, struct backend_device **out,
		struct lvol_error *err)
{
	struct opening o = { .w = w };
	struct backend_open how = { .flags = flags, .missing = &o.missing, .mapper = w->mapper };
	struct dm_graph *graph = lvi_dm_graph_new();
	int r;

	ck_assert_ptr_nonnull(graph);
	lvi_hash_init(&o.missing);
	r = fill_graph(&o, graph, names, err);
	if (!r)
		r = open_graph(w, graph, &how, out, err);
	lvi_hash_free(&o.missing);
	lvi_dm_graph_free(graph);
	return r;
}

struct backend_device *dmw_open(struct dm_world *w, const char *names, unsigned flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = NULL;

	t_ok(dmw_try_open(w, names, flags, &dev, &err), err);
	return dev;
}

void dmw_close(struct backend_device *dev)
{
	lvi_backend_user.close(dev);
}

void dmw_read(struct backend_device *dev, void *buf, size_t len, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dev->backend->read(dev, buf, len, offset, &err), err);
}

void dmw_write(struct backend_device *dev, const void *buf, size_t len, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dev->backend->write(dev, buf, len, offset, &err), err);
}

void dmw_zero(struct backend_device *dev, uint64_t len, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dev->backend->zero(dev, len, offset, &err), err);
}

void dmw_discard(struct backend_device *dev, uint64_t len, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dev->backend->discard(dev, len, offset, &err), err);
}

void dmw_flush(struct backend_device *dev)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(dev->backend->flush(dev, &err), err);
}

void dmw_check_byte(struct backend_device *dev, int byte, uint64_t len, uint64_t offset)
{
	unsigned char *got = malloc(len);

	ck_assert_ptr_nonnull(got);
	dmw_read(dev, got, len, offset);
	for (uint64_t i = 0; i < len; i++)
		if (got[i] != byte)
			ck_abort_msg("byte %llu is 0x%02x, not 0x%02x", (unsigned long long)(offset + i), got[i], byte);
	free(got);
}

struct user_live *dmw_live(struct dm_world *w, const char *name, unsigned line)
{
	char key[160];

	snprintf(key, sizeof key, "TEST-%s/%u", name, line);
	return lvi_hash_get(&w->mapper->lives, key, strlen(key));
}

void dmw_status(struct dm_world *w, const char *name, char *out, size_t size)
{
	struct user_live *live = dmw_live(w, name, 0);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct textbuf text = { 0 };

	ck_assert_msg(live && live->target->status, "%s is not open, or has no status", name);
	t_ok(live->target->status(live, &text, &err), err);
	ck_assert(!text.failed && text.len < size);
	memcpy(out, text.data ? text.data : "", text.len);
	out[text.len] = '\0';
	lvi_textbuf_free(&text);
}

int dmw_message(struct dm_world *w, const char *name, const char *text, struct textbuf *answer, struct lvol_error *err)
{
	struct user_live *live = dmw_live(w, name, 0);

	ck_assert_msg(live && live->target->message, "%s is not open, or takes no messages", name);
	atomic_store(&live->wrote, true);
	return live->target->message(live, text, answer, err);
}

const char *dmw_log(const struct dm_world *w)
{
	return w->log.len ? w->log.data : "";
}
