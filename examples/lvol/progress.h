/* SPDX-License-Identifier: MIT */
#ifndef PROGRESS_H
#define PROGRESS_H

/* A progress bar on standard error, if that is a terminal. */

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;
	const char *name;
	uint64_t total;      /* bytes; 0 when it is not known */
	int64_t begun_ms, drawn_ms;
};

void progress_begin(struct progress *progress, const char *name, uint64_t total_bytes, bool quiet);

/* Draws several times a second at most. */
void progress_show(struct progress *progress, uint64_t done_bytes);

void progress_end(struct progress *progress, uint64_t done_bytes);

#endif
