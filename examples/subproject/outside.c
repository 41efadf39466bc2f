/* SPDX-License-Identifier: MIT */
#include <lvol/lvol.h>

#include <stdio.h>

int main(void)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	if (lvol_ctx_new(NULL, &ctx, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		return 1;
	}
	printf("liblvol %s: %s\n", lvol_version(), lvol_err_text(LVOL_OK));
	lvol_ctx_unref(ctx);
	return 0;
}
