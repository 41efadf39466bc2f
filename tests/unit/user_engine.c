/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the engine treats targets with a state: granules, gates, several ports at once, queues, block status. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/user/move.h"
#include "backend/user/queue.h"
#include "base/error.h"
#include "dm_world.h"

static struct lvol_error err;

/* ---- granules: a target that is shown whole ones only, and keeps a copy of what it was given ---- */

#define GRANULE 4096
static struct user_target granular;

static uint32_t granule(const struct user_live *live) { return GRANULE; }

static int whole_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	ck_assert(len && len % GRANULE == 0 && offset % GRANULE == 0);
	return lvi_user_delay.read(live, buf, len, offset, e);
}

static int whole_write(struct user_live *live, const void *buf, size_t len, uint64_t offset, struct lvol_error *e)
{
	ck_assert(len && len % GRANULE == 0 && offset % GRANULE == 0);
	return lvi_user_delay.write(live, buf, len, offset, e);
}

static int whole_zero(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *e)
{
	ck_assert(len && len % GRANULE == 0 && offset % GRANULE == 0);
	return lvi_user_delay.zero(live, len, offset, e);
}

static int whole_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *e)
{
	ck_assert(len && len % GRANULE == 0 && offset % GRANULE == 0);
	return lvi_user_delay.zero(live, len, offset, e);
}

static bool read_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	ck_assert(!write && length % GRANULE == 0 && offset % GRANULE == 0);
	return lvi_user_delay.remap(live, write, offset, length, out);
}

static void make_granular(struct dm_world *w, bool zero)
{
	granular = lvi_user_delay;
	granular.granularity = granule;
	granular.read = whole_read;
	granular.write = whole_write;
	granular.zero = zero ? whole_zero : NULL;
	granular.discard = whole_discard;
	granular.remap = read_remap;
	dmw_live(w, "top", 0)->target = &granular;
}

struct ranges { struct backend_device *dev; unsigned seed; };

/* Everybody writes his own sixth bytes, so that nobody's may be lost in a neighbour's granule. */
static void *write_own(void *arg)
{
	struct ranges *r = arg;
	struct lvol_error e = LVOL_ERROR_INIT;
	unsigned char mine = r->seed + 1;

	for (uint64_t i = r->seed; i < 6 * 700; i += 6)
		if (lvi_backend_user.write(r->dev, &mine, 1, i, &e))
			return (void *)"failed";
	return NULL;
}

START_TEST(whole_granules)
{
	struct dm_world *w = dmw_new();
	unsigned char *want = calloc(1, 65536), *buf = malloc(65536);
	struct backend_device *dev;

	dmw_memory(w, "disk0", 200);
	dmw_define(w, "top", "0 128 delay disk0 3 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	make_granular(w, _i);
	for (unsigned round = 0; round < 300; round++) {
		uint64_t at = t_mix(round) % 65536, len = t_mix(round + 1000) % (65536 - at) % (round % 3 ? 5000 : 65536) + 1;

		if (round % 5 == 4) {
			dmw_zero(dev, len, at);
			memset(want + at, 0, len);
		} else {
			memset(buf, round, len);
			dmw_write(dev, buf, len, at);
			memset(want + at, round, len);
		}
		at = t_mix(round + 2000) % 60000;
		dmw_read(dev, buf, 5000, at);
		ck_assert(!memcmp(buf, want + at, 5000));
	}
	dmw_discard(dev, 10000, 1000);
	memset(want + 4096, 0, 4096);
	dmw_read(dev, buf, 65536, 0);
	ck_assert(!memcmp(buf, want, 65536));
	dmw_close(dev);
	dmw_free(w);
	free(want);
	free(buf);
}
END_TEST

START_TEST(parts_of_granules_keep_their_neighbours)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct ranges r[6];
	pthread_t threads[6];
	unsigned char got[6 * 700];
	void *answer;

	dmw_memory(w, "disk0", 200);
	dmw_define(w, "top", "0 128 delay disk0 3 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	make_granular(w, true);
	for (unsigned i = 0; i < 6; i++) {
		r[i] = (struct ranges){ dev, i };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_own, &r[i]), 0);
	}
	for (unsigned i = 0; i < 6; i++) {
		pthread_join(threads[i], &answer);
		ck_assert_ptr_null(answer);
	}
	dmw_read(dev, got, sizeof got, 0);
	for (unsigned i = 0; i < sizeof got; i++)
		if (got[i] != i % 6 + 1)
			ck_abort_msg("byte %u is %u", i, got[i]);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* ---- queues ---- */

static struct lvol_queue *new_queue(bool threads)
{
	struct queue_how how = { .depth = 64, .threads = 2, .no_uring = threads };
	struct lvol_queue *q = NULL;

	t_ok(lvi_queue_new(&how, &q, &err), err);
	return q;
}

static void submit(struct lvol_queue *q, struct backend_device *dev, int op, void *buf, uint64_t len, uint64_t offset)
{
	struct user_request r = { .dev = (struct user_device *)dev, .op = op, .buf = buf, .length = len, .offset = offset };

	t_ok(lvi_queue_submit(q, &r, &err), err);
}

static void drain(struct lvol_queue *q)
{
	struct lvol_io_completion c;

	while (lvi_queue_pending(q)) {
		ck_assert_int_eq(lvi_queue_complete(q, &c, 1, -1, &err), 1);
		ck_assert_int_eq(c.result, 0);
	}
}

/* Files, so that there is a fast way through io_uring; and one line that is never fast. */
static struct backend_device *open_mixed(struct dm_world *w)
{
	dmw_file(w, "disk0", 4000);
	dmw_file(w, "disk1", 4000);
	dmw_define(w, "fast", "0 2000 delay disk0 7 0");
	dmw_define(w, "slow", "0 2000 delay disk1 9 1");
	dmw_define(w, "top", "0 1000 linear fast 100; 1000 992 striped 2 8 fast 1200 slow 0; 1992 200 linear slow 1000");
	return dmw_open(w, "top", BACKEND_WRITE);
}

START_TEST(queues_go_through)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev = open_mixed(w);
	uint64_t size = dev->size_bytes;
	unsigned char *want = calloc(1, size), *buf = malloc(64 * 16384);
	struct lvol_queue *q = new_queue(_i);

	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 16; i++) {
			/* of its own sixteenth, so that nothing overlaps */
			uint64_t share = size / 16, at = share * i + t_mix(round * 16 + i) % (share - 16384), len = 1 + t_mix(i) % 16384;

			memset(buf + i * 16384, round * 16 + i, len);
			memset(want + at, round * 16 + i, len);
			submit(q, dev, LVOL_IO_OP_WRITE, buf + i * 16384, len, at);
		}
		drain(q);
	}
	submit(q, dev, LVOL_IO_OP_FLUSH, NULL, 0, 0);
	drain(q);
	ck_assert(lvi_user_is_clean(&((struct user_device *)dev)->flat));
	for (uint64_t at = 0; at < size; at += 64 * 16384) {
		uint64_t n = size - at < 64 * 16384 ? size - at : 64 * 16384;

		memset(buf, 0xee, n);
		submit(q, dev, LVOL_IO_OP_READ, buf, n, at);
		drain(q);
		ck_assert(!memcmp(buf, want + at, n));
	}
	ck_assert_uint_eq(dmw_live(w, "fast", 0)->gate.inside, 0);
	lvi_queue_free(q);
	dmw_close(dev);
	dmw_free(w);
	free(want);
	free(buf);
}
END_TEST

/* What a program has not fetched does not keep a gate from closing, though the program waits for just that. */
START_TEST(gate_does_not_wait_for_programs)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev = open_mixed(w);
	struct lvol_queue *q = new_queue(false);
	struct user_live *live = dmw_live(w, "fast", 0);
	unsigned char buf[8][4096];

	for (int round = 0; round < 50; round++) {
		for (unsigned i = 0; i < 8; i++) {
			memset(buf[i], round + i, 4096);
			submit(q, dev, LVOL_IO_OP_WRITE, buf[i], 4096, i * 8192);
		}
		lvi_user_gate_close(&live->gate);
		ck_assert_uint_eq(live->gate.inside, 0);
		/* closed: the slow way is open */
		submit(q, dev, LVOL_IO_OP_READ, buf[0], 4096, 8192);
		dmw_check_byte(dev, round + 1, 4096, 8192);
		lvi_user_gate_open(&live->gate);
		drain(q);
		ck_assert_int_eq(buf[0][0], (unsigned char)(round + 1));
	}
	lvi_queue_free(q);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* ---- gates with everybody at once: who has closed it is alone ---- */

struct crowd { struct dm_world *w; struct backend_device *dev; struct user_live *live; _Atomic bool stop; };

static struct user_target guarded;

/* The place is where the last one who closed the gate said. */
static _Atomic uint64_t moved_to;

static bool moving_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length, struct user_remap *out)
{
	*out = (struct user_remap){ 0, atomic_load(&moved_to) + offset, length };
	return true;
}

static void *read_on(void *arg)
{
	struct crowd *c = arg;
	struct lvol_error e = LVOL_ERROR_INIT;
	unsigned char buf[4096];

	while (!atomic_load(&c->stop)) {
		if (lvi_backend_user.read(c->dev, buf, sizeof buf, 0, &e))
			return (void *)"failed";
		for (unsigned i = 1; i < sizeof buf; i++)
			if (buf[i] != buf[0])
				return (void *)"torn";
	}
	return NULL;
}

static void *queue_on(void *arg)
{
	struct crowd *c = arg;
	struct lvol_error e = LVOL_ERROR_INIT;
	struct queue_how how = { .depth = 8, .threads = 1 };
	struct lvol_io_completion done;
	struct lvol_queue *q;
	unsigned char buf[8][4096];
	void *answer = NULL;

	if (lvi_queue_new(&how, &q, &e))
		return (void *)"no queue";
	while (!atomic_load(&c->stop) && !answer) {
		for (uintptr_t i = 0; i < 8; i++) {
			struct user_request r = { .dev = (struct user_device *)c->dev, .op = LVOL_IO_OP_READ, .buf = buf[i],
				.length = 4096, .user = buf[i] };

			if (lvi_queue_submit(q, &r, &e))
				answer = (void *)"not submitted";
		}
		while (lvi_queue_pending(q) && lvi_queue_complete(q, &done, 1, -1, &e) == 1)
			for (unsigned i = 1; i < 4096; i++)
				if (((unsigned char *)done.user)[i] != *(unsigned char *)done.user)
					answer = (void *)"torn";
	}
	lvi_queue_free(q);
	return answer;
}

START_TEST(closed_gates_keep_everybody_out)
{
	struct crowd c = { .w = dmw_new() };
	struct backend_device *disk;
	pthread_t threads[4];
	unsigned char buf[4096];
	void *answer;

	dmw_file(c.w, "disk0", 100);
	dmw_define(c.w, "top", "0 8 delay disk0 0 0");
	c.dev = dmw_open(c.w, "top", BACKEND_WRITE);
	disk = dmw_open(c.w, "disk0", BACKEND_WRITE);
	c.live = dmw_live(c.w, "top", 0);
	guarded = lvi_user_delay;
	guarded.remap = moving_remap;
	/* while the gate is closed the slow way leads to what does not change */
	c.live->target = &guarded;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, i % 2 ? queue_on : read_on, &c), 0);
	for (int round = 0; round < (t_long() ? 20000 : 400); round++) {
		uint64_t old = atomic_load(&moved_to), new = 4096 * (1 + round % 8);

		memset(buf, round, sizeof buf);
		dmw_write(disk, buf, 4096, new);
		lvi_user_gate_close(&c.live->gate);
		atomic_store(&moved_to, new);
		/* nobody reads there any more: half of it is something else now */
		memset(buf, round + 1, 2048);
		if (old)
			dmw_write(disk, buf, 4096, old);
		lvi_user_gate_open(&c.live->gate);
	}
	atomic_store(&c.stop, true);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &answer);
		ck_assert_msg(!answer, "%s", (char *)answer);
	}
	dmw_close(disk);
	dmw_close(c.dev);
	dmw_free(c.w);
}
END_TEST

/* ---- several ports at once ---- */

static int broken_pread(void *arg, void *buf, size_t len, uint64_t offset) { return -5; }
static int broken_pwrite(void *arg, const void *buf, size_t len, uint64_t offset) { return -5; }
static int broken_flush(void *arg) { return -5; }

START_TEST(several_ports)
{
	struct lvol_dev_ops broken = LVOL_DEV_OPS_INIT;
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct user_live *live;
	struct user_port_io ios[24];
	static char buf[24][8192], got[24][8192];

	broken.size_bytes = 512000;
	broken.pread = broken_pread;
	broken.pwrite = broken_pwrite;
	broken.flush = broken_flush;
	dmw_file(w, "disk0", 1000);
	dmw_memory(w, "disk1", 1000);
	dmw_ops(w, "broken", &broken, NULL);
	dmw_define(w, "stripes", "0 800 striped 2 8 disk0 0 disk1 0");
	dmw_define(w, "stack", "0 800 delay disk0 0 0");
	dmw_define(w, "top", "0 100 delay stripes 0 0 stack 400 0 broken 0 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	live = dmw_live(w, "top", 0);
	for (int i = 0; i < 24; i++) {
		memset(buf[i], i + 1, sizeof buf[i]);
		ios[i] = (struct user_port_io){ .port = &live->ports[i % 3], .op = USER_PORT_WRITE, .buf = buf[i], .len = 8192,
			.offset = (i % 3 == 1 ? 250000 : 0) + i * 4096 };
	}
	t_fails(lvi_user_port_many(ios, 24, &err), LVOL_E_IO, err);
	ck_assert_ptr_nonnull(strstr(err.message, "broken"));
	for (int i = 0; i < 24; i++)
		ck_assert_int_eq(ios[i].result, i % 3 == 2 ? -LVOL_E_IO : 0);
	for (int i = 0; i < 24; i++) {
		ios[i].op = USER_PORT_READ;
		ios[i].buf = got[i];
		ios[i].offset += i % 3 == 2 ? 500000 : 0;
	}
	/* the first in their order is what is told: out of range, of the third */
	t_fails(lvi_user_port_many(ios, 24, &err), LVOL_E_CORRUPT, err);
	for (int i = 0; i < 24; i++)
		if (i % 3 < 2) {
			ck_assert_int_eq(ios[i].result, 0);
			/* the next of the same port overlaps the second half */
			ck_assert_int_eq(got[i][0], i + 1);
			ck_assert_int_eq(got[i][4095], i + 1);
		}
	for (int i = 0; i < 3; i++)
		ios[i] = (struct user_port_io){ .port = &live->ports[i], .op = USER_PORT_FLUSH };
	t_fails(lvi_user_port_many(ios, 3, &err), LVOL_E_IO, err);
	ck_assert(!ios[0].result && !ios[1].result && ios[2].result == -LVOL_E_IO);
	ck_assert(lvi_user_is_clean(&live->ports[0].flat) && lvi_user_is_clean(&live->ports[1].flat));
	t_ok(lvi_user_port_many(ios, 0, &err), err);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(ports_have_ends)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct user_port *port;
	char buf[512];

	dmw_memory(w, "disk0", 100);
	dmw_define(w, "top", "0 100 delay disk0 0 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	port = &dmw_live(w, "top", 0)->ports[0];
	t_ok(lvi_user_port_read(port, buf, 512, 51200 - 512, &err), err);
	t_fails(lvi_user_port_read(port, buf, 512, 51200 - 511, &err), LVOL_E_CORRUPT, err);
	ck_assert_ptr_nonnull(strstr(err.message, "disk0"));
	t_fails(lvi_user_port_write(port, buf, 512, UINT64_MAX - 511, &err), LVOL_E_CORRUPT, err);
	t_fails(lvi_user_port_zero(port, UINT64_MAX, 1, &err), LVOL_E_CORRUPT, err);
	t_fails(lvi_user_port_discard(port, 1, 51200, &err), LVOL_E_CORRUPT, err);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* ---- block status ---- */

static void data_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	*out = (struct user_extent){ 512, offset % 1024 ? USER_EXTENT_ZERO : USER_EXTENT_DATA };
}

START_TEST(block_status)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct lvol_io_extent e;
	struct user_target own = lvi_user_delay;
	struct lvol_dev *disk = dmw_memory(w, "disk0", 1000);

	dmw_define(w, "low", "0 100 delay disk0 50 0; 100 100 linear disk0 150; 200 50 zero");
	dmw_define(w, "top", "0 100 linear low 0; 100 150 delay low 100 5");
	dev = dmw_open(w, "top", 0);
	lvi_backend_user.status(dev, 512, &e);
	ck_assert_int_eq(e.kind, LVOL_EXTENT_DATA);
	ck_assert_ptr_eq(e.dev, disk);
	ck_assert_uint_eq(e.dev_offset, 51 * 512);
	ck_assert_uint_eq(e.length, 199 * 512);
	lvi_backend_user.status(dev, 200 * 512, &e);
	ck_assert_int_eq(e.kind, LVOL_EXTENT_ZERO);
	ck_assert_uint_eq(e.length, 50 * 512);
	own.extent = data_extent;
	dmw_live(w, "low", 0)->target = &own;
	lvi_backend_user.status(dev, 1024, &e);
	ck_assert(e.kind == LVOL_EXTENT_DATA && !e.dev && e.length == 512);
	lvi_backend_user.status(dev, 1536, &e);
	ck_assert(e.kind == LVOL_EXTENT_ZERO && !e.dev && e.length == 512);
	own.extent = NULL;
	lvi_backend_user.status(dev, 1536, &e);
	ck_assert(e.kind == LVOL_EXTENT_DATA && !e.dev && e.length == 97 * 512);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_engine");
	TCase *tc = tcase_create("engine");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, whole_granules, 0, 2);
	tcase_add_test(tc, parts_of_granules_keep_their_neighbours);
	tcase_add_loop_test(tc, queues_go_through, 0, 2);
	tcase_add_test(tc, gate_does_not_wait_for_programs);
	tcase_add_test(tc, closed_gates_keep_everybody_out);
	tcase_add_test(tc, several_ports);
	tcase_add_test(tc, ports_have_ends);
	tcase_add_test(tc, block_status);
	suite_add_tcase(s, tc);
	return t_main(s);
}
