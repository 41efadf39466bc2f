/* SPDX-License-Identifier: MIT */
#ifndef KEY_H
#define KEY_H

/* Keys of encrypted volumes, from files as cryptsetup reads them, or from whoever sits at the terminal. */

#include <lvol/error.h>

#define KEY_BYTES_MAX 8192

struct key {
	char bytes[KEY_BYTES_MAX];
	size_t length;
};

/*
 * All of the file; "-" is standard input. NULL: the first line of standard input, asked for if that is a terminal, and with
 * `twice` asked for again.
 */
int key_read(const char *file, const char *what, int twice, struct key *out, struct lvol_error *err);
void key_wipe(struct key *key);

#endif
