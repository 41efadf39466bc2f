/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps are lvm2's, in its order, because each looks at what the one before left:
 *
 *   1. extents begin at alignment + offset, or behind the bootloader area that begins there
 *   2. the first metadata area takes what it was asked for, rounded up so that it ends where extents may begin; extents
 *      (or the bootloader area) then begin behind it. When the default does not fit it shrinks, to two alignments before
 *      the end if need be; a size that was asked for does not. Restored extents stay where they are and the area takes
 *      at most what is in front of them.
 *   3. the second metadata area takes the end, beginning on a multiple of the alignment if there is room for that
 */
#include "txn/pv_layout.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define PAGE UINT64_C(4096)
#define DEFAULT_ALIGN (UINT64_C(1) << 20)
#define DEFAULT_MDA (DEFAULT_ALIGN - PAGE)
#define MIN_MDA (8 * PAGE)
#define MAX_ALIGN (UINT32_MAX * LVI_SECTOR_BYTES)

struct places {
	uint64_t size;            /* of the device, whole sectors */
	uint64_t align, offset;
	uint64_t pe_start, ba_start, ba_size;
	uint64_t mda_size, mda_least;  /* it begins with the first and may shrink to the second */
	bool fixed;
	const char *subject;
};

static int too_small(const struct places *p, const char *what, uint64_t bytes, struct lvol_error *err)
{
	char need[LVI_SIZE_TEXT_LEN], have[LVI_SIZE_TEXT_LEN];

	return lvi_error(err, LVOL_E_NO_SPACE, p->subject, "%s of %s does not fit %s, which has %s", what,
			lvi_size_text(need, bytes), p->subject, lvi_size_text(have, p->size));
}

static const char *fault_of(const struct pv_layout *w)
{
	if (w->copies > LABEL_MAX_MDAS)
		return "a PV has 0, 1 or 2 metadata areas";
	if (w->label_sector >= LABEL_SCAN_SECTORS)
		return "a label can be in sectors 0 to 3 only";
	if (w->align % LVI_SECTOR_BYTES || w->align_offset % LVI_SECTOR_BYTES)
		return "alignment and its offset are whole sectors of 512 bytes";
	if (w->align > MAX_ALIGN || w->align_offset > MAX_ALIGN)
		return "the alignment is too large";
	if ((w->align ? w->align : DEFAULT_ALIGN) < w->align_offset)
		return "the offset is larger than the alignment";
	return NULL;
}

/* Step 1, for extents that may begin anywhere. */
static int place_extents(struct places *p, uint64_t ba_bytes, struct lvol_error *err)
{
	uint64_t first = p->align + p->offset;

	p->pe_start = first;
	if (!ba_bytes)
		return 0;
	if (ba_bytes > p->size || p->size - ba_bytes < first)
		return too_small(p, "the bootloader area", ba_bytes, err);
	p->ba_start = first;
	p->ba_size = lvi_round_up(ba_bytes, p->align);
	if (p->size < p->ba_start + p->ba_size)
		p->ba_size = p->size - p->ba_start;
	p->pe_start = p->ba_start + p->ba_size;
	return 0;
}

static int check_fixed_bootloader(const struct places *p, const struct pv_layout *w, struct lvol_error *err)
{
	uint64_t first = p->align + p->offset;

	if ((w->ba_start && (w->ba_start > w->pe_start || w->ba_bytes > w->pe_start - w->ba_start)) ||
	    (!w->ba_start && (w->pe_start <= first || w->pe_start - first < w->ba_bytes)))
		return lvi_error(err, LVOL_E_INVALID, p->subject,
				"the bootloader area would overlap the extents, which begin at byte %llu",
				(unsigned long long)w->pe_start);
	return 0;
}

/* Step 1, for extents that are to be where they were. */
static int place_fixed(struct places *p, const struct pv_layout *w, struct lvol_error *err)
{
	int ret = w->ba_bytes ? check_fixed_bootloader(p, w, err) : 0;

	if (ret)
		return ret;
	if (w->pe_start > p->size || w->pe_bytes > p->size - w->pe_start)
		return too_small(p, "the data area of the backup", w->pe_start + w->pe_bytes, err);
	p->pe_start = w->pe_start;
	if (w->ba_bytes) {
		p->ba_start = w->ba_start ? w->ba_start : p->align + p->offset;
		p->ba_size = w->ba_bytes;
	}
	return 0;
}

/* So that what follows the area is aligned, if that fits below @limit. */
static uint64_t align_end(const struct places *p, uint64_t start, uint64_t limit)
{
	uint64_t size = lvi_round_up(start + p->mda_size, p->align) - start;

	if (start + size > limit)
		size = p->mda_size;
	if (p->offset && (start + size) % p->align == 0 && start + size + p->offset <= limit)
		size += p->offset;
	return size;
}

/* What the area has when it has to give way; 0: nothing. */
static uint64_t shrink_to(const struct places *p, uint64_t start, uint64_t limit)
{
	uint64_t end;

	if (p->fixed || limit - start <= 2 * p->align)
		return limit - start;
	end = lvi_round_up(limit - 2 * p->align, p->align);
	return end > start && end <= limit ? end - start : 0;
}

/* Step 2 */
static int place_first(struct places *p, struct disk_area *out, struct lvol_error *err)
{
	uint64_t limit = p->fixed ? p->pe_start : p->size, start = LABEL_SCAN_BYTES, size;

	if (limit < p->ba_size || limit - p->ba_size < start + MIN_MDA)
		return too_small(p, "a metadata area", MIN_MDA, err);
	limit -= p->ba_size;
	if (p->fixed && p->ba_start && p->ba_start < limit)
		limit = p->ba_start;
	start = lvi_round_up(start, PAGE);
	if (limit < start)
		return too_small(p, "a metadata area", MIN_MDA, err);
	size = align_end(p, start, limit);
	if (start + size > limit)
		size = shrink_to(p, start, limit);
	if (size < p->mda_least)
		return too_small(p, "a metadata area", p->mda_least, err);
	*out = (struct disk_area){ start, size };
	if (p->fixed)
		return 0;
	if (p->ba_size)
		p->ba_start = start + size;
	p->pe_start = start + size + p->ba_size;
	return 0;
}

static int place_second(const struct places *p, uint64_t limit, struct disk_area *out, struct lvol_error *err)
{
	uint64_t size = p->mda_size, over;

	if (limit >= p->size)
		return too_small(p, "a second metadata area", size, err);
	if (size > p->size - limit)
		size = p->size - limit;
	over = (p->size - size) % p->align;
	if (over && size + over <= p->size - limit)
		size += over;
	if (size < p->mda_least)
		return too_small(p, "a second metadata area", p->mda_least, err);
	*out = (struct disk_area){ p->size - size, size };
	return 0;
}

int lvi_pv_layout_second(uint64_t device_bytes, uint64_t limit, uint64_t size, const char *subject,
		struct disk_area *out, struct lvol_error *err)
{
	struct places p = {
		.size = lvi_round_down(device_bytes, LVI_SECTOR_BYTES), .align = DEFAULT_ALIGN, .mda_size = size,
		.mda_least = MIN_MDA, .subject = subject,
	};

	return place_second(&p, limit, out, err);
}

static uint64_t least_mda(const struct pv_layout *w)
{
	return w->mda_bytes > MIN_MDA ? lvi_round_up(w->mda_bytes, LVI_SECTOR_BYTES) : MIN_MDA;
}

static uint64_t wanted_mda(const struct pv_layout *w)
{
	if (w->mda_bytes)
		return least_mda(w);
	return w->fixed && w->pe_start ? w->pe_start : DEFAULT_MDA;
}

static int place_all(struct places *p, const struct pv_layout *w, struct label *label, struct lvol_error *err)
{
	int ret;

	if (p->size < LVI_PV_MIN_BYTES)
		return too_small(p, "a PV", LVI_PV_MIN_BYTES, err);
	if (w->copies && p->mda_least > p->size)
		return too_small(p, "a metadata area", p->mda_least, err);
	if (p->size < p->align + p->offset)
		return too_small(p, "the data alignment", p->align + p->offset, err);
	ret = w->fixed ? place_fixed(p, w, err) : place_extents(p, lvi_round_up(w->ba_bytes, LVI_SECTOR_BYTES), err);
	if (!ret && w->copies > 0)
		ret = place_first(p, &label->mdas[0], err);
	if (!ret && w->copies > 1)
		ret = place_second(p, w->fixed && w->pe_bytes ? p->pe_start + w->pe_bytes : p->pe_start, &label->mdas[1], err);
	return ret;
}

int lvi_pv_layout(const struct pv_layout *w, const char *subject, struct label *label, struct lvol_error *err)
{
	struct places p = {
		.size = lvi_round_down(w->device_bytes, LVI_SECTOR_BYTES), .align = w->align ? w->align : DEFAULT_ALIGN,
		.offset = w->align_offset, .mda_size = wanted_mda(w), .mda_least = least_mda(w), .fixed = w->fixed,
		.subject = subject,
	};
	const char *fault = fault_of(w);
	int ret;

	if (fault)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s", fault);
	*label = (struct label){ .sector = w->label_sector, .ext_version = PV_EXT_VERSION };
	ret = place_all(&p, w, label, err);
	if (ret)
		return ret;
	label->device_size = p.size;
	label->mda_count = w->copies;
	label->data_count = 1;
	/* A label cannot say that extents begin at 0; the VG's text can, and it is what counts. */
	label->data[0].offset = p.pe_start ? p.pe_start : DEFAULT_ALIGN;
	if (p.ba_size)
		label->bootloader = (struct disk_area){ p.ba_start, p.ba_size };
	return 0;
}

uint64_t lvi_pv_data_sectors(const struct label *label, uint64_t device_bytes)
{
	uint64_t start = label->data_count ? label->data[0].offset : 0, end = device_bytes;

	for (unsigned i = 0; i < label->mda_count; i++)
		if (label->mdas[i].offset >= start && label->mdas[i].offset < end)
			end = label->mdas[i].offset;
	return end > start ? (end - start) / LVI_SECTOR_BYTES : 0;
}
