/* SPDX-License-Identifier: MIT */
/*
 * storage-daemon DIRECTORY: looks after the VGs in all image files *.img of a directory, which may come and go at any
 * time, and does what the lines on its standard input say (commands.c). All of it in one thread, around one poll().
 */
#include "daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What is ready to be done; the order of the descriptors in poll(). */
enum { INPUT, IMAGES, SIGNALS, QUEUE, COUNT };

struct input {
	char line[1024];
	size_t len;
};

/* The lines that are whole are run; the rest waits for its end. */
static void read_commands(struct daemon *d, struct input *in)
{
	ssize_t got = read(STDIN_FILENO, in->line + in->len, sizeof(in->line) - in->len - 1);
	char *end;

	if (got <= 0) {
		d->ending = got == 0 || errno != EINTR;
		return;
	}
	in->len += (size_t)got;
	in->line[in->len] = '\0';
	while (!d->stopping && (end = strchr(in->line, '\n'))) {
		*end++ = '\0';
		command_run(d, in->line);
		in->len -= (size_t)(end - in->line);
		memmove(in->line, end, in->len + 1);
	}
	if (in->len == sizeof(in->line) - 1) {
		puts("error this line is too long");
		in->len = 0;
	}
}

/* A burst of events is one reason to look. */
static int look_again(struct daemon *d, int fd, struct lvol_error *err)
{
	char events[4096];

	while (read(fd, events, sizeof(events)) > 0)
		;
	return images_look(d, err);
}

static int serve(struct daemon *d, struct pollfd *fds, struct lvol_error *err)
{
	struct input in = { .len = 0 };
	int ret = images_look(d, err);

	while (ret == 0 && !d->stopping && !(d->ending && !d->copies)) {
		fflush(stdout);
		fds[INPUT].fd = d->ending ? -1 : STDIN_FILENO;
		if (poll(fds, COUNT, -1) < 0 && errno != EINTR)
			return -LVOL_E_IO;
		if (fds[QUEUE].revents)
			ret = copies_go_on(d, err);
		if (ret == 0 && fds[IMAGES].revents)
			ret = look_again(d, fds[IMAGES].fd, err);
		if (fds[INPUT].revents && !d->ending)
			read_commands(d, &in);
		if (fds[SIGNALS].revents)
			d->stopping = true;
	}
	return ret;
}

static int watch(const char *directory, struct pollfd *fds)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fds[SIGNALS].fd = signalfd(-1, &signals, SFD_CLOEXEC);
	fds[IMAGES].fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fds[SIGNALS].fd < 0 || fds[IMAGES].fd < 0)
		return -1;
	return inotify_add_watch(fds[IMAGES].fd, directory, IN_CLOSE_WRITE | IN_MOVE | IN_DELETE);
}

int main(int argc, char **argv)
{
	struct daemon d = { .directory = argc == 2 ? argv[1] : NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pollfd fds[COUNT];
	int ret;

	if (!d.directory) {
		fputs("usage: storage-daemon DIRECTORY\n", stderr);
		return 2;
	}
	for (int i = 0; i < COUNT; i++)
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (watch(d.directory, fds) < 0) {
		perror(d.directory);
		return 1;
	}
	ret = lvol_queue_new(NULL, &d.queue, &err);
	if (ret == 0) {
		fds[QUEUE].fd = lvol_queue_fd(d.queue);
		ret = serve(&d, fds, &err);
	}
	if (ret < 0)
		fprintf(stderr, "storage-daemon: %s%s%s\n", err.subject, *err.subject ? ": " : "", err.message);
	lvol_queue_free(d.queue);  /* waits for what is under way: the buffers are the copies' again */
	copies_stop(&d);
	lvol_scan_free(d.scan);
	puts("bye");
	return ret < 0;
}
