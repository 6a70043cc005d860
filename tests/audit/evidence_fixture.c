#include "tests/audit/evidence_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char *imsi_of(unsigned n, char out[16])
{
	snprintf(out, 16, "00101%010u", n % 10000000);
	return out;
}

static void put_population(struct audit_case *c)
{
	char imsi[16], number[16];

	for (unsigned n = 1; n <= SUBSCRIBERS; n++) {
		snprintf(number, sizeof(number), "999%07u", n);
		audit_case_volte(c, imsi_of(n, imsi), HOME, number);
		audit_case_put(c);
	}
	audit_case_volte(c, imsi_of(ALL_BARRED, imsi), HOME, "9990000050");
	c->record.impu[1].barred = c->record.impu[2].barred = TRI_YES;
	audit_case_put(c);
	/* Whether a set of its own or not decides, and the export does not say it. */
	audit_case_volte(c, imsi_of(SET_UNKNOWN, imsi), HOME, "9990000051");
	for (uint32_t i = 0; i < c->record.impu_count; i++)
		c->record.impu[i].irs_state = IRS_UNKNOWN;
	audit_case_put(c);
	audit_case_commit(c);
}

int evidence_fixture_setup(void **state)
{
	static struct evidence_fixture g;
	struct diag diag;

	g = (struct evidence_fixture){0};
	diag_init(&diag);
	audit_case_init(&g.population);
	g.population.policy.home_visited_network = TEXT_LITERAL(HOME);
	put_population(&g.population);
	assert_non_null(mkdtemp(temporary_path(g.folder, "evidence")));
	if (observations_open(g.folder, OBSERVATIONS_WRITE, &g.observations, &diag) != RC_OK)
		fail_msg("%s", diag.text);
	g.source.observations = g.observations;
	audit_case_run(&g.population, 1, &g.request, &g.result);
	*state = &g;
	return 0;
}

void evidence_fixture_remove(struct evidence_fixture *g)
{
	static const char *const names[] = {".db", ".db-wal", ".db-shm", ".lock"};
	char path[TEMPORARY_PATH_MAX + 32];

	evidence_clear(&g->evidence);
	audit_result_clear(&g->result);
	observations_close(g->observations);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/observations%s", g->folder, names[i]);
		unlink(path);
	}
	rmdir(g->folder);
	g->population.policy.home_visited_network = TEXT_NONE;
	audit_case_clear(&g->population);
}

int evidence_fixture_teardown(void **state)
{
	evidence_fixture_remove(*state);
	return 0;
}

void observe(struct evidence_fixture *g, enum cx_command command, unsigned n, uint32_t code,
	     int64_t time_us)
{
	char imsi[16], impi[128], impu[128];
	struct text identity;
	struct cx_exchange e;
	struct diag diag;

	imsi_of(n, imsi);
	snprintf(impi, sizeof(impi), "%s@" HOME, imsi);
	snprintf(impu, sizeof(impu), "sip:%s@" HOME, imsi);
	identity = text_from(impu);
	cx_exchange_init(&e);
	e.time_us = time_us;
	e.command = command;
	e.impi = text_from(impi);
	e.impu = &identity;
	e.impu_count = 1;
	e.destination_realm = TEXT_LITERAL(HOME);
	e.end = code ? CX_END_ANSWERED : CX_END_UNANSWERED;
	if (command == CX_UAR)
		e.visited_network = TEXT_LITERAL(HOME);
	if (command == CX_SAR)
		e.assignment_type = 1;
	if (command == CX_MAR)
		e.scheme = TEXT_LITERAL("Digest-AKAv1-MD5");
	if (code) {
		e.answer.kind = code == 5001 || code == 5004 || code == 5006 ? ANSWER_EXPERIMENTAL
									     : ANSWER_RESULT_CODE;
		e.answer.code = code;
		e.answer_origin_host = TEXT_LITERAL("hss.example.org");
	}
	diag_init(&diag);
	if (observations_append(g->observations, &e, &diag) != RC_OK)
		fail_msg("%s", diag.text);
}

void gather(struct evidence_fixture *g)
{
	struct diag diag;

	diag_init(&diag);
	if (observations_flush(g->observations, NULL, &diag) != RC_OK)
		fail_msg("%s", diag.text);
	if (evidence_run(&g->request, &g->result, &g->source, &g->evidence, &diag) != RC_OK)
		fail_msg("%s", diag.text);
}

const struct evidence_rule *row_of(const struct evidence_fixture *g, const char *id)
{
	for (size_t i = 0; i < g->evidence.rule_count; i++) {
		const struct evidence_rule *r = &g->evidence.rule[i];

		if (id ? r->rule && !strcmp(r->rule->id, id) : !r->rule)
			return r;
	}
	return NULL;
}
