/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/crypt_cipher.h"

#include <stdlib.h>
#include <string.h>

#include "backend/user/crypt_lane.h"
#include "base/error.h"
#include "base/units.h"

struct crypt_cipher {
	struct libcrypto lib;
	char *device;
	struct crypt_iv iv;
	uint64_t first;                /* number of the sector of 512 bytes at the start of the line */
	unsigned iv_shift;
	pthread_mutex_t lock;          /* of the lanes */
	struct crypt_lane *model;      /* keyed; others are copies of it */
	struct crypt_lane *idle;
};

/* What libcrypto calls a cipher with a key of so many bytes. @block_bits: logarithm of the block, as the kernel has it. */
struct known { const char *cipher, *mode, *name; uint8_t key_bytes, block_bits; };

#define THREE(cipher, mode, NAME, MODE, block_bits) \
	{ cipher, mode, NAME "-128-" MODE, 16, block_bits }, { cipher, mode, NAME "-192-" MODE, 24, block_bits }, \
	{ cipher, mode, NAME "-256-" MODE, 32, block_bits }
#define MODES(cipher, NAME) \
	THREE(cipher, "cbc", NAME, "CBC", 4), THREE(cipher, "ctr", NAME, "CTR", 0), THREE(cipher, "ecb", NAME, "ECB", 4)

static const struct known knowns[] = {
	{ "aes", "xts", "AES-128-XTS", 32, 4 }, { "aes", "xts", "AES-192-XTS", 48, 4 }, { "aes", "xts", "AES-256-XTS", 64, 4 },
	MODES("aes", "AES"), MODES("camellia", "CAMELLIA"), MODES("aria", "ARIA"),
	{ "sm4", "cbc", "SM4-CBC", 16, 4 }, { "sm4", "ctr", "SM4-CTR", 16, 0 }, { "sm4", "ecb", "SM4-ECB", 16, 4 },
	{ "des3_ede", "cbc", "DES-EDE3-CBC", 24, 3 }, { "des3_ede", "ecb", "DES-EDE3-ECB", 24, 3 },
	{ "cipher_null", "ecb", "NULL", 0, 0 },
};
#define KNOWN_COUNT (sizeof knowns / sizeof *knowns)

static const struct known *find_known(const char *cipher, const char *mode, size_t key_bytes)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (!strcmp(knowns[i].cipher, cipher) && !strcmp(knowns[i].mode, mode) && knowns[i].key_bytes == key_bytes)
			return &knowns[i];
	return NULL;
}

static int not_known(const struct crypt_args *args, struct lvol_error *err)
{
	char lengths[64] = "";

	for (size_t i = 0, n = 0; i < KNOWN_COUNT; i++)
		if (!strcmp(knowns[i].cipher, args->spec.cipher) && !strcmp(knowns[i].mode, args->spec.mode))
			n += snprintf(lengths + n, sizeof lengths - n, "%s%u", n ? " or " : "", knowns[i].key_bytes);
	if (*lengths)
		return lvi_error(err, LVOL_E_CORRUPT, args->device, "the key of %s has %zu bytes; %s in mode %s takes %s", args->device,
				args->key_bytes, args->spec.cipher, args->spec.mode, lengths);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device, "%s is encrypted with %s in mode %s, which libcrypto does not "
			"have; the kernel's device-mapper may", args->device, args->spec.cipher, args->spec.mode);
}

/* Why libcrypto gave nothing; what it noted goes away, the caller's own notes stay. */
static int crypto_failed(struct crypt_cipher *c, const struct crypt_args *args, const char *what, struct lvol_error *err)
{
	unsigned long why = c->lib.ERR_peek_last_error();

	/* to note something takes memory, too; and a cipher cannot be initialised that has no room for its state */
	if (!why || ERR_GET_REASON(why) == ERR_R_MALLOC_FAILURE || ERR_GET_REASON(why) == EVP_R_INITIALIZATION_ERROR)
		return lvi_error_nomem(err);
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device, "libcrypto has no %s for %s: %s", what, args->device,
			c->lib.ERR_reason_error_string(why));
}

/*
 * EVP_Cipher() is the cipher without what EVP_CipherUpdate() does about padding. Padding is not turned off, because
 * EVP_CipherInit_ex() would do that again for each vector: a tenth of what a sector of 512 bytes costs.
 */
bool lvi_crypt_one(const struct crypt_lane *lane, EVP_CIPHER_CTX *ctx, const unsigned char *iv,
		const struct crypt_unit *unit)
{
	if (iv && !lane->lib->EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, -1))
		return false;
	return lane->lib->EVP_Cipher(ctx, unit->out, unit->in, unit->len) >= 0;
}

static int key_context(const struct libcrypto *lib, const EVP_CIPHER *cipher, const unsigned char *key, bool encrypt,
		EVP_CIPHER_CTX **out)
{
	*out = lib->EVP_CIPHER_CTX_new();
	return *out && lib->EVP_CipherInit_ex2(*out, cipher, key, NULL, encrypt, NULL) ? 0 : -1;
}

static bool halves_equal(const struct libcrypto *lib, const struct crypt_args *args)
{
	size_t half = args->key_bytes / 2;

	return !strcmp(args->spec.mode, "xts") && !lib->CRYPTO_memcmp(args->key, args->key + half, half);
}

/* The kernel takes such a key; `dmsetup table` without --showkeys makes one. */
static int equal_halves(const struct crypt_args *args, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device, "both halves of the key of %s are the same, which libcrypto "
			"refuses in mode xts; if they are zeroes, ask for the table with `dmsetup table --showkeys`", args->device);
}

static int key_model(struct crypt_cipher *c, const struct crypt_args *args, const struct known *known,
		struct lvol_error *err)
{
	EVP_CIPHER *cipher;
	int r = 0;

	if (halves_equal(&c->lib, args))
		return equal_halves(args, err);
	cipher = c->lib.EVP_CIPHER_fetch(NULL, known->name, NULL);
	if (!cipher || key_context(&c->lib, cipher, args->key, true, &c->model->encrypt) ||
	    key_context(&c->lib, cipher, args->key, false, &c->model->decrypt))
		r = crypto_failed(c, args, known->name, err);
	else
		c->iv.bytes = c->lib.EVP_CIPHER_get_iv_length(cipher);
	c->lib.EVP_CIPHER_free(cipher);
	return r;
}

static int bad_iv(const struct crypt_args *args, const char *why, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, args->device, "%s in mode %s of %s cannot have initialisation vectors of %s: %s",
			args->spec.cipher, args->spec.mode, args->device, args->spec.iv, why);
}

/* Hashes whose names are those of the kernel and of libcrypto, and whose sums are the key of some cipher. */
static bool known_hash(const char *name)
{
	static const char *const hashes[] = { "md5", "sha256", "sha3-256", "sm3", "blake2s-256" };

	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (!strcmp(name, hashes[i]))
			return true;
	return false;
}

static int key_seal_with(struct crypt_cipher *c, const struct crypt_args *args, const unsigned char *sum, unsigned bytes,
		struct lvol_error *err)
{
	const struct known *block = find_known(args->spec.cipher, "ecb", bytes);
	EVP_CIPHER *cipher;
	int r = 0;

	if (!block)
		return bad_iv(args, "the hash is not as long as a key", err);
	cipher = c->lib.EVP_CIPHER_fetch(NULL, block->name, NULL);
	if (!cipher || key_context(&c->lib, cipher, sum, true, &c->model->seal))
		r = crypto_failed(c, args, block->name, err);
	c->lib.EVP_CIPHER_free(cipher);
	return r;
}

static int key_seal(struct crypt_cipher *c, const struct crypt_args *args, struct lvol_error *err)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned bytes;
	EVP_MD *md;
	int r;

	if (!known_hash(args->spec.hash))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device, "%s has initialisation vectors of essiv:%s; known are "
				"md5, sha256, sha3-256, sm3 and blake2s-256", args->device, args->spec.hash);
	md = c->lib.EVP_MD_fetch(NULL, args->spec.hash, NULL);
	if (md && c->lib.EVP_Digest(args->key, args->key_bytes, sum, &bytes, md, NULL))
		r = key_seal_with(c, args, sum, bytes, err);
	else
		r = crypto_failed(c, args, args->spec.hash, err);
	c->lib.EVP_MD_free(md);
	explicit_bzero(sum, sizeof sum);
	return r;
}

static int choose_iv(struct crypt_cipher *c, const struct crypt_args *args, const struct known *known,
		struct lvol_error *err)
{
	bool essiv = !strcmp(args->spec.iv, "essiv");

	/* the kernel does not look at what is said of vectors where there are none */
	if (!c->iv.bytes)
		return essiv ? bad_iv(args, "it takes none", err) : 0;
	c->iv.mode = lvi_crypt_iv_find(args->spec.iv);
	if (!c->iv.mode)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device, "%s has initialisation vectors of %s; known are plain, "
				"plain64, plain64be, benbi, null, essiv and eboiv", args->device, args->spec.iv);
	c->iv.block_bits = known->block_bits;
	if (essiv)
		return key_seal(c, args, err);
	if (c->iv.mode->of_blocks && c->iv.bytes != 1u << known->block_bits)
		return bad_iv(args, "they are not as long as its blocks", err);
	return 0;
}

static void lane_free(struct crypt_lane *lane)
{
	if (!lane)
		return;
	if (lane->lib) {
		lane->lib->EVP_CIPHER_CTX_free(lane->encrypt);
		lane->lib->EVP_CIPHER_CTX_free(lane->decrypt);
		lane->lib->EVP_CIPHER_CTX_free(lane->seal);
	}
	free(lane->room);
	free(lane);
}

static bool copy_context(const struct libcrypto *lib, EVP_CIPHER_CTX **out, const EVP_CIPHER_CTX *from)
{
	if (!from)
		return true;
	*out = lib->EVP_CIPHER_CTX_new();
	return *out && lib->EVP_CIPHER_CTX_copy(*out, from);
}

static int lane_new(const struct crypt_lane *model, struct crypt_lane **out, struct lvol_error *err)
{
	const struct libcrypto *lib = model->lib;
	struct crypt_lane *lane = calloc(1, sizeof *lane);
	bool ok;

	if (!lane)
		return lvi_error_nomem(err);
	lane->lib = lib;
	lib->ERR_set_mark();
	ok = copy_context(lib, &lane->encrypt, model->encrypt) && copy_context(lib, &lane->decrypt, model->decrypt) &&
		copy_context(lib, &lane->seal, model->seal);
	lib->ERR_pop_to_mark();
	if (ok) {
		*out = lane;
		return 0;
	}
	lane_free(lane);
	return lvi_error_nomem(err);
}

static int prepare(struct crypt_cipher *c, const struct crypt_args *args, struct lvol_error *err)
{
	const struct known *known = find_known(args->spec.cipher, args->spec.mode, args->key_bytes);
	int r;

	if (!known)
		return not_known(args, err);
	r = lvi_libcrypto_open(&(struct library_use){ args->device, "encryption" }, &c->lib, err);
	if (r)
		return r;
	c->model->lib = &c->lib;
	c->lib.ERR_set_mark();
	r = key_model(c, args, known, err);
	if (!r)
		r = choose_iv(c, args, known, err);
	c->lib.ERR_pop_to_mark();
	return r ? r : lane_new(c->model, &c->idle, err);
}

int lvi_crypt_cipher_new(const struct crypt_args *args, struct crypt_cipher **out, struct lvol_error *err)
{
	struct crypt_cipher *c = calloc(1, sizeof *c);
	int r;

	if (!c)
		return lvi_error_nomem(err);
	pthread_mutex_init(&c->lock, NULL);
	c->first = args->iv_offset;
	c->iv.unit_bytes = args->unit_bytes;
	c->iv_shift = args->flags & CRYPT_IV_LARGE ? __builtin_ctz(args->unit_bytes >> LVI_SECTOR_SHIFT) : 0;
	c->device = strdup(args->device);
	c->model = calloc(1, sizeof *c->model);
	r = c->device && c->model ? prepare(c, args, err) : lvi_error_nomem(err);
	if (r)
		lvi_crypt_cipher_free(c);
	else
		*out = c;
	return r;
}

void lvi_crypt_cipher_free(struct crypt_cipher *c)
{
	struct crypt_lane *lane;

	if (!c)
		return;
	while ((lane = c->idle)) {
		c->idle = lane->next;
		lane_free(lane);
	}
	lane_free(c->model);
	pthread_mutex_destroy(&c->lock);
	free(c->device);
	free(c);
}

int lvi_crypt_lane_take(struct crypt_cipher *c, struct crypt_lane **out, struct lvol_error *err)
{
	struct crypt_lane *lane;

	pthread_mutex_lock(&c->lock);
	lane = c->idle;
	if (lane)
		c->idle = lane->next;
	pthread_mutex_unlock(&c->lock);
	if (!lane)
		return lane_new(c->model, out, err);
	*out = lane;
	return 0;
}

void lvi_crypt_lane_give(struct crypt_cipher *c, struct crypt_lane *lane)
{
	pthread_mutex_lock(&c->lock);
	lane->next = c->idle;
	c->idle = lane;
	pthread_mutex_unlock(&c->lock);
}

unsigned char *lvi_crypt_lane_room(struct crypt_lane *lane, size_t len)
{
	void *room;

	if (len <= lane->room_bytes)
		return lane->room;
	if (posix_memalign(&room, 4096, len))
		return NULL;
	free(lane->room);
	lane->room = room;
	lane->room_bytes = len;
	return room;
}

int lvi_crypt_run(struct crypt_cipher *c, struct crypt_lane *lane, const struct crypt_job *job, struct lvol_error *err)
{
	EVP_CIPHER_CTX *ctx = job->encrypt ? lane->encrypt : lane->decrypt;
	uint64_t sector = c->first + (job->offset >> LVI_SECTOR_SHIFT);
	uint32_t unit = c->iv.unit_bytes;
	bool ok = true;

	c->lib.ERR_set_mark();
	for (size_t at = 0; ok && at < job->len; at += unit, sector += unit >> LVI_SECTOR_SHIFT) {
		unsigned char iv[CRYPT_IV_BYTES_MAX] = { 0 };

		ok = (!c->iv.mode || c->iv.mode->make(&c->iv, lane, sector >> c->iv_shift, iv)) &&
				lvi_crypt_one(lane, ctx, c->iv.mode ? iv : NULL,
						&(struct crypt_unit){ job->in + at, job->out + at, unit });
	}
	c->lib.ERR_pop_to_mark();
	return ok ? 0 : lvi_error(err, LVOL_E_IO, c->device, "libcrypto failed on a sector of %s", c->device);
}
