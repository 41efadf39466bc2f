/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef GUEST_H
#define GUEST_H

/* What the programs of this folder share. They run as root in a guest with four disks of 128 MiB; see ../README.md. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

static const char *const disks[] = { "/dev/ubda", "/dev/ubdb", "/dev/ubdc", "/dev/ubdd" };

/* A guest says so by itself: on any other machine these programs must not touch anything. */
static inline void guest_only(void)
{
	if (access("/dev/ubda", F_OK) || !getenv("GUEST_ENV"))
		t_skip_all("runs in the guest of tests/kernel only");
}

static inline bool guest_has_udev(void)
{
	return getenv("LVOL_GUEST_UDEV") != NULL;
}

/* What `dmsetup ...` prints, without the newline at its end; free with free(). */
static inline char *guest_sh(const char *command)
{
	struct t_output o = t_sh("%s", command);
	char *text;

	ck_assert_msg(!o.status, "%s: %s", command, o.err);
	while (*o.out && o.out[strlen(o.out) - 1] == '\n')
		o.out[strlen(o.out) - 1] = '\0';
	text = strdup(o.out);
	t_output_free(&o);
	return text;
}

/* Shell @commands of which one lvm does those of lvm2, see ../lvm-later. */
static inline void guest_lvm(const char *commands)
{
	struct t_output o = t_sh("set -e; . \"$LVOL_SRC/tests/kernel/lvm-later\"; %s\nnow", commands);

	ck_assert_msg(!o.status, "%s: %s", commands, o.err);
	t_output_free(&o);
}

/* Fail unless `command` prints @want. */
static inline void guest_prints(const char *command, const char *want)
{
	char *found = guest_sh(command);

	ck_assert_msg(!strcmp(found, want), "%s prints \"%s\", not \"%s\"", command, found, want);
	free(found);
}

/* Every device: name, uuid, permission, read-ahead, table; numbers replaced by names. One awk: processes are dear here. */
static inline char *guest_devices(void)
{
	return guest_sh("{ dmsetup info -c --noheadings --separator ' ' -o major,minor,name,readonly,uuid; dmsetup table; } |"
			"awk '/^[0-9]+ [0-9]+ / { name[$1 \":\" $2] = $3; ra = \"none\";"
			"  getline ra < (\"/sys/dev/block/\" $1 \":\" $2 \"/queue/read_ahead_kb\");"
			"  print $3, $4, $5, ra; next }"
			" { for (i = 2; i <= NF; i++) if ($i in name) $i = \"<\" name[$i] \">\"; print }' | sort; echo /dev/mapper/*");
}

/* Both texts are freed. */
static inline void guest_same(const char *what, char *found, char *want)
{
	if (strcmp(found, want)) {
		t_write_file("/run/found", found, strlen(found));
		t_write_file("/run/want", want, strlen(want));
		ck_abort_msg("%s: %s", what, t_sh("diff /run/want /run/found").out);
	}
	free(found);
	free(want);
}

#endif
