/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as lvm.conf, lvmlocal.conf and devices file, which a line "---" parts: read them, ask for all that the
 * library asks for, make the filters and hold names against them. A filter's verdict on a device must not depend on
 * names that match nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "conf.h"
#include "dev/devices_file.h"
#include "dev/system.h"
#include "../visit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
	"/dev/sda", "/dev/mapper/vg-lv", "/dev/disk/by-id/wwn-0x5000c500a1b2c3d4-part1", "/dev/nvme0n1p3", "", "a\n]^-[\\", NULL,
};
static const char *const parts[] = { "lvm.conf", "lvmlocal.conf", "system.devices" };

/* One folder for the whole run. */
static char folder[64];

static void path_of(char path[128], unsigned part)
{
	snprintf(path, 128, "%s/%s", folder, parts[part]);
}

static void remove_folder(void)
{
	char path[128];

	for (unsigned i = 0; i < 3; i++) {
		path_of(path, i);
		unlink(path);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	const char *top = getenv("LVOL_TEST_TMP");

	if (*folder)
		return;
	snprintf(folder, sizeof folder, "%.40s/conf-XXXXXX", top && strlen(top) <= 40 ? top : "/tmp");
	visit_must(mkdtemp(folder), "no folder for lvm.conf");
	atexit(remove_folder);
}

static void write_part(unsigned part, const uint8_t *data, size_t size)
{
	char path[128];
	int fd;

	path_of(path, part);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	visit_must(fd >= 0 && write(fd, data, size) == (ssize_t)size, "cannot write a part");
	close(fd);
}

static void write_parts(const uint8_t *data, size_t size)
{
	for (unsigned part = 0; part < 3; part++) {
		const uint8_t *end = part < 2 && size ? memmem(data, size, "\n---\n", 5) : NULL;
		size_t len = end ? (size_t)(end - data) : size, skip = end ? len + 5 : len;

		write_part(part, data, len);
		data += skip;
		size -= skip;
	}
}

static void check_verdicts(const struct dev_filter *filter)
{
	for (const char *const *n = names; *n; n++) {
		const char *once[] = { *n, NULL }, *twice[] = { *n, *n, NULL };

		visit_must(lvi_filter_accepts(filter, once) == lvi_filter_accepts(filter, twice), "the verdict is not stable");
	}
	visit_must(lvi_filter_accepts(filter, names) || !lvi_filter_accepts(filter, names), "unreachable");
}

static void try_filter(const struct lvm_conf *conf, const char *path)
{
	const char *const *patterns;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dev_filter *filter = NULL;
	int r;

	visit_must(!lvi_conf_list(conf, path, &patterns), "memory");
	if (!patterns)
		return;
	r = lvi_filter_new(patterns, &filter, &err);
	visit_must(!r == !!filter && (!r || (r == -LVOL_E_INVALID && *err.message)), "filter and error");
	if (!r)
		check_verdicts(filter);
	lvi_filter_free(filter);
}

static void ask(const struct lvm_conf *conf)
{
	const char *dir = lvi_conf_str(conf, "devices/dir", "/dev");
	const char *const *scan;
	size_t seen = strlen(dir) + strlen(lvi_conf_str(conf, "global/locking_dir", ""));

	visit_must(!lvi_conf_list(conf, "devices/scan", &scan), "memory");
	for (; scan && *scan; scan++)
		seen += strlen(*scan);
	seen += (size_t)lvi_conf_int(conf, "devices/use_devicesfile", 0);
	seen += strlen(lvi_conf_str(conf, "devices/devicesfile", ""));
	/* of the other sources, "file" reads a path that the text names: none of a fuzzer's business */
	if (strcmp(lvi_conf_str(conf, "global/system_id_source", "none"), "file"))
		seen += !!lvi_conf_system_id(conf, folder);
	visit_must(seen + 1, "unreachable");
	try_filter(conf, "devices/filter");
	try_filter(conf, "devices/global_filter");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = lvi_arena_new();
	struct lvol_error err = LVOL_ERROR_INIT;
	const char *const *paths = NULL;
	struct lvm_conf conf;
	char path[128];
	int r;

	make_folder();
	write_parts(data, size);
	r = lvi_conf_read(&conf, arena, folder, &err);
	visit_must(!r || (r == -LVOL_E_CORRUPT && strstr(err.message, "line")), "an error without a line");
	if (!r)
		ask(&conf);
	path_of(path, 2);
	r = lvi_devices_file_read(path, arena, &paths, &err);
	visit_must(!r || *err.message, "an error without a message");
	lvi_arena_free(arena);
	return 0;
}
