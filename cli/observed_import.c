#include <stdio.h>
#include <stdlib.h>

#include "base/json_writer.h"
#include "cli/capture_ports.h"
#include "cli/exit_code.h"
#include "cli/observed.h"
#include "cli/observed_batch.h"
#include "trace/capture.h"
#include "trace/cx_pairing.h"

struct importing {
	struct capture_options options;
	struct observed_batch *batch;
	struct cx_pairing *pairing;
	uint64_t sip, diameter; /* messages */
	enum rc rc;             /* of what the callbacks called */
	struct diag diag;
};

static void on_sighting(const struct cx_sighting *s, void *context)
{
	struct importing *m = context;

	if (m->rc == RC_OK)
		m->rc = observed_batch_add(m->batch, s->exchange, &m->diag);
}

static bool on_message(const struct capture_message *message, void *context)
{
	struct importing *m = context;
	enum rc rc;

	if (message->protocol == CAPTURE_SIP) {
		m->sip++;
		return true;
	}
	m->diameter++;
	rc = cx_pairing_add(m->pairing, message, &m->diag);
	if (m->rc == RC_OK)
		m->rc = rc;
	return m->rc == RC_OK;
}

/* All files are one stream: an exchange may begin in one capture and end in the next. */
static enum rc read_files(struct importing *m, char **files, int count, bool *is_truncated,
			  struct diag *diag)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < count && rc == RC_OK; i++) {
		diag_init(diag);
		rc = observed_batch_begin_file(m->batch, diag);
		if (rc == RC_OK)
			rc = capture_read(files[i], &m->options, on_message, m, diag);
		if (rc == RC_OK && m->rc != RC_OK) {
			*diag = m->diag;
			rc = m->rc;
		}
		if (rc == RC_TRUNCATED) {
			*is_truncated = true;
			command_fail(EXIT_UNUSABLE, diag);
			rc = RC_OK;
		}
	}
	return rc;
}

/* What was read before an error is kept. What still waits then is no request without an answer: it
 * was not looked for. */
static enum rc conclude(struct importing *m, enum rc rc, struct diag *diag)
{
	enum rc end = rc == RC_OK ? cx_pairing_finish(m->pairing, &m->diag) : RC_OK;

	if (end == RC_OK)
		end = m->rc;
	if (end == RC_OK)
		end = observed_batch_flush(m->batch, &m->diag);
	if (rc == RC_OK && end != RC_OK)
		*diag = m->diag;
	return rc == RC_OK ? end : rc;
}

static int summary_json(const struct importing *m)
{
	const struct observed_batch_counts *c = observed_batch_counts(m->batch);
	struct strbuf b;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/observed-import/1");
	json_write_member_uint(&j, "sip_messages", m->sip);
	json_write_member_uint(&j, "diameter_messages", m->diameter);
	json_write_member_uint(&j, "seen", c->stored + c->unanswered);
	json_write_member_uint(&j, "stored", c->stored);
	json_write_member_uint(&j, "unanswered", c->unanswered);
	json_write_member_uint(&j, "answer_only", c->answer_only);
	json_write_member_uint(&j, "undecodable", c->undecodable);
	json_write_member_uint(&j, "known", c->known);
	json_write_object_end(&j);
	code = command_print_json(&b);
	strbuf_clear(&b);
	return code;
}

static int summary_text(const struct importing *m)
{
	const struct observed_batch_counts *c = observed_batch_counts(m->batch);

	printf("%llu Diameter and %llu SIP message%s: %llu exchange%s new (%llu without an answer, "
	       "%llu without the request, %llu damaged), %llu known already\n",
	       (unsigned long long)m->diameter, (unsigned long long)m->sip, text_plural(m->sip),
	       (unsigned long long)(c->stored + c->unanswered),
	       text_plural(c->stored + c->unanswered), (unsigned long long)c->unanswered,
	       (unsigned long long)c->answer_only, (unsigned long long)c->undecodable,
	       (unsigned long long)c->known);
	return EXIT_CLEAN;
}

static void tell_nothing_found(const struct importing *m)
{
	const struct observed_batch_counts *c = observed_batch_counts(m->batch);

	if (c->stored + c->unanswered + c->known)
		return;
	if (m->diameter)
		fputs("cxaudit: Diameter, but nothing of Cx\n", stderr);
	else
		fputs("cxaudit: no Diameter was recognised; if its port is known name it with "
		      "--diameter-port; TLS cannot be read\n",
		      stderr);
}

static int import(struct importing *m, struct observations *observations,
		  const struct observed_options *o, char **files, int count)
{
	struct diag diag;
	bool is_truncated = false;
	enum rc rc;
	int code = EXIT_CLEAN;

	diag_init(&diag);
	rc = observed_batch_new(observations, &m->batch, &diag);
	if (rc == RC_OK)
		rc = cx_pairing_new(on_sighting, m, &m->pairing, &diag);
	if (rc == RC_OK) {
		rc = read_files(m, files, count, &is_truncated, &diag);
		rc = conclude(m, rc, &diag);
		if (rc == RC_OK || m->diameter || m->sip)
			code = o->common.is_json ? summary_json(m) : summary_text(m);
	}
	if (rc == RC_OK)
		tell_nothing_found(m);
	else
		code = command_fail(EXIT_UNUSABLE, &diag);
	cx_pairing_free(m->pairing);
	observed_batch_free(m->batch);
	return code == EXIT_CLEAN && is_truncated ? EXIT_UNUSABLE : code;
}

int observed_import(const struct observed_options *o, int count, char **operands)
{
	struct importing m = {.options.interrupted = &command_interrupted};
	struct observations *observations;
	int code;

	if (!count)
		return command_usage("observed import",
				     "no file: name a capture, or - for standard input");
	code = capture_ports_parse("observed import", "diameter-port", &o->diameter_ports,
				   m.options.diameter_port, &m.options.diameter_port_count);
	if (!code)
		code = capture_ports_parse("observed import", "sip-port", &o->sip_ports,
					   m.options.sip_port, &m.options.sip_port_count);
	if (!code)
		code = observed_open(o, OBSERVATIONS_WRITE, &observations);
	if (code)
		return code;
	diag_init(&m.diag);
	command_catch_signals();
	code = import(&m, observations, o, operands, count);
	observations_close(observations);
	return code;
}
