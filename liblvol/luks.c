/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/activate.h>
#include <lvol/luks.h>
#include <lvol/lv.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "active.h"
#include "args.h"
#include "backend.h"
#include "base/message.h"
#include "base/units.h"
#include "io.h"
#include "luks/luks.h"
#include "map/map.h"
#include "map/names.h"
#include "txn/content.h"
#include "txn/ops.h"

/*
 * The public calls of <lvol/luks.h>. Headers pass between LVs and memory files through the LVs' own I/O; what they say
 * becomes a crypt device over the LV's, in user space.
 */

#define FIRST_LOOK ((uint64_t)16 << 20)   /* what most headers take, key slots included */
#define HEADER_MAX ((uint64_t)256 << 20)
#define SUBJECT_LEN (2 * 128 + 2)

static const char *subject_of(const struct lvol_lv *lv, char out[SUBJECT_LEN])
{
	snprintf(out, SUBJECT_LEN, "%s/%s", lv->vg->name, lv->name);
	return out;
}

/* Making one */

/* The first bytes of a memory file, as memory. */
static int map_file(int fd, uint64_t bytes, unsigned char **out, struct lvol_error *err)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	*out = map;
	return map == MAP_FAILED ? lvi_error_sys(err, errno, NULL, "no room in memory for a LUKS header") : 0;
}

static int write_data(struct lvol_io *io, int fd, uint64_t bytes, struct lvol_error *err)
{
	unsigned char *map;
	int r = map_file(fd, bytes, &map, err);

	if (r)
		return r;
	r = lvol_io_pwrite(io, map, bytes, 0, err);
	munmap(map, bytes);
	return r ? r : lvol_io_flush(io, err);
}

static int write_header(void *data, const struct lvol_lv *lv, struct lvol_error *err)
{
	const struct luks_header *header = data;
	struct io_opening how = { .flags = LVOL_IO_WRITE };
	struct lvol_io *io;
	int r = lvi_io_open(lv, &how, &io, err);

	if (!r) {
		r = write_data(io, header->fd, header->length, err);
		lvol_io_close(io);
	}
	return r ? lvi_error_prefix(err, r, "the LUKS header was not written") : 0;
}

static void free_header(void *data)
{
	lvi_luks_header_free(data);
	free(data);
}

/* Before anything is written: the header cannot be written through what is active in the kernel. */
static int check_below(void *data, const struct lvol_lv *lv, struct lvol_error *err)
{
	return lvi_lv_must_be_inactive(lv, err);
}

static const struct txn_content_ops header_content = { .before = check_below, .after = write_header, .free = free_header };

static struct luks_format format_of(const struct lvol_luks_opts *o, const struct lvol_lv *lv)
{
	return (struct luks_format){
		.key = { o->key, o->key_bytes }, .cipher = o->cipher ? o->cipher : "aes-xts-plain64",
		.key_bits = o->volume_key_bits ? o->volume_key_bits : 512, .sector_bytes = o->sector_bytes ? o->sector_bytes : 512,
		.pbkdf = o->pbkdf ? o->pbkdf : "argon2id", .pbkdf_ms = o->pbkdf_ms, .pbkdf_iterations = o->pbkdf_iterations,
		.pbkdf_kib = o->pbkdf_kib, .pbkdf_threads = o->pbkdf_threads, .label = o->label, .uuid = o->uuid,
		.volume_bytes = lvol_lv_size_bytes(lv),
	};
}

static int check_new(struct lvol_txn *txn, const struct txn_vg *vg, const struct lvol_lv *lv, const char *subject,
		struct lvol_error *err)
{
	if (vg->base && lvi_vg_find_lv_by_id(vg->base, &lv->id))
		return lvi_error(err, LVOL_E_INVALID, subject, "LV %s is there already, perhaps with content; only an LV that the "
				"transaction makes can be formatted", subject);
	if (lvi_txn_content_has(txn, lv, &header_content))
		return lvi_error(err, LVOL_E_EXISTS, subject, "LV %s becomes a LUKS volume already", subject);
	return 0;
}

static int add_header(struct lvol_txn *txn, struct txn_vg *vg, const struct lvol_lv *lv, struct luks_header *header,
		struct lvol_error *err)
{
	char subject[SUBJECT_LEN];
	struct luks_header *kept = malloc(sizeof *kept);

	if (!kept || lvi_txn_notef(txn, &(struct txn_note){ vg, LVOL_CHANGE_MODIFY, "lv", subject_of(lv, subject) },
			"write a LUKS2 header") || lvi_txn_content_add(txn, lv, &header_content, kept)) {
		free(kept);
		return lvi_error_nomem(err);
	}
	*kept = *header;
	return 0;
}

static int format(struct lvol_txn *txn, const char *name, const struct lvol_luks_opts *o, struct lvol_error *err)
{
	struct luks_header header;
	struct luks_format how;
	char subject[SUBJECT_LEN];
	struct txn_vg *vg;
	struct lvol_lv *lv;
	int r = lvi_txn_lv(txn, name, &vg, &lv, err);

	if (r)
		return r;
	r = check_new(txn, vg, lv, subject_of(lv, subject), err);
	if (r)
		return r;
	how = format_of(o, lv);
	r = lvi_luks_header_make(&how, subject, &header, err);
	if (!r && (r = add_header(txn, vg, lv, &header, err)))
		lvi_luks_header_free(&header);
	return r;
}

int lvol_luks_format(struct lvol_txn *txn, const char *name, const struct lvol_luks_opts *opts, struct lvol_error *err)
{
	struct lvol_luks_opts o;
	int r;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, name);
	ARG_OPTS(err, &o, opts);
	if (!o.key || !o.key_bytes)
		return lvi_error(err, LVOL_E_INVALID, name, "a key is needed to encrypt LV %s", name);
	r = lvi_txn_must_be_open(txn, err);
	return r ? r : format(txn, name, &o, err);
}

/* Opening one in user space */

static int copy_start(struct lvol_io *io, struct luks_source *to, uint64_t end, struct lvol_error *err)
{
	unsigned char *map;
	int r = map_file(to->fd, end, &map, err);

	if (r)
		return r;
	r = lvol_io_pread(io, map + to->have, end - to->have, to->have, err);
	munmap(map, end);
	to->have = end;
	return r;
}

/* Most headers are had at the first look; what they say is where larger ones end. */
static int unlock_from(struct lvol_io *io, struct luks_source *from, const struct luks_key *key, struct luks_volume *out,
		struct lvol_error *err)
{
	uint64_t size = lvol_io_size_bytes(io), want = FIRST_LOOK;
	int r;

	do {
		r = copy_start(io, from, want < size ? want : size, err);
		if (!r)
			r = lvi_luks_unlock(from, key, out, err);
		if (r || from->need <= from->have)
			return r;
		want = from->need;
	} while (want <= HEADER_MAX && want < size);
	return lvi_error(err, LVOL_E_CORRUPT, from->subject, "the LUKS header of %s claims %llu bytes", from->subject,
			(unsigned long long)want);
}

static int unlock_lv(const struct lvol_lv *lv, const struct io_opening *how, const struct luks_key *key,
		struct luks_volume *out, struct lvol_error *err)
{
	char subject[SUBJECT_LEN];
	struct luks_source from = { .subject = subject_of(lv, subject) };
	struct lvol_io *io;
	int r = lvi_io_open(lv, how, &io, err);

	if (r)
		return r;
	from.fd = memfd_create("lvol-luks", MFD_CLOEXEC);
	if (from.fd < 0 || ftruncate(from.fd, (off_t)lvol_io_size_bytes(io)))
		r = lvi_error_sys(err, errno, subject, "no file in memory can be made for the LUKS header of %s", subject);
	else
		r = unlock_from(io, &from, key, out, err);
	if (from.fd >= 0)
		close(from.fd);
	lvol_io_close(io);
	return r;
}

static char *key_text(struct arena *arena, const struct luks_volume *v)
{
	static const char digits[] = "0123456789abcdef";
	char *text = lvi_arena_alloc(arena, 2 * v->key_bytes + 1);

	for (size_t i = 0; text && i < v->key_bytes; i++) {
		text[2 * i] = digits[v->key[i] >> 4];
		text[2 * i + 1] = digits[v->key[i] & 15];
	}
	if (text)
		text[2 * v->key_bytes] = '\0';
	return text;
}

/* CIPHER KEY IV_OFFSET DEVICE OFFSET 1 sector_size:N */
static int fill_line(struct dm_table *t, struct dm_line *line, const struct luks_volume *v, struct dm_node *below)
{
	const char *key = key_text(t->arena, v);
	char unit[32];

	snprintf(unit, sizeof unit, "sector_size:%u", v->sector_bytes);
	return !key || lvi_dm_arg_text(t, line, v->cipher) || lvi_dm_arg_text(t, line, key) ||
		lvi_dm_arg_u64(t, line, v->iv_offset_sectors) || lvi_dm_arg_dev(t, line, below) ||
		lvi_dm_arg_u64(t, line, v->offset_bytes >> LVI_SECTOR_SHIFT) || lvi_dm_arg_text(t, line, "1") ||
		lvi_dm_arg_text(t, line, unit);
}

static int add_crypt(void *arg, struct lv_map *map, struct lvol_error *err)
{
	const struct luks_volume *v = arg;
	struct dm_node *below = map->top, *node;
	uint64_t sectors = lvi_dm_table_sectors(&below->table), start = v->offset_bytes >> LVI_SECTOR_SHIFT;
	char name[LVI_DM_NAME_SIZE + 8], uuid[LVI_DM_UUID_SIZE + 8];
	struct dm_line *line;

	if (start >= sectors)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "its LUKS volume has no room for content");
	sectors = (sectors - start) / (v->sector_bytes >> LVI_SECTOR_SHIFT) * (v->sector_bytes >> LVI_SECTOR_SHIFT);
	/* no LV's device is called so: hyphens of names are doubled */
	snprintf(name, sizeof name, "%s-luks", below->name);
	snprintf(uuid, sizeof uuid, "LUKS-%s", below->uuid);
	lvi_arena_keep_secret(map->graph->arena);
	node = lvi_dm_graph_add(map->graph, name, uuid);
	line = node ? lvi_dm_line_add(&node->table, 0, sectors, "crypt", 7) : NULL;
	if (!line || fill_line(&node->table, line, v, below))
		return lvi_error_nomem(err);
	map->top = node;
	return 0;
}

int lvol_luks_open(const struct lvol_lv *lv, uint32_t flags, const struct lvol_luks_key *key, struct lvol_io **out,
		struct lvol_error *err)
{
	struct luks_volume volume;
	struct io_opening look = { .flags = flags & LVOL_IO_PARTIAL };
	struct io_opening how = { .flags = flags, .layer = add_crypt, .arg = &volume };
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, key);
	ARG_REQUIRED(err, key->bytes);
	ARG_REQUIRED(err, out);
	ARG_FLAGS(err, flags, LVOL_IO_WRITE | LVOL_IO_PARTIAL | LVOL_IO_FORCE_READ_ONLY_LV);
	r = lvi_io_check_permission(lv, flags, err);
	if (!r)
		r = unlock_lv(lv, &look, &(struct luks_key){ key->bytes, key->length }, &volume, err);
	if (r)
		return r;
	r = lvi_io_open(lv, &how, out, err);
	lvi_luks_volume_wipe(&volume);
	return r;
}

/* As a device of the kernel */

static int path_of(const struct lvol_lv *lv, struct lvol_backend *backend, char *out, size_t size, struct lvol_error *err)
{
	struct lvol_device_info info = LVOL_DEVICE_INFO_INIT;
	int r = lvol_lv_device(lv, backend, &info, err);

	if (!r)
		snprintf(out, size, "/dev/mapper/%s", info.name);
	return r;
}

int lvol_luks_activate(const struct lvol_lv *lv, struct lvol_backend *backend, const struct lvol_luks_key *key,
		const struct lvol_luks_activate_opts *opts, struct lvol_error *err)
{
	struct lvol_luks_activate_opts o = LVOL_LUKS_ACTIVATE_OPTS_INIT;
	char path[160];
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, key);
	ARG_REQUIRED(err, key->bytes);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, LVOL_LUKS_READ_ONLY | LVOL_LUKS_ALLOW_DISCARDS);
	r = path_of(lv, backend, path, sizeof path, err);
	if (r)
		return r;
	return lvi_luks_activate(path, o.name, &(struct luks_key){ key->bytes, key->length },
			(o.flags & LVOL_LUKS_READ_ONLY ? LUKS_READ_ONLY : 0) |
			(o.flags & LVOL_LUKS_ALLOW_DISCARDS ? LUKS_ALLOW_DISCARDS : 0), err);
}

int lvol_luks_deactivate(struct lvol_backend *backend, const char *name, struct lvol_error *err)
{
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	return lvi_luks_deactivate(name, err);
}

int lvol_luks_resize(struct lvol_backend *backend, const char *name, uint64_t bytes, const struct lvol_luks_key *key,
		struct lvol_error *err)
{
	struct luks_key its = { key ? key->bytes : NULL, key ? key->length : 0 };

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, name);
	if (bytes % LVI_SECTOR_BYTES)
		return lvi_error(err, LVOL_E_INVALID, name, "%llu bytes are not whole sectors", (unsigned long long)bytes);
	return lvi_luks_resize(&(struct luks_size){ name, key ? &its : NULL, bytes }, false, err);
}
