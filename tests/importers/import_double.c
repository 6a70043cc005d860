#include "tests/importers/import_double.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/snapshot_writer.h"
#include "tests/temporary_path.h"

#define MERGED_RECORDS_MAX 1000

void import_double_init(struct import *i, unsigned threads)
{
	*i = (struct import){.options.threads = threads};
	hss_directory_init(&i->directory);
	strbuf_init(&i->notes);
}

void import_double_clear(struct import *i)
{
	for (size_t n = 0; n < i->record_count; n++)
		subscription_clear(&i->record[n]);
	free(i->record);
	free(i->reject);
	hss_directory_clear(&i->directory);
	strbuf_clear(&i->notes);
}

static void *add(void *list, size_t *count, size_t size)
{
	char *grown = list;

	/* At the powers of two. */
	if ((*count & (*count - 1)) == 0)
		grown = realloc(list, (*count ? *count * 2 : 1) * size);
	if (!grown)
		abort();
	memset(grown + *count * size, 0, size);
	(*count)++;
	return grown;
}

enum rc import_put(struct import *i, const struct ims_subscription *record, struct diag *diag)
{
	(void)diag;
	i->record = add(i->record, &i->record_count, sizeof(*i->record));
	subscription_init(&i->record[i->record_count - 1]);
	return subscription_copy(&i->record[i->record_count - 1], record);
}

void import_count(struct import *i, uint64_t records)
{
	i->counted += records;
}

enum rc import_tick(struct import *i, struct diag *diag)
{
	(void)i, (void)diag;
	return RC_OK;
}

enum rc import_reject(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
		      const char *subject, struct diag *diag, const char *format, ...)
{
	struct import_double_reject *reject;
	va_list arguments;

	(void)s, (void)diag;
	i->reject = add(i->reject, &i->reject_count, sizeof(*i->reject));
	reject = &i->reject[i->reject_count - 1];
	reject->line = line;
	reject->offset = offset;
	if (subject)
		text_copy(text_from(subject), reject->subject, sizeof(reject->subject));
	va_start(arguments, format);
	vsnprintf(reject->reason, sizeof(reject->reason), format, arguments);
	va_end(arguments);
	return RC_OK;
}

void import_mark_truncated(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
			   const char *what)
{
	(void)s;
	if (i->is_truncated)
		return;
	i->is_truncated = true;
	i->truncated_line = line;
	i->truncated_offset = offset;
	text_copy(text_from(what), i->truncated_what, sizeof(i->truncated_what));
}

struct hss_directory *import_directory(struct import *i)
{
	return &i->directory;
}

struct snapshot_writer *import_writer(struct import *i)
{
	return (struct snapshot_writer *)i;
}

const struct import_options *import_get_options(const struct import *i)
{
	return &i->options;
}

uint32_t import_file(struct import *i, const struct source *s)
{
	(void)i, (void)s;
	return 7;
}

void import_note(struct import *i, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	strbuf_add_str(&i->notes, text);
	strbuf_add_char(&i->notes, '\n');
}

static bool has_identity(const struct ims_subscription *s, struct text identity)
{
	for (uint32_t n = 0; n < s->impi_count; n++)
		if (text_equal(s->impi[n].identity, identity))
			return true;
	for (uint32_t n = 0; n < s->impu_count; n++)
		if (text_equal(s->impu[n].identity, identity))
			return true;
	return false;
}

/* The records that hold one identity: the group that the real writer makes of an exact key. */
static size_t find_group(const struct import *i, struct text identity, size_t *group, size_t room)
{
	size_t count = 0;

	for (size_t n = 0; n < i->record_count && count < room; n++)
		if (has_identity(&i->record[n], identity))
			group[count++] = n;
	return count;
}

static struct text identity_at(const struct ims_subscription *s, uint32_t n)
{
	return n < s->impi_count ? s->impi[n].identity : s->impu[n - s->impi_count].identity;
}

typedef bool (*merge_function)(const struct ims_subscription *, size_t, bool *,
			       struct ims_subscription *, void *);

/* Puts the result in the place of the first record taken; the others are marked. */
static void replace(struct import *i, const size_t *group, size_t count, const bool *taken,
		    struct ims_subscription *result)
{
	bool is_placed = false;

	for (size_t n = 0; n < count; n++) {
		if (!taken[n])
			continue;
		subscription_clear(&i->record[group[n]]);
		if (is_placed)
			i->record[group[n]].name = TEXT_LITERAL("dead");
		else
			i->record[group[n]] = *result;
		is_placed = true;
	}
	if (!is_placed)
		abort();
}

static bool merge_group(struct import *i, const size_t *group, size_t count, merge_function merge,
			void *context)
{
	struct ims_subscription records[64], out, copy;
	bool taken[64] = {false};

	for (size_t n = 0; n < count; n++)
		records[n] = i->record[group[n]];
	subscription_init(&out);
	if (!merge(records, count, taken, &out, context)) {
		subscription_clear(&out);
		return false;
	}
	/* What the result borrows from the others must be copied before they die. */
	subscription_init(&copy);
	if (subscription_copy(&copy, &out) != RC_OK)
		abort();
	subscription_clear(&out);
	replace(i, group, count, taken, &copy);
	return true;
}

enum rc snapshot_writer_merge_some(struct snapshot_writer *w, int lookup_space,
				   merge_function merge, void *context, struct diag *diag)
{
	struct import *i = (struct import *)w;
	size_t group[64], live = 0;
	bool has_merged = true;

	(void)lookup_space, (void)diag;
	/* Every pair is compared. */
	if (i->record_count > MERGED_RECORDS_MAX)
		return RC_OK;
	while (has_merged) {
		has_merged = false;
		for (size_t n = 0; n < i->record_count && !has_merged; n++) {
			const struct ims_subscription *s = &i->record[n];

			for (uint32_t k = 0; k < s->impi_count + s->impu_count && !has_merged;
			     k++) {
				size_t count = find_group(i, identity_at(s, k), group, 64);

				has_merged = count > 1 &&
					     merge_group(i, group, count, merge, context);
			}
		}
	}
	for (size_t n = 0; n < i->record_count; n++)
		if (!text_equal(i->record[n].name, TEXT_LITERAL("dead")))
			i->record[live++] = i->record[n];
	i->record_count = live;
	return RC_OK;
}

enum rc import_double_run(struct import *i, const struct importer *format, const char *content,
			  size_t length, struct diag *diag)
{
	char path[TEMPORARY_PATH_MAX];
	struct source *source;
	enum rc rc;
	int fd;

	fd = mkstemp(temporary_path(path, "import_double"));
	for (size_t at = 0; at < length;) {
		ssize_t n = write(fd, content + at, length - at);

		if (n <= 0)
			abort();
		at += (size_t)n;
	}
	close(fd);
	diag_init(diag);
	rc = source_open(path, &source, diag);
	if (rc == RC_OK) {
		rc = format->run(i, &source, 1, diag);
		source_close(source);
	}
	unlink(path);
	return rc;
}

static const char *barring_mark(enum tri barred)
{
	return barred == TRI_YES ? "!" : barred == TRI_NO ? "" : "?";
}

const char *import_double_show(const struct ims_subscription *record, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_add_str(out, "");
	for (uint32_t n = 0; n < record->impi_count; n++) {
		strbuf_add_str(out, n ? "+" : "");
		strbuf_add_text(out, record->impi[n].identity);
	}
	for (uint32_t n = 0; n < record->impu_count; n++) {
		const struct impu *impu = &record->impu[n];

		if (!n || !text_equal(impu->irs, impu[-1].irs)) {
			strbuf_add_str(out, n ? "} {" : " {");
			strbuf_add_text(out, impu->irs);
			strbuf_add_char(out, ':');
		}
		strbuf_add_char(out, ' ');
		strbuf_add_text(out, impu->identity);
		strbuf_add_str(out, barring_mark(impu->barred));
		strbuf_add_str(out, impu->is_default == TRI_YES ? "*" : "");
	}
	strbuf_add_str(out, record->impu_count ? "}" : "");
	return out->data;
}

size_t import_double_notes(const struct import *i, const char *text)
{
	size_t count = 0, length = strlen(text);

	for (const char *line = i->notes.data; line && *line;) {
		const char *end = strchr(line, '\n');

		count += strncmp(line, text, length) == 0;
		line = end + 1;
	}
	return count;
}
