/* Three-valued facts: what an export did not say stays unknown (design.md, "registration kernel").
 */
#pragma once

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* The three-valued value of a C truth value. */
static inline enum tri tri_from_bool(int truth)
{
	return truth ? TRI_YES : TRI_NO;
}

/* Kleene conjunction: no wins over unknown. */
static inline enum tri tri_and(enum tri a, enum tri b)
{
	if (a == TRI_NO || b == TRI_NO)
		return TRI_NO;
	return a == TRI_YES && b == TRI_YES ? TRI_YES : TRI_UNKNOWN;
}

/* Kleene disjunction: yes wins over unknown. */
static inline enum tri tri_or(enum tri a, enum tri b)
{
	if (a == TRI_YES || b == TRI_YES)
		return TRI_YES;
	return a == TRI_NO && b == TRI_NO ? TRI_NO : TRI_UNKNOWN;
}

/* Kleene negation. */
static inline enum tri tri_not(enum tri a)
{
	return a == TRI_UNKNOWN ? TRI_UNKNOWN : a == TRI_YES ? TRI_NO : TRI_YES;
}

/* "unknown", "no" or "yes". */
static inline const char *tri_str(enum tri a)
{
	return a == TRI_UNKNOWN ? "unknown" : a == TRI_YES ? "yes" : "no";
}
