/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_PV_H
#define LVOL_PV_H

/**
 * @file lvol/pv.h
 * Physical volumes: read them from a VG or scan, change them in a transaction.
 *
 * Ownership: a `struct lvol_pv` belongs to the VG or scan that it was read from. There is nothing to free.
 * Units: bytes (`_bytes`) or extents (`_extents`).
 * Threads: immutable; any threads may read it at once.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** First PV of @p vg in metadata order, or NULL. Since 0.1. */
LVOL_API const struct lvol_pv *lvol_pv_first(const struct lvol_vg *vg);

/** The PV after @p pv, or NULL after the last. Since 0.1. */
LVOL_API const struct lvol_pv *lvol_pv_next(const struct lvol_pv *pv);

/** The PV on the device called @p name, or with that UUID, or NULL. Since 0.1. */
LVOL_API const struct lvol_pv *lvol_pv_find(const struct lvol_vg *vg, const char *name);

/** Its VG, or NULL when it belongs to none. Since 0.1. */
LVOL_API struct lvol_vg *lvol_pv_vg(const struct lvol_pv *pv);

/** Name of its device; "" when that is missing. Since 0.1. */
LVOL_API const char *lvol_pv_name(const struct lvol_pv *pv);

/** Its device, or NULL when it is missing. Since 0.1. */
LVOL_API const struct lvol_dev *lvol_pv_dev(const struct lvol_pv *pv);

/** Path that the metadata remembers from the last commit, "" for none. Since 0.1. */
LVOL_API const char *lvol_pv_device_hint(const struct lvol_pv *pv);

/** UUID with hyphens (38 characters), written to @p out with a NUL; returns @p out. Since 0.1. */
LVOL_API const char *lvol_pv_uuid(const struct lvol_pv *pv, char out[39]);

/** Size that can be used: extents times extent size; of a PV in no VG what lies behind the first extent. Since 0.1. */
LVOL_API uint64_t lvol_pv_size_bytes(const struct lvol_pv *pv);

/** Size of the device as the metadata (or label) has it. Since 0.1. */
LVOL_API uint64_t lvol_pv_dev_size_bytes(const struct lvol_pv *pv);

/** Extents of the PV; 0 when it belongs to no VG. Since 0.1. */
LVOL_API uint32_t lvol_pv_size_extents(const struct lvol_pv *pv);

/** Extents that LVs use. Since 0.1. */
LVOL_API uint32_t lvol_pv_used_extents(const struct lvol_pv *pv);

/** Offset of the first extent on the device. Since 0.1. */
LVOL_API uint64_t lvol_pv_pe_start_bytes(const struct lvol_pv *pv);

/** Offset of the bootloader area, 0 for none. Since 0.1. */
LVOL_API uint64_t lvol_pv_ba_start_bytes(const struct lvol_pv *pv);

/** Size of the bootloader area. Since 0.1. */
LVOL_API uint64_t lvol_pv_ba_size_bytes(const struct lvol_pv *pv);

/** Whether new extents may be allocated on it. Since 0.1. */
LVOL_API bool lvol_pv_is_allocatable(const struct lvol_pv *pv);

/** Whether it is not among the devices. Since 0.1. */
LVOL_API bool lvol_pv_is_missing(const struct lvol_pv *pv);

/** Whether its label says that a VG uses it. Since 0.1. */
LVOL_API bool lvol_pv_is_in_use(const struct lvol_pv *pv);

/** Whether a second device carries the same id. Since 0.1. */
LVOL_API bool lvol_pv_is_duplicate(const struct lvol_pv *pv);

/** Number of metadata areas, ignored ones too. Since 0.1. */
LVOL_API uint32_t lvol_pv_mda_count(const struct lvol_pv *pv);

/** Number of metadata areas in use. Since 0.1. */
LVOL_API uint32_t lvol_pv_mda_used_count(const struct lvol_pv *pv);

/** Place of metadata area @p i in @p start_bytes and @p size_bytes; false past the last. Since 0.1. */
LVOL_API bool lvol_pv_mda(const struct lvol_pv *pv, uint32_t i, uint64_t *start_bytes, uint64_t *size_bytes);

/** Tag number @p i, NULL past the last. Since 0.1. */
LVOL_API const char *lvol_pv_tag(const struct lvol_pv *pv, size_t i);

/** A run of extents of a PV: used by a segment, or free. Since 0.1. */
struct lvol_pv_run {
	/** First extent on the PV. */
	uint32_t start_extent, count_extents;  /**< Number of extents. */
	const struct lvol_segment *segment;  /**< NULL: free. */
};

/**
 * Fill in @p out with the run that holds extent @p at, cut to begin there; false past the end. Beginning with 0 and
 * going on with start_extent + count_extents covers the PV, used and free, in order. Since 0.1.
 */
LVOL_API bool lvol_pv_run_at(const struct lvol_pv *pv, uint32_t at, struct lvol_pv_run *out);

/** Overwrite signatures of others (file systems, partition tables) on the device; their data is lost. Since 0.1. */
#define LVOL_PV_CREATE_WIPE (1u << 0)
/** Make a PV anew although its label says that a VG uses it; that VG loses it. Since 0.1. */
#define LVOL_PV_CREATE_FORCE_USED (1u << 1)

/** What lvol_pv_create() should create. Zero means default. Since 0.1. */
struct lvol_pv_create_opts {
	size_t struct_size;          /**< Set by LVOL_PV_CREATE_OPTS_INIT. */
	const char *device;          /**< Required: name of a device of the context. */
	uint32_t flags;              /**< LVOL_PV_CREATE_... */
	uint32_t metadata_copies_set;/**< 1: take `metadata_copies`, also if it is 0. */
	uint32_t metadata_copies;    /**< Metadata areas: 0, 1 or 2. Default 1. */
	uint32_t metadata_ignore;    /**< 1: areas are made, but marked as ignored. */
	uint64_t metadata_bytes;     /**< Least size of an area. Default what fits below 1 MiB. */
	uint64_t data_alignment_bytes;        /**< First extent on a multiple of it. Default 1 MiB. */
	uint64_t data_alignment_offset_bytes; /**< And this much further. */
	uint64_t bootloader_bytes;   /**< Room kept in front of the first extent. Default none. */
	uint64_t size_bytes;         /**< Use only so much of the device. Default all. */
	uint32_t label_sector;       /**< 1-4: sector 0-3, one more so that zero is the default. Default 2: sector 1. */
	uint32_t reserved;           /**< Zero. */
	const char *uuid;            /**< Default a new one. */
	const char *restore_text;    /**< Backup text: the PV with `uuid` gets the places that it had there. */
};
/** Begin a struct lvol_pv_create_opts with this: every field default. Since 0.1. */
#define LVOL_PV_CREATE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_pv_create_opts)

/**
 * Make a device a PV as @p opts says.
 *
 * @retval -LVOL_E_NOT_FOUND no such device, or the uuid is not in `restore_text`
 * @retval -LVOL_E_BUSY      it is a PV of a VG, which is named
 * @retval -LVOL_E_SIGNATURE it carries somebody else's data and LVOL_PV_CREATE_WIPE is not given
 * @retval -LVOL_E_EXISTS    another device has that uuid
 * @retval -LVOL_E_INVALID   sizes or alignment that cannot be
 * @retval -LVOL_E_NO_SPACE  the device is too small
 * @retval -LVOL_E_READ_ONLY it cannot be written
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_pv_create(struct lvol_txn *txn, const struct lvol_pv_create_opts *opts,
		struct lvol_error *err);

/**
 * Make PV @p device an ordinary device again. @p flags: LVOL_PV_REMOVE_FORCE_USED. Since 0.1.
 *
 * @retval -LVOL_E_BUSY      it belongs to a VG, which is named
 * @retval -LVOL_E_NOT_FOUND not a PV
 */
LVOL_API LVOL_MUST_CHECK int lvol_pv_remove(struct lvol_txn *txn, const char *device, uint32_t flags,
		struct lvol_error *err);
/** Also when its label says that a VG uses it but no such VG is found. Since 0.1. */
#define LVOL_PV_REMOVE_FORCE_USED (1u << 0)

/**
 * Fit PV @p device to its device, or to @p size_bytes if that is not 0. Since 0.1.
 *
 * @retval -LVOL_E_BUSY     extents past the new end are in use; says how many and by which LV
 * @retval -LVOL_E_INVALID  larger than the device
 */
LVOL_API LVOL_MUST_CHECK int lvol_pv_resize(struct lvol_txn *txn, const char *device, uint64_t size_bytes,
		struct lvol_error *err);

/** What lvol_pv_change() should change: fields whose LVOL_PV_CHANGE_... bit is in `what`. Since 0.1. */
struct lvol_pv_change_opts {
	size_t struct_size;        /**< Set by LVOL_PV_CHANGE_OPTS_INIT. */
	uint32_t what;             /**< LVOL_PV_CHANGE_... bits. */
	uint32_t allocatable;      /**< 0 or 1. */
	uint32_t metadata_ignore;  /**< 0 or 1: for all areas of the PV. */
	uint32_t reserved;         /**< Zero. */
	/** Tags to add, NULL-terminated; used without a bit. */
	const char *const *add_tags, *const *remove_tags;  /**< Tags to remove, likewise. */
};
/** Begin a struct lvol_pv_change_opts with this: every field default. Since 0.1. */
#define LVOL_PV_CHANGE_OPTS_INIT LVOL_OPTS_INIT(struct lvol_pv_change_opts)
/** Change `allocatable`. Since 0.1. */
#define LVOL_PV_CHANGE_ALLOCATABLE (1u << 0)
/** Change `metadata_ignore`. Since 0.1. */
#define LVOL_PV_CHANGE_METADATA_IGNORE (1u << 1)
/** Give the PV a new UUID. Since 0.1. */
#define LVOL_PV_CHANGE_UUID (1u << 2)

/**
 * Change the properties of PV @p device that @p opts says. It belongs to a VG of the transaction (metadata_ignore and
 * the UUID also of one that belongs to none). Since 0.1.
 *
 * @retval -LVOL_E_INVALID a tag breaks the rules, or the VG's last area in use would be ignored
 */
LVOL_API LVOL_MUST_CHECK int lvol_pv_change(struct lvol_txn *txn, const char *device,
		const struct lvol_pv_change_opts *opts, struct lvol_error *err);

LVOL_END_DECLS

#endif /* LVOL_PV_H */
