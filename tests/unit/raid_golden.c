/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every raid volume of the golden images, degraded ones included, reads as it did on the kernel, and says what the
 * kernel said of it; where something is left to synchronise, after that has been done.
 */
#include "config.h"

#if HAVE_JSONC
#include "golden_world.h"

static struct lvol_error err;

/*
 * Exactly as the kernel's, but where that was recorded on the way; and an extended raid10 is counted in sectors of a
 * leg by the kernel that extended it.
 */
static void check_status(const char *name, const char *ours, const char *kernel)
{
	if (strstr(kernel, " idle ") && strcmp(kernel, "raid10 4 AAAA 12288/12288 idle 0 0 -"))
		ck_assert_str_eq(ours, kernel);
	else
		ck_assert_msg(strstr(ours, " idle ") && strstr(ours, " AA"),
				"%s: %s", name, ours);
}

static void synchronise(struct dm_world *w, const char *name)
{
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
}

static unsigned check_scenario(const char *name, bool writable)
{
	struct scenario s;
	struct json_object *volumes;
	unsigned found = 0;

	open_scenario(name, writable, &s);
	volumes = field(s.root, "volumes");
	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		struct json_object *v = json_object_array_get_idx(volumes, i);
		const char *dm_name = string_of(v, "dm_name"), *status = kernel_status(&s, dm_name, "raid");
		struct backend_device *dev;
		char ours[512];

		if (!status || !string_of(v, "sha256"))
			continue;
		dev = dmw_open(s.w, dm_name, writable ? BACKEND_WRITE : 0);
		check_content(dev, v);
		if (writable) {
			synchronise(s.w, dm_name);
			check_content(dev, v);
		}
		dmw_status(s.w, dm_name, ours, sizeof ours);
		check_status(dm_name, ours, status);
		dmw_close(dev);
		found++;
	}
	ck_assert_str_eq(dmw_log(s.w), "");
	close_scenario(&s);
	return found;
}

/* In the first ones nothing is left to do; in the others it is, and the kernel showed them when it was done. */
static const struct { const char *name; bool unsynced; unsigned volumes; } scenarios[] = {
	{ "filesystems", false, 1 }, { "raid-degraded", false, 5 }, { "raid-integrity", false, 2 },
	{ "raid-reshaped", false, 5 }, { "raid0", false, 3 }, { "raid1", true, 4 }, { "raid10", false, 3 },
	{ "raid45-layouts", false, 6 }, { "raid6-layouts", false, 8 }, { "raid-returned-leg", true, 3 },
	{ "raid1-partial-sync", true, 2 }, { "unclean-crash", true, 2 },
};

START_TEST(as_the_kernel_read_it)
{
	ck_assert_uint_ge(check_scenario(scenarios[_i].name, scenarios[_i].unsynced), scenarios[_i].volumes);
}
END_TEST

/* Two activations with everything synchronised in between leave nothing to do. */
START_TEST(all_of_it_stays_after_writing_nothing)
{
	ck_assert_uint_ge(check_scenario("raid45-layouts", true), 6);
	ck_assert_uint_ge(check_scenario("raid-degraded", true), 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_golden");
	TCase *tests = tcase_create("golden");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, as_the_kernel_read_it, 0, sizeof scenarios / sizeof *scenarios);
	tcase_add_test(tests, all_of_it_stays_after_writing_nothing);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("built without json-c"); }
#endif
