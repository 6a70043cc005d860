/* Annex E documents from any bytes: both ways of keeping texts agree, indexes and limits hold, and
 * what is usable becomes a record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/ims_userdata.h"
#include "codec/ims_userdata_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_list(const struct userdata_list *l)
{
	uint32_t identities = 0, profiles = 0;

	for (uint32_t i = 0; i < l->document_count; i++) {
		const struct userdata_document *d = &l->document[i];

		require(d->first_identity == identities && d->first_profile == profiles);
		identities += d->identity_count;
		profiles += d->profile_count;
		require(d->refusal || d->private_id.length);
		require(d->private_id.length <= LIMIT_IDENTITY_LENGTH);
		for (uint32_t k = 0; k < d->identity_count; k++) {
			const struct userdata_identity *u = &l->identity[d->first_identity + k];

			require(u->identity.length > 0);
			require(u->identity.length <= LIMIT_IDENTITY_LENGTH);
			require(u->profile >= d->first_profile && u->profile < profiles);
		}
	}
	require(identities == l->identity_count && profiles == l->profile_count);
}

static void check_equal(const struct userdata_list *a, const struct userdata_list *b)
{
	require(a->document_count == b->document_count);
	require(a->identity_count == b->identity_count);
	for (uint32_t i = 0; i < a->document_count; i++)
		require(text_equal(a->document[i].private_id, b->document[i].private_id) ||
			!a->document[i].private_id.length);
	for (uint32_t i = 0; i < a->identity_count; i++) {
		require(text_equal(a->identity[i].identity, b->identity[i].identity));
		require(a->identity[i].barred == b->identity[i].barred);
	}
	for (uint32_t i = 0; i < a->profile_count; i++)
		require(a->profile[i].content == b->profile[i].content);
}

static void make_records(const struct userdata_list *l)
{
	struct hss_directory directory;
	struct userdata_profile_table profiles;
	struct ims_subscription s;

	hss_directory_init(&directory);
	userdata_profile_table_init(&profiles, &directory);
	subscription_init(&s);
	for (uint32_t i = 0; i < l->document_count; i++) {
		const struct userdata_document *d = &l->document[i];

		if (d->refusal)
			continue;
		subscription_reset(&s);
		require(userdata_add_to_subscription(l, d, &profiles, TEXT_LITERAL("1"), &s) ==
			RC_OK);
		require(s.impu_count == d->identity_count && s.impi_count == 1);
		require(s.association_count == d->identity_count);
	}
	subscription_clear(&s);
	userdata_profile_table_clear(&profiles);
	hss_directory_clear(&directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct userdata_parser *parser;
	struct userdata_list borrowed, copied;
	struct diag diag;
	char *text = malloc(size + 1);
	enum rc rc;

	if (!parser)
		require(userdata_parser_new(&parser, NULL) == RC_OK);
	memcpy(text, data, size);
	text[size] = '\0';
	userdata_list_init(&borrowed);
	userdata_list_init(&copied);
	diag_init(&diag);
	rc = userdata_parse(parser, text, size, true, &borrowed, &diag);
	require(rc == RC_OK || strlen(diag.text) > 0);
	require(userdata_parse(parser, text, size, false, &copied, &diag) == rc);
	check_list(&borrowed);
	check_equal(&borrowed, &copied);
	make_records(&borrowed);
	userdata_list_clear(&borrowed);
	userdata_list_clear(&copied);
	free(text);
	return 0;
}
