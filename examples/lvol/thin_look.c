/* SPDX-License-Identifier: MIT */
#include "thin_look.h"

#include "error.h"
#include "names.h"

#include <string.h>

int thin_look_lv(struct call *call, const char *word, struct lvol_vg **vg, const struct lvol_lv **lv,
		struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	const char *name = name_plain(pool, word);
	int ret = lvol_vg_open(call->tool->ctx, name_vg(pool, name), vg, err);

	if (ret < 0)
		return ret;
	*lv = lvol_lv_find(*vg, name_lv(name));
	if (*lv)
		return 0;
	lvol_vg_unref(*vg);
	*vg = NULL;
	return fail(err, LVOL_E_NOT_FOUND, name, "there is no such LV");
}

struct lvol_backend *thin_look_backend(const struct call *call)
{
	struct lvol_error none = LVOL_ERROR_INIT;
	struct lvol_backend *backend;

	return lvol_backend_open(call->tool->ctx, NULL, &backend, &none) < 0 ? NULL : backend;
}

int thin_look_open(struct call *call, const char *word, const struct thin_look_args *args, struct thin_look *look,
		struct lvol_error *err)
{
	struct lvol_thin_view_opts opts = LVOL_THIN_VIEW_OPTS_INIT;
	const struct lvol_lv *lv;
	int ret;

	memset(look, 0, sizeof(*look));
	ret = thin_look_lv(call, word, &look->vg, &lv, err);
	if (ret < 0)
		return ret;
	look->backend = thin_look_backend(call);
	opts.backend = look->backend;
	opts.flags = (args->reserved ? LVOL_THIN_VIEW_RESERVED : 0) | (args->drop_reserved ? LVOL_THIN_VIEW_DROP_RESERVED : 0);
	return lvol_thin_view_open(lv, &opts, &look->view, err);
}

int thin_look_device(const struct call *call, const struct thin_look *look, const char *word, uint32_t *id,
		struct lvol_error *err)
{
	struct lvol_thin_device device = LVOL_THIN_DEVICE_INIT;
	struct pool *pool = &call->tool->pool;
	const char *name = name_plain(pool, word);
	const struct lvol_lv *lv = strcmp(name_vg(pool, name), lvol_vg_name(look->vg)) ? NULL :
		lvol_lv_find(look->vg, name_lv(name));
	int ret = lv ? lvol_thin_view_lv(look->view, lv, &device, err) :
		fail(err, LVOL_E_NOT_FOUND, name, "there is no such LV in VG %s", lvol_vg_name(look->vg));

	*id = device.id;
	return ret;
}

int thin_look_close(struct thin_look *look, int ret, struct lvol_error *err)
{
	int released = look->view && ret == 0 ? lvol_thin_view_release(look->view, err) : 0;

	lvol_thin_view_close(look->view);
	lvol_backend_close(look->backend);
	lvol_vg_unref(look->vg);
	return ret < 0 ? ret : released;
}
