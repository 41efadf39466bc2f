/* SPDX-License-Identifier: MIT */
#ifndef DAEMON_H
#define DAEMON_H

#include <lvol/lvol.h>

struct copy;

struct daemon {
	const char *directory;
	struct lvol_scan *scan;     /* of all images, as they were when last looked at */
	struct lvol_queue *queue;   /* one for all copies */
	struct copy *copies;        /* those under way */
	bool ending;                /* no more commands: end when the copies are done */
	bool stopping;              /* end now */
};

/* images.c: the images in the directory */
int images_open(const struct daemon *d, uint32_t flags, struct lvol_ctx **out, struct lvol_error *err);
int images_open_lv(struct lvol_ctx *ctx, const char *name, uint32_t flags, struct lvol_io **out,
		struct lvol_error *err);
int images_look(struct daemon *d, struct lvol_error *err);

/* commands.c: one line each */
void command_run(struct daemon *d, char *line);

/* copy.c: LVs copied in the background */
int copy_start(struct daemon *d, const char *from, const char *to, struct lvol_error *err);
int copies_go_on(struct daemon *d, struct lvol_error *err);
void copies_stop(struct daemon *d);

#endif
