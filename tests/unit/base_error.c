/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors and log messages. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "util.h"

START_TEST(filled_in)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	ck_assert_int_eq(lvi_error(&err, LVOL_E_BUSY, "vg0/lv0", "LV is open by %s", "somebody"), -LVOL_E_BUSY);
	ck_assert_int_eq(err.code, LVOL_E_BUSY);
	ck_assert_int_eq(err.sys_errno, 0);
	ck_assert_str_eq(err.subject, "vg0/lv0");
	ck_assert_str_eq(err.message, "LV is open by somebody");
	ck_assert_int_eq(lvi_error(NULL, LVOL_E_BUSY, NULL, "x"), -LVOL_E_BUSY);
	ck_assert_int_eq(lvi_error(&err, -LVOL_E_IO, NULL, "x"), -LVOL_E_IO);
	ck_assert_str_eq(err.subject, "");
}
END_TEST

START_TEST(of_the_system)
{
	static const struct { int sys, code; } cases[] = {
		{ ENOMEM, LVOL_E_NO_MEMORY }, { EACCES, LVOL_E_PERMISSION }, { EPERM, LVOL_E_PERMISSION },
		{ ENOSPC, LVOL_E_NO_SPACE }, { EROFS, LVOL_E_READ_ONLY }, { ENOENT, LVOL_E_NOT_FOUND },
		{ EEXIST, LVOL_E_EXISTS }, { EBUSY, LVOL_E_BUSY }, { EIO, LVOL_E_IO }, { 9999, LVOL_E_IO },
	};
	struct lvol_error err;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(lvi_error_sys(&err, cases[i].sys, "d", "write"), -cases[i].code);
		ck_assert_int_eq(err.sys_errno, cases[i].sys);
		ck_assert_int_eq(strncmp(err.message, "write: ", 7), 0);
		ck_assert_int_eq(lvi_error_sys(NULL, cases[i].sys, "d", "write"), -cases[i].code);
	}
	lvi_error_sys(&err, EROFS, "d", "write of %d bytes", 512);
	ck_assert_str_eq(err.message, "write of 512 bytes: Read-only file system");
	lvi_error_sys(&err, EROFS, "d", "%1000s", "x");
	ck_assert_str_eq(strrchr(err.message, ':'), ": Read-only file system");
}
END_TEST

START_TEST(without_memory)
{
	struct lvol_error err;

	ck_assert_int_eq(lvi_error_nomem(&err), -LVOL_E_NO_MEMORY);
	ck_assert_str_eq(err.message, "out of memory");
	ck_assert_int_eq(lvi_error_nomem(NULL), -LVOL_E_NO_MEMORY);
}
END_TEST

START_TEST(prefixed)
{
	struct lvol_error err;

	lvi_error(&err, LVOL_E_IO, "disk0", "short read");
	ck_assert_int_eq(lvi_error_prefix(&err, -LVOL_E_IO, "label of %s", "disk0"), -LVOL_E_IO);
	ck_assert_str_eq(err.message, "label of disk0: short read");
	ck_assert_str_eq(err.subject, "disk0");
	ck_assert_int_eq(lvi_error_prefix(NULL, -5, "x"), -5);
}
END_TEST

/* A caller may build on the error that it got. */
START_TEST(made_of_itself)
{
	struct lvol_error err;

	lvi_error(&err, LVOL_E_IO, "disk0", "short read");
	lvi_error(&err, LVOL_E_CORRUPT, err.subject, "no label (%s)", err.message);
	ck_assert_str_eq(err.message, "no label (short read)");
	ck_assert_str_eq(err.subject, "disk0");
}
END_TEST

START_TEST(cut_at_a_character)
{
	char text[2000];
	struct lvol_error err;

	for (size_t ascii = 0; ascii < 4; ascii++) {
		memset(text, 'a', ascii);
		for (size_t i = ascii; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);  /* the Euro sign */
		lvi_error(&err, LVOL_E_IO, text, "%s", text);
		ck_assert_uint_eq((strlen(err.message) - ascii) % 3, 0);
		ck_assert_uint_ge(strlen(err.message), sizeof err.message - 4);
		ck_assert_uint_eq((strlen(err.subject) - ascii) % 3, 0);
		ck_assert_uint_ge(strlen(err.subject), sizeof err.subject - 4);
	}
}
END_TEST

START_TEST(one_line)
{
	struct lvol_error err;

	lvi_error(&err, LVOL_E_IO, "a\nb", "x\ty\x1b[1mz\x7f");
	ck_assert_str_eq(err.subject, "a?b");
	ck_assert_str_eq(err.message, "x?y?[1mz?");
}
END_TEST

START_TEST(every_code_has_a_name)
{
	ck_assert_str_eq(lvol_err_name(0), "LVOL_OK");
	ck_assert_str_eq(lvol_err_name(-LVOL_E_BUSY), "LVOL_E_BUSY");
	ck_assert_str_eq(lvol_err_name(LVOL_E_STATE), "LVOL_E_STATE");
	for (int code = 0; code <= LVOL_E_STATE; code++) {
		ck_assert_ptr_nonnull(lvol_err_text(code));
		ck_assert_str_eq(lvol_err_text(code), lvol_err_text(-code));
		ck_assert_str_ne(lvol_err_text(code), "unknown error");
	}
	ck_assert_str_eq(lvol_err_text(LVOL_E_STATE + 1), "unknown error");
	ck_assert_str_eq(lvol_err_name(INT_MIN), "LVOL_E_UNKNOWN");
	ck_assert_str_eq(lvol_err_name(INT_MAX), "LVOL_E_UNKNOWN");
}
END_TEST

struct heard {
	int times, level;
	char subject[100], message[2000];
};

static void hear(void *arg, int level, const char *subject, const char *message)
{
	struct heard *h = arg;

	h->times++;
	h->level = level;
	strcpy(h->subject, subject);
	strcpy(h->message, message);
	errno = EBADF;
}

START_TEST(log_messages)
{
	struct heard heard = {0};
	struct log log = { .fn = hear, .arg = &heard, .max_level = LVI_LOG_NOTICE }, silent = {0};

	errno = ENOENT;
	lvi_log(&log, LVI_LOG_WARNING, NULL, "%d LVs\n", 3);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(heard.level, LVI_LOG_WARNING);
	ck_assert_str_eq(heard.subject, "");
	ck_assert_str_eq(heard.message, "3 LVs?");
	lvi_log(&log, LVI_LOG_DEBUG, "vg0", "not heard");
	lvi_log(&silent, LVI_LOG_ERROR, "vg0", "not heard");
	lvi_log(NULL, LVI_LOG_ERROR, "vg0", "not heard");
	ck_assert_int_eq(heard.times, 1);
	lvi_log(&log, LVI_LOG_ERROR, "vg0", "%5000s", "x");
	ck_assert_int_eq(heard.times, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base error");
	TCase *tc = tcase_create("error");

	tcase_add_test(tc, filled_in);
	tcase_add_test(tc, of_the_system);
	tcase_add_test(tc, without_memory);
	tcase_add_test(tc, prefixed);
	tcase_add_test(tc, made_of_itself);
	tcase_add_test(tc, cut_at_a_character);
	tcase_add_test(tc, one_line);
	tcase_add_test(tc, every_code_has_a_name);
	tcase_add_test(tc, log_messages);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
