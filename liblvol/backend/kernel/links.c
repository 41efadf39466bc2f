/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define DEV "/dev"

struct link_paths { char link[PATH_MAX], folder[PATH_MAX], target[PATH_MAX]; };

/* Names come from disks: what would lead out of /dev is no link. */
static bool make_paths(const char *link, const char *name, struct link_paths *p)
{
	const char *slash = strchr(link, '/');

	if (!slash || slash == link || *link == '.' || slash[1] == '.' || !slash[1] || strchr(slash + 1, '/'))
		return false;
	return snprintf(p->link, sizeof p->link, DEV "/%s", link) < (int)sizeof p->link &&
		snprintf(p->folder, sizeof p->folder, DEV "/%.*s", (int)(slash - link), link) < (int)sizeof p->folder &&
		snprintf(p->target, sizeof p->target, "%s/%s", dm_dir(), name) < (int)sizeof p->target;
}

static bool is_ours(const struct link_paths *p)
{
	char now[PATH_MAX];
	ssize_t len = readlink(p->link, now, sizeof now - 1);

	return len >= 0 && (size_t)len == strlen(p->target) && !memcmp(now, p->target, (size_t)len);
}

/* Mostly it is one call: the folder is there, and nothing is in the way. */
static bool make(const struct link_paths *p)
{
	if (!symlink(p->target, p->link))
		return true;
	if (errno == ENOENT && !mkdir(p->folder, 0777))
		return !symlink(p->target, p->link);
	return errno == EEXIST && is_ours(p);
}

void lvi_kernel_link(struct kernel *k, const char *link, const char *name)
{
	struct link_paths p;

	if (k->udev || !make_paths(link, name, &p) || make(&p))
		return;
	/* a link that is left from before leads elsewhere; anything else is not ours to remove */
	if (readlink(p.link, (char[1]){ 0 }, 1) >= 0)
		unlink(p.link);
	if (symlink(p.target, p.link))
		lvi_log(k->log, LVI_LOG_WARNING, link, "%s cannot be made: %s; the device is %s", p.link, strerror(errno), p.target);
}

void lvi_kernel_unlink(struct kernel *k, const char *link, const char *name)
{
	struct link_paths p;

	if (k->udev || !make_paths(link, name, &p) || !is_ours(&p))
		return;
	if (unlink(p.link))
		lvi_log(k->log, LVI_LOG_WARNING, link, "%s cannot be removed: %s", p.link, strerror(errno));
	rmdir(p.folder);  /* if it is empty */
}
