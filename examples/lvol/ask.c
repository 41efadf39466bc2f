/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

bool ask(const struct call *call, const char *format, ...)
{
	char answer[16];
	va_list args;

	if (call_says_yes(call))
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs(" [y/n]: ", stderr);
	return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}
