/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Legs with integrity of the golden images: every tag fits, status is the kernel's; what is damaged on one leg is read
 * from the other, and mended when it was opened for writing.
 */
#include "config.h"

#if HAVE_JSONC
#include "golden_world.h"

static struct lvol_error err;

static void read_all(struct backend_device *dev)
{
	unsigned char *data = malloc(dev->size_bytes);

	dmw_read(dev, data, dev->size_bytes, 0);
	free(data);
}

START_TEST(tags_of_the_kernel_fit)
{
	static const char *const legs[] = { "vg0-rj_rimage_0", "vg0-rj_rimage_1", "vg0-rb_rimage_0", "vg0-rb_rimage_1" };
	struct backend_device *dev;
	struct scenario s;
	char text[100];

	open_scenario("raid-integrity", false, &s);
	for (unsigned i = 0; i < 4; i++) {
		dev = dmw_open(s.w, legs[i], 0);
		read_all(dev);
		dmw_status(s.w, legs[i], text, sizeof text);
		ck_assert_str_eq(text, kernel_status(&s, legs[i], "integrity"));
		dmw_close(dev);
	}
	close_scenario(&s);
}
END_TEST

static struct json_object *volume(const struct scenario *s, const char *name)
{
	struct json_object *volumes = field(s->root, "volumes");

	for (size_t i = 0; i < json_object_array_length(volumes); i++)
		if (!strcmp(string_of(json_object_array_get_idx(volumes, i), "dm_name"), name))
			return json_object_array_get_idx(volumes, i);
	ck_abort_msg("%s is not there", name);
	return NULL;
}

static void damage(const struct scenario *s, const char *name, uint64_t offset, size_t len)
{
	struct backend_device *dev = dmw_open(s->w, name, BACKEND_WRITE);
	unsigned char junk[8192];

	dmw_write(dev, memset(junk, 0x5a, len), len, offset);
	dmw_close(dev);
}

static unsigned long mismatches(const struct scenario *s, const char *name)
{
	char text[100];

	dmw_status(s->w, name, text, sizeof text);
	return strtoul(text, NULL, 10);
}

static const char *const mirrors[] = { "vg0-rj", "vg0-rb" };
/* In what check_content() reads from that leg. */
static const uint64_t places[] = { 1 << 20, 4014080 };

START_TEST(what_is_damaged_on_a_leg_is_read_from_the_other_and_mended)
{
	struct json_object *v;
	struct backend_device *dev;
	struct scenario s;
	char legs[2][40], below[2][60];
	unsigned char byte;

	open_scenario("raid-integrity", true, &s);
	v = volume(&s, mirrors[_i]);
	for (unsigned i = 0; i < 2; i++) {
		snprintf(legs[i], sizeof legs[i], "%s_rimage_%u", mirrors[_i], i);
		snprintf(below[i], sizeof below[i], "%s_iorig", legs[i]);
		damage(&s, below[i], places[i], 8192);
	}
	dev = dmw_open(s.w, mirrors[_i], 0);
	check_content(dev, v);
	ck_assert(mismatches(&s, legs[0]) + mismatches(&s, legs[1]) > 0);
	dmw_close(dev);
	/* the first write begins what mends */
	dev = dmw_open(s.w, mirrors[_i], BACKEND_WRITE);
	dmw_read(dev, &byte, 1, 0);
	dmw_write(dev, &byte, 1, 0);
	for (unsigned i = 0; i < 8; i++)
		check_content(dev, v);
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(s.w), "");
	for (unsigned i = 0; i < 2; i++) {
		int r = dmw_try_open(s.w, legs[i], 0, &dev, &err);

		t_ok(r, err);
		check_content(dev, v);
		ck_assert_uint_eq(mismatches(&s, legs[i]), 0);
		dmw_close(dev);
	}
	close_scenario(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("integrity golden");
	TCase *tests = tcase_create("images");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, tags_of_the_kernel_fit);
	tcase_add_loop_test(tests, what_is_damaged_on_a_leg_is_read_from_the_other_and_mended, 0, 2);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("this build has no json-c, with which manifests are read"); }
#endif
