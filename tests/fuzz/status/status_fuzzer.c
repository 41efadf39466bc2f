/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What targets say of themselves, as the kernel and others print it: any text is read, or refused with the line that is wrong,
 * and read a second time it is the same. Input: the text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

/* The numbers of each line, and of the target that it is about: all of them can be read. */
static uint64_t sum(const struct lvol_status *status)
{
	uint64_t n = lvol_status_line_count(status);

	for (size_t i = 0; i < lvol_status_line_count(status); i++) {
		const struct lvol_status_line *l = lvol_status_line(status, i);

		n = n * 31 + l->start_sectors + l->length_sectors + strlen(l->target) + strlen(l->device);
		n += l->thin_pool ? l->thin_pool->transaction_id + strlen(l->thin_pool->discards) : 0;
		n += l->raid ? strlen(l->raid->action) + strlen(l->raid->type) : 0;
		n += l->cache ? l->cache->used_blocks + l->cache->dirty_blocks : 0;
		n += l->snapshot ? l->snapshot->used_sectors : 0;
		n += l->writecache ? l->writecache->free_blocks : 0;
		n += l->integrity ? l->integrity->recalculated_sectors : 0;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct lvol_status *first = NULL, *second = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;
	int r = lvol_status_new(text, &first, &err);

	must(!r || (r == -LVOL_E_INVALID && strstr(err.message, "line")), "an error without a line");
	must(lvol_status_new(text, &second, NULL) == r, "the second time it is refused otherwise");
	if (!r)
		must(sum(first) == sum(second), "the second time it says something else");
	lvol_status_free(first);
	lvol_status_free(second);
	free(text);
	return 0;
}
