/* Populations for tests of the audit: records written by hand, a snapshot of them, and its audit.
 */
#pragma once
#include "audit/engine.h"
#include "store/snapshot_writer.h"
#include "tests/temporary_path.h"

#define HOME "ims.mnc001.mcc001.3gppnetwork.org"

/* A snapshot in the making, in a folder that audit_case_clear removes. */
struct audit_case {
	char path[TEMPORARY_PATH_MAX + 16];
	struct snapshot_writer *writer;
	struct snapshot *snapshot;
	struct ims_subscription record; /* the one being made */
	struct policy policy;
	bool has_global_sets;
};
void audit_case_init(struct audit_case *c);
void audit_case_clear(struct audit_case *c);

/* Begins a record: a complete subscription without identities, with associations exported. */
struct ims_subscription *audit_case_begin(struct audit_case *c);
/* Adds an IMPU with barring and a named set (NULL: a set of its own), associated with all IMPIs. */
struct impu *audit_case_impu(struct audit_case *c, const char *identity, enum tri barred,
			     const char *set);
/* The record as most are: IMSI, IMPI, temporary IMPU (barred), sip: and tel: number in one set. */
void audit_case_volte(struct audit_case *c, const char *imsi, const char *realm,
		      const char *number);
/* Puts the record. */
void audit_case_put(struct audit_case *c);
/* Closes the file and opens it for reading. */
void audit_case_commit(struct audit_case *c);
/* Audits the snapshot under the profiles 3gpp; fails the test when that fails. */
void audit_case_run(struct audit_case *c, unsigned threads, struct audit_request *request,
		    struct audit_result *result);
/* The same under another profile of the HSS, with one thread. */
void audit_case_run_under(struct audit_case *c, const char *hss, struct audit_request *request,
			  struct audit_result *result);
/* The cause with that rule id, NULL when the run has none. */
const struct audit_cause *audit_case_cause(const struct audit_result *result, const char *id);
