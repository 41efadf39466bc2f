/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What inputs of 1 MiB may cost, whatever is in them: a second of processor time and 64 MiB of memory beyond the input
 * itself. Each is tried in a process of its own, so that its memory can be told from that of the others. Sanitizers
 * and coverage cost time and memory of their own: there (MEASURED is 0) only a clean end counts.
 *   fuzz-limits [NAME]     only the inputs that have NAME in their name
 */
#include "limits.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_SECONDS 1.0
#define MAX_KIB (64 * 1024)
#define GIVE_UP_SECONDS 60
#define GIVE_UP_BYTES ((rlim_t)1 << 30)

struct cost {
	double seconds;
	long kib;
};

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* A runaway must not take the machine with it. */
static void cage(void)
{
	struct rlimit memory = { GIVE_UP_BYTES, GIVE_UP_BYTES }, seconds = { GIVE_UP_SECONDS, GIVE_UP_SECONDS };
	struct rlimit core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &core);
	if (!MEASURED)
		return;
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CPU, &seconds);
}

static void run_child(void (*use)(const struct text *t), const struct text *t, struct cost *cost)
{
	long before = peak_kib();
	double start = cpu_seconds();

	cage();
	use(t);
	cost->seconds = cpu_seconds() - start;
	cost->kib = peak_kib() - before;
	exit(0);
}

/* NULL: within the limits. */
static const char *judge(int status, const struct cost *cost)
{
	static char text[64];

	if (WIFSIGNALED(status)) {
		snprintf(text, sizeof text, "ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return text;
	}
	if (WEXITSTATUS(status)) {
		snprintf(text, sizeof text, "exit status %d", WEXITSTATUS(status));
		return text;
	}
	if (!MEASURED)
		return NULL;
	if (cost->seconds > MAX_SECONDS)
		return "takes too long";
	return cost->kib > MAX_KIB ? "takes too much memory" : NULL;
}

static int try_one(const char *as, void (*use)(const struct text *t), const struct limit_case *c, struct cost *cost)
{
	struct text t = { malloc(LIMIT_INPUT + 1), 0 };
	const char *wrong;
	int status;
	pid_t child;

	if (!t.data)
		abort();
	t.data[0] = '\0';
	c->make(&t);
	fflush(NULL);
	child = fork();
	if (!child)
		run_child(use, &t, cost);
	if (child < 0 || waitpid(child, &status, 0) != child)
		abort();
	free(t.data);
	wrong = judge(status, cost);
	printf("%s %-28s as %s: %.2f s, %ld MiB%s%s\n", wrong ? "FAILED" : "ok    ", c->name, as, cost->seconds,
	       cost->kib / 1024, wrong ? ", " : "", wrong ? wrong : "");
	memset(cost, 0, sizeof *cost);
	return wrong ? 1 : 0;
}

static const struct {
	const char *as;
	void (*use)(const struct text *t);
	const struct limit_case *cases;
} tries[] = {
	{ "metadata", limit_parse, limit_texts }, { "metadata", limit_parse, limit_vgs }, { "an image", limit_image, limit_texts },
	{ "an image", limit_image, limit_vgs }, { "lvm.conf", limit_conf, limit_texts }, { "lvm.conf", limit_conf, limit_confs },
	{ "a table", limit_table, limit_texts }, { "a table", limit_table, limit_lines },
	{ "a status", limit_status, limit_texts }, { "a status", limit_status, limit_lines },
	{ "a stream", limit_stream, limit_texts }, { "a stream", limit_stream, limit_streams },
};

int main(int argc, char **argv)
{
	/* how a child tells what it used */
	struct cost *cost = mmap(NULL, sizeof *cost, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int failed = 0;

	if (cost == MAP_FAILED)
		abort();
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		for (const struct limit_case *c = tries[i].cases; c->name; c++)
			if (argc < 2 || strstr(c->name, argv[1]))
				failed += try_one(tries[i].as, tries[i].use, c, cost);
	return failed ? 1 : 0;
}
