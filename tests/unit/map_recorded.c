/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Graphs beside what lvm2 2.03.16 loads, device for device and line for line, of VGs that tests/kernel/tables.guest made with
 * it on a real kernel: the very lines of its log, before the kernel had a say in them. The recording here is
 * map_recorded.txt; tests/kernel/tables.sh makes another one each time, and gives its name in LVOL_MAP_RECORDED. It has
 * for each scenario:
 *     === NAME
 *     flags activate ...          what was asked for
 *     lvs LV ...                  and of which LVs
 *     --- devices                 NAME UUID MAJOR MINOR ATTR READ-AHEAD of all there are
 *     --- loaded                  MAJOR:MINOR LINE
 *     --- metadata                not there: those of the scenario before
 */
#include <stdlib.h>

#include "base/array.h"
#include "map/map.h"
#include "metadata_text.h"

#define FAKE_DEV(i) ((struct lvol_dev *)(0x1000 + (uintptr_t)(i)))
#define DISK "/dev/ubd"

static struct lvol_error err;

struct device {
	char name[160], uuid[160], attr[16], lines[8192];
	int major, minor, read_ahead;
	bool found;
};

struct scenario {
	char name[80];
	unsigned flags;
	char *lvs;                      /* words */
	ARRAY(struct device) devices;
	char *metadata;                 /* NULL: as of the one before */
};

static unsigned parse_flags(char *words)
{
	static const struct { const char *word; unsigned flag; } known[] = {
		{ "activate", MAP_ACTIVATE }, { "partial", MAP_PARTIAL }, { "degraded", MAP_DEGRADED },
		{ "nosync", MAP_IN_SYNC }, { "nomerge", MAP_NO_MERGE }
	};
	unsigned flags = 0;

	for (char *save, *word = strtok_r(words, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		size_t i = 0;

		while (i < sizeof known / sizeof known[0] && strcmp(known[i].word, word))
			i++;
		ck_assert_msg(i < sizeof known / sizeof known[0], "flag %s", word);
		flags |= known[i].flag;
	}
	return flags;
}

static struct device *device_by_number(struct scenario *s, int major, int minor)
{
	for (size_t i = 0; i < s->devices.len; i++)
		if (s->devices.items[i].major == major && s->devices.items[i].minor == minor)
			return &s->devices.items[i];
	return NULL;
}

static struct device *device_by_name(struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->devices.len; i++)
		if (!strcmp(s->devices.items[i].name, name))
			return &s->devices.items[i];
	return NULL;
}

static void parse_device(struct scenario *s, const char *line)
{
	struct device *d = ARRAY_PUSH(&s->devices);

	ck_assert_int_eq(sscanf(line, "%159s %159s %d %d %15s %d", d->name, d->uuid, &d->major, &d->minor, d->attr,
			&d->read_ahead), 6);
}

static void parse_loaded(struct scenario *s, const char *line)
{
	int major, minor, at;
	struct device *d;

	ck_assert_int_eq(sscanf(line, "%d:%d %n", &major, &minor, &at), 2);
	d = device_by_number(s, major, minor);
	ck_assert_msg(d, "%s: no device for %s", s->name, line);
	ck_assert_uint_lt(strlen(d->lines) + strlen(line + at) + 2, sizeof d->lines);
	strcat(strcat(d->lines, line + at), "\n");
}

/* One section "--- NAME" at @text, which ends at the next or at the scenario's end; both have a NUL there. */
static void parse_section(struct scenario *s, const char *name, char *text)
{
	if (!strcmp(name, "metadata")) {
		s->metadata = text;
		return;
	}
	for (char *save, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		while (len && line[len - 1] == ' ')
			line[--len] = '\0';
		(strcmp(name, "devices") ? parse_loaded : parse_device)(s, line);
	}
}

static char *cut_before(char *text, const char *mark)
{
	char *at = text ? strstr(text, mark) : NULL;

	if (!at)
		return NULL;
	*at = '\0';
	return at + strlen(mark);
}

static char *line_of(char *text, const char *key)
{
	char *at = strstr(text, key);

	ck_assert_msg(at, "no %s in %s", key, text);
	return at + strlen(key);
}

/* NAME\nflags ...\nlvs ...\n--- SECTION\n... */
static struct scenario parse_scenario(char *text)
{
	char *section = cut_before(text, "\n--- "), *flags, *lvs;
	struct scenario s = { 0 };

	ck_assert_int_eq(sscanf(text, "%79s", s.name), 1);
	flags = line_of(text, "\nflags ");
	lvs = line_of(text, "\nlvs ");
	lvs[-5] = '\0';
	s.flags = parse_flags(flags);
	s.lvs = lvs;
	while (section) {
		char *name = section, *body;

		section = cut_before(name, "\n--- ");
		body = cut_before(name, "\n");
		if (body)
			parse_section(&s, name, body);
	}
	return s;
}

static void name_number(void *arg, const struct dm_node *dev, struct textbuf *out)
{
	const struct device *d;

	if (dev->is_leaf) {
		lvi_textbuf_printf(out, "98:%d", 16 * (dev->name[strlen(DISK)] - 'a'));
		return;
	}
	d = device_by_name(arg, dev->name);
	if (d)
		lvi_textbuf_printf(out, "%d:%d", d->major, d->minor);
	else
		lvi_textbuf_puts(out, dev->name);
}

static void check_node(struct scenario *s, const struct dm_node *node)
{
	struct device *d = device_by_name(s, node->name);
	struct textbuf t = { 0 };
	char *got;

	ck_assert_msg(d, "%s: lvm2 has no device %s", s->name, node->name);
	d->found = true;
	ck_assert_msg(!strcmp(node->uuid, d->uuid), "%s: uuid of %s is %s, lvm2's %s", s->name, node->name, node->uuid, d->uuid);
	lvi_dm_table_print(&node->table, name_number, s, &t);
	got = lvi_textbuf_take(&t, NULL);
	ck_assert_msg(!strcmp(got, d->lines), "%s: %s is\n%slvm2 loads\n%s", s->name, node->name, got, d->lines);
	free(got);
	ck_assert_msg(node->read_only == (d->attr[3] == 'r'), "%s: permission of %s, lvm2 %s", s->name, node->name, d->attr);
	ck_assert_msg(node->minor < 0 || node->minor == d->minor, "%s: number of %s", s->name, node->name);
	ck_assert_msg(node->read_ahead_fixed ? (int)node->read_ahead_sectors == d->read_ahead :
			(int)node->read_ahead_sectors <= d->read_ahead, "%s: read-ahead of %s is %s%u, lvm2's %d", s->name,
			node->name, node->read_ahead_fixed ? "" : "at least ", node->read_ahead_sectors, d->read_ahead);
}

static struct lvol_vg *import(const char *metadata)
{
	struct lvol_vg *vg;

	t_ok(text_import(metadata, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		if (strncmp(pv->device_hint, DISK, strlen(DISK)))
			continue;
		pv->dev = FAKE_DEV(pv->device_hint[strlen(DISK)]);
		pv->dev_name = pv->device_hint;
	}
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

static unsigned check_scenario(struct scenario *s)
{
	static const struct map_settings settings = { .thin_threshold_percent = 70 };   /* as the guest's lvm.conf */
	struct lvol_vg *vg = import(s->metadata);
	const struct lvol_lv *lvs[100];
	struct map_request request = { .lvs = lvs, .flags = s->flags, .settings = &settings };
	struct lv_map map;
	int r;

	for (char *save, *word = strtok_r(s->lvs, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		ck_assert_uint_lt(request.count, 100);
		lvs[request.count] = lvi_vg_find_lv(vg, word);
		ck_assert_msg(lvs[request.count++], "%s: no LV %s", s->name, word);
	}
	r = lvi_map_lvs(&request, &map, &err);
	ck_assert_msg(!r, "%s: %s", s->name, err.message);
	for (const struct dm_node *node = map.graph->first; node; node = node->next)
		if (!node->is_leaf)
			check_node(s, node);
	for (size_t i = 0; i < s->devices.len; i++)
		ck_assert_msg(s->devices.items[i].found, "%s: lvm2 has %s, which is not in the graph", s->name,
				s->devices.items[i].name);
	lvi_map_free(&map);
	lvi_vg_unref(vg);
	return s->devices.len;
}

START_TEST(as_lvm2)
{
	const char *live = getenv("LVOL_MAP_RECORDED"), *only = getenv("LVOL_MAP_ONLY"), *least = getenv("LVOL_MAP_DEVICES");
	char *path = live ? strdup(live) : NULL, *metadata = NULL, *text, *next;
	unsigned devices = 0, scenarios = 0;

	if (!live)
		ck_assert_int_ge(asprintf(&path, "%s/tests/unit/map_recorded.txt", getenv("LVOL_SRC")), 0);
	text = t_read_file(path, NULL);
	for (char *at = cut_before(text, "=== "); at; at = next) {
		struct scenario s;

		next = cut_before(at, "\n=== ");
		s = parse_scenario(at);
		metadata = s.metadata = s.metadata ? s.metadata : metadata;
		ck_assert_ptr_nonnull(metadata);
		if (!only || !strcmp(only, s.name)) {
			devices += check_scenario(&s);
			scenarios++;
		}
		ARRAY_FREE(&s.devices);
	}
	/* the test must not pass for want of any */
	ck_assert_msg(only || devices > (least ? strtoul(least, NULL, 10) : 500), "only %u devices in %u scenarios", devices,
			scenarios);
	printf("%u devices in %u scenarios\n", devices, scenarios);
	free(text);
	free(path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("map_recorded");
	TCase *tc = tcase_create("recorded");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, as_lvm2);
	suite_add_tcase(s, tc);
	return t_main(s);
}
