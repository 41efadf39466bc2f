/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The allocator: where lvm2 would put things, each policy, ranges, and what errors say. */
#include <lvol/types.h>

#include "txn_make.h"

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

struct ask {
	struct lvol_vg *vg;
	uint32_t areas, extents;
	int policy;                      /* default normal */
	const char *const *pvs;
	const struct lvol_segment *behind;
	bool approximate;
};

static int allocate(const struct ask *ask, struct allocation *out, struct lvol_error *err)
{
	struct pv_choice choice = {0};
	struct alloc_request req = {
		.vg = ask->vg, .pvs = ask->pvs ? &choice : NULL, .area_count = ask->areas, .area_extents = ask->extents,
		.policy = ask->policy ? ask->policy : LVOL_ALLOC_NORMAL, .behind = ask->behind, .approximate = ask->approximate,
		.subject = "vg/lv"
	};
	int ret;

	t_ok(lvi_pv_choice_make(ask->vg, ask->pvs, &choice, err), *err);
	ret = lvi_allocate(&req, out, err);
	lvi_pv_choice_free(&choice);
	return ret;
}

/* "0:5+3 1:0+3, 2:7+4 0:9+4": pieces, each with its areas as disk:start+count */
static const char *text_of(const struct allocation *a, char *out, size_t size, uint32_t areas)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < a->pieces.len; i++)
		for (uint32_t k = 0; k < areas; k++)
			len += (size_t)snprintf(out + len, size - len, "%s%u:%u+%u", k ? " " : i ? ", " : "",
					disk_number(a->pieces.items[i].pvs[k]), a->pieces.items[i].starts[k], a->pieces.items[i].count);
	return out;
}

static void expect(const struct ask *ask, const char *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct allocation a;
	char text[512];
	uint32_t sum = 0;

	t_ok(allocate(ask, &a, &err), err);
	ck_assert_str_eq(text_of(&a, text, sizeof text, ask->areas), want);
	for (size_t i = 0; i < a.pieces.len; i++)
		sum += a.pieces.items[i].count;
	ck_assert_uint_eq(sum, a.area_extents);
	if (!ask->approximate)
		ck_assert_uint_eq(sum, ask->extents);
	lvi_allocation_free(&a);
}

static void refuse(const struct ask *ask, const char *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct allocation a;

	t_fails(allocate(ask, &a, &err), LVOL_E_NO_SPACE, err);
	ck_assert_str_eq(err.subject, "vg/lv");
	ck_assert_str_eq(err.message, want);
	/* without somebody to tell it is the same */
	ck_assert_int_eq(lvi_allocate(&(struct alloc_request) { .vg = ask->vg, .area_count = 1, .area_extents = UINT32_MAX,
			.policy = LVOL_ALLOC_NORMAL, .subject = "vg/lv" }, &a, NULL), -LVOL_E_NO_SPACE);
}

/* 20, 40, 30 and 25 extents */
static struct lvol_vg *four_disks(void)
{
	struct lvol_vg *vg = make_ready_vg();

	make_disk(vg, 20);
	make_disk(vg, 40);
	make_disk(vg, 30);
	make_disk(vg, 25);
	return vg;
}

/* What real lvm2 2.03.16 did on disks of these sizes. */

START_TEST(as_lvm2_linear)
{
	struct lvol_vg *vg = four_disks();

	/* free: 0-4, 8-11, 14-19 on d0 */
	use(disk(vg, 0), 5, 3);
	use(disk(vg, 0), 12, 2);
	expect(&(struct ask) { vg, 1, 4 }, "0:14+4");
	use(disk(vg, 0), 14, 4);
	expect(&(struct ask) { vg, 1, 18 }, "1:0+18");
	use(disk(vg, 1), 0, 18);
	expect(&(struct ask) { vg, 1, 50 }, "2:0+30, 1:18+20");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(as_lvm2_stripes)
{
	struct lvol_vg *vg = four_disks();

	expect(&(struct ask) { vg, 2, 10 }, "0:0+10 1:0+10");
	use(disk(vg, 0), 0, 10);
	use(disk(vg, 1), 0, 10);
	expect(&(struct ask) { vg, 2, 30 }, "1:10+30 2:0+30");
	lvi_vg_unref(vg);
	vg = four_disks();
	expect(&(struct ask) { vg, 3, 38, .approximate = true }, "1:0+25 2:0+25 3:0+25, 0:0+5 1:25+5 2:25+5");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(as_lvm2_growing)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *a = make_on_pv(make_lv(vg, "a"), disk(vg, 0), 0, 5);

	use(disk(vg, 0), 12, 5);
	expect(&(struct ask) { vg, 1, 3, .behind = a }, "0:5+3");
	expect(&(struct ask) { vg, 1, 12, .behind = a }, "0:5+7, 0:17+3, 1:0+2");
	expect(&(struct ask) { vg, 1, 14, .behind = a }, "0:5+7, 0:17+3, 1:0+4");
	/* nothing behind it: cling */
	use(disk(vg, 0), 5, 2);
	expect(&(struct ask) { vg, 1, 3, .behind = a }, "0:7+3");
	lvi_vg_unref(vg);
}
END_TEST

/* An LV of two stripes at the beginning of d0 and d1. */
static struct lvol_segment *two_stripes(struct lvol_vg *vg, uint32_t each)
{
	struct lvol_segment *seg = make_segment(make_lv(vg, "s"), 2 * each, 2);

	for (unsigned i = 0; i < 2; i++) {
		use(disk(vg, i), 0, each);
		seg->areas[i] = (struct area) { .kind = AREA_PV, .pv = disk(vg, i), .start = 0 };
	}
	return seg;
}

START_TEST(as_lvm2_growing_stripes)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *s = two_stripes(vg, 10);

	expect(&(struct ask) { vg, 2, 3, .behind = s }, "0:10+3 1:10+3");
	use(disk(vg, 0), 10, 3);
	expect(&(struct ask) { vg, 2, 3, .behind = s }, "0:13+3 1:10+3");
	lvi_vg_unref(vg);
	vg = four_disks();
	s = two_stripes(vg, 13);
	expect(&(struct ask) { vg, 2, 15, .behind = s }, "0:13+7 1:13+7, 1:20+8 2:0+8");
	/* another number of stripes is placed as something new */
	expect(&(struct ask) { vg, 3, 2, .behind = s }, "0:13+2 1:13+2 2:0+2");
	expect(&(struct ask) { vg, 1, 6, LVOL_ALLOC_CONTIGUOUS, LIST("d3"), s }, "3:0+6");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(as_lvm2_anywhere)
{
	struct lvol_vg *vg = four_disks();

	expect(&(struct ask) { vg, 2, 10, LVOL_ALLOC_ANYWHERE, LIST("d1") }, "1:0+10 1:10+10");
	use(disk(vg, 1), 0, 20);
	expect(&(struct ask) { vg, 3, 2, LVOL_ALLOC_ANYWHERE, LIST("d0", "d1") }, "0:0+2 1:20+2 0:2+2");
	/* different PVs where that is possible */
	expect(&(struct ask) { vg, 2, 10, LVOL_ALLOC_ANYWHERE }, "0:0+10 1:20+10");
	lvi_vg_unref(vg);
}
END_TEST

/* Policies */

START_TEST(contiguous)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *a = make_on_pv(make_lv(vg, "a"), disk(vg, 0), 0, 5);

	use(disk(vg, 0), 10, 1);
	expect(&(struct ask) { vg, 1, 40, LVOL_ALLOC_CONTIGUOUS }, "1:0+40");
	refuse(&(struct ask) { vg, 1, 41, LVOL_ALLOC_CONTIGUOUS }, "not enough room for vg/lv: it needs 41 extents in one run, "
			"as policy contiguous wants; free on the VG's allocatable PVs: 109 (d0 14 (longest run 9), d1 40, d2 30, d3 25)");
	expect(&(struct ask) { vg, 1, 500, LVOL_ALLOC_CONTIGUOUS, .approximate = true }, "1:0+40");
	expect(&(struct ask) { vg, 2, 500, LVOL_ALLOC_CONTIGUOUS, .approximate = true }, "1:0+30 2:0+30");
	expect(&(struct ask) { vg, 1, 5, LVOL_ALLOC_CONTIGUOUS, .behind = a }, "0:5+5");
	refuse(&(struct ask) { vg, 1, 6, LVOL_ALLOC_CONTIGUOUS, .behind = a }, "not enough room for vg/lv: it needs 6 extents "
			"right behind its end, as policy contiguous wants; free on the VG's allocatable PVs: 109 "
			"(d0 14 (longest run 9), d1 40, d2 30, d3 25)");
	expect(&(struct ask) { vg, 1, 6, LVOL_ALLOC_CONTIGUOUS, .behind = a, .approximate = true }, "0:5+5");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(cling)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *a = make_on_pv(make_lv(vg, "a"), disk(vg, 0), 0, 5);

	use(disk(vg, 0), 10, 1);
	expect(&(struct ask) { vg, 1, 14, LVOL_ALLOC_CLING, .behind = a }, "0:5+5, 0:11+9");
	refuse(&(struct ask) { vg, 1, 15, LVOL_ALLOC_CLING, .behind = a }, "not enough room for vg/lv: it needs 15 extents "
			"on the PVs of its last segment, as policy cling wants; free on the VG's allocatable PVs: 109 "
			"(d0 14 (longest run 9), d1 40, d2 30, d3 25)");
	/* a new LV has nothing to cling to */
	expect(&(struct ask) { vg, 1, 60, LVOL_ALLOC_CLING }, "1:0+40, 2:0+20");
	lvi_vg_unref(vg);
}
END_TEST

/* Both areas of the last segment on one PV, as policy anywhere makes them. */
START_TEST(cling_to_one_pv_twice)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *seg = make_segment(make_lv(vg, "s"), 8, 2);

	for (unsigned i = 0; i < 2; i++) {
		seg->areas[i] = (struct area) { .kind = AREA_PV, .pv = disk(vg, 1), .start = 4 * i };
		use(disk(vg, 1), 4 * i, 4);
	}
	use(disk(vg, 1), 20, 1);
	expect(&(struct ask) { vg, 2, 5, LVOL_ALLOC_CLING, .behind = seg }, "1:21+5 1:8+5");
	expect(&(struct ask) { vg, 2, 12, LVOL_ALLOC_CLING, .behind = seg }, "1:21+12 1:8+12");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(areas_on_different_pvs)
{
	struct lvol_vg *vg = four_disks();

	refuse(&(struct ask) { vg, 5, 1 }, "not enough room for vg/lv: it needs 5 extents (5 stripes of 1) on different PVs; "
			"free on the VG's allocatable PVs: 115 (d0 20, d1 40, d2 30, d3 25)");
	expect(&(struct ask) { vg, 5, 1, LVOL_ALLOC_ANYWHERE }, "0:0+1 1:0+1 2:0+1 3:0+1 0:1+1");
	expect(&(struct ask) { vg, 4, 20 }, "0:0+20 1:0+20 2:0+20 3:0+20");
	refuse(&(struct ask) { vg, 4, 21 }, "not enough room for vg/lv: it needs 84 extents (4 stripes of 21) on different PVs; "
			"free on the VG's allocatable PVs: 115 (d0 20, d1 40, d2 30, d3 25)");
	expect(&(struct ask) { vg, 4, 21, LVOL_ALLOC_ANYWHERE }, "1:0+20 2:0+20 3:0+20 0:0+20, 1:20+1 2:20+1 3:20+1 1:21+1");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(anywhere_takes_everything)
{
	struct lvol_vg *vg = make_ready_vg();

	make_disk(vg, 7);
	expect(&(struct ask) { vg, 3, 2, LVOL_ALLOC_ANYWHERE }, "0:0+2 0:2+2 0:4+2");
	use(disk(vg, 0), 3, 1);
	expect(&(struct ask) { vg, 3, 2, LVOL_ALLOC_ANYWHERE }, "0:0+1 0:4+1 0:1+1, 0:2+1 0:5+1 0:6+1");
	refuse(&(struct ask) { vg, 3, 3, LVOL_ALLOC_ANYWHERE }, "not enough room for vg/lv: it needs 9 extents (3 stripes of 3); "
			"free on the VG's allocatable PVs: 6 (d0 6 (longest run 3))");
	lvi_vg_unref(vg);
}
END_TEST

/* Where */

START_TEST(chosen_pvs)
{
	struct lvol_vg *vg = four_disks();

	expect(&(struct ask) { vg, 1, 10, .pvs = LIST("d3", "d1") }, "3:0+10");
	expect(&(struct ask) { vg, 1, 28, .pvs = LIST("d3", "d1") }, "1:0+28");
	expect(&(struct ask) { vg, 1, 50, .pvs = LIST("d3", "d1") }, "1:0+40, 3:0+10");
	expect(&(struct ask) { vg, 1, 4, .pvs = LIST("d0:5-9") }, "0:5+4");
	expect(&(struct ask) { vg, 1, 4, .pvs = LIST("d0:5-6:10-13") }, "0:10+4");
	expect(&(struct ask) { vg, 1, 6, .pvs = LIST("d0:5-6:10-13") }, "0:10+4, 0:5+2");
	expect(&(struct ask) { vg, 2, 6, .pvs = LIST("d0:5-6:10-13", "d2:3-8") }, "2:3+4 0:10+4, 0:5+2 2:7+2");
	refuse(&(struct ask) { vg, 1, 7, .pvs = LIST("d0:5-6:10-13") }, "not enough room for vg/lv: it needs 7 extents; "
			"free on the given PVs: 6 (d0 6)");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(growing_into_chosen_pvs)
{
	struct lvol_vg *vg = four_disks();
	struct lvol_segment *a = make_on_pv(make_lv(vg, "a"), disk(vg, 0), 0, 5);

	expect(&(struct ask) { vg, 1, 5, .pvs = LIST("d1"), .behind = a }, "1:0+5");
	expect(&(struct ask) { vg, 1, 5, .pvs = LIST("d1", "d0"), .behind = a }, "0:5+5");
	expect(&(struct ask) { vg, 1, 5, .pvs = LIST("d0:5-7:10-", "d1"), .behind = a }, "0:5+3, 0:10+2");
	expect(&(struct ask) { vg, 1, 5, .pvs = LIST("d0:6-", "d1"), .behind = a }, "0:6+5");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(pvs_that_do_not_count)
{
	struct lvol_vg *vg = four_disks();

	disk(vg, 0)->flags = 0;
	disk(vg, 1)->flags |= PV_MISSING;
	disk(vg, 2)->dev = NULL;
	make_disk(vg, 1);
	make_disk(vg, 1);
	expect(&(struct ask) { vg, 1, 10 }, "3:0+10");
	refuse(&(struct ask) { vg, 1, 28 }, "not enough room for vg/lv: it needs 28 extents; free on the VG's allocatable PVs: 27 "
			"(d0 is not allocatable, d1 is missing, d2 is missing, d3 25 and 2 more)");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(nothing_at_all)
{
	struct lvol_vg *vg = make_ready_vg();

	refuse(&(struct ask) { vg, 1, 1 }, "not enough room for vg/lv: it needs 1 extent; free on the VG's allocatable PVs: 0 "
			"(no PV)");
	refuse(&(struct ask) { vg, 1, 1, .approximate = true }, "not enough room for vg/lv: it needs 1 extent; free on the VG's "
			"allocatable PVs: 0 (no PV)");
	make_disk(vg, 3);
	use(disk(vg, 0), 0, 3);
	refuse(&(struct ask) { vg, 1, 1 }, "not enough room for vg/lv: it needs 1 extent; free on the VG's allocatable PVs: 0 "
			"(d0 0)");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(as_many_as_there_are)
{
	struct lvol_vg *vg = four_disks();

	expect(&(struct ask) { vg, 1, UINT32_MAX, .approximate = true }, "1:0+40, 2:0+30, 3:0+25, 0:0+20");
	expect(&(struct ask) { vg, 1, 7, .approximate = true }, "0:0+7");
	expect(&(struct ask) { vg, 4, UINT32_MAX, .approximate = true }, "1:0+20 2:0+20 3:0+20 0:0+20");
	lvi_vg_unref(vg);
}
END_TEST

/* Seeded random requests against what a bitmap knows */

#define DISKS 5u
#define EXTENTS 60u

struct world {
	struct lvol_vg *vg;
	bool is_free[DISKS][EXTENTS];
	bool allowed[DISKS][EXTENTS];
	uint64_t seed;
};

static uint32_t random_below(struct world *w, uint32_t below)
{
	return (uint32_t)(t_mix(w->seed++) % below);
}

static void make_world(struct world *w, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	w->seed = seed << 32;
	w->vg = make_ready_vg();
	for (unsigned d = 0; d < DISKS; d++) {
		uint32_t size = 1 + random_below(w, EXTENTS), holes = 1 + random_below(w, 12);
		struct lvol_pv *pv = make_disk(w->vg, size);

		for (uint32_t e = 0; e < size; e++) {
			w->is_free[d][e] = random_below(w, holes);
			w->allowed[d][e] = true;
			if (!w->is_free[d][e])
				use(pv, e, 1);
		}
	}
}

/* Sometimes PVs and ranges are given; what is outside of them is not allowed. */
static const char *const *random_pvs(struct world *w, char words[DISKS][32], const char **list)
{
	size_t n = 0;

	if (random_below(w, 2))
		return NULL;
	memset(w->allowed, 0, sizeof w->allowed);
	for (unsigned d = 0; d < DISKS; d++) {
		uint32_t size = disk(w->vg, d)->pe_count, first = random_below(w, size), count = 1 + random_below(w, size - first);

		if (d && random_below(w, 2))
			continue;
		snprintf(words[d], 32, "d%u:%u+%u", d, first, count);
		for (uint32_t e = first; e < first + count; e++)
			w->allowed[d][e] = true;
		list[n++] = words[d];
	}
	list[n] = NULL;
	return list;
}

static uint64_t usable(const struct world *w)
{
	uint64_t n = 0;

	for (unsigned d = 0; d < DISKS; d++)
		for (unsigned e = 0; e < EXTENTS; e++)
			n += w->is_free[d][e] && w->allowed[d][e];
	return n;
}

static uint32_t longest_usable(const struct world *w)
{
	uint32_t most = 0;

	for (unsigned d = 0; d < DISKS; d++)
		for (uint32_t e = 0, run = 0; e < EXTENTS; e++) {
			run = w->is_free[d][e] && w->allowed[d][e] ? run + 1 : 0;
			most = run > most ? run : most;
		}
	return most;
}

/* Sometimes an LV grows: it ends before a free extent, so that there may be something behind it. */
static bool is_area(const struct lvol_segment *seg, const struct lvol_pv *pv, uint32_t extent)
{
	for (uint32_t i = 0; i < seg->area_count; i++)
		if (seg->areas[i].kind == AREA_PV && seg->areas[i].pv == pv && seg->areas[i].start == extent)
			return true;
	return false;
}

static const struct lvol_segment *random_behind(struct world *w, uint32_t areas)
{
	struct lvol_segment *seg;

	if (random_below(w, 2))
		return NULL;
	seg = make_segment(make_lv(w->vg, "grows"), areas, areas);
	for (uint32_t i = 0; i < areas; i++) {
		unsigned d = (i + random_below(w, 2)) % DISKS;
		uint32_t e = random_below(w, disk(w->vg, d)->pe_count);

		if (is_area(seg, disk(w->vg, d), e))
			return NULL;
		if (w->is_free[d][e])
			use(disk(w->vg, d), e, 1);
		w->is_free[d][e] = false;
		seg->areas[i] = (struct area) { .kind = AREA_PV, .pv = disk(w->vg, d), .start = e };
	}
	return seg;
}

static void check_area(struct world *w, const struct alloc_piece *p, uint32_t area)
{
	unsigned d = disk_number(p->pvs[area]);

	for (uint32_t e = p->starts[area]; e < p->starts[area] + p->count; e++) {
		ck_assert_msg(e < p->pvs[area]->pe_count && w->is_free[d][e], "extent %u of d%u is not free", e, d);
		ck_assert_msg(w->allowed[d][e], "extent %u of d%u was not chosen", e, d);
		w->is_free[d][e] = false;
	}
}

static bool follows(const struct alloc_piece *p, const struct lvol_segment *behind)
{
	for (uint32_t i = 0; i < behind->area_count; i++)
		if (p->pvs[i] != behind->areas[i].pv || p->starts[i] != behind->areas[i].start + behind->area_extents)
			return false;
	return true;
}

static void check_piece(const struct ask *ask, const struct alloc_piece *p)
{
	bool clings = ask->behind;

	for (uint32_t i = 0; i < ask->areas; i++)
		clings = clings && p->pvs[i] == ask->behind->areas[i].pv;
	if (ask->behind && ask->policy == LVOL_ALLOC_CONTIGUOUS)
		ck_assert(follows(p, ask->behind));
	if (ask->behind && ask->policy == LVOL_ALLOC_CLING)
		ck_assert(clings);
	if (ask->policy == LVOL_ALLOC_ANYWHERE || clings)
		return;
	for (uint32_t i = 0; i < ask->areas; i++)
		for (uint32_t k = 0; k < i; k++)
			ck_assert(p->pvs[i] != p->pvs[k]);
}

static void check_success(struct world *w, const struct ask *ask, const struct allocation *a)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < a->pieces.len; i++) {
		for (uint32_t k = 0; k < ask->areas; k++)
			check_area(w, &a->pieces.items[i], k);
		check_piece(ask, &a->pieces.items[i]);
		sum += a->pieces.items[i].count;
	}
	ck_assert_uint_eq(sum, a->area_extents);
	ck_assert(sum && sum <= ask->extents && (ask->approximate || sum == ask->extents));
	ck_assert(ask->policy != LVOL_ALLOC_CONTIGUOUS || a->pieces.len == 1);
}

/* Where it is easy to say that it would have been possible. */
static void check_failure(const struct world *w, const struct ask *ask)
{
	uint64_t have = usable(w);

	if (ask->policy == LVOL_ALLOC_ANYWHERE || (ask->policy == LVOL_ALLOC_NORMAL && ask->areas == 1))
		ck_assert_uint_lt(have, ask->approximate ? ask->areas : (uint64_t)ask->areas * ask->extents);
	if (ask->policy == LVOL_ALLOC_CONTIGUOUS && ask->areas == 1 && !ask->behind)
		ck_assert_uint_lt(longest_usable(w), ask->approximate ? 1 : ask->extents);
}

START_TEST(random_requests)
{
	for (uint64_t seed = (uint64_t)_i * 500; seed < (uint64_t)(_i + 1) * 500; seed++) {
		char words[DISKS][32];
		const char *list[DISKS + 1];
		struct lvol_error err = LVOL_ERROR_INIT;
		struct allocation a;
		struct world w;
		struct ask ask = {0};
		uint64_t before;
		int ret;

		make_world(&w, seed);
		ask.vg = w.vg;
		ask.areas = 1 + random_below(&w, random_below(&w, 2) ? 1 : 4);
		ask.extents = 1 + random_below(&w, random_below(&w, 2) ? 8 : 80);
		ask.policy = LVOL_ALLOC_CONTIGUOUS + (int)random_below(&w, 4);
		ask.approximate = !random_below(&w, 4);
		ask.behind = random_behind(&w, ask.areas);
		ask.pvs = random_pvs(&w, words, list);
		before = w.vg->free_count;
		ret = allocate(&ask, &a, &err);
		if (ret)
			check_failure(&w, &ask);
		else
			check_success(&w, &ask, &a);
		ck_assert(!ret || ret == -LVOL_E_NO_SPACE);
		ck_assert_uint_eq(w.vg->free_count, before);
		if (!ret)
			lvi_allocation_free(&a);
		lvi_vg_unref(w.vg);
	}
}
END_TEST

/* Many runs, few of them needed: no request may look at all. */
START_TEST(many_runs)
{
	unsigned disks = t_long() ? 1000 : 50, runs = 1000, requests = t_long() ? 10000 : 1000;
	struct lvol_vg *vg = make_ready_vg();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct allocation a;

	/* runs of 1, 2 and 3 extents */
	for (unsigned d = 0; d < disks; d++) {
		struct lvol_pv *pv = make_disk(vg, 3 * runs);

		for (uint32_t i = 0, at = 0; i < runs; i++) {
			at += 1 + i % 3;
			if (at < pv->pe_count)
				use(pv, at++, 1);
		}
	}
	for (unsigned i = 0; i < requests; i++) {
		const struct ask asks[] = { { vg, 1, 3 }, { vg, 1, 5 }, { vg, 2, 4 }, { vg, 1, 1, LVOL_ALLOC_CONTIGUOUS } };

		t_ok(allocate(&asks[i % 4], &a, &err), err);
		for (size_t p = 0; p < a.pieces.len; p++)
			for (uint32_t k = 0; k < asks[i % 4].areas; k++)
				use(a.pieces.items[p].pvs[k], a.pieces.items[p].starts[k], a.pieces.items[p].count);
		lvi_allocation_free(&a);
	}
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("txn alloc");
	TCase *lvm2 = make_case(suite, "as lvm2"), *policy = make_case(suite, "policy"), *where = make_case(suite, "where");
	TCase *random = make_case(suite, "random");

	tcase_add_test(lvm2, as_lvm2_linear);
	tcase_add_test(lvm2, as_lvm2_stripes);
	tcase_add_test(lvm2, as_lvm2_growing);
	tcase_add_test(lvm2, as_lvm2_growing_stripes);
	tcase_add_test(lvm2, as_lvm2_anywhere);
	tcase_add_test(policy, contiguous);
	tcase_add_test(policy, cling);
	tcase_add_test(policy, cling_to_one_pv_twice);
	tcase_add_test(policy, areas_on_different_pvs);
	tcase_add_test(policy, anywhere_takes_everything);
	tcase_add_test(where, chosen_pvs);
	tcase_add_test(where, growing_into_chosen_pvs);
	tcase_add_test(where, pvs_that_do_not_count);
	tcase_add_test(where, nothing_at_all);
	tcase_add_test(where, as_many_as_there_are);
	tcase_set_timeout(random, 60);
	tcase_add_loop_test(random, random_requests, 0, 8);
	tcase_add_test(random, many_runs);
	return t_main(suite);
}
