/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every cipher, way to make vectors and sector size beside the kernel's dm-crypt: what the kernel wrote is read, then what
 * is written in pieces that fit no sector is what the kernel reads.
 */
#include <fcntl.h>

#include "dm_world.h"
#include "guest.h"

#define SECTORS 128
#define BYTES (SECTORS * 512)

static const struct { const char *cipher; unsigned key_bytes; } ciphers[] = {
	{ "aes-xts-plain64", 32 }, { "aes-xts-plain64", 64 }, { "aes-xts-plain", 64 }, { "aes-xts-plain64be", 64 },
	{ "aes-xts-benbi", 64 }, { "aes-xts-null", 32 }, { "aes-xts-essiv:sha256", 64 }, { "aes-xts-eboiv", 64 },
	{ "aes-cbc-plain", 16 }, { "aes-cbc-plain64", 24 }, { "aes-cbc-plain64be", 32 }, { "aes-cbc-benbi", 16 },
	{ "aes-cbc-null", 32 }, { "aes-cbc-essiv:sha256", 16 }, { "aes-cbc-essiv:sha256", 32 }, { "aes-cbc-essiv:md5", 32 },
	{ "aes-cbc-eboiv", 32 }, { "aes-ctr-plain64", 32 }, { "aes-ctr-benbi", 16 }, { "aes-ecb", 16 },
	{ "aes-ecb-plain64", 32 }, { "aes", 32 }, { "aes-plain", 16 }, { "camellia-cbc-plain64", 16 },
	{ "camellia-cbc-essiv:sha256", 24 }, { "camellia-ctr-plain64", 32 }, { "camellia-ecb", 32 },
	{ "des3_ede-cbc-plain64", 24 }, { "des3_ede-cbc-plain64be", 24 }, { "des3_ede-cbc-benbi", 24 },
	{ "des3_ede-cbc-eboiv", 24 }, { "des3_ede-ecb", 24 }, { "cipher_null-ecb", 0 }, { "capi:xts(aes)-plain64", 64 },
	{ "capi:cbc(aes)-essiv:sha256", 32 }, { "capi:ecb(aes)", 32 },
};
static const char *const options[] = {
	"", " 1 sector_size:1024", " 2 sector_size:2048 iv_large_sectors", " 2 allow_discards sector_size:4096",
	" 2 sector_size:4096 iv_large_sectors",
};
/* the last one goes beyond 32 bits inside of the device */
static const char *const iv_offsets[] = { "0", "8", "4294967232" };
#define OPTIONS (sizeof options / sizeof *options)
#define DEVICES (sizeof ciphers / sizeof *ciphers * OPTIONS)

static void print_key(unsigned n, unsigned bytes, char *out)
{
	strcpy(out, "-");
	for (unsigned i = 0; i < bytes; i++)
		sprintf(out + 2 * i, "%02x", (unsigned)t_mix(n * 1000 + i) & 255);
}

static void print_table(unsigned n, const char *disk, char *out, size_t size)
{
	unsigned cipher = n / OPTIONS;
	char key[132];

	print_key(n, ciphers[cipher].key_bytes, key);
	snprintf(out, size, "0 %d crypt %s %s %s %s %u%s", SECTORS, ciphers[cipher].cipher, key, iv_offsets[n % 3], disk,
			n * SECTORS, options[n % OPTIONS]);
}

static void kernel_devices(void)
{
	char *names = calloc(DEVICES, 400), *end = names, table[380];

	for (unsigned n = 0; n < DEVICES; n++) {
		print_table(n, disks[0], table, sizeof table);
		end += sprintf(end, "%sc%u,,,rw,%s", n ? ";" : "", n, table);
	}
	t_write_file("/run/concise", names, strlen(names));
	free(guest_sh("dmsetup create --concise \"$(cat /run/concise)\" && dmsetup mknodes"));
	free(names);
}

static void kernel_gone(void)
{
	free(guest_sh("sync; dmsetup ls | cut -f1 | xargs dmsetup remove --retry && dmsetup mknodes; "
			"echo 3 >/proc/sys/vm/drop_caches"));
}

static void kernel_path(unsigned n, char out[40])
{
	snprintf(out, 40, "/dev/mapper/c%u", n);
}

static void kernel_writes(void)
{
	unsigned char data[BYTES];
	char path[40];

	kernel_devices();
	for (unsigned n = 0; n < DEVICES; n++) {
		kernel_path(n, path);
		t_fill(data, sizeof data, n + 1, 0);
		t_pwrite(path, data, sizeof data, 0);
	}
	kernel_gone();
}

/* The same as on the device, over which it goes. */
static void write_pieces(struct backend_device *dev, unsigned n, unsigned char *data)
{
	unsigned char piece[9000];

	for (unsigned k = 0; k < 8; k++) {
		uint64_t random = t_mix(n * 100 + k);
		unsigned at = random % (BYTES - sizeof piece), len = 1 + (random >> 32) % sizeof piece;

		memset(piece, random >> 24, len);
		memcpy(data + at, piece, len);
		dmw_write(dev, piece, len, at);
	}
	dmw_flush(dev);
}

static void ours(struct dm_world *w, unsigned n, unsigned char *data)
{
	unsigned char found[BYTES];
	struct backend_device *dev;
	char table[380];

	print_table(n, "disk0", table, sizeof table);
	dmw_define(w, "ours", table);
	dev = dmw_open(w, "ours", BACKEND_WRITE);
	t_fill(data, BYTES, n + 1, 0);
	dmw_read(dev, found, BYTES, 0);
	ck_assert_msg(!memcmp(found, data, BYTES), "what the kernel wrote reads otherwise: %s", table);
	write_pieces(dev, n, data);
	dmw_close(dev);
}

START_TEST(the_kernel_reads_what_we_write_and_we_what_it_writes)
{
	unsigned char *data = malloc(DEVICES * BYTES), *found = malloc(BYTES);
	struct dm_world *w = dmw_new();
	char path[40], table[380];

	kernel_writes();
	dmw_path(w, "disk0", disks[0], 0);
	for (unsigned n = 0; n < DEVICES; n++)
		ours(w, n, data + (size_t)n * BYTES);
	dmw_free(w);
	free(guest_sh("sync; echo 3 >/proc/sys/vm/drop_caches"));
	kernel_devices();
	for (unsigned n = 0; n < DEVICES; n++) {
		kernel_path(n, path);
		print_table(n, "disk0", table, sizeof table);
		t_pread(path, found, BYTES, 0);
		ck_assert_msg(!memcmp(found, data + (size_t)n * BYTES, BYTES), "the kernel reads otherwise: %s", table);
	}
	kernel_gone();
	free(found);
	free(data);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("crypt");
	TCase *tests = tcase_create("beside the kernel");

	guest_only();
	tcase_add_test(tests, the_kernel_reads_what_we_write_and_we_what_it_writes);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
