/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/integrity.h"
#include "base/error.h"
#include "base/units.h"

#define OPTIONS_MAX 18            /* the kernel's */
#define FLUSH_MS_DEFAULT 10000
#define BUFFER_SECTORS_DEFAULT 128
#define PER_BIT_DEFAULT 32768

static int corrupt(const struct integrity *in, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: %s", in->device, what);
}

static const struct option { const char *word; size_t field; uint64_t max; } known[] = {
#define FIELD(name) offsetof(struct integrity_options, name)
	{ "journal_sectors:", FIELD(journal_sectors), UINT32_MAX },
	{ "interleave_sectors:", FIELD(interleave_sectors), UINT32_MAX },
	{ "buffer_sectors:", FIELD(buffer_sectors), UINT32_MAX },
	{ "journal_watermark:", FIELD(ignored), 100 },
	{ "commit_time:", FIELD(ignored), UINT32_MAX },
	{ "block_size:", FIELD(block), 4096 },
	{ "sectors_per_bit:", FIELD(sectors_per_bit), UINT64_MAX },
	{ "bitmap_flush_interval:", FIELD(flush_interval), UINT32_MAX },
	{ "recalculate", FIELD(recalculate), 0 },
	{ "reset_recalculate", FIELD(reset_recalculate), 0 },
	{ "allow_discards", FIELD(allow_discards), 0 },
	{ "fix_padding", FIELD(fix_padding), 0 },
#undef FIELD
};

static int unknown(const struct integrity *in, const char *word, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s: the option \"%.*s\" is not known here",
			in->device, (int)strcspn(word, ":"), word);
}

static int parse_number(const struct integrity *in, const struct option *o, const char *text, uint64_t *out,
		struct lvol_error *err)
{
	char *end;

	*out = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && *out <= o->max && strlen(text) < 20)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: what follows \"%s\" is not a number in range",
			in->device, o->word);
}

static int parse_word(struct integrity *in, const char *word, struct lvol_error *err)
{
	static const char hash[] = "internal_hash:";

	if (!strncmp(word, hash, strlen(hash)))
		return lvi_integrity_hash_find(word + strlen(hash), in->device, &in->hash, err);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		uint64_t *field = (uint64_t *)((char *)&in->options + known[i].field);
		size_t len = strlen(known[i].word);

		if (known[i].max && !strncmp(word, known[i].word, len))
			return parse_number(in, &known[i], word + len, field, err);
		if (!known[i].max && !strcmp(word, known[i].word)) {
			*field = 1;
			return 0;
		}
	}
	return unknown(in, word, err);
}

static int parse_option(const struct user_line *line, struct integrity *in, size_t i, struct lvol_error *err)
{
	const struct dm_arg *arg = &line->line->args[i];
	unsigned port = 0;

	if (!arg->dev)
		return parse_word(in, arg->text, err);
	if (!arg->text || strcmp(arg->text, "meta_device:"))
		return corrupt(in, "there is a device among its options", err);
	if (in->separate)
		return corrupt(in, "it has two metadata devices", err);
	lvi_user_arg_port(line, i, &port, err);
	in->meta = &in->live->ports[port];
	in->separate = true;
	return 0;
}

static int parse_mode(const struct user_line *line, struct integrity *in, struct lvol_error *err)
{
	const char *mode = NULL;
	int r = lvi_user_arg_word(line, 3, &mode, err);

	if (r)
		return r;
	in->options.mode = *mode;
	if (mode[0] && !mode[1] && strchr("JB", *mode))
		return 0;
	if (mode[0] && !mode[1] && strchr("DRI", *mode))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s is in mode %s, which only the kernel can "
				"do; lvm2 uses J (journal) and B (bitmap)", in->device, mode);
	return corrupt(in, "its mode is none of J and B", err);
}

static int parse_fixed(const struct user_line *line, struct integrity *in, struct lvol_error *err)
{
	const char *tag = NULL;
	unsigned port = 0;
	int r = lvi_user_arg_port(line, 0, &port, err);

	if (!r)
		r = lvi_user_arg_u64(line, 1, UINT32_MAX, &in->options.start, err);
	if (!r)
		r = lvi_user_arg_word(line, 2, &tag, err);
	if (!r && strcmp(tag, "-"))
		r = lvi_user_arg_u64(line, 2, INTEGRITY_TAG_MAX, &in->options.tag_size, err);
	if (!r && strcmp(tag, "-") && !in->options.tag_size)
		r = corrupt(in, "its tags have no bytes", err);
	if (r)
		return r;
	in->data = in->meta = &in->live->ports[port];
	return parse_mode(line, in, err);
}

static int check(const struct user_line *line, struct integrity *in, struct lvol_error *err)
{
	struct integrity_options *o = &in->options;

	if (!in->hash.size)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s has tags that come from above (it has no "
				"internal_hash), which only the kernel can do", in->device);
	if (!o->tag_size)
		o->tag_size = in->hash.size;
	if (o->block < 512 || !lvi_is_pow2(o->block))
		return corrupt(in, "its block size is none of 512, 1024, 2048 and 4096", err);
	if (line->length % o->block)
		return corrupt(in, "its size is not a multiple of its block size", err);
	o->recalculate |= o->reset_recalculate;
	return 0;
}

int lvi_integrity_parse(const struct user_line *line, struct integrity *in, struct lvol_error *err)
{
	uint64_t count = 0;
	int r;

	in->options = (struct integrity_options){ .block = 512, .buffer_sectors = BUFFER_SECTORS_DEFAULT,
			.sectors_per_bit = PER_BIT_DEFAULT, .flush_interval = FLUSH_MS_DEFAULT };
	r = parse_fixed(line, in, err);
	if (!r)
		r = lvi_user_arg_u64(line, 4, OPTIONS_MAX, &count, err);
	if (!r)
		r = lvi_user_arg_count(line, 5 + count, err);
	for (size_t i = 5; !r && i < 5 + count; i++)
		r = parse_option(line, in, i, err);
	return r ? r : check(line, in, err);
}
