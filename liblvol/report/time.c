/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "report/select.h"

/*
 * Times of a selection, as in ISO 8601 with a space between the parts: YYYY, YYYY-MM, YYYY-MM-DD (or YYYYMM, YYYYMMDD),
 * then HH, HH:MM, HH:MM:SS (or HHMM, HHMMSS), then +HH, +HH:MM or +HHMM. What is left out makes it a span: "2024" is
 * the whole year.
 */
struct reader { const char *at, *end; };

/* Numbers of @digits[i] digits with @separator between them, or without; how many there were, 0: it is none. */
static int read_group(struct reader *r, char separator, const unsigned *digits, int *out)
{
	int count = 0;

	while (count < 3) {
		const char *at = r->at;
		int v = 0;

		if (count && at < r->end && *at == separator)
			at++;
		if (r->end - at < (ptrdiff_t)digits[count])
			break;
		for (unsigned i = 0; i < digits[count]; i++, at++) {
			if (!isdigit((unsigned char)*at))
				return count;
			v = v * 10 + (*at - '0');
		}
		out[count++] = v;
		r->at = at;
	}
	return count;
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end && isspace((unsigned char)*r->at))
		r->at++;
}

static bool read_date(struct reader *r, struct tm *tm, int *parts)
{
	static const unsigned digits[] = { 4, 2, 2 };
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int v[3] = { 0, 1, 1 };

	*parts = read_group(r, '-', digits, v);
	if (!*parts || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > days[v[1] - 1])
		return false;
	tm->tm_year = v[0] - 1900;
	tm->tm_mon = v[1] - 1;
	tm->tm_mday = v[2];
	skip_space(r);
	return true;
}

static bool read_clock(struct reader *r, struct tm *tm, int *parts)
{
	static const unsigned digits[] = { 2, 2, 2 };
	int v[3] = { 0, 0, 0 }, count;

	if (r->at == r->end || !isdigit((unsigned char)*r->at))
		return true;
	count = read_group(r, ':', digits, v);
	/* a time of day is one of a day */
	if (!count || *parts != 3 || v[0] > 23 || v[1] > 59 || v[2] > 60)
		return false;
	*parts += count;
	tm->tm_hour = v[0];
	tm->tm_min = v[1];
	tm->tm_sec = v[2];
	skip_space(r);
	return true;
}

/* East of Greenwich in seconds. */
static bool read_zone(struct reader *r, bool *given, long *seconds)
{
	static const unsigned digits[] = { 2, 2, 2 };
	int v[3] = { 0, 0, 0 }, sign, count;

	*given = r->at < r->end;
	if (!*given)
		return true;
	if (*r->at != '+' && *r->at != '-')
		return false;
	sign = *r->at++ == '-' ? -1 : 1;
	count = read_group(r, ':', digits, v);
	*seconds = sign * (v[0] * 3600L + v[1] * 60L);
	return count && count < 3 && v[0] <= 14 && v[1] <= 59;
}

/* The next year, month, day ...: mktime puts right what overflows. */
static void step(struct tm *tm, int parts)
{
	int *fields[] = { &tm->tm_year, &tm->tm_mon, &tm->tm_mday, &tm->tm_hour, &tm->tm_min, &tm->tm_sec };

	++*fields[parts - 1];
}

static bool to_seconds(struct tm *tm, bool zone, long east, uint64_t *out)
{
	time_t t;

	tm->tm_isdst = -1;
	t = zone ? timegm(tm) - east : mktime(tm);
	*out = t < 0 ? 0 : (uint64_t)t;
	return t != (time_t)-1;
}

bool lvi_time_parse(const char *text, size_t len, uint64_t *first, uint64_t *last)
{
	struct reader r = { text, text + len };
	struct tm tm = { .tm_isdst = -1 }, next;
	bool zone = false;
	long east = 0;
	int parts;

	if (!read_date(&r, &tm, &parts) || !read_clock(&r, &tm, &parts) || !read_zone(&r, &zone, &east) || r.at != r.end)
		return false;
	next = tm;
	step(&next, parts);
	if (!to_seconds(&tm, zone, east, first) || !to_seconds(&next, zone, east, last))
		return false;
	*last -= *last != 0;
	return true;
}
