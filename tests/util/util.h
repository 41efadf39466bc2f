/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_UTIL_H
#define LVOL_TESTS_UTIL_H

/*
 * Helpers for test programs. They know nothing of the inside of the library, and they do not return failure: what a
 * test needs and does not get ends the test with a message (ck_abort_msg), so that tests stay short.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <check.h>

#include <lvol/error.h>

/* ---- main.c: running a suite ---- */

/*
 * The whole main() of a test program. CK_RUN_CASE and CK_FORK=no work as check says. Returns the exit status.
 *     int main(void) { return t_main(suite()); }
 */
int t_main(Suite *suite);

/* End the whole program as skipped (status 77), before t_main() runs. The reason is shown by tests/run.sh. */
void t_skip_all(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Whether the long variants of tests are asked for (tests/run.sh --long). */
bool t_long(void);

/* @ret is 0, else fail with the text of @err (a struct lvol_error). */
#define t_ok(ret, err)                                                                                 \
	do {                                                                                           \
		int t_ret_ = (ret);                                                                    \
		ck_assert_msg(t_ret_ == 0, "%s: %d %s: %s", #ret, t_ret_, (err).subject, (err).message); \
	} while (0)

/* @ret is -@code, @err says the same and has a message. */
#define t_fails(ret, want, err)                                                                          \
	do {                                                                                             \
		int t_ret_ = (ret);                                                                      \
		ck_assert_msg(t_ret_ == -(want), "%s: %d (%s), expected -%d (%s)", #ret, t_ret_,         \
			      (err).message, (want), #want);                                             \
		ck_assert_int_eq((err).code, (want));                                                    \
		ck_assert_msg((err).message[0] != '\0', "%s: error without a message", #ret);            \
	} while (0)

/* ---- files.c: scratch and files ---- */

/* A new empty folder below LVOL_TEST_TMP. It goes when the process that made it ends. Free with free(). */
char *t_tmpdir(void);

/* "@dir/@name"; free with free(). */
char *t_path(const char *dir, const char *name);

/* How much memory this process has locked ("VmLck" of /proc/self/status). */
long t_locked_kib(void);

/* A new file of @bytes, all of them a hole. */
void t_sparse_file(const char *path, uint64_t bytes);

/* A new file with the given content. */
void t_write_file(const char *path, const void *data, size_t bytes);

/* The whole file and a NUL after it; free with free(). @bytes may be NULL. */
char *t_read_file(const char *path, size_t *bytes);

/* Part of a file or device. */
void t_pread(const char *path, void *data, size_t bytes, uint64_t offset);
void t_pwrite(const char *path, const void *data, size_t bytes, uint64_t offset);

uint64_t t_file_bytes(const char *path);
void t_copy_file(const char *from, const char *to); /* holes stay holes */

/* ---- run.c: other programs ---- */

struct t_output {
	int status;  /* exit status; 128 + N after signal N */
	char *out;   /* standard output, ends in a NUL */
	char *err;   /* standard error likewise */
	size_t out_bytes;
};

/* Run a program, found in PATH; @argv ends in NULL, standard input is empty. Free with t_output_free(). */
struct t_output t_run(const char *const argv[]);

/* The same through `sh -c`, from a format. */
struct t_output t_sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* t_sh() that must succeed; standard output is dropped. */
void t_sh_ok(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void t_output_free(struct t_output *output);

bool t_have_program(const char *name);

/* Text from a format; free with free(). */
char *t_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- sum.c: checksums; @hex gets 64 digits and a NUL ---- */

void t_sha256(const void *data, size_t bytes, char hex[65]);
void t_sha256_file(const char *path, char hex[65]);

/* ---- pattern.c: self-describing data, see tests/golden/README.md ---- */

uint64_t t_mix(uint64_t x);
uint64_t t_unmix(uint64_t z);

/* Fill @bytes (whole sectors of 512) with the pattern of @seed, as they would lie from @first_sector on. */
void t_fill(void *data, size_t bytes, uint32_t seed, uint64_t first_sector);

/* Decode one sector; false if it is no sector of a pattern. */
bool t_decode(const void *sector, uint32_t *seed, uint64_t *number);

/* Fail with what was found where, unless @data is what t_fill() would write. */
void t_check_fill(const void *data, size_t bytes, uint32_t seed, uint64_t first_sector);

/* ---- golden.c: recorded scenarios, see tests/golden/README.md ---- */

/* The folder with disk0.img ... of a scenario, unpacked on first use. Read-only. Free with free(). */
char *t_golden_dir(const char *name);

/* The manifest's path. Free with free(). */
char *t_golden_manifest(const char *name);

/* Names of all scenarios in alphabetical order, ended by NULL. Free with t_names_free(). */
char **t_golden_names(void);
void t_names_free(char **names);

/* ---- loop.c: loop devices ---- */

/* NULL where loop devices can be used, else why not. */
const char *t_no_loops(void);

/* Attach @file with a logical sector size of @sector_bytes (512 or 4096). It is detached when the test ends, if not
 * before. Free the path with free(). */
char *t_loop_attach(const char *file, unsigned int sector_bytes);
void t_loop_detach(const char *loop);

/* ---- cleanup.c: things to undo when this process ends ---- */

/* Run `@program @argument...` at exit of this process (not of children it forks), last registered first. */
void t_at_exit_run(const char *const argv[]);

#endif
