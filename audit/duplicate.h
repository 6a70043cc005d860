/* Identities that several subscriptions hold: found where lookup keys collide, verified on the
 * records. */
#pragma once
#include "audit/predict.h"
#include "audit/rule_table.h"
#include "store/snapshot.h"

/* What two subscriptions hold both. */
enum collision_kind {
	COLLISION_KEY, /* nothing but the key */
	COLLISION_IMSI,
	COLLISION_MSISDN,
	COLLISION_IMPI,
	COLLISION_IMPU,
	COLLISION_IRS,
	COLLISION_KINDS
};

/* One record that shares a lookup key with another: it must be judged on its own, and rule (or
 * NULL) is broken. */
struct collision {
	uint32_t ordinal;
	enum collision_kind kind; /* of identity */
	const struct rule *rule;
	struct text identity;
	uint32_t other;
};

/* Who holds an identity twice may be refused or not, by HSS: rows D47 and D48 are conditional. */
enum certainty collision_certainty(const struct collision *c);

struct collision_list {
	struct collision *item; /* sorted by ordinal after collision_list_sort */
	size_t count, capacity;
	struct arena arena; /* identities */
};
void collision_list_init(struct collision_list *l);
void collision_list_clear(struct collision_list *l);
/* Appends b to a, emptying b. */
enum rc collision_list_join(struct collision_list *a, struct collision_list *b);
void collision_list_sort(struct collision_list *l);
/* The first item of that ordinal or a later one, in a sorted list; one past the end when there is
 * none. */
const struct collision *collision_list_from(const struct collision_list *l, uint32_t ordinal);
const struct collision *collision_list_end(const struct collision_list *l);

/* Collects the collisions of one part of the lookup blocks (see snapshot_collisions). With
 * global_sets the sets that several subscriptions share are collected too. scan walks the lookup
 * blocks, lookup reads the records. */
enum rc duplicate_collect(struct snapshot_cursor *scan, struct snapshot_cursor *lookup,
			  bool global_sets, unsigned part, unsigned parts,
			  struct collision_list *out, struct diag *diag);
