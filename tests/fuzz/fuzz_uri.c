/* Parsing, canonical form and comparison of URIs agree with each other on any input: two URIs, one
 * a line. */
#include <stdint.h>
#include <stdlib.h>

#include "model/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* The canonical form of what is canonical is itself. */
static void check_one(const struct uri *u, struct strbuf *canonical)
{
	struct strbuf again;
	struct uri reparsed;
	struct text value;

	uri_add_canonical(u, canonical);
	require(uri_equal(u, u));
	require(uri_canonical_equal(u, u));
	uri_find_parameter(u, "phone-context", &value);
	uri_tel_is_e164(u);
	if (u->scheme == URI_NONE || u->scheme == URI_OTHER)
		return;
	require(uri_parse(strbuf_text(canonical), &reparsed, NULL) == RC_OK);
	require(uri_canonical_equal(u, &reparsed));
	strbuf_init(&again);
	uri_add_canonical(&reparsed, &again);
	require(text_equal(strbuf_text(canonical), strbuf_text(&again)));
	strbuf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = text_of((const char *)data, size);
	ptrdiff_t end = text_find(all, '\n');
	struct strbuf left, right;
	struct uri a, b;
	struct diag diag;

	diag_init(&diag);
	if (end < 0 || uri_parse(text_of(all.data, (size_t)end), &a, &diag) != RC_OK)
		return 0;
	strbuf_init(&left);
	strbuf_init(&right);
	check_one(&a, &left);
	struct text second = text_of(all.data + end + 1, size - (size_t)end - 1);
	if (uri_parse(second, &b, &diag) == RC_OK) {
		check_one(&b, &right);
		require(uri_equal(&a, &b) == uri_equal(&b, &a));
		require(uri_canonical_equal(&a, &b) == uri_canonical_equal(&b, &a));
		require(!uri_equal(&a, &b) || uri_canonical_equal(&a, &b));
		if (a.scheme == b.scheme)
			require(uri_canonical_equal(&a, &b) ==
				text_equal(strbuf_text(&left), strbuf_text(&right)));
	}
	strbuf_clear(&left);
	strbuf_clear(&right);
	return 0;
}
