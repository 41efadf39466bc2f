/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include <lvol/version.h>

#include "config.h"

uint32_t lvol_version_number(void)
{
	return LVOL_VERSION_NUMBER;
}

const char *lvol_version(void)
{
	return LVOL_VERSION;
}

bool lvol_has_feature(const char *name)
{
	static const struct { const char *name; bool built; } features[] = {
		{ "json", HAVE_JSONC }, { "blkid", HAVE_BLKID }, { "devmapper", HAVE_DEVMAPPER },
		{ "uring", HAVE_URING }, { "udev", HAVE_UDEV },
		{ "libcrypto", HAVE_LIBCRYPTO }, { "cryptsetup", HAVE_CRYPTSETUP },
	};

	for (size_t i = 0; name && i < sizeof features / sizeof *features; i++)
		if (!strcmp(features[i].name, name))
			return features[i].built;
	return false;
}

void lvol_string_free(char *s)
{
	free(s);
}
