/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every target of the device mapper in user space, against the limit that its own work sets:
 *     bench-targets direct|cached [TARGET [SHAPE]]
 * of those targets and shapes that have the text in their name, or of all, but without first writes when cached, which
 * flush all the time: they are for direct, or for files in memory. The limit comes from the same io_uring loop on
 * the files below, and from the library that does a target's arithmetic, alone, both in turns with the target: a
 * request that takes so many reads and writes of its size, and so much arithmetic, can be no faster than
 *     1 / (reads / rate of reads + writes / rate of writes + 1 / rate of the arithmetic).
 * The rates of bytes per second, and of bytes per second of processor time of all threads, make a limit each. The first
 * is that of one thread; what workers do on other processors meanwhile may take a target above it.
 * Where QEMU has the like of a target, `qemu-img bench` does the same I/O, with random blocks replaced by far steps.
 */
#include "targets.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/queue.h"
#include "dm/parse.h"

static const struct io_shape shapes[] = {
	{ "4 KiB random read, depth 1", false, false, 4096, 1, 1 },
	{ "4 KiB random read, depth 32", false, false, 4096, 32, 1 },
	{ "4 KiB random write, depth 1", true, false, 4096, 1, 1 },
	{ "4 KiB random write, depth 32", true, false, 4096, 32, 1 },
	{ "1 MiB sequential read, depth 4", false, true, 1 << 20, 4, 1 },
	{ "1 MiB sequential write, depth 4", true, true, 1 << 20, 4, 1 },
};

static struct lvol_error err;

/* ---- devices ---- */

static void make_file(struct bench *b, const char *name, uint64_t bytes, struct lvol_dev **dev, int *fd)
{
	char *path = b_file(name, bytes);

	*fd = open(path, O_RDWR | O_CLOEXEC | (b->direct ? O_DIRECT : 0));
	if (*fd < 0)
		b_die("cannot open %s%s", path, b->direct ? " with O_DIRECT" : "");
	b_ok(lvi_dev_add_fd(b->set, *fd, name, 0, dev, &err), &err, name);
	free(path);
}

static void make_files(struct bench *b)
{
	char name[16];
	int fd;

	b->set = lvi_devset_new(NULL);
	b_ok(b->set ? 0 : -1, &err, "devices");
	b_ok(lvi_user_mapper_new(NULL, &b->mapper, &err), &err, "mapper");
	for (unsigned i = 0; i < LEGS; i++) {
		snprintf(name, sizeof name, "d%u", i);
		make_file(b, name, LEG_BYTES, &b->data[i], &b->fds[i]);
		snprintf(name, sizeof name, "m%u", i);
		make_file(b, name, META_BYTES, &b->meta[i], &fd);
		close(fd);
	}
}

static void add_leaves(struct bench *b, struct dm_graph *graph)
{
	char name[16];

	for (unsigned i = 0; i < LEGS; i++) {
		snprintf(name, sizeof name, "d%u", i);
		lvi_dm_graph_add_leaf(graph, name, b->data[i]);
		snprintf(name, sizeof name, "m%u", i);
		lvi_dm_graph_add_leaf(graph, name, b->meta[i]);
	}
}

struct backend_device *bench_open(struct bench *b, const char *const *tables)
{
	struct backend_open how = { .flags = BACKEND_WRITE, .mapper = b->mapper };
	struct dm_graph *graph = lvi_dm_graph_new();
	struct dm_names names = { NULL, NULL };
	struct dm_node *nodes[8];
	struct backend_device *dev;
	char name[16];

	add_leaves(b, graph);
	for (unsigned i = 0; tables[i]; i++) {
		snprintf(name, sizeof name, "%.*s", (int)strcspn(tables[i], " "), tables[i]);
		nodes[i] = lvi_dm_graph_add(graph, name, name);
	}
	for (unsigned i = 0; tables[i]; i++)
		b_ok(lvi_dm_parse(graph, nodes[i], strchr(tables[i], ' ') + 1, &names, &err), &err, tables[i]);
	b_ok(lvi_backend_user.open(graph, nodes[0], &how, &dev, &err), &err, tables[0]);
	lvi_dm_graph_free(graph);
	return dev;
}

void bench_fill(struct backend_device *dev)
{
	static char *piece;

	if (!piece && posix_memalign((void **)&piece, 4096, 1 << 20))
		b_die("no memory");
	memset(piece, 0x5a, 1 << 20);
	for (uint64_t at = 0; at < dev->size_bytes; at += 1 << 20)
		b_ok(dev->backend->write(dev, piece, 1 << 20, at, &err), &err, "fill");
	b_ok(dev->backend->flush(dev, &err), &err, "flush");
}

void bench_settle(struct backend_device *dev, enum backend_work work)
{
	struct backend_progress p;
	int r;

	while ((r = dev->backend->work(dev, work, &p, &err)) > 0)
		;
	b_ok(r, &err, "background work");
	if (p.done_bytes != p.total_bytes)
		b_die("%llu of %llu bytes of work were done", (unsigned long long)p.done_bytes,
				(unsigned long long)p.total_bytes);
}

/* Metadata of targets are made anew where there is nothing but zeroes. */
static void clear(struct bench *b, bool legs)
{
	for (unsigned i = 0; i < LEGS; i++) {
		b_ok(lvi_dev_zero(b->meta[i], META_BYTES, 0, &err), &err, "clear");
		if (legs)
			b_ok(lvi_dev_zero(b->data[i], 1 << 20, 0, &err), &err, "clear");
	}
}

static void begin(struct bench *b, const struct bench_target *t)
{
	b->target = t;
	clear(b, true);
	if (t->prepare)
		t->prepare(b);
	b->dev = bench_open(b, t->tables);
	if (!t->fresh)
		bench_fill(b->dev);
	if (t->settle)
		bench_settle(b->dev, t->settle);
}

static void begin_afresh(struct bench *b)
{
	if (!b->target->fresh)
		return;
	b->dev->backend->close(b->dev);
	clear(b, false);
	b_ok(lvi_dev_zero(b->data[1], 1 << 20, 0, &err), &err, "clear");
	b->dev = bench_open(b, b->target->tables);
}

static int submit(const struct io_target *target, struct lvol_queue *queue, const struct lvol_io_request *r,
		struct lvol_error *e)
{
	const struct bench *b = target->device;
	struct user_request u = { .dev = (struct user_device *)b->dev, .op = r->op, .buf = r->buf, .length = r->length,
		.offset = r->offset, .user = r->user };

	return lvi_queue_submit(queue, &u, e);
}

/* ---- QEMU ---- */

/* If the options name it. */
static void make_image(const struct bench_target *t, const char *name, const char *how)
{
	char command[1024];

	if (!strstr(t->qemu, name))
		return;

	snprintf(command, sizeof command, "cd '%s' && { [ -e %s ] || qemu-img create -q %s; } >/dev/null 2>&1", b_dir(), name,
			how);
	if (system(command))
		b_die("cannot make the image %s with qemu-img", name);
}

static void make_images(const struct bench_target *t)
{
	make_image(t, "luks", "--object secret,id=key,data=x -f luks -o key-secret=key,iter-time=10 luks 128M");
	make_image(t, "full", "-f qcow2 -o preallocation=falloc,cluster_size=64k full 128M");
	make_image(t, "overlay", "-f qcow2 -o cluster_size=4k -b d0 -F raw overlay 128M");
}

/* What a command prints, read by @format; 0: nothing like it. */
static double ask(const char *command, const char *format)
{
	double said = 0, got;
	char line[256];
	FILE *f = popen(command, "r");

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, format, &got) == 1)
			said = got;
	if (f)
		pclose(f);
	return said;
}

/* `qemu-img bench` opens nothing that needs a key, and qemu-io has no loop: one large request, which is cut there. */
static double qemu_io_rate(const char *options, const struct io_shape *s, bool direct)
{
	char command[1200];

	if (!s->sequential)
		return 0;
	snprintf(command, sizeof command, "qemu-io %s --object secret,id=key,data=x --image-opts '%s' -c '%s 0 %llu'",
			direct ? "-n" : "", options, s->write ? "write" : "read", (unsigned long long)LEG_BYTES);
	return LEG_BYTES * ask(command, "%*[^(](%*f %*s and %lf ops/sec");
}

/* Bytes per second; 0: this one cannot. */
static double qemu_rate(const struct bench *b, const struct io_shape *s, unsigned count)
{
	char options[600], command[1200];
	double seconds;

	snprintf(options, sizeof options, b->target->qemu, b_dir(), b_dir());
	if (strstr(options, "key-secret"))
		return qemu_io_rate(options, s, b->direct);
	snprintf(command, sizeof command, "qemu-img bench %s -t %s -c %u -d %u -s %zu -S %zu --image-opts '%s'",
			s->write ? "-w" : "", b->direct ? "none" : "writeback", count, s->depth, s->block,
			s->sequential ? s->block : (size_t)1537 * s->block, options);
	seconds = ask(command, "Run completed in %lf");
	return seconds > 0 ? count * (double)s->block / seconds : 0;
}

/* So many that it takes about as long as a run of ours. */
static unsigned qemu_count(const struct bench *b, const struct io_shape *s)
{
	unsigned count = s->sequential ? 64 : 2000;
	double rate = qemu_rate(b, s, count), most = LEG_BYTES / s->block;

	if (!rate)
		return 0;
	count = rate * 0.1 / s->block;
	if (s->once && count > most)
		count = most;
	return count < 32 ? 32 : count;
}

/* ---- measuring ---- */

static double limit(const struct work *w, double read, double write, double arithmetic)
{
	double t = arithmetic ? 1 / arithmetic : 0;

	t += w->reads ? w->reads / read : 0;
	t += w->writes ? w->writes / write : 0;
	return 1 / t;
}

static const struct work *work_of(const struct bench_target *t, const struct io_shape *s)
{
	if (!s->write)
		return !s->sequential && t->small_read.reads ? &t->small_read : &t->read;
	return s->sequential ? &t->large : &t->small;
}

/* One round of raw loops and arithmetic. */
static struct io_result find_limit(const struct bench *b, const struct io_target *raw, const struct io_shape *s,
		struct io_result *plain)
{
	const struct bench_target *t = b->target;
	const struct work *w = work_of(t, s);
	struct io_shape as = *s;
	struct io_result reads = { 0, 0 }, writes = { 0, 0 };
	cost_fn cost = s->write ? t->cost_write : t->cost_read;
	struct io_result arithmetic = { 0, 0 };

	if (cost)
		arithmetic = cost(s->write, s->sequential);
	as.once = false;
	if (w->reads) {
		as.write = false;
		reads = io_run(raw, &as, io_raw_work);
	}
	if (w->writes) {
		as.write = true;
		writes = io_run(raw, &as, io_raw_work);
	}
	*plain = s->write ? writes : reads;
	return (struct io_result){ limit(w, reads.rate, writes.rate, arithmetic.rate),
		limit(w, reads.per_cpu, writes.per_cpu, arithmetic.per_cpu) };
}

static void print_work(const struct bench_target *t, const struct io_shape *s)
{
	const struct work *w = work_of(t, s);

	if (w->reads)
		printf("%g R ", w->reads);
	if (w->writes)
		printf("%g W ", w->writes);
	if (s->write ? t->cost_write != NULL : t->cost_read != NULL)
		printf("+ A ");
}

static void measure(struct bench *b, const struct io_target *target, const struct io_shape *shape)
{
	double ours[B_RUNS_MAX], raw[B_RUNS_MAX], bound[B_RUNS_MAX], share[B_RUNS_MAX], cpu[B_RUNS_MAX], qemu[B_RUNS_MAX];
	unsigned runs = b_runs(5), count = 0;
	struct io_shape s = *shape;

	s.once = b->target->fresh && s.write;
	if (b->target->qemu) {
		make_images(b->target);
		count = qemu_count(b, &s);
	}
	for (unsigned i = 0; i < runs; i++) {
		struct io_result plain, most = find_limit(b, target, &s, &plain), is;

		begin_afresh(b);
		is = io_run(target, &s, io_lv_work);
		ours[i] = is.rate;
		raw[i] = plain.rate;
		bound[i] = most.rate;
		share[i] = is.rate / most.rate;
		cpu[i] = is.per_cpu / most.per_cpu;
		if (b->target->fresh && b->target->qemu) {
			char overlay[600];

			snprintf(overlay, sizeof overlay, "%s/overlay", b_dir());
			unlink(overlay);
			make_images(b->target);
		}
		qemu[i] = count ? qemu_rate(b, &s, count) : 0;
	}
	printf("| %s | %s | %.0f | %.0f | ", b->target->name, s.name, b_median(ours, runs) / 1e6,
			b_median(raw, runs) / 1e6);
	print_work(b->target, &s);
	printf("| %.0f | x%.2f | x%.2f | ", b_median(bound, runs) / 1e6, b_median(share, runs), b_median(cpu, runs));
	if (count)
		printf("%.0f, x%.2f |\n", b_median(qemu, runs) / 1e6, b_median(ours, runs) / b_median(qemu, runs));
	else
		printf("|\n");
	fflush(stdout);
}

static void bench_target(struct bench *b, const struct bench_target *t, const char *shape)
{
	struct io_target target = { .submit = submit, .device = b, .files = t->files, .length = LEG_BYTES };
	bool any = false;

	memcpy(target.fds, b->fds, sizeof b->fds);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (!strstr(shapes[i].name, shape) || (t->fresh && !shapes[i].write))
			continue;
		if (!any)
			begin(b, t);
		any = true;
		target.bytes = b->dev->size_bytes;
		measure(b, &target, &shapes[i]);
	}
	if (any)
		b->dev->backend->close(b->dev);
}

int main(int argc, char **argv)
{
	struct bench b = { .direct = argc > 1 && !strcmp(argv[1], "direct") };
	const char *only = argc > 2 ? argv[2] : "", *shape = argc > 3 ? argv[3] : "";

	if (argc < 2 || argc > 4 || (!b.direct && strcmp(argv[1], "cached")))
		b_die("usage: bench-targets direct|cached [TARGET [SHAPE]]");
	make_files(&b);
	printf("MB/s; R, W: reads and writes of this size for each request, A: arithmetic; limit: what they leave; share: of "
			"the limit\n\n| target | %s | target | raw | work | limit | share | of CPU | QEMU |\n"
			"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n", argv[1]);
	/* flushes of files with much that is cached are not what first writes are about */
	for (const struct bench_target *t = bench_targets; t->name; t++)
		if (*only ? strstr(t->name, only) != NULL : b.direct || !t->fresh)
			bench_target(&b, t, shape);
	lvi_user_mapper_free(b.mapper);
	lvi_devset_unref(b.set);
	return 0;
}
