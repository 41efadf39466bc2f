/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/textbuf.h"

/* What the steps between suspend and resume take: tables as text, requests of libdevmapper, metadata headers. */
#define STACK_BYTES (32u << 10)
#define HEAP_PIECES 12
#define HEAP_PIECE_BYTES 8000u
#define PAGE_BYTES_MIN 4096u

/* A line of /proc/self/maps: "55609c475000-55609c477000 r-xp 00002000 fe:00 247134     /usr/bin/cat" */
struct mapping {
	uintptr_t start, end;
	unsigned long long inode;
	char device[16], access[5];
	bool is_kernels;            /* "[vdso]" and its like */
	bool is_locked;
};
struct mappings { ARRAY(struct mapping) list; };

static bool has(const struct mapping *m, char what)
{
	return strchr(m->access, what);
}

static bool parse_mapping(const char *line, struct mapping *out)
{
	unsigned long long start, end;
	int at = 0;

	*out = (struct mapping){ 0 };
	if (sscanf(line, "%llx-%llx %4s %*s %15s %llu %n", &start, &end, out->access, out->device, &out->inode, &at) != 5 || !at)
		return false;
	out->start = (uintptr_t)start;
	out->end = (uintptr_t)end;
	out->is_kernels = line[at] == '[' && line[at + 1] == 'v';
	return true;
}

/* All at once, before anything is made of it: memory that we take changes what it says. */
static int read_text(const char *path, struct textbuf *out, struct lvol_error *err)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[4096];
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && (n = read(fd, piece, sizeof piece)) > 0)
		lvi_textbuf_add(out, piece, (size_t)n);
	if (n < 0)
		return lvi_error_sys(err, errno, path, "%s, which tells what memory to lock, cannot be read", path);
	lvi_textbuf_putc(out, '\0');
	return out->failed ? lvi_error_nomem(err) : 0;
}

/* Both of "maps" and of "smaps", which has more lines on each mapping; "VmFlags: rd wr lo" says that it is locked. */
static int parse_mappings(char *text, struct mappings *out, struct lvol_error *err)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		struct mapping m, *slot;

		if (out->list.len && !strncmp(line, "VmFlags:", 8))
			out->list.items[out->list.len - 1].is_locked = strstr(line, " lo");
		if (!parse_mapping(line, &m))
			continue;
		slot = ARRAY_PUSH(&out->list);
		if (!slot)
			return lvi_error_nomem(err);
		*slot = m;
	}
	return 0;
}

/* "VmLck:	       0 kB" of the process. Which mappings are locked is dear to ask, and mostly none is. */
static int any_locked(bool *out, struct lvol_error *err)
{
	struct textbuf text = { 0 };
	int r = read_text("/proc/self/status", &text, err);
	const char *line = r ? NULL : strstr(text.data, "\nVmLck:");

	*out = line && strtoull(line + strlen("\nVmLck:"), NULL, 10) > 0;
	lvi_textbuf_free(&text);
	return r;
}

static int read_mappings(struct mappings *out, struct lvol_error *err)
{
	struct textbuf text = { 0 };
	bool locked = false;
	int r = any_locked(&locked, err);

	if (!r)
		r = read_text(locked ? "/proc/self/smaps" : "/proc/self/maps", &text, err);
	if (!r)
		r = parse_mappings(text.data, out, err);
	lvi_textbuf_free(&text);
	return r;
}

/* Parts of one file that follow each other: a program or library if one of them can be executed. */
static size_t file_end(const struct mappings *all, size_t first, bool *is_program)
{
	const struct mapping *m = &all->list.items[first];
	size_t i = first;

	*is_program = false;
	for (; i < all->list.len && all->list.items[i].inode == m->inode && !strcmp(all->list.items[i].device, m->device); i++)
		*is_program = *is_program || has(&all->list.items[i], 'x');
	return i;
}

/* Of a mapping that another thread has taken away meanwhile nothing is needed: ENOMEM then too, but its first page is none. */
static bool is_gone(const struct mapping *m)
{
	unsigned char there;

	return mincore((void *)m->start, 1, &there) && errno == ENOMEM;
}

static int lock(struct memory_hold *h, const struct mapping *m, unsigned flags, struct lvol_error *err)
{
	struct memory_range *slot;

	if (m->is_locked || m->is_kernels || !has(m, 'p') || !(has(m, 'r') || has(m, 'w') || has(m, 'x')))
		return 0;
	slot = ARRAY_PUSH(&h->ranges);
	if (!slot)
		return lvi_error_nomem(err);
	*slot = (struct memory_range){ m->start, m->end };
	if (!mlock2((void *)m->start, m->end - m->start, flags))
		return 0;
	if (errno == ENOMEM && is_gone(m))
		return 0;
	return lvi_error(err, LVOL_E_PERMISSION, NULL, "memory cannot be locked: %s; CAP_IPC_LOCK or a larger RLIMIT_MEMLOCK would "
			"help", strerrordesc_np(errno));
}

static int lock_all(struct memory_hold *h, const struct mappings *all, struct lvol_error *err)
{
	size_t i = 0;
	int r = 0;

	while (!r && i < all->list.len) {
		bool is_program;
		size_t end = file_end(all, i, &is_program);
		unsigned flags = is_program && all->list.items[i].inode ? 0 : MLOCK_ONFAULT;

		for (; !r && i < end; i++)
			r = lock(h, &all->list.items[i], flags, err);
	}
	return r;
}

/* What is touched once is there; what is freed is what comes next. */
static void reserve(void)
{
	volatile char stack[STACK_BYTES];
	void *heap[HEAP_PIECES];

	for (size_t i = 0; i < sizeof stack; i += PAGE_BYTES_MIN)
		stack[i] = 0;
	for (size_t i = 0; i < HEAP_PIECES; i++) {
		heap[i] = malloc(HEAP_PIECE_BYTES);
		if (heap[i])
			explicit_bzero(heap[i], HEAP_PIECE_BYTES);
	}
	for (size_t i = 0; i < HEAP_PIECES; i++)
		free(heap[i]);
}

int lvi_memory_hold(struct memory_hold *h, struct lvol_error *err)
{
	struct mappings all = { 0 };
	int r;

	reserve();
	r = read_mappings(&all, err);
	if (!r)
		r = lock_all(h, &all, err);
	ARRAY_FREE(&all.list);
	if (r)
		lvi_memory_release(h);
	return r;
}

void lvi_memory_release(struct memory_hold *h)
{
	for (size_t i = 0; i < h->ranges.len; i++)
		munlock((void *)h->ranges.items[i].start, h->ranges.items[i].end - h->ranges.items[i].start);
	ARRAY_FREE(&h->ranges);
}
