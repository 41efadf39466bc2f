/* SPDX-License-Identifier: MIT */
#ifndef TOOL_H
#define TOOL_H

/* What one run of the program works with: its settings, a context on the devices, and what a scan found there. */

#include "option_values.h"

#include <lvol/lvol.h>

/* What the options say that every command has. */
struct settings {
	struct words devices;
	struct number seed, lock_wait_ms;
	unsigned int verbose, quiet, yes, test, no_locking, help, version;
};

struct tool {
	struct settings settings;
	struct pool pool;
	struct lvol_ctx *ctx;
	struct lvol_scan *scan;   /* see tool_scan() */
};

extern const struct option_row settings_options[];

/* Make the context, */
int tool_open(struct tool *tool, bool read_only, struct lvol_error *err);
/* and add the devices. */
int tool_add_devices(struct tool *tool, struct lvol_error *err);

/* What is on the devices; read once. Borrowed from the tool. */
int tool_scan(struct tool *tool, const struct lvol_scan **out, struct lvol_error *err);

/* The device that `word` means: the same name, or another path to the same file. `word` itself if there is none. */
const char *tool_device(const struct tool *tool, const char *word);

/* The PV that `word` names by device or UUID, or NULL. */
int tool_find_pv(struct tool *tool, const char *word, const struct lvol_pv **out, struct lvol_error *err);

void tool_close(struct tool *tool);

#endif
