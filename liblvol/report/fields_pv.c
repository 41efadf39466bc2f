/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/sysmacros.h>

#include "dev/dev.h"
#include "report/internal.h"

/*
 * PVs. A row may also be a device that is no PV, then it->pv is NULL. lvm2 knows two kinds of fields here: those of the
 * label, which every device found has, and those of the PV as its VG sees it.
 */

static bool is_missing(const struct lvol_pv *pv)
{
	return (pv->flags & PV_MISSING) || !pv->dev_name;
}

static bool is_orphan(const struct lvol_pv *pv)
{
	return !*pv->vg->name;
}

#define PV_EXT_USED 1u   /* label: a VG has it */

static bool is_used(const struct lvol_pv *pv)
{
	return !is_orphan(pv) || (pv->ext_flags & PV_EXT_USED);
}

static uint64_t device_sectors(const struct lvol_pv *pv)
{
	return pv->dev_sectors ? pv->dev_sectors : pv->dev_bytes >> 9;
}

/* Label */

static int fmt_get(struct out *o, const struct item *it) { return lvi_put_string(o, it->pv ? "lvm2" : ""); }

static int uuid_get(struct out *o, const struct item *it)
{
	return it->pv ? lvi_put_uuid(o, &it->pv->id) : lvi_put_string(o, "");
}

static int dev_size_get(struct out *o, const struct item *it)
{
	uint64_t bytes = it->dev ? it->dev->size : it->pv && it->pv->dev_name ? it->pv->dev_bytes : 0;

	return lvi_put_sectors(o, bytes >> 9);
}

static int name_get(struct out *o, const struct item *it)
{
	/* no VG keeps the name of a device that is no PV */
	if (it->dev)
		return lvi_put_string(o, lvi_arena_strdup(o->arena, it->dev->name));
	return lvi_put_string(o, !it->pv ? "" : it->pv->dev_name ? it->pv->dev_name : "[unknown]");
}

static int put_device_number(struct out *o, const struct item *it, bool is_major)
{
	const struct lvol_dev *dev = it->dev ? it->dev : it->pv ? it->pv->dev : NULL;
	dev_t number = dev && dev->is_block ? dev->st_rdev : 0;

	return lvi_put_string(o, lvi_arena_printf(o->arena, "%u", is_major ? major(number) : minor(number)));
}

static int major_get(struct out *o, const struct item *it) { return put_device_number(o, it, true); }
static int minor_get(struct out *o, const struct item *it) { return put_device_number(o, it, false); }

static int mda_free_get(struct out *o, const struct item *it)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; it->pv && i < it->pv->mda_count; i++)
		if (it->pv->mdas[i].free_bytes < least)
			least = it->pv->mdas[i].free_bytes;
	return lvi_put_sectors(o, least == UINT64_MAX ? 0 : least >> 9);
}

static int mda_size_get(struct out *o, const struct item *it)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; it->pv && i < it->pv->mda_count; i++)
		if (it->pv->mdas[i].size < least)
			least = it->pv->mdas[i].size;
	return lvi_put_sectors(o, least == UINT64_MAX ? 0 : least >> 9);
}

static int ext_version_get(struct out *o, const struct item *it)
{
	return it->pv && it->pv->dev_name ? lvi_put_number(o, it->pv->ext_version) : lvi_put_undefined(o, "");
}

/* PV */

static int start_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->pv ? it->pv->pe_start_sectors : 0);
}

static int size_get(struct out *o, const struct item *it)
{
	const struct lvol_pv *pv = it->pv;

	if (!pv)
		return lvi_put_sectors(o, 0);
	return lvi_put_sectors(o, pv->pe_count ? pv->pe_count * pv->vg->extent_sectors : device_sectors(pv));
}

static int free_get(struct out *o, const struct item *it)
{
	const struct lvol_pv *pv = it->pv;

	if (!pv || (is_orphan(pv) && is_used(pv)))
		return lvi_put_sectors(o, 0);
	if (is_orphan(pv))
		return lvi_put_sectors(o, device_sectors(pv));
	return lvi_put_sectors(o, (pv->pe_count - pv->pe_used) * pv->vg->extent_sectors);
}

static int used_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->pv ? it->pv->pe_used * it->pv->vg->extent_sectors : 0);
}

static int attr_get(struct out *o, const struct item *it)
{
	const struct lvol_pv *pv = it->pv;

	if (!pv)
		return lvi_put_string(o, "---");
	return lvi_put_string(o, lvi_arena_printf(o->arena, "%c%c%c",
			pv->flags & PV_ALLOCATABLE ? 'a' : is_used(pv) ? 'u' : '-',
			pv->flags & PV_EXPORTED ? 'x' : '-', is_missing(pv) && !is_orphan(pv) ? 'm' : '-'));
}

static int allocatable_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->pv && (it->pv->flags & PV_ALLOCATABLE), "allocatable");
}

static int exported_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->pv && (it->pv->flags & PV_EXPORTED), "exported");
}

static int missing_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->pv && is_missing(it->pv), "missing");
}

static int pe_count_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->pv ? it->pv->pe_count : 0);
}

static int pe_used_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->pv ? it->pv->pe_used : 0);
}

static int tags_get(struct out *o, const struct item *it)
{
	static const struct strings none;

	return lvi_put_strings(o, it->pv ? &it->pv->tags : &none);
}

static int mda_count_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->pv ? it->pv->mda_count : 0);
}

static int mda_used_get(struct out *o, const struct item *it)
{
	unsigned used = 0;

	for (unsigned i = 0; it->pv && i < it->pv->mda_count; i++)
		used += !it->pv->mdas[i].ignored;
	return lvi_put_number(o, used);
}

static int ba_start_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->pv ? it->pv->ba_start_sectors : 0);
}

static int ba_size_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->pv ? it->pv->ba_size_sectors : 0);
}

static int in_use_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->pv && is_used(it->pv), "used");
}

/* Our model keeps the device that was chosen; the other one is a device that is no PV. */
static int duplicate_get(struct out *o, const struct item *it) { return lvi_put_binary(o, false, "duplicate"); }

static int device_id_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->pv && it->pv->device_id ? it->pv->device_id : "");
}

static int device_id_type_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->pv && it->pv->device_id_type ? it->pv->device_id_type : "");
}

#define BINARY_WORDS(name, ...) static const struct value_word name[] = { __VA_ARGS__, { .word = NULL } }
#define YES(word_) { .word = word_, .number = 1 }
BINARY_WORDS(allocatable_words, YES("allocatable"));
BINARY_WORDS(exported_words, YES("exported"));
BINARY_WORDS(missing_words, YES("missing"));
BINARY_WORDS(used_words, YES("used"), YES("in use"));
BINARY_WORDS(duplicate_words, YES("duplicate"));

#define PV(name_, heading_, type_, get_, ...) { name_, heading_, TYPE_##type_, get_, __VA_ARGS__ }
static const struct field label_fields[] = {
	PV("pv_fmt", "Fmt", STRING, fmt_get, "Format of the metadata."),
	PV("pv_uuid", "PV UUID", STRING, uuid_get, "UUID."),
	PV("dev_size", "DevSize", SIZE, dev_size_get, "Size of the device."),
	PV("pv_name", "PV", STRING, name_get, "Device."),
	PV("pv_major", "Maj", STRING, major_get, "Major number of the device."),
	PV("pv_minor", "Min", STRING, minor_get, "Minor number of the device."),
	PV("pv_mda_free", "PMdaFree", SIZE, mda_free_get, "Least room left in one of its metadata areas."),
	PV("pv_mda_size", "PMdaSize", SIZE, mda_size_get, "Size of its smallest metadata area."),
	PV("pv_ext_vsn", "PExtVsn", NUMBER, ext_version_get, "Version of the label's extension.")
};

static const struct field fields[] = {
	PV("pe_start", "1st PE", SIZE, start_get, "Where the first extent lies on the device."),
	PV("pv_size", "PSize", SIZE, size_get, "Size."),
	PV("pv_free", "PFree", SIZE, free_get, "Space that no LV uses."),
	PV("pv_used", "Used", SIZE, used_get, "Space that LVs use."),
	PV("pv_attr", "Attr", STRING, attr_get, "Three letters: allocatable or used, exported, missing."),
	PV("pv_allocatable", "Allocatable", NUMBER, allocatable_get, "Set if LVs may get room on it.",
		allocatable_words),
	PV("pv_exported", "Exported", NUMBER, exported_get, "Set if its VG is exported.", exported_words),
	PV("pv_missing", "Missing", NUMBER, missing_get, "Set if it is not there.", missing_words),
	PV("pv_pe_count", "PE", NUMBER, pe_count_get, "Number of extents."),
	PV("pv_pe_alloc_count", "Alloc", NUMBER, pe_used_get, "Number of extents that LVs use."),
	PV("pv_tags", "PV Tags", LIST, tags_get, "Tags."),
	PV("pv_mda_count", "#PMda", NUMBER, mda_count_get, "Number of metadata areas."),
	PV("pv_mda_used_count", "#PMdaUse", NUMBER, mda_used_get, "Number of metadata areas in use."),
	PV("pv_ba_start", "BA Start", SIZE, ba_start_get, "Where the bootloader area lies on the device."),
	PV("pv_ba_size", "BA Size", SIZE, ba_size_get, "Size of the bootloader area."),
	PV("pv_in_use", "PInUse", NUMBER, in_use_get, "Set if a VG has it.", used_words),
	PV("pv_duplicate", "Duplicate", NUMBER, duplicate_get, "Set if another device is used in its place.",
		duplicate_words),
	PV("pv_device_id", "DeviceID", STRING, device_id_get, "Id of the device."),
	PV("pv_device_id_type", "DeviceIDType", STRING, device_id_type_get, "What kind of id that is.")
};

const struct field_table lvi_fields_label = { OBJ_LABEL, label_fields, sizeof label_fields / sizeof *label_fields };
const struct field_table lvi_fields_pv = { OBJ_PV, fields, sizeof fields / sizeof *fields };
