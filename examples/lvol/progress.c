/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include "size.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_MS 200

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, const char *name, uint64_t total_bytes, bool quiet)
{
	int64_t now = now_ms();

	*progress = (struct progress){
		.shown = !quiet && isatty(STDERR_FILENO), .name = name, .total = total_bytes,
		.begun_ms = now, .drawn_ms = now,
	};
}

static void draw_bar(double part)
{
	char bar[BAR_WIDTH + 1] = "";

	memset(bar, '#', (size_t)(part * BAR_WIDTH));
	fprintf(stderr, " [%-*s] %3d%%", BAR_WIDTH, bar, (int)(part * 100));
}

static void draw(const struct progress *progress, uint64_t done)
{
	int64_t passed = progress->drawn_ms - progress->begun_ms;
	uint64_t rate = passed > 0 ? (uint64_t)((double)done * 1000 / (double)passed) : 0;

	fprintf(stderr, "\r%s", progress->name);
	if (progress->total)
		draw_bar(done < progress->total ? (double)done / (double)progress->total : 1);
	fprintf(stderr, " %s, %s/s\033[K", size_show(done).text, size_show(rate).text);
}

void progress_show(struct progress *progress, uint64_t done_bytes)
{
	int64_t now = progress->shown ? now_ms() : 0;

	if (!progress->shown || now - progress->drawn_ms < REDRAW_MS)
		return;
	progress->drawn_ms = now;
	draw(progress, done_bytes);
}

void progress_end(struct progress *progress, uint64_t done_bytes)
{
	if (!progress->shown)
		return;
	progress->drawn_ms = now_ms();
	draw(progress, done_bytes);
	fputc('\n', stderr);
}
