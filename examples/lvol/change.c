/* SPDX-License-Identifier: MIT */
#include "change.h"

#include "command.h"
#include "error.h"
#include "picture.h"
#include "tool.h"
#include "vg_set.h"

#include <stdio.h>
#include <string.h>

#define ACTIVATES (LVOL_TXN_ACTIVATE_NEW | LVOL_TXN_ACTIVATE_SKIPPED)

/* What is active changes too, where the kernel can be asked; who is not root can still work on image files. */
static void add_backend(struct tool *tool, const struct vg_set *vgs, struct lvol_backend **backend,
		struct lvol_txn_opts *opts)
{
	struct lvol_error none;

	if (lvol_backend_open(tool->ctx, NULL, backend, &none) < 0)
		*backend = NULL;
	opts->backend = *backend;
	if (!*backend || vgs->leaves_inactive)
		opts->flags &= ~ACTIVATES;
}

static int begin(struct tool *tool, const struct change *change, struct vg_set *vgs, struct lvol_backend **backend,
		struct lvol_txn **out, struct lvol_error *err)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < change->count; i++) {
		ret = change->calls[i]->command->needs(change->calls[i], vgs, err);
		if (ret < 0 && change->places)
			error_add_place(err, change->places[i]);
	}
	if (ret < 0)
		return ret;
	opts.flags = vgs->flags;
	for (size_t i = 0; i < vgs->makes.count; i++)
		if (words_have(&vgs->names, vgs->makes.list[i]))
			opts.flags |= LVOL_TXN_ALLOW_ABSENT;
	add_backend(tool, vgs, backend, &opts);
	return lvol_txn_begin(tool->ctx, vgs->names.list, &opts, out, err);
}

static int apply_all(const struct change *change, struct lvol_txn *txn, struct lvol_error *err)
{
	for (size_t i = 0; i < change->count; i++) {
		struct call *call = change->calls[i];
		int ret = call->command->apply(call, txn, err);

		if (ret < 0) {
			if (change->places)
				error_add_place(err, change->places[i]);
			return ret;
		}
	}
	return 0;
}

static void print_change(const struct lvol_change *change)
{
	static const char signs[] = { [LVOL_CHANGE_CREATE] = '+', [LVOL_CHANGE_REMOVE] = '-',
		[LVOL_CHANGE_MODIFY] = '~' };
	char sign = change->kind > 0 && (size_t)change->kind < sizeof(signs) ? signs[change->kind] : ' ';

	printf("  %c %s %s: %s\n", sign, change->object, change->subject, change->text);
}

static int print_changes(const struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_changes *changes;
	struct lvol_change change;
	int ret = lvol_txn_changes(txn, &changes, err);

	if (ret < 0)
		return ret;
	if (!lvol_changes_count(changes))
		puts("  nothing would change");
	for (size_t i = 0; lvol_changes_get(changes, i, &change); i++)
		print_change(&change);
	lvol_changes_free(changes);
	return 0;
}

/* VGs that would be: those that the transaction began on, as far as they are left, and those that it makes. */
static int print_pictures(struct lvol_txn *txn, const struct words *names, struct lvol_error *err)
{
	struct lvol_error none;
	struct lvol_vg *vg;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < names->count; i++) {
		if (lvol_txn_preview(txn, names->list[i], &vg, &none) < 0)
			continue;
		putchar('\n');
		ret = picture_print(vg, &(struct picture_style){ 0 }, err);
		lvol_vg_unref(vg);
	}
	return ret;
}

static int finish(struct tool *tool, const struct change *change, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = lvol_txn_commit(txn, err);

	if (ret < 0 || tool->settings.quiet)
		return ret;
	for (size_t i = 0; i < change->count; i++) {
		const struct words *notes = &change->calls[i]->notes;

		for (size_t j = 0; j < notes->count; j++)
			printf("  %s\n", notes->list[j]);
	}
	return 0;
}

int change_run(struct tool *tool, const struct change *change, struct lvol_error *err)
{
	struct vg_set vgs = { .pool = &tool->pool };
	struct lvol_backend *backend = NULL;
	struct lvol_txn *txn = NULL;
	int ret = begin(tool, change, &vgs, &backend, &txn, err);

	if (ret == 0)
		ret = apply_all(change, txn, err);
	if (ret == 0 && (change->plan_only || tool->settings.test)) {
		ret = print_changes(txn, err);
		for (size_t i = 0; i < vgs.makes.count; i++)
			words_add_once(&vgs.names, &tool->pool, vgs.makes.list[i]);
		if (ret == 0 && change->plan_only)
			ret = print_pictures(txn, &vgs.names, err);
	} else if (ret == 0) {
		ret = finish(tool, change, txn, err);
	}
	lvol_txn_free(txn);
	lvol_backend_close(backend);
	return ret;
}

int change_created(const struct call *call, const struct lvol_txn *txn, const char *object, struct words *out,
		struct lvol_error *err)
{
	struct pool *pool = &call->tool->pool;
	struct lvol_changes *changes;
	struct lvol_change change;
	int ret = lvol_txn_changes(txn, &changes, err);

	if (ret < 0)
		return ret;
	for (size_t i = 0; lvol_changes_get(changes, i, &change); i++)
		if (change.kind == LVOL_CHANGE_CREATE && !strcmp(change.object, object))
			words_add(out, pool, pool_copy(pool, change.subject, strlen(change.subject)));
	lvol_changes_free(changes);
	return 0;
}
