/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs commands in turns and compares their time, processor time (user and system) and peak memory:
 *     bench-compare RUNS TITLE NAME COMMAND [NAME COMMAND]...
 * A COMMAND is split at spaces; {i} in it is the number of the run. Standard output goes nowhere. The first command is
 * the one that the others are compared with. Each run is a new process, whose peak memory the kernel tells.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define COMMANDS_MAX 8
#define WORDS_MAX 64

struct command {
	const char *name, *text;
	double seconds[B_RUNS_MAX], cpu[B_RUNS_MAX], kib[B_RUNS_MAX];
};

/* A copy with the number of the run in place of each {i}. */
static char *expand(const char *text, unsigned run)
{
	char *out = b_alloc(strlen(text) * 4 + 16), *to = out;

	for (; *text; text++) {
		if (!strncmp(text, "{i}", 3)) {
			to += sprintf(to, "%u", run);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	return out;
}

static void child(char *text)
{
	char *words[WORDS_MAX + 1];
	size_t n = 0;
	int null = open("/dev/null", O_WRONLY);

	for (char *w = strtok(text, " "); w && n < WORDS_MAX; w = strtok(NULL, " "))
		words[n++] = w;
	words[n] = NULL;
	if (n && null >= 0 && dup2(null, 1) >= 0)
		execvp(words[0], words);
	_exit(127);
}

static double seconds(const struct timeval *t)
{
	return t->tv_sec + t->tv_usec * 1e-6;
}

static void run(struct command *c, unsigned number)
{
	char *text = expand(c->text, number);
	struct rusage usage;
	double start = b_now();
	int status;
	pid_t pid = fork();

	if (!pid)
		child(text);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		b_die("cannot run %s", text);
	c->seconds[number] = b_now() - start;
	c->cpu[number] = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
	c->kib[number] = usage.ru_maxrss;
	if (status)
		b_die("%s: status 0x%x", text, status);
	free(text);
}

static void print(const char *title, struct command *commands, size_t count, unsigned runs)
{
	double time = 0, cpu = 0, kib = 0;

	printf("%s\n", title);
	for (size_t i = 0; i < count; i++) {
		double t = b_median(commands[i].seconds, runs), c = b_median(commands[i].cpu, runs);
		double k = b_median(commands[i].kib, runs);

		printf("    %-10s %8.4f s, CPU %8.4f s, %6.1f MB", commands[i].name, t, c, k / 1024);
		if (i)
			printf("   (time x%.3f, CPU x%.3f, memory x%.3f)", time / t, cpu / c, kib / k);
		else
			time = t, cpu = c, kib = k;
		putchar('\n');
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	unsigned runs = argc > 1 ? atoi(argv[1]) : 0;
	size_t count = 0;

	if (argc < 5 || argc % 2 == 0 || (argc - 3) / 2 > COMMANDS_MAX || !runs || runs > B_RUNS_MAX)
		b_die("usage: bench-compare RUNS TITLE NAME COMMAND [NAME COMMAND]...");
	for (int i = 3; i < argc; i += 2)
		commands[count++] = (struct command){ .name = argv[i], .text = argv[i + 1] };
	for (unsigned r = 0; r < runs; r++)
		for (size_t i = 0; i < count; i++)
			run(&commands[i], r);
	print(argv[2], commands, count, runs);
	return 0;
}
