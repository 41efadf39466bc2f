/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who holds a lock, for messages. Nothing here is certain, nothing depends on it.
 *
 * /proc/locks tells the pid of whoever took a flock; for locks of open file descriptions it has -1, and only
 * /proc/PID/fdinfo/FD of the holder, which has the same line behind "lock:", leads to him. Lines are
 *     1: FLOCK  ADVISORY  WRITE 708 08:01:130828 0 EOF
 * and the device there is the file system's; stat() may tell another one (btrfs, overlayfs). So a line that has the
 * inode alone counts when none has both.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "dev/dev_impl.h"

struct wanted {
	const char *kind;
	unsigned dev_major, dev_minor;
	uint64_t ino;
	uint64_t start;     /* first byte of the lock; a flock has 0 */
};

struct found {
	long exact, loose;  /* pids; 0: none */
};

struct lock_line {
	char kind[16];
	long pid;
	unsigned dev_major, dev_minor;
	uint64_t ino, start;
};

static bool parse_line(const char *text, struct lock_line *line)
{
	return sscanf(text, " %*u: %15s %*s %*s %ld %x:%x:%" SCNu64 " %" SCNu64, line->kind, &line->pid,
			&line->dev_major, &line->dev_minor, &line->ino, &line->start) == 6;
}

/* @pid: of the process whose fdinfo it is, or 0 when the line itself tells. */
static void match_line(const char *text, const struct wanted *w, long pid, struct found *f)
{
	struct lock_line line;

	/* "1: -> FLOCK ...": one that waits, not the holder; the words do not fit and it is left out */
	if (!parse_line(text, &line) || strcmp(line.kind, w->kind) || line.ino != w->ino ||
			line.start != w->start)
		return;
	if (!pid)
		pid = line.pid;
	if (pid <= 0)
		return;
	if (line.dev_major == w->dev_major && line.dev_minor == w->dev_minor)
		f->exact = f->exact ? f->exact : pid;
	else
		f->loose = f->loose ? f->loose : pid;
}

static void search_proc_locks(const struct wanted *w, struct found *f)
{
	FILE *file = fopen("/proc/locks", "re");
	char text[256];

	if (!file)
		return;
	while (!f->exact && fgets(text, sizeof text, file))
		match_line(text, w, 0, f);
	fclose(file);
}

static void search_fdinfo_file(int dir, const char *name, const struct wanted *w, long pid, struct found *f)
{
	char text[4096], *line;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return;
	text[n] = 0;
	for (line = text; (line = strstr(line, "lock:")); line += strlen("lock:"))
		match_line(line + strlen("lock:"), w, pid, f);
}

static void search_process(long pid, const struct wanted *w, struct found *f)
{
	char path[64];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%ld/fdinfo", pid);
	dir = opendir(path);
	if (!dir)
		return;
	while (!f->exact && (e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]))
			search_fdinfo_file(dirfd(dir), e->d_name, w, pid, f);
	closedir(dir);
}

static void search_processes(const struct wanted *w, struct found *f)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;

	if (!proc)
		return;
	while (!f->exact && (e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]))
			search_process(strtol(e->d_name, NULL, 10), w, f);
	closedir(proc);
}

void lvi_lock_holder_pid(long pid, char out[LOCK_HOLDER_LEN])
{
	char path[64], comm[32] = "";
	FILE *file;

	if (pid == getpid()) {
		snprintf(out, LOCK_HOLDER_LEN, "this process (pid %ld)", pid);
		return;
	}
	snprintf(path, sizeof path, "/proc/%ld/comm", pid);
	file = fopen(path, "re");
	if (file) {
		if (!fgets(comm, sizeof comm, file))
			comm[0] = 0;
		fclose(file);
	}
	comm[strcspn(comm, "\n")] = 0;
	/* a process may call itself anything, and this goes into a message of one line */
	for (char *c = comm; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
	snprintf(out, LOCK_HOLDER_LEN, *comm ? "pid %ld (%s)" : "pid %ld", pid, comm);
}

void lvi_lock_holder(int fd, const char *kind, uint64_t start, char out[LOCK_HOLDER_LEN])
{
	struct wanted w = { .kind = kind, .start = start };
	struct found f = { 0 };
	struct stat st;

	out[0] = 0;
	if (fstat(fd, &st))
		return;
	w.dev_major = major(st.st_dev);
	w.dev_minor = minor(st.st_dev);
	w.ino = st.st_ino;
	search_proc_locks(&w, &f);
	if (!f.exact && !f.loose)
		search_processes(&w, &f);
	if (f.exact || f.loose)
		lvi_lock_holder_pid(f.exact ? f.exact : f.loose, out);
}
