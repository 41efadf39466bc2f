/* SPDX-License-Identifier: MIT */
/* map: the picture of a VG */

#include "commands.h"
#include "error.h"
#include "option_values.h"
#include "picture.h"
#include "targets.h"
#include "tool.h"

#include <stddef.h>
#include <stdio.h>

struct map_args {
	const char *svg;
	unsigned int ascii;
	struct number width;
};

#define FIELD(name) offsetof(struct map_args, name)

static const struct option_row map_options[] = {
	{ 0, "svg", "FILE", option_text, FIELD(svg), "draw an SVG picture into FILE (-: standard output)" },
	{ 0, "ascii", NULL, option_flag, FIELD(ascii), "text of ASCII characters alone" },
	{ 0, "width", "NUMBER", option_number, FIELD(width), "columns of text, or pixels of SVG" },
	{ 0 }
};
#undef FIELD

static int draw_vg(const struct call *call, const char *name, const struct picture_style *style,
		struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvol_vg_open(call->tool->ctx, name, &vg, err);

	if (ret < 0)
		return ret;
	ret = picture_print(vg, style, err);
	lvol_vg_unref(vg);
	return ret;
}

static int map_run(struct call *call, struct lvol_error *err)
{
	const struct map_args *args = call->args;
	const struct picture_style style = {
		.svg = args->svg, .ascii = args->ascii, .width = (uint32_t)args->width.value, .file = args->svg,
	};
	int ret = targets_find(call, LVOL_REPORT_VGS, NULL, err);

	if (ret == 0 && args->svg && call->targets.count != 1)
		ret = fail(err, LVOL_E_INVALID, args->svg, "is for one VG; name it");
	for (size_t i = 0; ret == 0 && i < call->targets.count; i++) {
		if (i)
			putchar('\n');
		ret = draw_vg(call, call->targets.list[i], &style, err);
	}
	return ret;
}

const struct command command_map = {
	.name = "map", .usage = "[VG|@TAG...]", .summary = "Show which LV lies where on which PV",
	.options = map_options, .args_size = sizeof(struct map_args),
	.min_words = 0, .max_words = ANY_NUMBER, .read_only = true,
	.run = map_run,
};
