/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Gives a fuzzer each file of some folders, once: replay FILE|FOLDER... It is what a fuzzer is linked with where
 * libFuzzer is not, so that its corpus and what it ever found are tried in every build. The last line of output names
 * the file that ended the program.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* For mutators, which replaying never calls. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	(void)data;
	return size < max ? size : max;
}

static unsigned replayed;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* A copy of exactly the file's size: a byte read behind it is seen by the address sanitizer. */
static void replay_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *in = fopen(path, "rb");

	if (!data || !in || fread(data, 1, size, in) != size)
		fail(path);
	fclose(in);
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	replayed++;
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const char *path)
{
	struct dirent **entries;
	struct stat st;
	char *inside;
	int n;

	if (stat(path, &st))
		fail(path);
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path, (size_t)st.st_size);
		return;
	}
	n = scandir(path, &entries, no_dots, alphasort);
	if (n < 0)
		fail(path);
	for (int i = 0; i < n; i++) {
		if (asprintf(&inside, "%s/%s", path, entries[i]->d_name) < 0)
			fail(path);
		replay(inside);
		free(inside);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (!replayed) {
		fprintf(stderr, "replay: nothing to replay\n");
		return 1;
	}
	printf("%u inputs replayed\n", replayed);
	return 0;
}
