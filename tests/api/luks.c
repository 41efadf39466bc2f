/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LUKS volumes on LVs: made with the LV, opened in user space; cryptsetup and qemu read and make the same. */
#include <unistd.h>

#include "lv_world.h"

#define KEY "not so secret"
#define CONTENT 300000

static struct lvol_luks_opts quick(void)
{
	struct lvol_luks_opts o = LVOL_LUKS_OPTS_INIT;

	o.key = KEY;
	o.key_bytes = strlen(KEY);
	o.pbkdf = "pbkdf2";
	o.pbkdf_iterations = 1000;
	return o;
}

static const struct lvol_luks_key right = { KEY, sizeof KEY - 1 };

static void make(struct world *w, const struct lvol_luks_opts *o, uint32_t stripes)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	begin(w);
	lv.name = "enc";
	lv.size.extents = 24;
	lv.stripe_count = stripes;
	t_ok(lvol_lv_create(w->txn, &lv, &err), err);
	t_ok(lvol_luks_format(w->txn, "enc", o, &err), err);
	commit(w);
}

static int open_enc(struct world *w, uint32_t flags, const struct lvol_luks_key *key, struct lvol_io **io,
		struct lvol_error *err)
{
	struct lvol_vg *vg = look(w, NULL);
	int ret = lvol_luks_open(lvol_lv_find(vg, "enc"), flags, key, io, err);

	lvol_vg_unref(vg);
	return ret;
}

/* The bytes of the LV itself, as a file. */
static char *raw_file(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, NULL);
	char *path = t_path(w->dir, "raw"), *buf;
	struct lvol_io *io;
	uint64_t size;

	t_ok(lvol_io_open(lvol_lv_find(vg, "enc"), 0, &io, &err), err);
	size = lvol_io_size_bytes(io);
	buf = malloc(size);
	t_ok(lvol_io_pread(io, buf, size, 0, &err), err);
	t_write_file(path, buf, size);
	free(buf);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	return path;
}

static void fill(unsigned char *buf, unsigned seed)
{
	for (size_t i = 0; i < CONTENT; i++) {
		seed = seed * 1664525u + 1013904223u;
		buf[i] = (unsigned char)(seed >> 13);
	}
}

START_TEST(content_comes_back)
{
	static const struct { const char *cipher; uint32_t bits, sector, stripes; } kinds[] = {
		{ NULL, 0, 0, 1 }, { "aes-xts-plain64", 256, 4096, 1 }, { "aes-cbc-essiv:sha256", 256, 512, 2 },
	};
	unsigned char in[CONTENT], out[CONTENT];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_luks_opts o = quick();
	struct lvol_io *io;
	struct world w;

	WORLD(&w, 40, 40);
	o.cipher = kinds[_i].cipher;
	o.volume_key_bits = kinds[_i].bits;
	o.sector_bytes = kinds[_i].sector;
	make(&w, &o, kinds[_i].stripes);
	fill(in, 1);
	t_ok(open_enc(&w, LVOL_IO_WRITE, &right, &io, &err), err);
	ck_assert_uint_eq(lvol_io_size_bytes(io), 8 * MIB);
	t_ok(lvol_io_pwrite(io, in, CONTENT, 12345, &err), err);
	lvol_io_close(io);
	t_ok(open_enc(&w, 0, &right, &io, &err), err);
	t_ok(lvol_io_pread(io, out, CONTENT, 12345, &err), err);
	ck_assert_mem_eq(in, out, CONTENT);
	t_fails(lvol_io_pwrite(io, in, 1, 0, &err), LVOL_E_READ_ONLY, err);
	lvol_io_close(io);
	world_free(&w);
}
END_TEST

/* What cryptsetup says of the header, and that the key opens it. */
START_TEST(cryptsetup_agrees)
{
	struct lvol_luks_opts o = quick();
	struct t_output said;
	struct world w;
	char *path;

	WORLD(&w, 40);
	o.label = "home";
	o.uuid = "37273756-15e5-4730-9a77-8ceb05ef26e7";
	make(&w, &o, 1);
	path = raw_file(&w);
	said = t_sh("printf '%%s' '%s' | cryptsetup open --test-passphrase --key-file - %s && cryptsetup luksDump %s", KEY, path,
			path);
	ck_assert_msg(said.status == 0, "%s", said.err);
	ck_assert_ptr_nonnull(strstr(said.out, "37273756-15e5-4730-9a77-8ceb05ef26e7"));
	ck_assert_ptr_nonnull(strstr(said.out, "home"));
	ck_assert_ptr_nonnull(strstr(said.out, "pbkdf2"));
	t_output_free(&said);
	free(path);
	world_free(&w);
}
END_TEST

/* LUKS1 as qemu makes it, with content that it encrypted. */
START_TEST(a_volume_of_others)
{
	unsigned char in[CONTENT], out[CONTENT];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct lvol_io *io;
	struct world w;
	char *luks, *plain, *bytes;
	size_t size;

	WORLD(&w, 40);
	fill(in, 2);
	plain = t_path(w.dir, "plain");
	luks = t_path(w.dir, "luks");
	t_write_file(plain, in, CONTENT);
	t_sh_ok("truncate -s 2M %s && make() { qemu-img convert -O luks --object secret,id=k,data='%s' -o key-secret=k,iter-time=100 %s %s; };"
			"for i in 1 2 3 4 5 6 7 8 9 10; do make && exit; sleep 0.2; done; exit 1",
			plain, KEY, plain, luks);
	bytes = t_read_file(luks, &size);
	begin(&w);
	create(&w, "enc", 24);
	commit(&w);
	vg = look(&w, NULL);
	t_ok(lvol_io_open(lvol_lv_find(vg, "enc"), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, bytes, size, 0, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	t_ok(open_enc(&w, 0, &right, &io, &err), err);
	t_ok(lvol_io_pread(io, out, CONTENT, 0, &err), err);
	ck_assert_mem_eq(in, out, CONTENT);
	lvol_io_close(io);
	free(bytes);
	free(plain);
	free(luks);
	world_free(&w);
}
END_TEST

START_TEST(keys_and_headers_that_do_not_fit)
{
	const struct lvol_luks_key wrong = { "wrong", 5 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_luks_opts o = quick();
	struct lvol_vg *vg;
	struct lvol_io *io;
	struct world w;

	WORLD(&w, 60);
	make(&w, &o, 1);
	t_fails(open_enc(&w, 0, &wrong, &io, &err), LVOL_E_PERMISSION, err);
	says(&err, "no key slot");
	t_fails(open_enc(&w, 1u << 30, &right, &io, &err), LVOL_E_INVALID, err);
	begin(&w);
	create(&w, "plain", 1);
	commit(&w);
	vg = look(&w, NULL);
	t_fails(lvol_luks_open(lvol_lv_find(vg, "plain"), 0, &right, &io, &err), LVOL_E_CORRUPT, err);
	says(&err, "vg/plain");
	/* both copies of the header */
	t_ok(lvol_io_open(lvol_lv_find(vg, "enc"), LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_write_zeroes(io, 32768, 0, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	t_fails(open_enc(&w, 0, &right, &io, &err), LVOL_E_CORRUPT, err);
	world_free(&w);
}
END_TEST

START_TEST(what_cannot_be_formatted)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_luks_opts o = quick();
	struct world w;
	char last[256];
	size_t n;

	WORLD(&w, 60);
	begin(&w);
	create(&w, "old", 20);
	commit(&w);
	begin(&w);
	create(&w, "small", 16);
	create(&w, "new", 20);
	n = changes(&w, last, sizeof last);
	t_fails(lvol_luks_format(w.txn, "old", &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_luks_format(w.txn, "absent", &o, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_luks_format(w.txn, "small", &o, &err), LVOL_E_NO_SPACE, err);
	o.cipher = "rot13";
	t_fails(lvol_luks_format(w.txn, "new", &o, &err), LVOL_E_INVALID, err);
	o.cipher = "rot-thirteen";
	ck_assert_int_lt(lvol_luks_format(w.txn, "new", &o, &err), 0);
	o = quick();
	o.pbkdf = "md5";
	t_fails(lvol_luks_format(w.txn, "new", &o, &err), LVOL_E_INVALID, err);
	o = quick();
	o.key_bytes = 0;
	t_fails(lvol_luks_format(w.txn, "new", &o, &err), LVOL_E_INVALID, err);
	ck_assert_uint_eq(changes(&w, last, sizeof last), n);
	o = quick();
	t_ok(lvol_luks_format(w.txn, "new", &o, &err), err);
	t_fails(lvol_luks_format(w.txn, "new", &o, &err), LVOL_E_EXISTS, err);
	/* it may go again */
	t_ok(lvol_lv_remove(w.txn, "new", &err), err);
	commit(&w);
	expect_names(&w, NULL, "old small");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("luks");
	TCase *tc = make_case(suite, "luks");

	if (!lvol_has_feature("cryptsetup"))
		t_skip_all("this build lacks libcryptsetup");
	tcase_add_loop_test(tc, content_comes_back, 0, 3);
	if (!access("/sbin/cryptsetup", X_OK))
		tcase_add_test(tc, cryptsetup_agrees);
	if (!access("/usr/bin/qemu-img", X_OK))
		tcase_add_test(tc, a_volume_of_others);
	tcase_add_test(tc, keys_and_headers_that_do_not_fit);
	tcase_add_test(tc, what_cannot_be_formatted);
	return t_main(suite);
}
