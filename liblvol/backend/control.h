/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_CONTROL_H
#define LVI_BACKEND_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include <lvol/error.h>

#include "base/array.h"
#include "base/log.h"
#include "base/textbuf.h"
#include "dm/graph.h"

/*
 * A device-mapper that is told what to do step by step: the kernel's, or one that a test stands in for it. Every call is
 * one request; putting them into an order that can be undone is backend/activate.h.
 *
 * Tables are text, as `dmsetup table` has them: "START LENGTH TARGET ARGUMENTS\n" in 512-byte sectors, devices as
 * "major:minor". Names and uuids are as the kernel has them (what it does not take is written \xNN).
 *
 * What all calls may answer: LVOL_E_NOT_FOUND, there is no device of that name; LVOL_E_PERMISSION. A handle is used by
 * one thread at a time; different handles may be used at once.
 */
#define CONTROL_NAME_SIZE 128   /* DM_NAME_LEN, DM_UUID_LEN: with the NUL */
#define CONTROL_UUID_SIZE 129
#define CONTROL_TARGET_SIZE 16  /* DM_MAX_TYPE_NAME */

struct backend_control { const struct backend_control_ops *ops; };

struct control_number { uint32_t major, minor; };
struct control_numbers { ARRAY(struct control_number) list; };

/* What a device is at this moment. All zero but `exists` when there is none. */
struct control_live {
	bool exists, suspended, read_only;
	bool has_table, has_inactive;   /* in use; loaded and waiting for resume */
	bool removes_itself;            /* a deferred remove waits for the last one to close it */
	int32_t open_count;
	uint32_t event;                 /* counts events: a changed state that somebody should look at */
	struct control_number number;
	char name[CONTROL_NAME_SIZE], uuid[CONTROL_UUID_SIZE];
};

struct control_device {
	struct control_number number;
	uint32_t event;               /* as in control_live; 0 where the list does not tell (drivers before 4.37) */
	char name[CONTROL_NAME_SIZE], uuid[CONTROL_UUID_SIZE];
};
struct control_devices { ARRAY(struct control_device) list; };

struct control_target {
	char name[CONTROL_TARGET_SIZE];
	uint32_t version[3];
};
struct control_targets { ARRAY(struct control_target) list; };

/* How a device is shown to the rest of the system. */
struct control_show {
	uint16_t udev_flags;          /* DM_UDEV_... of libdevmapper.h */
	const char *link;             /* "vg/lv" below /dev; made here only where no udev does it; NULL: none */
	uint32_t read_ahead_sectors;
	bool read_ahead_fixed;        /* exactly so much; else at least, and what the kernel thinks best */
};

struct control_create {
	const char *name, *uuid;      /* uuid may be NULL */
	bool read_only;
	int64_t major, minor;         /* -1: any */
};

struct control_message {
	const char *name, *text;
	uint64_t sector;
};

struct control_rename {
	const char *name, *new_name;
	const char *old_link;         /* as in control_show; NULL: there was none */
	struct control_show show;
};

enum control_flag {
	CONTROL_INACTIVE = 1u << 0,      /* table, status, deps: of the table that waits */
	CONTROL_NO_FLUSH = 1u << 1,      /* suspend: queued requests wait instead of being written; status: as it is */
	CONTROL_SKIP_LOCKFS = 1u << 2,   /* suspend, and the suspend within resume: do not freeze the file system on it */
	CONTROL_RETRY = 1u << 3,         /* remove: while it is open and nobody is known to keep it, for up to 5 s */
	CONTROL_DEFERRED = 1u << 4,      /* remove: when it is closed, if not now */
	CONTROL_READ_ONLY = 1u << 5,     /* load */
	CONTROL_SECURE = 1u << 6         /* load, table: wipe buffers after use, there is a key in it */
};

struct backend_control_ops {
	const char *name;
	void (*close)(struct backend_control *c);
	/* of the driver: major, minor, patch */
	int (*version)(struct backend_control *c, uint32_t out[3], struct lvol_error *err);
	/* known at this moment; a kernel loads others when a table asks for them */
	int (*targets)(struct backend_control *c, struct control_targets *out, struct lvol_error *err);
	/* all devices whose uuid begins with @uuid_prefix; NULL: all */
	int (*list)(struct backend_control *c, const char *uuid_prefix, struct control_devices *out,
			struct lvol_error *err);
	/* by name, or by uuid when @name is NULL. It is no error that there is none. */
	int (*info)(struct backend_control *c, const char *name, const char *uuid, struct control_live *out,
			struct lvol_error *err);
	/* What it is, and what its targets say, as status(). It is no error that there is none. */
	int (*look)(struct backend_control *c, const char *name, unsigned flags, struct control_live *live, struct textbuf *lines,
			struct lvol_error *err);
	int (*read_ahead)(struct backend_control *c, struct control_number number, uint32_t *sectors, struct lvol_error *err);
	int (*table)(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
			struct lvol_error *err);
	int (*status)(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
			struct lvol_error *err);
	int (*deps)(struct backend_control *c, const char *name, unsigned flags, struct control_numbers *out,
			struct lvol_error *err);
	/* An empty device. LVOL_E_EXISTS: name or uuid is taken, says by whom. */
	int (*create)(struct backend_control *c, const struct control_create *how, struct control_live *out,
			struct lvol_error *err);
	/* LVOL_E_INVALID: the kernel refuses the table, its words are in the message; LVOL_E_NOT_SUPPORTED: it has no such
	 * target, target and module are named. */
	int (*load)(struct backend_control *c, const char *name, const char *table, unsigned flags,
			struct lvol_error *err);
	int (*clear)(struct backend_control *c, const char *name, struct lvol_error *err);
	int (*suspend)(struct backend_control *c, const char *name, unsigned flags, struct lvol_error *err);
	/* Memory of the process stays where it is while devices are suspended: one release for each hold. */
	void (*hold_memory)(struct backend_control *c);
	void (*release_memory)(struct backend_control *c);
	/* Also puts a waiting table to use. @show may be NULL. */
	int (*resume)(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
			struct lvol_error *err);
	int (*rename)(struct backend_control *c, const struct control_rename *how, struct lvol_error *err);
	/* Who keeps it in use, so that waiting does not help: "dm-3 stands on it ...". @out stays empty where nobody is known. */
	int (*users)(struct backend_control *c, struct control_number number, struct textbuf *out, struct lvol_error *err);
	/* LVOL_E_BUSY: it is open; says how often or by whom */
	int (*remove)(struct backend_control *c, const char *name, const struct control_show *show, unsigned flags,
			struct lvol_error *err);
	/* @reply may be NULL */
	int (*message)(struct backend_control *c, const struct control_message *message, struct textbuf *reply,
			struct lvol_error *err);
	/* Until the device's event counter is not @event, or it is gone, or @timeout_ms are over (-1: never). @out as info. */
	int (*wait)(struct backend_control *c, const struct control_live *seen, int timeout_ms, struct control_live *out,
			struct lvol_error *err);
	/* A descriptor that polls readable after an event of any device since it was armed, which opening does. The list tells
	 * the events' numbers. LVOL_E_NOT_SUPPORTED: the driver is too old. */
	int (*open_events)(struct backend_control *c, int *fd, struct lvol_error *err);
	int (*arm_events)(struct backend_control *c, int fd, struct lvol_error *err);
	/* The number of what is behind a leaf. LVOL_E_NOT_SUPPORTED: it is no block device. */
	int (*leaf)(struct backend_control *c, const struct dm_node *leaf, struct control_number *out,
			struct lvol_error *err);
	/* Wait until nodes and links of what was done since the last sync are there. LVOL_E_IO with ETIMEDOUT: udev does
	 * not answer; the cookie is named, and forgotten. */
	int (*sync)(struct backend_control *c, struct lvol_error *err);
};

/* As list(), from /sys, which takes no privilege. No error where there is none. */
int lvi_sysfs_list(const char *uuid_prefix, struct control_devices *out, struct lvol_error *err);

/* For opening the kernel's. */
struct kernel_options {
	const struct log *log;        /* of the context; outlives the handle */
	int udev_timeout_ms;          /* 0: 30 s; -1: never */
	bool no_memory_lock;          /* the program sees to it, or does without */
};

/* LVOL_E_NOT_SUPPORTED: there is no device-mapper in this kernel, or no libdevmapper in this build. */
int lvi_kernel_open(const struct kernel_options *options, struct backend_control **out, struct lvol_error *err);

#endif
