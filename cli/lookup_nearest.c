#include "cli/lookup.h"

#include <stdio.h>

#include "audit/ordinal_list.h"
#include "base/limits.h"
#include "codec/lookup_key.h"
#include "model/identity.h"
#include "model/nearest.h"
#include "model/plmn.h"

#define SHOWN_MAX 5
#define CANDIDATES_MAX 4 /* records looked at for one spelling */
#define SLIP_BYTES_MAX 40

struct nearing {
	struct session *session;
	void (*visit)(struct text identity, void *context);
	void *context;
	struct ims_subscription record;
	struct ordinal_list list;
	uint64_t shown[SHOWN_MAX]; /* hashes */
	unsigned count;
	enum rc rc;
	struct diag *diag;
};

static bool is_shown(const struct nearing *n, uint64_t hash)
{
	for (unsigned i = 0; i < n->count; i++)
		if (n->shown[i] == hash)
			return true;
	return false;
}

/* Shows what a record has for the identity, if anything, and once. */
static void show(struct nearing *n, uint32_t ordinal, const struct lookup_wanted *wanted)
{
	struct text stored;
	uint64_t hash;

	if (n->count == SHOWN_MAX)
		return;
	n->rc = snapshot_read(n->session->cursor, ordinal, &n->record, n->diag);
	if (n->rc != RC_OK || !lookup_record_holds(wanted, 0, &n->record, &stored))
		return;
	hash = text_hash(TEXT_HASH_SEED, stored);
	if (is_shown(n, hash))
		return;
	n->visit(stored, n->context);
	n->shown[n->count++] = hash;
}

/* One spelling; false when enough are shown or something failed. */
static bool try_spelling(struct text t, void *context)
{
	struct nearing *n = context;
	struct lookup_wanted wanted;

	n->list.count = 0;
	n->rc = snapshot_find(n->session->cursor, LOOKUP_IDENTITY, t, ordinal_list_visit, &n->list,
			      n->diag);
	if (n->rc != RC_OK || !n->list.count)
		return n->rc == RC_OK;
	n->rc = lookup_wanted_init(&wanted, t, TEXT_NONE, n->diag);
	if (n->rc != RC_OK)
		return false;
	for (uint32_t i = 0; i < n->list.count && n->rc == RC_OK; i++)
		show(n, n->list.ordinal[i], &wanted);
	lookup_wanted_clear(&wanted);
	return n->rc == RC_OK && n->count < SHOWN_MAX;
}

/* An identity in which the user part, or the number, can be changed. */
struct slip {
	struct text before, part, after;
	const char *alphabet;
};

/* The spelling with bytes of part from start to end replaced by those of with. */
static bool try_changed(struct nearing *n, const struct slip *s, size_t start, size_t end,
			struct text with)
{
	char spelling[LIMIT_IDENTITY_LENGTH + 1];
	int length = snprintf(spelling, sizeof(spelling), "%.*s%.*s%.*s%.*s%.*s",
			      (int)s->before.length, s->before.data, (int)start, s->part.data,
			      (int)with.length, with.data, (int)(s->part.length - end),
			      s->part.data + end, (int)s->after.length, s->after.data);

	if (length <= 0 || (size_t)length >= sizeof(spelling))
		return true;
	return try_spelling(text_of(spelling, (size_t)length), n);
}

/* Two that changed places, one too many, another one, one that is missing: the likelier first. */
static void try_slips(struct nearing *n, const struct slip *s)
{
	bool goes_on = true;

	for (size_t i = 0; i + 1 < s->part.length && goes_on; i++) {
		const char swapped[] = {s->part.data[i + 1], s->part.data[i]};

		goes_on = try_changed(n, s, i, i + 2, text_of(swapped, 2));
	}
	for (size_t i = 0; i < s->part.length && goes_on; i++)
		goes_on = try_changed(n, s, i, i + 1, TEXT_LITERAL(""));
	for (unsigned is_missing = 0; is_missing < 2; is_missing++)
		for (size_t i = 0; i < s->part.length + is_missing && goes_on; i++)
			for (const char *c = s->alphabet; *c && goes_on; c++)
				goes_on = try_changed(n, s, i, i + 1 - is_missing, text_of(c, 1));
}

/* What may be mistyped; false when it is too short or too long for a search. */
static bool slip_init(struct slip *s, const struct lookup_wanted *wanted)
{
	struct text t = wanted->reading[wanted->tidy].text;
	ptrdiff_t colon, at;

	s->before = s->after = TEXT_LITERAL("");
	s->part = t;
	s->alphabet = "0123456789";
	if (wanted->reading[wanted->tidy].is_number) {
		s->part = text_from(wanted->reading[wanted->tidy].number);
		return s->part.length <= SLIP_BYTES_MAX;
	}
	s->alphabet = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
	colon = text_find(t, ':');
	if (text_starts_with_nocase(t, "sip") && colon >= 0)
		s->before = text_of(t.data, (size_t)colon + 1);
	s->part = text_of(t.data + s->before.length, t.length - s->before.length);
	at = text_find_last(s->part, '@');
	if (at >= 0) {
		s->after = text_of(s->part.data + at, s->part.length - (size_t)at);
		s->part.length = (size_t)at;
	}
	return s->part.length >= 2 && s->part.length <= SLIP_BYTES_MAX;
}

enum rc lookup_nearest(struct session *s, const struct lookup_wanted *wanted,
		       void (*visit)(struct text identity, void *context), void *context,
		       struct diag *diag)
{
	struct nearing n = {.session = s, .visit = visit, .context = context, .diag = diag};
	struct text t = wanted->reading[wanted->tidy].text;
	struct strbuf derived;
	struct slip slip;

	n.list.limit = CANDIDATES_MAX;
	strbuf_init(&derived);
	subscription_init(&n.record);
	if (identity_is_imsi(t) &&
	    identity_add_derived_impi(t, plmn_mnc_length(t, NULL, 0).length, &derived))
		t = strbuf_text(&derived);
	identity_visit_misspellings(t, try_spelling, &n);
	if (n.rc == RC_OK && n.count < SHOWN_MAX && slip_init(&slip, wanted))
		try_slips(&n, &slip);
	ordinal_list_clear(&n.list);
	subscription_clear(&n.record);
	strbuf_clear(&derived);
	return n.rc;
}
