/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "base/error.h"
#include "dev/dev_impl.h"
#include "dev/signature.h"

#if HAVE_BLKID

#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"

#define EDGE_BYTES (UINT64_C(2) << 20)  /* no format that libblkid knows has its magic further from either end */
#define MAX_WIPES 64                    /* more than any sane device has; a device that never changes ends here */

static int copy_edge(struct lvol_dev *dev, int fd, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	CLEANUP_FREE char *buf = malloc(len);
	int r;

	if (!buf)
		return lvi_error_nomem(err);
	r = lvi_dev_read(dev, buf, len, offset, err);
	if (r)
		return r;
	for (uint64_t done = 0; done < len;) {
		ssize_t n = pwrite(fd, buf + done, len - done, offset + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return lvi_error_sys(err, n ? errno : EIO, dev->name, "cannot copy %s for libblkid", dev->name);
		done += n;
	}
	return 0;
}

/* libblkid wants a descriptor: show it a sparse file of the same size with both ends of the device in it. */
static int make_copy(struct lvol_dev *dev, struct lvol_error *err)
{
	uint64_t edge = dev->size < EDGE_BYTES ? dev->size : EDGE_BYTES;
	int fd = memfd_create("lvol-signature", MFD_CLOEXEC), r;

	if (fd < 0 || ftruncate(fd, dev->size)) {
		r = lvi_error_sys(err, errno, dev->name, "cannot copy %s for libblkid", dev->name);
	} else {
		r = copy_edge(dev, fd, edge, 0, err);
		if (!r && dev->size > edge)
			r = copy_edge(dev, fd, edge, dev->size - edge, err);
	}
	if (r && fd >= 0)
		close(fd);
	return r ? r : fd;
}

/* Without O_DIRECT, which libblkid's buffers do not suit. */
static int open_for_probe(struct lvol_dev *dev, struct lvol_error *err)
{
	int fd = dev->fd < 0 ? -1 : lvi_fd_reopen(dev, O_RDONLY);

	return fd >= 0 ? fd : make_copy(dev, err);
}

static int set_up(blkid_probe probe, int fd, uint64_t size)
{
	char lvm2[] = "LVM2_member";
	char *names[] = { lvm2, NULL };

	if (blkid_probe_set_device(probe, fd, 0, size) ||
	    blkid_probe_enable_superblocks(probe, 1) ||
	    blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_BADCSUM) ||
	    blkid_probe_filter_superblocks_type(probe, BLKID_FLTR_NOTIN, names) ||
	    blkid_probe_enable_partitions(probe, 1) ||
	    blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT))
		return -1;
	return 0;
}

/* What was found; type "" when nothing was. */
struct signature {
	char type[64];
	uint64_t offset;
	size_t len;  /* of the magic; 0: libblkid does not say where it is */
};

static void take_magic(blkid_probe probe, const char *offset_name, const char *magic_name, struct signature *out)
{
	const char *offset, *magic;
	size_t len;

	if (blkid_probe_lookup_value(probe, offset_name, &offset, NULL) ||
	    blkid_probe_lookup_value(probe, magic_name, &magic, &len))
		return;
	out->offset = strtoull(offset, NULL, 10);
	out->len = len;
}

static void take_result(blkid_probe probe, struct signature *out)
{
	const char *type;

	if (!blkid_probe_lookup_value(probe, "TYPE", &type, NULL))
		take_magic(probe, "SBMAGIC_OFFSET", "SBMAGIC", out);
	else if (!blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL))
		take_magic(probe, "PTMAGIC_OFFSET", "PTMAGIC", out);
	else
		type = "unknown";
	snprintf(out->type, sizeof out->type, "%s", type);
}

/* The first signature. Each call probes afresh, since the device changes between calls that wipe. */
static int find(struct lvol_dev *dev, struct signature *out, struct lvol_error *err)
{
	int fd = open_for_probe(dev, err), r = -1;
	blkid_probe probe;

	memset(out, 0, sizeof *out);
	if (fd < 0)
		return fd;
	probe = blkid_new_probe();
	errno = ENOMEM;
	if (probe && !set_up(probe, fd, dev->size)) {
		errno = EIO;
		r = blkid_do_probe(probe);
		if (!r)
			take_result(probe, out);
	}
	/* 1: nothing found */
	if (r < 0)
		r = lvi_error_sys(err, errno, dev->name, "cannot look for signatures on %s", dev->name);
	else
		r = 0;
	blkid_free_probe(probe);
	close(fd);
	return r;
}

int lvi_signature_find(struct lvol_dev *dev, char *type, size_t type_len, struct lvol_error *err)
{
	struct signature s;
	int r = find(dev, &s, err);

	if (!r && type_len)
		snprintf(type, type_len, "%s", s.type);
	return r;
}

int lvi_signature_wipe(struct lvol_dev *dev, struct lvol_error *err)
{
	struct signature s;

	for (int i = 0; i < MAX_WIPES; i++) {
		int r = find(dev, &s, err);

		if (r || !*s.type)
			return r;
		if (!s.len)
			return lvi_error(err, LVOL_E_NOT_SUPPORTED, dev->name,
					"%s has a %s signature that libblkid cannot locate; wipe it with its own tool",
					dev->name, s.type);
		r = lvi_dev_zero(dev, s.len, s.offset, err);
		if (!r)
			r = lvi_dev_flush(dev, err);
		if (r)
			return lvi_error_prefix(err, r, "wiping the %s signature", s.type);
	}
	return lvi_error(err, LVOL_E_IO, dev->name, "the %s signature on %s is still there after it was wiped", s.type,
			dev->name);
}

#else

static int no_blkid(struct lvol_dev *dev, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, dev->name,
			"cannot tell what is on %s: this build lacks libblkid", dev->name);
}

int lvi_signature_find(struct lvol_dev *dev, char *type, size_t type_len, struct lvol_error *err)
{
	return no_blkid(dev, err);
}

int lvi_signature_wipe(struct lvol_dev *dev, struct lvol_error *err)
{
	return no_blkid(dev, err);
}

#endif
