/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as metadata: import, link, check and export. What was exported must be read again, and give the very same
 * text; the quick look at a text must agree with its import.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metadata/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "metadata_fuzzer: %s\n", what);
	abort();
}

static int found(void *arg, const char *check, const char *subject, const char *message)
{
	must(*check && *message && subject, "empty finding");
	++*(unsigned *)arg;
	return 0;
}

/* NULL: refused, with a message. */
static struct lvol_vg *read_text(const void *data, size_t size)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	char *text = malloc(size + 1);
	int r;

	must(text, "no memory");
	memcpy(text, data, size);
	text[size] = '\0';
	r = lvi_metadata_import(text, size, "fuzz", &vg, &err);
	must(!r == !!vg, "VG and error");
	if (!r && (r = lvi_vg_freeze(vg, &err))) {
		lvi_vg_unref(vg);
		vg = NULL;
	}
	must(!r || (r == -LVOL_E_CORRUPT && err.code == LVOL_E_CORRUPT && *err.message), "another error than corrupt");
	return vg;
}

static char *write_text(const struct lvol_vg *vg, enum cfg_style style)
{
	struct metadata_origin origin = { "fuzz", "host", "system", 1700000000 };
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = NULL;
	size_t len;

	must(!lvi_metadata_export(vg, style, &origin, &text, &len, &err), "export failed");
	must(strlen(text) == len, "length");
	return text;
}

static void check_peek(const struct lvol_vg *vg, const char *text)
{
	struct metadata_head head;
	struct lvol_error err = LVOL_ERROR_INIT;

	must(!lvi_metadata_peek(text, strlen(text), "fuzz", &head, &err), "peek failed");
	must(head.name_len == strlen(vg->name) && !memcmp(head.name, vg->name, head.name_len), "another name");
	must(lvi_uuid_equal(&head.id, &vg->id) && head.seqno == vg->seqno, "another head");
}

static void check_written(const struct lvol_vg *vg, enum cfg_style style, const char *disk)
{
	char *text = write_text(vg, style), *again;
	struct lvol_vg *other = read_text(text, strlen(text));

	must(other, "what was exported cannot be read");
	check_peek(other, text);
	again = write_text(other, CFG_STYLE_DISK);
	must(!strcmp(disk, again), "the second text differs");
	lvi_vg_unref(other);
	free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct metadata_head head;
	struct lvol_vg *vg = read_text(data, size);
	unsigned findings = 0;
	struct check_sink sink = { found, &findings };
	char *disk;

	lvi_metadata_peek((const char *)data, size, "fuzz", &head, NULL);
	if (!vg)
		return 0;
	must(!lvi_metadata_validate(vg, &sink), "validate");
	must(!lvi_metadata_note_problems(vg, NULL), "note problems");
	must(!findings == !lvi_metadata_must_be_valid(vg, NULL), "findings and validity");
	disk = write_text(vg, CFG_STYLE_DISK);
	check_written(vg, CFG_STYLE_DISK, disk);
	check_written(vg, CFG_STYLE_BACKUP, disk);
	free(disk);
	lvi_vg_unref(vg);
	return 0;
}
