/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mirrors of the golden images read as they did on the kernel, before they are synchronised and after, and say what the
 * kernel said of them; where the log is on disk and the end was orderly, at once.
 */
#include "config.h"

#if HAVE_JSONC
#include "golden_world.h"

static struct lvol_error err;

static void check_status(const struct scenario *s, const char *name, const char *kernel)
{
	char *words = strdup(kernel), *save = NULL, ours[256], want[512] = "";
	size_t used = 0;

	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		char word[256];

		print_word(s, w, word, sizeof word);
		used += snprintf(want + used, sizeof want - used, "%s%s", used ? " " : "", word);
	}
	dmw_status(s->w, name, ours, sizeof ours);
	ck_assert_str_eq(ours, want);
	free(words);
}

static void synchronise(struct dm_world *w, const char *name)
{
	struct user_live *live = dmw_live(w, name, 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
}

static unsigned check_scenario(const char *name, bool orderly)
{
	struct scenario s;
	struct json_object *volumes;
	unsigned found = 0;

	open_scenario(name, true, &s);
	volumes = field(s.root, "volumes");
	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		struct json_object *v = json_object_array_get_idx(volumes, i);
		const char *dm_name = string_of(v, "dm_name"), *kernel = kernel_status(&s, dm_name, "mirror");
		struct backend_device *dev;

		if (!kernel)
			continue;
		dev = dmw_open(s.w, dm_name, BACKEND_WRITE);
		check_content(dev, v);
		if (orderly && strstr(kernel, " disk "))
			check_status(&s, dm_name, kernel);
		synchronise(s.w, dm_name);
		check_status(&s, dm_name, kernel);
		check_content(dev, v);
		dmw_close(dev);
		found++;
	}
	ck_assert_str_eq(dmw_log(s.w), "");
	close_scenario(&s);
	return found;
}

START_TEST(mirrors_read_as_on_the_kernel)
{
	ck_assert_uint_eq(check_scenario("mirror", true), 4);
	ck_assert_uint_eq(check_scenario("unclean-crash", false), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mirror golden");
	TCase *tests = tcase_create("images");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, mirrors_read_as_on_the_kernel);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("this build has no json-c, with which manifests are read"); }
#endif
