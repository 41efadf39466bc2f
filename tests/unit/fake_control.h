/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef FAKE_CONTROL_H
#define FAKE_CONTROL_H

/*
 * A device-mapper in memory behind backend/control.h, for tests of what is done to it step by step: devices with a table
 * in use and one that waits, suspended or not. It refuses what the kernel refuses (names taken, devices in use, tables
 * that reach beyond what runs under them or name what is not there), and fails the n-th request on demand.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/control.h"
#include "base/error.h"
#include "util.h"

#define FAKE_MAJOR 253
#define LEAF_MAJOR 8
#define FAKE_DEVICES 64

struct fake_device {
	bool exists, suspended, read_only, live_read_only;
	char name[CONTROL_NAME_SIZE], uuid[CONTROL_UUID_SIZE];
	char *live, *inactive;
	int opened;               /* by the world outside */
	const char *kept_by;      /* who does not close it soon */
	uint64_t transaction_id;  /* of a thin pool, */
	uint64_t thins;           /* and by number what was made in it */
	char status[120];         /* what its target says; "": as a thin pool */
};

struct fake {
	struct backend_control control;   /* first */
	struct fake_device devices[FAKE_DEVICES];
	long calls, fail_at;              /* fail request number fail_at, from 1 */
	bool fail_on;                     /* and all after it */
	int held;                         /* memory */
	bool suspended_unheld;            /* what must not be */
	bool failed_sync;                 /* what failed was only the wait for udev */
	char failed[160];
	char log[4096];                   /* "create a, load a, ..." */
};

static inline struct fake *fake_of(struct backend_control *c)
{
	return (struct fake *)c;
}

static inline int fake_fails(struct fake *f, const char *what, const char *name, struct lvol_error *err)
{
	size_t len = strlen(f->log);

	f->calls++;
	if (strcmp(what, "info") && strcmp(what, "list"))
		snprintf(f->log + len, sizeof f->log - len, "%s%s %s", len ? ", " : "", what, name);
	if (!f->fail_at || f->calls < f->fail_at || (f->calls > f->fail_at && !f->fail_on))
		return 0;
	snprintf(f->failed, sizeof f->failed, "%s %.40s", what, name);
	f->failed_sync = !strcmp(what, "sync");
	return lvi_error(err, LVOL_E_IO, name, "injected: %s %s", what, name);
}

static inline struct fake_device *fake_find(struct fake *f, const char *name, const char *uuid)
{
	for (size_t i = 0; i < FAKE_DEVICES; i++)
		if (f->devices[i].exists && !strcmp(name ? f->devices[i].name : f->devices[i].uuid, name ? name : uuid))
			return &f->devices[i];
	return NULL;
}

/* The devices that a table names, each once, as bits; false if one is not there or too small. */
static inline bool fake_refers(struct fake *f, const char *table, bool check, uint64_t *out)
{
	unsigned long start, length, at;
	char target[32];
	unsigned major, minor;
	int used;

	*out = 0;
	for (; table && *table; table = strchr(table, '\n') + 1) {
		const char *arg = table;

		ck_assert_int_eq(sscanf(table, "%lu %lu %31s%n", &start, &length, target, &used), 3);
		arg += used;
		for (; *arg && *arg != '\n'; arg += strcspn(arg, " \n")) {
			arg += *arg == ' ';
			if (sscanf(arg, "%u:%u", &major, &minor) != 2 || major != FAKE_MAJOR)
				continue;
			ck_assert_uint_lt(minor, FAKE_DEVICES);
			*out |= UINT64_C(1) << minor;
			if (check && !f->devices[minor].exists)
				return false;
			if (check && !strcmp(target, "linear") && sscanf(arg, "%*u:%*u %lu", &at) == 1 && f->devices[minor].live) {
				unsigned long last_start = 0, last_length = 0, end = 0;

				for (const char *l = f->devices[minor].live; *l; l = strchr(l, '\n') + 1)
					if (sscanf(l, "%lu %lu", &last_start, &last_length) == 2)
						end = last_start + last_length;
				if (at + length > end)
					return false;
			}
		}
	}
	return true;
}

static inline int fake_open_count(struct fake *f, const struct fake_device *d)
{
	uint64_t bit = UINT64_C(1) << (d - f->devices), refs;
	int count = d->opened;

	for (size_t i = 0; i < FAKE_DEVICES; i++) {
		if (!f->devices[i].exists)
			continue;
		fake_refers(f, f->devices[i].live, false, &refs);
		count += (refs & bit) != 0;
		fake_refers(f, f->devices[i].inactive, false, &refs);
		count += (refs & bit) != 0;
	}
	return count;
}

static inline void fake_look(struct fake *f, struct fake_device *d, struct control_live *out)
{
	*out = (struct control_live){
		.exists = true, .suspended = d->suspended, .read_only = d->live_read_only, .has_table = d->live,
		.has_inactive = d->inactive, .open_count = fake_open_count(f, d),
		.number = { FAKE_MAJOR, (uint32_t)(d - f->devices) },
	};
	strcpy(out->name, d->name);
	strcpy(out->uuid, d->uuid);
}

static inline int fake_info(struct backend_control *c, const char *name, const char *uuid, struct control_live *out,
		struct lvol_error *err)
{
	struct fake_device *d = fake_find(fake_of(c), name, uuid);
	int r = fake_fails(fake_of(c), "info", name ? name : uuid, err);

	if (r)
		return r;
	*out = (struct control_live){ 0 };
	if (d)
		fake_look(fake_of(c), d, out);
	return 0;
}

static inline int fake_create(struct backend_control *c, const struct control_create *how, struct control_live *out,
		struct lvol_error *err)
{
	struct fake *f = fake_of(c);
	struct fake_device *d = f->devices;
	int r = fake_fails(f, "create", how->name, err);

	if (r)
		return r;
	if (fake_find(f, how->name, NULL) || (how->uuid && fake_find(f, NULL, how->uuid)))
		return lvi_error(err, LVOL_E_EXISTS, how->name, "%s or its uuid is taken", how->name);
	while (d->exists)
		d++;
	ck_assert_ptr_ne(d, f->devices + FAKE_DEVICES);
	*d = (struct fake_device){ .exists = true };
	snprintf(d->name, sizeof d->name, "%s", how->name);
	snprintf(d->uuid, sizeof d->uuid, "%s", how->uuid ? how->uuid : "");
	fake_look(f, d, out);
	return 0;
}

/* The request's device, unless it is to fail. */
static inline int fake_begin(struct backend_control *c, const char *what, const char *name, struct fake_device **out,
		struct lvol_error *err)
{
	int r = fake_fails(fake_of(c), what, name, err);

	*out = fake_find(fake_of(c), name, NULL);
	if (!r && !*out)
		r = lvi_error(err, LVOL_E_NOT_FOUND, name, "no device %s to %s", name, what);
	return r;
}

/* Of a thin pool; others may be anything. */
static inline bool fake_has_thin(struct fake *f, const char *table)
{
	unsigned pool, id;

	if (sscanf(table, "%*u %*u thin %*u:%u %u", &pool, &id) != 2 || !f->devices[pool].live ||
			!strstr(f->devices[pool].live, " thin-pool "))
		return true;
	return f->devices[pool].thins >> id & 1;
}

static inline int fake_load(struct backend_control *c, const char *name, const char *table, unsigned flags,
		struct lvol_error *err)
{
	struct fake_device *d;
	uint64_t refs;
	int r = fake_begin(c, "load", name, &d, err);

	if (r)
		return r;
	if (!fake_refers(fake_of(c), table, true, &refs) || refs & UINT64_C(1) << (d - fake_of(c)->devices))
		return lvi_error(err, LVOL_E_INVALID, name, "%s: table refused: %s", name, table);
	if (!fake_has_thin(fake_of(c), table))
		return lvi_error(err, LVOL_E_INVALID, name, "%s: no such thin device: %s", name, table);
	free(d->inactive);
	d->inactive = strdup(table);
	d->read_only = flags & CONTROL_READ_ONLY;
	return 0;
}

static inline int fake_clear(struct backend_control *c, const char *name, struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, "clear", name, &d, err);

	if (r)
		return r;
	free(d->inactive);
	d->inactive = NULL;
	return 0;
}

static inline int fake_suspend(struct backend_control *c, const char *name, unsigned flags, struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, flags & CONTROL_NO_FLUSH ? "hold" : flags & CONTROL_SKIP_LOCKFS ? "suspend" : "freeze", name, &d,
			err);

	if (fake_of(c)->held != 1)
		fake_of(c)->suspended_unheld = true;
	if (!r)
		d->suspended = true;
	return r;
}

static inline void fake_hold_memory(struct backend_control *c)
{
	fake_of(c)->held++;
}

static inline void fake_release_memory(struct backend_control *c)
{
	struct fake *f = fake_of(c);

	f->held--;
	for (size_t i = 0; i < FAKE_DEVICES; i++)
		f->suspended_unheld |= f->devices[i].exists && f->devices[i].suspended && !f->fail_on;
}

static inline int fake_resume(struct backend_control *c, const char *name, const struct control_show *show,
		unsigned flags, struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, "resume", name, &d, err);

	if (r)
		return r;
	if (d->inactive) {
		free(d->live);
		d->live = d->inactive;
		d->inactive = NULL;
		d->live_read_only = d->read_only;
	}
	d->suspended = false;
	return 0;
}

static inline int fake_rename(struct backend_control *c, const struct control_rename *how, struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, "rename", how->name, &d, err);

	if (!r && fake_find(fake_of(c), how->new_name, NULL))
		r = lvi_error(err, LVOL_E_EXISTS, how->name, "%s is taken", how->new_name);
	if (!r)
		snprintf(d->name, sizeof d->name, "%s", how->new_name);
	return r;
}

static inline void fake_free_device(struct fake_device *d)
{
	free(d->live);
	free(d->inactive);
	*d = (struct fake_device){ 0 };
}

/* Who has it open says when it does so for long. */
static inline int fake_users(struct backend_control *c, struct control_number number, struct textbuf *out,
		struct lvol_error *err)
{
	const struct fake_device *d = &fake_of(c)->devices[number.minor];

	if (d->kept_by) {
		lvi_textbuf_puts(out, d->kept_by);
		lvi_textbuf_putc(out, '\0');
	}
	return out->failed ? lvi_error_nomem(err) : 0;
}

static inline int fake_remove(struct backend_control *c, const char *name, const struct control_show *show,
		unsigned flags, struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, "remove", name, &d, err);

	if (!r && fake_open_count(fake_of(c), d))
		r = lvi_error(err, LVOL_E_BUSY, name, "%s is in use", name);
	if (!r)
		fake_free_device(d);
	return r;
}

static inline int fake_status(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err)
{
	struct fake_device *d;
	int r = fake_begin(c, "status", name, &d, err);

	if (!r && *d->status)
		lvi_textbuf_printf(out, "%s\n", d->status);
	else if (!r)
		lvi_textbuf_printf(out, "0 100 thin-pool %llu 1/10 0/10 - rw discard_passdown queue_if_no_space - 1024\n",
				(unsigned long long)d->transaction_id);
	return r;
}

/* What a table in use names cannot be deleted. */
static inline bool fake_uses_thin(struct fake *f, const struct fake_device *pool, unsigned long long id)
{
	unsigned on, used;

	for (size_t i = 0; i < FAKE_DEVICES; i++)
		if (f->devices[i].exists && f->devices[i].live && sscanf(f->devices[i].live, "%*u %*u thin %*u:%u %u", &on, &used) == 2 &&
				on == pool - f->devices && used == id)
			return true;
	return false;
}

/* A pool is told: what it counts goes up with the last message. A snapshot wants its origin to be still. */
static inline int fake_message(struct backend_control *c, const struct control_message *message, struct textbuf *reply,
		struct lvol_error *err)
{
	struct fake *f = fake_of(c);
	struct fake_device *d;
	unsigned long long from, to;
	char what[100];
	int r;

	snprintf(what, sizeof what, "tell %s", message->name);
	r = fake_fails(f, what, message->text, err);
	d = fake_find(f, message->name, NULL);
	if (!r && !d)
		r = lvi_error(err, LVOL_E_NOT_FOUND, message->name, "no device %s", message->name);
	if (!r && sscanf(message->text, "create_thin %llu", &to) == 1) {
		if (d->thins >> to & 1)
			return lvi_error(err, LVOL_E_EXISTS, message->name, "thin device %llu is there", to);
		d->thins |= UINT64_C(1) << to;
	}
	if (!r && sscanf(message->text, "delete %llu", &to) == 1 && fake_uses_thin(f, d, to))
		return lvi_error(err, LVOL_E_BUSY, message->name, "thin device %llu is in use", to);
	if (!r && sscanf(message->text, "delete %llu", &to) == 1)
		d->thins &= ~(UINT64_C(1) << to);
	if (r || sscanf(message->text, "set_transaction_id %llu %llu", &from, &to) != 2)
		return r;
	if (d->transaction_id != from)
		return lvi_error(err, LVOL_E_INVALID, message->name, "transaction %llu", (unsigned long long)d->transaction_id);
	d->transaction_id = to;
	return 0;
}

static inline int fake_sync(struct backend_control *c, struct lvol_error *err)
{
	return fake_fails(fake_of(c), "sync", "", err);
}

/* Leaves have numbers of their own: "/dev/N" is 8:N. */
static inline int fake_leaf(struct backend_control *c, const struct dm_node *leaf, struct control_number *out,
		struct lvol_error *err)
{
	*out = (struct control_number){ LEAF_MAJOR, (uint32_t)atoi(leaf->name + strlen("/dev/")) };
	return 0;
}

static inline int fake_list(struct backend_control *c, const char *prefix, struct control_devices *out, struct lvol_error *err)
{
	struct fake *f = fake_of(c);
	int r = fake_fails(f, "list", "", err);

	for (size_t i = 0; !r && i < FAKE_DEVICES; i++) {
		const struct fake_device *d = &f->devices[i];
		struct control_device *slot = d->exists && (!prefix || !strncmp(d->uuid, prefix, strlen(prefix))) ?
			ARRAY_PUSH(&out->list) : NULL;

		if (!slot)
			continue;
		*slot = (struct control_device){ .number = { FAKE_MAJOR, (uint32_t)i } };
		strcpy(slot->name, d->name);
		strcpy(slot->uuid, d->uuid);
	}
	return r;
}

static const struct backend_control_ops fake_ops = {
	.name = "fake", .list = fake_list, .info = fake_info, .create = fake_create, .load = fake_load, .clear = fake_clear,
	.suspend = fake_suspend, .resume = fake_resume, .rename = fake_rename, .users = fake_users, .remove = fake_remove, .leaf = fake_leaf,
	.hold_memory = fake_hold_memory, .release_memory = fake_release_memory, .sync = fake_sync, .status = fake_status, .message = fake_message,
};

static inline void fake_init(struct fake *f)
{
	*f = (struct fake){ .control = { &fake_ops } };
}

static inline void fake_free(struct fake *f)
{
	ck_assert(!f->held && !f->suspended_unheld);
	for (size_t i = 0; i < FAKE_DEVICES; i++)
		if (f->devices[i].exists)
			fake_free_device(&f->devices[i]);
}

static inline void fake_print_table(struct fake *f, const char *table, struct textbuf *out)
{
	unsigned minor;
	int used;

	for (; table && *table; table++) {
		if (sscanf(table, "253:%u%n", &minor, &used) == 1) {
			lvi_textbuf_printf(out, "<%s>", f->devices[minor].name);
			table += used - 1;
		} else {
			lvi_textbuf_putc(out, *table == '\n' ? ';' : *table);
		}
	}
}

static inline int fake_compare(const void *a, const void *b)
{
	return strcmp((*(struct fake_device *const *)a)->name, (*(struct fake_device *const *)b)->name);
}

/* All devices by name, a line each; numbers are not told, since a device that was made again has another. */
static inline char *fake_print(struct fake *f)
{
	struct fake_device *sorted[FAKE_DEVICES];
	struct textbuf out = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < FAKE_DEVICES; i++)
		if (f->devices[i].exists)
			sorted[count++] = &f->devices[i];
	qsort(sorted, count, sizeof *sorted, fake_compare);
	for (size_t i = 0; i < count; i++) {
		lvi_textbuf_printf(&out, "%s (%s)%s%s: ", sorted[i]->name, sorted[i]->uuid, sorted[i]->suspended ? " SUSPENDED" : "",
				sorted[i]->live_read_only ? " ro" : "");
		fake_print_table(f, sorted[i]->live, &out);
		if (sorted[i]->inactive)
			lvi_textbuf_puts(&out, " WAITING ");
		fake_print_table(f, sorted[i]->inactive, &out);
		if (sorted[i]->thins)
			lvi_textbuf_printf(&out, " THINS %llx", (unsigned long long)sorted[i]->thins);
		lvi_textbuf_putc(&out, '\n');
	}
	return lvi_textbuf_take(&out, NULL);
}

static inline bool fake_any_suspended(struct fake *f)
{
	for (size_t i = 0; i < FAKE_DEVICES; i++)
		if (f->devices[i].exists && f->devices[i].suspended)
			return true;
	return false;
}

#endif
