/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_LIBRARY_H
#define LVI_BASE_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * A library that few programs need, opened when it is first needed: to load and bind libcryptsetup and libcrypto takes as
 * long as to list a VG of 1,000 LVs. Who uses one has a list of its calls, LIST(X), X(call) for each, and declares
 *
 *     struct cryptsetup { LIST(LVI_LIBRARY_MEMBER) };
 *
 * from the library's own header, so that the compiler sees their types. It stays in the process once it is open, because
 * libcrypto's threads and exit handlers must not lose it; so to open it once more costs no more than to look the calls up.
 */
#define LVI_LIBRARY_MEMBER(call) __typeof__(call) *call;
#define LVI_LIBRARY_NAME(call) #call,
#define LVI_LIBRARY_LINKED(call) .call = call,

struct library {
	const char *soname;
	const char *package;         /* where it is found, in words */
	const char *const *calls;
	size_t count;
};

/*
 * Into @calls, a struct of the members named. @subject and @use: which device, and what for ("its encryption").
 *
 * @retval -LVOL_E_NOT_SUPPORTED it is not installed, or too old to have one of the calls
 */
struct library_use { const char *subject, *what; };
int lvi_library_open(const struct library *lib, const struct library_use *use, void *calls, struct lvol_error *err);

/*
 * LVI_LIBRARY_NOTE(name, json): tells packagers' tools that the library is opened at run time, where the ELF file of ours says
 * nothing of it otherwise (a note of type 0x407c0c0a of FDO; uapi-group.org, "ELF dlopen metadata").
 */
#define LVI_LIBRARY_NOTE(name, text) \
	static const struct { uint32_t name_bytes, text_bytes, type; char owner[4]; _Alignas(4) char json[sizeof(text)]; } \
	name __attribute__((used, aligned(4), section(".note.dlopen"))) = \
	{ sizeof "FDO", sizeof(text), 0x407c0c0a, "FDO", text }

#endif
