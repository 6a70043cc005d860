#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define BAR_WIDTH 24

void progress_init(struct progress *p, const char *what, bool is_bytes)
{
	memset(p, 0, sizeof(*p));
	p->what = what;
	p->is_bytes = is_bytes;
	p->is_shown = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &p->started);
}

static double seconds_between(const struct timespec *a, const struct timespec *b)
{
	return (double)(b->tv_sec - a->tv_sec) + (double)(b->tv_nsec - a->tv_nsec) / 1e9;
}

void progress_format(const struct progress *p, uint64_t done, uint64_t total, uint64_t records,
		     double seconds, char *out, unsigned size)
{
	double scale = p->is_bytes ? 1e6 : 1e3, rate = seconds > 0 ? (double)done / seconds : 0;
	const char *unit = p->is_bytes ? "MB" : "k";
	char bar[BAR_WIDTH + 1] = "", left[32] = "", count[40] = "";

	if (total) {
		unsigned filled = (unsigned)((double)done / (double)total * BAR_WIDTH);
		uint64_t remaining = rate > 0 && done < total
					     ? (uint64_t)((double)(total - done) / rate + 0.5)
					     : 0;

		if (filled > BAR_WIDTH)
			filled = BAR_WIDTH;
		memset(bar, '#', filled);
		memset(bar + filled, '.', BAR_WIDTH - filled);
		bar[BAR_WIDTH] = '\0';
		snprintf(left, sizeof(left), ", %llu:%02llu left",
			 (unsigned long long)(remaining / 60),
			 (unsigned long long)(remaining % 60));
	}
	if (records)
		snprintf(count, sizeof(count), ", %llu subscription%s", (unsigned long long)records,
			 text_plural(records));
	if (total)
		snprintf(out, size, "%s [%s] %3.0f%% %.0f %s/s%s%s", p->what, bar,
			 100.0 * (double)done / (double)total, rate / scale, unit, count, left);
	else
		snprintf(out, size, "%s %.0f %s, %.0f %s/s%s", p->what, (double)done / scale, unit,
			 rate / scale, unit, count);
}

void progress_update(struct progress *p, uint64_t done, uint64_t total, uint64_t records)
{
	struct timespec now;
	char line[200];

	if (!p->is_shown)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (p->drawn.tv_sec && seconds_between(&p->drawn, &now) < 0.1)
		return;
	p->drawn = now;
	progress_format(p, done, total, records, seconds_between(&p->started, &now), line,
			sizeof(line));
	fprintf(stderr, "\r\033[K%s", line);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->is_shown && p->drawn.tv_sec)
		fputs("\r\033[K", stderr);
}
