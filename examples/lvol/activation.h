/* SPDX-License-Identifier: MIT */
#ifndef ACTIVATION_H
#define ACTIVATION_H

/* lvchange and vgchange -a, --refresh: these change no metadata but what the running system has. */

#include "command.h"
#include "option_values.h"

struct activation_args {
	const char *activate, *mode;
	unsigned int skipped, refresh;
};

/* Rows of an option table; AT(name) is where a field of struct activation_args lies. */
#define ACTIVATION_OPTIONS(AT) \
	{ 'a', "activate", "y|n|ay", option_text, AT(activate), \
		"make the block devices or remove them; ay: those for system start" }, \
	{ 'K', "ignoreactivationskip", NULL, option_flag, AT(skipped), "with -a y: LVs too that activation shall skip" }, \
	{ 0, "activationmode", "partial|degraded|complete", option_text, AT(mode), \
		"with -a y, --refresh: what may be missing (default: degraded)" }, \
	{ 0, "refresh", NULL, option_flag, AT(refresh), "load the tables of what is active anew, after a PV came back, say" }

/* Whether the call is about activation; then activation_check() and activation_run() do it. */
bool activation_is_asked(const struct activation_args *args);

/* `changes`: other options ask for a change of the metadata, which is a call of its own. */
int activation_check(const struct call *call, const struct activation_args *args, bool changes, struct lvol_error *err);

/* On the VGs and LVs of the words, or those that `select` chooses. */
int activation_run(struct call *call, const struct activation_args *args, enum lvol_report_kind kind, const char *select,
		struct lvol_error *err);

#endif
