/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the kernel refuses a table is in its log alone; the request gets a number. Who may read the log gets the line too.
 * It is everybody's log: of the lines between two moments the first of device-mapper is taken, which names the device by
 * its number, so that a line about another one can be told.
 */
#include "backend/kernel/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"

#define SAYS "device-mapper: "
/* At most so many records are looked at, if somebody floods the log meanwhile. */
#define RECORDS 200

int lvi_kmsg_open(void)
{
	return open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

void lvi_kmsg_mark(int fd)
{
	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
}

/* A record is "PRIORITY,NUMBER,TIME,FLAGS;TEXT\n KEY=VALUE\n ..."; EPIPE: some were overwritten before we read them. */
static const char *next_text(int fd, char *record, size_t size)
{
	ssize_t got;
	char *text;

	do
		got = read(fd, record, size - 1);
	while (got < 0 && (errno == EINTR || errno == EPIPE));
	if (got <= 0)
		return NULL;
	record[got] = '\0';
	text = strchr(record, ';');
	if (!text)
		return "";
	text[strcspn(text, "\n")] = '\0';
	return text + 1;
}

void lvi_kmsg_read(int fd, char *out, size_t size)
{
	char record[2048];
	const char *text;

	*out = '\0';
	if (fd < 0)
		return;
	for (int i = 0; i < RECORDS && !*out && (text = next_text(fd, record, sizeof record)); i++)
		if (!strncmp(text, SAYS, strlen(SAYS)))
			lvi_message_copy(out, size, text + strlen(SAYS));
}
