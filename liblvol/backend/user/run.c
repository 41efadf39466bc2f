/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/run.h"

#include <string.h>

void lvi_user_run_begin(struct user_run *run, bool write, const struct user_path *path, void *buf)
{
	const struct flat_place *p = &path->place;

	run->leaf = p->to.leaf;
	run->offset = p->to.offset;
	run->length = p->length;
	run->fits = lvi_user_leaf_fits(run->leaf, write, p, buf);
	run->iov_first = 0;
	run->iov_end = 1;
	run->iov[0] = (struct iovec){ buf, p->length };
	run->gates = path->count;
	for (unsigned i = 0; i < path->count; i++)
		run->through[i] = path->through[i];
}

static bool same_way(const struct user_run *run, const struct user_path *path)
{
	return run->gates == path->count && !memcmp(run->through, path->through, path->count * sizeof path->through[0]);
}

static bool add_memory(struct user_run *run, void *buf, uint64_t length)
{
	struct iovec *last = &run->iov[run->iov_end - 1];

	if ((char *)last->iov_base + last->iov_len == buf) {
		last->iov_len += length;
	} else {
		if (run->iov_end == RUN_IOVS)
			return false;
		run->iov[run->iov_end++] = (struct iovec){ buf, length };
	}
	run->length += length;
	return true;
}

bool lvi_user_run_join(struct user_run *run, bool write, struct user_path *path, void *buf)
{
	const struct flat_place *p = &path->place;

	if (run->leaf != p->to.leaf || run->offset + run->length != p->to.offset || run->length + p->length > RUN_BYTES ||
	    !same_way(run, path) || !add_memory(run, buf, p->length))
		return false;
	run->fits = run->fits && lvi_user_leaf_fits(run->leaf, write, p, buf);
	lvi_user_path_leave(path);
	return true;
}

static bool fits(const struct user_run *run, bool write)
{
	const struct iovec *iov = &run->iov[run->iov_first];
	struct flat_place p = { .to = { .offset = run->offset }, .length = iov->iov_len };

	return lvi_user_leaf_fits(run->leaf, write, &p, iov->iov_base);
}

void lvi_user_run_advance(struct user_run *run, bool write, uint64_t bytes)
{
	run->offset += bytes;
	run->length -= bytes;
	while (bytes) {
		struct iovec *iov = &run->iov[run->iov_first];
		uint64_t n = bytes < iov->iov_len ? bytes : iov->iov_len;

		iov->iov_base = (char *)iov->iov_base + n;
		iov->iov_len -= n;
		bytes -= n;
		run->iov_first += !iov->iov_len;
	}
	/* what came back short may have ended anywhere */
	run->fits = run->fits && (!run->length || fits(run, write));
}

void lvi_user_run_wrote(const struct user_run *run)
{
	lvi_user_count_write(&run->leaf->count);
	for (unsigned i = run->gates; i > 0; i--)
		lvi_user_count_write(&run->through[i - 1]->count);
}

void lvi_user_run_leave(struct user_run *run)
{
	while (run->gates)
		lvi_user_gate_leave(&run->through[--run->gates]->live->gate);
}

/* One call for all of it; what that does not do whole is done part by part, with its errors. */
int lvi_user_run_read(const struct user_run *run, struct lvol_error *err)
{
	struct lvol_dev *dev = run->leaf->dev;
	uint64_t offset = run->offset;
	int r = 0;

	if (run->iov_end - run->iov_first > 1 && run->fits &&
	    preadv(dev->fd, run->iov + run->iov_first, run->iov_end - run->iov_first, offset) == (ssize_t)run->length)
		return 0;
	for (unsigned i = run->iov_first; i < run->iov_end && !r; offset += run->iov[i++].iov_len)
		r = lvi_dev_read(dev, run->iov[i].iov_base, run->iov[i].iov_len, offset, err);
	return r;
}

int lvi_user_run_write(const struct user_run *run, struct lvol_error *err)
{
	struct lvol_dev *dev = run->leaf->dev;
	uint64_t offset = run->offset;
	int r = 0;

	if (run->iov_end - run->iov_first > 1 && run->fits &&
	    pwritev(dev->fd, run->iov + run->iov_first, run->iov_end - run->iov_first, offset) == (ssize_t)run->length)
		goto out;
	for (unsigned i = run->iov_first; i < run->iov_end && !r; offset += run->iov[i++].iov_len)
		r = lvi_dev_write(dev, run->iov[i].iov_base, run->iov[i].iov_len, offset, err);
out:
	lvi_user_run_wrote(run);
	return r;
}
