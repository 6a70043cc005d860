#include "importers/detect.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"

struct look {
	size_t offset;
	const char *magic;
	size_t length;
	const char *what; /* it looks like, and what to do */
};

#define LOOK(offset, magic, what)                      \
	{                                              \
		offset, magic, sizeof(magic) - 1, what \
	}

static const struct look looks[] = {
	LOOK(257, "ustar", "a tar archive: unpack it (tar -xf) and name the files in it"),
	LOOK(0, "PK\3\4",
	     "a zip archive or an Excel workbook (xlsx): unpack it (unzip) and name the files in "
	     "it,"
	     " or save the sheet as CSV (UTF-8)"),
	LOOK(0, "PK\5\6", "an empty zip archive"),
	LOOK(0, "\xd0\xcf\x11\xe0",
	     "an old Excel or Word file (xls): save the sheet as CSV (UTF-8)"),
	LOOK(0, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it and name the files in it"),
	LOOK(0, "Rar!\x1a\x07", "a RAR archive: unpack it and name the files in it"),
	LOOK(0, "\x1f\x9d", "a file of compress(1): unpack it (uncompress)"),
	LOOK(0, "\x04\x22\x4d\x18", "an lz4 file: unpack it (lz4 -d)"),
	LOOK(0, "SQLite format 3\0", "an SQLite database, not an export"),
	LOOK(0, "PGDMP", "a PostgreSQL custom dump: write it as text (pg_restore -f)"),
	LOOK(0, "%PDF-", "a PDF document"),
	LOOK(0,
	     "\x7f"
	     "ELF",
	     "a program"),
	LOOK(0, "\x89PNG", "an image"),
	LOOK(0, "\xff\xd8\xff", "an image"),
	LOOK(0, "\xd4\xc3\xb2\xa1", "a packet capture (pcap)"),
	LOOK(0, "\x0a\x0d\x0d\x0a", "a packet capture (pcapng)"),
};

static const struct look *find_look(const char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		const struct look *l = &looks[i];

		if (length >= l->offset + l->length &&
		    memcmp(head + l->offset, l->magic, l->length) == 0)
			return l;
	}
	return NULL;
}

/* Damaged text may hold a few control characters and end in padding; random bytes hold one in ten.
 */
static bool is_binary(const char *head, size_t length)
{
	size_t looked_at = length < 512 ? length : 512, strange = 0;

	while (looked_at > 0 && (!head[looked_at - 1] || head[looked_at - 1] == 0x1a))
		looked_at--;
	for (size_t i = 0; i < looked_at; i++) {
		unsigned char c = (unsigned char)head[i];

		strange += c < 0x20 && (!c || !strchr("\t\n\v\f\r\x1a\x1b", c));
	}
	return strange * 16 > looked_at || !looked_at;
}

static const char *text_look(const char *head, size_t length)
{
	size_t i = 0;

	while (i < length && strchr(" \t\r\n", head[i]) && head[i])
		i++;
	if (i == length)
		return "blank";
	switch (head[i]) {
	case '<':
		return "XML or HTML of some other kind";
	case '{':
	case '[':
		return "JSON";
	case '#':
	case '-':
		return "a script or dump of some other kind";
	default:
		return text_starts_with(text_of(head + i, length - i), "dn:") ? "LDIF"
									      : "plain text";
	}
}

static enum rc refuse_unknown(const char *head, size_t length, struct diag *diag)
{
	struct strbuf names;

	strbuf_init(&names);
	for (const struct importer *const *i = importer_table; *i; i++)
		strbuf_printf(&names, "%s%s", i == importer_table ? "" : ", ", (*i)->name);
	enum rc rc = diag_set(diag, RC_UNSUPPORTED,
			      "looks like %s, which is none of the known formats (%s); name one"
			      " with --format if it is one of them",
			      is_binary(head, length) ? "binary data" : text_look(head, length),
			      names.data ? names.data : "");
	strbuf_clear(&names);
	return rc;
}

static const struct importer *surest_format(const char *head, size_t length)
{
	const struct importer *best = NULL;
	int best_certainty = 0;

	for (const struct importer *const *i = importer_table; *i; i++) {
		int certainty = (*i)->probe(head, length);

		if (certainty > best_certainty) {
			best_certainty = certainty;
			best = *i;
		}
	}
	return best;
}

static enum rc judge_head(const char *head, size_t length, const struct importer **format,
			  struct diag *diag)
{
	const struct look *look = find_look(head, length);

	if (!length)
		return diag_set(diag, RC_SYNTAX, "is empty");
	if (look)
		return diag_set(diag, RC_UNSUPPORTED, "looks like %s", look->what);
	if (*format)
		return is_binary(head, length)
			       ? diag_set(diag, RC_UNSUPPORTED,
					  "looks like binary data, expected text of format %s",
					  (*format)->name)
			       : RC_OK;
	*format = surest_format(head, length);
	return *format ? RC_OK : refuse_unknown(head, length, diag);
}

enum rc detect_format(struct source *s, const struct importer **format, struct diag *diag)
{
	enum rc rc = source_fill(s, DETECT_HEAD_BYTES, diag);

	if (rc && (rc != RC_TRUNCATED || !source_length(s)))
		return rc;
	const char *head = source_data(s);
	size_t length = source_length(s);
	if (length > DETECT_HEAD_BYTES)
		length = DETECT_HEAD_BYTES;
	const struct look *look = find_look(head, length);
	/* A look first: some magics hold NULs as UTF-16 does. */
	if (!look) {
		rc = source_check_encoding(s, diag);
		if (rc)
			return rc;
		if (text_starts_with(text_of(head, length), "\xef\xbb\xbf")) {
			head += 3;
			length -= 3;
		}
	}
	rc = judge_head(head, length, format, diag);
	if (rc && diag)
		text_copy(text_from(source_name(s)), diag->file, sizeof(diag->file));
	if (rc)
		return rc;
	source_rewind(s, NULL); /* a pipe stays as it is: nothing was consumed */
	return RC_OK;
}
