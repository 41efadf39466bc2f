/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The devices of a context, found by name and by what they are. One map holds both sorts of keys: names as they are,
 * and identities behind a NUL byte, which no name can begin with.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hash.h"
#include "dev/dev_impl.h"

/* The map does not copy its keys; they live here. */
struct dev_key {
	struct dev_key *next;
	size_t len;
	char bytes[];
};

struct dev_names {
	struct hash map;
	struct dev_key *keys;
};

/* Two opens of one thing have the same: the inode of a file, the number of a block device (whatever node leads to it). */
struct identity {
	char nul;
	char kind;
	char bytes[2 * sizeof(uint64_t)];
};

static struct identity identity_of(const struct lvol_dev *dev)
{
	struct identity id = { .nul = 0, .kind = dev->is_block ? 'b' : 'f' };
	uint64_t a = dev->is_block ? dev->st_rdev : dev->st_dev, b = dev->is_block ? 0 : dev->st_ino;

	memcpy(id.bytes, &a, sizeof a);
	memcpy(id.bytes + sizeof a, &b, sizeof b);
	return id;
}

struct devset *lvi_devset_new(const struct log *log)
{
	struct devset *set = calloc(1, sizeof *set);
	struct dev_names *names = calloc(1, sizeof *names);

	if (!set || !names) {
		free(set);
		free(names);
		return NULL;
	}
	atomic_init(&set->refs, 1);
	if (log)
		set->log = *log;
	lvi_hash_init(&names->map);
	set->names = names;
	return set;
}

struct devset *lvi_devset_ref(struct devset *set)
{
	if (set)
		atomic_fetch_add_explicit(&set->refs, 1, memory_order_relaxed);
	return set;
}

static void free_names(struct dev_names *names)
{
	struct dev_key *key, *next;

	lvi_hash_free(&names->map);
	for (key = names->keys; key; key = next) {
		next = key->next;
		free(key);
	}
	free(names);
}

void lvi_devset_unref(struct devset *set)
{
	struct lvol_dev *dev, *next;

	if (!set || atomic_fetch_sub_explicit(&set->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (set->keep)
		set->keep_free(set->keep);
	for (dev = set->first; dev; dev = next) {
		next = dev->next;
		if (dev->impl->close)
			dev->impl->close(dev);
		lvi_dev_delete(dev);
	}
	free_names(set->names);
	free(set);
}

struct lvol_dev *lvi_devset_find(const struct devset *set, const char *name)
{
	const struct dev_names *names = set->names;

	return name && *name ? lvi_hash_get(&names->map, name, strlen(name)) : NULL;
}

struct lvol_dev *lvi_devset_find_same(const struct devset *set, const struct lvol_dev *dev)
{
	const struct dev_names *names = set->names;
	struct identity id = identity_of(dev);

	return lvi_hash_get(&names->map, &id, sizeof id);
}

static int put_key(struct dev_names *names, const void *bytes, size_t len, struct lvol_dev *dev)
{
	struct dev_key *key = malloc(sizeof *key + len);

	if (!key)
		return -1;
	key->len = len;
	memcpy(key->bytes, bytes, len);
	if (lvi_hash_put(&names->map, key->bytes, len, dev, NULL)) {
		free(key);
		return -1;
	}
	key->next = names->keys;
	names->keys = key;
	return 0;
}

static void drop_last_key(struct dev_names *names)
{
	struct dev_key *key = names->keys;

	lvi_hash_del(&names->map, key->bytes, key->len);
	names->keys = key->next;
	free(key);
}

static int put_dev_keys(struct dev_names *names, struct lvol_dev *dev)
{
	struct identity id = identity_of(dev);

	if (put_key(names, dev->name, strlen(dev->name), dev))
		return -1;
	if (dev->fd < 0 || !put_key(names, &id, sizeof id, dev))
		return 0;
	drop_last_key(names);
	return -1;
}

static int name_taken(const char *name, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, name,
			"the name %s is taken by another device of this context; choose another", name);
}

int lvi_devset_attach(struct devset *set, struct lvol_dev *dev, struct lvol_error *err)
{
	if (lvi_devset_find(set, dev->name))
		return name_taken(dev->name, err);
	if (put_dev_keys(set->names, dev))
		return lvi_error_nomem(err);
	dev->set = set;
	dev->number = set->count++;
	if (set->last)
		set->last->next = dev;
	else
		set->first = dev;
	set->last = dev;
	return 0;
}

int lvi_devset_alias(struct devset *set, struct lvol_dev *dev, const char *name, struct lvol_error *err)
{
	struct lvol_dev *there = lvi_devset_find(set, name);

	if (there == dev)
		return 0;
	if (there)
		return name_taken(name, err);
	return put_key(set->names, name, strlen(name), dev) ? lvi_error_nomem(err) : 0;
}

struct lvol_dev *lvi_dev_new(const char *name, const struct dev_impl *impl)
{
	struct lvol_dev *dev = calloc(1, sizeof *dev);
	pthread_rwlockattr_t attr;

	if (!dev)
		return NULL;
	dev->name = strdup(name);
	if (!dev->name) {
		free(dev);
		return NULL;
	}
	dev->impl = impl;
	dev->fd = -1;
	dev->block_bytes = 512;
	pthread_rwlockattr_init(&attr);
#ifdef __GLIBC__
	/* a stream of whole-block writes must not keep a partial one out for ever */
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
	pthread_rwlock_init(&dev->partial, &attr);
	pthread_rwlockattr_destroy(&attr);
	return dev;
}

void lvi_dev_delete(struct lvol_dev *dev)
{
	if (!dev)
		return;
	pthread_rwlock_destroy(&dev->partial);
	free(dev->name);
	free(dev);
}

int lvi_dev_check_args(const char *name, uint32_t flags, struct lvol_error *err)
{
	if (!name || !*name)
		return lvi_error(err, LVOL_E_INVALID, NULL, "a device needs a name");
	if (flags & ~LVOL_DEV_READ_ONLY)
		return lvi_error(err, LVOL_E_INVALID, name, "unknown flags 0x%x for device %s", flags & ~LVOL_DEV_READ_ONLY,
				name);
	return 0;
}

int lvi_dev_check_size(const char *name, uint64_t size, uint32_t *block_bytes, struct lvol_error *err)
{
	if (!*block_bytes)
		*block_bytes = 512;
	if (*block_bytes != 512 && *block_bytes != 4096)
		return lvi_error(err, LVOL_E_INVALID, name, "logical blocks of %u bytes on %s; 512 and 4096 are possible",
				*block_bytes, name);
	if (!size || size % *block_bytes)
		return lvi_error(err, LVOL_E_INVALID, name, "size %llu of %s is not one or more blocks of %u bytes",
				(unsigned long long)size, name, *block_bytes);
	if (size > INT64_MAX)
		return lvi_error(err, LVOL_E_INVALID, name, "size %llu of %s is more than files and devices can have",
				(unsigned long long)size, name);
	return 0;
}
