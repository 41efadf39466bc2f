/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin pool metadata against a model: seeded runs of all that can be done, thin_check silent after every commit. */
#include "backend/user/thin_check.h"
#include "thin_world.h"

#define DEVICES 8
#define BLOCKS 700
#define METADATA 1024

/* What each device maps, and who else may. */
struct model {
	bool there[DEVICES];
	uint64_t map[DEVICES][BLOCKS];      /* data block + 1; 0: none */
	uint32_t time[DEVICES][BLOCKS], snapped[DEVICES];
	uint32_t now;
};

struct run {
	struct memory *memory;
	struct thin_md *md;
	struct model model, committed;
	uint64_t seed, data_blocks;
	char *dir;
	bool held;
};

static uint64_t dice(struct run *w, uint64_t below)
{
	return t_mix(w->seed++) % below;
}

static void open_md(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pd_store store = memory_store(w->memory);

	t_ok(lvi_thin_md_new(&store, PD_CACHE_MIN, &w->md, &err), err);
}

/* All mappings, one by one and as they are found, and how many there are. */
static void compare(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct thin_mapping m;
	struct thin_dev *dev;
	uint64_t at, mapped;
	int r;

	for (unsigned d = 0; d < DEVICES; d++) {
		if (!w->model.there[d]) {
			t_fails(lvi_thin_dev_open(w->md, d, &dev, &err), LVOL_E_NOT_FOUND, err);
			continue;
		}
		t_ok(lvi_thin_dev_open(w->md, d, &dev, &err), err);
		mapped = at = 0;
		for (unsigned b = 0; b < BLOCKS; b++) {
			r = lvi_thin_dev_lookup(dev, b, &m, &err);
			if (r != !!w->model.map[d][b] || (r && (m.block + 1 != w->model.map[d][b] ||
					lvi_thin_dev_is_shared(dev, &m) != (w->model.time[d][b] < w->model.snapped[d]))))
				ck_abort_msg("device %u block %u: %d %s, data block %llu", d, b, r, err.message,
						(unsigned long long)m.block);
			if (!r)
				continue;
			mapped++;
			ck_assert_int_eq(lvi_thin_dev_find(dev, &at, &m, &err), 1);
			ck_assert_uint_eq(at++, b);
		}
		ck_assert_int_eq(lvi_thin_dev_find(dev, &at, &m, &err), 0);
		ck_assert_uint_eq(dev->details.mapped, mapped);
		lvi_thin_dev_close(dev);
	}
}

static void commit(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_thin_md_commit(w->md, &err), err);
	w->committed = w->model;
	t_ok(lvi_thin_check(w->md, &err), err);
	memory_thin_check(w->memory, w->dir, "after a commit");
}

static void map_some(struct run *w, unsigned d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t first = dice(w, BLOCKS), count = 1 + dice(w, 40), data;
	struct thin_dev *dev;
	int r;

	t_ok(lvi_thin_dev_open(w->md, d, &dev, &err), err);
	for (uint64_t b = first; b < first + count && b < BLOCKS; b++) {
		if (!lvi_thin_md_has_room(w->md, false))
			commit(w);
		r = lvi_thin_md_find_data(w->md, &data, &err);
		if (!r) {
			commit(w);
			r = lvi_thin_md_find_data(w->md, &data, &err);
		}
		if (!r)
			break;
		ck_assert_msg(r == 1, "%s", err.message);
		for (unsigned o = 0; o < DEVICES; o++)
			for (unsigned i = 0; i < BLOCKS; i++)
				if (w->committed.map[o][i] == data + 1 || w->model.map[o][i] == data + 1)
					ck_abort_msg("data block %llu is given out, and in use", (unsigned long long)data);
		t_ok(lvi_thin_dev_insert(dev, b, data, &err), err);
		w->model.map[d][b] = data + 1;
		w->model.time[d][b] = w->model.now;
	}
	lvi_thin_dev_close(dev);
}

static void unmap_some(struct run *w, unsigned d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t first = dice(w, BLOCKS), count = 1 + dice(w, 200);
	struct thin_dev *dev;

	t_ok(lvi_thin_dev_open(w->md, d, &dev, &err), err);
	for (uint64_t b = first; b < first + count && b < BLOCKS; b++) {
		if (!lvi_thin_md_has_room(w->md, true))
			commit(w);
		t_ok(lvi_thin_dev_remove(dev, b, &err), err);
		w->model.map[d][b] = 0;
	}
	lvi_thin_dev_close(dev);
}

static void snapshot(struct run *w, unsigned origin, unsigned d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct model *m = &w->model;

	t_ok(lvi_thin_md_create_snap(w->md, d, origin, &err), err);
	m->there[d] = true;
	memcpy(m->map[d], m->map[origin], sizeof m->map[d]);
	memcpy(m->time[d], m->time[origin], sizeof m->time[d]);
	m->snapped[d] = m->snapped[origin] = ++m->now;
}

static void come_or_go(struct run *w, unsigned d)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned origin = dice(w, DEVICES);
	struct model *m = &w->model;

	if (!lvi_thin_md_has_room(w->md, false))
		return;
	if (m->there[d]) {
		t_fails(lvi_thin_md_create(w->md, d, &err), LVOL_E_EXISTS, err);
		if (dice(w, 3))
			return;
		t_ok(lvi_thin_md_delete(w->md, d, &err), err);
		m->there[d] = false;
		memset(m->map[d], 0, sizeof m->map[d]);
		return;
	}
	if (m->there[origin] && dice(w, 4)) {
		snapshot(w, origin, d);
		return;
	}
	t_ok(lvi_thin_md_create(w->md, d, &err), err);
	m->there[d] = true;
	m->snapped[d] = m->now;
}

static void hold_or_release(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	if (w->held)
		t_ok(lvi_thin_md_release_snap(w->md, &err), err);
	else
		t_ok(lvi_thin_md_reserve_snap(w->md, &err), err);
	w->held = !w->held;
	commit(w);
}

static void grow(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t more = w->memory->bytes + dice(w, 300) * PD_BLOCK_BYTES;

	w->memory->data = realloc(w->memory->data, more);
	memset(w->memory->data + w->memory->bytes, 0, more - w->memory->bytes);
	w->memory->bytes = more;
	w->data_blocks += dice(w, 20000);
	t_ok(lvi_thin_md_grow_data(w->md, w->data_blocks, &err), err);
	t_ok(lvi_thin_md_grow_metadata(w->md, more / PD_BLOCK_BYTES, &err), err);
}

/* A power cut: what was not committed is gone. */
static void cut(struct run *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	if (dice(w, 2)) {
		t_ok(lvi_thin_md_abort(w->md, &err), err);
	} else {
		lvi_thin_md_free(w->md);
		open_md(w);
	}
	w->model = w->committed;
	compare(w);
}

static void step(struct run *w)
{
	unsigned d = dice(w, DEVICES), what = dice(w, 100);

	if (what < 12)
		come_or_go(w, d);
	else if (what < 14)
		hold_or_release(w);
	else if (what == 14)
		grow(w);
	else if (what < 18)
		cut(w);
	else if (what < 30)
		commit(w);
	else if (w->model.there[d] && what < 75)
		map_some(w, d);
	else if (w->model.there[d])
		unmap_some(w, d);
}

START_TEST(a_seeded_run_is_as_the_model_and_clean_for_thin_check)
{
	struct run *w = calloc(1, sizeof *w);
	struct lvol_error err = LVOL_ERROR_INIT;

	w->seed = (uint64_t)(_i + 1) << 32;
	w->dir = t_tmpdir();
	w->memory = memory_new(METADATA);
	w->data_blocks = _i % 2 ? 900 : 40000;
	open_md(w);
	ck_assert(!w->md->formatted);
	t_ok(lvi_thin_md_format(w->md, 128, w->data_blocks, &err), err);
	commit(w);
	for (unsigned i = 0; i < (t_long() ? 3000 : 150); i++) {
		step(w);
		if (i % 20 == 0)
			compare(w);
	}
	commit(w);
	cut(w);
	lvi_thin_md_free(w->md);
	memory_free(w->memory);
	free(w->dir);
	free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin metadata");
	TCase *tests = tcase_create("model");

	need_thin_tools();
	tcase_set_timeout(tests, 600);
	tcase_add_loop_test(tests, a_seeded_run_is_as_the_model_and_clean_for_thin_check, 0, 4);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
