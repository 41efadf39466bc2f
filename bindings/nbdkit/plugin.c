/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nbdkit-lvol-plugin: serves LVs over NBD, through liblvol's device mapper in user space.
 *
 *   nbdkit lvol disk1.img disk2.img lv=vg0/root      one LV, whatever is asked for
 *   nbdkit lvol disk1.img disk2.img vg=vg0           every LV, by its name
 *
 * The calls come in this order: config() for each parameter, config_complete(), get_ready(); then, in many threads at
 * once, open(), what is asked about the handle, the data, close(); at the end cleanup() and unload().
 *
 * nbdkit gives no pointer to config() and get_ready(), and writes into the struct that is registered: so there is state
 * at file scope, all of it in the two variables of this file.
 */
#include "error.h"
#include "settings.h"
#include "volume.h"

#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL

static struct {
	struct settings settings;  /* not changed after get_ready() */
	struct volumes volumes;    /* has its own lock */
	struct volume *kept;       /* with lv=: open from the start, for reading, so that nobody removes or resizes it */
} state = { .volumes = { .lock = PTHREAD_MUTEX_INITIALIZER } };

/* The start */

static int plugin_config(const char *key, const char *value)
{
	return settings_set(&state.settings, key, value);
}

static int plugin_config_complete(void)
{
	return settings_check(&state.settings);
}

/* Errors are seen by the user here; later they may only go to the system's log. */
static int plugin_get_ready(void)
{
	const struct settings *settings = &state.settings;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct group group;

	if (settings->lv) {
		if (volume_get(&state.volumes, settings, settings->lv, true, &state.kept, &err) < 0)
			return error_tell(&err);
		return 0;
	}
	if (group_open(&group, settings, true, &err) < 0)
		return error_tell(&err);
	group_close(&group);
	return 0;
}

static void plugin_cleanup(void)
{
	volume_put(&state.volumes, state.kept);
	state.kept = NULL;
}

static void plugin_unload(void)
{
	settings_free(&state.settings);
}

static void plugin_dump(void)
{
	printf("lvol_version=%s\n", lvol_version());
}

/* Exports */

static uint32_t io_flags(void)
{
	return state.settings.partial ? LVOL_IO_PARTIAL : 0;
}

typedef int tell_fn(void *arg, const char *name, const char *description);

static int tell_lv(const struct lvol_lv *lv, tell_fn *tell, void *arg)
{
	char description[DESCRIPTION_BYTES];

	if (!group_can_serve(lv, io_flags()))
		return 0;
	group_describe(lv, description);
	return tell(arg, lvol_lv_name(lv), description);
}

/* Call @tell for each LV that can be served, as long as it returns 0. */
static int each_export(tell_fn *tell, void *arg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct group group;
	int ret = 0;

	if (state.kept)
		return tell(arg, state.kept->name, state.kept->description);
	if (group_open(&group, &state.settings, true, &err) < 0)
		return error_tell(&err);
	for (const struct lvol_lv *lv = lvol_lv_first(group.vg); ret == 0 && lv; lv = lvol_lv_next(lv))
		ret = tell_lv(lv, tell, arg);
	group_close(&group);
	return ret;
}

static int add_export(void *exports, const char *name, const char *description)
{
	return nbdkit_add_export(exports, name, description);
}

static int plugin_list_exports(int readonly, int is_tls, struct nbdkit_exports *exports)
{
	return each_export(add_export, exports);
}

/* Ends the search at the second. */
static int take_only(void *arg, const char *name, const char *description)
{
	const char **only = arg;
	bool first = !*only;

	*only = first ? nbdkit_strdup_intern(name) : NULL;
	return first && *only ? 0 : -1;
}

/* A VG with one LV has a default export, too. */
static const char *plugin_default_export(int readonly, int is_tls)
{
	const char *only = NULL;

	return each_export(take_only, &only) == 0 ? only : NULL;
}

/* "LV", or "VG/LV" with the VG that is served; NULL if there is no such export. */
static const char *export_lv(const char *name)
{
	const struct settings *settings = &state.settings;
	size_t vg_len = strlen(settings->vg);

	if (!strncmp(name, settings->vg, vg_len) && name[vg_len] == '/')
		name += vg_len + 1;
	if (settings->lv && *name && strcmp(name, settings->lv))
		return NULL;
	return settings->lv ? settings->lv : name;
}

static void *plugin_open(int readonly)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct volume *volume = NULL;
	const char *name = nbdkit_export_name();
	const char *lv = name ? export_lv(name) : NULL;

	if (!name)
		return NULL;
	if (!lv)
		error_make(&err, LVOL_E_NOT_FOUND, "\"%s\" is not served here, only %s/%s", name, state.settings.vg,
				state.settings.lv);
	else if (!*lv)
		error_make(&err, LVOL_E_NOT_FOUND, "VG %s has several LVs; name one as the export", state.settings.vg);
	else if (volume_get(&state.volumes, &state.settings, lv, readonly, &volume, &err) == 0)
		return volume;
	error_tell(&err);
	return NULL;
}

static void plugin_close(void *handle)
{
	volume_put(&state.volumes, handle);
}

/* About a handle */

static int64_t plugin_get_size(void *handle)
{
	const struct volume *volume = handle;

	return (int64_t)volume->size;
}

static const char *plugin_export_description(void *handle)
{
	const struct volume *volume = handle;

	return volume->description;
}

static int plugin_can_write(void *handle)
{
	const struct volume *volume = handle;

	return volume->writable;
}

/* All connections that may write to an LV share one open LV: a flush on any covers all. */
static int plugin_can_multi_conn(void *handle)
{
	return 1;
}

/* Not how to do it: that a request for fast zeroes is answered fast. */
static int plugin_can_fast_zero(void *handle)
{
	return plugin_can_write(handle);
}

static int plugin_can_fua(void *handle)
{
	return plugin_can_write(handle) ? NBDKIT_FUA_EMULATE : NBDKIT_FUA_NONE;
}

static int plugin_can_cache(void *handle)
{
	return NBDKIT_CACHE_EMULATE;
}

/* Any size works; in blocks of a page no device has to read before it can write. */
static int plugin_block_size(void *handle, uint32_t *minimum, uint32_t *preferred, uint32_t *maximum)
{
	*minimum = 1;
	*preferred = 4096;
	*maximum = UINT32_MAX;
	return 0;
}

/* Data */

static int plugin_pread(void *handle, void *buf, uint32_t count, uint64_t offset, uint32_t flags)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;

	return lvol_io_pread(volume->io, buf, count, offset, &err) < 0 ? error_tell(&err) : 0;
}

static int plugin_pwrite(void *handle, const void *buf, uint32_t count, uint64_t offset, uint32_t flags)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;

	return lvol_io_pwrite(volume->io, buf, count, offset, &err) < 0 ? error_tell(&err) : 0;
}

static int plugin_flush(void *handle, uint32_t flags)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;

	return lvol_io_flush(volume->io, &err) < 0 ? error_tell(&err) : 0;
}

static int plugin_trim(void *handle, uint32_t count, uint64_t offset, uint32_t flags)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;

	return lvol_io_discard(volume->io, count, offset, &err) < 0 ? error_tell(&err) : 0;
}

/*
 * Only holes in image files are known to be fast. Where a client forbids holes, or the devices make none, the library
 * writes zeroes by the best way that the device has, which nobody knows the speed of.
 */
static int plugin_zero(void *handle, uint32_t count, uint64_t offset, uint32_t flags)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;
	int ret;

	if (!(flags & (NBDKIT_FLAG_MAY_TRIM | NBDKIT_FLAG_FAST_ZERO)))
		ret = lvol_io_write_zeroes(volume->io, count, offset, &err);
	else if (!(flags & NBDKIT_FLAG_FAST_ZERO))
		ret = volume_punch(volume, offset, count, &err);
	else if (flags & NBDKIT_FLAG_MAY_TRIM)
		ret = volume_punch_fast(volume, offset, count, &err);
	else
		ret = -LVOL_E_NOT_SUPPORTED;
	if (ret != -LVOL_E_NOT_SUPPORTED)
		return ret < 0 ? error_tell(&err) : 0;
	nbdkit_set_error(EOPNOTSUPP);  /* no message: the client asked whether it would work */
	return -1;
}

/* nbdkit joins neighbours of one type: of many stripes, one extent. */
static int plugin_extents(void *handle, uint32_t count, uint64_t offset, uint32_t flags, struct nbdkit_extents *extents)
{
	const struct volume *volume = handle;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct piece piece, first = { 0 };

	for (uint64_t left = count; left; offset += piece.length, left -= piece.length) {
		if (volume_piece(volume, offset, left, &piece, &err) < 0)
			return error_tell(&err);
		if (!first.length)
			first = piece;
		if (nbdkit_add_extent(extents, offset, piece.length,
				piece.hole ? NBDKIT_EXTENT_HOLE | NBDKIT_EXTENT_ZERO : 0) == -1)
			return -1;
		if ((flags & NBDKIT_FLAG_REQ_ONE) && piece.hole != first.hole)
			break;
	}
	return 0;
}

static struct nbdkit_plugin plugin = {
	.name = "lvol",
	.longname = "LVM2 logical volumes",
	.version = PACKAGE_VERSION,
	.description = "serve logical volumes in image files and on block devices, without the kernel's device-mapper",
	.config = plugin_config,
	.config_complete = plugin_config_complete,
	.config_help = "[device=]PATH          Image file or block device (repeat; default: those of the system).\n"
		"lv=VG/LV               The LV to serve, or\n"
		"vg=VG                  the VG whose LVs are served, each under its name.\n"
		"partial=true           Serve LVs although devices under them are missing.",
	.magic_config_key = "device",
	.get_ready = plugin_get_ready,
	.cleanup = plugin_cleanup,
	.unload = plugin_unload,
	.dump_plugin = plugin_dump,
	.list_exports = plugin_list_exports,
	.default_export = plugin_default_export,
	.open = plugin_open,
	.close = plugin_close,
	.get_size = plugin_get_size,
	.export_description = plugin_export_description,
	.can_write = plugin_can_write,
	.can_multi_conn = plugin_can_multi_conn,
	.can_flush = plugin_can_write,
	.can_trim = plugin_can_write,
	.can_zero = plugin_can_write,
	.can_fast_zero = plugin_can_fast_zero,
	.can_fua = plugin_can_fua,
	.can_cache = plugin_can_cache,
	.block_size = plugin_block_size,
	.pread = plugin_pread,
	.pwrite = plugin_pwrite,
	.flush = plugin_flush,
	.trim = plugin_trim,
	.zero = plugin_zero,
	.extents = plugin_extents,
};

NBDKIT_REGISTER_PLUGIN(plugin)
