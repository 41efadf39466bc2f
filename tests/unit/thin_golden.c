/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin devices of the golden images read as they did on the kernel, and their metadata say what thin_dump says. */
#include "config.h"

#if HAVE_JSONC
#include <unistd.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_pool.h"
#include "backend/user/thin_read.h"
#include "golden_world.h"
#include "thin_world.h"

static struct lvol_error err;

/* Numbers of blocks and the transaction; what a discard becomes depends on the data device. */
static void check_pool_status(struct scenario *s, const char *name, const char *kernel)
{
	char ours[256];
	int numbers = strstr(kernel, " - ") - kernel;

	dmw_status(s->w, name, ours, sizeof ours);
	ck_assert_msg(!strncmp(ours, kernel, numbers), "%s: \"%s\", and the kernel: \"%s\"", name, ours, kernel);
}

static void check_device(struct scenario *s, struct json_object *volume)
{
	const char *name = string_of(volume, "dm_name"), *kernel = kernel_status(s, name, "thin");
	struct backend_device *dev = dmw_open(s->w, name, 0);
	char ours[256];

	check_content(dev, volume);
	dmw_status(s->w, name, ours, sizeof ours);
	ck_assert_str_eq(ours, kernel);
	dmw_close(dev);
}

/* thin_restore makes metadata of the dump; what we read in them is the dump again. */
static void check_restored(const char *xml)
{
	char *dir = t_tmpdir(), *from = t_path(dir, "dump.xml"), *to = t_path(dir, "restored"), *ours;
	struct memory m = { .bytes = (uint64_t)4 << 20 };
	struct pd_store store = memory_store(&m);
	struct textbuf out = { 0 };
	struct thin_view view;
	struct thin_md *md;

	t_write_file(from, xml, strlen(xml));
	t_sparse_file(to, m.bytes);
	t_sh_ok("PATH=$PATH:/usr/sbin; thin_restore -i '%s' -o '%s'", from, to);
	m.data = (uint8_t *)t_read_file(to, NULL);
	t_ok(lvi_thin_md_new(&store, 64, &md, &err), err);
	t_ok(lvi_thin_check(md, &err), err);
	t_ok(lvi_thin_view(md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &out, &err), err);
	ours = lvi_textbuf_take(&out, NULL);
	ck_assert_str_eq(ours, xml);
	lvi_thin_md_free(md);
	free(ours);
	free(m.data);
	free(from);
	free(to);
	free(dir);
}

static void check_dump(struct scenario *s, const char *pool, const char *xml)
{
	struct backend_device *dev = dmw_open(s->w, pool, 0);
	struct thin_pool *state = dmw_live(s->w, pool, 0)->state;
	struct textbuf out = { 0 };
	struct thin_view view;
	char *ours;

	check_pool_status(s, pool, kernel_status(s, pool, "thin-pool"));
	t_ok(lvi_thin_view(state->md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &out, &err), err);
	ours = lvi_textbuf_take(&out, NULL);
	ck_assert_str_eq(ours, xml);
	if (t_have_program("thin_restore") || !access("/usr/sbin/thin_restore", X_OK))
		check_restored(xml);
	free(ours);
	dmw_close(dev);
}

static void check_dumps(struct scenario *s)
{
	struct json_object *dumps = field(s->root, "thin_dump");

	if (!dumps)
		return;
	json_object_object_foreach(dumps, key, xml) {
		char pool[128];

		/* "vg0/pool_tmeta" -> "vg0-pool-tpool" */
		snprintf(pool, sizeof pool, "%.*s-tpool", (int)(strrchr(key, '_') - key), key);
		*strchr(pool, '/') = '-';
		if (kernel_status(s, pool, "thin-pool"))
			check_dump(s, pool, json_object_get_string(xml));
	}
}

static unsigned check_scenario(const char *name)
{
	struct scenario s;
	unsigned found = 0;

	open_scenario(name, false, &s);
	for (size_t i = 0; i < json_object_array_length(field(s.root, "volumes")); i++) {
		struct json_object *v = json_object_array_get_idx(field(s.root, "volumes"), i);

		if (!kernel_status(&s, string_of(v, "dm_name"), "thin") || !string_of(v, "sha256"))
			continue;
		check_device(&s, v);
		found++;
	}
	check_dumps(&s);
	close_scenario(&s);
	return found;
}

START_TEST(thin_devices_read_as_on_the_kernel)
{
	char **names = t_golden_names();
	unsigned found = 0;

	for (char **name = names; *name; name++)
		found += check_scenario(*name);
	ck_assert_uint_ge(found, 10);
	t_names_free(names);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin golden");
	TCase *tests = tcase_create("images");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, thin_devices_read_as_on_the_kernel);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
#else
#include "util.h"

int main(void) { t_skip_all("this build has no json-c, with which manifests are read"); }
#endif
