/* SPDX-License-Identifier: MIT */
/* lvcreate */

#include "cache_args.h"
#include "cached.h"
#include "change.h"
#include "commands.h"
#include "encrypt.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "integrity_args.h"
#include "raid_args.h"
#include "thin_args.h"
#include "thin_warn.h"
#include "tool.h"
#include "vg_set.h"

#include <stddef.h>
#include <string.h>

struct lvcreate_args {
	struct size_spec size;
	const char *name, *type;
	struct number stripes, stripe_size, chunk_size, alloc, permission;
	unsigned snapshot;
	struct raid_args raid;
	struct integrity_args integrity;
	struct thin_args thin;
	struct cache_args cache;
	struct cached_args cached;
	unsigned hybrid;
	struct read_ahead read_ahead;
	enum yes_no zero, activation_skip, autoactivation;
	struct words tags;
	const char *activate;
	unsigned int activates_skipped;
	struct encrypt_args encrypt;
};

#define FIELD(field) offsetof(struct lvcreate_args, field)

static const struct option_row lvcreate_options[] = {
	{ 'L', "size", "SIZE[m|UNIT]", option_size, FIELD(size), "size, rounded up to whole extents" },
	{ 'l', "extents", "NUMBER[%VG|%FREE|%PVS|%ORIGIN]", option_extents, FIELD(size), "size in extents, or a percentage" },
	{ 'n', "name", "LV", option_text, FIELD(name), "name (default: lvolN)" },
	{ 0, "type", "TYPE", option_text, FIELD(type), "linear, striped, zero, error, snapshot, mirror, raid0, raid0_meta, raid1,\n"
		"raid4, raid5[_la|_ra|_ls|_rs|_n], raid6[_zr|_nr|_nc|_n_6|_ls_6|_rs_6|_la_6|_ra_6], raid10, thin, thin-pool,\n"
		"cache-pool, cache or writecache" },
	{ 's', "snapshot", NULL, option_flag, FIELD(snapshot), "make a snapshot of the LV that is named in the VG's place" },
	THIN_OPTION_ROWS(struct lvcreate_args, thin),
	RAID_OPTION_ROWS(struct lvcreate_args, raid),
	RAID_RATE_ROWS(struct lvcreate_args, raid),
	INTEGRITY_OPTION_ROWS(struct lvcreate_args, integrity),
	{ 0, "nosync", NULL, option_flag, FIELD(raid.no_sync), "take the legs of a raid or mirror as they are" },
	{ 'c', "chunksize", "SIZE[k|UNIT]", option_kib, FIELD(chunk_size), "what a snapshot copies at once (default: 4k),\n"
		"or a thin pool gives out at once (default: 64k or more)" },
	{ 'i', "stripes", "NUMBER", option_number, FIELD(stripes), "stripes, each on a PV of its own (default: 1)" },
	{ 'I', "stripesize", "SIZE[k|UNIT]", option_kib, FIELD(stripe_size), "size of a stripe (default: 64k)" },
	{ 0, "alloc", "POLICY", option_alloc, FIELD(alloc), "contiguous, cling, normal, anywhere or inherit" },
	{ 'C', "contiguous", "y|n", option_contiguous, FIELD(alloc), "the same as --alloc contiguous or inherit" },
	{ 'p', "permission", "rw|r", option_permission, FIELD(permission), "read-write or read-only" },
	{ 'r', "readahead", "auto|none|SIZE[s|UNIT]", option_read_ahead, FIELD(read_ahead), "read-ahead" },
	{ 0, "addtag", "TAG", option_word, FIELD(tags), "give it a tag; may be repeated" },
	{ 'k', "setactivationskip", "y|n", option_yes_no, FIELD(activation_skip),
		"leave it out of activation unless asked for by name" },
	{ 0, "setautoactivation", "y|n", option_yes_no, FIELD(autoactivation), "activate it when the system starts" },
	{ 'Z', "zero", "y|n", option_yes_no, FIELD(zero), "zero its first 4 KiB; of a thin pool: each new chunk (default: y)" },
	{ 'W', "wipesignatures", "y|n", option_ignored, 0, "accepted as in lvm2; -Z has the same effect" },
	{ 'a', "activate", "y|n|ay", option_text, FIELD(activate), "n: leave it inactive (default: y, on block devices)" },
	{ 'K', "ignoreactivationskip", NULL, option_flag, FIELD(activates_skipped), "activate it though activation shall skip it" },
	CACHE_OPTION_ROWS(struct lvcreate_args, cache),
	CACHE_FORMAT_ROW(struct lvcreate_args, cache),
	CACHE_SETTINGS_ROW(struct lvcreate_args, cache),
	{ 'H', "cache", NULL, option_flag, FIELD(hybrid), "the same as --type cache" },
	CACHED_OPTION_ROWS(struct lvcreate_args, cached),
	ENCRYPT_OPTIONS(FIELD(encrypt)),
	{ 'A', "autobackup", "y|n", option_ignored, 0, NULL },
	{ 0, "noudevsync", NULL, option_ignored, 0, NULL },
	{ 0 }
};
#undef FIELD

static bool is_snapshot(const struct lvcreate_args *args)
{
	return args->snapshot || (args->type && strcmp(args->type, "snapshot") == 0);
}

static bool is_thin(const struct lvcreate_args *args)
{
	return thin_args_wanted(&args->thin, args->type);
}

static bool is_type(const struct lvcreate_args *args, const char *type)
{
	return args->type && strcmp(args->type, type) == 0;
}

/* A new LV with a cache, or a new cache pool of an LV that is there. */
static bool is_cached(const struct lvcreate_args *args)
{
	return args->hybrid || is_type(args, "cache") || is_type(args, "writecache");
}

/* A snapshot that needs no size. */
static bool is_thin_snapshot(const struct lvcreate_args *args)
{
	return is_snapshot(args) && !size_is_given(&args->size);
}

/* The origin of a snapshot, which is the first word; NULL: it is none. */
static const char *origin_of(const struct call *call)
{
	const char *word;

	if (!is_snapshot(call->args) || !call->words.count)
		return NULL;
	word = name_plain(&call->tool->pool, call->words.list[0]);
	return name_lv(word) ? name_lv(word) : word;
}

/* The VG is the first word, or its origin's, or in front of the name: "-n vg0/root". */
static const char *vg_of(const struct call *call)
{
	const struct lvcreate_args *args = call->args;
	struct pool *pool = &call->tool->pool;
	const char *name = args->name ? name_plain(pool, args->name) : NULL;

	if (name && name_lv(name))
		return name_vg(pool, name);
	name = name_plain(pool, call->words.list[0]);
	return (is_snapshot(args) || is_thin(args) || is_cached(args)) && name_lv(name) ? name_vg(pool, name) : name;
}

/* The LV's name without the VG, NULL when the library should choose one. */
static const char *own_name(const struct call *call)
{
	const struct lvcreate_args *args = call->args;
	const char *name = args->name ? name_plain(&call->tool->pool, args->name) : NULL;

	return name && name_lv(name) ? name_lv(name) : name;
}

/* The thin pool, "pool", that is meant or made: --thinpool, or the first word; NULL: none is named. */
static const char *pool_of(const struct call *call)
{
	const struct lvcreate_args *args = call->args;
	const char *word = args->thin.pool;

	if (!word && is_thin(args) && !is_snapshot(args) && call->words.count)
		word = call->words.list[0];
	if (!word)
		return NULL;
	word = name_plain(&call->tool->pool, word);
	return name_lv(word) || !args->thin.pool ? name_lv(word) : word;
}

/* The first word is no PV: the VG, or an LV of it. */
static bool begins_with_vg(const struct call *call)
{
	const char *word = name_plain(&call->tool->pool, call->words.list[0]);

	return origin_of(call) || ((is_thin(call->args) || is_cached(call->args)) && name_lv(word)) || strcmp(word, vg_of(call)) == 0;
}

/* Words that name PVs: what is left behind the VG. */
static struct words pv_words(const struct call *call)
{
	struct words out = { 0 };

	for (size_t i = call->words.count && begins_with_vg(call); i < call->words.count; i++)
		words_add(&out, &call->tool->pool, tool_device(call->tool, call->words.list[i]));
	return out;
}

static int check_cached(const struct call *call, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;

	if (!is_cached(args) && (cached_args_given(&args->cached) || args->cached.size.given))
		return fail(err, LVOL_E_INVALID, "lvcreate", "an LV with a cache is made with --type cache or writecache");
	if (is_type(args, "writecache") && (args->cached.pool || !cached_args_given(&args->cached)))
		return fail(err, LVOL_E_INVALID, "--type writecache", "wants --cachevol or --cachedevice");
	if (is_cached(args) && !cached_args_given(&args->cached) &&
	    !(call->words.count && name_lv(name_plain(&call->tool->pool, call->words.list[0]))))
		return fail(err, LVOL_E_INVALID, "--type cache", "wants --cachepool, --cachevol or --cachedevice, or VG/LV: the cache pool "
				"that it is to have, or the LV that is to have a new one");
	return cached_args_check(call, &args->cached, err);
}

static int lvcreate_check(const struct call *call, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	int ret;

	if (!call->words.count && !(args->name && name_lv(name_plain(&call->tool->pool, args->name))))
		return fail(err, LVOL_E_INVALID, "lvcreate", "name the VG");
	if (is_snapshot(args) && !call->words.count)
		return fail(err, LVOL_E_INVALID, "lvcreate", "name the origin of the snapshot");
	if (!size_is_given(&args->size) && !is_snapshot(args) && !args->thin.virtual_size.given)
		return fail(err, LVOL_E_INVALID, "lvcreate", "give a size with -L or -l");
	if (args->size.sign)
		return fail(err, LVOL_E_INVALID, "lvcreate", "the size of a new LV has no sign");
	if (args->stripes.given && !args->stripes.value)
		return fail(err, LVOL_E_INVALID, "--stripes", "is at least 1");
	ret = raid_args_check(&args->raid, err);
	if (ret == 0)
		ret = integrity_args_check(&args->integrity, err);
	if (ret == 0)
		ret = thin_args_check(&args->thin, err);
	if (ret == 0)
		ret = cache_args_check(&args->cache, err);
	if (ret == 0)
		ret = check_cached(call, err);
	if (ret == 0)
		ret = encrypt_check(&args->encrypt, err);
	return ret == 0 && args->name ? lvol_lv_name_check(vg_of(call), own_name(call), err) : ret;
}

static int lvcreate_needs(struct call *call, struct vg_set *vgs, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	unsigned int flags = args->activate && !strcmp(args->activate, "n") ? 0 : LVOL_TXN_ACTIVATE_NEW;

	if (args->activate && !flags)
		vgs->leaves_inactive = true;
	if (flags && args->activates_skipped)
		flags |= LVOL_TXN_ACTIVATE_SKIPPED;
	vg_set_add(vgs, vg_of(call), flags);
	return 0;
}

/* Types whose stripes lvm2 chooses where nobody asks for any. */
static bool is_striped_raid(const struct lvcreate_args *args)
{
	return args->type && !strncmp(args->type, "raid", 4) && strcmp(args->type, "raid1") != 0;
}

static struct lvol_lv_create_opts make_opts(struct call *call, const struct words *pvs)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;

	opts.vg = vg_of(call);
	opts.name = own_name(call);
	opts.segtype = args->type;
	opts.origin = origin_of(call);
	opts.chunk_bytes = (uint32_t)args->chunk_size.value;
	opts.size = args->size.size;
	opts.pvs = pvs->list;
	opts.stripe_count = (uint32_t)args->stripes.value;
	if (args->stripes.value > 1 || is_striped_raid(args))
		opts.stripe_bytes = (uint32_t)args->stripe_size.value;
	else if (args->stripe_size.given)
		call_note(call, "Ignoring stripesize argument with single stripe.");
	opts.alloc = (uint32_t)args->alloc.value;
	opts.read_ahead_bytes = args->read_ahead.bytes;
	opts.tags = args->tags.list;
	opts.flags = (args->permission.given && !args->permission.value ? LVOL_LV_CREATE_READ_ONLY : 0) |
			(args->activation_skip == YES || (args->activation_skip == NOT_SAID && is_thin_snapshot(args)) ? LVOL_LV_CREATE_ACTIVATION_SKIP : 0) |
			(args->autoactivation == NO ? LVOL_LV_CREATE_NO_AUTOACTIVATION : 0) |
			(args->zero == NO ? LVOL_LV_CREATE_NO_ZERO : 0);
	return opts;
}

/* Say what came of a size that was not whole extents or stripes, in lvm2's words. */
static void note_rounding(struct call *call, const struct lvol_lv_glance *lv)
{
	const struct lvcreate_args *args = call->args;
	uint64_t extent = lv->size_bytes / lv->size_extents, wanted = args->size.size.extents;

	if (args->size.size.bytes) {
		wanted = (args->size.size.bytes + extent - 1) / extent;
		if (wanted * extent != args->size.size.bytes)
			call_note(call, "Rounding up size to full physical extent %s", size_show(wanted * extent).text);
	}
	if (wanted && wanted < lv->size_extents)
		call_note(call, "Rounding size %s (%llu extents) up to stripe boundary size %s (%u extents).",
				size_show(wanted * extent).text, (unsigned long long)wanted,
				size_show(lv->size_bytes).text, lv->size_extents);
}

static int add_integrity(const struct call *call, struct lvol_txn *txn, const struct lvol_lv_glance *lv,
		struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	const struct lvol_integrity_opts opts = integrity_args_options(&args->integrity);

	return lvol_integrity_add(txn, pool_printf(&call->tool->pool, "%s/%s", lv->vg, lv->name), &opts, err);
}

/* The library may have chosen the name. */
static int finish_created(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_lv_glance lv = LVOL_LV_GLANCE_INIT;
	int ret = lvol_lv_glance(txn, NULL, &lv, err);

	if (ret < 0)
		return ret;
	note_rounding(call, &lv);
	if (args->integrity.wanted == YES)
		ret = add_integrity(call, txn, &lv, err);
	if (ret == 0 && args->encrypt.wanted)
		ret = encrypt_apply(&args->encrypt, txn, pool_printf(&call->tool->pool, "%s/%s", lv.vg, lv.name), err);
	if (ret < 0)
		return ret;
	call_note(call, "Logical volume \"%s\" created.", lv.name);
	return 0;
}

/* A pool, or thin LVs; with both sizes first the one, then the other in it. */
static int create_thin(struct call *call, struct lvol_txn *txn, struct lvol_lv_create_opts *opts, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_thin_opts pool = thin_pool_opts(&args->thin, args->chunk_size.value, args->zero), thin = LVOL_THIN_OPTS_INIT;
	bool both = args->thin.virtual_size.given, makes_pool = !is_snapshot(args) && size_is_given(&args->size);
	struct lvol_lv_glance made = LVOL_LV_GLANCE_INIT;
	const char *own = opts->name;
	int ret = 0;

	opts->chunk_bytes = 0;
	thin.pool = pool_of(call);
	if (makes_pool) {
		opts->segtype = "thin-pool";
		opts->thin = &pool;
		opts->name = both || !own ? pool_of(call) : own;
		ret = lvol_lv_create(txn, opts, err);
		if (ret == 0)
			ret = lvol_lv_glance(txn, NULL, &made, err);
		thin.pool = made.name;
	}
	if (ret < 0 || (makes_pool && !both))
		return ret;
	opts->segtype = "thin";
	opts->thin = &thin;
	opts->name = own;
	opts->pvs = NULL;
	opts->stripe_count = opts->stripe_bytes = 0;
	opts->size = (struct lvol_size){ .bytes = args->thin.virtual_size.value };
	ret = lvol_lv_create(txn, opts, err);
	if (ret == 0)
		thin_warn(call, txn);
	return ret;
}

/* Sizes of pools have options of their own, which thin pools have too. */
static struct lvol_cache_opts cache_opts(const struct call *call)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_cache_opts cache;

	cache_args_given(&args->cache, &call->tool->pool, &cache);
	cache.chunk_bytes = args->chunk_size.value;
	cache.metadata_bytes = args->thin.metadata_size.value;
	cache.flags = args->thin.spare == NO ? LVOL_CACHE_NO_SPARE : 0;
	return cache;
}

/* A new cache pool for the LV that is named in the VG's place. */
static int create_pool_for(struct call *call, struct lvol_txn *txn, struct lvol_lv_create_opts *opts,
		struct lvol_cache_attach_opts *attach, struct lvol_error *err)
{
	struct lvol_lv_glance made = LVOL_LV_GLANCE_INIT;
	struct lvol_cache_opts cache = cache_opts(call);
	int ret;

	opts->segtype = "cache-pool";
	opts->cache = &cache;
	ret = lvol_lv_create(txn, opts, err);
	if (ret == 0)
		ret = lvol_lv_glance(txn, NULL, &made, err);
	attach->fast = pool_printf(&call->tool->pool, "%s/%s", made.vg, made.name);
	return ret < 0 ? ret : cached_attach(call, txn, attach, false, err);
}

/* A new LV with a cache: one that is named in the VG's place or by an option, or a new one. */
static int create_with_cache(struct call *call, struct lvol_txn *txn, struct lvol_lv_create_opts *opts,
		struct lvol_cache_attach_opts *attach, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_lv_glance made = LVOL_LV_GLANCE_INIT;
	struct lvol_cache_opts cache = cache_opts(call);
	int ret;

	opts->segtype = NULL;
	ret = lvol_lv_create(txn, opts, err);
	if (ret == 0)
		ret = finish_created(call, txn, err);
	if (ret == 0)
		ret = lvol_lv_glance(txn, NULL, &made, err);
	attach->lv = pool_printf(&call->tool->pool, "%s/%s", made.vg, made.name);
	attach->cache = &cache;
	cache.flags = 0;
	if (ret == 0 && cached_args_given(&args->cached))
		ret = cached_fast(call, txn, &args->cached, attach->lv, &attach->fast, err);
	if (ret == 0 && is_type(args, "writecache"))
		return cached_attach_writecache(call, txn, &args->cache.settings, attach, err);
	return ret < 0 ? ret : cached_attach(call, txn, attach, args->cached.pool != NULL, err);
}

static int create_cached(struct call *call, struct lvol_txn *txn, struct lvol_lv_create_opts *opts, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	struct lvol_cache_attach_opts attach = LVOL_CACHE_ATTACH_OPTS_INIT;
	const char *word = call->words.count ? name_plain(&call->tool->pool, call->words.list[0]) : "";

	opts->chunk_bytes = 0;
	attach.fast = attach.lv = word;
	if (cached_args_given(&args->cached) || lv_is_of_type(call, word, "cache-pool"))
		return create_with_cache(call, txn, opts, &attach, err);
	return create_pool_for(call, txn, opts, &attach, err);
}

static int lvcreate_apply(struct call *call, struct lvol_txn *txn, struct lvol_error *err)
{
	const struct lvcreate_args *args = call->args;
	const struct words pvs = pv_words(call);
	struct lvol_lv_create_opts opts = make_opts(call, &pvs);
	struct lvol_cache_opts cache;
	struct lvol_raid_opts raid;
	int ret;

	if (raid_args_given(&args->raid, &raid))
		opts.raid = &raid;
	if (is_type(args, "cache-pool")) {
		cache = cache_opts(call);
		opts.cache = &cache;
		opts.chunk_bytes = 0;
	}
	if (is_cached(args))
		return create_cached(call, txn, &opts, err);
	ret = is_thin(args) || is_thin_snapshot(args) ? create_thin(call, txn, &opts, err) : lvol_lv_create(txn, &opts, err);
	if ((opts.stripe_count > 1 || is_striped_raid(args)) && !opts.stripe_bytes)
		call_note(call, "Using default stripesize 64.00 KiB.");
	return ret == 0 ? finish_created(call, txn, err) : ret;
}

const struct command command_lvcreate = {
	.name = "lvcreate", .usage = "VG|ORIGIN [PV|@TAG[:FIRST-LAST]...]", .summary = "Make a logical volume",
	.details = "Named PVs, with extent ranges if wished, are where it may lie, in order of preference.\n"
		"A zero or error LV lies nowhere. The size of a snapshot is the room for what changes; more than a whole copy of\n"
		"its origin needs is not taken.\n",
	.options = lvcreate_options, .args_size = sizeof(struct lvcreate_args),
	.min_words = 0, .max_words = ANY_NUMBER,
	.check = lvcreate_check, .needs = lvcreate_needs, .apply = lvcreate_apply,
};
