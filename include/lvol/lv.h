/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_LV_H
#define LVOL_LV_H

/**
 * @file lvol/lv.h
 * Logical volumes: read them from a VG snapshot, change them in a transaction.
 *
 * Ownership: a `struct lvol_lv` belongs to the `struct lvol_vg` it was read from and is valid until the last
 *   lvol_vg_unref() of that VG, as is every string returned here. There is nothing to free.
 * Units: bytes (`_bytes`) or extents (`_extents`); never sectors.
 * Errors: after a failure the transaction is as it was before the call.
 * Names: calls that take a transaction name an LV "vg/lv", or just "lv" when the transaction holds one VG.
 * Threads: a VG and its LVs never change, so any threads may read them at once. A transaction may be used by one thread
 *   at a time.
 */

#include <lvol/cache.h>
#include <lvol/error.h>
#include <lvol/raid.h>
#include <lvol/thin.h>

LVOL_BEGIN_DECLS

/** First LV of @p vg in metadata order, hidden ones too, or NULL if it has none. Since 0.1. */
LVOL_API const struct lvol_lv *lvol_lv_first(const struct lvol_vg *vg);

/** The LV after @p lv, or NULL after the last. Since 0.1. */
LVOL_API const struct lvol_lv *lvol_lv_next(const struct lvol_lv *lv);

/** The LV called @p name ("home", not "vg0/home"), or of that UUID, or NULL. Since 0.1. */
LVOL_API const struct lvol_lv *lvol_lv_find(const struct lvol_vg *vg, const char *name);

/** Its VG. Since 0.1. */
LVOL_API struct lvol_vg *lvol_lv_vg(const struct lvol_lv *lv);

/** Name without the VG part, never NULL. Since 0.1. */
LVOL_API const char *lvol_lv_name(const struct lvol_lv *lv);

/** UUID with hyphens (38 characters), written to @p out with a NUL; returns @p out. Since 0.1. */
LVOL_API const char *lvol_lv_uuid(const struct lvol_lv *lv, char out[39]);

/** Usable size in bytes, a multiple of lvol_vg_extent_bytes(): without what a raid keeps free for a reshape, as lvs shows it. Since
 *  0.1. */
LVOL_API uint64_t lvol_lv_size_bytes(const struct lvol_lv *lv);

/** Size in extents, all that it has. Since 0.1. */
LVOL_API uint32_t lvol_lv_size_extents(const struct lvol_lv *lv);

/** First segment in logical order; only an unfinished pvmove has none. See <lvol/segment.h>. Since 0.1. */
LVOL_API const struct lvol_segment *lvol_lv_segment_first(const struct lvol_lv *lv);

/** Number of segments. Since 0.1. */
LVOL_API uint32_t lvol_lv_segment_count(const struct lvol_lv *lv);

/** Whether it is a volume of its own, not a part of another. Since 0.1. */
LVOL_API bool lvol_lv_is_visible(const struct lvol_lv *lv);

/** Whether it may be written to when active. Since 0.1. */
LVOL_API bool lvol_lv_is_writable(const struct lvol_lv *lv);

/** Whether it is left out of activation unless asked for by name. Since 0.1. */
LVOL_API bool lvol_lv_is_activation_skipped(const struct lvol_lv *lv);

/** Whether it is activated when the system starts. Since 0.1. */
LVOL_API bool lvol_lv_is_autoactivated(const struct lvol_lv *lv);

/** Whether a PV under it is missing. Since 0.1. */
LVOL_API bool lvol_lv_is_partial(const struct lvol_lv *lv);

/** Allocation policy; LVOL_ALLOC_INHERIT when the VG's holds. Since 0.1. */
LVOL_API enum lvol_alloc lvol_lv_alloc(const struct lvol_lv *lv);

/** Read-ahead in bytes; LVOL_READ_AHEAD_AUTO or LVOL_READ_AHEAD_NONE. Since 0.1. */
LVOL_API int64_t lvol_lv_read_ahead_bytes(const struct lvol_lv *lv);
/** Read-ahead as the kernel thinks best. Since 0.1. */
#define LVOL_READ_AHEAD_AUTO 0
/** No read-ahead. Since 0.1. */
#define LVOL_READ_AHEAD_NONE (-1)

/** Unix time of creation in seconds, 0 when it is not known. Since 0.1. */
LVOL_API uint64_t lvol_lv_creation_time(const struct lvol_lv *lv);

/** Host that created it, "" when that is not known. Since 0.1. */
LVOL_API const char *lvol_lv_creation_host(const struct lvol_lv *lv);

/** Tag number @p i, NULL past the last. Since 0.1. */
LVOL_API const char *lvol_lv_tag(const struct lvol_lv *lv, size_t i);

/** LVOL_OK if @p name may be chosen for an LV of VG @p vg_name, else -LVOL_E_INVALID with the rule it
 *  breaks. Since 0.1. */
LVOL_API int lvol_lv_name_check(const char *vg_name, const char *name, struct lvol_error *err);

/** What lvol_size.percent is a percentage of. Since 0.1. */
enum lvol_percent_of {
	LVOL_PERCENT_NONE = 0,
	LVOL_PERCENT_VG = 1,    /**< All extents of the VG. */
	LVOL_PERCENT_FREE = 2,  /**< Its free extents. */
	LVOL_PERCENT_PVS = 3,   /**< The free extents of the given PVs when creating or extending; all extents when not. */
	LVOL_PERCENT_ORIGIN = 4 /**< The extents of the origin, of a snapshot that is created. */
};

/** A size, given in one of three ways; exactly one of the first three fields is not zero. Since 0.1. */
struct lvol_size {
	uint64_t bytes;       /**< Rounded up to whole extents (per stripe). */
	uint64_t extents;     /**< Rounded up to whole stripes. */
	uint32_t percent;     /**< 1-100 (of the VG: any). Rounded down to whole extents when creating and when a size is taken
	                           away, up for a new or greater size; then less, if that is more than fits. */
	uint32_t percent_of;  /**< enum lvol_percent_of, with `percent`. */
};

/**
 * What lvol_lv_create() should create. Start from LVOL_LV_CREATE_OPTS_INIT. A zero field means its default, so new
 * fields can be added at the end. Since 0.1.
 */
struct lvol_lv_create_opts {
	size_t struct_size;          /**< Set by the initializer; do not change. */
	const char *vg;              /**< May be NULL when the transaction holds one VG. */
	const char *name;            /**< For the rules, see lvol_lv_name_check(). Default "lvolN", the smallest free N. */
	const char *segtype;         /**< "linear", "striped", "zero", "error", "snapshot", "mirror", "raid1", "raid5" and the other
	                                  types and layouts of raids that lvm2 makes, by its names; default by `stripe_count`, `raid` and
	                                  `origin`. */
	struct lvol_size size;       /**< Required. */
	const char *const *pvs;      /**< NULL-terminated, in order of preference: device names, PV UUIDs or "@tag", each
	                                  with extent ranges if wished: "disk.img:0-99:200-". Default every allocatable PV. */
	uint32_t stripe_count;       /**< Default 1. */
	uint32_t stripe_bytes;       /**< Default 64 KiB. Power of two, 4 KiB to one extent. */
	uint32_t alloc;              /**< enum lvol_alloc, default as the VG. */
	uint32_t flags;              /**< LVOL_LV_CREATE_... */
	int64_t read_ahead_bytes;    /**< Default LVOL_READ_AHEAD_AUTO. Multiple of 512. */
	const char *const *tags;     /**< NULL-terminated; default none. */
	const char *uuid;            /**< Default a new one. */
	const char *origin;          /**< The LV, of the same VG, that it is a snapshot of; NULL: it is none. `size` is the room
	                                  for what changes, no more than a whole copy needs. The room lies as a linear or striped LV
	                                  does. */
	uint32_t chunk_bytes;        /**< Of a snapshot: what is copied at once. Default 4 KiB. Power of two, 4 to 512 KiB. */
	uint32_t reserved;           /**< Zero. */
	const struct lvol_raid_opts *raid;  /**< Of raids and mirrors, <lvol/raid.h>; NULL: all defaults. */
	const struct lvol_thin_opts *thin;  /**< Of thin pools and thin LVs, <lvol/thin.h>; NULL: all defaults. */
	const struct lvol_cache_opts *cache;  /**< Of cache pools, <lvol/cache.h>; NULL: all defaults. */
};
/** Begin a struct lvol_lv_create_opts with this: every field default. Since 0.1. */
#define LVOL_LV_CREATE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_create_opts)
/** Read-only. Since 0.1. */
#define LVOL_LV_CREATE_READ_ONLY (1u << 0)
/** Leave out of activation unless asked for by name. Since 0.1. */
#define LVOL_LV_CREATE_ACTIVATION_SKIP (1u << 1)
/** Do not activate at system start. Since 0.1. */
#define LVOL_LV_CREATE_NO_AUTOACTIVATION (1u << 2)
/** Leave the first 4 KiB as they are; otherwise they are zeroed with the commit, so that no old signature shows.
 *  Since 0.1. */
#define LVOL_LV_CREATE_NO_ZERO (1u << 3)

/**
 * Add a new LV to the transaction. Nothing is written before lvol_txn_commit().
 *
 * @param txn   Open transaction; @p opts and all it points to is copied.
 * @retval -LVOL_E_INVALID  bad name, size or stripe, or @p opts is larger than
 *                          this library knows and the excess is not zero
 * @retval -LVOL_E_EXISTS   the VG has an LV or hidden sub-LV of that name
 * @retval -LVOL_E_BUSY     the origin is open somewhere, or on its way to be something else
 * @retval -LVOL_E_NO_SPACE not enough free extents on the allowed PVs;
 *                          @p err tells how many are needed and free, and on which PVs
 * @retval -LVOL_E_NOT_FOUND a PV or origin that is named is not in the VG
 * @retval -LVOL_E_NOT_SUPPORTED no such segment type, or it cannot be created; the origin cannot have snapshots
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_create(struct lvol_txn *txn,
		const struct lvol_lv_create_opts *opts, struct lvol_error *err);

/** An LV of an open transaction, as it would be after the commit. Since 0.1. */
struct lvol_lv_glance {
	size_t struct_size;      /**< Set by LVOL_LV_GLANCE_INIT. */
	char name[128];          /**< Without the VG part. */
	char vg[128];            /**< The VG's. */
	char uuid[39];           /**< With hyphens. */
	bool is_visible;         /**< It is a volume of its own. */
	uint32_t size_extents;   /**< Size in extents, */
	uint32_t segment_count;  /**< and of how many segments. */
	uint64_t size_bytes;     /**< Size in bytes. */
};
/** Begin a struct lvol_lv_glance with this. Since 0.1. */
#define LVOL_LV_GLANCE_INIT LVOL_OPTS_INIT(struct lvol_lv_glance)

/**
 * See what one LV has become so far, in a time that does not depend on how many LVs there are. lvol_txn_preview() shows
 * everything, and costs a copy of the VG.
 *
 * @param name  NULL: the LV of the last operation (the one just made, say, if the library chose its name)
 * @param out   Begun with LVOL_LV_GLANCE_INIT.
 * @retval -LVOL_E_NOT_FOUND no such LV, or the last operation was not one on an LV
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_glance(struct lvol_txn *txn, const char *name, struct lvol_lv_glance *out,
		struct lvol_error *err);

/** Allow lvol_lv_resize() to make an LV smaller; data past the new end is lost. Since 0.1. */
#define LVOL_LV_RESIZE_SHRINK (1u << 0)

/** A key of a LUKS volume. Since 0.1. */
struct lvol_luks_key {
	const void *bytes;        /**< A passphrase without newline, or what a key file holds. */
	size_t length;            /**< How many. */
};

/** The commit fits the file system on the LV to its new size, with the file system's own tool, which it runs; also one in a LUKS
 *  volume that is open on it (`luks_key`). The LV must be active, and the transaction have a backend. ext2 to ext4 grow mounted or not, and shrink unmounted; xfs grows mounted; btrfs does both
 *  mounted. lvol_txn_commit() answers LVOL_E_STATE (not active, or not mounted as it should be), LVOL_E_BUSY (mounted and should
 *  not be), LVOL_E_NOT_SUPPORTED, LVOL_E_NOT_FOUND (there is no file system),
 *  LVOL_E_PERMISSION (the key) or what the tool said; then, and when the file system
 *  could not become smaller, nothing was changed. Since 0.1. */
#define LVOL_LV_RESIZE_FS (1u << 1)

/** How lvol_lv_resize() should do it. Zero means default. Since 0.1. */
struct lvol_lv_resize_opts {
	size_t struct_size;       /**< Set by LVOL_LV_RESIZE_OPTS_INIT. */
	struct lvol_size size;    /**< Required: the new size, or with `sign` a difference. */
	int32_t sign;             /**< 0: new size. 1: so much more. -1: so much less. */
	uint32_t flags;           /**< LVOL_LV_RESIZE_... */
	const char *const *pvs;   /**< As in lvol_lv_create_opts: where to grow. */
	uint32_t alloc;           /**< enum lvol_alloc for what is added, default the LV's. */
	uint32_t stripe_count;    /**< For what is added; default as the last segment. */
	uint32_t stripe_bytes;    /**< For what is added; default as the last segment. */
	uint32_t reserved;        /**< Zero. */
	const struct lvol_luks_key *luks_key;  /**< With LVOL_LV_RESIZE_FS, when a LUKS2 volume is open on the LV: what opens it.
	                               It is kept until the transaction is freed, and wiped then. Default none. */
};
/** Begin a struct lvol_lv_resize_opts with this: every field default. Since 0.1. */
#define LVOL_LV_RESIZE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_resize_opts)

/**
 * Grow or shrink LV @p name as @p opts says.
 *
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_INVALID  size 0, unknown bit in flags, or smaller than now without LVOL_LV_RESIZE_SHRINK
 * @retval -LVOL_E_NO_SPACE as in lvol_lv_create()
 * @retval -LVOL_E_BUSY     it is open somewhere: @p err says by whom
 * @retval -LVOL_E_NOT_SUPPORTED LVs of this type cannot be resized, or not made smaller: with a writecache, or a cache in writeback
 *         mode, say
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_resize(struct lvol_txn *txn, const char *name,
		const struct lvol_lv_resize_opts *opts, struct lvol_error *err);

/**
 * Remove LV @p name and its hidden sub-LVs; its extents become free.
 *
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_BUSY     a snapshot, pool or other LV still uses it, @p err names the first; or it is open somewhere
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_remove(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/**
 * Rename LV @p name; its hidden sub-LVs follow.
 *
 * @param new_name  without the VG part
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_EXISTS    the new name is taken
 * @retval -LVOL_E_INVALID   the new name breaks the rules
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_rename(struct lvol_txn *txn, const char *name, const char *new_name,
		struct lvol_error *err);

/** What lvol_lv_change() should change: fields whose LVOL_LV_CHANGE_... bit is in `what`. Since 0.1. */
struct lvol_lv_change_opts {
	size_t struct_size;        /**< Set by LVOL_LV_CHANGE_OPTS_INIT. */
	uint32_t what;             /**< LVOL_LV_CHANGE_... bits. */
	uint32_t alloc;            /**< enum lvol_alloc. */
	uint32_t writable;         /**< 0 or 1. */
	uint32_t activation_skip;  /**< 0 or 1. */
	uint32_t autoactivation;   /**< 0 or 1. */
	uint32_t reserved;         /**< Zero. */
	int64_t read_ahead_bytes;  /**< Multiple of 512, LVOL_READ_AHEAD_AUTO or LVOL_READ_AHEAD_NONE. */
	/** Tags to add, NULL-terminated; used without a bit. */
	const char *const *add_tags, *const *remove_tags;  /**< Tags to remove, likewise. */
};
/** Begin a struct lvol_lv_change_opts with this: every field default. Since 0.1. */
#define LVOL_LV_CHANGE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_lv_change_opts)
/** Change `alloc`. Since 0.1. */
#define LVOL_LV_CHANGE_ALLOC (1u << 0)
/** Change `writable`. Since 0.1. */
#define LVOL_LV_CHANGE_WRITABLE (1u << 1)
/** Change `activation_skip`. Since 0.1. */
#define LVOL_LV_CHANGE_ACTIVATION_SKIP (1u << 2)
/** Change `autoactivation`. Since 0.1. */
#define LVOL_LV_CHANGE_AUTOACTIVATION (1u << 3)
/** Change `read_ahead_bytes`. Since 0.1. */
#define LVOL_LV_CHANGE_READ_AHEAD (1u << 4)

/**
 * Change the properties of LV @p name that @p opts says.
 *
 * @retval -LVOL_E_NOT_FOUND no such LV
 * @retval -LVOL_E_INVALID   a value or tag breaks the rules
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_lv_change(struct lvol_txn *txn, const char *name,
		const struct lvol_lv_change_opts *opts, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_LV_H */
