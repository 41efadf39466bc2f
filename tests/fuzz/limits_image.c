/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done with the inputs. */
#include "limits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "conf.h"
#include "dev/system.h"
#include "disk/label.h"
#include "disk/mda.h"
#include "visit.h"

#define MDA_START 4096u
#define MDA_BYTES (3u << 20)
#define DEVICE_BYTES (4u << 20)
#define FEW_LVS 3

static struct lvol_ctx *new_context(void)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	visit_must(!lvol_ctx_new(&opts, &ctx, &err), err.message);
	return ctx;
}

static const struct lvol_lv *last_lv(const struct lvol_vg *vg)
{
	const struct lvol_lv *last = NULL;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		last = lv;
	return last;
}

/* All that a program does with a VG: the top of a stack of LVs is the last one. */
static void use_vg(struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	const struct lvol_lv *last = last_lv(vg);
	struct lvol_io *io = NULL;
	char *text = NULL;

	visit_vg(vg);
	visit_must(!lvol_vg_check(vg, &err) || *err.message, "a finding without a message");
	visit_must(!lvol_vg_export_text(vg, &text, &err), err.message);
	lvol_string_free(text);
	visit_data(vg, FEW_LVS);
	if (last && !lvol_io_open(last, LVOL_IO_PARTIAL, &io, &err))
		lvol_io_close(io);
}

void limit_parse(const struct text *t)
{
	struct lvol_ctx *ctx = new_context();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	int r = lvol_vg_open_text(ctx, t->data, t->len, &vg, &err);

	visit_must(!r || (r == -LVOL_E_CORRUPT && *err.message), err.message);
	if (vg)
		use_vg(vg);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

static void write_metadata(uint8_t *device, const struct text *t)
{
	struct mda_header header = { .start = MDA_START, .size = MDA_BYTES };

	header.committed = (struct raw_locn){ .offset = 512, .size = t->len + 1,
			.crc = lvi_crc_lvm(LVI_CRC_LVM_SEED, t->data, t->len + 1) };
	lvi_mda_format(&header, device + MDA_START);
	memcpy(device + MDA_START + 512, t->data, t->len + 1);
}

/* A PV with the text in its metadata area. */
static uint8_t *make_device(const struct text *t, unsigned number)
{
	uint8_t *device = calloc(1, DEVICE_BYTES);
	struct label label = { .sector = 1, .device_size = DEVICE_BYTES, .mda_count = 1, .data_count = 1, .ext_version = 2 };

	visit_must(device, "no memory");
	memset(label.pv_id.c, '0', sizeof label.pv_id.c);
	label.pv_id.c[sizeof label.pv_id.c - 1] = (char)('0' + number);
	label.data[0] = (struct disk_area){ MDA_START + MDA_BYTES, 0 };
	label.mdas[0] = (struct disk_area){ MDA_START, MDA_BYTES };
	visit_must(!lvi_label_format(&label, device + 512, NULL), "label");
	write_metadata(device, t);
	return device;
}

static void scan(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan = NULL;

	visit_must(!lvol_scan_new(ctx, &scan, &err), err.message);
	visit_scan(scan);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		use_vg(lvol_scan_vg(scan, i));
	lvol_scan_free(scan);
}

void limit_image(const struct text *t)
{
	struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_ctx *ctx = new_context();
	uint8_t *devices[2];

	memory.size_bytes = DEVICE_BYTES;
	for (unsigned i = 0; i < 2; i++) {
		memory.data = devices[i] = make_device(t, i);
		visit_must(!lvol_ctx_add_memory(ctx, i ? "b" : "a", &memory, NULL, NULL), "memory device");
	}
	scan(ctx);
	lvol_ctx_unref(ctx);
	free(devices[0]);
	free(devices[1]);
}

static void hold_against(const struct lvm_conf *conf)
{
	static const char *const names[] = { "/dev/disk/by-path/pci-0000:00:1f.2-ata-1-part1", "/dev/sda", NULL };
	const char *const *patterns;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dev_filter *filter = NULL;
	int r;

	visit_must(!lvi_conf_list(conf, "devices/filter", &patterns), "memory");
	r = patterns ? lvi_filter_new(patterns, &filter, &err) : 0;
	visit_must(!r || (r == -LVOL_E_INVALID && *err.message), err.message);
	if (filter)
		lvi_filter_accepts(filter, names);
	lvi_filter_free(filter);
}

void limit_conf(const struct text *t)
{
	char folder[] = "/tmp/limits-XXXXXX", path[sizeof folder + 16];
	struct arena *arena = lvi_arena_new();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvm_conf conf;
	int fd, r;

	visit_must(mkdtemp(folder), "no folder for lvm.conf");
	strcat(strcpy(path, folder), "/lvm.conf");
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	visit_must(fd >= 0 && write(fd, t->data, t->len) == (ssize_t)t->len, "cannot write lvm.conf");
	close(fd);
	r = lvi_conf_read(&conf, arena, folder, &err);
	unlink(path);
	rmdir(folder);
	visit_must(!r || (r == -LVOL_E_CORRUPT && *err.message), err.message);
	if (!r)
		hold_against(&conf);
	lvi_arena_free(arena);
}
