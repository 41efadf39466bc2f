/* SPDX-License-Identifier: MIT */
#include "key.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof(*key));
}

/* Up to the end or, with `line`, the first newline, which is read and not kept; byte by byte then, as what follows is not ours. */
static int read_bytes(int fd, const char *name, int line, struct key *out, struct lvol_error *err)
{
	char byte;

	out->length = 0;
	for (;;) {
		ssize_t got = read(fd, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(err, name, "cannot be read");
		if (got == 0 || (line && byte == '\n'))
			return out->length ? 0 : fail(err, LVOL_E_INVALID, name, "the key is empty");
		if (out->length == sizeof(out->bytes))
			return fail(err, LVOL_E_INVALID, name, "the key is longer than %d bytes", KEY_BYTES_MAX);
		out->bytes[out->length++] = byte;
	}
}

static int ask_once(const char *prompt, const char *what, struct key *out, struct lvol_error *err)
{
	struct termios before, silent;
	int ret;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return fail_errno(err, "standard input", "is no terminal that can be used");
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(stderr, "%s %s: ", prompt, what);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	ret = read_bytes(STDIN_FILENO, "standard input", 1, out, err);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return ret;
}

static int ask(const char *what, int twice, struct key *out, struct lvol_error *err)
{
	struct key again;
	int ret = ask_once("Passphrase for", what, out, err);

	if (ret < 0 || !twice)
		return ret;
	ret = ask_once("The same again for", what, &again, err);
	if (ret == 0 && (again.length != out->length || memcmp(again.bytes, out->bytes, out->length)))
		ret = fail(err, LVOL_E_INVALID, what, "the two passphrases differ");
	key_wipe(&again);
	return ret;
}

static int read_file(const char *file, struct key *out, struct lvol_error *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return fail_errno(err, file, "cannot be read");
	ret = read_bytes(fd, file, 0, out, err);
	close(fd);
	return ret;
}

int key_read(const char *file, const char *what, int twice, struct key *out, struct lvol_error *err)
{
	int ret;

	if (file && strcmp(file, "-") != 0)
		ret = read_file(file, out, err);
	else if (file || !isatty(STDIN_FILENO))
		ret = read_bytes(STDIN_FILENO, "standard input", !file, out, err);
	else
		ret = ask(what, twice, out, err);
	if (ret < 0)
		key_wipe(out);
	return ret;
}
