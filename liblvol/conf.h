/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CONF_H
#define LVI_CONF_H

#include "base/arena.h"
#include "config/tree.h"

/* What lvm.conf and lvmlocal.conf say, as far as the library asks. Missing files are empty. */
struct lvm_conf {
	struct arena *arena;
	struct cfg_node *main, *local;   /* roots; NULL: no such file */
};

/* LVOL_E_CORRUPT has the file and line. @dir NULL: nothing is read. */
int lvi_conf_read(struct lvm_conf *conf, struct arena *arena, const char *dir, struct lvol_error *err);
/* lvmlocal.conf goes before lvm.conf. "section/name". */
const char *lvi_conf_str(const struct lvm_conf *conf, const char *path, const char *absent);
int64_t lvi_conf_int(const struct lvm_conf *conf, const char *path, int64_t absent);
/* *@out: a list of strings (or one string), NULL-terminated, in the arena; NULL when it is absent. -1: no memory. */
int lvi_conf_list(const struct lvm_conf *conf, const char *path, const char *const **out);
/* This host's system id by global/system_id_source; NULL: none. */
const char *lvi_conf_system_id(const struct lvm_conf *conf, const char *dir);

#endif
