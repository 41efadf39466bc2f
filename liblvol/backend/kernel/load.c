/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading a table, and why it was refused. */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* Which module has a target, where it is not "dm-" and the target's name. */
static const struct { const char *target, *module; } modules[] = {
	{ "linear", "dm-mod" }, { "striped", "dm-mod" }, { "error", "dm-mod" },
	{ "snapshot-origin", "dm-snapshot" }, { "snapshot-merge", "dm-snapshot" },
	{ "thin", "dm-thin-pool" }, { "cache", "dm-cache with dm-cache-smq" }, { "vdo", "dm-vdo (kvdo)" },
};

static const char *module_of(const char *target, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
		if (!strcmp(modules[i].target, target))
			return modules[i].module;
	snprintf(out, size, "dm-%s", target);
	return out;
}

struct line { uint64_t start, length; char *target, *rest; };

/* Cut off the next line of @text and take it apart: 1; 0 at the end; -1 when it is none. */
static int next_line(char **text, struct line *out)
{
	int target = 0, target_end = 0, rest = 0;
	char *line = strsep(text, "\n");

	while (line && !*line)
		line = strsep(text, "\n");
	if (!line)
		return 0;
	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n%*s%n %n", &out->start, &out->length, &target, &target_end, &rest) < 2 ||
	    !target_end)
		return -1;
	out->target = line + target;
	out->rest = line + (rest ? rest : target_end);
	line[target_end] = '\0';
	if (!rest)
		out->rest = line + target_end;
	return 1;
}

struct load { const char *table; unsigned flags; };

static int fill_load(struct dm_task *task, const void *arg)
{
	const struct load *load = arg;
	char *copy = strdup(load->table), *text = copy;
	int found, ok = copy != NULL;
	struct line line;

	while (ok && (found = next_line(&text, &line)))
		ok = found > 0 && dm_task_add_target(task, line.start, line.length, line.target, line.rest);
	if (load->flags & CONTROL_SECURE) {
		if (copy)
			explicit_bzero(copy, strlen(load->table));
		ok = ok && dm_task_secure_data(task);
	}
	free(copy);
	return ok && (!(load->flags & CONTROL_READ_ONLY) || dm_task_set_ro(task)) && dm_task_no_open_count(task);
}

static bool has_target(const struct control_targets *targets, const char *name)
{
	for (size_t i = 0; i < targets->list.len; i++)
		if (!strcmp(targets->list.items[i].name, name))
			return true;
	return false;
}

/* The kernel has tried to load the module by now; so what is not in its list is not to be had. */
static int missing_target(struct backend_control *c, const char *name, const char *table, struct lvol_error *err)
{
	struct control_targets targets = { 0 };
	char *copy = strdup(table), *text = copy, module[64];
	struct line line;
	int ret = copy ? lvi_kernel_targets(c, &targets, NULL) : -LVOL_E_NO_MEMORY;

	while (!ret && next_line(&text, &line) > 0)
		if (!has_target(&targets, line.target))
			ret = lvi_error(err, LVOL_E_NOT_SUPPORTED, name,
					"the table of %s needs the target \"%s\", which this kernel does not have; module %s is missing", name,
					line.target, module_of(line.target, module, sizeof module));
	ARRAY_FREE(&targets.list);
	free(copy);
	return ret == -LVOL_E_NOT_SUPPORTED ? ret : 0;
}

/* "/dev/sda", as devtmpfs names it */
static void node_of(struct control_number number, char *out, size_t size)
{
	char link[64], to[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof link, "/sys/dev/block/%u:%u", number.major, number.minor);
	len = readlink(link, to, sizeof to - 1);
	to[len > 0 ? len : 0] = '\0';
	snprintf(out, size, "/dev/%.200s", len > 0 ? strrchr(to, '/') + 1 : link);
}

/* Whether somebody holds it for himself; devices that stand on it, as those of other LVs do, are none of these. */
static bool is_held(struct control_number number, const char *node)
{
	struct textbuf holders = { 0 };
	bool on_it = lvi_kernel_put_holders(number, &holders);
	int fd = on_it ? -1 : open(node, O_RDONLY | O_EXCL | O_CLOEXEC);
	bool held = !on_it && fd < 0 && errno == EBUSY;

	if (fd >= 0)
		close(fd);
	lvi_textbuf_free(&holders);
	return held;
}

/* "Busy" is said of a device under it, and not of which one. */
static int held_device(const char *name, const char *table, int ret, struct lvol_error *err)
{
	struct control_number number;
	char node[256];

	for (const char *word = table; *word; word += strcspn(word, " \n"), word += strspn(word, " \n")) {
		if (sscanf(word, "%u:%u", &number.major, &number.minor) != 2)
			continue;
		node_of(number, node, sizeof node);
		if (is_held(number, node))
			return lvi_error(err, LVOL_E_BUSY, name, "%s cannot be given its table: somebody else holds %s: it is mounted, "
					"swapped on or part of something; give it up there first", name, node);
	}
	return ret;
}

static int check_text(const char *name, const char *table, struct lvol_error *err)
{
	char *copy = strdup(table), *text = copy;
	int found = 1, count = 0;
	struct line line;

	if (!copy)
		return lvi_error_nomem(err);
	while ((found = next_line(&text, &line)) > 0)
		count++;
	free(copy);
	if (!found && count)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, name, "line %d of the table of %s is not START LENGTH TARGET ARGUMENTS",
			count + 1, name);
}

int lvi_kernel_load(struct backend_control *c, const char *name, const char *table, unsigned flags,
		struct lvol_error *err)
{
	const struct load load = { table, flags };
	const struct request r = {
		.type = DM_DEVICE_RELOAD, .name = name, .verb = "given its table", .fill = fill_load, .arg = &load,
	};
	struct refusal why = { 0 };
	struct control_live live;
	int ret = check_text(name, table, err);

	if (ret)
		return ret;
	ret = lvi_kernel_run(lvi_kernel_of(c), &r, &why, err);
	if (why.sys_errno == EINVAL && missing_target(c, name, table, err))
		return -LVOL_E_NOT_SUPPORTED;
	if (why.sys_errno == EBUSY)
		return held_device(name, table, ret, err);
	if (why.sys_errno == ENXIO && lvi_kernel_info(c, name, NULL, &live, NULL) == 0 && live.exists)
		return lvi_error(err, LVOL_E_INVALID, name, "the table of %s names a device that is not there%s%s%s", name,
				*why.kernel_says ? " (kernel: " : "", why.kernel_says, *why.kernel_says ? ")" : "");
	return ret;
}
