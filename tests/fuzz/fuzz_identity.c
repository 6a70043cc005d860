/* Identities of any form, one a line: derivation, comparison, matching and masking agree with each
 * other. */
#include <stdint.h>
#include <stdlib.h>

#include "model/collation.h"
#include "model/identity.h"
#include "model/identity_reading.h"
#include "model/nearest.h"
#include "model/plmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static bool visit(struct text t, void *context)
{
	struct text *expected = context;

	require(identity_difference(*expected, t) != DIFFERENCE_NONE);
	return true;
}

static void check_one(struct text t, struct strbuf *out)
{
	char digits[32], home[PLMN_DOMAIN_MAX];
	struct text imsi;

	identity_is_wildcarded(t);
	identity_number(t, digits, sizeof(digits));
	identity_add_masked(t, out);
	require(identity_impi_equal(t, t) && identity_impu_equal(t, t));
	struct mnc_length length = plmn_mnc_length(t, NULL, 0);
	require(length.length == 2 || length.length == 3);
	plmn_home_domain(t, length.length, home);
	if (identity_imsi_of_impi(t, &imsi)) {
		require(identity_is_imsi(imsi));
		identity_visit_misspellings(t, visit, &t);
	}
}

static void check_readings(struct text t)
{
	struct identity_readings readings;
	struct arena arena;

	arena_init(&arena);
	require(identity_read(t, TEXT_LITERAL("999"), &arena, &readings));
	require(readings.count >= 1 && readings.count <= IDENTITY_READINGS_MAX);
	arena_clear(&arena);
}

static void check_two(struct text a, struct text b)
{
	struct strbuf left, right;
	bool matches = false;

	strbuf_init(&left);
	strbuf_init(&right);
	identity_add_canonical_impi(a, &left);
	identity_add_canonical_impi(b, &right);
	require(identity_impi_equal(a, b) == text_equal(strbuf_text(&left), strbuf_text(&right)));
	strbuf_reset(&left);
	strbuf_reset(&right);
	identity_add_canonical_impu(a, &left);
	identity_add_canonical_impu(b, &right);
	if (identity_impu_equal(a, b))
		require(text_equal(strbuf_text(&left), strbuf_text(&right)));
	strbuf_reset(&left);
	strbuf_reset(&right);
	collation_add_fold(a, &left);
	collation_add_fold(b, &right);
	if (collation_equal(a, b))
		require(text_equal(strbuf_text(&left), strbuf_text(&right)));
	require(collation_equal(a, b) == collation_equal(b, a));
	if (!collation_like_has_wildcard(b))
		require(!collation_like(a, b) || collation_equal(a, b));
	require(difference_str(identity_difference(a, b)) != NULL);
	identity_wildcard_match(a, b, &matches);
	strbuf_clear(&left);
	strbuf_clear(&right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = text_of((const char *)data, size);
	ptrdiff_t end = text_find(all, '\n');
	struct strbuf masked;

	if (end < 0 || size > 4096)
		return 0;
	struct text a = text_of(all.data, (size_t)end);
	struct text b = text_of(all.data + end + 1, size - (size_t)end - 1);
	strbuf_init(&masked);
	check_readings(a);
	check_one(a, &masked);
	check_one(b, &masked);
	check_two(a, b);
	strbuf_clear(&masked);
	return 0;
}
