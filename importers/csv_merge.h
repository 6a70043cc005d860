/* Bringing together what several rows say of one thing. A fact that one row leaves unknown is taken
 * from another; where two rows differ the fact is disputed: it becomes unknown, and stays so. */
#pragma once
#include "base/diag.h"
#include "importers/csv_columns.h"
#include "model/subscription.h"

/* Sets of facts, as bits. */
#define CSV_BIT(field) (1u << (field))

/* Each merges from into into and returns the facts newly disputed; disputed are those already. */
uint32_t csv_merge_subscription(struct ims_subscription *into, const struct ims_subscription *from,
				uint32_t disputed);
uint32_t csv_merge_impi(struct impi *into, const struct impi *from, uint32_t disputed);
/* Without identity and grants. */
uint32_t csv_merge_impu(struct impu *into, const struct impu *from, uint32_t disputed);

/* What stands for a subscription where its own facts are in dispute. */
struct text csv_own_identity(const struct ims_subscription *s);

/* Facts in dispute that a later merge has to know of: by identity, kept as hashes. */
struct csv_dispute {
	uint64_t hash;
	uint32_t facts;
};
struct csv_disputes {
	struct csv_dispute *list;
	size_t count, capacity;
};
void csv_disputes_clear(struct csv_disputes *d);
/* Beyond LIMIT_REJECTS_KEPT, and when memory is out, nothing is kept. */
void csv_disputes_add(struct csv_disputes *d, struct text identity, uint32_t facts);
uint32_t csv_disputes_of(const struct csv_disputes *d, struct text identity);

/* The rule for records that share an identity: they are one subscription when their IMSIs are the
 * same, or one of them has none and they share an IMPI; with names, when the names are the same.
 * Marks in taken (all false before) some that are one by it; false when there are none. */
bool csv_take_one(const struct ims_subscription *records, size_t count, bool *taken);

/* Called for each disputed fact, with the record that brought it. */
struct csv_conflict {
	void (*report)(void *context, const struct ims_subscription *later, struct text identity,
		       uint32_t facts);
	void *context;
};

/* Joins the records taken, which are one subscription, into *out (initialised), whose arena gets
 * all texts. RC_NOMEM, RC_LIMIT. */
enum rc csv_join(const struct ims_subscription *records, size_t count, const bool *taken,
		 const struct csv_disputes *disputes, const struct csv_conflict *conflict,
		 struct ims_subscription *out);
