/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Labels and metadata areas that lvm2 wrote, against what the recorded manifests say of them; and lvm2's ring rules
 * against the old texts that are still in the rings. All scenarios with --long, else those that are about the areas.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/label.h"
#include "disk/mda.h"
#include "util.h"

#if HAVE_JSONC

#include <json-c/json.h>

#include "base/bytes.h"

static struct lvol_error err;

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	ck_assert_msg(json_object_object_get_ex(o, key, &v), "no %s in the manifest", key);
	return v;
}

static uint64_t number(struct json_object *o, const char *key) { return json_object_get_int64(get(o, key)); }

/* The ring as one text from @offset on: its length up to and with the NUL, at most @size; 0 if there is none. */
static uint64_t text_length(const uint8_t *area, const struct mda_header *h, uint64_t offset, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++) {
		uint64_t at = offset + i;

		if (at >= h->size)
			at = at - h->size + MDA_HEADER_BYTES;
		if (!area[at])
			return i + 1;
	}
	return 0;
}

/* seqno of a text that begins at @offset; 0 if there is none. It is in the first lines, but they may wrap. */
static unsigned seqno_at(const uint8_t *area, const struct mda_header *h, uint64_t offset)
{
	char head[1024];
	char *seqno;

	for (uint64_t i = 0; i < sizeof head - 1; i++) {
		uint64_t at = offset + i;

		head[i] = area[at < h->size ? at : at - h->size + MDA_HEADER_BYTES];
	}
	head[sizeof head - 1] = 0;
	if (!strchr(head, '{') || strcspn(head, "{") > 130 || strcspn(head, "{\n= \t\"#}") == 0)
		return 0;
	if (strcspn(head, "=") < strcspn(head, "{"))
		return 0;
	seqno = strstr(head, "\nseqno = ");
	return seqno ? strtoul(seqno + 9, NULL, 10) : 0;
}

static bool same_name(const uint8_t *area, uint64_t a, uint64_t b)
{
	size_t len = strcspn((const char *)area + a, " {");

	return !memcmp(area + a, area + b, len + 1);
}

/*
 * The text of @seqno behind which lvm2 would put @next, as far as the ring is known to hold whole texts (@room bytes).
 * VGs that were split and merged leave several of one number. One of the same VG that leads elsewhere is a failure.
 */
static struct raw_locn find_text(const uint8_t *area, struct mda_header h, unsigned seqno, const struct raw_locn *next,
		uint64_t room)
{
	uint64_t elsewhere = 0, at = 0;

	for (uint64_t from = MDA_HEADER_BYTES; from + 512 <= h.size; from += 512) {
		if (seqno_at(area, &h, from) != seqno)
			continue;
		h.committed = (struct raw_locn){ from, text_length(area, &h, from, room), 0, 0 };
		if (!h.committed.size)
			continue;
		t_ok(lvi_mda_place(&h, next->size, &at, &err), err);
		if (at == next->offset)
			return h.committed;
		if (same_name(area, from, next->offset))
			elsewhere = from;
	}
	ck_assert_msg(!elsewhere, "lvm2 wrote seqno %u at %lu, none of %u leads there", seqno + 1, next->offset, seqno);
	return (struct raw_locn){ 0 };
}

/* Walk back from the committed text as long as older ones are whole: each must have led to its successor. */
static unsigned check_ring(const uint8_t *area, const struct mda_header *h)
{
	struct raw_locn next = h->committed;
	unsigned seqno = seqno_at(area, h, next.offset), steps = 0;
	uint64_t used = MDA_HEADER_BYTES + lvi_round_up(next.size, 512);

	ck_assert_uint_ne(seqno, 0);
	for (; --seqno && used < h->size; steps++) {
		next = find_text(area, *h, seqno, &next, h->size - used);
		if (!next.offset)
			break;
		used += lvi_round_up(next.size, 512);
	}
	return steps;
}

static unsigned check_texts(struct lvol_dev *dev, const struct mda_header *h)
{
	uint8_t *area;
	char *text = NULL;
	unsigned steps;

	t_ok(lvi_mda_read_text(dev, h, &h->committed, &text, &err), err);
	ck_assert_uint_eq(strlen(text) + 1, h->committed.size);
	free(text);
	area = malloc(h->size);
	t_ok(lvi_dev_read(dev, area, h->size, h->start, &err), err);
	steps = check_ring(area, h);
	free(area);
	return steps;
}

/* Of some scenarios, as their notes tell, the disks were packed at another moment than the areas were recorded. */
static bool recorded_later(struct json_object *manifest, const struct mda_header *h, struct json_object *want)
{
	struct json_object *notes, *locns = get(want, "raw_locns");

	return json_object_object_get_ex(manifest, "notes", &notes) && !lvi_mda_empty(h) &&
		(!json_object_array_length(locns) ||
		 number(json_object_array_get_idx(locns, 0), "offset") != h->committed.offset);
}

static unsigned check_area(struct lvol_dev *dev, const struct disk_area *on_label, struct json_object *manifest,
		struct json_object *want)
{
	struct json_object *locns = get(want, "raw_locns"), *locn;
	struct mda_header h;

	ck_assert_uint_eq(on_label->offset, number(want, "mda_start"));
	t_ok(lvi_mda_read_header(dev, on_label->offset, &h, &err), err);
	ck_assert_uint_eq(h.start, number(want, "mda_start"));
	ck_assert_uint_eq(h.size, number(want, "mda_size"));
	if (recorded_later(manifest, &h, want))
		return lvi_mda_ignored(&h) ? 0 : check_texts(dev, &h);
	if (!json_object_array_length(locns)) {
		ck_assert(lvi_mda_empty(&h));
		return 0;
	}
	locn = json_object_array_get_idx(locns, 0);
	ck_assert_uint_eq(h.committed.offset, number(locn, "offset"));
	ck_assert_uint_eq(h.committed.size, number(locn, "size"));
	ck_assert_uint_eq(h.committed.crc, strtoul(json_object_get_string(get(locn, "checksum")), NULL, 16));
	ck_assert_uint_eq(h.committed.flags, number(locn, "flags"));
	ck_assert_int_eq(h.committed.offset + h.committed.size > h.size, json_object_get_boolean(get(locn, "wraps")));
	return lvi_mda_ignored(&h) ? 0 : check_texts(dev, &h);
}

/* The areas are listed by the name that the disk had on the machine where it was made. */
static unsigned check_disk(struct devset *set, const char *dir, struct json_object *manifest, struct json_object *disk)
{
	struct json_object *file = get(disk, "file"), *areas = NULL;
	char *path = file ? t_path(dir, json_object_get_string(file)) : NULL;
	struct label_scan scan;
	struct lvol_dev *dev;
	unsigned steps = 0;

	if (!path)  /* missing on purpose */
		return 0;
	t_ok(lvi_dev_add_path(set, path, LVOL_DEV_READ_ONLY, &dev, &err), err);
	free(path);
	t_ok(lvi_label_read(dev, &scan, &err), err);
	if (scan.state == LABEL_NONE)
		return 0;
	ck_assert_msg(scan.state == LABEL_OK, "%s: %s", dev->name, scan.why);
	if (!json_object_object_get_ex(get(manifest, "metadata_areas"), json_object_get_string(get(disk, "device")), &areas))
		return 0;
	if (!json_object_array_length(areas))  /* none, or not recorded (a copy made later) */
		return 0;
	ck_assert_uint_eq(scan.label.mda_count, json_object_array_length(areas));
	for (unsigned i = 0; i < scan.label.mda_count; i++) {
		struct json_object *want = json_object_array_get_idx(areas, i);

		ck_assert_uint_eq(scan.label.sector, number(want, "label_sector"));
		steps += check_area(dev, &scan.label.mdas[i], manifest, want);
	}
	return steps;
}

static unsigned check_scenario(const char *name)
{
	char *dir = t_golden_dir(name), *path = t_golden_manifest(name);
	struct json_object *manifest = json_object_from_file(path), *disks;
	struct devset *set = lvi_devset_new(NULL);
	unsigned steps = 0;

	ck_assert_msg(manifest != NULL, "%s: %s", path, json_util_get_last_err());
	disks = get(manifest, "disks");
	for (size_t i = 0; i < json_object_array_length(disks); i++)
		steps += check_disk(set, dir, manifest, json_object_array_get_idx(disks, i));
	lvi_devset_unref(set);
	json_object_put(manifest);
	free(path);
	free(dir);
	return steps;
}

static const struct { const char *name; unsigned ring_steps; } scenarios[] = {
	{ "mda-layouts", 10 }, { "mda-wrapped", 30 }, { "linear-basic", 4 }, { "orphans-duplicates", 1 }, { "stale-pv", 4 },
};

START_TEST(areas_about_areas)
{
	unsigned steps = check_scenario(scenarios[_i].name);

	/* not that the walk through the rings finds nothing and nobody sees it */
	ck_assert_uint_ge(steps, scenarios[_i].ring_steps);
}
END_TEST

START_TEST(areas_of_all)
{
	char **names = t_golden_names();

	for (size_t i = 0; names[i]; i++)
		check_scenario(names[i]);
	t_names_free(names);
}
END_TEST

/* A bootloader area, and data behind it. */
START_TEST(unusual_label)
{
	char *dir = t_golden_dir("mda-layouts"), *path = t_path(dir, "disk3.img");
	struct devset *set = lvi_devset_new(NULL);
	struct label_scan scan;
	struct lvol_dev *dev;

	t_ok(lvi_dev_add_path(set, path, LVOL_DEV_READ_ONLY, &dev, &err), err);
	t_ok(lvi_label_read(dev, &scan, &err), err);
	ck_assert_int_eq(scan.state, LABEL_OK);
	ck_assert_uint_eq(scan.label.bootloader.offset, 4194304);
	ck_assert_uint_eq(scan.label.bootloader.size, 4194304);
	ck_assert_uint_eq(scan.label.data[0].offset, 8388608);
	ck_assert_uint_eq(scan.label.ext_flags, PV_EXT_USED);
	lvi_devset_unref(set);
	free(path);
	free(dir);
}
END_TEST

/* What we write of a label and a header that lvm2 wrote is what it wrote. */
START_TEST(written_as_lvm2_does)
{
	char *dir = t_golden_dir(scenarios[_i].name), *path = t_path(dir, "disk0.img");
	struct devset *set = lvi_devset_new(NULL);
	uint8_t ours[512], theirs[512];
	struct label_scan scan;
	struct mda_header h;
	struct lvol_dev *dev;

	t_ok(lvi_dev_add_path(set, path, LVOL_DEV_READ_ONLY, &dev, &err), err);
	t_ok(lvi_label_read(dev, &scan, &err), err);
	t_ok(lvi_label_format(&scan.label, ours, &err), err);
	t_pread(path, theirs, sizeof theirs, scan.label.sector * 512);
	ck_assert_mem_eq(ours, theirs, sizeof ours);
	for (unsigned i = 0; i < scan.label.mda_count; i++) {
		t_ok(lvi_mda_read_header(dev, scan.label.mdas[i].offset, &h, &err), err);
		lvi_mda_format(&h, ours);
		t_pread(path, theirs, sizeof theirs, h.start);
		ck_assert_mem_eq(ours, theirs, sizeof ours);
	}
	lvi_devset_unref(set);
	free(path);
	free(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("disk_golden");
	TCase *t = tcase_create("disk_golden");
	int count = sizeof scenarios / sizeof scenarios[0];

	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, areas_about_areas, 0, count);
	tcase_add_test(t, unusual_label);
	tcase_add_loop_test(t, written_as_lvm2_does, 0, count);
	if (t_long())
		tcase_add_test(t, areas_of_all);
	suite_add_tcase(s, t);
	return t_main(s);
}

#else

int main(void)
{
	t_skip_all("built without json-c");
}

#endif
