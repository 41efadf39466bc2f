/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_BLOCK_H
#define LVI_BASE_BLOCK_H

#include <stddef.h>

#define LVI_BLOCK_HUGE ((size_t)2 << 20)

/*
 * malloc() for what a VG of very many LVs is made of: from LVI_BLOCK_HUGE on it lies in huge pages where the system gives
 * them. With 100,000 LVs, memory that is met for the first time and tables that are looked into at random cost a quarter of
 * an import otherwise. Freed with free().
 */
void *lvi_block_alloc(size_t size);

#endif
