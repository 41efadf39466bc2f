/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin pools whose metadata are damaged: what thin_check finds, we find, and the other way round; what is whole stays
 * readable. */
#include "thin_look.h"

/* Where the metadata LV lies on the first disk. */
static uint64_t metadata_place(struct look *l, const char **disk)
{
	struct lvol_io_extent e;
	struct lvol_io *io;
	uint64_t at;

	t_ok(lvol_io_open(lvol_lv_find(l->vg, "pool_tmeta"), 0, &io, &err), err);
	t_ok(lvol_io_block_status(io, 0, &e, &err), err);
	*disk = NULL;
	for (unsigned i = 0; i < l->w.disk_count; i++)
		if (!strcmp(l->w.disks[i], lvol_dev_name(e.dev)))
			*disk = l->w.disks[i];
	at = e.dev_offset;
	lvol_io_close(io);
	ck_assert_ptr_nonnull(*disk);
	return at;
}

/* All ranges of a device: 0, or what the last one answered. */
static int read_ranges(struct lvol_thin_view *view, uint32_t id)
{
	struct lvol_thin_ranges *ranges;
	struct lvol_thin_range g;
	int r = lvol_thin_ranges_open(view, id, 0, &ranges, &err);

	if (r)
		return r;
	while ((r = lvol_thin_ranges_next(ranges, &g, &err)) > 0)
		;
	lvol_thin_ranges_close(ranges);
	return r;
}

/* The device whose mappings are damaged says so, with its name and the block; another one stays readable. */
static unsigned check_damaged_device(struct look *l, const struct lvol_thin_finding *f)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_view *view = NULL;
	unsigned readable = 0;
	char name[40];

	if (f->kind != LVOL_THIN_WRONG_BLOCK || f->device == LVOL_THIN_NO_DEVICE)
		return 0;
	view = view_of(l, 0);
	t_fails(read_ranges(view, f->device), LVOL_E_CORRUPT, err);
	snprintf(name, sizeof name, "device %u (", f->device);
	says(&err, name);
	snprintf(name, sizeof name, " %llu ", (unsigned long long)f->block);
	says(&err, name);
	for (int r = lvol_thin_view_device(view, 0, &d, &err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, &err))
		readable += !read_ranges(view, d.id);
	ck_assert_uint_ge(readable, 1);
	lvol_thin_view_close(view);
	return 1;
}

/* One byte is wrong; thin_check and we say whether that matters. */
static bool damage_matters(struct look *l, const char *disk, uint64_t at, unsigned *devices)
{
	struct lvol_thin_finding f = { 0 };
	struct lvol_thin_findings *found = NULL;
	struct t_output theirs;
	uint8_t byte, other;
	bool wrong;
	char *file;

	t_pread(disk, &byte, 1, at);
	other = byte ^ 0x10;
	t_pwrite(disk, &other, 1, at);
	file = metadata_file(l);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_check -q '%s'", file);
	t_ok(lvol_thin_check(l->pool, &found, &err), err);
	if (lvol_thin_findings_get(found, 0, &f))
		ck_assert(f.kind >= LVOL_THIN_WRONG_BLOCK && *f.message && f.block_count);
	wrong = theirs.status;
	ck_assert_msg(wrong == !!lvol_thin_findings_count(found), "byte %llu: thin_check ends with %d, and we find %llu things, \"%s\"",
			(unsigned long long)at, theirs.status, (unsigned long long)lvol_thin_findings_count(found), f.message);
	if (lvol_thin_findings_get(found, 0, &f))
		*devices += check_damaged_device(l, &f);
	lvol_thin_findings_free(found);
	t_output_free(&theirs);
	t_pwrite(disk, &byte, 1, at);
	free(file);
	return wrong;
}

/* One byte in each block that was ever in use, or in every third one. */
START_TEST(damage_is_found_where_thin_check_finds_it)
{
	unsigned wrong = 0, devices = 0;
	struct look l;
	const char *disk;
	uint64_t at;

	open_look(&l, "thin-basic");
	at = metadata_place(&l, &disk);
	for (unsigned block = 0; block < 512; block += t_long() || !block ? 1 : 3) {
		uint8_t head[64];

		t_pread(disk, head, sizeof head, at + block * 4096);
		if (head[0] || memcmp(head, head + 1, sizeof head - 1))
			wrong += damage_matters(&l, disk, at + block * 4096 + 100, &devices);
	}
	ck_assert_uint_ge(wrong, 4);
	ck_assert_uint_ge(devices, 1);
	check_silent(&l, 0);
	close_look(&l);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin insight damage");
	TCase *tests = make_case(suite, "damage");

	if (system("PATH=$PATH:/usr/sbin:/sbin; command -v thin_check >/dev/null"))
		t_skip_all("thin_check (package thin-provisioning-tools) is not installed");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, damage_is_found_where_thin_check_finds_it);
	return t_main(suite);
}
