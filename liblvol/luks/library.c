/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "luks/library.h"

#include "config.h"

#if LATE_LOAD
LVI_LIBRARY_NOTE(note, "[{\"feature\":\"luks\",\"description\":\"LUKS volumes on LVs\",\"priority\":\"suggested\","
		"\"soname\":[\"" CRYPTSETUP_SONAME "\"]}]");

int lvi_cryptsetup_open(const char *subject, struct cryptsetup *out, struct lvol_error *err)
{
	static const char *const calls[] = { CRYPTSETUP_CALLS(LVI_LIBRARY_NAME) };
	static const struct library lib = { CRYPTSETUP_SONAME, "libcryptsetup12 (Debian) or cryptsetup-libs (Fedora)", calls,
		sizeof calls / sizeof *calls };

	return lvi_library_open(&lib, &(struct library_use){ subject, "LUKS" }, out, err);
}
#else
int lvi_cryptsetup_open(const char *subject, struct cryptsetup *out, struct lvol_error *err)
{
	*out = (struct cryptsetup){ CRYPTSETUP_CALLS(LVI_LIBRARY_LINKED) };
	return 0;
}
#endif
