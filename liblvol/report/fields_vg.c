/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <lvol/types.h>

#include "report/internal.h"

/* VGs. Rows of orphan PVs have none: they show what lvm2 shows of its VG that holds orphans. */

static int fmt_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg || it->pv ? "lvm2" : "");
}

static int uuid_get(struct out *o, const struct item *it)
{
	return it->vg ? lvi_put_uuid(o, &it->vg->id) : lvi_put_string(o, "");
}

static int name_get(struct out *o, const struct item *it) { return lvi_put_string(o, it->vg ? it->vg->name : ""); }

static bool is_shared(const struct lvol_vg *vg)
{
	return vg->lock_type && (!strcmp(vg->lock_type, "sanlock") || !strcmp(vg->lock_type, "dlm") ||
			!strcmp(vg->lock_type, "idm"));
}

static bool is_clustered(const struct lvol_vg *vg)
{
	return (vg->flags & VG_CLUSTERED) || (vg->lock_type && !strcmp(vg->lock_type, "clvm"));
}

static int attr_get(struct out *o, const struct item *it)
{
	const struct lvol_vg *vg = it->vg;

	if (!vg)
		return lvi_put_string(o, "r-----");
	return lvi_put_string(o, lvi_arena_printf(o->arena, "%c%c%c%c%c%c", vg->flags & VG_WRITE ? 'w' : 'r',
			vg->flags & VG_RESIZEABLE ? 'z' : '-', vg->flags & VG_EXPORTED ? 'x' : '-',
			it->vi->missing_pv_count ? 'p' : '-', lvi_alloc_char(vg->alloc),
			is_clustered(vg) ? 'c' : is_shared(vg) ? 's' : '-'));
}

static int permissions_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg && (it->vg->flags & VG_WRITE) ? "writeable" : "read-only");
}

static int extendable_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->vg && (it->vg->flags & VG_RESIZEABLE), "extendable");
}

static int exported_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->vg && (it->vg->flags & VG_EXPORTED), "exported");
}

static int autoactivation_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, !it->vg || !(it->vg->flags & VG_NOAUTOACTIVATE), "enabled");
}

static int partial_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->vg && it->vi->missing_pv_count, "partial");
}

static int alloc_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg ? lvi_alloc_name(it->vg->alloc) : "unknown");
}

static int clustered_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->vg && is_clustered(it->vg), "clustered");
}

static int shared_get(struct out *o, const struct item *it)
{
	return lvi_put_binary(o, it->vg && is_shared(it->vg), "shared");
}

static int size_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? it->vg->extent_count * it->vg->extent_sectors : 0);
}

static int free_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? it->vg->free_count * it->vg->extent_sectors : 0);
}

static int system_id_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg && it->vg->system_id ? it->vg->system_id : "");
}

static int lock_type_get(struct out *o, const struct item *it)
{
	const char *type = it->vg ? it->vg->lock_type : NULL;

	return lvi_put_string(o, type && strcmp(type, "none") ? type : "");
}

static int lock_args_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg && it->vg->lock_args ? it->vg->lock_args : "");
}

static int extent_size_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? it->vg->extent_sectors : 0);
}

#define NUMBER_GET(name_, expression_) \
	static int name_(struct out *o, const struct item *it) { return lvi_put_number(o, it->vg ? (expression_) : 0); }
NUMBER_GET(extent_count_get, it->vg->extent_count)
NUMBER_GET(free_count_get, it->vg->free_count)
NUMBER_GET(max_lv_get, it->vg->max_lv)
NUMBER_GET(max_pv_get, it->vg->max_pv)
NUMBER_GET(pv_count_get, it->vg->pv_count)
NUMBER_GET(missing_get, it->vi->missing_pv_count)
NUMBER_GET(lv_count_get, it->vi->visible_count)
NUMBER_GET(snap_count_get, it->vi->snapshot_count)
NUMBER_GET(seqno_get, it->vg->seqno)

static int tags_get(struct out *o, const struct item *it)
{
	static const struct strings none;

	return lvi_put_strings(o, it->vg ? &it->vg->tags : &none);
}

static int profile_get(struct out *o, const struct item *it)
{
	return lvi_put_string(o, it->vg && it->vg->profile ? it->vg->profile : "");
}

NUMBER_GET(mda_count_get, it->vi->mdas.count)
NUMBER_GET(mda_used_get, it->vi->mdas.used)

static int mda_free_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? it->vi->mdas.free_bytes >> 9 : 0);
}

static int mda_size_get(struct out *o, const struct item *it)
{
	return lvi_put_sectors(o, it->vg ? it->vi->mdas.size_bytes >> 9 : 0);
}

static int mda_copies_get(struct out *o, const struct item *it)
{
	uint32_t copies = it->vg ? it->vg->metadata_copies : 0;

	return copies ? lvi_put_number(o, copies) : lvi_put_undefined(o, "unmanaged");
}

static const struct value_word permission_words[] = {
	{ "rw", "writeable" }, { "read-write", "writeable" }, { "r", "read-only" }, { "ro", "read-only" }, { .word = NULL }
};
static const struct value_word copies_words[] = {
	{ .word = "unmanaged", .number = NUMBER_UNDEFINED }, { .word = NULL }
};

#define BINARY_WORDS(name, ...) static const struct value_word name[] = { __VA_ARGS__, { .word = NULL } }
#define YES(word_) { .word = word_, .number = 1 }
BINARY_WORDS(extendable_words, YES("extendable"));
BINARY_WORDS(exported_words, YES("exported"));
BINARY_WORDS(partial_words, YES("partial"));
BINARY_WORDS(clustered_words, YES("clustered"));
BINARY_WORDS(shared_words, YES("shared"));

#define VG(name_, heading_, type_, get_, ...) { name_, heading_, TYPE_##type_, get_, __VA_ARGS__ }
static const struct field fields[] = {
	VG("vg_fmt", "Fmt", STRING, fmt_get, "Format of the metadata."),
	VG("vg_uuid", "VG UUID", STRING, uuid_get, "UUID."),
	VG("vg_name", "VG", STRING, name_get, "Name."),
	VG("vg_attr", "Attr", STRING, attr_get, "Six letters: writeable, resizeable, exported, partial, policy, shared."),
	VG("vg_permissions", "VPerms", STRING, permissions_get, "Permissions.", permission_words),
	VG("vg_extendable", "Extendable", NUMBER, extendable_get, "Set if PVs can be added.", extendable_words),
	VG("vg_exported", "Exported", NUMBER, exported_get, "Set if it is exported.", exported_words),
	VG("vg_autoactivation", "AutoAct", NUMBER, autoactivation_get, "Set if its LVs are activated at boot."),
	VG("vg_partial", "Partial", NUMBER, partial_get, "Set if a PV is missing.", partial_words),
	VG("vg_allocation_policy", "AllocPol", STRING, alloc_get, "Allocation policy."),
	VG("vg_clustered", "Clustered", NUMBER, clustered_get, "Set if it belongs to a cluster.", clustered_words),
	VG("vg_shared", "Shared", NUMBER, shared_get, "Set if hosts share it.", shared_words),
	VG("vg_size", "VSize", SIZE, size_get, "Size of all its extents."),
	VG("vg_free", "VFree", SIZE, free_get, "Space that no LV uses."),
	VG("vg_sysid", "SYS ID", STRING, system_id_get, "System id of the host that owns it."),
	VG("vg_systemid", "System ID", STRING, system_id_get, "System id of the host that owns it."),
	VG("vg_lock_type", "LockType", STRING, lock_type_get, "Lock type of lvmlockd."),
	VG("vg_lock_args", "VLockArgs", STRING, lock_args_get, "Lock arguments of lvmlockd."),
	VG("vg_extent_size", "Ext", SIZE, extent_size_get, "Size of an extent."),
	VG("vg_extent_count", "#Ext", NUMBER, extent_count_get, "Number of extents."),
	VG("vg_free_count", "Free", NUMBER, free_count_get, "Number of free extents."),
	VG("max_lv", "MaxLV", NUMBER, max_lv_get, "Most LVs allowed, 0 for no limit."),
	VG("max_pv", "MaxPV", NUMBER, max_pv_get, "Most PVs allowed, 0 for no limit."),
	VG("pv_count", "#PV", NUMBER, pv_count_get, "Number of PVs."),
	VG("vg_missing_pv_count", "#PV Missing", NUMBER, missing_get, "Number of PVs that are not there."),
	VG("lv_count", "#LV", NUMBER, lv_count_get, "Number of LVs, without hidden ones."),
	VG("snap_count", "#SN", NUMBER, snap_count_get, "Number of snapshots."),
	VG("vg_seqno", "Seq", NUMBER, seqno_get, "Version of the metadata."),
	VG("vg_tags", "VG Tags", LIST, tags_get, "Tags."),
	VG("vg_profile", "VProfile", STRING, profile_get, "Configuration profile."),
	VG("vg_mda_count", "#VMda", NUMBER, mda_count_get, "Number of metadata areas on its PVs."),
	VG("vg_mda_used_count", "#VMdaUse", NUMBER, mda_used_get, "Number of metadata areas in use."),
	VG("vg_mda_free", "VMdaFree", SIZE, mda_free_get, "Least room left in one of them."),
	VG("vg_mda_size", "VMdaSize", SIZE, mda_size_get, "Size of the smallest of them."),
	VG("vg_mda_copies", "#VMdaCps", NUMBER, mda_copies_get, "Metadata areas that should be in use.", copies_words)
};

const struct field_table lvi_fields_vg = { OBJ_VG, fields, sizeof fields / sizeof *fields };
