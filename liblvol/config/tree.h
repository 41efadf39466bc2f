/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CONFIG_TREE_H
#define LVI_CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

#include "base/arena.h"

/*
 * LVM2's configuration text as a tree. The text is parsed in place: keys and strings point into the caller's
 * buffer, which is changed (escapes decoded, NULs put behind tokens) and must live as long as the tree.
 * Nodes live in the caller's arena.
 */
enum cfg_type { CFG_INT, CFG_FLOAT, CFG_STRING };

struct cfg_value {
	enum cfg_type type : 8;
	bool quoted;             /* string came in double quotes (barewords and 'x' are written back as they came) */
	char quote;              /* '"', '\'' or 0 for a bareword */
	uint32_t len;            /* of the string, or of the number's spelling */
	const char *text;        /* string, NUL-terminated; of a number: its spelling, so that it is written back unchanged */
	int64_t number;          /* CFG_INT */
	struct cfg_value *next;  /* in an array */
};

struct cfg_node {
	const char *key;          /* NUL-terminated, decoded */
	uint32_t key_len;
	bool is_section;
	bool is_array;            /* value was in brackets (value may then be NULL: an empty array) */
	bool used;                /* free for the reader: set by the import on what it understood */
	bool indexed;             /* the parser's own; means nothing later */
	bool is_closed;           /* a section that was not read yet, see lvi_cfg_parse_closed() */
	uint32_t offset;          /* of the key in the text, for messages */
	struct cfg_value *value;
	struct cfg_node *child;   /* of a section, in order of the text */
	struct cfg_node *next;
};

/*
 * Parse @len bytes at @text (text[len] need not exist; parsing ends early at a NUL byte). *root is an unnamed
 * section. Errors: LVOL_E_CORRUPT with the line and what was expected; LVOL_E_NO_MEMORY. @subject names the
 * source in the message. "a/b = 1" puts b into the first section a, which is made if there is none; other sections and
 * keys of one name are all kept, and lookups give the first. Work and memory are linear in the size of the text.
 * Sections deeper than CFG_DEPTH_MAX are refused.
 */
#define CFG_DEPTH_MAX 1000

int lvi_cfg_parse(struct arena *arena, char *text, size_t len, const char *subject,
		struct cfg_node **root, struct lvol_error *err);

/*
 * The same for long texts of which one part at a time is wanted: the sections directly in VG/@closed, where VG is the
 * first section, stay closed, known by their keys alone. lvi_cfg_open_section() reads what is in one, in any arena; what is
 * wrong in it is only found then. "Closed" is promised for none: where paths lead into them they are read at once.
 */
struct cfg_source {
	char *text;               /* and all else as lvi_cfg_parse() */
	size_t len;
	const char *subject;
	const char *closed;       /* name of the section whose sections stay closed */
	size_t lost_lines;        /* the parser's own; 0 at first */
};
int lvi_cfg_parse_closed(struct arena *arena, struct cfg_source *source, struct cfg_node **root,
		struct lvol_error *err);
/* Open @node if it is closed. Forget it, and all below it, before @arena goes. */
int lvi_cfg_open_section(struct arena *arena, struct cfg_source *source, struct cfg_node *node, struct lvol_error *err);

/* The first child of that name, or NULL. Linear; for the short sections. */
struct cfg_node *lvi_cfg_child(const struct cfg_node *section, const char *key);
/* By path "a/b/c"; each step but the last takes the first section of that name. */
struct cfg_node *lvi_cfg_find(const struct cfg_node *root, const char *path);

/* Typed reads: 0 found; 1 absent (out untouched); -1 there but of another type or out of range. A found node is
 * marked used. A 32-bit field takes the low 32 bits of the number, as lvm2 does. An array of one counts as its value. */
int lvi_cfg_get_u64(const struct cfg_node *section, const char *key, uint64_t *out);
int lvi_cfg_get_u32(const struct cfg_node *section, const char *key, uint32_t *out);
int lvi_cfg_get_str(const struct cfg_node *section, const char *key, const char **out);

/* A deep copy into @arena, strings included. @only_unused: leaves with used == true are left out, and sections that
 * became empty by it. @chain: copy the whole list that starts at @node. NULL + *failed = true without memory. */
struct cfg_node *lvi_cfg_copy(struct arena *arena, const struct cfg_node *node, bool chain, bool only_unused,
		bool *failed);

/* Make nodes by hand (strings are copied into the arena); NULL without memory. A second value makes it an array. */
struct cfg_node *lvi_cfg_new(struct arena *arena, const char *key);
struct cfg_value *lvi_cfg_add_int(struct arena *arena, struct cfg_node *node, int64_t number);
struct cfg_value *lvi_cfg_add_str(struct arena *arena, struct cfg_node *node, const char *s);

#endif
