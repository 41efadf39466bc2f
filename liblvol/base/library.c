/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

static int cannot(const struct library *lib, const struct library_use *use, struct lvol_error *err)
{
	bool no_memory = errno == ENOMEM;
	const char *why = dlerror();

	if (no_memory || !why)
		return lvi_error_nomem(err);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, use->subject, "%s of %s needs %s, which cannot be used (%s); it comes with "
			"the package %s", use->what, use->subject, lib->soname, why, lib->package);
}

int lvi_library_open(const struct library *lib, const struct library_use *use, void *calls, struct lvol_error *err)
{
	void *handle;

	errno = 0;
	handle = dlopen(lib->soname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
	for (size_t i = 0; handle && i < lib->count; i++) {
		void *call = dlsym(handle, lib->calls[i]);

		if (!call)
			return cannot(lib, use, err);
		memcpy((char *)calls + i * sizeof call, &call, sizeof call);
	}
	return handle ? 0 : cannot(lib, use, err);
}
