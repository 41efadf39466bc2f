/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/cache_settings.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/textbuf.h"
#include "base/units.h"

#define CHUNK_STEP UINT64_C(64)          /* sectors */
#define CHUNK_MOST UINT64_C(2097152)
#define CHUNKS_MOST UINT64_C(1000000)
#define METADATA_FIXED_BYTES (UINT64_C(4) << 20)
#define METADATA_CHUNK_BYTES 44u         /* mapping, and a hint of the largest size */
#define SETTINGS_MOST 1024u              /* bytes */

static const char *const modes[] = { NULL, "writethrough", "writeback", "passthrough" };
static const char *const policies[] = { "smq", "mq", "cleaner" };

uint64_t lvi_cache_metadata_sectors(uint64_t data_sectors, uint64_t chunk_sectors)
{
	return lvi_div_up(METADATA_FIXED_BYTES + data_sectors / chunk_sectors * METADATA_CHUNK_BYTES, LVI_SECTOR_BYTES);
}

uint64_t lvi_cache_least_chunk(uint64_t data_sectors)
{
	return lvi_round_up(lvi_div_up(data_sectors, CHUNKS_MOST), CHUNK_STEP);
}

/* One "key=value" or "key = value" at *at: its key and value, and *at behind it; false at the end or where there is none. */
struct setting { const char *key; size_t key_len; const char *value; size_t value_len; };

static bool next_setting(const char **at, struct setting *out)
{
	const char *s = *at + strspn(*at, " \t\n");

	out->key = s;
	out->key_len = strspn(s, "abcdefghijklmnopqrstuvwxyz_");
	s += out->key_len;
	s += strspn(s, " \t");
	if (!out->key_len || *s != '=')
		return false;
	s += 1 + strspn(s + 1, " \t");
	out->value = s;
	out->value_len = strspn(s, "0123456789");
	s += out->value_len;
	if (!out->value_len || out->value_len >= 20 || (*s && !strchr(" \t\n", *s)))
		return false;
	*at = s;
	return true;
}

static bool settings_are_good(const char *text)
{
	struct setting s;

	if (strlen(text) > SETTINGS_MOST)
		return false;
	while (next_setting(&text, &s))
		;
	return !text[strspn(text, " \t\n")];
}

static bool is_policy(const char *name)
{
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
		if (!strcmp(policies[i], name))
			return true;
	return false;
}

int lvi_cache_opts_check(const struct lvol_cache_opts *o, const char *subject, struct lvol_error *err)
{
	uint64_t chunk = o->chunk_bytes / LVI_SECTOR_BYTES;

	if (o->reserved || o->flags & ~LVOL_CACHE_NO_SPARE)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: unknown flags 0x%x of a cache, or a reserved field is not 0",
				subject,
				o->flags);
	if (o->mode > LVOL_CACHE_PASSTHROUGH)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: there is no cache mode %u", subject, o->mode);
	if (o->metadata_format > 2)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: cache metadata have format 1 or 2, not %u", subject,
				o->metadata_format);
	if (o->chunk_bytes && (o->chunk_bytes % (CHUNK_STEP * LVI_SECTOR_BYTES) || chunk > CHUNK_MOST))
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: chunks of a cache have 32 KiB to 1 GiB, in steps of 32 KiB, and "
				"not %llu bytes", subject, (unsigned long long)o->chunk_bytes);
	if (o->policy && !is_policy(o->policy))
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: there is no cache policy \"%.40s\", but smq, mq and cleaner",
				subject, o->policy);
	if (o->settings && !settings_are_good(o->settings))
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: settings of a cache are KEY=NUMBER, separated by blanks, and not "
				"\"%.60s\"", subject, o->settings);
	return 0;
}

static bool has_setting(const char *text, const struct setting *wanted)
{
	struct setting s;

	while (next_setting(&text, &s))
		if (s.key_len == wanted->key_len && !memcmp(s.key, wanted->key, s.key_len))
			return true;
	return false;
}

static void add_settings(struct textbuf *out, const char *text, const char *but)
{
	struct setting s;

	while (next_setting(&text, &s))
		if (!but || !has_setting(but, &s))
			lvi_textbuf_printf(out, "%.*s=%.*s\n", (int)s.key_len, s.key, (int)s.value_len, s.value);
}

/* Those that were there stay, but for ones of the same name; all of them where they are not of a form that is known
 * here. */
static int apply_settings(const char *settings, struct lvol_segment *seg)
{
	const char *old = lvi_seg_text(seg, SEG_POLICY_SETTINGS);
	struct textbuf out = { 0 };
	int ret;

	if (old && settings_are_good(old))
		add_settings(&out, old, settings);
	else if (old)
		lvi_textbuf_puts(&out, old);
	add_settings(&out, settings, NULL);
	ret = out.failed || lvi_seg_set_text(seg, SEG_POLICY_SETTINGS, out.data ? out.data : "", true) ? -LVOL_E_NO_MEMORY : 0;
	lvi_textbuf_free(&out);
	return ret;
}

int lvi_cache_opts_apply(const struct lvol_cache_opts *o, struct lvol_segment *seg)
{
	if (o->mode && lvi_seg_set_text(seg, SEG_CACHE_MODE, modes[o->mode], false))
		return -LVOL_E_NO_MEMORY;
	if (o->policy && lvi_seg_set_text(seg, SEG_POLICY, o->policy, false))
		return -LVOL_E_NO_MEMORY;
	if (!o->settings)
		return 0;
	/* settings are those of a policy */
	if (!lvi_seg_text(seg, SEG_POLICY) && lvi_seg_set_text(seg, SEG_POLICY, policies[0], false))
		return -LVOL_E_NO_MEMORY;
	return apply_settings(o->settings, seg);
}

int lvi_cache_opts_complete(struct lvol_segment *seg)
{
	if (!lvi_seg_value(seg, SEG_METADATA_FORMAT) && lvi_seg_set_number(seg, SEG_METADATA_FORMAT, 2))
		return -LVOL_E_NO_MEMORY;
	if (!lvi_seg_text(seg, SEG_CACHE_MODE) &&
	    lvi_seg_set_text(seg, SEG_CACHE_MODE, modes[LVOL_CACHE_WRITETHROUGH], false))
		return -LVOL_E_NO_MEMORY;
	return !lvi_seg_text(seg, SEG_POLICY) && lvi_seg_set_text(seg, SEG_POLICY, policies[0], false) ? -LVOL_E_NO_MEMORY : 0;
}
