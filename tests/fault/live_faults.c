/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stacks with states between them while disks and allocations fail: what was promised is there, and nothing is
 * written that nobody wrote. The targets are delay and flakey, which add nothing of their own, so that it is the
 * engine that is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define DISK_BYTES ((uint64_t)1 << 20)
#define BYTES (256u << 10)

/* Step k writes the byte k + 1: over stripes, through one state, through two, over a border. */
static const struct { unsigned at, len; } steps[] = {
	{ 1000, 100000 }, { 150000, 512 }, { 202000, 20000 }, { 255000, 1000 },
};
#define STEPS (sizeof steps / sizeof *steps)

static void define(struct dm_world *w)
{
	dmw_define(w, "low", "0 400 delay disk0 100 0; 400 400 delay disk1 100 1");
	dmw_define(w, "mid", "0 300 flakey low 250 1000 0");
	dmw_define(w, "top", "0 256 striped 2 8 low 0 disk1 900; 256 150 linear mid 0; 406 106 delay mid 150 0 disk0 1000 0");
}

static void use(struct target_series *s)
{
	struct backend_device *dev = series_open(s, "top", BACKEND_WRITE);
	unsigned char *buf = malloc(BYTES);

	for (unsigned k = 0; dev && k < STEPS; k++)
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	if (dev)
		dmw_close(dev);
	free(buf);
}

/* The last line reads elsewhere than it writes. */
static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct backend_device *dev = dmw_open(w, "top", 0);
	unsigned char *data = malloc(BYTES);
	char *wrong = NULL;

	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	for (unsigned i = 0; !wrong && i < 406 * 512; i++) {
		unsigned char want = 0;
		bool promised = true;

		for (unsigned k = 0; k < STEPS; k++)
			if (i >= steps[k].at && i < steps[k].at + steps[k].len) {
				want = k + 1;
				promised = s->promised[k];
			}
		if (data[i] != want && (promised || data[i]))
			wrong = t_text("byte %u is %02x, not %02x", i, data[i], want);
	}
	free(data);
	return wrong;
}

static const struct target_fault_case cases[] = {
	{ "stack", 2, DISK_BYTES, define, NULL, use, judge },
};

int main(void) { return TARGET_FAULTS_MAIN("live faults", cases); }
