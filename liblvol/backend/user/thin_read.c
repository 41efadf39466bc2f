/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_read.h"

#include "base/error.h"

int lvi_thin_view(struct thin_md *md, bool held, struct thin_view *out, struct lvol_error *err)
{
	struct thin_super copy;
	int r = lvi_thin_md_usable(md, err);

	if (r)
		return r;
	*out = (struct thin_view){ md, md->sb.mapping_root, md->sb.details_root, md->sb.transaction_id, md->sb.time };
	if (!held)
		return 0;
	if (!md->sb.held_root)
		return lvi_error(err, LVOL_E_NOT_FOUND, md->store.name,
				"there is no metadata snapshot in %s; reserve one first",
				md->store.name);
	r = lvi_thin_super_read(&md->store, md->sb.held_root, &copy, err);
	if (r < 0)
		return r;
	*out = (struct thin_view){ md, copy.mapping_root, copy.details_root, copy.transaction_id, copy.time };
	return 0;
}

int lvi_thin_view_device(const struct thin_view *view, uint64_t id, struct thin_listed *out, struct lvol_error *err)
{
	struct btree devices = lvi_thin_devices(view->md), details = lvi_thin_details_tree(view->md);
	uint8_t value[THIN_DETAILS_BYTES];
	struct btree_cursor c;
	int r = lvi_btree_seek(&c, &devices, view->mapping_root, id, err);

	if (r <= 0)
		return r;
	id = c.key;
	out->id = c.key;
	out->root = lvi_get_le64(c.value);
	lvi_btree_leave(&c);
	r = lvi_btree_lookup(&details, view->details_root, id, value, err);
	if (r < 0)
		return r;
	if (!r || id > THIN_DEVICE_ID_MAX)
		return lvi_error(err, LVOL_E_CORRUPT, view->md->store.name,
				"thin device %llu has mappings, but no details, on %s",
				(unsigned long long)id, view->md->store.name);
	lvi_thin_details_get(value, &out->details);
	return 1;
}

/* The range that begins where the cursor is; @r is what moving it there gave. */
static int collect(struct thin_ranges *w, int r, struct lvol_error *err)
{
	struct thin_mapping m;

	if (r <= 0)
		return r;
	lvi_thin_mapping_get(w->cursor.value, &m);
	w->range = (struct thin_range){ w->cursor.key, m.block, 0, m.time };
	do {
		w->range.length++;
		r = lvi_btree_next(&w->cursor, err);
		if (r > 0)
			lvi_thin_mapping_get(w->cursor.value, &m);
	} while (r > 0 && w->cursor.key == w->range.begin + w->range.length && m.block == w->range.data + w->range.length &&
			m.time == w->range.time);
	return r < 0 ? r : 1;
}

int lvi_thin_ranges_first(struct thin_ranges *w, struct thin_md *md, uint64_t root, uint64_t begin,
		struct lvol_error *err)
{
	w->tree = lvi_thin_mappings(md);
	return collect(w, lvi_btree_seek(&w->cursor, &w->tree, root, begin, err), err);
}

/* After the last range the cursor has left. */
int lvi_thin_ranges_next(struct thin_ranges *w, struct lvol_error *err)
{
	return collect(w, w->cursor.open, err);
}

void lvi_thin_ranges_end(struct thin_ranges *w)
{
	lvi_btree_leave(&w->cursor);
}

struct exclusive { struct thin_md *md; uint64_t blocks; };

static int enter_unshared(void *arg, const struct btree_place *place, struct lvol_error *err)
{
	uint32_t count;
	int r = lvi_tm_count(&((struct exclusive *)arg)->md->tm, place->block, &count, err);

	return r ? r : count <= 1;
}

/* How many values of a leaf that only one tree has are counted once. */
static int count_own(void *arg, const uint8_t *leaf, struct lvol_error *err)
{
	struct exclusive *e = arg;
	struct thin_mapping m;
	uint32_t count;
	int r = 0;

	for (unsigned i = 0; !r && i < node_count(leaf); i++) {
		lvi_thin_mapping_get(node_value(leaf, i), &m);
		r = lvi_sm_count(&e->md->data, m.block, &count, err);
		if (!r)
			e->blocks += count == 1;
	}
	return r;
}

int lvi_thin_exclusive(struct thin_md *md, uint64_t root, uint64_t *out, struct lvol_error *err)
{
	struct exclusive e = { .md = md };
	const struct btree_visit visit = { .enter = enter_unshared, .leaf = count_own, .arg = &e };
	struct btree t = lvi_thin_mappings(md);
	int r = lvi_btree_visit(&t, root, &visit, err);

	*out = e.blocks;
	return r;
}

static void dump_range(struct textbuf *out, const struct thin_range *x)
{
	if (x->length == 1)
		lvi_textbuf_printf(out, "    <single_mapping origin_block=\"%llu\" data_block=\"%llu\" time=\"%u\"/>\n",
				(unsigned long long)x->begin, (unsigned long long)x->data, x->time);
	else
		lvi_textbuf_printf(out,
				"    <range_mapping origin_begin=\"%llu\" data_begin=\"%llu\" length=\"%llu\" time=\"%u\"/>\n",
				(unsigned long long)x->begin, (unsigned long long)x->data, (unsigned long long)x->length, x->time);
}

static int dump_device(struct thin_md *md, const struct thin_listed *dev, struct textbuf *out, struct lvol_error *err)
{
	const struct thin_details *d = &dev->details;
	struct thin_ranges w;
	int r;

	lvi_textbuf_printf(out, "  <device dev_id=\"%u\" mapped_blocks=\"%llu\" transaction=\"%llu\" creation_time=\"%u\" "
			"snap_time=\"%u\">\n", dev->id, (unsigned long long)d->mapped, (unsigned long long)d->transaction_id,
			d->creation_time, d->snapshotted_time);
	for (r = lvi_thin_ranges_first(&w, md, dev->root, 0, err); r > 0; r = lvi_thin_ranges_next(&w, err))
		dump_range(out, &w.range);
	lvi_thin_ranges_end(&w);
	lvi_textbuf_puts(out, "  </device>\n");
	return lvi_error_prefix(r ? err : NULL, r, "thin device %u", dev->id);
}

int lvi_thin_dump(const struct thin_view *view, struct textbuf *out, struct lvol_error *err)
{
	struct thin_md *md = view->md;
	struct thin_listed dev;
	int r;

	lvi_textbuf_printf(out, "<superblock uuid=\"\" time=\"%u\" transaction=\"%llu\" flags=\"%u\" version=\"%u\" "
			"data_block_size=\"%u\" nr_data_blocks=\"%llu\">\n", view->time, (unsigned long long)view->transaction_id,
			md->sb.flags, md->sb.version, md->sb.block_sectors, (unsigned long long)md->data.now.nr_blocks);
	for (r = lvi_thin_view_device(view, 0, &dev, err); r > 0;
	     r = lvi_thin_view_device(view, dev.id + 1ull, &dev, err)) {
		r = dump_device(md, &dev, out, err);
		if (r)
			break;
	}
	lvi_textbuf_puts(out, "</superblock>\n");
	return r ? r : out->failed ? lvi_error_nomem(err) : 0;
}
