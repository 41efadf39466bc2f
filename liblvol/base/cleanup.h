/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_CLEANUP_H
#define LVI_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

/* Variables that clean up after themselves when they leave scope; steal with lvi_steal_ptr(). */
static inline void lvi_cleanup_free(void *p) { free(*(void **)p); }
static inline void lvi_cleanup_close(int *fd) { if (*fd >= 0) close(*fd); }
#define CLEANUP_FREE __attribute__((cleanup(lvi_cleanup_free)))
#define CLEANUP_CLOSE __attribute__((cleanup(lvi_cleanup_close)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define STEAL(p) ({ __typeof__(p) stolen_ = (p); (p) = NULL; stolen_; })

#endif
