/* SPDX-License-Identifier: MIT */
/* read, write: the bytes of an LV, through the library's own device mapper */

#include "commands.h"
#include "error.h"
#include "key.h"
#include "names.h"
#include "option_values.h"
#include "progress.h"
#include "tool.h"

#include <lvol/luks.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 20)

struct io_args {
	struct number offset, length;
	const char *file;
	unsigned decrypt;
	const char *key_file;
};

#define FIELD(name) offsetof(struct io_args, name)

#define RANGE_OPTIONS \
	{ 0, "offset", "SIZE[b|UNIT]", option_bytes, FIELD(offset), "where on the LV to begin (default: 0)" }, \
	{ 0, "length", "SIZE[b|UNIT]", option_bytes, FIELD(length), "how much (default: all)" }, \
	{ 0, "decrypt", NULL, option_flag, FIELD(decrypt), "what is in the LUKS volume on it" }, \
	{ 'd', "key-file", "FILE", option_text, FIELD(key_file), \
		"the same; read the key from FILE (default: ask for a passphrase)" }

static const struct option_row read_options[] = {
	RANGE_OPTIONS,
	{ 'o', "output", "FILE", option_text, FIELD(file), "write to FILE instead of standard output" },
	{ 0 }
};

static const struct option_row write_options[] = {
	RANGE_OPTIONS,
	{ 'i', "input", "FILE", option_text, FIELD(file), "read FILE instead of standard input" },
	{ 0 }
};
#undef FIELD

/* An LV and a file, and what to copy between them. */
struct transfer {
	struct lvol_io *io;
	const char *file_name;
	int fd;
	uint64_t offset, length;   /* of the LV */
	uint64_t done;
	struct progress progress;
	char *buffer;              /* PIECE_BYTES */
};

static int io_check(const struct call *call, struct lvol_error *err)
{
	if (!name_lv(name_plain(&call->tool->pool, call->words.list[0])))
		return fail(err, LVOL_E_INVALID, call->words.list[0], "is no LV; say VG/LV");
	return 0;
}

static int open_decrypted(const struct call *call, const struct lvol_lv *lv, uint32_t flags, struct lvol_io **out,
		struct lvol_error *err)
{
	const struct io_args *args = call->args;
	struct key key;
	int ret = key_read(args->key_file, call->words.list[0], 0, &key, err);

	if (ret < 0)
		return ret;
	ret = lvol_luks_open(lv, flags, &(struct lvol_luks_key){ key.bytes, key.length }, out, err);
	key_wipe(&key);
	return ret;
}

static int open_lv(struct call *call, uint32_t flags, struct lvol_io **out, struct lvol_error *err)
{
	const struct io_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *name = name_plain(pool, call->words.list[0]);
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = lvol_vg_open(call->tool->ctx, name_vg(pool, name), &vg, err);

	if (ret < 0)
		return ret;
	lv = lvol_lv_find(vg, name_lv(name));
	if (lv && (args->decrypt || args->key_file))
		ret = open_decrypted(call, lv, flags, out, err);
	else if (lv)
		ret = lvol_io_open(lv, flags, out, err);
	else
		ret = fail(err, LVOL_E_NOT_FOUND, name, "there is no such LV");
	lvol_vg_unref(vg);  /* an open LV holds its VG */
	return ret;
}

/* The range that the options name, which must lie in the LV. */
static int choose_range(const struct call *call, struct transfer *transfer, struct lvol_error *err)
{
	const struct io_args *args = call->args;
	uint64_t size = lvol_io_size_bytes(transfer->io);

	transfer->offset = args->offset.value;
	if (transfer->offset > size)
		return fail(err, LVOL_E_RANGE, call->words.list[0], "--offset %llu is beyond its end at %llu",
				(unsigned long long)transfer->offset, (unsigned long long)size);
	transfer->length = size - transfer->offset;
	if (args->length.given && args->length.value > transfer->length)
		return fail(err, LVOL_E_RANGE, call->words.list[0], "--length %llu reaches beyond its end: %llu are "
				"left there", (unsigned long long)args->length.value,
				(unsigned long long)transfer->length);
	if (args->length.given)
		transfer->length = args->length.value;
	return 0;
}

static int begin(struct call *call, uint32_t flags, struct transfer *transfer, struct lvol_error *err)
{
	int ret;

	transfer->buffer = pool_alloc(&call->tool->pool, PIECE_BYTES);
	ret = open_lv(call, flags, &transfer->io, err);
	return ret == 0 ? choose_range(call, transfer, err) : ret;
}

/* Close both; what close() says of the file counts. */
static int end(struct transfer *transfer, int ret, struct lvol_error *err)
{
	progress_end(&transfer->progress, transfer->done);
	lvol_io_close(transfer->io);
	if (transfer->fd > STDERR_FILENO && close(transfer->fd) < 0 && ret == 0)
		ret = fail_errno(err, transfer->file_name, "cannot be written");
	return ret;
}

/* read */

static int write_all(const struct transfer *transfer, size_t len, struct lvol_error *err)
{
	for (size_t done = 0; done < len;) {
		ssize_t written = write(transfer->fd, transfer->buffer + done, len - done);

		if (written < 0 && errno != EINTR)
			return fail_errno(err, transfer->file_name, "cannot be written");
		done += written > 0 ? (size_t)written : 0;
	}
	return 0;
}

static int copy_out(struct transfer *transfer, struct lvol_error *err)
{
	while (transfer->done < transfer->length) {
		uint64_t left = transfer->length - transfer->done;
		size_t len = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
		int ret = lvol_io_pread(transfer->io, transfer->buffer, len, transfer->offset + transfer->done, err);

		if (ret == 0)
			ret = write_all(transfer, len, err);
		if (ret < 0)
			return ret;
		transfer->done += len;
		progress_show(&transfer->progress, transfer->done);
	}
	return 0;
}

static int read_run(struct call *call, struct lvol_error *err)
{
	const struct io_args *args = call->args;
	struct transfer transfer = { .fd = STDOUT_FILENO, .file_name = "standard output" };
	int ret = begin(call, 0, &transfer, err);

	if (ret == 0 && args->file) {
		transfer.file_name = args->file;
		transfer.fd = open(args->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (transfer.fd < 0)
			ret = fail_errno(err, args->file, "cannot be written");
	} else if (ret == 0 && isatty(STDOUT_FILENO)) {
		ret = fail(err, LVOL_E_INVALID, "standard output", "is a terminal; redirect it, or say --output FILE");
	}
	if (ret == 0) {
		progress_begin(&transfer.progress, call->words.list[0], transfer.length, call->tool->settings.quiet);
		ret = copy_out(&transfer, err);
	}
	return end(&transfer, ret, err);
}

const struct command command_read = {
	.name = "read", .usage = "VG/LV", .summary = "Write the data of a logical volume to standard output",
	.options = read_options, .args_size = sizeof(struct io_args),
	.min_words = 1, .max_words = 1, .read_only = true,
	.check = io_check, .run = read_run,
};

/* write */

/* Fill the buffer as far as the input goes; *len is 0 at its end. */
static int read_piece(const struct transfer *transfer, size_t want, size_t *len, struct lvol_error *err)
{
	*len = 0;
	while (*len < want) {
		ssize_t got = read(transfer->fd, transfer->buffer + *len, want - *len);

		if (got < 0 && errno != EINTR)
			return fail_errno(err, transfer->file_name, "cannot be read");
		if (got == 0)
			break;
		*len += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

/* Zeroes need not be sent. */
static int write_piece(const struct transfer *transfer, size_t len, struct lvol_error *err)
{
	const char *buffer = transfer->buffer;
	uint64_t at = transfer->offset + transfer->done;

	if (buffer[0] == 0 && !memcmp(buffer, buffer + 1, len - 1))
		return lvol_io_write_zeroes(transfer->io, len, at, err);
	return lvol_io_pwrite(transfer->io, buffer, len, at, err);
}

static int copy_in(struct transfer *transfer, struct lvol_error *err)
{
	while (transfer->done < transfer->length) {
		uint64_t left = transfer->length - transfer->done;
		size_t len;
		int ret = read_piece(transfer, left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, &len, err);

		if (ret == 0 && len)
			ret = write_piece(transfer, len, err);
		if (ret < 0 || !len)
			return ret;
		transfer->done += len;
		progress_show(&transfer->progress, transfer->done);
	}
	return 0;
}

/* Size of the input from where it stands, 0 when that cannot be known. */
static uint64_t input_size(int fd)
{
	struct stat file;
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (fstat(fd, &file) < 0 || !S_ISREG(file.st_mode) || at < 0 || at > file.st_size)
		return 0;
	return (uint64_t)(file.st_size - at);
}

static int too_long(const struct call *call, const struct transfer *transfer, struct lvol_error *err)
{
	return fail(err, LVOL_E_RANGE, call->words.list[0], "the data is longer than the %llu bytes there; %llu were "
			"written", (unsigned long long)transfer->length, (unsigned long long)transfer->done);
}

/* With --length only so much is read; without, all of the input has to fit. */
static int write_input(const struct call *call, struct transfer *transfer, struct lvol_error *err)
{
	const struct io_args *args = call->args;
	uint64_t size = input_size(transfer->fd);
	size_t rest = 0;
	int ret;

	if (!args->length.given && size > transfer->length)
		return too_long(call, transfer, err);
	progress_begin(&transfer->progress, call->words.list[0],
			args->length.given && (!size || size > transfer->length) ? transfer->length : size,
			call->tool->settings.quiet);
	ret = copy_in(transfer, err);
	if (ret == 0)
		ret = lvol_io_flush(transfer->io, err);
	if (ret == 0 && !args->length.given)
		ret = read_piece(transfer, 1, &rest, err);
	return ret == 0 && rest ? too_long(call, transfer, err) : ret;
}

static int write_run(struct call *call, struct lvol_error *err)
{
	const struct io_args *args = call->args;
	struct transfer transfer = { .fd = STDIN_FILENO, .file_name = "standard input" };
	int ret = begin(call, LVOL_IO_WRITE, &transfer, err);

	if (ret == 0 && args->file) {
		transfer.file_name = args->file;
		transfer.fd = open(args->file, O_RDONLY | O_CLOEXEC);
		if (transfer.fd < 0)
			ret = fail_errno(err, args->file, "cannot be read");
	}
	if (ret == 0)
		ret = write_input(call, &transfer, err);
	return end(&transfer, ret, err);
}

const struct command command_write = {
	.name = "write", .usage = "VG/LV", .summary = "Fill a logical volume with the data on standard input",
	.options = write_options, .args_size = sizeof(struct io_args),
	.min_words = 1, .max_words = 1,
	.check = io_check, .run = write_run,
};
