/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every cached volume of the golden images, dirty ones included, reads as it did on the kernel and has the kernel's
 * status; and after it has been written back, its origin alone holds the same, and cache_check finds nothing.
 */
#include "config.h"

#if HAVE_JSONC
#include "golden_world.h"

static struct lvol_error err;

/* Word @i of a status; "" behind the end. */
static const char *word_of(const char *status, unsigned i, char *out, size_t size)
{
	while (i-- && status)
		status = strchr(status, ' ') ? strchr(status, ' ') + 1 : NULL;
	snprintf(out, size, "%.*s", status ? (int)strcspn(status, " ") : 0, status ? status : "");
	return out;
}

/* Counters of I/O are those of the end of the recording, what was promoted is the session's own, and blocks in use were
 * counted before the last commit. What discards are for depends on the device below. */
static void check_status(const char *name, const char *ours, const char *kernel)
{
	static const unsigned same[] = { 0, 2, 3, 10 };
	char a[64], b[64];

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		ck_assert_msg(!strcmp(word_of(ours, same[i], a, sizeof a), word_of(kernel, same[i], b, sizeof b)),
				"%s: \"%s\", and the kernel: \"%s\"", name, ours, kernel);
	ck_assert_str_eq(strstr(ours, " 2 migration_threshold "), strstr(kernel, " 2 migration_threshold "));
}

/* migration_threshold was set by a message while it was recorded. */
static void set_threshold(struct scenario *s, const char *name, const char *kernel)
{
	const char *at = strstr(kernel, "migration_threshold ");
	char text[64];

	snprintf(text, sizeof text, "%.*s", (int)(strcspn(at + 20, " ") + 20), at);
	t_ok(dmw_message(s->w, name, text, NULL, &err), err);
}

static void write_back(struct scenario *s, const char *name)
{
	struct user_live *live = dmw_live(s->w, name, 0);
	struct user_progress p;
	char status[512];
	int r;

	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
	dmw_status(s->w, name, status, sizeof status);
	ck_assert_str_eq(word_of(status, 10, status, sizeof status), "0");
}

/* The device of argument @i of a cache's table. */
static char *part_of(struct scenario *s, const char *name, unsigned i)
{
	char table[4096], word[128];

	print_table(s, name, table, sizeof table);
	return strdup(word_of(table, 3 + i, word, sizeof word));
}

static void cache_check(struct scenario *s, const char *metadata)
{
	struct backend_device *dev = dmw_open(s->w, metadata, 0);
	char *path = t_path(s->dir, "metadata");
	unsigned char *data = malloc(dev->size_bytes);

	dmw_read(dev, data, dev->size_bytes, 0);
	t_write_file(path, data, dev->size_bytes);
	if (!system("PATH=$PATH:/usr/sbin command -v cache_check >/dev/null"))
		t_sh_ok("PATH=$PATH:/usr/sbin; cache_check -q '%s'", path);
	dmw_close(dev);
	free(data);
	free(path);
}

static void check_cache(struct scenario *s, struct json_object *volume, bool writable)
{
	const char *name = string_of(volume, "dm_name"), *kernel = kernel_status(s, name, "cache");
	struct backend_device *dev = dmw_open(s->w, name, writable ? BACKEND_WRITE : 0);
	char *origin = part_of(s, name, 2), *metadata = part_of(s, name, 0), ours[512];

	set_threshold(s, name, kernel);
	dmw_status(s->w, name, ours, sizeof ours);
	check_status(name, ours, kernel);
	check_content(dev, volume);
	if (writable) {
		write_back(s, name);
		atomic_store(&dmw_live(s->w, name, 0)->wrote, true);
		check_content(dev, volume);
	}
	dmw_close(dev);
	if (writable) {
		cache_check(s, metadata);
		dev = dmw_open(s->w, origin, 0);
		check_content(dev, volume);
		dmw_close(dev);
		dev = dmw_open(s->w, name, 0);
		dmw_status(s->w, name, ours, sizeof ours);
		ck_assert_str_eq(word_of(ours, 10, ours, sizeof ours), "0");
		dmw_close(dev);
	}
	free(origin);
	free(metadata);
}

static unsigned check_scenario(const char *name, bool writable)
{
	struct scenario s;
	unsigned found = 0;

	open_scenario(name, writable, &s);
	for (size_t i = 0; i < json_object_array_length(field(s.root, "volumes")); i++) {
		struct json_object *v = json_object_array_get_idx(field(s.root, "volumes"), i);

		if (!kernel_status(&s, string_of(v, "dm_name"), "cache") || !string_of(v, "sha256"))
			continue;
		check_cache(&s, v, writable);
		found++;
	}
	ck_assert_str_eq(dmw_log(s.w), "");
	close_scenario(&s);
	return found;
}

static unsigned check_all(bool writable)
{
	char **names = t_golden_names();
	unsigned found = 0;

	for (char **name = names; *name; name++)
		if (strstr(*name, "cache"))
			found += check_scenario(*name, writable);
	t_names_free(names);
	return found;
}

START_TEST(cached_volumes_read_as_on_the_kernel)
{
	ck_assert_uint_ge(check_all(false), 4);
}
END_TEST

START_TEST(written_back_the_origin_holds_it_all)
{
	ck_assert_uint_ge(check_all(true), 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cache golden");
	TCase *tests = tcase_create("images");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, cached_volumes_read_as_on_the_kernel);
	tcase_add_test(tests, written_back_the_origin_holds_it_all);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("this build has no json-c, with which manifests are read"); }
#endif
