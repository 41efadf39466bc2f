/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Volumes of a thin pool that the kernel filled are exported and imported elsewhere: whole, what changed, in pieces of any
 * size, interrupted anywhere. What does not fit is refused before it is written.
 */
#include "lv_world.h"

static struct lvol_error err;

/* The golden pool, and a VG with a plain LV "copy" to import into. */
struct pair {
	struct world from, to;
	struct lvol_vg *pool, *vg;
	struct lvol_io *copy;
};

struct bytes { uint8_t *data; size_t len, room; };

static void open_pair(struct pair *p)
{
	world_golden(&p->from, "thin-basic", 2);
	p->pool = look(&p->from, "vg0");
	WORLD(&p->to, 260);
	begin(&p->to);
	create(&p->to, "copy", 220);
	commit(&p->to);
	p->vg = look(&p->to, NULL);
	t_ok(lvol_io_open(lvol_lv_find(p->vg, "copy"), LVOL_IO_WRITE, &p->copy, &err), err);
}

static void close_pair(struct pair *p)
{
	lvol_io_close(p->copy);
	lvol_vg_unref(p->vg);
	lvol_vg_unref(p->pool);
	world_free(&p->to);
	world_free(&p->from);
}

static const struct lvol_lv *lv_of(struct pair *p, const char *name)
{
	const struct lvol_lv *lv = lvol_lv_find(p->pool, name);

	ck_assert_msg(lv != NULL, "there is no %s", name);
	return lv;
}

/* All of a stream, pulled in pieces of @piece bytes. */
static struct bytes export_in(struct pair *p, const char *name, const char *since, const char *resume, size_t piece)
{
	struct lvol_export_opts o = LVOL_EXPORT_OPTS_INIT;
	struct bytes b = { 0 };
	struct lvol_export *e;
	size_t got;

	o.since = since ? lv_of(p, since) : NULL;
	o.resume = resume;
	t_ok(lvol_export_open(lv_of(p, name), &o, &e, &err), err);
	do {
		if (b.room - b.len < piece)
			b.data = realloc(b.data, b.room = b.room * 2 + piece);
		t_ok(lvol_export_read(e, b.data + b.len, piece, &got, &err), err);
		b.len += got;
	} while (got == piece);
	ck_assert_uint_eq(lvol_export_position(e), lvol_lv_size_bytes(lv_of(p, name)));
	ck_assert_int_gt(strlen(lvol_export_content(e)), 38);
	lvol_export_close(e);
	return b;
}

/* Returns what the import answered last; @held and @resume may be NULL, @told gets where to go on. */
struct take { const char *held, *resume; uint32_t flags; size_t piece; char content[80], told[200]; };

static int import_in(struct pair *p, const struct bytes *b, struct take *t)
{
	struct lvol_import_opts o = LVOL_IMPORT_OPTS_INIT;
	struct lvol_import *i;
	int r = 0;

	o.content = t->held;
	o.resume = t->resume;
	o.flags = t->flags;
	t_ok(lvol_import_open(p->copy, &o, &i, &err), err);
	for (size_t at = 0; !r && at < b->len; at += t->piece)
		r = lvol_import_write(i, b->data + at, b->len - at < t->piece ? b->len - at : t->piece, &err);
	if (!r)
		r = lvol_import_finish(i, &err);
	snprintf(t->content, sizeof t->content, "%s", lvol_import_content(i));
	snprintf(t->told, sizeof t->told, "%s", lvol_import_resume(i));
	lvol_import_close(i);
	return r;
}

static void import_ok(struct pair *p, const struct bytes *b, struct take *t)
{
	t->piece = t->piece ? t->piece : 100000;
	t_ok(import_in(p, b, t), err);
}

/* The copy begins with the content of the volume. */
static void same_content(struct pair *p, const char *name)
{
	size_t size = lvol_lv_size_bytes(lv_of(p, name));
	uint8_t *a = malloc(size), *b = malloc(size);
	struct lvol_io *io;

	t_ok(lvol_io_open(lv_of(p, name), 0, &io, &err), err);
	t_ok(lvol_io_pread(io, a, size, 0, &err), err);
	t_ok(lvol_io_pread(p->copy, b, size, 0, &err), err);
	for (size_t i = memcmp(a, b, size) ? 0 : size; i < size; i++)
		if (a[i] != b[i])
			ck_abort_msg("%s: byte %zu is %02x and not %02x", name, i, b[i], a[i]);
	lvol_io_close(io);
	free(a);
	free(b);
}

static void spoil_copy(struct pair *p)
{
	uint8_t *junk = malloc(MIB);

	memset(junk, 0x5a, MIB);
	for (unsigned i = 0; i < 220; i += 3)
		t_ok(lvol_io_pwrite(p->copy, junk, MIB, i * MIB, &err), err);
	free(junk);
}

START_TEST(whole_volumes_and_what_changed_arrive)
{
	static const size_t pieces[] = { 61, 4096, 999983 };
	struct take whole = { .piece = 777 }, next = { .piece = pieces[_i] * 7 };
	struct bytes all, changed;
	struct pair p;

	open_pair(&p);
	spoil_copy(&p);
	all = export_in(&p, "s1", NULL, NULL, pieces[_i] < 100 ? 5000 : pieces[_i]);
	import_ok(&p, &all, &whole);
	same_content(&p, "s1");
	changed = export_in(&p, "t1", "s1", NULL, pieces[_i]);
	ck_assert_uint_lt(changed.len, all.len / 2);
	next.held = whole.content;
	import_ok(&p, &changed, &next);
	same_content(&p, "t1");
	/* once more: it is there already */
	next.held = next.content;
	import_ok(&p, &changed, &next);
	same_content(&p, "t1");
	free(all.data);
	free(changed.data);
	close_pair(&p);
}
END_TEST

START_TEST(the_wrong_base_is_refused)
{
	struct take whole = { 0 }, t = { .piece = 65536 };
	struct bytes s1, s3, changed;
	uint8_t before[4096], after[4096];
	struct pair p;

	open_pair(&p);
	s1 = export_in(&p, "s1", NULL, NULL, MIB);
	s3 = export_in(&p, "s3", NULL, NULL, MIB);
	changed = export_in(&p, "t1", "s1", NULL, MIB);
	import_ok(&p, &s3, &whole);
	/* by its name: not known, or another one */
	t_fails(import_in(&p, &changed, &t), LVOL_E_CONFLICT, err);
	says(&err, "not known");
	t.held = whole.content;
	t_fails(import_in(&p, &changed, &t), LVOL_E_CONFLICT, err);
	says(&err, "holds");
	same_content(&p, "s3");
	/* and by what is there */
	t.flags = LVOL_IMPORT_ANY_BASE;
	t_ok(lvol_io_pread(p.copy, before, sizeof before, 0, &err), err);
	t_fails(import_in(&p, &changed, &t), LVOL_E_CONFLICT, err);
	says(&err, "does not hold the base");
	t_ok(lvol_io_pread(p.copy, after, sizeof after, 0, &err), err);
	ck_assert(!memcmp(before, after, sizeof before));
	/* the right one, of which nobody remembers the name */
	import_ok(&p, &s1, &whole);
	import_ok(&p, &changed, &t);
	same_content(&p, "t1");
	t.flags |= LVOL_IMPORT_UNCHECKED;
	import_ok(&p, &s3, &whole);
	import_ok(&p, &changed, &t);
	free(s1.data);
	free(s3.data);
	free(changed.data);
	close_pair(&p);
}
END_TEST

START_TEST(an_interrupted_import_goes_on)
{
	struct bytes all;
	struct pair p;

	open_pair(&p);
	all = export_in(&p, "big", NULL, NULL, MIB);
	for (unsigned i = 0; i < 3; i++) {
		struct bytes part = { .data = all.data, .len = t_mix(i) % all.len }, rest;
		struct take t = { .piece = 30000 }, again = { .piece = 50000 };

		if (i % 2 == 0)
			spoil_copy(&p);
		t_fails(import_in(&p, &part, &t), LVOL_E_STATE, err);
		says(&err, "too early");
		rest = export_in(&p, "big", NULL, *t.told ? t.told : NULL, 40000);
		again.resume = *t.told ? t.told : NULL;
		ck_assert_uint_le(rest.len, all.len);
		import_ok(&p, &rest, &again);
		same_content(&p, "big");
		free(rest.data);
	}
	free(all.data);
	close_pair(&p);
}
END_TEST

START_TEST(what_does_not_go_on_there_is_refused)
{
	struct lvol_export_opts o = LVOL_EXPORT_OPTS_INIT;
	struct lvol_import_opts in = LVOL_IMPORT_OPTS_INIT;
	struct take t = { .piece = MIB }, u;
	struct bytes all, other, rest;
	struct lvol_import *i;
	struct lvol_export *e;
	struct lvol_io *io;
	struct pair p;

	open_pair(&p);
	all = export_in(&p, "big", NULL, NULL, MIB);
	import_ok(&p, &all, &t);
	other = export_in(&p, "s1", NULL, NULL, MIB);
	/* of another volume */
	u = (struct take){ .piece = MIB, .resume = t.told };
	t_fails(import_in(&p, &other, &u), LVOL_E_CONFLICT, err);
	/* the rest, where nothing was before */
	rest = export_in(&p, "big", NULL, t.told, MIB);
	u = (struct take){ .piece = MIB };
	t_fails(import_in(&p, &rest, &u), LVOL_E_CONFLICT, err);
	says(&err, "nothing was imported before");
	/* the volume changed */
	t_ok(lvol_io_open(lv_of(&p, "big"), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, "x", 1, 150 * MIB, &err), err);
	lvol_io_close(io);
	o.resume = t.told;
	t_fails(lvol_export_open(lv_of(&p, "big"), &o, &e, &err), LVOL_E_CONFLICT, err);
	o.resume = "12/nonsense";
	t_fails(lvol_export_open(lv_of(&p, "big"), &o, &e, &err), LVOL_E_INVALID, err);
	in.resume = "-1/a/b";
	t_fails(lvol_import_open(p.copy, &in, &i, &err), LVOL_E_INVALID, err);
	in.resume = NULL;
	in.flags = 64;
	t_fails(lvol_import_open(p.copy, &in, &i, &err), LVOL_E_INVALID, err);
	t_ok(lvol_io_open(lv_of(&p, "s1"), 0, &io, &err), err);
	t_fails(lvol_import_open(io, NULL, &i, &err), LVOL_E_READ_ONLY, err);
	lvol_io_close(io);
	o = (struct lvol_export_opts)LVOL_EXPORT_OPTS_INIT;
	o.since = lv_of(&p, "pool_tmeta");
	t_fails(lvol_export_open(lv_of(&p, "s1"), &o, &e, &err), LVOL_E_INVALID, err);
	lvol_export_close(NULL);
	lvol_import_close(NULL);
	free(all.data);
	free(other.data);
	free(rest.data);
	close_pair(&p);
}
END_TEST

START_TEST(damaged_streams_are_refused)
{
	struct take t = { .piece = 1 << 16 };
	struct bytes all;
	struct pair p;

	open_pair(&p);
	all = export_in(&p, "empty", NULL, NULL, MIB);
	free(all.data);
	all = export_in(&p, "t1", "s1", NULL, MIB);
	t.flags = LVOL_IMPORT_ANY_BASE | LVOL_IMPORT_UNCHECKED;
	for (unsigned i = 0; i < 400; i++) {
		size_t at = i < 304 ? i : t_mix(i) % all.len;
		int r;

		all.data[at] ^= 1u << i % 8;
		r = import_in(&p, &all, &t);
		ck_assert_msg(r == -LVOL_E_CORRUPT || r == -LVOL_E_NOT_SUPPORTED, "byte %zu: %d %s", at, r, err.message);
		all.data[at] ^= 1u << i % 8;
	}
	/* more than there should be; less; a record twice */
	all.data = realloc(all.data, all.len + 1);
	all.data[all.len++] = 0;
	t_fails(import_in(&p, &all, &t), LVOL_E_CORRUPT, err);
	says(&err, "follow the end");
	all.len = 100;
	t_fails(import_in(&p, &all, &t), LVOL_E_STATE, err);
	free(all.data);
	close_pair(&p);
}
END_TEST

/* A linear LV has no holes that are known: zeroes are found, and stay holes in a thin volume. */
START_TEST(any_lv_can_be_exported_and_volumes_that_are_too_small_say_so)
{
	struct lvol_export *e;
	struct take t = { .piece = MIB };
	struct bytes all = { .data = malloc(260 * MIB) };
	struct lvol_io *io;
	struct pair p;

	open_pair(&p);
	t_ok(lvol_io_pwrite(p.copy, "begin", 5, 0, &err), err);
	t_ok(lvol_io_pwrite(p.copy, "end", 3, 220 * MIB - 3, &err), err);
	t_ok(lvol_export_open(lvol_lv_find(p.vg, "copy"), NULL, &e, &err), err);
	t_ok(lvol_export_read(e, all.data, 260 * MIB, &all.len, &err), err);
	lvol_export_close(e);
	ck_assert_uint_lt(all.len, 3 * MIB);
	io = p.copy;
	t_ok(lvol_io_open(lv_of(&p, "big"), LVOL_IO_WRITE, &p.copy, &err), err);
	t_fails(import_in(&p, &all, &t), LVOL_E_RANGE, err);
	says(&err, "extend it");
	lvol_io_close(p.copy);
	p.copy = io;
	free(all.data);
	close_pair(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stream");
	TCase *tests = make_case(suite, "streams");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, whole_volumes_and_what_changed_arrive, 0, 3);
	tcase_add_test(tests, the_wrong_base_is_refused);
	tcase_add_test(tests, an_interrupted_import_goes_on);
	tcase_add_test(tests, what_does_not_go_on_there_is_refused);
	tcase_add_test(tests, damaged_streams_are_refused);
	tcase_add_test(tests, any_lv_can_be_exported_and_volumes_that_are_too_small_say_so);
	return t_main(suite);
}
