/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include "error.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static uint32_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 40)
		return 0;
	return size.ws_col;
}

/* main() has set the locale; in the C locale its code set is ASCII, and so it is in a pipe of a build. */
static bool only_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static struct lvol_picture_opts choose(const struct picture_style *style)
{
	struct lvol_picture_opts opts = LVOL_PICTURE_OPTS_INIT;
	bool terminal = !style->file && isatty(STDOUT_FILENO);
	const char *no_colour = getenv("NO_COLOR");

	opts.svg = style->svg;
	opts.width = style->width;
	opts.ascii = !style->svg && (style->ascii || only_ascii());
	if (terminal && !style->svg) {
		opts.colour = !no_colour || !*no_colour;
		opts.width = style->width ? style->width : terminal_width();
	}
	return opts;
}

static int put(const char *text, const char *path, struct lvol_error *err)
{
	FILE *file = fopen(path, "w");
	int ret = 0;

	if (!file)
		return fail_errno(err, path, "cannot be written");
	if (fputs(text, file) == EOF)
		ret = fail_errno(err, path, "cannot be written");
	if (fclose(file) == EOF && ret == 0)
		ret = fail_errno(err, path, "cannot be written");
	return ret;
}

int picture_print(const struct lvol_vg *vg, const struct picture_style *style,
		struct lvol_error *err)
{
	struct lvol_picture_opts opts = choose(style);
	char *text;
	int ret = lvol_vg_picture(vg, &opts, &text, err);

	if (ret < 0)
		return ret;
	if (style->file && strcmp(style->file, "-") != 0)
		ret = put(text, style->file, err);
	else
		fputs(text, stdout);
	lvol_string_free(text);
	return ret;
}
