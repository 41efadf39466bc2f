/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/block.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

void *lvi_block_alloc(size_t size)
{
	int before = errno;
	void *p;

	if (size < LVI_BLOCK_HUGE)
		return malloc(size);
	if (posix_memalign(&p, LVI_BLOCK_HUGE, size))
		return NULL;
	/* whole pages only; small ones do where there are no others */
	madvise(p, size & ~(LVI_BLOCK_HUGE - 1), MADV_HUGEPAGE);
	errno = before;
	return p;
}
