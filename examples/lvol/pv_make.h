/* SPDX-License-Identifier: MIT */
#ifndef PV_MAKE_H
#define PV_MAKE_H

/* Making PVs, as pvcreate does, and vgcreate and vgextend on the way. */

#include "command.h"
#include "option_values.h"

#include <stddef.h>

struct pv_args {
	struct number data_alignment, data_alignment_offset, bootloader_size, metadata_size, metadata_copies;
	struct number size, label_sector;
	enum yes_no metadata_ignore;
	const char *uuid, *restore_file;
	unsigned int no_restore_file, force;
};

/* Rows for the option table of a command whose `type args` has a `struct pv_args field`. */
#define PV_OPTIONS(type, field) \
	{ 'f', "force", NULL, option_flag, offsetof(type, field.force), \
		"overwrite what others have on the device; -ff: even a PV that a VG uses" }, \
	{ 0, "dataalignment", "SIZE[k|UNIT]", option_kib, offsetof(type, field.data_alignment), \
		"first extent on a multiple of SIZE (default: 1m)" }, \
	{ 0, "dataalignmentoffset", "SIZE[k|UNIT]", option_kib, offsetof(type, field.data_alignment_offset), \
		"and SIZE further on" }, \
	{ 0, "bootloaderareasize", "SIZE[m|UNIT]", option_mib, offsetof(type, field.bootloader_size), \
		"room in front of the first extent that LVM2 leaves alone" }, \
	{ 0, "metadatasize", "SIZE[m|UNIT]", option_mib, offsetof(type, field.metadata_size), \
		"least size of a metadata area" }, \
	{ 0, "pvmetadatacopies", "0|1|2", option_number, offsetof(type, field.metadata_copies), \
		"metadata areas on the PV (default: 1)" }, \
	{ 0, "metadatacopies", "0|1|2", option_number, offsetof(type, field.metadata_copies), NULL }, \
	{ 0, "metadataignore", "y|n", option_yes_no, offsetof(type, field.metadata_ignore), \
		"make metadata areas, but do not use them" }, \
	{ 0, "labelsector", "0-3", option_number, offsetof(type, field.label_sector), \
		"sector of the label (default: 1)" }, \
	{ 'M', "metadatatype", "lvm2", option_ignored, 0, NULL }, \
	{ 'Z', "zero", "y|n", option_ignored, 0, NULL }

/* Values in range, options that go together. */
int pv_args_check(const struct pv_args *args, struct lvol_error *err);

/* Make `device` a PV, asking on the terminal before anything of others is overwritten. */
int pv_make(struct call *call, struct lvol_txn *txn, const struct pv_args *args, const char *device,
		struct lvol_error *err);

/*
 * For devices that are to join a VG: those that are no PVs yet become PVs as `args` says. Where it says nothing this
 * is left to the library.
 */
int pv_make_missing(struct call *call, struct lvol_txn *txn, const struct pv_args *args, const struct words *devices,
		struct lvol_error *err);

/* Flags for lvol_vg_create() and lvol_vg_extend(). */
uint32_t pv_wipe_flags(const struct call *call, const struct pv_args *args);

/* Note the PVs that the transaction creates beyond the first `known`. */
int pv_note_new(struct call *call, const struct lvol_txn *txn, size_t known, struct lvol_error *err);

/* How many PVs the transaction creates so far. */
int pv_count_new(const struct call *call, const struct lvol_txn *txn, size_t *count, struct lvol_error *err);

#endif
