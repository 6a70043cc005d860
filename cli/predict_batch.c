#include "cli/predict_batch.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/verdict_json.h"
#include "base/limits.h"
#include "cli/exit_code.h"
#include "cli/session.h"

#define LINE_MAX_BYTES 65536

struct batch {
	const struct predict_options *options;
	struct session session;
	struct arena arena;
	struct strbuf out;
	uint64_t line;
	uint64_t unreadable; /* lines answered with an error */
	uint64_t first;      /* of them */
};

static void answer_error(struct batch *b, const char *message)
{
	struct json_writer j;

	if (!b->unreadable++)
		b->first = b->line;
	strbuf_reset(&b->out);
	json_write_init(&j, &b->out, false);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/error/1");
	json_write_member_uint(&j, "line", b->line);
	json_write_member_str(&j, "message", message);
	json_write_object_end(&j);
}

enum key_id {
	KEY_IMPI,
	KEY_IMPU,
	KEY_VISITED_NETWORK,
	KEY_TYPE,
	KEY_EMERGENCY,
	KEY_SCHEME,
	KEY_FROM,
	KEY_ORIGIN,
	KEY_COUNT
};
static const char *const key_names[KEY_COUNT] = {
	[KEY_IMPI] = "impi",
	[KEY_IMPU] = "impu",
	[KEY_VISITED_NETWORK] = "visited_network",
	[KEY_TYPE] = "type",
	[KEY_EMERGENCY] = "emergency",
	[KEY_SCHEME] = "scheme",
	[KEY_FROM] = "from",
	[KEY_ORIGIN] = "origin",
};

/* The string behind a key: absent for a missing key or null. */
static enum rc take_string(const json_t *value, const char *key, struct text *out,
			   struct diag *diag)
{
	*out = TEXT_NONE;
	if (!value || json_is_null(value))
		return RC_OK;
	if (!json_is_string(value))
		return diag_set(diag, RC_SYNTAX, "%s: expected a string or null", key);
	*out = text_of(json_string_value(value), json_string_length(value));
	return RC_OK;
}

static enum rc check_keys(json_t *object, struct diag *diag)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return diag_set(diag, RC_SYNTAX, "expected a JSON object with impi, impu, …");
	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (i < KEY_COUNT && strcmp(key_names[i], key))
			i++;
		if (i == KEY_COUNT)
			return diag_set(
				diag, RC_SYNTAX,
				"unknown key '%.40s', expected impi, impu, visited_network, type, "
				"emergency, scheme or from",
				key);
	}
	return RC_OK;
}

static enum rc take_given(json_t *object, struct given *g, struct diag *diag)
{
	json_t *emergency = json_object_get(object, key_names[KEY_EMERGENCY]);
	const struct {
		enum key_id key;
		struct text *target;
	} strings[] = {
		{KEY_IMPI, &g->impi},
		{KEY_IMPU, &g->impu},
		{KEY_VISITED_NETWORK, &g->visited_network},
		{KEY_TYPE, &g->type},
		{KEY_SCHEME, &g->scheme},
		{KEY_FROM, &g->from},
	};
	enum rc rc = check_keys(object, diag);

	memset(g, 0, sizeof(*g));
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]) && rc == RC_OK; i++)
		rc = take_string(json_object_get(object, key_names[strings[i].key]),
				 key_names[strings[i].key], strings[i].target, diag);
	if (rc != RC_OK)
		return rc;
	if (emergency && !json_is_boolean(emergency) && !json_is_null(emergency))
		return diag_set(diag, RC_SYNTAX, "emergency: expected true or false");
	g->is_emergency = json_is_true(emergency);
	g->has_visited_network = json_object_get(object, key_names[KEY_VISITED_NETWORK]) != NULL;
	g->has_scheme = json_object_get(object, key_names[KEY_SCHEME]) != NULL;
	return RC_OK;
}

static enum rc answer_object(struct batch *b, json_t *object, struct diag *diag)
{
	struct given given;
	struct attempt attempt;
	struct verdict verdict;
	struct resolution resolution;
	struct explanation explanation = {0};
	struct predictor *p = &b->session.predictor;
	struct json_writer j;
	enum rc rc = take_given(object, &given, diag);

	if (rc == RC_OK)
		rc = given_attempt(&given, b->options->policy, &b->arena, &attempt, diag);
	if (rc == RC_OK)
		rc = predict(p, &attempt, true, &b->arena, &verdict, &resolution, diag);
	if (rc == RC_OK && verdict.rule)
		rc = explain(p, &attempt, &verdict, &resolution, &b->arena, &explanation, diag);
	if (rc != RC_OK)
		return rc;
	strbuf_reset(&b->out);
	json_write_init(&j, &b->out, false);
	verdict_json(&j, &attempt, &verdict, &explanation, hss_profile_name(p->hss),
		     cscf_profile_name(p->cscf));
	return RC_OK;
}

static bool write_answer(struct batch *b, struct diag *diag)
{
	strbuf_add_char(&b->out, '\n');
	if (!b->out.failed && fwrite(b->out.data, 1, b->out.length, stdout) == b->out.length)
		return true;
	diag_set_errno(diag, RC_IO, "cannot write the verdict of line %llu",
		       (unsigned long long)b->line);
	return false;
}

/* Answers one line; false when the store or the output failed. */
static bool answer_line(struct batch *b, const char *line, size_t length, struct diag *diag)
{
	json_error_t error;
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	enum rc rc = RC_SYNTAX;

	arena_reset(&b->arena);
	diag_init(diag);
	if (object)
		rc = answer_object(b, object, diag);
	else
		diag_set(diag, RC_SYNTAX, "not JSON: %s at column %d", error.text, error.column);
	json_decref(object);
	if (rc == RC_SYNTAX || rc == RC_USAGE || rc == RC_LIMIT)
		answer_error(b, diag->text);
	else if (rc != RC_OK)
		return false;
	return write_answer(b, diag);
}

/* Reads one line of at most LINE_MAX_BYTES into out, without its end; the rest of a longer one is
 * skipped and told by *is_long. False at the end of the input. */
static bool read_line(FILE *in, struct strbuf *out, bool *is_long)
{
	int c;

	strbuf_reset(out);
	*is_long = false;
	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		*is_long |= out->length == LINE_MAX_BYTES;
		if (!*is_long)
			strbuf_add_char(out, (char)c);
	}
	if (out->length && out->data[out->length - 1] == '\r')
		out->length--;
	return c != EOF || out->length > 0;
}

/* A line that is no object is answered without asking the store. */
static bool answer_unreadable(struct batch *b, const char *message, struct diag *diag)
{
	diag_init(diag);
	answer_error(b, message);
	return write_answer(b, diag);
}

static int answer_all(struct batch *b, FILE *in, const char *path)
{
	struct strbuf line;
	struct diag diag;
	bool is_long, is_ok = true;

	diag_init(&diag);
	strbuf_init(&line);
	while (is_ok && read_line(in, &line, &is_long)) {
		b->line++;
		if (line.failed)
			is_ok = answer_unreadable(b, "no memory for this line", &diag);
		else if (is_long)
			is_ok = answer_unreadable(b, "line of more than 64 KiB", &diag);
		else if (!line.length)
			is_ok = answer_unreadable(b, "empty line, expected a JSON object", &diag);
		else
			is_ok = answer_line(b, line.data, line.length, &diag);
	}
	if (is_ok && ferror(in)) {
		diag_set_errno(&diag, RC_IO, "batch file %s", path);
		is_ok = false;
	}
	strbuf_clear(&line);
	if (b->unreadable)
		fprintf(stderr,
			"cxaudit: batch file %s: %llu of %llu lines could not be read, the first "
			"is line %llu; the answer in its place says why\n",
			path, (unsigned long long)b->unreadable, (unsigned long long)b->line,
			(unsigned long long)b->first);
	return is_ok ? EXIT_CLEAN : command_fail(EXIT_UNUSABLE, &diag);
}

int predict_batch(const struct predict_options *options, const char *path)
{
	struct batch b = {.options = options};
	struct store *store;
	FILE *in = strcmp(path, "-") ? fopen(path, "r") : stdin;
	struct diag diag;
	int code;

	diag_init(&diag);
	if (!in) {
		diag_set_errno(&diag, RC_IO, "batch file %s", path);
		return command_fail(EXIT_UNUSABLE, &diag);
	}
	code = predict_open(options, &store, &b.session);
	if (!code) {
		arena_init(&b.arena);
		strbuf_init(&b.out);
		code = answer_all(&b, in, path);
		strbuf_clear(&b.out);
		arena_clear(&b.arena);
		session_close(&b.session);
		store_close(store);
	}
	if (in != stdin)
		fclose(in);
	return code;
}
