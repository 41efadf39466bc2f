/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int t_main(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed, run;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	/* a CK_RUN_CASE that matches nothing is a mistake, not a success */
	if (!run) {
		fprintf(stderr, "no test was run\n");
		return EXIT_FAILURE;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

void t_skip_all(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("SKIP: ", stdout);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	exit(77);
}

bool t_long(void)
{
	const char *value = getenv("LVOL_TEST_LONG");

	return value && *value && *value != '0';
}
