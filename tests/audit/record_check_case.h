/* One healthy record for the checks of records, to be spoilt in one place. */
#pragma once
#include "audit/record_check.h"

#define HOME "ims.mnc001.mcc001.3gppnetwork.org"
#define IMPI "001010000000001@" HOME
#define TEMPORARY "sip:" IMPI
#define SIP "sip:+882100000001@" HOME
#define TEL "tel:+882100000001"

/* A record to be spoilt, and what stands beside it. */
struct sample {
	struct ims_subscription *record;
	struct hss_directory *directory;
	struct impi *impi;
	struct impu *temporary, *sip, *tel;
};

/* Each pair makes one change that is harmless and one that breaks the rule. */
struct check_case {
	const char *rule;
	const char *subject; /* of the finding; NULL: the subscription */
	bool has_global_sets;
	void (*good)(struct sample *s);
	void (*bad)(struct sample *s);
};

/* What one rule said of the record. */
struct hits {
	const char *rule;
	unsigned count;
	char subject[256];
	bool has_subject;
};

/* The healthy record, changed, and the hits of the case's rule in it. */
void record_check_case_run(const struct check_case *c, void (*change)(struct sample *),
			   struct hits *hits);
