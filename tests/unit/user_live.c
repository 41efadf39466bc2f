/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices with a state: made once, shared, stopped and gone with the last user; what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "dm_world.h"

static struct lvol_error err;

START_TEST(bytes_go_through)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev, *disk;
	char buf[5000];

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "slow", "0 100 delay disk0 10 0");
	dmw_define(w, "lv", "0 50 linear slow 0; 50 50 linear slow 50");
	memset(buf, 7, sizeof buf);
	dev = dmw_open(w, "lv", BACKEND_WRITE);
	dmw_write(dev, buf, sizeof buf, 100);
	dmw_check_byte(dev, 7, sizeof buf, 100);
	dmw_flush(dev);
	disk = dmw_open(w, "disk0", 0);
	dmw_check_byte(disk, 0, 5120 + 100, 0);
	dmw_check_byte(disk, 7, sizeof buf, 5120 + 100);
	dmw_check_byte(disk, 0, 1000, 5120 + 5100);
	dmw_close(disk);
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
}
END_TEST

/* One for all that stands on it, whatever the way to it, until the last is closed. */
START_TEST(lives_are_shared)
{
	struct dm_world *w = dmw_new();
	struct backend_device *a, *b;
	struct user_live *live;

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "shared", "0 100 delay disk0 0 0; 100 100 delay disk0 100 0");
	dmw_define(w, "a", "0 50 linear shared 0; 50 50 linear shared 150");
	dmw_define(w, "b", "0 60 delay shared 20 0");
	a = dmw_open(w, "a", BACKEND_WRITE);
	live = dmw_live(w, "shared", 0);
	ck_assert_ptr_nonnull(live);
	ck_assert_ptr_ne(live, dmw_live(w, "shared", 1));
	ck_assert_uint_eq(live->length, 100 * 512);
	ck_assert_uint_eq(live->port_count, 1);
	ck_assert_str_eq(live->ports[0].name, "disk0");
	ck_assert_ptr_null(live->ports[0].uuid);
	b = dmw_open(w, "b", 0);
	ck_assert_ptr_eq(dmw_live(w, "shared", 0), live);
	ck_assert_uint_eq(live->refs, 2);
	ck_assert_str_eq(dmw_live(w, "b", 0)->ports[0].uuid, "TEST-shared");
	dmw_close(a);
	ck_assert_ptr_eq(dmw_live(w, "shared", 0), live);
	dmw_close(b);
	ck_assert_ptr_null(dmw_live(w, "shared", 0));
	ck_assert_ptr_null(dmw_live(w, "b", 0));
	dmw_free(w);
}
END_TEST

/* A target made from another, that counts what happens to it. */
static struct user_target counting;
static int stops, destroys, flushes;
static int stop_result;

static int count_stop(struct user_live *live, struct lvol_error *e)
{
	ck_assert_int_eq(destroys, 0);
	stops++;
	return stop_result ? lvi_error(e, -stop_result, live->name, "it will not") : 0;
}

static void count_destroy(struct user_live *live)
{
	destroys++;
	lvi_user_delay.destroy(live);
}

static int count_flush(struct user_live *live, struct lvol_error *e)
{
	flushes++;
	return lvi_user_delay.flush(live, e);
}

static struct user_live *count_ops(struct user_live *live)
{
	counting = lvi_user_delay;
	counting.stop = count_stop;
	counting.destroy = count_destroy;
	counting.flush = count_flush;
	live->target = &counting;
	return live;
}

START_TEST(stopped_only_after_writing)
{
	struct dm_world *w = dmw_new();
	struct backend_device *a, *b;
	char buf[512] = "x";

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "shared", "0 100 delay disk0 0 0");
	a = dmw_open(w, "shared", BACKEND_WRITE);
	count_ops(dmw_live(w, "shared", 0));
	dmw_read(a, buf, 512, 0);
	dmw_close(a);
	ck_assert_int_eq(stops, 0);
	ck_assert_int_eq(destroys, 1);

	destroys = 0;
	a = dmw_open(w, "shared", BACKEND_WRITE);
	count_ops(dmw_live(w, "shared", 0));
	dmw_write(a, buf, 512, 0);
	b = dmw_open(w, "shared", 0);
	dmw_close(a);
	ck_assert_int_eq(stops, 0);
	stop_result = -LVOL_E_IO;
	dmw_close(b);
	ck_assert_int_eq(stops, 1);
	ck_assert_int_eq(destroys, 1);
	ck_assert_ptr_nonnull(strstr(dmw_log(w), "shared was not left in order: it will not"));
	dmw_free(w);
}
END_TEST

/* Through a fast way or not, what was written below makes a flush go all the way, once. */
START_TEST(flush_reaches_what_was_written)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev, *other;
	char buf[512] = "x";

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "low", _i ? "0 100 delay disk0 0 1" : "0 100 delay disk0 0 0");
	dmw_define(w, "mid", "0 100 delay low 0 0");
	dmw_define(w, "top", "0 100 linear mid 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	other = dmw_open(w, "top", 0);
	count_ops(dmw_live(w, "low", 0));
	dmw_flush(dev);
	ck_assert_int_eq(flushes, 0);
	dmw_write(dev, buf, 512, 512);
	dmw_flush(other);
	ck_assert_int_eq(flushes, 0);
	dmw_flush(dev);
	ck_assert_int_eq(flushes, 1);
	dmw_flush(dev);
	ck_assert_int_eq(flushes, 1);
	dmw_zero(dev, 512, 0);
	dmw_flush(dev);
	ck_assert_int_eq(flushes, 2);
	dmw_close(other);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* As long as it is open, a device is what it was. */
START_TEST(other_table_is_busy)
{
	static const char *const others[] = {
		"0 100 delay disk0 0 1", "0 100 delay disk0 1 0", "0 100 delay disk1 0 0", "0 90 delay disk0 0 0",
		"0 100 flakey disk0 0 1 1",
	};
	struct dm_world *w = dmw_new();
	struct backend_device *a, *b;

	dmw_memory(w, "disk0", 1000);
	dmw_memory(w, "disk1", 1000);
	dmw_define(w, "shared", "0 100 delay disk0 0 0");
	dmw_define(w, "b", "0 50 linear shared 0");
	a = dmw_open(w, "shared", 0);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		dmw_define(w, "shared", others[i]);
		t_fails(dmw_try_open(w, "b", 0, &b, &err), LVOL_E_BUSY, err);
		ck_assert_ptr_nonnull(strstr(err.message, "shared"));
		ck_assert_ptr_nonnull(strstr(err.message, "close"));
	}
	dmw_close(a);
	b = dmw_open(w, "b", 0);
	dmw_close(b);
	dmw_free(w);
}
END_TEST

/* Also when it is something further down that is another. */
START_TEST(other_table_below_is_busy)
{
	struct dm_world *w = dmw_new();
	struct backend_device *a, *b;

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "low", "0 100 linear disk0 0");
	dmw_define(w, "shared", "0 100 delay low 0 0");
	a = dmw_open(w, "shared", 0);
	dmw_define(w, "low", "0 100 linear disk0 1");
	t_fails(dmw_try_open(w, "shared", 0, &b, &err), LVOL_E_BUSY, err);
	dmw_missing(w, "low", 100);
	t_fails(dmw_try_open(w, "shared", 0, &b, &err), LVOL_E_BUSY, err);
	dmw_define(w, "low", "0 100 linear disk0 0");
	b = dmw_open(w, "shared", 0);
	dmw_close(b);
	dmw_close(a);
	dmw_free(w);
}
END_TEST

static void define_tower(struct dm_world *w, unsigned height)
{
	char name[32], table[64] = "0 100 delay disk0 0 0";

	for (unsigned i = 1; i <= height; i++) {
		snprintf(name, sizeof name, "d%u", i);
		dmw_define(w, name, table);
		snprintf(table, sizeof table, "0 100 delay d%u 0 0", i);
	}
}

START_TEST(too_high_is_refused)
{
	struct dm_world *w = dmw_new();
	struct backend_device *a, *b;
	char buf[1024];

	dmw_memory(w, "disk0", 1000);
	define_tower(w, 33);
	memset(buf, 9, sizeof buf);
	t_fails(dmw_try_open(w, "d33", BACKEND_WRITE, &b, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert_ptr_null(dmw_live(w, "d1", 0));
	a = dmw_open(w, "d32", BACKEND_WRITE);
	dmw_write(a, buf, sizeof buf, 100);
	dmw_check_byte(a, 9, sizeof buf, 100);
	/* half of it is there already */
	t_fails(dmw_try_open(w, "d33", 0, &b, &err), LVOL_E_NOT_SUPPORTED, err);
	dmw_close(a);
	a = dmw_open(w, "d20", 0);
	t_fails(dmw_try_open(w, "d33", 0, &b, &err), LVOL_E_NOT_SUPPORTED, err);
	b = dmw_open(w, "d32", 0);
	dmw_close(b);
	dmw_close(a);
	dmw_free(w);
}
END_TEST

/* Two ways at each of 30 heights: 2^30 ways, each live once. */
START_TEST(many_ways_are_one)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	char name[32], table[96] = "0 100 delay disk0 0 0";

	dmw_memory(w, "disk0", 1000);
	for (unsigned i = 1; i <= 30; i++) {
		snprintf(name, sizeof name, "d%u", i);
		dmw_define(w, name, table);
		snprintf(table, sizeof table, "0 100 delay d%u 0 0 d%u 0 0 d%u 0 0", i, i, i);
	}
	dev = dmw_open(w, "d30", BACKEND_WRITE);
	ck_assert_uint_eq(dmw_live(w, "d29", 0)->refs, 3);
	dmw_check_byte(dev, 0, 1000, 0);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(writable_all_the_way_down)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	char *dir = t_tmpdir(), *path = t_path(dir, "file");

	dmw_memory(w, "disk0", 1000);
	t_sparse_file(path, 512000);
	dmw_path(w, "sealed", path, LVOL_DEV_READ_ONLY);
	dmw_define(w, "low", "0 100 delay disk0 0 0 sealed 0 0");
	dmw_define(w, "top", "0 100 delay low 0 0");
	t_fails(dmw_try_open(w, "top", BACKEND_WRITE, &dev, &err), LVOL_E_READ_ONLY, err);
	ck_assert_ptr_nonnull(strstr(err.message, "sealed"));
	dev = dmw_open(w, "top", 0);
	ck_assert(!dmw_live(w, "low", 0)->may_write);
	dmw_close(dev);
	dmw_define(w, "low", "0 100 delay disk0 0 0");
	dev = dmw_open(w, "top", BACKEND_WRITE);
	ck_assert(dmw_live(w, "low", 0)->may_write);
	dmw_close(dev);
	free(path);
	free(dir);
	dmw_free(w);
}
END_TEST

/* What stands beside the top is held, and goes with it. */
START_TEST(others_are_held)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "shared", "0 100 delay disk0 0 0");
	dmw_define(w, "beside", "0 100 delay shared 0 0");
	dmw_define(w, "top", "0 100 linear shared 0");
	dev = dmw_open(w, "top beside", BACKEND_WRITE);
	ck_assert(dmw_live(w, "beside", 0) && dmw_live(w, "beside", 0)->may_write);
	dmw_close(dev);
	ck_assert_ptr_null(dmw_live(w, "beside", 0));
	dmw_free(w);
}
END_TEST

START_TEST(no_mapper_no_state)
{
	struct dm_graph *g = lvi_dm_graph_new();
	struct dm_node *node = lvi_dm_graph_add(g, "slow", "uuid");
	struct dm_line *line = lvi_dm_line_add(&node->table, 0, 8, "delay", 3);
	struct backend_open how = { .flags = 0 };
	struct backend_device *dev;

	ck_assert_int_eq(lvi_dm_arg_text(&node->table, line, "x"), 0);
	t_fails(lvi_backend_user.open(g, node, &how, &dev, &err), LVOL_E_NOT_SUPPORTED, err);
	lvi_dm_graph_free(g);
}
END_TEST

static const char *const bad_tables[] = {
	"0 100 delay", "0 100 delay disk0 0", "0 100 delay disk0 0 0 0", "0 100 delay 5 0 0", "0 100 delay disk0 x 0",
	"0 100 delay disk0 0 -1", "0 100 delay disk0 901 0", "0 100 delay disk0 0 0 disk0 901 0", "0 1001 delay disk0 0 0",
	"0 100 delay disk0 18446744073709551615 0",
	"0 100 flakey disk0 0 1", "0 100 flakey disk0 0 0 0", "0 100 flakey disk0 0 4294967295 1",
	"0 100 flakey disk0 0 1 1 1", "0 100 flakey disk0 0 1 1 2 drop_writes",
	"0 100 flakey disk0 0 1 1 2 drop_writes drop_writes", "0 100 flakey disk0 0 1 1 2 drop_writes error_writes",
	"0 100 flakey disk0 0 1 1 4 corrupt_bio_byte 1 r 1", "0 100 flakey disk0 0 1 1 5 corrupt_bio_byte 0 r 1 0",
	"0 100 flakey disk0 0 1 1 5 corrupt_bio_byte 1 x 1 0", "0 100 flakey disk0 0 1 1 5 corrupt_bio_byte 1 r 256 0",
	"0 100 flakey disk0 0 1 1 6 drop_writes corrupt_bio_byte 1 w 1 0",
	"0 100 flakey disk0 0 1 1 6 error_reads corrupt_bio_byte 1 r 1 0",
};

START_TEST(bad_tables_are_refused)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;

	dmw_memory(w, "disk0", 1000);
	dmw_define(w, "bad", bad_tables[_i]);
	t_fails(dmw_try_open(w, "bad", 0, &dev, &err), LVOL_E_CORRUPT, err);
	ck_assert_msg(strstr(err.message, "bad") != NULL, "%s", err.message);
	ck_assert_ptr_null(dmw_live(w, "bad", 0));
	dmw_free(w);
}
END_TEST

/* Objects of several lives. */
static int made, freed;

static int make_object(void **out, struct lvol_error *e)
{
	made++;
	*out = strdup("object");
	return 0;
}

static int make_none(void **out, struct lvol_error *e)
{
	return lvi_error(e, LVOL_E_IO, NULL, "there is none");
}

static void free_object(void *object)
{
	freed++;
	free(object);
}

START_TEST(shared_objects)
{
	static const struct user_shared_ops one = { "one", make_object, free_object },
			two = { "two", make_object, free_object },
			none = { "none", make_none, free_object };
	struct user_mapper *m = NULL;
	void *a = NULL, *b = NULL, *c = NULL, *d = NULL;

	t_ok(lvi_user_mapper_new(NULL, &m, &err), err);
	t_ok(lvi_user_shared_get(m, &one, "x", &a, &err), err);
	t_ok(lvi_user_shared_get(m, &one, "x", &b, &err), err);
	t_ok(lvi_user_shared_get(m, &one, "y", &c, &err), err);
	t_ok(lvi_user_shared_get(m, &two, "x", &d, &err), err);
	ck_assert(a == b && a != c && a != d && c != d);
	t_fails(lvi_user_shared_get(m, &none, "x", &a, &err), LVOL_E_IO, err);
	lvi_user_shared_put(m, &one, a);
	ck_assert_int_eq(freed, 0);
	lvi_user_shared_put(m, &one, b);
	lvi_user_shared_put(m, &one, c);
	lvi_user_shared_put(m, &two, d);
	ck_assert_int_eq(made, 3);
	ck_assert_int_eq(freed, 3);
	lvi_user_mapper_free(m);
}
END_TEST

/* Thousands of lines with a state, over thousands of segments: in proportion. */
START_TEST(many_lines)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct textbuf table = { 0 };
	char buf[512 * 3];

	dmw_memory(w, "disk0", 20000);
	for (int i = 0; i < 5000; i++)
		lvi_textbuf_printf(&table, "%d 2 delay disk0 %d 0\n", i * 2, i * 4 % 20000);
	dmw_define(w, "lv", table.data);
	lvi_textbuf_free(&table);
	memset(buf, 5, sizeof buf);
	dev = dmw_open(w, "lv", BACKEND_WRITE);
	dmw_write(dev, buf, sizeof buf, 4000 * 512);
	dmw_check_byte(dev, 5, sizeof buf, 4000 * 512);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("user_live");
	TCase *tc = tcase_create("live");

	tcase_add_test(tc, bytes_go_through);
	tcase_add_test(tc, lives_are_shared);
	tcase_add_test(tc, stopped_only_after_writing);
	tcase_add_loop_test(tc, flush_reaches_what_was_written, 0, 2);
	tcase_add_test(tc, other_table_is_busy);
	tcase_add_test(tc, other_table_below_is_busy);
	tcase_add_test(tc, too_high_is_refused);
	tcase_add_test(tc, many_ways_are_one);
	tcase_add_test(tc, writable_all_the_way_down);
	tcase_add_test(tc, others_are_held);
	tcase_add_test(tc, no_mapper_no_state);
	tcase_add_loop_test(tc, bad_tables_are_refused, 0, sizeof bad_tables / sizeof bad_tables[0]);
	tcase_add_test(tc, shared_objects);
	tcase_add_test(tc, many_lines);
	suite_add_tcase(s, tc);
	return t_main(s);
}
