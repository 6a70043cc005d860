#include "trace/text_time.h"

#include <time.h>

#define SECOND_US INT64_C(1000000)

/* Y: year, M, D, h, m, s: two digits, d: day of one or two digits after blanks, b: month by name,
 * '-': one of "-/.", 'T': blanks, a tab or T, E: seconds since 1970 of ten digits. Others stand for
 * themselves. */
static const char *const forms[] = {
	"Y-M-DTh:m:s", "b d Y h:m:s", "b d h:m:s Y", "b d, Y h:m:s", "b d h:m:s",
	"d b Y h:m:s", "Y b dTh:m:s", "M-DTh:m:s",   "h:m:s",        "E",
};

struct stamp {
	struct tm tm;
	int64_t epoch;
	bool has_day, has_epoch;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of exactly n digits; -1 without. */
static int64_t digits(struct text t, size_t n)
{
	int64_t value = 0;

	if (t.length < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(t.data[i]))
			return -1;
		value = value * 10 + (t.data[i] - '0');
	}
	return value;
}

static size_t read_month(struct text t, struct stamp *s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; t.length >= 3 && i < 12; i++)
		if (text_equal_nocase(text_of(t.data, 3), text_of(names + 3 * (size_t)i, 3))) {
			s->tm.tm_mon = i;
			return 3;
		}
	return 0;
}

static size_t read_day(struct text t, struct stamp *s)
{
	size_t blank = t.length && t.data[0] == ' ' ? 1 : 0;
	struct text rest = text_of(t.data + blank, t.length - blank);
	size_t n = digits(rest, 2) > 0 ? 2 : 1;
	int64_t value = digits(rest, n);

	if (value < 1 || value > 31)
		return 0;
	s->tm.tm_mday = (int)value;
	s->has_day = true;
	return blank + n;
}

static size_t read_two(struct text t, int least, int most, int *out)
{
	int64_t value = digits(t, 2);

	if (value < least || value > most)
		return 0;
	*out = (int)value;
	return 2;
}

static size_t read_year(struct text t, struct stamp *s)
{
	int64_t value = digits(t, 4);

	if (value < 1970 || value > 2200)
		return 0;
	s->tm.tm_year = (int)value - 1900;
	return 4;
}

static size_t read_epoch(struct text t, struct stamp *s)
{
	int64_t value = digits(t, 10);

	if (value < 1000000000 || t.length < 12 || t.data[10] != '.' || !is_digit(t.data[11]))
		return 0;
	s->epoch = value;
	s->has_epoch = s->has_day = true;
	return 10;
}

static size_t read_field(char form, struct text t, struct stamp *s)
{
	size_t n = 0;

	switch (form) {
	case 'Y':
		return read_year(t, s);
	case 'M':
		n = read_two(t, 1, 12, &s->tm.tm_mon);
		s->tm.tm_mon -= n ? 1 : 0;
		return n;
	case 'D':
		s->has_day = true;
		return read_two(t, 1, 31, &s->tm.tm_mday);
	case 'd':
		return read_day(t, s);
	case 'b':
		return read_month(t, s);
	case 'h':
		return read_two(t, 0, 23, &s->tm.tm_hour);
	case 'm':
		return read_two(t, 0, 59, &s->tm.tm_min);
	case 's':
		return read_two(t, 0, 60, &s->tm.tm_sec);
	case 'E':
		return read_epoch(t, s);
	case '-':
		return t.length && strchr("-/.", t.data[0]) ? 1 : 0;
	case 'T':
		while (n < t.length && (t.data[n] == ' ' || t.data[n] == '\t'))
			n++;
		return n ? n : t.length && t.data[0] == 'T';
	default:
		return t.length && t.data[0] == form ? 1 : 0;
	}
}

static struct text skip(struct text t, size_t n)
{
	return text_of(t.data + n, t.length - n);
}

static size_t read_form(const char *form, struct text t, struct stamp *s)
{
	size_t length = 0;

	*s = (struct stamp){.tm = {.tm_mday = 1, .tm_year = 70}};
	for (; *form; form++) {
		size_t n = read_field(*form, skip(t, length), s);

		if (n == 0)
			return 0;
		length += n;
	}
	return length;
}

/* ".123456" or ",123": microseconds. */
static size_t read_fraction(struct text t, int64_t *us)
{
	size_t n = 1;

	*us = 0;
	if (t.length < 2 || (t.data[0] != '.' && t.data[0] != ',') || !is_digit(t.data[1]))
		return 0;
	for (int64_t unit = SECOND_US / 10; n < t.length && is_digit(t.data[n]); n++, unit /= 10)
		*us += unit * (t.data[n] - '0');
	return n;
}

/* "Z", "+01:00", "-0530": seconds east of UTC. */
static size_t read_zone(struct text t, int64_t *east)
{
	*east = 0;
	if (t.length && t.data[0] == 'Z')
		return 1;
	if (t.length < 5 || (t.data[0] != '+' && t.data[0] != '-'))
		return 0;
	size_t colon = t.data[3] == ':' ? 1 : 0;
	int64_t hours = digits(skip(t, 1), 2), minutes = digits(skip(t, 3 + colon), 2);

	if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
		return 0;
	*east = (hours * 60 + minutes) * 60 * (t.data[0] == '-' ? -1 : 1);
	return 5 + colon;
}

size_t text_time_read(struct text t, int64_t *time_us, bool *has_day)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct stamp s;
		int64_t fraction, east = 0;
		size_t length = read_form(forms[i], t, &s);

		/* more pairs make a hardware address */
		if (length == 0 || (!s.has_day && length < t.length && t.data[length] == ':'))
			continue;
		length += read_fraction(skip(t, length), &fraction);
		if (s.has_day && !s.has_epoch)
			length += read_zone(skip(t, length), &east);
		int64_t seconds = s.has_epoch ? s.epoch : (int64_t)timegm(&s.tm) - east;

		*time_us = seconds * SECOND_US + fraction;
		*has_day = s.has_day;
		return length;
	}
	return 0;
}

bool text_time_find(struct text t, int64_t *time_us, bool *has_day)
{
	for (size_t i = 0; i < t.length; i++) {
		char before = i ? t.data[i - 1] : ' ';
		bool is_inside = is_digit(before) || before == '.' || before == ':' ||
				 ((before | 0x20) >= 'a' && (before | 0x20) <= 'z');

		if (!is_inside && text_time_read(skip(t, i), time_us, has_day))
			return true;
	}
	return false;
}
