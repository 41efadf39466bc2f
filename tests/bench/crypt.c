/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The crypt target over a disk in memory, one thread, beside what `openssl speed` measures: the cipher of libcrypto on one
 * sector in the cache, over and over, with one key and vector. Both in the same program, one after the other.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fuzz/stack.h"
#include "bench.h"

#define DISK_BYTES (UINT64_C(64) << 20)
#define SECONDS 0.7

static const char key_hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
		"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

static double speed(unsigned bytes, bool encrypt)
{
	unsigned char key[64], iv[16] = { 0 }, *buf = calloc(1, bytes);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	double begin, end;
	uint64_t done = 0;
	int n;

	for (unsigned i = 0; i < sizeof key; i++)
		key[i] = i;
	if (!buf || !EVP_CipherInit_ex(ctx, EVP_aes_256_xts(), NULL, key, iv, encrypt))
		b_die("libcrypto has no AES-256-XTS");
	begin = b_now();
	do {
		for (unsigned i = 0; i < 1000; i++, done += bytes)
			if (!EVP_CipherUpdate(ctx, buf, &n, buf, bytes))
				b_die("libcrypto failed");
		end = b_now();
	} while (end < begin + SECONDS);
	EVP_CIPHER_CTX_free(ctx);
	free(buf);
	return done / (end - begin);
}

static double target(struct backend_device *dev, unsigned char *buf, unsigned block, bool write, bool random)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	double begin = b_now(), end;
	uint64_t done = 0, blocks = DISK_BYTES / block, at = 0;

	do {
		for (unsigned i = 0; i < 16; i++, done += block) {
			at = random ? (at * UINT64_C(6364136223846793005) + 1442695040888963407) : at + 1;
			b_ok(write ? dev->backend->write(dev, buf, block, (at >> 20 * random) % blocks * block, &err) :
					dev->backend->read(dev, buf, block, (at >> 20 * random) % blocks * block, &err), &err, "I/O");
		}
		end = b_now();
	} while (end < begin + SECONDS);
	return done / (end - begin);
}

static void measure(struct backend_device *dev, struct backend_device *plain, unsigned unit)
{
	static const struct { const char *name; unsigned block; bool write, random; } shapes[] = {
		{ "1 MiB read", 1 << 20, false, false }, { "1 MiB write", 1 << 20, true, false },
		{ "4 KiB random read", 4096, false, true }, { "4 KiB random write", 4096, true, true },
	};
	unsigned char *buf = aligned_alloc(4096, 1 << 20);

	for (unsigned i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		double limit, ours, copy;

		memset(buf, i, 1 << 20);
		limit = speed(unit, shapes[i].write);
		copy = target(plain, buf, shapes[i].block, shapes[i].write, shapes[i].random);
		ours = target(dev, buf, shapes[i].block, shapes[i].write, shapes[i].random);
		printf("crypt %4u %-18s %7.0f MB/s; the cipher alone %7.0f, the disk alone %7.0f: %.2f of the cipher, %.2f of both\n",
				unit, shapes[i].name, ours / 1e6, limit / 1e6, copy / 1e6, ours / limit,
				ours * (1 / limit + 1 / copy));
	}
	free(buf);
}

int main(void)
{
	uint8_t *disk = calloc(1, DISK_BYTES);
	struct stack s;

	if (!disk)
		b_die("no memory");
	for (unsigned unit = 512; unit <= 4096; unit *= 8) {
		char line[400];
		struct stack_table crypt[] = { { "c", line }, { NULL, NULL } };
		static const struct stack_table linear[] = { { "l", "0 131072 linear disk0 0\n" }, { NULL, NULL } };
		struct lvol_error err = LVOL_ERROR_INIT;
		struct backend_device *dev, *plain;

		snprintf(line, sizeof line, "0 131072 crypt aes-xts-plain64 %s 0 disk0 0 1 sector_size:%u\n", key_hex, unit);
		stack_open(&s, (struct stack_disk[]){ { disk, DISK_BYTES } }, 1);
		b_ok(stack_device(&s, crypt, BACKEND_WRITE, &dev, &err), &err, "crypt");
		b_ok(stack_device(&s, linear, BACKEND_WRITE, &plain, &err), &err, "linear");
		measure(dev, plain, unit);
		dev->backend->close(dev);
		plain->backend->close(plain);
		stack_close(&s);
	}
	free(disk);
	return 0;
}
