/* Time stamps and directions as logs print them around SIP messages: "2026/11/22 10:00:01.123456
 * 192.0.2.1:5060 -> 198.51.100.1:5060", "Nov 22 10:00:01", "[TX]", "received from udp:…". Tables of
 * forms, not of tools. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct text_mark {
	bool has_time;
	bool has_day;    /* else time_us is that of the day */
	int64_t time_us; /* since 1970, in UTC unless the stamp names its zone; a day without year
			    is one of 1970 */
	char source[48], destination[48]; /* address or name; "" = not said */
	uint16_t source_port, destination_port;
	bool has_direction; /* an arrow, or a word such as "Sent", even without addresses */
};

/* Looks for them in text that is no part of a SIP message. True when there is any. */
bool text_mark_read(struct text t, struct text_mark *out);

/* Takes from the earlier mark what into says nothing of: the time, or both addresses. */
void text_mark_merge(struct text_mark *into, const struct text_mark *earlier);

/* Whether a line can only be what a log writes between messages: a stamp, a direction or a ruler
 * begins it. */
bool text_mark_is_line(struct text t);
