/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

#include "api.h"

#include <stdlib.h>
#include <string.h>

static int add_path(struct settings *settings, const char *path)
{
	char **paths = realloc(settings->paths, (settings->path_count + 1) * sizeof(*paths));

	if (!paths) {
		nbdkit_error("out of memory");
		return -1;
	}
	settings->paths = paths;
	paths[settings->path_count] = nbdkit_absolute_path(path);
	if (!paths[settings->path_count])
		return -1;
	settings->path_count++;
	return 0;
}

/* @lv is NULL for "vg=". */
static int set_names(struct settings *settings, const char *vg, size_t vg_len, const char *lv)
{
	if (settings->vg) {
		nbdkit_error("give lv=VG/LV or vg=VG once");
		return -1;
	}
	settings->vg = strndup(vg, vg_len);
	settings->lv = lv ? strdup(lv) : NULL;
	if (settings->vg && (settings->lv || !lv))
		return 0;
	nbdkit_error("out of memory");
	return -1;
}

static int set_lv(struct settings *settings, const char *value)
{
	const char *slash = strchr(value, '/');

	if (slash && slash != value && slash[1] && !strchr(slash + 1, '/'))
		return set_names(settings, value, (size_t)(slash - value), slash + 1);
	nbdkit_error("lv=%s names no LV; say lv=VG/LV", value);
	return -1;
}

static int set_vg(struct settings *settings, const char *value)
{
	if (*value && !strchr(value, '/'))
		return set_names(settings, value, strlen(value), NULL);
	nbdkit_error("vg=%s names no VG; for a single LV say lv=VG/LV", value);
	return -1;
}

static int set_partial(struct settings *settings, const char *value)
{
	int partial = nbdkit_parse_bool(value);

	if (partial == -1)
		return -1;
	settings->partial = partial;
	return 0;
}

int settings_set(struct settings *settings, const char *key, const char *value)
{
	static const struct {
		const char *key;
		int (*set)(struct settings *settings, const char *value);
	} keys[] = { { "device", add_path }, { "lv", set_lv }, { "vg", set_vg }, { "partial", set_partial } };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(key, keys[i].key))
			return keys[i].set(settings, value);
	nbdkit_error("there is no parameter %s; there are device, lv, vg and partial", key);
	return -1;
}

int settings_check(const struct settings *settings)
{
	if (settings->vg)
		return 0;
	nbdkit_error("say what to serve: lv=VG/LV for one LV, or vg=VG for all LVs of a VG");
	return -1;
}

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->path_count; i++)
		free(settings->paths[i]);
	free(settings->paths);
	free(settings->vg);
	free(settings->lv);
	*settings = (struct settings){ 0 };
}
