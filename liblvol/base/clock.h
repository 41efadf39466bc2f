/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_CLOCK_H
#define LVI_BASE_CLOCK_H

#include <stdint.h>

/* Of a clock that only goes forward, from some beginning on: CLOCK_MONOTONIC. */
int64_t lvi_now_ns(void);
int64_t lvi_now_ms(void);

#endif /* LVI_BASE_CLOCK_H */
