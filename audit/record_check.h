/* Checks of one record that need no attempt: defects that do not stop a REGISTER, or that stop
 * nothing yet (rows of class WARN in cx-semantics 7, and the record rules beyond the table). */
#pragma once
#include "audit/policy.h"
#include "audit/rule_table.h"
#include "base/arena.h"
#include "model/hss_directory.h"
#include "model/subscription.h"
#include "model/uri.h"

struct record_check_hit {
	const struct rule *rule;
	enum certainty certainty; /* conditional: it stops a REGISTER in some HSSs or sets only */
	struct text subject;      /* the identity concerned, absent: the subscription */
	const char *text;         /* what is wrong, with the identities; in the arena */
};
struct record_check_context {
	const struct ims_subscription *record;
	const struct hss_directory *directory;
	const struct policy *policy;
	bool has_global_sets;
	bool is_conditional;   /* of the check that runs; private */
	const struct uri *uri; /* each IMPU parsed, URI_NONE for what cannot be; private */
	struct arena *arena;
	void (*hit)(const struct record_check_hit *hit, void *context);
	void *hit_context;
};

/* Runs every check over the record. RC_NOMEM. */
enum rc record_check_all(const struct record_check_context *context);
