/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/mapper.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

int lvi_user_mapper_new(const struct log *log, struct user_mapper **out, struct lvol_error *err)
{
	struct user_mapper *m = calloc(1, sizeof *m);

	if (!m)
		return lvi_error_nomem(err);
	if (log)
		m->log = *log;
	pthread_mutex_init(&m->lives_lock, NULL);
	pthread_mutex_init(&m->shared_lock, NULL);
	pthread_mutex_init(&m->helpers_lock, NULL);
	lvi_user_rings_init(&m->rings);
	atomic_init(&m->refs, 1);
	lvi_hash_init(&m->lives);
	lvi_hash_init(&m->shared_by_name);
	lvi_hash_init(&m->shared_by_object);
	lvi_hash_random_key(m->key);
	*out = m;
	return 0;
}

void lvi_user_mapper_free(struct user_mapper *m)
{
	if (!m || atomic_fetch_sub(&m->refs, 1) != 1)
		return;
	lvi_hash_free(&m->lives);
	lvi_hash_free(&m->shared_by_name);
	lvi_hash_free(&m->shared_by_object);
	pthread_mutex_destroy(&m->lives_lock);
	pthread_mutex_destroy(&m->shared_lock);
	pthread_mutex_destroy(&m->helpers_lock);
	lvi_user_rings_free(&m->rings);
	free(m);
}

void lvi_user_helper_add(struct user_mapper *m, struct user_helper *helper)
{
	atomic_fetch_add(&m->refs, 1);
	pthread_mutex_lock(&m->helpers_lock);
	helper->mapper = m;
	helper->link = &m->helpers;
	helper->next = m->helpers;
	if (helper->next)
		helper->next->link = &helper->next;
	m->helpers = helper;
	pthread_mutex_unlock(&m->helpers_lock);
}

void lvi_user_helper_remove(struct user_helper *helper)
{
	struct user_mapper *m = helper->mapper;

	if (!m)
		return;
	pthread_mutex_lock(&m->helpers_lock);
	*helper->link = helper->next;
	if (helper->next)
		helper->next->link = helper->link;
	helper->mapper = NULL;
	pthread_mutex_unlock(&m->helpers_lock);
	lvi_user_mapper_free(m);
}

void lvi_user_help(struct user_mapper *m)
{
	pthread_mutex_lock(&m->helpers_lock);
	for (struct user_helper *h = m->helpers; h; h = h->next)
		h->help(h);
	pthread_mutex_unlock(&m->helpers_lock);
}

struct shared {
	void *object;
	unsigned refs;
	size_t name_len;
	char name[];                   /* "kind key" */
};

static struct shared *shared_new(struct user_mapper *m, const struct user_shared_ops *ops, const char *name,
		struct lvol_error *err)
{
	size_t len = strlen(name);
	struct shared *s = calloc(1, sizeof *s + len + 1);

	if (!s) {
		lvi_error_nomem(err);
		return NULL;
	}
	s->name_len = len;
	memcpy(s->name, name, len);
	if (ops->make(&s->object, err)) {
		free(s);
		return NULL;
	}
	if (!lvi_hash_put(&m->shared_by_name, s->name, len, s, NULL)) {
		if (!lvi_hash_put(&m->shared_by_object, &s->object, sizeof s->object, s, NULL))
			return s;
		lvi_hash_del(&m->shared_by_name, s->name, len);
	}
	ops->free(s->object);
	free(s);
	lvi_error_nomem(err);
	return NULL;
}

int lvi_user_shared_get(struct user_mapper *m, const struct user_shared_ops *ops, const char *key, void **out,
		struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct textbuf text = { 0 };
	struct shared *s = NULL;
	char *name;

	lvi_textbuf_printf(&text, "%s %s", ops->kind, key);
	name = lvi_textbuf_take(&text, NULL);
	if (!name)
		return lvi_error_nomem(err);
	pthread_mutex_lock(&m->shared_lock);
	s = lvi_hash_get(&m->shared_by_name, name, strlen(name));
	if (!s)
		s = shared_new(m, ops, name, &why);
	if (s) {
		s->refs++;
		*out = s->object;
	}
	pthread_mutex_unlock(&m->shared_lock);
	free(name);
	if (s)
		return 0;
	if (err)
		*err = why;
	return -why.code;
}

void lvi_user_shared_put(struct user_mapper *m, const struct user_shared_ops *ops, void *object)
{
	struct shared *s;

	pthread_mutex_lock(&m->shared_lock);
	s = lvi_hash_get(&m->shared_by_object, &object, sizeof object);
	if (s && !--s->refs) {
		lvi_hash_del(&m->shared_by_object, &s->object, sizeof s->object);
		lvi_hash_del(&m->shared_by_name, s->name, s->name_len);
		ops->free(s->object);
		free(s);
	}
	pthread_mutex_unlock(&m->shared_lock);
}
