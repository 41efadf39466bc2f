/* SPDX-License-Identifier: MIT */
#include "text_file.h"

#include "error.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct buffer {
	char *data;
	size_t len, room;
};

/* Room for `more` bytes and a NUL. */
static void make_room(struct pool *pool, struct buffer *buffer, size_t more)
{
	char *larger;

	if (buffer->len + more < buffer->room)
		return;
	buffer->room = 2 * (buffer->len + more) + 1;
	larger = pool_alloc(pool, buffer->room);
	if (buffer->len)
		memcpy(larger, buffer->data, buffer->len);
	buffer->data = larger;
}

int text_file_read(struct pool *pool, const char *path, struct text_file *out, struct lvol_error *err)
{
	bool standard = !strcmp(path, "-");
	FILE *stream = standard ? stdin : fopen(path, "r");
	struct buffer buffer = { 0 };
	size_t len;
	int ret = 0;

	if (!stream)
		return fail_errno(err, path, "cannot be read");
	do {
		make_room(pool, &buffer, 65536);
		len = fread(buffer.data + buffer.len, 1, 65536, stream);
		buffer.len += len;
	} while (len);
	if (ferror(stream))
		ret = fail_errno(err, path, "cannot be read");
	if (!standard)
		fclose(stream);
	if (ret == 0)
		*out = (struct text_file){ buffer.data, buffer.len };
	return ret;
}

/* Only a file of its own can be replaced; a terminal, pipe or link is written to. */
static bool replaceable(const char *path)
{
	struct stat there;

	return lstat(path, &there) < 0 || S_ISREG(there.st_mode);
}

int text_file_write(struct pool *pool, const char *path, const char *text, struct lvol_error *err)
{
	const char *temporary = replaceable(path) ? pool_printf(pool, "%s.new", path) : path;
	FILE *stream = fopen(temporary, "w");
	bool ok;

	if (!stream)
		return fail_errno(err, path, "cannot be written");
	ok = fputs(text, stream) != EOF && fflush(stream) != EOF;
	if (temporary != path)
		ok = ok && fsync(fileno(stream)) == 0;
	ok = fclose(stream) != EOF && ok;
	if (ok && (temporary == path || rename(temporary, path) == 0))
		return 0;
	fail_errno(err, path, "cannot be written");
	if (temporary != path)
		unlink(temporary);
	return -err->code;
}
