/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/error.h"

#define CONF_MAX_BYTES (16u << 20)

/* The file's bytes with a NUL behind, in the arena; NULL with errno. */
static char *read_file(struct arena *arena, const char *path, size_t *len)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	if (st.st_size > CONF_MAX_BYTES) {
		errno = EFBIG;
		return NULL;
	}
	text = lvi_arena_alloc(arena, (size_t)st.st_size + 1);
	if (!text) {
		errno = ENOMEM;
		return NULL;
	}
	for (*len = 0; *len < (size_t)st.st_size; *len += (size_t)n) {
		n = pread(fd, text + *len, (size_t)st.st_size - *len, (off_t)*len);
		if (n < 0 && errno != EINTR)
			return NULL;
		if (!n)
			break;
		n = n < 0 ? 0 : n;  /* interrupted: again */
	}
	text[*len] = '\0';
	return text;
}

static int read_conf(struct arena *arena, const char *dir, const char *name, struct cfg_node **root,
		struct lvol_error *err)
{
	const char *path = lvi_arena_printf(arena, "%s/%s", dir, name);
	size_t len;
	char *text;

	if (!path)
		return lvi_error_nomem(err);
	text = read_file(arena, path, &len);
	if (!text && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!text)
		return lvi_error_sys(err, errno, path, "cannot read %s", path);
	return lvi_cfg_parse(arena, text, len, path, root, err);
}

int lvi_conf_read(struct lvm_conf *conf, struct arena *arena, const char *dir, struct lvol_error *err)
{
	int ret;

	*conf = (struct lvm_conf){ .arena = arena };
	if (!dir)
		return 0;
	ret = read_conf(arena, dir, "lvm.conf", &conf->main, err);
	return ret ? ret : read_conf(arena, dir, "lvmlocal.conf", &conf->local, err);
}

static struct cfg_node *find(const struct lvm_conf *conf, const char *path)
{
	struct cfg_node *n = conf->local ? lvi_cfg_find(conf->local, path) : NULL;

	return n || !conf->main ? n : lvi_cfg_find(conf->main, path);
}

const char *lvi_conf_str(const struct lvm_conf *conf, const char *path, const char *absent)
{
	const struct cfg_node *n = find(conf, path);

	return n && n->value && n->value->type == CFG_STRING ? n->value->text : absent;
}

int64_t lvi_conf_int(const struct lvm_conf *conf, const char *path, int64_t absent)
{
	const struct cfg_node *n = find(conf, path);

	return n && n->value && n->value->type == CFG_INT ? n->value->number : absent;
}

int lvi_conf_list(const struct lvm_conf *conf, const char *path, const char *const **out)
{
	const struct cfg_node *n = find(conf, path);
	const char **list;
	size_t count = 0;

	*out = NULL;
	if (!n)
		return 0;
	for (const struct cfg_value *v = n->value; v; v = v->next)
		count++;
	*out = list = lvi_arena_calloc(conf->arena, count + 1, sizeof *list);
	if (!list)
		return -1;
	count = 0;
	for (const struct cfg_value *v = n->value; v; v = v->next)
		if (v->type == CFG_STRING)
			list[count++] = v->text;
	return 0;
}

/* The first line that is neither empty nor a comment. */
static const char *first_line(struct arena *arena, const char *path)
{
	size_t len;
	char *text = read_file(arena, path, &len), *line, *rest = text;

	while (rest && (line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		line[strcspn(line, " \t#")] = '\0';
		if (*line)
			return line;
	}
	return NULL;
}

/* lvm2 keeps only characters that are safe in a system id, and no "localhost". */
static const char *clean_id(struct arena *arena, const char *raw)
{
	char *out = raw ? lvi_arena_strdup(arena, raw) : NULL, *to = out;

	for (const char *p = raw; out && *p; p++)
		if (isalnum((unsigned char)*p) || strchr("._-+", *p))
			*to++ = *p;
	if (!out)
		return NULL;
	*to = '\0';
	return *out && strncmp(out, "localhost", 9) ? out : NULL;
}

const char *lvi_conf_system_id(const struct lvm_conf *conf, const char *dir)
{
	const char *source = lvi_conf_str(conf, "global/system_id_source", "none");
	struct utsname u;

	if (!strcmp(source, "uname"))
		return uname(&u) ? NULL : clean_id(conf->arena, u.nodename);
	if (!strcmp(source, "lvmlocal"))
		return clean_id(conf->arena, lvi_conf_str(conf, "local/system_id", NULL));
	if (!strcmp(source, "machineid") || !strcmp(source, "machine-id"))
		return clean_id(conf->arena, first_line(conf->arena, "/etc/machine-id"));
	if (!strcmp(source, "file"))
		return clean_id(conf->arena, first_line(conf->arena, lvi_conf_str(conf, "global/system_id_file", "/dev/null")));
	return NULL;
}
