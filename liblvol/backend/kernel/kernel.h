/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_KERNEL_KERNEL_H
#define LVI_BACKEND_KERNEL_KERNEL_H

#include <libdevmapper.h>

#include "backend/control.h"

/* The kernel's device-mapper: what the files of this folder share. */
struct kernel {
	struct backend_control control;  /* first */
	const struct log *log;
	int udev_timeout_ms;
	bool udev;                       /* it makes nodes and links, and tells when it has */
	int kmsg;                        /* the kernel's log; -1: nobody may read it here */
	uint32_t cookie;                 /* that udev counts down; 0: it has nothing to do */
	unsigned cookie_uses;
	bool no_memory_lock;
};

static inline struct kernel *lvi_kernel_of(struct backend_control *c)
{
	return (struct kernel *)c;
}

/* One request. What is zero is not said to the kernel. */
struct request {
	int type;                        /* DM_DEVICE_... */
	const char *name, *uuid;
	const char *verb;                /* "device NAME cannot be VERB" */
	/* More that must be said; 0 when libdevmapper does not take it. */
	int (*fill)(struct dm_task *task, const void *arg);
	/* The answer, while there is one. */
	int (*take)(struct dm_task *task, void *out, struct lvol_error *err);
	const void *arg;
	void *out;
	bool must_exist;                 /* libdevmapper takes it for an answer that there is no such device */
	const struct control_show *show; /* a request after which udev has work */
};

/* What is known of a request that failed, beside the error: errno (0: libdevmapper did not get that far). */
struct refusal { int sys_errno; char kernel_says[256]; };

/* @refusal may be NULL; it is filled in when the request fails. */
int lvi_kernel_run(struct kernel *k, const struct request *request, struct refusal *refusal, struct lvol_error *err);

/* -1: nobody may read it here. */
int lvi_kmsg_open(void);
/* From here on it is about the next request. */
void lvi_kmsg_mark(int fd);
/* What device-mapper has said since the mark; "" if nothing. */
void lvi_kmsg_read(int fd, char *out, size_t size);

/* query.c */
int lvi_kernel_version(struct backend_control *c, uint32_t out[3], struct lvol_error *err);
int lvi_kernel_targets(struct backend_control *c, struct control_targets *out, struct lvol_error *err);
int lvi_kernel_list(struct backend_control *c, const char *uuid_prefix, struct control_devices *out,
		struct lvol_error *err);
int lvi_kernel_info(struct backend_control *c, const char *name, const char *uuid, struct control_live *out,
		struct lvol_error *err);
int lvi_kernel_look(struct backend_control *c, const char *name, unsigned flags, struct control_live *live,
		struct textbuf *lines, struct lvol_error *err);
int lvi_kernel_read_ahead(struct backend_control *c, struct control_number number, uint32_t *sectors,
		struct lvol_error *err);
int lvi_kernel_table(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err);
int lvi_kernel_status(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err);
int lvi_kernel_deps(struct backend_control *c, const char *name, unsigned flags, struct control_numbers *out,
		struct lvol_error *err);
int lvi_kernel_take_live(struct dm_task *task, void *out, struct lvol_error *err);

/* device.c */
int lvi_kernel_create(struct backend_control *c, const struct control_create *how, struct control_live *out,
		struct lvol_error *err);
int lvi_kernel_clear(struct backend_control *c, const char *name, struct lvol_error *err);
int lvi_kernel_suspend(struct backend_control *c, const char *name, unsigned flags, struct lvol_error *err);
int lvi_kernel_resume(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
		struct lvol_error *err);
int lvi_kernel_rename(struct backend_control *c, const struct control_rename *how, struct lvol_error *err);
int lvi_kernel_remove(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
		struct lvol_error *err);
int lvi_kernel_message(struct backend_control *c, const struct control_message *message, struct textbuf *reply,
		struct lvol_error *err);

/* users.c; "dm-3, md0": what stands on it, true if anything does */
bool lvi_kernel_put_holders(struct control_number number, struct textbuf *out);
int lvi_kernel_users(struct backend_control *c, struct control_number number, struct textbuf *out,
		struct lvol_error *err);

/* load.c */
int lvi_kernel_load(struct backend_control *c, const char *name, const char *table, unsigned flags,
		struct lvol_error *err);

/* event.c */
int lvi_kernel_open_events(struct backend_control *c, int *fd, struct lvol_error *err);
int lvi_kernel_arm_events(struct backend_control *c, int fd, struct lvol_error *err);
int lvi_kernel_wait(struct backend_control *c, const struct control_live *seen, int timeout_ms,
		struct control_live *out, struct lvol_error *err);

/* udev.c */
int lvi_kernel_sync(struct backend_control *c, struct lvol_error *err);

/* links.c: /dev/VG/LV where no udev makes them. What cannot be made or removed is logged: the device works without. */
void lvi_kernel_link(struct kernel *k, const char *link, const char *name);
void lvi_kernel_unlink(struct kernel *k, const char *link, const char *name);

#endif
