/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_MIRROR_TEXT_H
#define LVOL_TESTS_MIRROR_TEXT_H

/* Metadata as lvm2 leaves them while it gives a mirror with a log on disk more legs (recorded from lvm2 2.03.16). */

#include <stdlib.h>
#include <string.h>

#include "util.h"

/* @text with the first @what behind the first @anchor replaced; @text is freed. */
static inline char *t_text_replace(char *text, const char *anchor, const char *what, const char *with)
{
	char *at = strstr(text, anchor), *changed;

	ck_assert_msg(at != NULL, "no \"%s\" in\n%s", anchor, text);
	at = strstr(at, what);
	ck_assert_msg(at != NULL, "no \"%s\" behind \"%s\" in\n%s", what, anchor, text);
	changed = t_text("%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
	free(text);
	return changed;
}

/*
 * @text of a VG with mirror @lv of two legs and @extents, and a linear LV @leg of the same size, of which @leg is to become a leg
 * of the mirror. @text is freed; so is what is returned.
 */
static inline char *t_mirror_with_layer(char *text, const char *lv, const char *leg, unsigned extents)
{
	char *mirror = t_text("\t%s {", lv), *linear = t_text("\t%s {", leg), *log = t_text("mirror_log = \"%s_mlog\"", lv);
	char *legs[] = { t_text("\"%s_mimage_0\"", lv), t_text("\"%s_mimage_1\"", lv), t_text("\"%s_mimage_2\"", lv) };
	char *layer_leg = t_text("\"%s_mimagetmp_2\"", lv), *new_linear = t_text("\t%s_mimage_2 {", lv), *layer;

	layer = t_text("logical_volumes {\n%s_mimagetmp_2 {\nid = \"tmptmp-tmpt-tmpt-tmpt-tmpt-tmpt-tmptmp\"\nstatus = [\"READ\", "
			"\"WRITE\"]\nflags = []\nsegment_count = 1\nsegment1 {\nstart_extent = 0\nextent_count = %u\ntype = \"mirror\"\n"
			"mirror_count = 2\n%s\nregion_size = 1024\nmirrors = [\n%s, 0,\n%s, 0\n]\n}\n}\n", lv, extents, log, legs[0], legs[1]);
	text = t_text_replace(text, mirror, log, "");
	text = t_text_replace(text, mirror, legs[0], layer_leg);
	text = t_text_replace(text, mirror, legs[1], legs[2]);
	text = t_text_replace(text, linear, ", \"VISIBLE\"", "");
	text = t_text_replace(text, linear, linear, new_linear);
	text = t_text_replace(text, "logical_volumes {", "logical_volumes {", layer);
	free(mirror);
	free(linear);
	free(log);
	for (unsigned i = 0; i < 3; i++)
		free(legs[i]);
	free(layer_leg);
	free(new_linear);
	free(layer);
	return text;
}

#endif
