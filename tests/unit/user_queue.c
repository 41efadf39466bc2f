/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queues of both engines: random requests against an oracle, errors, depth, waiting, and the descriptor. */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>

#include "backend/user/move.h"
#include "backend/user/queue.h"
#include "user_world.h"

static struct lvol_error err;

/* Every test runs with both. */
enum { URING, THREADS, ENGINES };

static struct lvol_queue *new_queue(int engine, uint32_t depth)
{
	struct queue_how how = { .depth = depth, .threads = 3, .no_uring = engine == THREADS };
	struct lvol_queue *q = NULL;

	t_ok(lvi_queue_new(&how, &q, &err), err);
	/* without io_uring in the kernel it is the other engine twice */
	ck_assert(engine == URING || !strcmp(lvi_queue_engine_name(q), "threads"));
	return q;
}

struct flight {
	bool busy;
	struct user_request r;
	unsigned char *want;   /* of a read */
	int answer;
};

#define DEPTH 16

struct game {
	struct world *w;
	struct layer *l;
	struct backend_device *dev;
	struct lvol_queue *q;
	struct flight flights[DEPTH];
	unsigned under_way;
	int fd;
};

static bool overlaps(const struct game *g, const struct user_request *r)
{
	for (int i = 0; i < DEPTH; i++) {
		const struct user_request *o = &g->flights[i].r;

		if (g->flights[i].busy && r->offset < o->offset + o->length && o->offset < r->offset + r->length)
			return true;
	}
	return false;
}

static void choose(struct game *g, struct user_request *r)
{
	uint64_t size = g->dev->size_bytes, align = world_random(g->w, 3) ? 512 : 1;

	*r = (struct user_request){ .dev = (struct user_device *)g->dev };
	r->offset = world_random(g->w, size) / align * align;
	r->length = world_random(g->w, world_random(g->w, 5) ? 3000 : 60000) / align * align;
	if (r->length > size - r->offset)
		r->length = size - r->offset;
	r->op = 1 + world_random(g->w, 10) % 7;
	if (r->op > LVOL_IO_OP_ZERO)
		r->op = LVOL_IO_OP_READ + r->op % 2;
	/* what a failed write leaves behind is not known; what discarded ranges read as, neither */
	if ((r->op != LVOL_IO_OP_READ && oracle_answer(g->l, r->length, r->offset)) || r->op == LVOL_IO_OP_DISCARD)
		r->op = LVOL_IO_OP_READ;
	if (r->op == LVOL_IO_OP_FLUSH)
		r->length = r->offset = 0;
}

static void launch(struct game *g)
{
	struct flight *f = g->flights;
	struct user_request r;
	void *mem = NULL;

	choose(g, &r);
	if (overlaps(g, &r))
		return;
	while (f->busy)
		f++;
	ck_assert_int_eq(posix_memalign(&mem, 4096, r.length + 1), 0);
	r.buf = mem;
	r.user = f;
	f->want = malloc(r.length + 1);
	f->answer = r.op == LVOL_IO_OP_FLUSH ? 0 : oracle_answer(g->l, r.length, r.offset);
	if (r.op == LVOL_IO_OP_WRITE) {
		for (uint64_t i = 0; i < r.length; i++)
			((unsigned char *)mem)[i] = world_random(g->w, 256);
		oracle_write(g->w, g->l, mem, r.length, r.offset);
	} else if (r.op == LVOL_IO_OP_ZERO) {
		oracle_write(g->w, g->l, NULL, r.length, r.offset);
	} else if (r.op == LVOL_IO_OP_READ && !f->answer) {
		oracle_read(g->w, g->l, f->want, r.length, r.offset);
	}
	f->r = r;
	f->busy = true;
	g->under_way++;
	world_want(!lvi_queue_submit(g->q, &r, &err));
}

static void land(struct game *g, const struct lvol_io_completion *c)
{
	struct flight *f = c->user;

	world_want(f->busy);
	world_want(c->result == f->answer);
	world_want(!(c->result == -LVOL_E_IO) || c->sys_errno == EIO);
	if (f->r.op == LVOL_IO_OP_READ && !f->answer)
		world_want(!memcmp(f->r.buf, f->want, f->r.length));
	free(f->r.buf);
	free(f->want);
	f->busy = false;
	g->under_way--;
}

static void fetch(struct game *g)
{
	struct lvol_io_completion c[4];
	struct pollfd p = { .fd = g->fd, .events = POLLIN };
	int n;

	if (g->fd >= 0 && g->under_way)
		world_want(poll(&p, 1, 10000) == 1);
	n = lvi_queue_complete(g->q, c, 1 + world_random(g->w, 4), g->fd >= 0 ? 0 : -1, &err);
	world_want(n >= 0);
	for (int i = 0; i < n; i++)
		land(g, &c[i]);
	world_want(lvi_queue_pending(g->q) == g->under_way);
}

/* @fd: only what the descriptor says is relied on. */
static void play(int engine, uint64_t seed, bool fd)
{
	struct game g = { .w = world_new(seed), .fd = -1 };
	char *dir = t_tmpdir();

	world_memory(g.w, 2048, 512);
	world_file(g.w, dir, 2048, false);
	world_file(g.w, dir, 2048, true);
	world_file(g.w, dir, 2048, false);
	g.l = world_random_stack(g.w, 5, true);
	g.dev = world_open(g.w, g.l, BACKEND_WRITE);
	g.q = new_queue(engine, DEPTH);
	if (fd)
		g.fd = lvi_queue_fd(g.q);
	for (int i = 0; i < 1500; i++) {
		if (g.under_way < DEPTH && world_random(g.w, 3))
			launch(&g);
		else
			fetch(&g);
	}
	while (g.under_way)
		fetch(&g);
	lvi_queue_free(g.q);
	world_close(g.dev);
	world_check(g.w);
	world_free(g.w);
	free(dir);
}

START_TEST(random_requests)
{
	play(_i, 2000 + _i, false);
	play(_i, 3000 + _i, false);
}
END_TEST

START_TEST(descriptor_alone)
{
	play(_i, 4000 + _i, true);
	play(_i, 5000 + _i, true);
}
END_TEST

/* A file of 8 MiB striped in chunks of 512 bytes: one request has more pieces than there are. */
START_TEST(more_pieces_than_room)
{
	struct world *w = world_new(1);
	char *dir = t_tmpdir();
	struct layer *a = world_file(w, dir, 8192, false), *b = world_file(w, dir, 8192, false), *l = world_layer(w);
	struct column columns[2] = { { a, 0 }, { b, 0 } };
	size_t size = 8 << 20;
	unsigned char *got = malloc(size), *want = malloc(size);
	struct lvol_queue *q = new_queue(_i, 2);
	struct lvol_io_completion c;
	struct user_request r = { .op = LVOL_IO_OP_READ, .length = size, .buf = got };

	layer_striped(l, 8192, 1, columns, 2);
	r.dev = (struct user_device *)world_open(w, l, BACKEND_WRITE);
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert_int_eq(c.result, 0);
	oracle_read(w, l, want, size, 0);
	ck_assert(!memcmp(got, want, size));
	lvi_queue_free(q);
	world_close(&r.dev->base);
	world_free(w);
	free(got);
	free(want);
	free(dir);
}
END_TEST

/* A device that answers when it is told to. */
struct gate { pthread_mutex_t lock; pthread_cond_t changed; bool open; int answer; };

static int gate_read(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct gate *g = arg;

	pthread_mutex_lock(&g->lock);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	memset(buf, 7, len);
	return g->answer;
}

static void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static struct backend_device *gated(struct world *w, struct gate *g)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct layer bottom, *l = world_layer(w);
	struct lvol_dev *d;

	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
	ops.size_bytes = 65536;
	ops.pread = gate_read;
	t_ok(lvi_dev_add_ops(w->set, "gate", &ops, g, &d, &err), err);
	bottom.node = lvi_dm_graph_add_leaf(w->graph, "./gate", d);
	layer_arg(l, layer_line(l, 128, "linear"), &bottom, 0);
	l->sectors = 128;
	return world_open(w, l, 0);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

START_TEST(depth_and_time)
{
	struct world *w = world_new(1);
	struct gate gate = { .answer = 0 };
	unsigned char bufs[3][512];
	struct user_request r = { .dev = (struct user_device *)gated(w, &gate), .op = LVOL_IO_OP_READ, .length = 512 };
	struct lvol_queue *q = new_queue(_i, 2);
	struct lvol_io_completion c[3];
	int64_t before;

	ck_assert_int_eq(lvi_queue_complete(q, c, 3, -1, &err), 0);  /* nothing is under way */
	for (int i = 0; i < 2; i++) {
		r.buf = bufs[i];
		t_ok(lvi_queue_submit(q, &r, &err), err);
	}
	r.buf = bufs[2];
	t_fails(lvi_queue_submit(q, &r, &err), LVOL_E_BUSY, err);
	ck_assert_uint_eq(lvi_queue_pending(q), 2);
	ck_assert_int_eq(lvi_queue_complete(q, c, 3, 0, &err), 0);
	before = now_ms();
	ck_assert_int_eq(lvi_queue_complete(q, c, 3, 60, &err), 0);
	ck_assert_int_ge(now_ms() - before, 50);
	gate_open(&gate);
	for (int n = 0; n < 2;) {
		int got = lvi_queue_complete(q, c, 3, -1, &err);

		ck_assert_int_gt(got, 0);
		n += got;
	}
	ck_assert_uint_eq(bufs[1][511], 7);
	t_ok(lvi_queue_submit(q, &r, &err), err);
	/* freeing waits for it */
	lvi_queue_free(q);
	world_close(&r.dev->base);
	world_free(w);
}
END_TEST

static int note_thread(void *arg, void *buf, size_t len, uint64_t offset)
{
	*(pthread_t *)arg = pthread_self();
	memset(buf, 7, len);
	return 0;
}

/* What only a worker can do is done by who waits for it, when it is all there is to do; but never while nobody waits
 * without end. */
START_TEST(one_request_alone)
{
	struct world *w = world_new(1);
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct layer bottom, *l = world_layer(w);
	unsigned char buf[512];
	struct user_request r = { .op = LVOL_IO_OP_READ, .length = 512, .buf = buf };
	struct lvol_queue *q = new_queue(_i, 8);
	struct lvol_io_completion c;
	struct lvol_dev *d;
	pthread_t by;

	ops.size_bytes = 65536;
	ops.pread = note_thread;
	t_ok(lvi_dev_add_ops(w->set, "noting", &ops, &by, &d, &err), err);
	bottom.node = lvi_dm_graph_add_leaf(w->graph, "./noting", d);
	layer_arg(l, layer_line(l, 128, "linear"), &bottom, 0);
	l->sectors = 128;
	r.dev = (struct user_device *)world_open(w, l, 0);
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert(pthread_equal(by, pthread_self()));
	/* with little time, with none, and for who polls */
	for (int timeout = 10000; timeout >= 0; timeout -= 10000) {
		t_ok(lvi_queue_submit(q, &r, &err), err);
		while (!lvi_queue_complete(q, &c, 1, timeout, &err))
			;
		ck_assert(!pthread_equal(by, pthread_self()));
	}
	/* it may have been told once more than there is to fetch */
	while (readable(lvi_queue_fd(q)))
		ck_assert_int_eq(lvi_queue_complete(q, &c, 1, 0, &err), 0);
	t_ok(lvi_queue_submit(q, &r, &err), err);
	while (!readable(lvi_queue_fd(q)))
		;
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert(!pthread_equal(by, pthread_self()));
	lvi_queue_free(q);
	world_close(&r.dev->base);
	world_free(w);
}
END_TEST

START_TEST(descriptor_is_level)
{
	struct world *w = world_new(1);
	struct gate gate = { .answer = -ENOSPC };
	unsigned char buf[512];
	struct user_request r = { .dev = (struct user_device *)gated(w, &gate), .op = LVOL_IO_OP_READ, .length = 512, .buf = buf };
	struct user_request none = { .dev = r.dev, .op = LVOL_IO_OP_FLUSH };
	struct lvol_queue *q = new_queue(_i, 8);
	struct epoll_event e = { .events = EPOLLIN };
	struct lvol_io_completion c[2];
	int fd = lvi_queue_fd(q), epoll = epoll_create1(EPOLL_CLOEXEC);

	ck_assert(!readable(fd));
	ck_assert_int_eq(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e), 0);
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(epoll_wait(epoll, &e, 1, 20), 0);
	/* done at once, before it could be waited for */
	t_ok(lvi_queue_submit(q, &none, &err), err);
	ck_assert(readable(fd));
	gate_open(&gate);
	while (lvi_queue_pending(q)) {
		ck_assert_int_eq(epoll_wait(epoll, &e, 1, 10000), 1);
		ck_assert_int_ge(lvi_queue_complete(q, c, 1, 0, &err), 0);
	}
	ck_assert_int_eq(lvi_queue_complete(q, c, 1, 0, &err), 0);
	ck_assert(!readable(fd));
	close(epoll);
	lvi_queue_free(q);
	world_close(&r.dev->base);
	world_free(w);
}
END_TEST

/* Whatever comes from a device is told, with its errno; a file that was cut is an error too. */
START_TEST(errors)
{
	struct world *w = world_new(1);
	struct gate gate = { .answer = -ENOSPC, .open = true };
	char *dir = t_tmpdir();
	static unsigned char buf[65536];
	struct user_request r = { .dev = (struct user_device *)gated(w, &gate), .op = LVOL_IO_OP_READ, .length = 512, .buf = buf };
	struct lvol_queue *q = new_queue(_i, 8);
	struct backend_device *gone = &r.dev->base, *cut;
	struct layer *file = world_file(w, dir, 128, false), *l = world_layer(w);
	struct lvol_io_completion c;

	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert_int_eq(c.result, -LVOL_E_NO_SPACE);
	ck_assert_int_eq(c.sys_errno, ENOSPC);
	layer_linear(l, 128, file, 0);
	cut = world_open(w, l, 0);
	ck_assert_int_eq(truncate(w->devs[0]->name, 1000), 0);
	r.dev = (struct user_device *)cut;
	r.length = sizeof buf;
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert_int_eq(c.result, -LVOL_E_IO);
	lvi_queue_free(q);
	world_close(gone);
	world_close(cut);
	world_free(w);
	free(dir);
}
END_TEST

/* Requests in the queue count as written for a flush, whoever calls it. */
START_TEST(flush_follows_writes)
{
	struct world *w = world_new(1);
	char *dir = t_tmpdir();
	struct layer *file = world_file(w, dir, 128, false), *l = world_layer(w);
	static unsigned char buf[4096];
	struct user_request r = { .op = LVOL_IO_OP_WRITE, .length = sizeof buf, .buf = buf };
	struct lvol_queue *q = new_queue(_i, 8);
	struct lvol_io_completion c;

	layer_linear(l, 128, file, 0);
	r.dev = (struct user_device *)world_open(w, l, BACKEND_WRITE);
	ck_assert(lvi_user_is_clean(&r.dev->flat));
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert(!lvi_user_is_clean(&r.dev->flat));
	r.op = LVOL_IO_OP_FLUSH;
	t_ok(lvi_queue_submit(q, &r, &err), err);
	ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
	ck_assert_int_eq(c.result, 0);
	ck_assert(lvi_user_is_clean(&r.dev->flat));
	lvi_queue_free(q);
	world_close(&r.dev->base);
	world_free(w);
	free(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_queue");
	TCase *tc = tcase_create("queue");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_requests, 0, ENGINES);
	tcase_add_loop_test(tc, descriptor_alone, 0, ENGINES);
	tcase_add_loop_test(tc, more_pieces_than_room, 0, ENGINES);
	tcase_add_loop_test(tc, depth_and_time, 0, ENGINES);
	tcase_add_loop_test(tc, one_request_alone, 0, ENGINES);
	tcase_add_loop_test(tc, descriptor_is_level, 0, ENGINES);
	tcase_add_loop_test(tc, errors, 0, ENGINES);
	tcase_add_loop_test(tc, flush_follows_writes, 0, ENGINES);
	suite_add_tcase(s, tc);
	return t_main(s);
}
