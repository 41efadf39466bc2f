/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/libcrypto.h"

#include "config.h"

#if LATE_LOAD
LVI_LIBRARY_NOTE(note, "[{\"feature\":\"crypt\",\"description\":\"encrypted LVs and digests in user space\","
		"\"priority\":\"suggested\",\"soname\":[\"" LIBCRYPTO_SONAME "\"]}]");

int lvi_libcrypto_open(const struct library_use *use, struct libcrypto *out, struct lvol_error *err)
{
	static const char *const calls[] = { LIBCRYPTO_CALLS(LVI_LIBRARY_NAME) };
	static const struct library lib = { LIBCRYPTO_SONAME, "libssl3 (Debian) or openssl-libs (Fedora)", calls,
		sizeof calls / sizeof *calls };

	return lvi_library_open(&lib, use, out, err);
}
#else
int lvi_libcrypto_open(const struct library_use *use, struct libcrypto *out, struct lvol_error *err)
{
	*out = (struct libcrypto){ LIBCRYPTO_CALLS(LVI_LIBRARY_LINKED) };
	return 0;
}
#endif
