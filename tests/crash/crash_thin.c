/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thin pools under crashes: what was flushed is there, snapshots are what their origin was, every count of the
 * metadata is right in every state, thin_check finds nothing in some of them, and the pool can be written again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_pool.h"
#include "target.h"

#define DISK_BYTES ((uint64_t)1 << 20)
#define BLOCK 65536u
#define SECTORS (8 * BLOCK / 512)  /* of each device that are looked at */
#define DEVICES 4
#define CHECK_EVERY 40             /* states that are shown to thin_check */

enum what { END, WRITE, DISCARD, FLUSH, CREATE, SNAP, DELETE, HOLD, RELEASE };
struct step { enum what what; unsigned dev, at, len; };  /* bytes; of SNAP: at is the origin */

/* Every write has a byte of its own: its number plus one. */
static const struct step provisioning[] = {
	{ CREATE, 1 }, { WRITE, 1, 0, BLOCK }, { WRITE, 1, 3 * BLOCK + 1024, 4096 }, { FLUSH, 1 }, { WRITE, 1, 1024, 2048 },
	{ WRITE, 1, 5 * BLOCK, 512 }, { FLUSH, 1 }, { WRITE, 1, 6 * BLOCK + 512, BLOCK }, { END },
};
static const struct step snapshots[] = {
	{ CREATE, 1 }, { WRITE, 1, 0, 2 * BLOCK }, { SNAP, 2, 1 }, { WRITE, 1, 512, 1024 }, { WRITE, 2, BLOCK, 4096 },
	{ FLUSH, 1 }, { SNAP, 3, 2 }, { WRITE, 2, 0, 512 }, { FLUSH, 2 }, { WRITE, 3, 4 * BLOCK, 1024 }, { END },
};
static const struct step discards[] = {
	{ CREATE, 1 }, { WRITE, 1, 0, 4 * BLOCK }, { SNAP, 2, 1 }, { WRITE, 1, 0, BLOCK }, { FLUSH, 1 },
	{ DISCARD, 1, 0, 2 * BLOCK }, { WRITE, 1, 6 * BLOCK, 2048 }, { WRITE, 2, 7 * BLOCK, 512 }, { FLUSH, 2 },
	{ DISCARD, 2, BLOCK, BLOCK }, { WRITE, 1, BLOCK, 1024 }, { END },
};
static const struct step deletions[] = {
	{ CREATE, 1 }, { WRITE, 1, 0, 2 * BLOCK }, { SNAP, 2, 1 }, { HOLD }, { WRITE, 1, 0, 1024 }, { DELETE, 2 },
	{ WRITE, 1, 4 * BLOCK, 1024 }, { FLUSH, 1 }, { RELEASE }, { WRITE, 1, 5 * BLOCK, 512 }, { END },
};
static const struct step *const runs[] = { provisioning, snapshots, discards, deletions };

static void define(struct dm_world *w, unsigned n)
{
	char name[16], table[64];

	(void)n;
	dmw_define(w, "pool", "0 2048 thin-pool disk0 disk1 128 0");
	for (unsigned d = 1; d < DEVICES; d++) {
		snprintf(name, sizeof name, "thin%u", d);
		snprintf(table, sizeof table, "0 4096 thin pool %u", d);
		dmw_define(w, name, table);
	}
}

static void tell(struct dm_world *w, const char *fmt, unsigned a, unsigned b)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char text[60];

	snprintf(text, sizeof text, fmt, a, b);
	t_ok(dmw_message(w, "pool", text, NULL, &err), err);
}

/* Devices are opened when they are needed, and stay open. */
struct open_devices { struct dm_world *w; struct backend_device *dev[DEVICES]; };

static struct backend_device *device(struct open_devices *o, unsigned d)
{
	char name[16];

	snprintf(name, sizeof name, "thin%u", d);
	if (!o->dev[d])
		o->dev[d] = dmw_open(o->w, name, BACKEND_WRITE);
	return o->dev[d];
}

static void do_step(struct open_devices *o, const struct step *s, unsigned number)
{
	unsigned char *buf;

	switch (s->what) {
	case WRITE:
		buf = malloc(s->len);
		dmw_write(device(o, s->dev), memset(buf, number + 1, s->len), s->len, s->at);
		free(buf);
		break;
	case DISCARD:
		dmw_discard(device(o, s->dev), s->len, s->at);
		break;
	case FLUSH:
		dmw_flush(device(o, s->dev));
		break;
	case DELETE:
		if (o->dev[s->dev])
			dmw_close(o->dev[s->dev]);
		o->dev[s->dev] = NULL;
		tell(o->w, "delete %u", s->dev, 0);
		break;
	case CREATE:
		tell(o->w, "create_thin %u", s->dev, 0);
		break;
	case SNAP:
		tell(o->w, "create_snap %u %u", s->dev, s->at);
		break;
	case HOLD:
		tell(o->w, "reserve_metadata_snap", 0, 0);
		break;
	case RELEASE:
		tell(o->w, "release_metadata_snap", 0, 0);
		break;
	case END:
		break;
	}
}

static void run(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *pool = dmw_open(w, "pool", BACKEND_WRITE);
	struct open_devices o = { .w = w };
	const struct step *s = runs[n];

	for (unsigned i = 0; s[i].what; i++) {
		do_step(&o, &s[i], i);
		/* messages commit, too */
		if (s[i].what != WRITE && s[i].what != DISCARD)
			crash_promise(rec, i + 1);
	}
	for (unsigned d = 0; d < DEVICES; d++)
		if (o.dev[d])
			dmw_close(o.dev[d]);
	dmw_close(pool);
}

/* What a state may be. A sector's byte is one bit of `may`; `last` is what it would be without a crash. */
struct model {
	enum { NOT_THERE, MAYBE, THERE } there[DEVICES];
	uint8_t last[DEVICES][SECTORS];
	uint32_t may[DEVICES][SECTORS];
};

static void set(struct model *m, const struct step *s, uint8_t byte, bool promised)
{
	for (unsigned i = s->at / 512; i < (s->at + s->len) / 512; i++) {
		m->last[s->dev][i] = byte;
		m->may[s->dev][i] = (promised ? 0 : m->may[s->dev][i]) | 1u << byte;
	}
}

static void apply(struct model *m, const struct step *s, unsigned number, bool promised)
{
	switch (s->what) {
	case WRITE:
		set(m, s, number + 1, promised);
		break;
	case DISCARD:
		set(m, s, 0, promised);
		break;
	case CREATE:
	case SNAP:
		m->there[s->dev] = promised ? THERE : MAYBE;
		for (unsigned i = 0; i < SECTORS; i++) {
			/* if the snapshot is there, all that was written before is, too */
			m->last[s->dev][i] = s->what == SNAP ? m->last[s->at][i] : 0;
			m->may[s->dev][i] = 1u << m->last[s->dev][i];
		}
		break;
	case DELETE:
		m->there[s->dev] = promised ? NOT_THERE : MAYBE;
		break;
	default:
		break;
	}
}

static char *look_at(struct dm_world *w, const struct model *m, unsigned d)
{
	static unsigned char data[SECTORS * 512];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	char name[16];
	int r;

	snprintf(name, sizeof name, "thin%u", d);
	r = dmw_try_open(w, name, 0, &dev, &err);
	if (r)
		return r == -LVOL_E_NOT_FOUND && m->there[d] != THERE ? NULL : t_text("%s: %s", name, err.message);
	if (m->there[d] == NOT_THERE) {
		dmw_close(dev);
		return t_text("%s is there", name);
	}
	r = dev->backend->read(dev, data, sizeof data, 0, &err);
	dmw_close(dev);
	if (r)
		return t_text("%s cannot be read: %s", name, err.message);
	for (unsigned i = 0; i < SECTORS; i++) {
		const unsigned char *s = data + 512 * i;

		if (memcmp(s, s + 1, 511) || s[0] > 31 || !(m->may[d][i] >> s[0] & 1))
			return t_text("%s: sector %u is %02x ... %02x, and may be of %x", name, i, s[0], s[511], m->may[d][i]);
	}
	return NULL;
}

/* By our own check, and by thin_check now and then. */
static char *check_metadata(struct dm_world *w, bool oracle)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct thin_pool *pool;
	char *wrong = NULL, *dir, *path;
	int r = dmw_try_open(w, "pool", 0, &dev, &err);

	if (r)
		return t_text("the pool cannot be opened: %s", err.message);
	pool = dmw_live(w, "pool", 0)->state;
	r = pool->md->formatted ? lvi_thin_check(pool->md, &err) : 0;
	if (r)
		wrong = t_text("metadata: %s", err.message);
	if (!r && oracle && pool->md->formatted) {
		unsigned char *bytes = malloc(DISK_BYTES);
		struct t_output out;

		ck_assert_int_eq(lvi_user_port_read(pool->metadata_port, bytes, DISK_BYTES, 0, &err), 0);
		dir = t_tmpdir();
		path = t_path(dir, "metadata");
		t_write_file(path, bytes, DISK_BYTES);
		out = t_sh("PATH=$PATH:/usr/sbin; if command -v thin_check >/dev/null; then thin_check -q '%s'; fi", path);
		if (out.status)
			wrong = t_text("thin_check: %s%s", out.out, out.err);
		t_output_free(&out);
		unlink(path);
		rmdir(dir);
		free(bytes);
		free(path);
		free(dir);
	}
	dmw_close(dev);
	return wrong;
}

/* The pool can be used again: what is written now is written nowhere else. */
static char *go_on(struct dm_world *w, const struct model *m)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *pool = dmw_open(w, "pool", BACKEND_WRITE), *dev;
	unsigned char buf[1024];
	int r = dmw_message(w, "pool", "create_thin 77", NULL, &err);

	dmw_define(w, "new", "0 4096 thin pool 77");
	dev = r ? NULL : dmw_open(w, "new", BACKEND_WRITE);
	memset(buf, 0xff, sizeof buf);
	for (unsigned b = 0; !r && b < 2; b++)
		r = dev->backend->write(dev, buf, sizeof buf, b * BLOCK, &err);
	if (!r)
		r = dev->backend->flush(dev, &err);
	if (dev)
		dmw_close(dev);
	dmw_close(pool);
	return r ? t_text("writing afterwards: %s", err.message) : NULL;
}

static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	static struct model m;
	static unsigned states;
	const struct step *s = runs[n];
	bool oracle = states++ % CHECK_EVERY == 0;
	char *wrong;

	memset(&m, 0, sizeof m);
	for (unsigned i = 0; s[i].what; i++)
		apply(&m, &s[i], i, i < promised);
	wrong = check_metadata(w, oracle);
	for (unsigned d = 1; !wrong && d < DEVICES; d++)
		wrong = look_at(w, &m, d);
	if (!wrong)
		wrong = go_on(w, &m);
	if (!wrong)
		wrong = check_metadata(w, oracle);
	for (unsigned d = 1; !wrong && d < DEVICES; d++)
		wrong = look_at(w, &m, d);
	return wrong;
}

static const struct target_case cases[] = {
	{ "provisioning", 2, DISK_BYTES, define, NULL, run, judge, .n = 0, .clean = true },
	{ "snapshots", 2, DISK_BYTES, define, NULL, run, judge, .n = 1, .clean = true },
	{ "discards", 2, DISK_BYTES, define, NULL, run, judge, .n = 2, .clean = true },
	{ "deletions", 2, DISK_BYTES, define, NULL, run, judge, .n = 3, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-thin", cases);
}
