/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a thin pool is told, and what it says of itself; both as the kernel has it. */
#include <errno.h>
#include <stdlib.h>

#include "backend/user/device.h"
#include "backend/user/thin_pool.h"
#include "base/bytes.h"
#include "base/error.h"

#define WORDS_MAX 3
#define THRESHOLD_MAX 1024  /* blocks of metadata: 4 MiB */

struct request { struct thin_pool *pool; uint64_t args[WORDS_MAX - 1]; };

static int create_thin(const struct request *q, struct lvol_error *err)
{
	return lvi_thin_md_create(q->pool->md, q->args[0], err);
}

static int snap(const struct request *q, struct lvol_error *err)
{
	return lvi_thin_md_create_snap(q->pool->md, q->args[0], q->args[1], err);
}

static void close_gate(struct thin *thin, bool close)
{
	if (thin->live)
		(close ? lvi_user_gate_close : lvi_user_gate_open)(&thin->live->gate);
}

/* Under the pool's lock, which is given back while the origin's I/O comes to an end. */
static int create_snap(const struct request *q, struct lvol_error *err)
{
	struct thin *origin = lvi_thin_find(q->pool, q->args[1]);
	struct range_hold hold = { .exclusive = true };
	int r;

	if (!origin)
		return snap(q, err);
	origin->refs++;
	pthread_mutex_unlock(&q->pool->lock);
	lvi_range_lock_take(&origin->ranges, &hold, 0, UINT64_MAX);
	pthread_mutex_lock(&q->pool->lock);
	r = lvi_thin_pool_room(q->pool, false, err);
	if (!r) {
		close_gate(origin, true);
		r = snap(q, err);
		close_gate(origin, false);
	}
	lvi_range_lock_give(&origin->ranges, &hold);
	lvi_thin_put(origin);
	return r;
}

static int delete(const struct request *q, struct lvol_error *err)
{
	int r = lvi_thin_md_delete(q->pool->md, q->args[0], err);

	lvi_thin_pool_freed(q->pool);
	return r;
}

static int set_transaction_id(const struct request *q, struct lvol_error *err)
{
	struct thin_md *md = q->pool->md;

	if (md->sb.transaction_id != q->args[0])
		return lvi_error(err, LVOL_E_CONFLICT, q->pool->live->name, "transaction id of thin pool %s is %llu, not %llu",
				q->pool->live->name, (unsigned long long)md->sb.transaction_id, (unsigned long long)q->args[0]);
	md->sb.transaction_id = q->args[1];
	return lvi_thin_md_changed(md, 0);
}

static int reserve_snap(const struct request *q, struct lvol_error *err)
{
	int r = lvi_thin_pool_commit(q->pool, err);

	return r ? r : lvi_thin_md_reserve_snap(q->pool->md, err);
}

static int release_snap(const struct request *q, struct lvol_error *err)
{
	int r = lvi_thin_pool_commit(q->pool, err);

	return r ? r : lvi_thin_md_release_snap(q->pool->md, err);
}

static const struct message {
	const char *word;
	unsigned args, ids;    /* the first `ids` are of thin devices */
	bool freeing;
	int (*run)(const struct request *q, struct lvol_error *err);
} messages[] = {
	{ "create_thin", 1, 1, false, create_thin },
	{ "create_snap", 2, 2, false, create_snap },
	{ "delete", 1, 1, true, delete },
	{ "set_transaction_id", 2, 0, true, set_transaction_id },
	{ "reserve_metadata_snap", 0, 0, false, reserve_snap },
	{ "release_metadata_snap", 0, 0, true, release_snap },
};

/* The words of @text, which is cut up; how many, or WORDS_MAX + 1. */
static unsigned split(char *text, char *words[WORDS_MAX])
{
	unsigned count = 0;

	for (char *save = NULL, *w = strtok_r(text, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save)) {
		if (count < WORDS_MAX)
			words[count] = w;
		if (count++ > WORDS_MAX)
			break;
	}
	return count;
}

static bool number(const char *word, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(word, &end, 10);
	return word[0] >= '0' && word[0] <= '9' && !*end && !errno;
}

static const struct message *find_message(const char *word)
{
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
		if (!strcmp(messages[i].word, word))
			return &messages[i];
	return NULL;
}

static int parse(char *text, struct request *q, const struct message **out, struct lvol_error *err)
{
	const char *name = q->pool->live->name;
	char *words[WORDS_MAX] = { text };
	unsigned count = split(text, words);
	const struct message *m = count ? find_message(words[0]) : NULL;

	if (!m)
		return lvi_error(err, LVOL_E_INVALID, name, "thin pool %s knows no message \"%s\"", name, words[0]);
	if (count != 1 + m->args)
		return lvi_error(err, LVOL_E_INVALID, name, "message %s of thin pool %s has %u arguments, not %u", m->word,
				name, count - 1, m->args);
	for (unsigned a = 0; a < m->args; a++)
		if (!number(words[a + 1], &q->args[a]) || (a < m->ids && q->args[a] > THIN_DEVICE_ID_MAX))
			return lvi_error(err, LVOL_E_INVALID, name, "\"%s\" in message %s of thin pool %s is no number that may "
					"be there; ids of thin devices are at most %u", words[a + 1], m->word, name,
					THIN_DEVICE_ID_MAX);
	*out = m;
	return 0;
}

int lvi_thin_pool_message(struct user_live *live, const char *text, struct textbuf *out, struct lvol_error *err)
{
	struct thin_pool *pool = live->state;
	struct request q = { .pool = pool };
	const struct message *m = NULL;
	char *copy = strdup(text);
	int r;

	if (!copy)
		return lvi_error_nomem(err);
	r = parse(copy, &q, &m, err);
	free(copy);
	if (r)
		return r;
	pthread_mutex_lock(&pool->lock);
	r = lvi_thin_pool_room(pool, m->freeing, err);
	if (!r)
		r = lvi_thin_pool_settle(pool, m->run(&q, err));
	if (!r)
		r = lvi_thin_pool_commit(pool, err);
	pthread_mutex_unlock(&pool->lock);
	return r;
}

/* The pool that @dev is. */
static int pool_of(struct backend_device *dev, struct user_live **out, struct lvol_error *err)
{
	const struct flat_map *map = ((struct user_device *)dev)->flat.top;
	struct user_live *live = map->extents[0].to.kind == FLAT_LIVE ? map->extents[0].to.under->live : NULL;

	if (!live || live->target != &lvi_user_thin_pool)
		return lvi_error(err, LVOL_E_INVALID, NULL, "a message for a thin pool goes to what is none");
	if (!live->may_write)
		return lvi_error(err, LVOL_E_STATE, live->name, "thin pool %s is not open for writing", live->name);
	*out = live;
	return 0;
}

int lvi_thin_pool_tell(struct backend_device *dev, const char *text, struct lvol_error *err)
{
	struct user_live *live;
	int r = pool_of(dev, &live, err);

	if (r)
		return r;
	atomic_store(&live->wrote, true);
	return lvi_thin_pool_message(live, text, NULL, err);
}

int lvi_thin_pool_transaction(struct backend_device *dev, uint64_t *out, struct lvol_error *err)
{
	struct user_live *live;
	struct thin_pool *pool;
	int r = pool_of(dev, &live, err);

	if (r)
		return r;
	pool = live->state;
	pthread_mutex_lock(&pool->lock);
	r = lvi_thin_pool_may_write(pool, err);
	if (!r)
		*out = pool->md->sb.transaction_id;
	pthread_mutex_unlock(&pool->lock);
	return r;
}

static void count_metadata(const struct thin_md *md, uint64_t *used, uint64_t *total)
{
	*total = md->tm.sm.now.nr_blocks;
	*used = *total - lvi_thin_md_free_metadata(md);
}

int lvi_thin_pool_metadata_use(struct backend_device *dev, uint64_t *used, uint64_t *total, struct lvol_error *err)
{
	struct user_live *live;
	struct thin_pool *pool;
	int r = pool_of(dev, &live, err);

	if (r)
		return r;
	pool = live->state;
	pthread_mutex_lock(&pool->lock);
	count_metadata(pool->md, used, total);
	pthread_mutex_unlock(&pool->lock);
	return 0;
}

static const char *mode_text(const struct thin_pool *pool)
{
	if (pool->mode != THIN_POOL_OK || pool->read_only || pool->md->sb.flags & THIN_NEEDS_CHECK)
		return "ro";
	return pool->out_of_data ? "out_of_data_space" : "rw";
}

static const char *discard_text(const struct thin_pool *pool)
{
	return pool->ignore_discard ? "ignore_discard" : pool->passdown ? "discard_passdown" : "no_discard_passdown";
}

/* transaction metadata data held_root mode discard no_space needs_check low_water_of_metadata */
int lvi_thin_pool_status(struct user_live *live, struct textbuf *out, struct lvol_error *err)
{
	struct thin_pool *pool = live->state;
	const struct thin_md *md = pool->md;
	uint64_t used, total, quarter = pool->metadata_port->size / PD_BLOCK_BYTES / 4;

	pthread_mutex_lock(&pool->lock);
	if (pool->mode == THIN_POOL_FAILED) {
		lvi_textbuf_puts(out, "Fail");
		pthread_mutex_unlock(&pool->lock);
		return 0;
	}
	count_metadata(md, &used, &total);
	lvi_textbuf_printf(out, "%llu %llu/%llu %llu/%llu ", (unsigned long long)md->sb.transaction_id,
			(unsigned long long)used, (unsigned long long)total,
			(unsigned long long)md->data.now.nr_allocated, (unsigned long long)md->data.now.nr_blocks);
	if (md->sb.held_root)
		lvi_textbuf_printf(out, "%llu ", (unsigned long long)md->sb.held_root);
	else
		lvi_textbuf_puts(out, "- ");
	lvi_textbuf_printf(out, "%s %s %s %s %llu ", mode_text(pool), discard_text(pool),
			pool->error_if_no_space ? "error_if_no_space" : "queue_if_no_space",
			md->sb.flags & THIN_NEEDS_CHECK ? "needs_check" : "-",
			(unsigned long long)(quarter < THRESHOLD_MAX ? quarter : THRESHOLD_MAX));
	pthread_mutex_unlock(&pool->lock);
	return out->failed ? lvi_error_nomem(err) : 0;
}
