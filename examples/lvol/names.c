/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <string.h>

/* The kernel's name of an LV: "vg0-my--root" is vg0/my-root. */
static const char *from_mapper(struct pool *pool, const char *name)
{
	char *out = pool_alloc(pool, strlen(name) + 1), *end = out;

	for (; *name; name++) {
		if (name[0] == '-' && name[1] == '-')
			*end++ = *name++;
		else
			*end++ = *name == '-' ? '/' : *name;
	}
	return out;
}

static const char *skip(const char *word, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(word, prefix, len) ? NULL : word + len;
}

const char *name_plain(struct pool *pool, const char *word)
{
	const char *rest = skip(word, "/dev/mapper/");
	char *out;
	size_t len;

	if (rest)
		return from_mapper(pool, rest);
	rest = skip(word, "/dev/");
	rest = rest ? rest : word;
	len = strlen(rest);
	out = pool_copy(pool, rest, len);
	while (len > 1 && out[len - 1] == '/')  /* "vg0/": a shell's completion of /dev/vg0 */
		out[--len] = '\0';
	return out;
}

const char *name_vg(struct pool *pool, const char *plain)
{
	return pool_copy(pool, plain, strcspn(plain, "/"));
}

const char *name_lv(const char *plain)
{
	const char *slash = strchr(plain, '/');

	return slash ? slash + 1 : NULL;
}
