/* What the answers of a verdict carry beside their codes: Server-Name, Server-Capabilities and
 * User-Data (TS 29.228 6.1.1.1, 6.1.2.1, Annex B), by the habits of the HSS profile. */
#pragma once
#include "audit/resolved.h"
#include "model/verdict.h"

/* Members of a set beyond this many are left out of User-Data. */
#define USER_DATA_MEMBERS_MAX 4096

/* Texts and lists go to arena; reads the population. */
enum rc answer_content_add(const struct resolved *r, struct arena *arena, struct verdict *verdict,
			   struct diag *diag);
/* User-Data of the set of the presented IMPU. */
enum rc user_data_add(const struct resolved *r, struct arena *arena, struct cx_answer *answer,
		      struct diag *diag);
