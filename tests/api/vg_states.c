/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a VG's text and its devices say that keeps it from being changed, and what the handle then tells. */
#include <endian.h>

#include "disks.h"

#define AREA UINT64_C(4096)   /* where the metadata area begins */

/* The text of VG "vg" on two disks, with @from replaced by @to; free it. */
static char *text_with(struct world *w, const char *from, const char *to)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, "vg");
	char *text, *at, *out;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	at = strstr(text, from);
	ck_assert_msg(at, "no %s in %s", from, text);
	out = malloc(strlen(text) + strlen(to) + 1);
	ck_assert_ptr_nonnull(out);
	sprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	lvol_string_free(text);
	return out;
}

static uint32_t crc_of(const void *data, size_t len)
{
	const unsigned char *bytes = data;
	uint32_t crc = 0xf597a6cf;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

/* Make this the one committed text of both PVs, as anybody could who writes LVM2's format. */
static void install(struct world *w, char *text)
{
	struct __attribute__((packed)) { uint64_t offset, size; uint32_t crc, flags; } where;
	unsigned char header[512];
	uint32_t crc;

	for (unsigned i = 0; i < 2; i++) {
		t_pread(w->disks[i], header, sizeof header, AREA);
		where.offset = htole64(512);
		where.size = htole64(strlen(text) + 1);
		where.crc = htole32(crc_of(text, strlen(text) + 1));
		where.flags = 0;
		memcpy(header + 40, &where, sizeof where);
		crc = htole32(crc_of(header + 4, sizeof header - 4));
		memcpy(header, &crc, sizeof crc);
		t_pwrite(w->disks[i], header, sizeof header, AREA);
		t_pwrite(w->disks[i], text, strlen(text) + 1, AREA + 512);
	}
	free(text);
	reopen(w);
}

static struct lvol_ctx *other_ctx(const struct world *w, const char *system_id, bool with_disks)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.system_id = system_id;
	t_ok(lvol_ctx_new(&opts, &ctx, &err), err);
	for (unsigned i = 0; i < w->disk_count && with_disks; i++)
		t_ok(lvol_ctx_add_path(ctx, w->disks[i], 0, NULL, &err), err);
	return ctx;
}

static struct lvol_vg *open_in(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;

	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	lvol_ctx_unref(ctx);
	return vg;
}

/* @code 0: nothing is wrong. @says: part of the message. */
static void expect(struct lvol_vg *vg, int code, const char *says)
{
	struct lvol_problem problem;
	size_t i;

	if (!code)
		ck_assert_uint_eq(lvol_vg_problem_count(vg), 0);
	else
		ck_assert_uint_eq(count_problems(vg, code), 1);
	for (i = 0; lvol_vg_problem(vg, i, &problem); i++)
		ck_assert_msg(problem.code != code || strstr(problem.message, says), "%s", problem.message);
	ck_assert_uint_eq(i, lvol_vg_problem_count(vg));
	lvol_vg_unref(vg);
}

static void make(struct world *w)
{
	DISKS(w, 16, 16);
	make_vg(w, "vg", LIST(w->disks[0], w->disks[1]));
	reopen(w);
}

START_TEST(shared)
{
	struct world w;
	struct lvol_vg *vg;
	char *plain;

	make(&w);
	plain = text_with(&w, "", "");
	install(&w, text_with(&w, "max_lv = ", "lock_type = \"sanlock\"\nmax_lv = "));
	vg = look(&w, "vg");
	ck_assert_str_eq(lvol_vg_lock_type(vg), "sanlock");
	ck_assert(!lvol_vg_is_writable(vg));
	expect(vg, LVOL_PROBLEM_SHARED, "sanlock");
	install(&w, plain);
	plain = text_with(&w, "", "");
	install(&w, text_with(&w, "\"RESIZEABLE\"", "\"RESIZEABLE\", \"CLUSTERED\""));
	vg = look(&w, "vg");
	ck_assert(!lvol_vg_is_writable(vg));
	expect(vg, LVOL_PROBLEM_SHARED, "--lock-type none");
	install(&w, plain);
	plain = text_with(&w, "", "");
	install(&w, text_with(&w, "\"RESIZEABLE\"", "\"RESIZEABLE\", \"SHARED\""));
	vg = look(&w, "vg");
	ck_assert(!lvol_vg_is_writable(vg));
	expect(vg, LVOL_PROBLEM_SHARED, "not known");
	install(&w, plain);
	install(&w, text_with(&w, "max_lv = ", "lock_type = \"none\"\nmax_lv = "));
	vg = look(&w, "vg");
	ck_assert(lvol_vg_is_writable(vg));
	expect(vg, 0, NULL);
	world_free(&w);
}
END_TEST

START_TEST(foreign)
{
	struct lvol_vg *vg;
	struct world w;

	make(&w);
	install(&w, text_with(&w, "max_lv = ", "system_id = \"there\"\nmax_lv = "));
	vg = look(&w, "vg");
	ck_assert_str_eq(lvol_vg_system_id(vg), "there");
	expect(vg, LVOL_PROBLEM_FOREIGN, "system id \"there\", and this system has none");
	expect(open_in(other_ctx(&w, "here", true)), LVOL_PROBLEM_FOREIGN, "this is \"here\"");
	expect(open_in(other_ctx(&w, "there", true)), 0, NULL);
	world_free(&w);
}
END_TEST

/* The device is there, but the metadata has given it up. */
START_TEST(given_up)
{
	struct lvol_vg *vg;
	struct world w;

	make(&w);
	install(&w, text_with(&w, "flags = []\n\t\t\tdev_size", "flags = [\"MISSING\"]\n\t\t\tdev_size"));
	vg = look(&w, "vg");
	ck_assert(lvol_vg_is_partial(vg));
	ck_assert_uint_eq(lvol_vg_missing_pv_count(vg), 1);
	expect(vg, LVOL_PROBLEM_MISSING_PV, "");
	world_free(&w);
}
END_TEST

/* It is not there, and nobody remembers where it was. */
START_TEST(not_there)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_problem problem;
	struct lvol_ctx *ctx;
	struct lvol_vg *vg;
	struct world w;
	char *text;

	make(&w);
	text = text_with(&w, "device = ", "nowhere = ");
	ctx = other_ctx(&w, NULL, false);
	t_ok(lvol_vg_open_text(ctx, text, strlen(text), &vg, &err), err);
	ck_assert_uint_eq(lvol_vg_missing_pv_count(vg), 2);
	ck_assert_str_eq(lvol_pv_device_hint(lvol_pv_first(vg)), "");
	ck_assert_str_ne(lvol_pv_device_hint(lvol_pv_next(lvol_pv_first(vg))), "");
	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++)
		ck_assert_msg(!i == !strstr(problem.message, "last seen as"), "%s", problem.message);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	free(text);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("VG states");
	TCase *tests = tcase_create("states");

	tcase_add_test(tests, shared);
	tcase_add_test(tests, foreign);
	tcase_add_test(tests, given_up);
	tcase_add_test(tests, not_there);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
