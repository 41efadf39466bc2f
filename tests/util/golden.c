/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *golden_path(const char *name)
{
	const char *root = getenv("LVOL_SRC");
	char *dir = t_path(root && *root ? root : LVOL_SOURCE_ROOT, "tests/golden");
	char *path = t_path(dir, name);

	free(dir);
	return path;
}

char *t_golden_dir(const char *name)
{
	const char *build = getenv("LVOL_BUILD");
	const char *cache = getenv("LVOL_GOLDEN_CACHE");
	char *unpack = golden_path("unpack.sh");
	char *top = cache && *cache ? strdup(cache) : t_path(build && *build ? build : LVOL_BUILD_ROOT, "golden");
	struct t_output output = t_run((const char *const[]){"sh", unpack, top, name, NULL});
	char *dir;

	ck_assert_msg(output.status == 0, "%s %s: %s%s", unpack, name, output.out, output.err);
	dir = t_path(top, name);
	t_output_free(&output);
	free(unpack);
	free(top);
	return dir;
}

char *t_golden_manifest(const char *name)
{
	char *file, *path;

	ck_assert_int_ge(asprintf(&file, "%s.json", name), 0);
	path = golden_path(file);
	free(file);
	return path;
}

static int is_manifest(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && !strcmp(entry->d_name + length - 5, ".json");
}

char **t_golden_names(void)
{
	char *dir = golden_path("");
	struct dirent **entries;
	int n = scandir(dir, &entries, is_manifest, alphasort);
	char **names;

	ck_assert_msg(n > 0, "%s: %s", dir, n < 0 ? strerror(errno) : "no manifests");
	names = calloc((size_t)n + 1, sizeof(*names));
	ck_assert_ptr_nonnull(names);
	for (int i = 0; i < n; i++) {
		names[i] = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - 5);
		free(entries[i]);
	}
	free(entries);
	free(dir);
	return names;
}

void t_names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}
