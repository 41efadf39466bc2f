/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that knows of the library only what an installation gives. */
#include <stdio.h>
#include <string.h>

#include <lvol/lvol.h>

int main(void)
{
	const char *version = lvol_version();
	const char *text = lvol_err_text(LVOL_E_BUSY);

	if (!version || !*version || !text || !*text)
		return 1;
	if (strcmp(text, lvol_err_text(-LVOL_E_BUSY)))
		return 1;
	printf("liblvol %s: %s\n", version, text);
	return 0;
}
