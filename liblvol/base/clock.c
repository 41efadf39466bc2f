/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <time.h>

#include "base/clock.h"

int64_t lvi_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int64_t lvi_now_ms(void)
{
	return lvi_now_ns() / 1000000;
}
