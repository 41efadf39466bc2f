/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Caches under crashes: what was flushed is there, in every mode and format, whatever of the metadata was on its way;
 * written back, the origin alone has it. cache_check finds nothing in some of the states.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/cache.h"
#include "target.h"

#define DISK_BYTES ((uint64_t)512 << 10)
#define BLOCK 32768u
#define BLOCKS 6                   /* of the origin, and a few sectors more */
#define BYTES (BLOCKS * BLOCK + 1024)
#define SECTORS (BYTES / 512)
#define CHECK_EVERY 40             /* states that are shown to cache_check */

enum what { END, OPEN, WRITE, FLUSH, STEP, DISCARD };
struct step { enum what what; const char *name; unsigned at, len; };

/* Every write has a byte of its own: its number plus one. */
static const struct step writeback[] = {
	{ OPEN, "wb" }, { WRITE, NULL, 0, 2 * BLOCK }, { FLUSH }, { WRITE, NULL, BLOCK, BLOCK },
	{ WRITE, NULL, 3 * BLOCK + 512, 2048 }, { WRITE, NULL, 2 * BLOCK, BLOCK }, { FLUSH }, { STEP },
	{ WRITE, NULL, 512, 1024 }, { FLUSH }, { WRITE, NULL, 5 * BLOCK, BLOCK + 1024 }, { END },
};
static const struct step modes[] = {
	{ OPEN, "wb" }, { WRITE, NULL, 0, 4 * BLOCK }, { FLUSH }, { OPEN, "wt" }, { WRITE, NULL, 512, 1024 }, { STEP },
	{ WRITE, NULL, BLOCK, 2048 }, { FLUSH }, { WRITE, NULL, 4 * BLOCK, 1024 }, { OPEN, "pt" },
	{ WRITE, NULL, 512, 512 }, { FLUSH }, { WRITE, NULL, 2 * BLOCK, 4096 }, { END },
};
static const struct step old[] = {
	{ OPEN, "old" }, { WRITE, NULL, 0, 3 * BLOCK }, { FLUSH }, { STEP }, { OPEN, "old" },
	{ WRITE, NULL, BLOCK, 2048 }, { FLUSH }, { OPEN, "old" }, { WRITE, NULL, 1024, 512 }, { FLUSH },
	{ DISCARD, NULL, 4 * BLOCK, BLOCK }, { WRITE, NULL, 4 * BLOCK, BLOCK }, { END },
};
static const struct step *const runs[] = { writeback, modes, old, writeback };
#define CACHEVOL 3

static void define(struct dm_world *w, unsigned n)
{
	static const char *const forms[][2] = {
		{ "wb", "2 metadata2 writeback" }, { "wt", "2 metadata2 writethrough" }, { "pt", "2 metadata2 passthrough" },
		{ "old", "1 writeback" },
	};
	char table[100];

	/* a cachevol has both on one device */
	dmw_define(w, "metadata", n == CACHEVOL ? "0 704 linear disk1 0" : "0 1024 linear disk0 0");
	dmw_define(w, "data", n == CACHEVOL ? "0 320 linear disk1 704" : "0 320 linear disk1 0");
	snprintf(table, sizeof table, "0 %u linear disk2 0", SECTORS);
	dmw_define(w, "origin", table);
	for (unsigned f = 0; f < 4; f++) {
		snprintf(table, sizeof table, "0 %u cache metadata data origin 64 %s smq 0", SECTORS, forms[f][1]);
		dmw_define(w, forms[f][0], table);
	}
}

static void do_step(struct dm_world *w, struct backend_device **dev, const struct step *s, unsigned number,
		const char **name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct user_progress p;
	struct user_live *live;
	unsigned char *buf;

	switch (s->what) {
	case OPEN:
		if (*dev)
			dmw_close(*dev);
		*dev = dmw_open(w, s->name, BACKEND_WRITE);
		*name = s->name;
		break;
	case WRITE:
		buf = malloc(s->len);
		dmw_write(*dev, memset(buf, number + 1, s->len), s->len, s->at);
		free(buf);
		break;
	case FLUSH:
		dmw_flush(*dev);
		break;
	case STEP:
		live = dmw_live(w, *name, 0);
		t_ok(live->target->step(live, &p, &err), err);
		break;
	case DISCARD:
		dmw_discard(*dev, s->len, s->at);
		break;
	case END:
		break;
	}
}

static void run(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = NULL;
	const struct step *s = runs[n];
	const char *name = NULL;

	for (unsigned i = 0; s[i].what; i++) {
		do_step(w, &dev, &s[i], i, &name);
		if (s[i].what == FLUSH || s[i].what == OPEN)
			crash_promise(rec, i + 1);
	}
	dmw_close(dev);
}

/* What each sector may be: one bit for each byte. */
static void model(const struct step *s, uint64_t promised, uint32_t *may)
{
	for (unsigned i = 0; i < SECTORS; i++)
		may[i] = 1;
	for (unsigned i = 0; s[i].what; i++)
		for (unsigned k = s[i].at / 512; s[i].what == WRITE && k < (s[i].at + s[i].len) / 512; k++)
			may[k] = (i < promised ? 0 : may[k]) | 1u << (i + 1);
}

static char *look(struct dm_world *w, const char *name, const uint32_t *may)
{
	static unsigned char data[BYTES];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	int r = dmw_try_open(w, name, 0, &dev, &err);

	if (r)
		return t_text("%s: %s", name, err.message);
	r = dev->backend->read(dev, data, BYTES, 0, &err);
	dmw_close(dev);
	if (r)
		return t_text("%s cannot be read: %s", name, err.message);
	for (unsigned i = 0; i < SECTORS; i++) {
		const unsigned char *s = data + 512 * i;

		if (memcmp(s, s + 1, 511) || s[0] > 31 || !(may[i] >> s[0] & 1))
			return t_text("%s: sector %u is %02x ... %02x, and may be of %x", name, i, s[0], s[511], may[i]);
	}
	return NULL;
}

static char *check_metadata(struct dm_world *w)
{
	static unsigned char bytes[DISK_BYTES];
	struct backend_device *dev = dmw_open(w, "origin wb", 0), *meta;
	char *wrong = NULL, *dir = t_tmpdir(), *path = t_path(dir, "metadata");
	struct t_output out;
	size_t length;

	meta = dmw_open(w, "metadata", 0);
	length = meta->size_bytes;
	dmw_read(meta, bytes, length, 0);
	dmw_close(meta);
	dmw_close(dev);
	t_write_file(path, bytes, length);
	out = t_sh("PATH=$PATH:/usr/sbin; if command -v cache_check >/dev/null; then cache_check -q '%s'; fi", path);
	/* before the first write there are none */
	if (out.status && bytes[32])
		wrong = t_text("cache_check: %s%s", out.out, out.err);
	t_output_free(&out);
	unlink(path);
	rmdir(dir);
	free(path);
	free(dir);
	return wrong;
}

static char *write_back(struct dm_world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = dmw_open(w, name, BACKEND_WRITE);
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	dmw_close(dev);
	return r ? t_text("writing back: %s", err.message) : NULL;
}

static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	const char *name = runs[n] == old ? "old" : "wb";
	static unsigned states;
	bool oracle = states++ % CHECK_EVERY == 0;
	uint32_t may[SECTORS];
	char *wrong;

	model(runs[n], promised, may);
	wrong = oracle ? check_metadata(w) : NULL;
	if (!wrong)
		wrong = look(w, name, may);
	if (!wrong)
		wrong = write_back(w, name);
	if (!wrong)
		wrong = look(w, "origin", may);
	if (!wrong)
		wrong = look(w, name, may);
	return wrong || !oracle ? wrong : check_metadata(w);
}

static const struct target_case cases[] = {
	{ "writeback", 3, DISK_BYTES, define, NULL, run, judge, .n = 0, .clean = true },
	{ "modes", 3, DISK_BYTES, define, NULL, run, judge, .n = 1, .clean = true },
	{ "old-format", 3, DISK_BYTES, define, NULL, run, judge, .n = 2, .clean = true },
	{ "cachevol", 3, DISK_BYTES, define, NULL, run, judge, .n = CACHEVOL, .clean = true },
};

int main(void)
{
	return CRASH_TARGET_MAIN("crash-cache", cases);
}
