/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of targets, by the libraries that do it, in memory that stays in the processor's cache. */
#include "config.h"
#include "targets.h"

#include <isa-l/crc.h>
#include <isa-l/raid.h>
#include <stdlib.h>
#include <time.h>
#if HAVE_LIBCRYPTO
#include <openssl/evp.h>
#endif

#define SECONDS 0.01
#define BLOCK 4096
#define CHUNK (64 << 10)
#define DATA 4               /* chunks of a row */

struct cost { void *bufs[DATA + 2]; size_t len; unsigned count; void *arg; };

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* @user bytes of the user's data are dealt with by one call. */
static struct io_result measure(void (*fn)(struct cost *), struct cost *c, size_t user)
{
	double begin = b_now(), cpu = -cpu_now(), end;
	uint64_t bytes = 0;

	do {
		for (unsigned i = 0; i < 16; i++, bytes += user)
			fn(c);
		end = b_now();
	} while (end < begin + SECONDS);
	cpu += cpu_now();
	return (struct io_result){ bytes / (end - begin), bytes / cpu };
}

static void get_memory(struct cost *c, size_t len)
{
	static void *memory[DATA + 2];

	c->len = len;
	for (unsigned i = 0; i < DATA + 2; i++) {
		if (!memory[i] && posix_memalign(&memory[i], 4096, CHUNK))
			b_die("no memory");
		c->bufs[i] = memory[i];
	}
}

static void do_xor(struct cost *c)
{
	xor_gen(c->count, c->len, c->bufs);
}

/* Small: old and new data, old and new parity. */
struct io_result cost_xor(bool write, bool large)
{
	struct cost c = { .count = large ? DATA + 1 : 4 };

	get_memory(&c, large ? CHUNK : BLOCK);
	return measure(do_xor, &c, large ? DATA * CHUNK : BLOCK);
}

static void do_pq(struct cost *c)
{
	pq_gen(c->count, c->len, c->bufs);
}

/* Small: all of the row's other data is read. */
struct io_result cost_pq(bool write, bool large)
{
	struct cost c = { .count = DATA + 2 };

	get_memory(&c, large ? CHUNK : BLOCK);
	return measure(do_pq, &c, large ? DATA * CHUNK : BLOCK);
}

static void do_crc(struct cost *c)
{
	static volatile unsigned sink;

	for (size_t at = 0; at < c->len; at += 512)
		sink = crc32_iscsi((unsigned char *)c->bufs[0] + at, 512, sink);
}

/* Of each sector; a write's on both legs. */
struct io_result cost_crc(bool write, bool large)
{
	struct cost c = { .count = 1 };

	get_memory(&c, BLOCK);
	return measure(do_crc, &c, write ? BLOCK / 2 : BLOCK);
}

#if HAVE_LIBCRYPTO

/* As `openssl speed -evp aes-256-xts -bytes UNIT` does it: one key and vector, again and again. */
static void do_cipher(struct cost *c)
{
	int n;

	for (size_t at = 0; at < BLOCK; at += c->len)
		if (!EVP_CipherUpdate(c->arg, c->bufs[0], &n, c->bufs[0], c->len))
			b_die("libcrypto failed");
}

static struct io_result cost_crypt(unsigned unit, bool write)
{
	unsigned char key[64], iv[16] = { 0 };
	struct cost c = { .arg = EVP_CIPHER_CTX_new() };
	struct io_result speed;

	for (unsigned i = 0; i < sizeof key; i++)
		key[i] = i;
	get_memory(&c, unit);
	if (!EVP_CipherInit_ex(c.arg, EVP_aes_256_xts(), NULL, key, iv, write))
		b_die("libcrypto has no AES-256-XTS");
	speed = measure(do_cipher, &c, BLOCK);
	EVP_CIPHER_CTX_free(c.arg);
	return speed;
}

struct io_result cost_crypt_512(bool write, bool large)
{
	return cost_crypt(512, write);
}

struct io_result cost_crypt_4096(bool write, bool large)
{
	return cost_crypt(4096, write);
}

#endif
