/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/flags.h"

#include <string.h>

#define STATUS FLAG_IN_STATUS, FLAG_IN_STATUS
#define FLAGS FLAG_IN_FLAGS, FLAG_IN_FLAGS
/* Words that moved from one list to the other in some version are understood in both. */
#define FLAGS_OR_STATUS FLAG_IN_FLAGS, FLAG_IN_FLAGS | FLAG_IN_STATUS
#define SUFFIX FLAG_IN_TYPE, FLAG_IN_TYPE | FLAG_IN_STATUS

const struct flag_word lvi_vg_flag_words[] = {
	{ VG_EXPORTED, "EXPORTED", STATUS },
	{ VG_RESIZEABLE, "RESIZEABLE", STATUS },
	{ VG_PVMOVE, "PVMOVE", STATUS },
	{ VG_READ, "READ", STATUS },
	{ VG_WRITE, "WRITE", STATUS },
	{ VG_WRITE_LOCKED, "WRITE_LOCKED", FLAGS },
	{ VG_NOAUTOACTIVATE, "NOAUTOACTIVATE", FLAGS },
	{ VG_CLUSTERED, "CLUSTERED", STATUS },
	{ VG_SHARED, "SHARED", STATUS },
	{ VG_PARTIAL, "PARTIAL", 0, FLAG_IN_STATUS | FLAG_IN_FLAGS },   /* in old backups only */
	{ .word = NULL }
};

const struct flag_word lvi_pv_flag_words[] = {
	{ PV_ALLOCATABLE, "ALLOCATABLE", STATUS },
	{ PV_EXPORTED, "EXPORTED", STATUS },
	{ PV_MISSING, "MISSING", FLAGS_OR_STATUS },
	{ .word = NULL }
};

const struct flag_word lvi_lv_flag_words[] = {
	{ LV_READ, "READ", STATUS },
	{ LV_WRITE, "WRITE", STATUS },
	{ LV_WRITE_LOCKED, "WRITE_LOCKED", FLAGS },
	{ LV_FIXED_MINOR, "FIXED_MINOR", STATUS },
	{ LV_VISIBLE, "VISIBLE", STATUS },
	{ LV_PVMOVE, "PVMOVE", STATUS },
	{ LV_LOCKED, "LOCKED", STATUS },
	{ LV_NOTSYNCED, "NOTSYNCED", STATUS },
	{ LV_REBUILD, "REBUILD", STATUS },
	{ LV_RESHAPE, "RESHAPE", SUFFIX },
	{ LV_RESHAPE_DATA_OFFSET, "RESHAPE_DATA_OFFSET", SUFFIX },
	{ LV_RESHAPE_DELTA_DISKS_PLUS, "RESHAPE_DELTA_DISKS_PLUS", SUFFIX },
	{ LV_RESHAPE_DELTA_DISKS_MINUS, "RESHAPE_DELTA_DISKS_MINUS", SUFFIX },
	{ LV_REMOVE_AFTER_RESHAPE, "REMOVE_AFTER_RESHAPE", SUFFIX },
	{ LV_WRITEMOSTLY, "WRITEMOSTLY", STATUS },
	{ LV_ACTIVATION_SKIP, "ACTIVATION_SKIP", FLAGS },
	{ LV_NOAUTOACTIVATE, "NOAUTOACTIVATE", FLAGS },
	{ LV_ERROR_WHEN_FULL, "ERROR_WHEN_FULL", FLAGS },
	{ LV_METADATA_FORMAT, "METADATA_FORMAT", SUFFIX },
	{ LV_CROP_METADATA, "CROP_METADATA", SUFFIX },
	{ LV_CACHE_VOL, "CACHE_VOL", FLAGS_OR_STATUS },
	{ LV_CACHE_USES_CACHEVOL, "CACHE_USES_CACHEVOL", SUFFIX },
	{ .word = NULL }
};

unsigned lvi_flag_find(const struct flag_word *table, enum flag_place place, const char *word, size_t len)
{
	for (; table->word; table++)
		if ((table->accepted & place) && !strncmp(table->word, word, len) && !table->word[len])
			return table->bit;
	return 0;
}

void lvi_flags_write(struct cfg_writer *w, const struct flag_word *table, enum flag_place place, unsigned bits,
		const struct strings *others)
{
	lvi_cfg_list_open(w, place == FLAG_IN_STATUS ? "status" : "flags");
	for (; table->word; table++)
		if (table->written == place && (bits & table->bit))
			lvi_cfg_list_str(w, table->word);
	for (size_t i = 0; others && i < others->count; i++)
		lvi_cfg_list_str(w, others->items[i]);
	lvi_cfg_list_close(w);
}

void lvi_flags_write_suffixes(struct textbuf *out, unsigned lv_bits)
{
	if (!(lv_bits & LV_TYPE_SUFFIX_FLAGS))
		return;
	for (const struct flag_word *f = lvi_lv_flag_words; f->word; f++)
		if (f->written == FLAG_IN_TYPE && (lv_bits & f->bit)) {
			lvi_textbuf_putc(out, '+');
			lvi_textbuf_puts(out, f->word);
		}
}
