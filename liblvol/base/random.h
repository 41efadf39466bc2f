/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_RANDOM_H
#define LVI_BASE_RANDOM_H

#include <stdint.h>

#include "base/uuid.h"

/* A stream that is a function of its seed alone (xoshiro256** seeded through splitmix64), for reproducible images. */
struct seeded_random { uint64_t s[4]; };

void lvi_seeded_random_init(struct seeded_random *r, uint64_t seed);
struct random_source lvi_seeded_random_source(struct seeded_random *r);
struct random_source lvi_system_random_source(void);  /* getrandom(2) */

#endif
