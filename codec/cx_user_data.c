#include "codec/cx_user_data.h"

#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "codec/ims_userdata.h"
#include "codec/ims_userdata_template.h"
#include "model/cx_exchange.h"

struct cx_user_data_reader {
	struct userdata_parser *parser;
	struct userdata_templates *templates;
	struct userdata_list list;
	struct arena arena; /* the facts of the last call */
};

enum rc cx_user_data_reader_new(struct cx_user_data_reader **out, struct diag *diag)
{
	struct cx_user_data_reader *r = calloc(1, sizeof(*r));
	enum rc rc;

	if (!r)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	userdata_list_init(&r->list);
	arena_init(&r->arena);
	rc = userdata_parser_new(&r->parser, diag);
	r->templates = userdata_templates_new();
	if (rc == RC_OK && !r->templates)
		rc = diag_set(diag, RC_NOMEM, "%s", "memory is out");
	if (rc != RC_OK) {
		cx_user_data_reader_free(r);
		return rc;
	}
	*out = r;
	return RC_OK;
}

void cx_user_data_reader_free(struct cx_user_data_reader *r)
{
	if (!r)
		return;
	arena_clear(&r->arena);
	userdata_list_clear(&r->list);
	userdata_templates_free(r->templates);
	userdata_parser_free(r->parser);
	free(r);
}

/* Stable across machines: the hashes of different runs are compared. */
static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	number = htole64(number);
	return XXH3_64bits_withSeed(&number, sizeof(number), hash);
}

static uint64_t hash_profiles(const struct user_data_profile *profile, uint32_t count)
{
	uint64_t hash = hash_number(0, count);

	for (uint32_t i = 0; i < count; i++) {
		hash = hash_number(hash, profile[i].content);
		hash = hash_number(hash, profile[i].count);
		for (uint32_t k = 0; k < profile[i].count; k++) {
			const struct user_data_identity *u = &profile[i].identity[k];

			hash = hash_number(hash, (uint64_t)(u->barred + 1));
			hash = XXH3_64bits_withSeed(u->identity.data, u->identity.length, hash);
		}
	}
	return hash ? hash : 1;
}

static int barred_of(enum tri barred)
{
	return barred == TRI_UNKNOWN ? -1 : barred == TRI_YES;
}

/* The identities of a document lie profile by profile. */
static void put_profile(const struct userdata_list *l, const struct userdata_document *d,
			uint32_t number, struct user_data_identity *identity, uint32_t *used,
			struct user_data_profile *out)
{
	const struct userdata_profile *p = &l->profile[d->first_profile + number];
	uint32_t first = *used;

	while (*used < d->identity_count) {
		const struct userdata_identity *u = &l->identity[d->first_identity + *used];

		if (u->profile != d->first_profile + number)
			break;
		identity[(*used)++] =
			(struct user_data_identity){u->identity, barred_of(u->barred)};
	}
	*out = (struct user_data_profile){
		.identity = *used > first ? identity + first : NULL,
		.count = *used - first,
		.content = p->content,
		.ifc_count = p->ifc_count,
		.faults = p->faults,
	};
}

static enum rc put_profiles(struct cx_user_data_reader *r, const struct userdata_document *d,
			    struct cx_user_data *out)
{
	uint32_t count = d ? d->profile_count : 0, used = 0;
	struct user_data_identity *identity;

	arena_reset(&r->arena);
	out->profile = arena_alloc(&r->arena, count * sizeof(*out->profile));
	identity = arena_alloc(&r->arena, d ? d->identity_count * sizeof(*identity) : 0);
	if (!out->profile || !identity)
		return RC_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		put_profile(&r->list, d, i, identity, &used, &out->profile[i]);
	out->profile_count = count;
	out->hash = count ? hash_profiles(out->profile, count) : 0;
	return RC_OK;
}

/* Fills the list; what cannot be read is damage. */
static enum rc parse(struct cx_user_data_reader *r, struct text raw, uint32_t *damage)
{
	enum rc rc;

	userdata_list_reset(&r->list);
	if (raw.length > LIMIT_RECORD_BYTES) {
		*damage |= CX_DAMAGE_LIMIT;
		return RC_OK;
	}
	if (userdata_templates_read(r->templates, raw, &r->list))
		return RC_OK;
	rc = userdata_parse(r->parser, raw.data, raw.length, true, &r->list, NULL);
	if (rc == RC_NOMEM)
		return rc;
	if (rc != RC_OK)
		*damage |= CX_DAMAGE_USER_DATA;
	else if (r->list.document_count == 1)
		userdata_templates_learn(r->templates, raw, &r->list, 0);
	return RC_OK;
}

enum rc cx_user_data_read(struct cx_user_data_reader *r, struct text raw, struct cx_user_data *out)
{
	const struct userdata_document *d;
	enum rc rc;

	*out = (struct cx_user_data){0};
	rc = parse(r, raw, &out->damage);
	if (rc != RC_OK)
		return rc;
	d = r->list.document_count ? &r->list.document[0] : NULL;
	if (!d || d->refusal)
		out->damage |= CX_DAMAGE_USER_DATA;
	if (d && d->private_id.length)
		out->impi = d->private_id;
	return put_profiles(r, d, out);
}
