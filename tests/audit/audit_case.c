#include "tests/audit/audit_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

void audit_case_init(struct audit_case *c)
{
	struct snapshot_writer_options options = {.index_sets = true, .index_names = true};
	struct diag diag;

	memset(c, 0, sizeof(*c));
	assert_non_null(mkdtemp(temporary_path(c->path, "audit_case")));
	strcat(c->path, "/snapshot.db");
	subscription_init(&c->record);
	policy_init(&c->policy);
	diag_init(&diag);
	assert_int_equal(snapshot_writer_open(c->path, &options, &c->writer, &diag), RC_OK);
}

void audit_case_clear(struct audit_case *c)
{
	snapshot_writer_abort(c->writer);
	snapshot_close(c->snapshot);
	subscription_clear(&c->record);
	policy_clear(&c->policy);
	unlink(c->path);
	*strrchr(c->path, '/') = '\0';
	rmdir(c->path);
}

struct ims_subscription *audit_case_begin(struct audit_case *c)
{
	subscription_reset(&c->record);
	c->record.kind = RECORD_SUBSCRIPTION;
	c->record.has_associations = TRI_YES;
	c->record.has_imsi_column = TRI_YES;
	return &c->record;
}

static struct text keep(struct audit_case *c, const char *text)
{
	struct text kept = arena_text(&c->record.arena, text_from(text));

	assert_non_null(kept.data);
	return kept;
}

struct impu *audit_case_impu(struct audit_case *c, const char *identity, enum tri barred,
			     const char *set)
{
	struct impu *u = subscription_add_impu(&c->record, keep(c, identity));

	assert_non_null(u);
	u->barred = barred;
	u->kind = IMPU_DISTINCT;
	u->irs_state = set ? IRS_NAMED : IRS_OWN;
	if (set)
		u->irs = keep(c, set);
	for (uint32_t i = 0; i < c->record.impi_count; i++)
		assert_non_null(subscription_associate(&c->record, i, c->record.impu_count - 1));
	return u;
}

void audit_case_volte(struct audit_case *c, const char *imsi, const char *realm, const char *number)
{
	char text[256];

	audit_case_begin(c);
	assert_non_null(subscription_add_imsi(&c->record, keep(c, imsi)));
	snprintf(text, sizeof(text), "%s@%s", imsi, realm);
	assert_non_null(subscription_add_impi(&c->record, keep(c, text)));
	snprintf(text, sizeof(text), "sip:%s@%s", imsi, realm);
	audit_case_impu(c, text, TRI_YES, "1");
	snprintf(text, sizeof(text), "sip:+%s@%s", number, HOME);
	audit_case_impu(c, text, TRI_NO, "1");
	snprintf(text, sizeof(text), "tel:+%s", number);
	audit_case_impu(c, text, TRI_NO, "1");
}

void audit_case_put(struct audit_case *c)
{
	struct diag diag;

	diag_init(&diag);
	if (snapshot_writer_put(c->writer, &c->record, NULL, &diag) != RC_OK)
		fail_msg("put: %s", diag.text);
}

void audit_case_commit(struct audit_case *c)
{
	struct snapshot_info info = {.has_global_sets = c->has_global_sets};
	struct snapshot_writer *writer = c->writer;
	struct diag diag;

	strcpy(info.source, "test");
	strcpy(info.format, "test");
	strcpy(info.role, "ims");
	strcpy(info.hss, "3gpp");
	diag_init(&diag);
	c->writer = NULL;
	if (snapshot_writer_commit(writer, &info, &diag) != RC_OK)
		fail_msg("commit: %s", diag.text);
	if (snapshot_open(c->path, &c->snapshot, &diag) != RC_OK)
		fail_msg("open: %s", diag.text);
}

static void run(struct audit_case *c, const char *hss, unsigned threads,
		struct audit_request *request, struct audit_result *result)
{
	struct diag diag;

	*request = (struct audit_request){
		.snapshot = c->snapshot,
		.hss = hss_profile_find(text_from(hss)),
		.cscf = cscf_profile_find(TEXT_LITERAL("3gpp")),
		.policy = &c->policy,
		.threads = threads,
	};
	diag_init(&diag);
	if (audit_run(request, result, &diag) != RC_OK)
		fail_msg("audit: %s", diag.text);
}

void audit_case_run(struct audit_case *c, unsigned threads, struct audit_request *request,
		    struct audit_result *result)
{
	run(c, "3gpp", threads, request, result);
}

void audit_case_run_under(struct audit_case *c, const char *hss, struct audit_request *request,
			  struct audit_result *result)
{
	run(c, hss, 1, request, result);
}

const struct audit_cause *audit_case_cause(const struct audit_result *result, const char *id)
{
	for (size_t i = 0; i < result->cause_count; i++)
		if (!strcmp(result->cause[i].rule->id, id))
			return &result->cause[i];
	return NULL;
}
