/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The crypt target: vectors of the standards, golden volumes, a model under random I/O, what is refused. All of its ciphers
 * beside the kernel's: tests/kernel/programs/crypt.c.
 */
#include "config.h"

#include "golden_world.h"
#if HAVE_LIBCRYPTSETUP
#include <libcryptsetup.h>
#endif

#define KEY16 "000102030405060708090a0b0c0d0e0f"
#define KEY32 KEY16 "101112131415161718191a1b1c1d1e1f"
#define KEY64 KEY32 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

static struct lvol_error err;

static struct dm_world *world(const char *table)
{
	struct dm_world *w = dmw_new();

	dmw_memory(w, "disk0", 4096);
	dmw_define(w, "c", table);
	return w;
}

static void check_hex(const unsigned char *data, const char *hex)
{
	for (unsigned i = 0; hex[2 * i]; i++) {
		unsigned byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ck_assert_msg(data[i] == byte, "byte %u is %02x and not %02x", i, data[i], byte);
	}
}

static const struct { const char *table, *plain, *begin; } vectors[] = {
	/* IEEE 1619, vector 4: a whole sector 00 01 ... ff 00 ... */
	{ "0 8 crypt aes-xts-plain64 2718281828459045235360287471352631415926535897932384626433832795 0 disk0 0", NULL,
		"27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c" },
	/* RFC 5794 */
	{ "0 8 crypt aria-cbc-null " KEY16 " 0 disk0 0", "00112233445566778899aabbccddeeff",
		"d718fbd6ab644c739da95f3be6451778" },
	{ "0 8 crypt aria-ecb " KEY32 " 0 disk0 0", "00112233445566778899aabbccddeeff", "f92bd7c79fb72e2f2b8f80c1972d24fc" },
	/* GB/T 32907 */
	{ "0 8 crypt sm4-ecb 0123456789abcdeffedcba9876543210 0 disk0 0", "0123456789abcdeffedcba9876543210",
		"681edf34d206965e86b3e94f536e4246" },
	/* RFC 3713 */
	{ "0 8 crypt camellia-ecb 0123456789abcdeffedcba9876543210 0 disk0 0", "0123456789abcdeffedcba9876543210",
		"67673138549669730857065648eabe43" },
};

START_TEST(vectors_of_the_standards)
{
	struct dm_world *w = world(vectors[_i].table);
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE), *disk;
	unsigned char data[512];

	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = i;
	for (unsigned i = 0; vectors[_i].plain && vectors[_i].plain[2 * i]; i++)
		sscanf(vectors[_i].plain + 2 * i, "%2hhx", &data[i]);
	dmw_write(dev, data, sizeof data, 0);
	ck_assert_int_eq(data[511], 0xff);
	disk = dmw_open(w, "disk0", 0);
	dmw_read(disk, data, sizeof data, 0);
	check_hex(data, vectors[_i].begin);
	dmw_close(disk);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(golden_volumes_read_as_on_the_kernel)
{
	struct scenario s;
	unsigned found = 0;

	open_scenario("crypt", false, &s);
	for (size_t i = 0; i < json_object_array_length(field(s.root, "volumes")); i++) {
		struct json_object *v = json_object_array_get_idx(field(s.root, "volumes"), i);
		struct backend_device *dev = dmw_open(s.w, string_of(v, "dm_name"), 0);

		check_content(dev, v);
		found += kernel_status(&s, string_of(v, "dm_name"), "crypt") != NULL;
		dmw_close(dev);
	}
	ck_assert_uint_eq(found, 3);
	close_scenario(&s);
}
END_TEST

/* Table of all there is behind the header, from the header and the passphrase alone. */
#if HAVE_LIBCRYPTSETUP
static void luks_table(const char *file, char *out, size_t size)
{
	struct crypt_device *cd;
	char key[64], hex[129] = "";
	size_t len = sizeof key;

	ck_assert(!crypt_init(&cd, file) && !crypt_load(cd, CRYPT_LUKS, NULL));
	ck_assert_int_ge(crypt_volume_key_get(cd, CRYPT_ANY_SLOT, key, &len, "golden", 6), 0);
	for (size_t i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", (unsigned char)key[i]);
	snprintf(out, size, "0 %lu crypt %s-%s %s %lu header %lu 1 sector_size:%d", t_file_bytes(file) / 512 -
			crypt_get_data_offset(cd), crypt_get_cipher(cd), crypt_get_cipher_mode(cd), hex, crypt_get_iv_offset(cd),
			crypt_get_data_offset(cd), crypt_get_sector_size(cd));
	crypt_free(cd);
}

START_TEST(luks_volumes_are_opened_with_a_passphrase)
{
	static const char *const lvs[] = { "vg0-luks1", "vg0-luks2" }, *const opened[] = { "c-luks1", "c-luks2" };
	char *dir = t_tmpdir(), *file = t_path(dir, "lv"), table[500];
	struct backend_device *lv, *dev;
	struct scenario s;
	void *data;

	open_scenario("crypt", false, &s);
	lv = dmw_open(s.w, lvs[_i], 0);
	data = malloc(lv->size_bytes);
	dmw_read(lv, data, lv->size_bytes, 0);
	t_sparse_file(file, lv->size_bytes);
	t_pwrite(file, data, lv->size_bytes, 0);
	luks_table(file, table, sizeof table);
	dmw_path(s.w, "header", file, LVOL_DEV_READ_ONLY);
	dmw_define(s.w, "opened", table);
	dev = dmw_open(s.w, "opened", 0);
	for (size_t i = 0; i < json_object_array_length(field(s.root, "volumes")); i++) {
		struct json_object *v = json_object_array_get_idx(field(s.root, "volumes"), i);

		if (!strcmp(string_of(v, "dm_name"), opened[_i]))
			check_content(dev, v);
	}
	dmw_close(dev);
	dmw_close(lv);
	close_scenario(&s);
	free(data);
	free(file);
	free(dir);
}
END_TEST
#endif

#define MODEL_BYTES (1024 * 512)

static void random_step(struct backend_device *dev, unsigned char *model, unsigned char *buf, uint64_t random)
{
	unsigned at = random % MODEL_BYTES, len = 1 + (random >> 20) % (random % 3 ? 5000 : 400000);

	len = len < MODEL_BYTES - at ? len : MODEL_BYTES - at;
	switch (random >> 60 & 3) {
	case 0:
		dmw_zero(dev, len, at);
		memset(model + at, 0, len);
		break;
	case 1:
		dmw_read(dev, buf, len, at);
		ck_assert_mem_eq(buf, model + at, len);
		break;
	default:
		for (unsigned i = 0; i < len; i++)
			model[at + i] = buf[i] = (random + i * 7) >> 3;
		dmw_write(dev, buf, len, at);
		ck_assert_mem_eq(buf, model + at, len);
	}
}

START_TEST(random_io_is_as_on_a_plain_disk)
{
	static const char *const tables[] = {
		"0 1024 crypt aes-xts-plain64 " KEY64 " 0 disk0 8", "0 400 crypt aes-cbc-essiv:sha256 " KEY32 " 7 disk0 0; "
		"400 624 crypt aes-xts-plain64 " KEY64 " 8 disk0 1000 2 sector_size:4096 iv_large_sectors",
		"0 1024 crypt aes-cbc-plain64 " KEY32 " 16 disk0 3 1 sector_size:2048",
	};
	struct dm_world *w = world(tables[_i]);
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE);
	unsigned char *model = calloc(2, MODEL_BYTES), *buf = model + MODEL_BYTES;

	dmw_zero(dev, MODEL_BYTES, 0);
	for (unsigned i = 0; i < 300; i++)
		random_step(dev, model, buf, t_mix(_i * 1000 + i));
	dmw_close(dev);
	dev = dmw_open(w, "c", 0);
	dmw_read(dev, buf, MODEL_BYTES, 0);
	ck_assert_mem_eq(buf, model, MODEL_BYTES);
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
	free(model);
}
END_TEST

/* The bytes below a discard become zeroes, or stay. */
START_TEST(discards_pass_only_if_allowed)
{
	struct dm_world *w = world(_i ? "0 64 crypt cipher_null-ecb - 0 disk0 0 1 allow_discards" :
			"0 64 crypt cipher_null-ecb - 0 disk0 0");
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE);
	char buf[32768];

	dmw_write(dev, memset(buf, 7, sizeof buf), sizeof buf, 0);
	dmw_discard(dev, 8192, 4096);
	dmw_check_byte(dev, 7, 4096, 0);
	dmw_check_byte(dev, _i ? 0 : 7, 8192, 4096);
	dmw_check_byte(dev, 7, sizeof buf - 12288, 12288);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

static const struct { const char *table; int code; const char *says; } refused[] = {
	{ "0 8 crypt", LVOL_E_CORRUPT, "argument 1" },
	{ "0 8 crypt disk0 " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "argument 1" },
	{ "0 8 crypt aes-xts-plain64 disk0 0 disk0 0", LVOL_E_CORRUPT, "argument 2" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 " -1 disk0 0", LVOL_E_CORRUPT, "argument 3" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 " 0 absent 0", LVOL_E_CORRUPT, "argument 4" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 " 0 disk0 4090", LVOL_E_CORRUPT, "disk0" },
	{ "0 8 crypt aes-xts " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "initialisation vectors" },
	{ "0 8 crypt -- " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "neither CIPHER-MODE-IV" },
	{ "0 8 crypt capi: " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "neither CIPHER-MODE-IV" },
	{ "0 8 crypt capi:)(-: " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "neither CIPHER-MODE-IV" },
	{ "0 8 crypt aes-cbc-essiv " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "hash of essiv" },
	{ "0 8 crypt aes-cbc-essiv:sha512 " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "sha512" },
	{ "0 8 crypt camellia-cbc-essiv:none " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "none" },
	{ "0 8 crypt sm4-cbc-essiv:sha256 " KEY16 " 0 disk0 0", LVOL_E_CORRUPT, "not as long as a key" },
	{ "0 8 crypt aes-ecb-essiv:sha256 " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "takes none" },
	{ "0 8 crypt aes-ctr-eboiv " KEY32 " 0 disk0 0", LVOL_E_CORRUPT, "not as long as its blocks" },
	{ "0 8 crypt aes-cbc-lmk " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "lmk" },
	{ "0 8 crypt serpent-xts-plain64 " KEY64 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "serpent" },
	{ "0 8 crypt twofish-cbc-plain64 " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "twofish" },
	{ "0 8 crypt aes:64-cbc-lmk " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "aes:64" },
	{ "0 8 crypt capi:adiantum(xchacha12,aes)-plain64 " KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "adiantum" },
	{ "0 8 crypt aes-xts-plain64 " KEY16 " 0 disk0 0", LVOL_E_CORRUPT, "has 16 bytes; aes in mode xts takes 32 or 48 or 64" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 KEY16 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "AES-192-XTS" },
	{ "0 8 crypt aes-cbc-plain64 - 0 disk0 0", LVOL_E_CORRUPT, "has 0 bytes" },
	{ "0 8 crypt cipher_null-ecb " KEY16 " 0 disk0 0", LVOL_E_CORRUPT, "takes 0" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 KEY16 " 0 disk0 0", LVOL_E_CORRUPT, "more than 64 bytes" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 "0 0 disk0 0", LVOL_E_CORRUPT, "odd number" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 "0g 0 disk0 0", LVOL_E_CORRUPT, "not hexadecimal" },
	{ "0 8 crypt aes-xts-plain64 " KEY32 KEY32 " 0 disk0 0", LVOL_E_NOT_SUPPORTED, "--showkeys" },
	{ "0 8 crypt aes-xts-plain64 :64:logon:cryptsetup:x 0 disk0 0", LVOL_E_NOT_SUPPORTED, "dump-volume-key" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1", LVOL_E_CORRUPT, "announces 1 options and has 0" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 0 allow_discards", LVOL_E_CORRUPT, "announces 0 options and has 1" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 fast", LVOL_E_CORRUPT, "fast" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 disk0", LVOL_E_CORRUPT, "argument 7" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 integrity:28:aead", LVOL_E_NOT_SUPPORTED, "integrity:28:aead" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 sector_size:8192", LVOL_E_CORRUPT, "sector_size:8192" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 sector_size:", LVOL_E_CORRUPT, "sector_size:" },
	{ "0 9 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 sector_size:1024", LVOL_E_CORRUPT, "the length" },
	{ "0 8 crypt aes-xts-plain64 " KEY64 " 5 disk0 0 1 sector_size:4096", LVOL_E_CORRUPT, "the IV offset" },
	{ "0 1 zero; 1 8 crypt aes-xts-plain64 " KEY64 " 0 disk0 0 1 sector_size:4096", LVOL_E_CORRUPT, "the start" },
};

START_TEST(what_cannot_be_is_refused)
{
	struct dm_world *w = world(refused[_i].table);
	struct backend_device *dev;

	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_fails(dmw_try_open(w, "c", 0, &dev, &err), refused[_i].code, err);
	ck_assert_msg(strstr(err.message, refused[_i].says), "\"%s\" does not say \"%s\"", err.message, refused[_i].says);
	ck_assert_msg(!strstr(err.message, "000102"), "the key is in the message: %s", err.message);
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crypt");
	TCase *tests = tcase_create("crypt");

#if !HAVE_LIBCRYPTO || !HAVE_JSONC
	t_skip_all("built without libcrypto or json-c");
#endif
	tcase_add_loop_test(tests, vectors_of_the_standards, 0, sizeof vectors / sizeof *vectors);
	tcase_add_test(tests, golden_volumes_read_as_on_the_kernel);
#if HAVE_LIBCRYPTSETUP
	tcase_add_loop_test(tests, luks_volumes_are_opened_with_a_passphrase, 0, 2);
#endif
	tcase_add_loop_test(tests, random_io_is_as_on_a_plain_disk, 0, 3);
	tcase_add_loop_test(tests, discards_pass_only_if_allowed, 0, 2);
	tcase_add_loop_test(tests, what_cannot_be_is_refused, 0, sizeof refused / sizeof *refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
