/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thin pools over files, for thin.sh to run beside other programs:
 *	bench-thin write META DATA COUNT         COUNT writes of 64 KiB to a new volume, one after the other, and a flush
 *	bench-thin read META DATA COUNT          COUNT reads of 4 KiB of it, 32 at once, 1537 * 4 KiB apart
 *	bench-thin snap META ID ORIGIN           a snapshot, and how long that took
 *	bench-thin change META ID COUNT STEP RUN of the blocks of a volume COUNT get other data: RUN of every STEP
 *	bench-thin diff META LEFT RIGHT          the blocks in which two volumes differ, counted
 *	bench-thin touch META ID COUNT           COUNT blocks are looked up; says what memory that took
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/user/mapper.h"
#include "backend/user/queue.h"
#include "backend/user/thin_pool.h"
#include "backend/user/thin_read.h"
#include "bench.h"
#include "dm/parse.h"

#define BLOCK 65536u
#define DEPTH 32
#define STEP_BYTES (1537u * 4096u)
#define CACHE_BLOCKS 4096

static struct lvol_error err;

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 10);
}

/* A pool and a volume over two files */

struct stack {
	struct devset *set;
	struct user_mapper *mapper;
	struct dm_graph *graph;
	struct backend_device *pool, *thin;
};

static void add_leaf(struct stack *s, const char *name, const char *path)
{
	struct lvol_dev *dev;

	b_ok(lvi_dev_add_path(s->set, path, 0, &dev, &err), &err, path);
	lvi_dm_graph_add_leaf(s->graph, name, dev);
}

static struct dm_node *add_node(struct stack *s, const char *name, const char *table)
{
	struct dm_names names = { NULL, NULL };
	struct dm_node *node = lvi_dm_graph_add(s->graph, name, name);

	b_ok(lvi_dm_parse(s->graph, node, table, &names, &err), &err, table);
	return node;
}

static void open_stack(struct stack *s, char **argv, uint64_t blocks, bool fresh)
{
	struct backend_open how = { .flags = BACKEND_WRITE };
	struct dm_node *pool, *thin;
	char table[200];

	s->set = lvi_devset_new(NULL);
	b_ok(lvi_user_mapper_new(NULL, &s->mapper, &err), &err, "mapper");
	s->graph = lvi_dm_graph_new();
	add_leaf(s, "meta", argv[0]);
	add_leaf(s, "data", argv[1]);
	snprintf(table, sizeof table, "0 %llu thin-pool meta data 128 0 1 skip_block_zeroing", (unsigned long long)blocks * 128);
	pool = add_node(s, "pool", table);
	how.mapper = s->mapper;
	b_ok(lvi_backend_user.open(s->graph, pool, &how, &s->pool, &err), &err, "pool");
	if (fresh)
		b_ok(lvi_thin_pool_tell(s->pool, "create_thin 0", &err), &err, "create_thin");
	/* all that is in the graph is opened with the rest */
	snprintf(table, sizeof table, "0 %llu thin pool 0", (unsigned long long)blocks * 128);
	thin = add_node(s, "thin", table);
	b_ok(lvi_backend_user.open(s->graph, thin, &how, &s->thin, &err), &err, "thin");
}

static void close_stack(struct stack *s)
{
	s->thin->backend->close(s->thin);
	s->pool->backend->close(s->pool);
	lvi_dm_graph_free(s->graph);
	lvi_user_mapper_free(s->mapper);
	lvi_devset_unref(s->set);
}

static void do_write(char **argv)
{
	uint64_t count = number(argv[2]);
	struct stack s;
	void *buf;

	if (posix_memalign(&buf, 4096, BLOCK))
		b_die("memory");
	memset(buf, 7, BLOCK);
	open_stack(&s, argv, count, true);
	for (uint64_t i = 0; i < count; i++)
		b_ok(s.thin->backend->write(s.thin, buf, BLOCK, i * BLOCK, &err), &err, "write");
	b_ok(s.thin->backend->flush(s.thin, &err), &err, "flush");
	close_stack(&s);
	free(buf);
}

static void do_read(char **argv)
{
	struct queue_how how = { DEPTH, 4, false };
	uint64_t count = number(argv[2]), sent = 0, at = 0, size;
	struct lvol_io_completion done[DEPTH];
	struct lvol_queue *q;
	struct stack s;
	struct stat st;
	void *buf;

	if (posix_memalign(&buf, 4096, DEPTH * 4096) || stat(argv[1], &st))
		b_die("%s", argv[1]);
	size = st.st_size;
	open_stack(&s, argv, size / BLOCK, false);
	b_ok(lvi_queue_new(&how, &q, &err), &err, "queue");
	for (uint64_t got = 0; got < count;) {
		int n;

		while (sent < count && sent - got < DEPTH) {
			struct user_request r = { (struct user_device *)s.thin, LVOL_IO_OP_READ, (char *)buf + sent % DEPTH * 4096, 4096,
				at, NULL };

			b_ok(lvi_queue_submit(q, &r, &err), &err, "submit");
			at = at + STEP_BYTES + 4096 > size ? 0 : at + STEP_BYTES;
			sent++;
		}
		n = lvi_queue_complete(q, done, DEPTH, LVOL_WAIT_FOREVER, &err);
		for (int i = 0; i < n; i++)
			if (done[i].result)
				b_die("read: %d", done[i].result);
		got += n;
	}
	lvi_queue_free(q);
	close_stack(&s);
	free(buf);
}

/* Metadata alone, in a file */

static int file_read(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	return pread(*(int *)arg, buf, len, offset) == (ssize_t)len ? 0 : -LVOL_E_IO;
}

static int file_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	return pwrite(*(int *)arg, buf, len, offset) == (ssize_t)len ? 0 : -LVOL_E_IO;
}

static int file_flush(void *arg, struct lvol_error *e)
{
	return fdatasync(*(int *)arg) ? -LVOL_E_IO : 0;
}

static struct thin_md *open_metadata(const char *path)
{
	static int fd;
	struct pd_store store = { file_read, file_write, file_flush, &fd, path, 0 };
	struct thin_md *md;
	struct stat st;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		b_die("%s", path);
	store.blocks = st.st_size / PD_BLOCK_BYTES;
	b_ok(lvi_thin_md_new(&store, CACHE_BLOCKS, &md, &err), &err, path);
	return md;
}

static void do_snap(char **argv)
{
	struct thin_md *md = open_metadata(argv[0]);
	double begin = b_now();

	b_ok(lvi_thin_md_create_snap(md, number(argv[1]), number(argv[2]), &err), &err, "snapshot");
	b_ok(lvi_thin_md_commit(md, &err), &err, "commit");
	printf("snapshot of %s, committed: %.2f ms\n", argv[2], (b_now() - begin) * 1e3);
	lvi_thin_md_free(md);
}

static void do_change(char **argv)
{
	struct thin_md *md = open_metadata(argv[0]);
	uint64_t count = number(argv[2]), step = number(argv[3]), run = number(argv[4]), data;
	struct thin_dev *dev;
	double begin = b_now();

	b_ok(lvi_thin_dev_open(md, number(argv[1]), &dev, &err), &err, "device");
	for (uint64_t i = 0; i < count; i++) {
		if (!lvi_thin_md_has_room(md, false))
			b_ok(lvi_thin_md_commit(md, &err), &err, "commit");
		if (lvi_thin_md_find_data(md, &data, &err) != 1)
			b_die("no data block: %s", err.message);
		b_ok(lvi_thin_dev_insert(dev, i / run * step + i % run, data, &err), &err, "insert");
	}
	b_ok(lvi_thin_md_commit(md, &err), &err, "commit");
	printf("%llu mappings changed: %.2f us each\n", (unsigned long long)count, (b_now() - begin) * 1e6 / (double)count);
	lvi_thin_dev_close(dev);
	lvi_thin_md_free(md);
}

static void do_diff(char **argv)
{
	struct thin_md *md = open_metadata(argv[0]);
	struct thin_diff_part part;
	struct thin_dev *a, *b;
	struct thin_diff *diff;
	uint64_t blocks = 0;
	int r;

	b_ok(lvi_thin_dev_open(md, number(argv[1]), &a, &err), &err, "left");
	b_ok(lvi_thin_dev_open(md, number(argv[2]), &b, &err), &err, "right");
	b_ok(lvi_thin_diff_open(md, &(struct thin_diff_of){ a->root, b->root, false }, &diff, &err), &err, "difference");
	while ((r = lvi_thin_diff_next(diff, &part, &err)) > 0)
		blocks += part.what == THIN_SAME ? 0 : part.length;
	b_ok(r, &err, "difference");
	printf("%llu blocks differ\n", (unsigned long long)blocks);
	lvi_thin_diff_close(diff);
	lvi_thin_dev_close(a);
	lvi_thin_dev_close(b);
	lvi_thin_md_free(md);
}

static double memory_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024.0;
}

static void do_touch(char **argv)
{
	double before = memory_mib(), begin;
	struct thin_md *md = open_metadata(argv[0]);
	uint64_t count = number(argv[2]);
	struct thin_mapping m;
	struct thin_dev *dev;

	b_ok(lvi_thin_dev_open(md, number(argv[1]), &dev, &err), &err, "device");
	begin = b_now();
	for (uint64_t i = 0; i < count; i++)
		if (lvi_thin_dev_lookup(dev, i, &m, &err) != 1)
			b_die("block %llu: %s", (unsigned long long)i, err.message);
	printf("%llu mappings touched: %.1f MiB, %.2f us each\n", (unsigned long long)count, memory_mib() - before,
			(b_now() - begin) * 1e6 / (double)count);
	lvi_thin_dev_close(dev);
	lvi_thin_md_free(md);
}

static const struct { const char *name; int args; void (*run)(char **argv); } commands[] = {
	{ "write", 3, do_write }, { "read", 3, do_read }, { "snap", 3, do_snap }, { "change", 5, do_change }, { "diff", 3, do_diff },
	{ "touch", 3, do_touch },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(commands[i].name, argv[1]) && commands[i].args == argc - 2) {
			commands[i].run(argv + 2);
			return 0;
		}
	b_die("usage: see the head of thin.c");
}
