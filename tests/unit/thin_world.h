/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_THIN_WORLD_H
#define TESTS_UNIT_THIN_WORLD_H

/* Thin pool metadata over memory, and thin_check and thin_dump as oracles for it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/thin_metadata.h"
#include "base/error.h"
#include "util.h"

struct memory { uint8_t *data; uint64_t bytes, writes, flushes, reads; bool broken; };

static inline int memory_read(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct memory *m = arg;

	m->reads++;
	if (m->broken || offset + len > m->bytes)
		return lvi_error(err, LVOL_E_IO, "memory", "reading %zu bytes at %llu fails", len, (unsigned long long)offset);
	memcpy(buf, m->data + offset, len);
	return 0;
}

static inline int memory_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct memory *m = arg;

	m->writes++;
	if (m->broken || offset + len > m->bytes)
		return lvi_error(err, LVOL_E_IO, "memory", "writing %zu bytes at %llu fails", len, (unsigned long long)offset);
	memcpy(m->data + offset, buf, len);
	return 0;
}

static inline int memory_flush(void *arg, struct lvol_error *err)
{
	((struct memory *)arg)->flushes++;
	return 0;
}

static inline struct memory *memory_new(uint64_t blocks)
{
	struct memory *m = calloc(1, sizeof *m);

	m->bytes = blocks * PD_BLOCK_BYTES;
	m->data = calloc(blocks, PD_BLOCK_BYTES);
	ck_assert_ptr_nonnull(m->data);
	return m;
}

static inline void memory_free(struct memory *m)
{
	free(m->data);
	free(m);
}

static inline struct pd_store memory_store(struct memory *m)
{
	return (struct pd_store){ memory_read, memory_write, memory_flush, m, "memory", m->bytes / PD_BLOCK_BYTES };
}

/* Ends the test when thin_check finds anything in the metadata, errors or warnings. */
static inline void memory_thin_check(const struct memory *m, const char *dir, const char *when)
{
	char *path = t_path(dir, "metadata");
	struct t_output out;

	t_write_file(path, m->data, m->bytes);
	out = t_sh("PATH=$PATH:/usr/sbin; thin_check '%s' 2>&1 | grep -v -e '^examining' -e '^  ' -e '^checking' -e '^TRANSACTION' -e '^METADATA_FREE';"
			" thin_check -q '%s'", path, path);
	ck_assert_msg(!out.status && !out.out_bytes && !strlen(out.err), "thin_check %s: status %d\n%s%s", when, out.status,
			out.out, out.err);
	t_output_free(&out);
	free(path);
}

static inline void need_thin_tools(void)
{
	if (system("PATH=$PATH:/usr/sbin:/sbin; command -v thin_check >/dev/null && command -v thin_dump >/dev/null"))
		t_skip_all("thin_check and thin_dump (package thin-provisioning-tools) are not installed");
}

#endif
