#include <regex.h>
#include <stdlib.h>

#include "base/limits.h"
#include "model/identity.h"
#include "model/uri_scan.h"

#define PATTERN_BYTES_MAX 256
#define REPETITION_MAX 4096

/* The user part, roughly: a damaged identity may hold a pattern too. */
static struct text user_part(struct text impu)
{
	static const char *const schemes[] = {"sip:", "sips:", "tel:"};
	size_t scheme = 0;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && !scheme; i++)
		if (text_starts_with_nocase(impu, schemes[i]))
			scheme = strlen(schemes[i]);
	if (!scheme)
		return TEXT_NONE;
	ptrdiff_t at = text_find_last(impu, '@');
	size_t end = at >= (ptrdiff_t)scheme ? (size_t)at : impu.length;
	return text_of(impu.data + scheme, end - scheme);
}

bool identity_is_wildcarded(struct text impu)
{
	struct text head, tail;

	return uri_scan_wildcard(user_part(impu), &head, &tail);
}

/* regcomp copies what a bound repeats, and back-references make regexec exponential. */
static bool is_affordable(const char *pattern)
{
	unsigned long product = 1;

	for (const char *s = pattern; *s; s++) {
		if (s[0] == '\\' && s[1]) {
			if (s[1] >= '0' && s[1] <= '9')
				return false;
			s++;
			continue;
		}
		if (*s != '{')
			continue;
		unsigned long most = 0;
		for (s++; *s && *s != '}'; s++) {
			char *end = NULL;
			unsigned long bound = strtoul(s, &end, 10);

			if (end == s)
				continue;
			most = bound > most ? bound : most;
			s = end - 1;
		}
		product *= most ? most : 1;
		if (most > REPETITION_MAX || product > REPETITION_MAX)
			return false;
		if (!*s)
			break;
	}
	return true;
}

/* Runs an anchored pattern; regcomp sees it alone first, lest a ")|(" inside escape the anchors. */
static enum rc run_pattern(struct text ere, const char *subject, bool *matches)
{
	char pattern[PATTERN_BYTES_MAX + sizeof("^()$")];
	regex_t compiled;

	if (ere.length > PATTERN_BYTES_MAX)
		return RC_SYNTAX;
	text_copy(ere, pattern, sizeof(pattern));
	if (!is_affordable(pattern))
		return RC_SYNTAX;
	int error = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB);
	if (error)
		return error == REG_ESPACE ? RC_NOMEM : RC_SYNTAX;
	regfree(&compiled);
	pattern[0] = '^';
	pattern[1] = '(';
	text_copy(ere, pattern + 2, sizeof(pattern) - 2);
	text_copy(TEXT_LITERAL(")$"), pattern + 2 + ere.length, 3);
	error = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB);
	if (error)
		return error == REG_ESPACE ? RC_NOMEM : RC_SYNTAX;
	error = regexec(&compiled, subject, 0, NULL, 0);
	regfree(&compiled);
	if (error == REG_ESPACE)
		return RC_NOMEM;
	*matches = error == 0;
	return RC_OK;
}

/* The canonical user part, terminated; out has LIMIT_IDENTITY_LENGTH + 1 bytes, enough as uri_parse
 * has a cap. */
static struct text canonical_user(struct text user, unsigned flags, char *out)
{
	struct uri_scan scan = {user, 0, flags};
	size_t used = 0;
	int c;

	while ((c = uri_scan_next(&scan)) >= 0) {
		if (c & URI_SCAN_ESCAPED) {
			out[used++] = '%';
			out[used++] = "0123456789ABCDEF"[c >> 4 & 15];
			c = "0123456789ABCDEF"[c & 15];
		}
		out[used++] = (char)c;
	}
	out[used] = '\0';
	return text_of(out, used);
}

enum rc identity_wildcard_match(struct text wildcarded, struct text impu, bool *matches)
{
	char subject[LIMIT_IDENTITY_LENGTH + 1], around[LIMIT_IDENTITY_LENGTH + 1];
	struct text head, tail, before, after;
	struct uri pattern, distinct;

	if (uri_parse(wildcarded, &pattern, NULL) != RC_OK ||
	    !uri_scan_wildcard(pattern.user, &head, &tail))
		return RC_SYNTAX;
	if (pattern.scheme == URI_NONE || pattern.scheme == URI_OTHER)
		return RC_SYNTAX;
	unsigned flags = pattern.scheme == URI_TEL ? URI_SCAN_LOWER | URI_SCAN_NO_SEPARATORS
						   : URI_SCAN_UNESCAPE;
	struct text ere = text_of(head.data + head.length + 1,
				  pattern.user.length - head.length - tail.length - 2);
	bool found = false;
	enum rc rc = run_pattern(ere, "", &found);
	if (rc != RC_OK)
		return rc;
	*matches = false;
	if (uri_parse(impu, &distinct, NULL) != RC_OK || distinct.scheme != pattern.scheme ||
	    !text_equal_nocase(distinct.host, pattern.host) ||
	    !text_equal(distinct.port, pattern.port) || !distinct.user.data)
		return RC_OK;
	struct text user = canonical_user(distinct.user, flags, subject);
	before = canonical_user(head, flags, around);
	after = canonical_user(tail, flags, around + before.length + 1);
	if (user.length < before.length + after.length ||
	    memcmp(user.data, before.data, before.length) != 0 ||
	    memcmp(user.data + user.length - after.length, after.data, after.length) != 0)
		return RC_OK;
	subject[user.length - after.length] = '\0';
	return run_pattern(ere, subject + before.length, matches);
}
