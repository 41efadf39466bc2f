/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_VG_H
#define LVOL_VG_H

/**
 * @file lvol/vg.h
 * Volume groups: find them on the devices, read them, change them in a transaction.
 *
 * Ownership: a VG is an immutable snapshot of one metadata version, reference counted. Its PVs, LVs, segments and
 *   strings are borrowed from it and live as long as it.
 * Units: bytes (`_bytes`) or extents (`_extents`).
 * Threads: a VG or scan never changes; any threads may read it at once.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** What a reader should know about a VG or device although it could be read. New codes are added at the end.
 *  Since 0.1. */
enum lvol_problem_code {
	LVOL_PROBLEM_STALE_COPY = 1,       /**< A metadata area holds an older version; the next commit repairs it. */
	LVOL_PROBLEM_DAMAGED_AREA = 2,     /**< A metadata area cannot be used; the next commit repairs it if it can. */
	LVOL_PROBLEM_DAMAGED_LABEL = 3,    /**< A device has a damaged PV label. */
	LVOL_PROBLEM_MISSING_PV = 4,       /**< A PV is not among the devices. */
	LVOL_PROBLEM_DUPLICATE_PV = 5,     /**< Two devices carry the same PV id. */
	LVOL_PROBLEM_DUPLICATE_VG = 6,     /**< Two VGs have the same name. */
	LVOL_PROBLEM_OUTDATED_PV = 7,      /**< A device says it belongs to the VG, whose metadata does not list it. */
	LVOL_PROBLEM_CONFLICT = 8,         /**< Two different texts of one version. */
	LVOL_PROBLEM_EXPORTED = 9,         /**< The VG is exported. */
	LVOL_PROBLEM_FOREIGN = 10,         /**< The VG belongs to another system id. */
	LVOL_PROBLEM_SHARED = 11,          /**< The VG is locked through lvmlockd. */
	LVOL_PROBLEM_UNKNOWN_SEGTYPE = 12, /**< A segment type that we do not know. */
	LVOL_PROBLEM_INVALID = 13,         /**< A rule of the metadata is broken; the text names it. */
	LVOL_PROBLEM_NOT_WRITABLE = 14,    /**< The VG's status forbids changes. */
	LVOL_PROBLEM_PV_FLAGS = 15,        /**< A label misses the "used" flag; the next commit repairs it. */
	LVOL_PROBLEM_DEVICE_SIZE = 16,     /**< A device is smaller than its PV. */
	LVOL_PROBLEM_UNKNOWN_VG = 17,      /**< A PV is in use by a VG that no device describes. */
	LVOL_PROBLEM_INTERRUPTED = 18,     /**< A precommitted version was left by a commit that did not happen. */
	LVOL_PROBLEM_IO = 19               /**< A device could not be read. */
};

/** One finding. Plain data, borrowed from its VG or scan. Since 0.1. */
struct lvol_problem {
	int code;              /**< enum lvol_problem_code */
	bool blocks_writing;   /**< No transaction on this VG before it is mended. */
	const char *subject;   /**< Device, VG or LV; never NULL. */
	const char *message;   /**< What it is and what would help; never NULL. */
};

/**
 * Look at every device of @p ctx: labels, metadata areas, VGs. Finds what can be found: damage becomes problems, not an
 * error. Since 0.1.
 *
 * @param out  The caller's: free it with lvol_scan_free().
 * @retval -LVOL_E_NO_MEMORY out of memory
 */
LVOL_API LVOL_MUST_CHECK int lvol_scan_new(struct lvol_ctx *ctx, struct lvol_scan **out, struct lvol_error *err);

/** Free a scan; NULL is fine. VGs taken from it live on if they were referenced. Since 0.1. */
LVOL_API void lvol_scan_free(struct lvol_scan *scan);

/** Number of VGs found. Since 0.1. */
LVOL_API size_t lvol_scan_vg_count(const struct lvol_scan *scan);

/** VG number @p i, sorted by name, borrowed; NULL past the end. Since 0.1. */
LVOL_API struct lvol_vg *lvol_scan_vg(const struct lvol_scan *scan, size_t i);

/** Number of PVs found that belong to no VG. Since 0.1. */
LVOL_API size_t lvol_scan_orphan_count(const struct lvol_scan *scan);

/** PV number @p i that belongs to no VG, borrowed; NULL past the end. Since 0.1. */
LVOL_API const struct lvol_pv *lvol_scan_orphan(const struct lvol_scan *scan, size_t i);

/** Number of problems that belong to no VG found. Since 0.1. */
LVOL_API size_t lvol_scan_problem_count(const struct lvol_scan *scan);

/** Fill in @p out with problem number @p i; false past the end. Since 0.1. */
LVOL_API bool lvol_scan_problem(const struct lvol_scan *scan, size_t i, struct lvol_problem *out);

/**
 * Read the VG called @p name, or with that UUID.
 *
 * @param out  The caller's, one reference: lvol_vg_unref().
 * @retval -LVOL_E_NOT_FOUND  none of the devices describes it
 * @retval -LVOL_E_DUPLICATE  several VGs have that name; use the UUID
 * @retval -LVOL_E_CORRUPT    its metadata cannot be used; the message says what and where
 * @retval -LVOL_E_IO         no device that describes it can be read
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_open(struct lvol_ctx *ctx, const char *name, struct lvol_vg **out,
		struct lvol_error *err);

/**
 * Read a VG from the @p len bytes of metadata text @p text (a backup of vgcfgbackup, or what lvol_vg_export_text()
 * gave). Its PVs are looked for among the devices of @p ctx. Since 0.1.
 *
 * @param out  The caller's, one reference: lvol_vg_unref().
 * @retval -LVOL_E_CORRUPT not such a text; the message has the line
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_open_text(struct lvol_ctx *ctx, const char *text, size_t len,
		struct lvol_vg **out, struct lvol_error *err);

/** One more reference; returns @p vg. Since 0.1. */
LVOL_API struct lvol_vg *lvol_vg_ref(struct lvol_vg *vg);

/** Give up a reference; NULL is fine. Since 0.1. */
LVOL_API void lvol_vg_unref(struct lvol_vg *vg);

/** Name, never NULL. Since 0.1. */
LVOL_API const char *lvol_vg_name(const struct lvol_vg *vg);

/** UUID as text with hyphens (38 characters), written to @p out with a NUL; returns @p out. Since 0.1. */
LVOL_API const char *lvol_vg_uuid(const struct lvol_vg *vg, char out[39]);

/** Version of the metadata, one more with every commit. Since 0.1. */
LVOL_API uint32_t lvol_vg_seqno(const struct lvol_vg *vg);

/** Size of an extent in bytes. Since 0.1. */
LVOL_API uint64_t lvol_vg_extent_bytes(const struct lvol_vg *vg);

/** Extents of all PVs. Since 0.1. */
LVOL_API uint64_t lvol_vg_size_extents(const struct lvol_vg *vg);

/** Free extents of all PVs, not allocatable ones too. Since 0.1. */
LVOL_API uint64_t lvol_vg_free_extents(const struct lvol_vg *vg);

/** Number of PVs, missing ones too. Since 0.1. */
LVOL_API uint32_t lvol_vg_pv_count(const struct lvol_vg *vg);

/** Number of LVs, hidden ones too. Since 0.1. */
LVOL_API uint32_t lvol_vg_lv_count(const struct lvol_vg *vg);

/** Number of PVs that are not among the devices. Since 0.1. */
LVOL_API uint32_t lvol_vg_missing_pv_count(const struct lvol_vg *vg);

/** Most LVs allowed, 0 for no limit. Since 0.1. */
LVOL_API uint32_t lvol_vg_max_lv(const struct lvol_vg *vg);

/** Most PVs allowed, 0 for no limit. Since 0.1. */
LVOL_API uint32_t lvol_vg_max_pv(const struct lvol_vg *vg);

/** Metadata copies wanted, 0 for unmanaged. Since 0.1. */
LVOL_API uint32_t lvol_vg_metadata_copies(const struct lvol_vg *vg);

/** Allocation policy, never LVOL_ALLOC_INHERIT. Since 0.1. */
LVOL_API enum lvol_alloc lvol_vg_alloc(const struct lvol_vg *vg);

/** Owner's system id, "" for none. Since 0.1. */
LVOL_API const char *lvol_vg_system_id(const struct lvol_vg *vg);

/** Lock type ("sanlock", "dlm", ...), "" for none. Since 0.1. */
LVOL_API const char *lvol_vg_lock_type(const struct lvol_vg *vg);

/** Whether the VG is exported. Since 0.1. */
LVOL_API bool lvol_vg_is_exported(const struct lvol_vg *vg);

/** Whether PVs can be added and removed. Since 0.1. */
LVOL_API bool lvol_vg_is_resizeable(const struct lvol_vg *vg);

/** Whether a PV is missing. Since 0.1. */
LVOL_API bool lvol_vg_is_partial(const struct lvol_vg *vg);

/** Whether a transaction could begin on it; if not, the problems say why. Since 0.1. */
LVOL_API bool lvol_vg_is_writable(const struct lvol_vg *vg);

/** Whether its LVs are activated when the system starts. Since 0.1. */
LVOL_API bool lvol_vg_is_autoactivated(const struct lvol_vg *vg);

/** Tag number @p i, NULL past the last. Since 0.1. */
LVOL_API const char *lvol_vg_tag(const struct lvol_vg *vg, size_t i);

/** Number of problems. Since 0.1. */
LVOL_API size_t lvol_vg_problem_count(const struct lvol_vg *vg);

/** Fill in @p out with problem number @p i; false past the end. Since 0.1. */
LVOL_API bool lvol_vg_problem(const struct lvol_vg *vg, size_t i, struct lvol_problem *out);

/**
 * The VG's metadata as vgcfgbackup writes it.
 *
 * @param text  The caller's: lvol_string_free().
 * @retval -LVOL_E_NO_MEMORY out of memory
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_export_text(const struct lvol_vg *vg, char **text, struct lvol_error *err);

/**
 * Check a VG and the copies of its metadata on all devices as vgck does. 0 when nothing was found; otherwise
 * -LVOL_E_CORRUPT with the first finding. What was found when the VG was read comes first, and all of that is told by
 * lvol_vg_problem(). Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_check(const struct lvol_vg *vg, struct lvol_error *err);

/** LVOL_OK if @p name may be a VG's name, else -LVOL_E_INVALID with the rule that it breaks. Since 0.1. */
LVOL_API int lvol_vg_name_check(const char *name, struct lvol_error *err);

/** What lvol_vg_create() should create. Zero means default. Since 0.1. */
struct lvol_vg_create_opts {
	size_t struct_size;        /**< Set by LVOL_VG_CREATE_OPTS_INIT. */
	const char *name;          /**< Required. */
	const char *const *pvs;    /**< Required: device names or PV UUIDs, NULL-terminated. A device that is not a PV yet
	                                becomes one. */
	uint64_t extent_bytes;     /**< Default 4 MiB. Power of two from 1 KiB on, or a multiple of 128 KiB; below 2 TiB. */
	/** Most LVs, default 0: no limit. */
	uint32_t max_lv, max_pv;   /**< Most PVs, default 0: no limit. */
	uint32_t alloc;            /**< enum lvol_alloc, default LVOL_ALLOC_NORMAL. */
	uint32_t metadata_copies;  /**< Copies to keep in use. Default 0: unmanaged, every area. */
	const char *const *tags;   /**< NULL-terminated; default none. */
	const char *system_id;     /**< Default the context's; "" for none. */
	uint32_t no_autoactivation;/**< 1: do not activate at system start. */
	uint32_t flags;            /**< LVOL_PV_CREATE_WIPE for devices that become PVs. */
};
/** Begin a struct lvol_vg_create_opts with this: every field default. Since 0.1. */
#define LVOL_VG_CREATE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_vg_create_opts)

/**
 * Add a new VG to the transaction, as @p opts says.
 *
 * @retval -LVOL_E_INVALID   a name, size, limit or tag breaks the rules
 * @retval -LVOL_E_EXISTS    a VG of that name is on the devices
 * @retval -LVOL_E_NOT_FOUND no such device
 * @retval -LVOL_E_BUSY      a PV belongs to another VG
 * @retval -LVOL_E_SIGNATURE a device carries somebody else's data and LVOL_PV_CREATE_WIPE is not given
 * @retval -LVOL_E_NO_SPACE  a PV is too small for a single extent
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_create(struct lvol_txn *txn, const struct lvol_vg_create_opts *opts,
		struct lvol_error *err);

/**
 * Remove VG @p name: its PVs become free. @p flags: LVOL_VG_REMOVE_LVS, without which it must have no LVs. Since 0.1.
 *
 * @retval -LVOL_E_NOT_FOUND the transaction does not hold that VG
 * @retval -LVOL_E_BUSY      it has LVs, the first is named
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_remove(struct lvol_txn *txn, const char *name, uint32_t flags,
		struct lvol_error *err);
/** Remove the LVs too; their data is lost. Since 0.1. */
#define LVOL_VG_REMOVE_LVS (1u << 0)

/**
 * Add @p pvs (device names or UUIDs, NULL-terminated) to VG @p name; a device that is not a PV yet becomes one.
 * @p flags: LVOL_PV_CREATE_WIPE. Since 0.1.
 *
 * @retval -LVOL_E_BUSY      a PV belongs to another VG
 * @retval -LVOL_E_EXISTS    it is in this VG already
 * @retval -LVOL_E_INVALID   max_pv would be exceeded, or the VG is not resizeable
 * @retval -LVOL_E_SIGNATURE as in lvol_vg_create()
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_extend(struct lvol_txn *txn, const char *name, const char *const *pvs,
		uint32_t flags, struct lvol_error *err);

/**
 * Take @p pvs (device names or UUIDs, NULL-terminated; they stay PVs) out of VG @p name. Since 0.1.
 *
 * @retval -LVOL_E_BUSY      extents of a PV are in use; says how many and by which LV
 * @retval -LVOL_E_INVALID   it would take the last PV, or the last one with a metadata area in use
 * @retval -LVOL_E_NOT_FOUND not a PV of this VG
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_reduce(struct lvol_txn *txn, const char *name, const char *const *pvs,
		struct lvol_error *err);

/** Forget the PVs of VG @p name that are missing and not used by any LV; without such PVs it does nothing. Since 0.1.
 * @retval -LVOL_E_BUSY a missing PV holds extents of an LV, which is named; remove or repair that first */
LVOL_API LVOL_MUST_CHECK int lvol_vg_reduce_missing(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/**
 * Rename VG @p name to @p new_name. Since 0.1.
 *
 * @retval -LVOL_E_EXISTS  the new name is taken
 * @retval -LVOL_E_INVALID the new name breaks the rules (alone, or with the name of an LV)
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_rename(struct lvol_txn *txn, const char *name, const char *new_name,
		struct lvol_error *err);

/** What lvol_vg_change() should change: fields whose LVOL_VG_CHANGE_... bit is in `what`. Since 0.1. */
struct lvol_vg_change_opts {
	size_t struct_size;        /**< Set by LVOL_VG_CHANGE_OPTS_INIT. */
	uint32_t what;             /**< LVOL_VG_CHANGE_... bits. */
	uint32_t alloc;            /**< enum lvol_alloc, not LVOL_ALLOC_INHERIT. */
	/** Most LVs, 0: no limit. Not below what is there. */
	uint32_t max_lv, max_pv;   /**< Most PVs, likewise. */
	uint32_t metadata_copies;  /**< 0: unmanaged. */
	uint32_t resizeable;       /**< 0 or 1. */
	uint32_t autoactivation;   /**< 0 or 1. */
	uint32_t reserved;         /**< Zero. */
	uint64_t extent_bytes;     /**< Every PV and LV must fit into whole extents. */
	const char *system_id;     /**< "" for none. */
	/** Tags to add, NULL-terminated; used without a bit. */
	const char *const *add_tags, *const *remove_tags;  /**< Tags to remove, likewise. */
};
/** Begin a struct lvol_vg_change_opts with this: every field default. Since 0.1. */
#define LVOL_VG_CHANGE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_vg_change_opts)
/** Change `alloc`. Since 0.1. */
#define LVOL_VG_CHANGE_ALLOC (1u << 0)
/** Change `max_lv`. Since 0.1. */
#define LVOL_VG_CHANGE_MAX_LV (1u << 1)
/** Change `max_pv`. Since 0.1. */
#define LVOL_VG_CHANGE_MAX_PV (1u << 2)
/** Change `metadata_copies`. Since 0.1. */
#define LVOL_VG_CHANGE_METADATA_COPIES (1u << 3)
/** Change `resizeable`. Since 0.1. */
#define LVOL_VG_CHANGE_RESIZEABLE (1u << 4)
/** Change `autoactivation`. Since 0.1. */
#define LVOL_VG_CHANGE_AUTOACTIVATION (1u << 5)
/** Change `extent_bytes`. Since 0.1. */
#define LVOL_VG_CHANGE_EXTENT_BYTES (1u << 6)
/** Change `system_id`. Since 0.1. */
#define LVOL_VG_CHANGE_SYSTEM_ID (1u << 7)
/** Give the VG a new UUID. Since 0.1. */
#define LVOL_VG_CHANGE_UUID (1u << 8)
/** Nothing, but a new version is written all the same: copies that are old or damaged, and what an interrupted commit left, are
 *  as they should be then. lvm2's vgck --updatemetadata. Since 0.1. */
#define LVOL_VG_CHANGE_NOTHING (1u << 9)

/**
 * Change the properties of VG @p name that @p opts says. Since 0.1.
 *
 * @retval -LVOL_E_INVALID a value breaks the rules or does not fit what is there
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_change(struct lvol_txn *txn, const char *name,
		const struct lvol_vg_change_opts *opts, struct lvol_error *err);

/** Mark VG @p name as exported: no system uses it until it is imported. Since 0.1.
 * @retval -LVOL_E_EXPORTED it is already */
LVOL_API LVOL_MUST_CHECK int lvol_vg_export(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/** Take exported VG @p name into use; begin the transaction with LVOL_TXN_ALLOW_EXPORTED. Since 0.1.
 * @retval -LVOL_E_STATE it is not exported */
LVOL_API LVOL_MUST_CHECK int lvol_vg_import(struct lvol_txn *txn, const char *name, struct lvol_error *err);

/**
 * Move PVs (and the LVs that lie on them) from VG @p from to VG @p to, which is made if the transaction does not hold
 * it. The new VG takes extent size, limits and policy of the old. Since 0.1.
 *
 * @param pvs  device names or UUIDs, NULL-terminated; may be NULL when @p lv is given
 * @param lv   instead: the PVs of this LV; may be NULL
 * @retval -LVOL_E_BUSY     an LV lies on PVs of both sides; it is named
 * @retval -LVOL_E_INVALID  extent sizes differ, a limit is exceeded, no PV would be left, names clash
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_split(struct lvol_txn *txn, const char *from, const char *to,
		const char *const *pvs, const char *lv, struct lvol_error *err);

/**
 * Merge VG @p from into @p into; both are in the transaction. Since 0.1.
 *
 * @retval -LVOL_E_INVALID extent sizes differ or a limit is exceeded
 * @retval -LVOL_E_EXISTS  both have an LV of one name; it is named
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_merge(struct lvol_txn *txn, const char *into, const char *from,
		struct lvol_error *err);

/**
 * Put back a VG as the @p len bytes of the backup text @p text have it, with the next seqno. The PVs of the text must
 * be among the devices; ids that have no label are an error (recreate them with lvol_pv_create() and `restore_text`).
 * Since 0.1.
 *
 * @param name  VG to restore; it must be the text's, and the transaction holds it if it still exists
 * @retval -LVOL_E_CORRUPT    not such a text; the message has the line
 * @retval -LVOL_E_MISSING_PV a PV of the text is not there
 * @retval -LVOL_E_INVALID    the text is of another VG
 */
LVOL_API LVOL_MUST_CHECK int lvol_vg_restore(struct lvol_txn *txn, const char *name, const char *text, size_t len,
		struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_VG_H */
