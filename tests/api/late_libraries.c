/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcryptsetup and libcrypto are opened when they are needed: on a system without them all else works. */
#include <dlfcn.h>
#include <unistd.h>

#include "lv_world.h"

#define KEY "not so secret"

/* The dynamic linker's, in front of libc's; what begins like this is not installed. */
static const char *absent = "";

LVOL_API void *dlopen(const char *name, int flags)
{
	void *(*real)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	if (name && *absent && !strncmp(name, absent, strlen(absent)))
		return real("libabsent.so.1", flags);
	return real(name, flags);
}

static int format(struct world *w, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_luks_opts o = LVOL_LUKS_OPTS_INIT;

	lv.name = "enc";
	lv.size.extents = 24;
	o.key = KEY;
	o.key_bytes = strlen(KEY);
	o.pbkdf = "pbkdf2";
	o.pbkdf_iterations = 1000;
	begin(w);
	t_ok(lvol_lv_create(w->txn, &lv, err), *err);
	return lvol_luks_format(w->txn, "enc", &o, err);
}

static int open_enc(struct world *w, struct lvol_io **io, struct lvol_error *err)
{
	const struct lvol_luks_key key = { KEY, strlen(KEY) };
	struct lvol_vg *vg = look(w, NULL);
	int r = lvol_luks_open(lvol_lv_find(vg, "enc"), 0, &key, io, err);

	lvol_vg_unref(vg);
	return r;
}

/* What is said names the library and the package; and once it is there the same transaction goes on. */
static void expect_missing(int r, const char *library, const struct lvol_error *err)
{
	ck_assert_msg(r == -LVOL_E_NOT_SUPPORTED, "%d: %s", r, err->message);
	ck_assert_msg(strstr(err->message, library) && strstr(err->message, "package"), "%s", err->message);
}

START_TEST(a_missing_library_is_named_and_breaks_nothing)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_io *io;
	struct world w;

	WORLD(&w, 40);
	absent = "libcryptsetup.so";
	expect_missing(format(&w, &err), absent, &err);
	commit(&w);
	expect_names(&w, NULL, "enc");
	begin(&w);
	t_ok(lvol_lv_remove(w.txn, "enc", &err), err);
	commit(&w);
	absent = "";
	t_ok(format(&w, &err), err);
	commit(&w);
	absent = "libcrypto.so";
	expect_missing(open_enc(&w, &io, &err), absent, &err);
	absent = "";
	t_ok(open_enc(&w, &io, &err), err);
	lvol_io_close(io);
	world_free(&w);
}
END_TEST

START_TEST(listing_opens_neither)
{
	struct lvol_vg *vg;
	struct t_output said;
	struct world w;

	WORLD(&w, 40);
	vg = look(&w, NULL);
	said = t_sh("grep -o 'libcrypt[a-z]*[.]so' /proc/%d/maps | sort -u", (int)getpid());
	ck_assert_msg(!*said.out, "loaded: %s", said.out);
	t_output_free(&said);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("late libraries");
	TCase *tc = make_case(suite, "late libraries");

	if (!lvol_has_feature("cryptsetup") || !lvol_has_feature("libcrypto"))
		t_skip_all("this build lacks libcryptsetup or libcrypto");
	tcase_add_test(tc, listing_opens_neither);
	tcase_add_test(tc, a_missing_library_is_named_and_breaks_nothing);
	return t_main(suite);
}
