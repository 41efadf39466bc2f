/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin devices in the hands of several threads: each sees what it wrote, snapshots do not change, all counts are
 * right. */
#include <pthread.h>
#include <unistd.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_pool.h"
#include "thin_disk.h"

#define WRITERS 4
#define PIECE 4096                      /* bytes; writer i has the pieces i, i + WRITERS ... */
#define PIECES (THIN_BYTES / PIECE)
#define SNAP_FIRST 10

struct shared {
	struct thin_disk *disk;
	struct backend_device *dev;
	_Atomic bool stop, failed;
};

struct writer { struct shared *s; unsigned number; uint8_t value[PIECES]; uint64_t seed; pthread_t thread; };

static bool fine(struct shared *s, bool ok, const char *what)
{
	if (!ok && !atomic_exchange(&s->failed, true))
		fprintf(stderr, "%s\n", what);
	return ok && !s->failed;
}

static bool one_step(struct writer *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = w->s->dev;
	uint64_t dice = t_mix(w->seed++), piece = dice / 100 % (PIECES / WRITERS) * WRITERS + w->number;
	uint8_t buf[PIECE], want[PIECE];

	if (dice % 100 < 45) {
		w->value[piece] = dice >> 40 | 1;
		memset(buf, w->value[piece], PIECE);
		return fine(w->s, !dev->backend->write(dev, buf, PIECE, piece * PIECE, &err), err.message);
	}
	if (dice % 100 == 45)
		return fine(w->s, !dev->backend->flush(dev, &err), err.message);
	memset(want, w->value[piece], PIECE);
	return fine(w->s, !dev->backend->read(dev, buf, PIECE, piece * PIECE, &err), err.message) &&
			fine(w->s, !memcmp(buf, want, PIECE), "a writer does not see what it wrote");
}

static void *write_and_read(void *arg)
{
	struct writer *w = arg;

	while (!w->s->stop && one_step(w))
		;
	return NULL;
}

/* A snapshot shows the same twice while its origin changes. */
static void *snap(void *arg)
{
	struct shared *s = arg;
	struct lvol_error err = LVOL_ERROR_INIT;
	uint8_t *once = malloc(THIN_BYTES), *again = malloc(THIN_BYTES);
	struct backend_device *dev;
	char text[40];

	for (unsigned i = SNAP_FIRST; !s->stop && !s->failed; i++) {
		snprintf(text, sizeof text, "create_snap %u 1", i);
		if (!fine(s, !dmw_message(s->disk->world, "pool", text, NULL, &err), err.message))
			break;
		dev = disk_thin(s->disk, i);
		if (fine(s, !dev->backend->read(dev, once, THIN_BYTES, 0, &err), err.message) &&
		    fine(s, !dev->backend->write(dev, once + BLOCK, BLOCK, BLOCK, &err), err.message) &&
		    fine(s, !dev->backend->discard(dev, BLOCK, 2 * BLOCK, &err), err.message) &&
		    fine(s, !dev->backend->read(dev, again, THIN_BYTES, 0, &err), err.message)) {
			memset(once + 2 * BLOCK, 0, BLOCK);
			fine(s, !memcmp(once, again, THIN_BYTES), "a snapshot changed");
		}
		dmw_close(dev);
		snprintf(text, sizeof text, "delete %u", i);
		if (!fine(s, !dmw_message(s->disk->world, "pool", text, NULL, &err), err.message))
			break;
	}
	free(once);
	free(again);
	return NULL;
}

START_TEST(threads_do_not_disturb_each_other)
{
	struct thin_disk d;
	struct shared s = { .disk = &d };
	struct writer *writers = calloc(WRITERS, sizeof *writers);
	struct lvol_error err = LVOL_ERROR_INIT;
	pthread_t snapper;

	disk_new_sizes(&d, "", 512, 256);
	s.dev = disk_thin(&d, 1);
	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i].s = &s;
		writers[i].number = i;
		writers[i].seed = (uint64_t)i << 40;
		ck_assert_int_eq(pthread_create(&writers[i].thread, NULL, write_and_read, &writers[i]), 0);
	}
	ck_assert_int_eq(pthread_create(&snapper, NULL, snap, &s), 0);
	for (unsigned ms = 0; ms < (t_long() ? 60000 : 2000) && !s.failed; ms += 10)
		usleep(10000);
	s.stop = true;
	for (unsigned i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
	pthread_join(snapper, NULL);
	ck_assert(!s.failed);
	dmw_flush(s.dev);
	t_ok(lvi_thin_check(((struct thin_pool *)dmw_live(d.world, "pool", 0)->state)->md, &err), err);
	dmw_close(s.dev);
	disk_check(&d);
	disk_free(&d);
	free(writers);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin threads");
	TCase *tests = tcase_create("threads");

	need_thin_tools();
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, threads_do_not_disturb_each_other);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
