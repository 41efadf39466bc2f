/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_BENCH_TARGETS_H
#define LVOL_TESTS_BENCH_TARGETS_H

#include "backend/user/mapper.h"
#include "io.h"

#define LEGS 6
#define LEG_BYTES ((uint64_t)128 << 20)
#define META_BYTES ((uint64_t)64 << 20)

/* What a target does beside I/O, by the library that it uses for it, alone: bytes of the user's data per second. */
typedef struct io_result (*cost_fn)(bool write, bool large);
struct io_result cost_crypt_512(bool write, bool large);
struct io_result cost_crypt_4096(bool write, bool large);
struct io_result cost_xor(bool write, bool large);
struct io_result cost_pq(bool write, bool large);
struct io_result cost_crc(bool write, bool large);

/* I/O of the same size on the files below that one request needs. */
struct work { double reads, writes; };

struct bench;
struct bench_target {
	const char *name;
	const char *const *tables;      /* "NAME LINE", the first is measured; of d0 ..., m0 ... */
	unsigned files;                 /* that the raw loop runs over */
	struct work read, small, large; /* reads; small and large writes */
	cost_fn cost_read, cost_write;  /* NULL: none */
	struct work small_read;         /* if not as `read` */
	enum backend_work settle;       /* 0: nothing; after it was filled */
	/* Before the stack is opened for measuring; NULL. */
	void (*prepare)(struct bench *b);
	bool fresh;                     /* each run begins with cleared metadata, and takes each block once */
	const char *qemu;               /* options of the like of it in QEMU; NULL: there is none */
};
extern const struct bench_target bench_targets[];  /* the last one has no name */

struct bench {
	const struct bench_target *target;
	bool direct;
	struct devset *set;
	struct user_mapper *mapper;
	struct lvol_dev *data[LEGS], *meta[LEGS];
	int fds[LEGS];
	struct backend_device *dev;
};

/* The first of @tables; with the others in its graph. */
struct backend_device *bench_open(struct bench *b, const char *const *tables);
/* All of it, in pieces of 1 MiB. */
void bench_fill(struct backend_device *dev);
void bench_settle(struct backend_device *dev, enum backend_work work);

#endif
