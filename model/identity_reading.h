/* What a person types or pastes for an identity, as a store may hold it. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

#define IDENTITY_READINGS_MAX 3
struct identity_readings {
	struct text reading[IDENTITY_READINGS_MAX];
	unsigned count; /* at least 1 */
	unsigned tidy;  /* the one without what people add; 0 when nothing was added */
};

/*
 * The readings of typed, likeliest first: as it is; without what people add ("IMSI:" and the like
 * before it, quotes, <>, and in a number blanks, dashes, brackets and slashes, those of Unicode
 * too); as an international number, where the number begins with 00, or with 0 and country_code
 * (digits, or absent) is known. "(0)" within an international number is left out (ITU-T E.123).
 * The texts are typed's own or live in arena. False when memory is out.
 */
bool identity_read(struct text typed, struct text country_code, struct arena *arena,
		   struct identity_readings *out);
