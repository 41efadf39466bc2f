/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/flatten.h"

/* The extent that holds @offset. Written so that the compiler needs no branch that would be guessed wrong. */
static const struct flat_extent *find(const struct flat_map *map, uint64_t offset)
{
	const struct flat_extent *base = map->extents;
	size_t n = map->count;

	while (n > 1) {
		size_t half = n / 2;

		base = base[half].start <= offset ? base + half : base;
		n -= half;
	}
	return base;
}

/* From the stripes to the column; @length is cut to the chunk. */
static void to_column(struct flat_ref *ref, uint64_t *length)
{
	const struct flat_stripes *s = ref->stripes;
	uint64_t chunk, in, row, rest;
	const struct flat_ref *column;

	if (s->chunk_shift) {
		chunk = ref->offset >> s->chunk_shift;
		in = ref->offset & (s->chunk - 1);
	} else {
		chunk = ref->offset / s->chunk;
		in = ref->offset % s->chunk;
	}
	row = chunk / s->count;
	column = &s->columns[chunk % s->count];
	rest = s->chunk - in;
	if (*length > rest)
		*length = rest;
	*ref = *column;
	ref->offset += row * s->chunk + in;
}

void lvi_flat_resolve(const struct flat_map *map, uint64_t offset, uint64_t length, struct flat_place *out)
{
	const struct flat_extent *e = find(map, offset);
	struct flat_ref ref = e->to;
	uint64_t in = offset - e->start;

	if (length > e->length - in)
		length = e->length - in;
	ref.offset += in;
	while (ref.kind >= FLAT_STRIPES) {
		if (ref.kind == FLAT_STRIPES) {
			to_column(&ref, &length);
			continue;
		}
		e = find(ref.map, ref.offset);
		in = ref.offset - e->start;
		if (length > e->length - in)
			length = e->length - in;
		ref = e->to;
		ref.offset += in;
	}
	out->to = ref;
	out->length = length;
}
