/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The store of a snapshot that is gone when its device is closed: chunks from 0 on, and no list of them. */
#include "backend/user/exception_store.h"

static int transient_load(struct exception_store *s, struct exceptions *out, struct lvol_error *err)
{
	(void)out;
	(void)err;
	s->next_free = 0;
	return 0;
}

static void transient_free(struct exception_store *s)
{
	(void)s;
}

static bool transient_is_metadata(const struct exception_store *s, uint64_t chunk)
{
	(void)s;
	(void)chunk;
	return false;
}

static int transient_append(struct exception_store *s, const struct exception *entries, size_t count,
		struct lvol_error *err)
{
	(void)s;
	(void)entries;
	(void)count;
	(void)err;
	return 0;
}

static int transient_invalidate(struct exception_store *s, struct lvol_error *err)
{
	(void)s;
	(void)err;
	return 0;
}

static uint64_t transient_metadata_chunks(const struct exception_store *s)
{
	(void)s;
	return 0;
}

const struct exception_store_ops lvi_exception_store_transient = {
	.type = "N",
	.load = transient_load,
	.free = transient_free,
	.is_metadata = transient_is_metadata,
	.append = transient_append,
	.invalidate = transient_invalidate,
	.metadata_chunks = transient_metadata_chunks,
};
