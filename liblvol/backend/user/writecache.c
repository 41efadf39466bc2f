/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/writecache.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"

/* Those that wait to make places wrong come before those that want to use some, or they would wait for ever. */
static void init_locks(struct writecache *wc)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&wc->using, &attr);
	pthread_rwlockattr_destroy(&attr);
	pthread_mutex_init(&wc->lock, NULL);
	pthread_mutex_init(&wc->metadata, NULL);
	pthread_mutex_init(&wc->stepping, NULL);
}

static void free_locks(struct writecache *wc)
{
	pthread_rwlock_destroy(&wc->using);
	pthread_mutex_destroy(&wc->lock);
	pthread_mutex_destroy(&wc->metadata);
	pthread_mutex_destroy(&wc->stepping);
}

static int writecache_create(const struct user_line *line, struct user_live *live, struct lvol_error *err)
{
	struct writecache *wc = calloc(1, sizeof *wc);
	int r;

	if (!wc)
		return lvi_error_nomem(err);
	wc->live = live;
	wc->device = live->name;
	r = lvi_writecache_parse(line, wc, err);
	if (!r)
		r = lvi_writecache_load(wc, err);
	if (r) {
		lvi_writecache_unload(wc);
		free(wc);
		return r;
	}
	init_locks(wc);
	live->state = wc;
	return 0;
}

static void writecache_destroy(struct user_live *live)
{
	struct writecache *wc = live->state;

	free_locks(wc);
	lvi_writecache_unload(wc);
	free(wc);
}

static int writecache_flush(struct user_live *live, struct lvol_error *err)
{
	return lvi_writecache_commit(live->state, err);
}

static int writecache_stop(struct user_live *live, struct lvol_error *err)
{
	struct writecache *wc = live->state;

	return wc->write_all_at_stop || wc->options.cleaner ? lvi_writecache_write_all(wc, err) :
		lvi_writecache_commit(wc, err);
}

static int writecache_read(struct user_live *live, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_writecache_read(live->state, buf, len, offset, err);
}

static int writecache_write(struct user_live *live, const void *buf, size_t len, uint64_t offset,
		struct lvol_error *err)
{
	return lvi_writecache_write(live->state, buf, len, offset, err);
}

static int writecache_discard(struct user_live *live, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_writecache_discard(live->state, len, offset, err);
}

static bool writecache_remap(struct user_live *live, bool write, uint64_t offset, uint64_t length,
		struct user_remap *out)
{
	if (write)
		return false;
	*out = lvi_writecache_place(live->state, offset, length, true);
	return true;
}

static void writecache_extent(struct user_live *live, uint64_t offset, uint64_t length, struct user_extent *out)
{
	struct user_remap place = lvi_writecache_place(live->state, offset, length, false);

	*out = (struct user_extent){ place.length, USER_EXTENT_BELOW, place };
}

static int writecache_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct writecache *wc = live->state;
	const struct writecache_stats *s = &wc->stats;

	(void)err;
	pthread_mutex_lock(&wc->lock);
	lvi_textbuf_printf(out, "%d %" PRIu64 " %" PRIu64 " 0 %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %"
			PRIu64 " 0 %" PRIu64 " %" PRIu64, (int)atomic_load(&wc->failed), wc->slots, wc->free_count, s->reads,
			s->read_hits, s->writes, s->hits_uncommitted, s->hits_committed, s->around, s->flushes, s->discards);
	pthread_mutex_unlock(&wc->lock);
	return 0;
}

static int say_flush(struct writecache *wc, struct lvol_error *err)
{
	return lvi_writecache_write_all(wc, err);
}

static int say_flush_on_suspend(struct writecache *wc, struct lvol_error *err)
{
	(void)err;
	pthread_mutex_lock(&wc->lock);
	wc->write_all_at_stop = true;
	pthread_mutex_unlock(&wc->lock);
	atomic_store(&wc->live->wrote, true);
	return 0;
}

static int say_cleaner(struct writecache *wc, struct lvol_error *err)
{
	pthread_mutex_lock(&wc->lock);
	wc->options.cleaner = true;
	pthread_mutex_unlock(&wc->lock);
	return say_flush_on_suspend(wc, err);
}

static int say_clear_stats(struct writecache *wc, struct lvol_error *err)
{
	(void)err;
	pthread_mutex_lock(&wc->lock);
	wc->stats = (struct writecache_stats){ 0 };
	pthread_mutex_unlock(&wc->lock);
	return 0;
}

static int writecache_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err)
{
	static const struct { const char *text; int (*say)(struct writecache *wc, struct lvol_error *err); } messages[] = {
		{ "flush", say_flush }, { "flush_on_suspend", say_flush_on_suspend }, { "cleaner", say_cleaner },
		{ "clear_stats", say_clear_stats },
	};

	(void)out;
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
		if (!strcasecmp(text, messages[i].text))
			return messages[i].say(live->state, err);
	return lvi_error(err, LVOL_E_INVALID, live->name, "writecache %s takes no message \"%s\"; there are flush, "
			"flush_on_suspend, cleaner and clear_stats", live->name, text);
}

static int writecache_step(struct user_live *live, struct user_progress *out, struct lvol_error *err)
{
	return lvi_writecache_step(live->state, out, err);
}

static uint32_t writecache_granularity(const struct user_live *live)
{
	return ((const struct writecache *)live->state)->block;
}

const struct user_target lvi_user_writecache = {
	.name = "writecache",
	.create = writecache_create,
	.destroy = writecache_destroy,
	.stop = writecache_stop,
	.read = writecache_read,
	.write = writecache_write,
	.discard = writecache_discard,
	.flush = writecache_flush,
	.remap = writecache_remap,
	.extent = writecache_extent,
	.status = writecache_status,
	.message = writecache_message,
	.step = writecache_step,
	.work = BACKEND_WORK_FLUSH,
	.granularity = writecache_granularity,
};
