/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/tree.h"

#include <string.h>

#include "base/error.h"
#include "config/lexer.h"
#include "config/paths.h"

/*
 * A parser with one token of lookahead. Open sections are kept in a list of its own instead of on the C stack, so that
 * nesting costs nothing but CFG_DEPTH_MAX pointers. A token becomes a NUL-terminated text in place once the next token
 * was read: only then the byte behind it is known to be free.
 */
struct open_section {
	struct cfg_node *node;
	unsigned depth;   /* in the tree; "a/b {" goes down by two */
};

struct parser {
	struct arena *arena;
	struct cfg_source *source;
	struct cfg_node *closing;   /* sections in it stay closed; NULL: not found yet, or given up */
	bool may_close;
	bool inside;                /* of a section that was closed: its end is the end */
	struct cfg_lexer lx;
	struct cfg_paths paths;
	const char *subject;
	struct lvol_error *err;
	unsigned top;
	struct open_section open[CFG_DEPTH_MAX + 1];   /* [0] is the root */
};

/* Older 32-bit builds of lvm2 wrote nonsense as creation_time; lvm2 reads it as this day in 2018. */
#define BROKEN_CREATION_TIME INT64_C(1527120000)

static int fail(struct parser *ps, const char *what)
{
	return lvi_error(ps->err, LVOL_E_CORRUPT, ps->subject, "line %zu: %s", lvi_cfg_lexer_line(&ps->lx), what);
}

static int fail_expected(struct parser *ps, const char *what)
{
	return lvi_error(ps->err, LVOL_E_CORRUPT, ps->subject, "line %zu: expected %s, found %s",
			lvi_cfg_lexer_line(&ps->lx), what, lvi_cfg_token_text(ps->lx.token.type));
}

/* The text of an earlier token, NUL-terminated; NULL without memory. */
static char *token_text(struct parser *ps, const struct cfg_token *token)
{
	if (lvi_cfg_lexer_finish(&ps->lx, token))
		return token->start;
	return lvi_arena_strndup(ps->arena, token->start, token->len);
}

static struct cfg_node *node_new(struct parser *ps, char *key, size_t len, size_t offset)
{
	struct cfg_node *node = lvi_arena_alloc(ps->arena, sizeof *node);

	if (node)
		*node = (struct cfg_node) { .key = key, .key_len = (uint32_t)len, .offset = (uint32_t)offset };
	return node;
}

static void describe_string(struct cfg_value *v, const struct cfg_token *token)
{
	v->type = CFG_STRING;
	v->quoted = token->type == CFG_T_ESCAPED;
	v->quote = token->type == CFG_T_ESCAPED ? '"' : token->type == CFG_T_RAW ? '\'' : '\0';
}

static int describe_number(struct parser *ps, const struct cfg_node *node, struct cfg_value *v)
{
	const struct cfg_token *token = &ps->lx.token;

	v->type = token->type == CFG_T_INT ? CFG_INT : CFG_FLOAT;
	if (v->type == CFG_FLOAT)
		/* More than the point and a sign. */
		return token->len > 1u + (*token->start < '.') ? 0 : fail(ps, "a number needs a digit");
	if (!lvi_cfg_parse_int(token->start, token->len, &v->number))
		return 0;
	if (strcmp(node->key, "creation_time") != 0)
		return fail(ps, "not a decimal or octal number of 64 bits");
	v->number = BROKEN_CREATION_TIME;
	return 0;
}

/* What the current token says, all but the text. */
static int describe_value(struct parser *ps, const struct cfg_node *node, struct cfg_value *v)
{
	const struct cfg_token *token = &ps->lx.token;

	*v = (struct cfg_value) { .len = (uint32_t)token->len };
	if (token->type == CFG_T_INT || token->type == CFG_T_FLOAT)
		return describe_number(ps, node, v);
	if (token->type < CFG_T_WORD || token->type > CFG_T_RAW)
		return fail_expected(ps, "a value");
	describe_string(v, token);
	return 0;
}

/* The current token as a value at *@slot; reads on. */
static int parse_scalar(struct parser *ps, const struct cfg_node *node, struct cfg_value **slot)
{
	struct cfg_token token = ps->lx.token;
	struct cfg_value *v = lvi_arena_alloc(ps->arena, sizeof *v);
	int r;

	if (!v)
		return lvi_error_nomem(ps->err);
	if ((r = describe_value(ps, node, v)))
		return r;
	lvi_cfg_lexer_next(&ps->lx, false);
	v->text = token_text(ps, &token);
	if (!v->text)
		return lvi_error_nomem(ps->err);
	if (token.type == CFG_T_ESCAPED && token.special)
		v->len = (uint32_t)lvi_cfg_unescape(token.start, token.len);
	*slot = v;
	return 0;
}

/* Commas may be missing between strings, and one may stand behind the last value. */
static int parse_array(struct parser *ps, struct cfg_node *node)
{
	struct cfg_value **slot = &node->value;
	int r;

	node->is_array = true;
	lvi_cfg_lexer_next(&ps->lx, true);
	while (ps->lx.token.type != CFG_T_ARRAY_CLOSE) {
		if ((r = parse_scalar(ps, node, slot)))
			return r;
		slot = &(*slot)->next;
		if (ps->lx.token.type == CFG_T_COMMA)
			lvi_cfg_lexer_next(&ps->lx, true);
	}
	lvi_cfg_lexer_next(&ps->lx, false);
	return 0;
}

static int parse_value(struct parser *ps, struct cfg_node *node)
{
	lvi_cfg_lexer_next(&ps->lx, true);
	if (ps->lx.token.type == CFG_T_ARRAY_OPEN)
		return parse_array(ps, node);
	return parse_scalar(ps, node, &node->value);
}

/*
 * Closed sections. Where the inside of one lies hangs on its unused `value`. None is left once a path leads into
 * one of them, and none comes after that, so that the table of paths never meets one.
 */
struct closed {
	uint32_t begin, end;     /* behind '{' and behind '}' */
	size_t lost_lines;       /* before it, by what was read around it */
};

/* The section that was just opened: is it the one whose sections are to stay closed? */
static void look_for_closing(struct parser *ps, struct cfg_node *node)
{
	const struct cfg_node *vg = ps->open[0].node->child;

	if (!ps->may_close || ps->top != 2 || strcmp(node->key, ps->source->closed) != 0)
		return;
	while (vg && !vg->is_section)
		vg = vg->next;
	ps->may_close = false;
	if (ps->open[1].node == vg && lvi_cfg_child(vg, ps->source->closed) == node)
		ps->closing = node;
}

/* The current token opens @node: go to its end without reading it. 0; 1: it must be read now; or an error. */
static int leave_closed(struct parser *ps, struct cfg_node *node)
{
	struct cfg_lexer before = ps->lx;
	struct closed *closed;

	if (!lvi_cfg_lexer_skip(&ps->lx)) {
		ps->lx = before;
		return 1;
	}
	closed = lvi_arena_alloc(ps->arena, sizeof *closed);
	if (!closed)
		return lvi_error_nomem(ps->err);
	*closed = (struct closed) { (uint32_t)(before.at - ps->lx.text), (uint32_t)(ps->lx.at - ps->lx.text),
		ps->lx.lost_lines };
	node->value = (struct cfg_value *)closed;
	node->is_section = node->is_closed = true;
	lvi_cfg_lexer_next(&ps->lx, false);
	return 0;
}

/* A path leads into one of the sections that are closed. */
static int open_all(struct parser *ps)
{
	int r = 0;

	for (struct cfg_node *n = ps->closing->child; n && !r; n = n->next)
		r = lvi_cfg_open_section(ps->arena, ps->source, n, ps->err);
	ps->closing = NULL;
	ps->lx.lost_lines += ps->source->lost_lines;
	ps->source->lost_lines = 0;
	return r;
}

/* The section in @parent that one step of a path leads into. NULL without memory. */
static struct cfg_node *path_step(struct parser *ps, struct cfg_node *parent, char *name, size_t len)
{
	struct cfg_node *section;

	if (lvi_cfg_paths_index(&ps->paths, parent))
		return NULL;
	section = lvi_cfg_paths_get(&ps->paths, parent, name, len);
	if (section)
		return section;
	section = node_new(ps, name, len, (size_t)(name - ps->lx.text));
	if (!section)
		return NULL;
	section->is_section = true;
	lvi_cfg_append(parent, section);
	return lvi_cfg_paths_put(&ps->paths, parent, section) ? NULL : section;
}

struct place {
	struct open_section in;
	char *key;
	size_t len;
};

/* Walk down "a/b/c" to where c belongs. Slashes at the ends and double ones mean nothing, as in lvm2. */
static int follow_path(struct parser *ps, struct place *place)
{
	char *p = place->key, *end = p + place->len;
	int r;

	place->len = 0;
	while (p < end) {
		char *slash = memchr(p, '/', (size_t)(end - p)), *stop = slash ? slash : end;

		*stop = '\0';
		if (stop > p && place->len) {
			if (place->in.node == ps->closing && (r = open_all(ps)))
				return r;
			place->in.node = path_step(ps, place->in.node, place->key, place->len);
			if (!place->in.node)
				return lvi_error_nomem(ps->err);
			if (++place->in.depth >= CFG_DEPTH_MAX)
				return fail(ps, "sections are nested too deeply");
		}
		if (stop > p) {
			place->key = p;
			place->len = (size_t)(stop - p);
		}
		p = stop + 1;
	}
	return place->len ? 0 : fail(ps, "a key has no name");
}

/* A key token that is now behind us: where it belongs. */
static int place_key(struct parser *ps, const struct cfg_token *token, struct place *place)
{
	bool path = token->special;

	*place = (struct place) { .in = ps->open[ps->top], .key = token->start, .len = token->len };
	/* '=' or '{' followed, so there is room for the NUL. */
	lvi_cfg_lexer_finish(&ps->lx, token);
	if (token->type != CFG_T_WORD) {
		if (token->type == CFG_T_ESCAPED && token->special)
			place->len = lvi_cfg_unescape(token->start, token->len);
		path = memchr(place->key, '/', place->len);
	}
	if (path)
		return follow_path(ps, place);
	return place->len ? 0 : fail(ps, "a key has no name");
}

static int push_section(struct parser *ps, const struct place *place, struct cfg_node *node)
{
	int r = place->in.node == ps->closing ? leave_closed(ps, node) : 1;

	if (r <= 0)
		return r;
	node->is_section = true;
	if (place->in.node->indexed && lvi_cfg_paths_put(&ps->paths, place->in.node, node))
		return lvi_error_nomem(ps->err);
	if (place->in.depth >= CFG_DEPTH_MAX)
		return fail(ps, "sections are nested too deeply");
	ps->open[++ps->top] = (struct open_section) { node, place->in.depth + 1 };
	look_for_closing(ps, node);
	lvi_cfg_lexer_next(&ps->lx, false);
	return 0;
}

static void pop_section(struct parser *ps)
{
	/* It held the last child, see lvi_cfg_append(). */
	ps->open[ps->top].node->value = NULL;
	ps->top--;
}

static int parse_item(struct parser *ps)
{
	struct cfg_token key = ps->lx.token;
	struct place place;
	struct cfg_node *node;
	int r;

	lvi_cfg_lexer_next(&ps->lx, false);
	if (ps->lx.token.type != CFG_T_EQUALS && ps->lx.token.type != CFG_T_OPEN)
		return fail_expected(ps, "'=' or '{'");
	if ((r = place_key(ps, &key, &place)))
		return r;
	node = node_new(ps, place.key, place.len, (size_t)(place.key - ps->lx.text));
	if (!node)
		return lvi_error_nomem(ps->err);
	lvi_cfg_append(place.in.node, node);
	if (ps->lx.token.type == CFG_T_OPEN)
		return push_section(ps, &place, node);
	return parse_value(ps, node);
}

static bool at_end(const struct parser *ps)
{
	return ps->lx.token.type == CFG_T_END || (ps->lx.token.type == CFG_T_CLOSE && !ps->top && ps->inside);
}

static int parse_items(struct parser *ps)
{
	int r = 0;

	lvi_cfg_lexer_next(&ps->lx, false);
	while (!r && !at_end(ps)) {
		if (ps->lx.token.type == CFG_T_CLOSE && ps->top) {
			pop_section(ps);
			lvi_cfg_lexer_next(&ps->lx, false);
		} else if (ps->lx.token.type >= CFG_T_WORD && ps->lx.token.type <= CFG_T_RAW) {
			r = parse_item(ps);
		} else {
			r = fail_expected(ps, "a key");
		}
	}
	if (!r && ps->top)
		r = lvi_error(ps->err, LVOL_E_CORRUPT, ps->subject, "line %zu: section \"%.64s\" is not closed",
				lvi_cfg_lexer_line(&ps->lx), ps->open[ps->top].node->key);
	return r;
}

/* Not zeroed as a whole: the list of open sections is long. */
static void parser_init(struct parser *ps, struct arena *arena, struct cfg_source *source, struct lvol_error *err)
{
	ps->arena = arena;
	ps->source = source;
	ps->closing = NULL;
	ps->may_close = ps->inside = false;
	ps->paths = (struct cfg_paths) {0};
	ps->subject = source->subject;
	ps->err = err;
	ps->top = 0;
}

int lvi_cfg_parse_closed(struct arena *arena, struct cfg_source *source, struct cfg_node **root,
		struct lvol_error *err)
{
	struct parser ps;
	struct cfg_node *top;
	int r;

	if (source->len > UINT32_MAX)
		return lvi_error(err, LVOL_E_CORRUPT, source->subject, "a text of %zu bytes is longer than 4 GiB", source->len);
	parser_init(&ps, arena, source, err);
	ps.may_close = source->closed;
	lvi_cfg_lexer_init(&ps.lx, source->text, source->len);
	top = node_new(&ps, (char[]){""}, 0, 0);
	if (!top)
		return lvi_error_nomem(err);
	top->key = "";
	top->is_section = true;
	ps.open[0] = (struct open_section) { top, 0 };
	r = parse_items(&ps);
	/* what is wrong in a closed section comes first, and may be why the rest makes no sense */
	if (r == -LVOL_E_CORRUPT && ps.closing) {
		int first = open_all(&ps);

		r = first ? first : r;
	}
	lvi_cfg_paths_free(&ps.paths);
	top->value = NULL;
	if (!r)
		*root = top;
	return r;
}

int lvi_cfg_open_section(struct arena *arena, struct cfg_source *source, struct cfg_node *node, struct lvol_error *err)
{
	const struct closed *closed = (const struct closed *)node->value;
	struct parser ps;
	size_t lost;
	int r;

	if (!node->is_closed)
		return 0;
	parser_init(&ps, arena, source, err);
	ps.lx = (struct cfg_lexer) { .text = source->text, .at = source->text + closed->begin,
		.end = source->text + closed->end };
	/* newlines are counted from the beginning: those that went before it are missed otherwise */
	ps.lx.lost_lines = lost = closed->lost_lines + source->lost_lines;
	ps.inside = true;
	node->is_closed = false;
	node->value = NULL;
	ps.open[0] = (struct open_section) { node, 3 };
	r = parse_items(&ps);
	lvi_cfg_paths_free(&ps.paths);
	node->value = NULL;
	source->lost_lines += ps.lx.lost_lines - lost;
	return r;
}

int lvi_cfg_parse(struct arena *arena, char *text, size_t len, const char *subject, struct cfg_node **root,
		struct lvol_error *err)
{
	struct cfg_source source = { .text = text, .len = len, .subject = subject };

	return lvi_cfg_parse_closed(arena, &source, root, err);
}
