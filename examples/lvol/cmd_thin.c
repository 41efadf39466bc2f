/* SPDX-License-Identifier: MIT */
/* thin-ls, thin-diff, thin-check: what the metadata of thin pools say */

#include "commands.h"
#include "error.h"
#include "names.h"
#include "option_values.h"
#include "thin_look.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct thin_args {
	unsigned int json, all;
	struct thin_look_args look;
};

#define FIELD(name) offsetof(struct thin_args, name)
#define JSON_OPTION { 0, "json", NULL, option_flag, FIELD(json), "as JSON" }

static const struct option_row ls_options[] = {
	JSON_OPTION, THIN_LOOK_OPTIONS(FIELD(look)),
	{ 0 }
};

static const struct option_row diff_options[] = {
	JSON_OPTION,
	{ 0, "all", NULL, option_flag, FIELD(all), "also what is the same in both" },
	THIN_LOOK_OPTIONS(FIELD(look)),
	{ 0 }
};

static const struct option_row check_options[] = {
	JSON_OPTION,
	{ 0 }
};
#undef FIELD

static int words_are_lvs(const struct call *call, struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;

	for (size_t i = 0; i < call->words.count; i++)
		if (!name_lv(name_plain(pool, call->words.list[i])))
			return fail(err, LVOL_E_INVALID, call->words.list[i], "is no LV; say VG/LV");
	return 0;
}

/* A text between quotes; messages hold what names and paths may hold. */
static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < ' ')
			printf("\\u%04x", *text);
		else
			putchar(*text);
	}
	putchar('"');
}

static const char *lv_name(const struct lvol_thin_device *device)
{
	return device->lv ? lvol_lv_name(device->lv) : "";
}

/* thin-ls */

static void print_fill(const struct lvol_thin_fill *fill, bool json)
{
	struct size_text chunk = size_show(fill->block_bytes), data = size_show(fill->data_bytes);
	struct size_text metadata = size_show(fill->metadata_bytes);

	if (json) {
		printf("{\"pool\": {\"chunk_bytes\": %" PRIu64 ", \"data_bytes\": %" PRIu64 ", \"data_used_bytes\": %" PRIu64
				", \"metadata_bytes\": %" PRIu64 ", \"metadata_used_bytes\": %" PRIu64 ", \"transaction_id\": %" PRIu64
				", \"needs_check\": %s, \"metadata_snapshot\": %s},\n \"volumes\": [", fill->block_bytes, fill->data_bytes,
				fill->data_used_bytes, fill->metadata_bytes, fill->metadata_used_bytes, fill->transaction_id,
				fill->needs_check ? "true" : "false", fill->has_reserved ? "true" : "false");
		return;
	}
	printf("chunks of %s, data %.2f%% of %s, metadata %.2f%% of %s, transaction %" PRIu64 "%s\n", chunk.text,
			100.0 * (double)fill->data_used_bytes / (double)fill->data_bytes, data.text,
			100.0 * (double)fill->metadata_used_bytes / (double)fill->metadata_bytes, metadata.text,
			fill->transaction_id, fill->needs_check ? ", needs check" : "");
	printf("%8s %-20s %16s %16s %12s %8s %8s\n", "DEV", "LV", "MAPPED", "EXCLUSIVE", "TRANSACTION", "CREATED", "SNAPPED");
}

static void print_device(const struct lvol_thin_device *d, uint64_t exclusive, const char *separator)
{
	if (!separator) {
		printf("%8u %-20s %16" PRIu64 " %16" PRIu64 " %12" PRIu64 " %8u %8u\n", d->id, lv_name(d), d->mapped_bytes, exclusive,
				d->transaction_id, d->creation_time, d->snapshot_time);
		return;
	}
	printf("%s\n  {\"device_id\": %u, \"lv_name\": ", separator, d->id);
	print_quoted(lv_name(d));
	printf(", \"mapped_bytes\": %" PRIu64 ", \"exclusive_bytes\": %" PRIu64 ", \"transaction_id\": %" PRIu64
			", \"creation_time\": %u, \"snapshot_time\": %u}", d->mapped_bytes, exclusive, d->transaction_id,
			d->creation_time, d->snapshot_time);
}

static int list_pool(struct lvol_thin_view *view, bool json, struct lvol_error *err)
{
	struct lvol_thin_device device = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	const char *separator = "";
	int ret = lvol_thin_view_fill(view, &fill, err);

	if (ret < 0)
		return ret;
	print_fill(&fill, json);
	for (ret = lvol_thin_view_device(view, 0, &device, err); ret > 0;
	     ret = lvol_thin_view_device(view, device.id + 1, &device, err)) {
		uint64_t exclusive = 0;

		ret = lvol_thin_view_exclusive(view, device.id, &exclusive, err);
		if (ret < 0)
			break;
		print_device(&device, exclusive, json ? separator : NULL);
		separator = ",";
	}
	if (json)
		puts("]}");
	return ret;
}

static int ls_run(struct call *call, struct lvol_error *err)
{
	const struct thin_args *args = call->args;
	struct thin_look look;
	int ret = thin_look_open(call, call->words.list[0], &args->look, &look, err);

	if (ret == 0)
		ret = list_pool(look.view, args->json, err);
	return thin_look_close(&look, ret, err);
}

const struct command command_thin_ls = {
	.name = "thin-ls", .usage = "VG/POOL", .summary = "List what the volumes of a thin pool map, and what of it is their own",
	.details = "MAPPED and EXCLUSIVE are bytes; EXCLUSIVE is what removing the volume would free. Of an active pool a metadata\n"
			"snapshot is read.",
	.options = ls_options, .args_size = sizeof(struct thin_args),
	.min_words = 1, .max_words = 1,
	.check = words_are_lvs, .run = ls_run,
};

/* thin-diff */

static const char *change_word(int change)
{
	static const char *const words[] = {
		[LVOL_THIN_SAME] = "same", [LVOL_THIN_CHANGED] = "different", [LVOL_THIN_LEFT_ONLY] = "left_only",
		[LVOL_THIN_RIGHT_ONLY] = "right_only",
	};

	return words[change];
}

static int print_differences(struct lvol_thin_diff *diff, bool json, struct lvol_error *err)
{
	struct lvol_thin_diff_range range;
	const char *separator = "";
	int ret;

	while ((ret = lvol_thin_diff_next(diff, &range, err)) > 0) {
		if (json)
			printf("%s\n  {\"change\": \"%s\", \"offset\": %" PRIu64 ", \"length\": %" PRIu64 "}", separator,
					change_word(range.change), range.offset, range.length);
		else
			printf("%-10s %16" PRIu64 " %16" PRIu64 "\n", change_word(range.change), range.offset, range.length);
		separator = ",";
	}
	return ret;
}

static int compare(const struct call *call, const struct thin_look *look, struct lvol_error *err)
{
	const struct thin_args *args = call->args;
	struct lvol_thin_diff *diff;
	uint32_t ids[2];
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < 2; i++)
		ret = thin_look_device(call, look, call->words.list[i], &ids[i], err);
	if (ret == 0)
		ret = lvol_thin_diff_open(look->view, ids, args->all ? LVOL_THIN_DIFF_ALL : 0, &diff, err);
	if (ret < 0)
		return ret;
	if (args->json)
		printf("{\"differences\": [");
	ret = print_differences(diff, args->json, err);
	if (args->json)
		puts("]}");
	lvol_thin_diff_close(diff);
	return ret;
}

static int diff_run(struct call *call, struct lvol_error *err)
{
	const struct thin_args *args = call->args;
	struct thin_look look;
	int ret = thin_look_open(call, call->words.list[0], &args->look, &look, err);

	if (ret == 0)
		ret = compare(call, &look, err);
	return thin_look_close(&look, ret, err);
}

const struct command command_thin_diff = {
	.name = "thin-diff", .usage = "VG/LEFT VG/RIGHT", .summary = "Show in which ranges two thin volumes of a pool differ",
	.details = "Lines of CHANGE, OFFSET and LENGTH in bytes: different (both map it, to different places), left_only, right_only.\n"
			"What the volumes share is passed over, so that it takes as long as there is difference.",
	.options = diff_options, .args_size = sizeof(struct thin_args),
	.min_words = 2, .max_words = 2,
	.check = words_are_lvs, .run = diff_run,
};

/* thin-check */

static const char *wrong_word(int kind)
{
	static const char *const words[] = {
		[LVOL_THIN_WRONG_BLOCK] = "block", [LVOL_THIN_WRONG_OUTSIDE] = "outside", [LVOL_THIN_WRONG_DEVICE] = "device",
		[LVOL_THIN_WRONG_COUNT] = "count", [LVOL_THIN_WRONG_LEAK] = "leak",
	};

	return words[kind];
}

static void print_finding(const struct lvol_thin_finding *f, bool json, const char *separator)
{
	if (!json) {
		puts(f->message);
		return;
	}
	printf("%s\n  {\"kind\": \"%s\", \"device_id\": ", separator, wrong_word(f->kind));
	if (f->device == LVOL_THIN_NO_DEVICE)
		printf("null");
	else
		printf("%u", f->device);
	printf(", \"of\": \"%s\", \"block\": %" PRIu64 ", \"blocks\": %" PRIu64 ", \"message\": ", f->is_data ? "data" : "metadata",
			f->block, f->block_count);
	print_quoted(f->message);
	putchar('}');
}

static int tell_findings(const struct call *call, const struct lvol_thin_findings *findings, struct lvol_error *err)
{
	const struct thin_args *args = call->args;
	struct lvol_thin_finding finding;
	uint64_t count = lvol_thin_findings_count(findings);

	if (args->json)
		printf("{\"count\": %" PRIu64 ", \"findings\": [", count);
	for (size_t i = 0; lvol_thin_findings_get(findings, i, &finding); i++)
		print_finding(&finding, args->json, i ? "," : "");
	if (args->json)
		puts("]}");
	return count ? fail(err, LVOL_E_CORRUPT, call->words.list[0], "its metadata are damaged: %" PRIu64 " findings", count) : 0;
}

static int check_run(struct call *call, struct lvol_error *err)
{
	struct lvol_thin_findings *findings;
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = thin_look_lv(call, call->words.list[0], &vg, &lv, err);

	if (ret < 0)
		return ret;
	ret = lvol_thin_check(lv, &findings, err);
	lvol_vg_unref(vg);
	if (ret < 0)
		return ret;
	ret = tell_findings(call, findings, err);
	lvol_thin_findings_free(findings);
	return ret;
}

const struct command command_thin_check = {
	.name = "thin-check", .usage = "VG/POOL", .summary = "Check the metadata of a thin pool that is not active",
	.options = check_options, .args_size = sizeof(struct thin_args),
	.min_words = 1, .max_words = 1, .read_only = true,
	.check = words_are_lvs, .run = check_run,
};
