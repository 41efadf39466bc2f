/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writecaches of the golden images read as they did on the kernel and say what the kernel said of them; written back,
 * they read the same, and so do their origins alone.
 */
#include "config.h"

#if HAVE_JSONC
#include "golden_world.h"

static struct lvol_error err;

/* The first numbers are of what is on the devices, the others count what was done since the activation. */
static void check_status(const struct scenario *s, const char *name, const char *kernel)
{
	unsigned long theirs[4], ours[4];
	char text[256];

	dmw_status(s->w, name, text, sizeof text);
	ck_assert_int_eq(sscanf(kernel, "%lu %lu %lu %lu", &theirs[0], &theirs[1], &theirs[2], &theirs[3]), 4);
	ck_assert_int_eq(sscanf(text, "%lu %lu %lu %lu", &ours[0], &ours[1], &ours[2], &ours[3]), 4);
	ck_assert_int_eq(memcmp(ours, theirs, sizeof ours), 0);
}

static void check_clean(const struct scenario *s, const char *name)
{
	unsigned long blocks, left;
	char text[256];

	dmw_status(s->w, name, text, sizeof text);
	ck_assert_int_eq(sscanf(text, "0 %lu %lu 0", &blocks, &left), 2);
	ck_assert_uint_eq(blocks, left);
}

static void check_origin(const struct scenario *s, const char *name, struct json_object *volume)
{
	struct backend_device *dev;
	char origin[64];

	snprintf(origin, sizeof origin, "%s_wcorig", name);
	dev = dmw_open(s->w, origin, 0);
	check_content(dev, volume);
	dmw_close(dev);
}

static void check_volume(const struct scenario *s, struct json_object *v, const char *kernel)
{
	const char *name = string_of(v, "dm_name");
	struct backend_device *dev = dmw_open(s->w, name, 0);

	check_content(dev, v);
	check_status(s, name, kernel);
	dmw_close(dev);
	dev = dmw_open(s->w, name, BACKEND_WRITE);
	t_ok(dmw_message(s->w, name, "flush", NULL, &err), err);
	check_content(dev, v);
	check_clean(s, name);
	dmw_close(dev);
	check_origin(s, name, v);
}

START_TEST(writecaches_read_as_on_the_kernel)
{
	struct json_object *volumes;
	struct scenario s;
	unsigned found = 0;

	open_scenario("writecache", true, &s);
	volumes = field(s.root, "volumes");
	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		struct json_object *v = json_object_array_get_idx(volumes, i);
		const char *kernel = kernel_status(&s, string_of(v, "dm_name"), "writecache");

		if (kernel)
			check_volume(&s, v, kernel);
		found += kernel != NULL;
	}
	ck_assert_uint_eq(found, 2);
	ck_assert_str_eq(dmw_log(s.w), "");
	close_scenario(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("writecache golden");
	TCase *tests = tcase_create("images");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, writecaches_read_as_on_the_kernel);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("this build has no json-c, with which manifests are read"); }
#endif
