#include "cli/lookup_wanted.h"

#include "model/collation.h"
#include "model/identity.h"

#define NUMBER_DIGITS_MIN 5

/* The user part, where there is one. */
static struct text user_of(struct text identity)
{
	struct uri uri;

	if (uri_parse(identity, &uri, NULL) == RC_OK && uri.scheme != URI_NONE && uri.user.data)
		return uri.user;
	if (text_find(identity, '@') >= 0)
		return identity_split_impi(identity).user;
	return identity;
}

enum rc lookup_wanted_init(struct lookup_wanted *w, struct text typed, struct text country_code,
			   struct diag *diag)
{
	struct identity_readings readings;

	w->count = 0;
	arena_init(&w->arena);
	if (!identity_read(typed, country_code, &w->arena, &readings)) {
		arena_clear(&w->arena);
		return diag_set(diag, RC_NOMEM, "no memory for an identity");
	}
	w->tidy = readings.tidy;
	for (; w->count < readings.count; w->count++) {
		char *number = w->reading[w->count].number;

		w->reading[w->count].text = readings.reading[w->count];
		w->reading[w->count].is_number =
			identity_number(user_of(readings.reading[w->count]), number,
					sizeof(w->reading[0].number)) &&
			strlen(number) >= NUMBER_DIGITS_MIN;
	}
	return RC_OK;
}

void lookup_wanted_clear(struct lookup_wanted *w)
{
	if (w)
		arena_clear(&w->arena);
}

static bool is_reading(const struct lookup_wanted *w, unsigned i, struct text stored)
{
	struct text text = w->reading[i].text;
	char number[sizeof(w->reading[0].number)];

	if (w->reading[i].is_number)
		return identity_number(user_of(stored), number, sizeof(number)) &&
		       !strcmp(number, w->reading[i].number);
	return collation_equal(stored, text) || identity_impu_equal(stored, text) ||
	       identity_impi_equal(stored, text);
}

bool lookup_same_identity(const struct lookup_wanted *w, struct text stored)
{
	for (unsigned i = 0; i < w->count; i++)
		if (is_reading(w, i, stored))
			return true;
	return false;
}

static bool one_is_reading(const struct lookup_wanted *w, unsigned i, const struct text *texts,
			   uint32_t count, struct text *stored)
{
	for (uint32_t k = 0; k < count; k++) {
		if (!is_reading(w, i, texts[k]))
			continue;
		*stored = texts[k];
		return true;
	}
	return false;
}

const char *lookup_record_holds(const struct lookup_wanted *w, unsigned i,
				const struct ims_subscription *r, struct text *stored)
{
	if (one_is_reading(w, i, r->imsi, r->imsi_count, stored))
		return "subscription.imsi";
	if (one_is_reading(w, i, r->msisdn, r->msisdn_count, stored))
		return "subscription.msisdn";
	for (uint32_t k = 0; k < r->impi_count; k++)
		if (one_is_reading(w, i, &r->impi[k].identity, 1, stored))
			return "impi.impi";
	for (uint32_t k = 0; k < r->impu_count; k++)
		if (one_is_reading(w, i, &r->impu[k].identity, 1, stored))
			return "impu.impu";
	return NULL;
}
