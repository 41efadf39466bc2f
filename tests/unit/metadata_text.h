/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_METADATA_TEXT_H
#define LVOL_TESTS_METADATA_TEXT_H

/*
 * Short texts for tests of import and export. text_vg() makes a whole text of a VG "vg" with PVs pv0 and pv1 of 100
 * extents each and the LVs given; text_change() makes one change to a text, which must be there to be made.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metadata/metadata.h"
#include "util.h"

#define TEXT_TAIL "contents = \"Text Format Volume Group\"\nversion = 1\n"
#define TEXT_ID(n) "id = \"AAAAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA" n "\"\n"
#define TEXT_PV(name, id) \
	name " {\n" TEXT_ID(id) "device = \"/dev/" name "\"\nstatus = [\"ALLOCATABLE\"]\nflags = []\n" \
	"dev_size = 821248\npe_start = 2048\npe_count = 100\n}\n"
#define TEXT_HEAD \
	"vg {\n" TEXT_ID("vg") "seqno = 7\nformat = \"lvm2\"\nstatus = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\n" \
	"flags = []\nextent_size = 8192\nmax_lv = 0\nmax_pv = 0\nmetadata_copies = 0\n" \
	"physical_volumes {\n" TEXT_PV("pv0", "p0") TEXT_PV("pv1", "p1") "}\n"

/* LV @name with id ...@id and one segment of 4 extents; @flags are words of status. */
#define TEXT_LV(name, id, status, segment) \
	name " {\n" TEXT_ID(id) "status = [" status "]\nflags = []\nsegment_count = 1\n" \
	"segment1 {\nstart_extent = 0\nextent_count = 4\n" segment "}\n}\n"
#define TEXT_SHOWN "\"READ\", \"WRITE\", \"VISIBLE\""
#define TEXT_HIDDEN "\"READ\", \"WRITE\""
#define TEXT_ON(pv, pe) "type = \"striped\"\nstripe_count = 1\nstripes = [\"" pv "\", " #pe "]\n"
#define TEXT_LINEAR(name, id, pv, pe) TEXT_LV(name, id, TEXT_SHOWN, TEXT_ON(pv, pe))
#define TEXT_PART(name, id, pv, pe) TEXT_LV(name, id, TEXT_HIDDEN, TEXT_ON(pv, pe))

#define TEXT_VG(lvs) TEXT_HEAD "logical_volumes {\n" lvs "}\n}\n" TEXT_TAIL

/* A copy of @text with the one @from replaced by @to; free it. */
static inline char *text_change(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t before, rest;
	char *out;

	ck_assert_msg(at, "nothing to change: %s", from);
	before = at - text;
	rest = strlen(at + strlen(from)) + 1;
	out = malloc(before + strlen(to) + rest);
	ck_assert_ptr_nonnull(out);
	memcpy(out, text, before);
	memcpy(out + before, to, strlen(to));
	memcpy(out + before + strlen(to), at + strlen(from), rest);
	return out;
}

static inline int text_import(const char *text, struct lvol_vg **vg, struct lvol_error *err)
{
	return lvi_metadata_import(strdup(text), strlen(text), "test", vg, err);
}

/* Import and freeze what must be readable. */
static inline struct lvol_vg *text_read(const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	t_ok(text_import(text, &vg, &err), err);
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

/* The error of what must not be readable (or not be linked). */
static inline struct lvol_error text_refused(const char *text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	int r = text_import(text, &vg, &err);

	if (!r) {
		r = lvi_vg_freeze(vg, &err);
		lvi_vg_unref(vg);
	}
	ck_assert_msg(r == -LVOL_E_CORRUPT, "%d, not corrupt:\n%s", r, text);
	ck_assert_int_eq(err.code, LVOL_E_CORRUPT);
	return err;
}

static inline char *text_write(const struct lvol_vg *vg, enum cfg_style style)
{
	struct metadata_origin origin = { "test", "host", NULL, 1700000000 };
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL;
	size_t len = 0;

	t_ok(lvi_metadata_export(vg, style, &origin, &text, &len, &err), err);
	ck_assert_uint_eq(strlen(text), len);
	return text;
}

/* What @text becomes when it is read and written again, in disk style. */
static inline char *text_cycle(const char *text)
{
	struct lvol_vg *vg = text_read(text);
	char *out = text_write(vg, CFG_STYLE_DISK);

	lvi_vg_unref(vg);
	return out;
}

static inline int text_found(void *arg, const char *check, const char *subject, const char *message)
{
	struct textbuf *out = arg;

	lvi_textbuf_printf(out, "%s: %s: %s\n", check, subject, message);
	return 0;
}

/* All findings, a line each; "" for a valid VG. Free it. */
static inline char *text_findings(const struct lvol_vg *vg)
{
	struct textbuf out = {0};
	struct check_sink sink = { text_found, &out };

	lvi_textbuf_puts(&out, "");
	ck_assert_int_eq(lvi_metadata_validate(vg, &sink), 0);
	return lvi_textbuf_take(&out, NULL);
}

static inline char *text_findings_of(const char *text)
{
	struct lvol_vg *vg = text_read(text);
	char *out = text_findings(vg);

	lvi_vg_unref(vg);
	return out;
}

static inline void text_is_valid(const char *text)
{
	char *findings = text_findings_of(text);

	ck_assert_str_eq(findings, "");
	free(findings);
}

static inline void text_is_invalid(const char *text, const char *expected)
{
	char *findings = text_findings_of(text);

	ck_assert_msg(strstr(findings, expected), "expected \"%s\", found \"%s\"", expected, findings);
	free(findings);
}

static inline void text_has(const char *text, const char *piece)
{
	ck_assert_msg(strstr(text, piece), "\"%s\" is not in\n%s", piece, text);
}

#endif
