/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By OpenSSL where the build found it, else by the sha256sum program. */
#include "util.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_LIBCRYPTO
#include <openssl/evp.h>

static void to_hex(const unsigned char *digest, char hex[65])
{
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void t_sha256(const void *data, size_t bytes, char hex[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	ck_assert(EVP_Digest(data, bytes, digest, NULL, EVP_sha256(), NULL));
	to_hex(digest, hex);
}

void t_sha256_file(const char *path, char hex[65])
{
	const size_t room = 1 << 20;
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	char *data = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	ck_assert_msg(fd >= 0, "cannot open %s", path);
	ck_assert(context && data && EVP_DigestInit_ex(context, EVP_sha256(), NULL));
	while ((n = read(fd, data, room)) > 0)
		EVP_DigestUpdate(context, data, (size_t)n);
	ck_assert_msg(n == 0, "cannot read %s", path);
	EVP_DigestFinal_ex(context, digest, NULL);
	to_hex(digest, hex);
	close(fd);
	free(data);
	EVP_MD_CTX_free(context);
}

#else

void t_sha256_file(const char *path, char hex[65])
{
	struct t_output output = t_run((const char *const[]){"sha256sum", "--", path, NULL});

	/* a backslash in front marks a name that needed quoting */
	const char *sum = output.out && output.out[0] == '\\' ? output.out + 1 : output.out;

	ck_assert_msg(output.status == 0 && strlen(sum) > 64, "sha256sum %s: %s", path, output.err);
	memcpy(hex, sum, 64);
	hex[64] = '\0';
	t_output_free(&output);
}

void t_sha256(const void *data, size_t bytes, char hex[65])
{
	char *dir = t_tmpdir();
	char *path = t_path(dir, "data");

	t_write_file(path, data, bytes);
	t_sha256_file(path, hex);
	unlink(path);
	rmdir(dir);
	free(path);
	free(dir);
}

#endif
