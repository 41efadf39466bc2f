/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/bytes.h"

static uint64_t rotl(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void lvi_seeded_random_init(struct seeded_random *r, uint64_t seed)
{
	for (size_t i = 0; i < 4; i++)
		r->s[i] = splitmix64(&seed);
}

static uint64_t xoshiro256ss(uint64_t s[4])
{
	uint64_t out = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return out;
}

/* Each call starts on a fresh word, written little-endian: the stream is the same on every machine. */
static int seeded_fill(void *arg, void *buf, size_t len)
{
	struct seeded_random *r = arg;
	unsigned char word[8], *p = buf;

	while (len) {
		size_t n = len < sizeof word ? len : sizeof word;

		lvi_put_le64(word, xoshiro256ss(r->s));
		memcpy(p, word, n);
		p += n;
		len -= n;
	}
	return 0;
}

static int system_fill(void *arg, void *buf, size_t len)
{
	char *p = buf;

	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

struct random_source lvi_seeded_random_source(struct seeded_random *r)
{
	return (struct random_source) { .fill = seeded_fill, .arg = r };
}

struct random_source lvi_system_random_source(void)
{
	return (struct random_source) { .fill = system_fill };
}
