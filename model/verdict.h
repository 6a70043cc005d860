/* The predicted outcome of one attempt (design.md 2, 8). Plain record: texts live in the arena that
 * was given to the predictor. */
#pragma once
#include <stdint.h>
#include "base/text.h"
#include "model/attempt.h"

enum answer_kind {
	ANSWER_SILENT,       /* no answer is expected: "answer": null */
	ANSWER_RESULT_CODE,  /* base protocol Result-Code (268) */
	ANSWER_EXPERIMENTAL, /* Experimental-Result-Code (298), vendor 10415 */
	ANSWER_WITHOUT_CODE, /* answered without any result code */
	/* Only observed: Experimental-Result-Code of another vendor, or of none that was told. What
	 * its number means is that vendor's affair, but for the class that the first digit gives
	 * (RFC 6733 7.7). */
	ANSWER_OTHER_VENDOR,
};
/* "Result-Code", "Experimental-Result-Code", NULL for the others. */
const char *answer_kind_avp(enum answer_kind k);
/* "DIAMETER_AUTHORIZATION_REJECTED" for (ANSWER_RESULT_CODE, 5003) and so on;
 * "DIAMETER_UNKNOWN_CODE" otherwise. */
const char *cx_code_name(enum answer_kind kind, uint32_t code);

struct user_data_identity {
	struct text identity;
	int barred; /* 1 or 0; -1 in an observed profile whose BarringIndication makes no sense */
};
struct user_data_profile {
	struct user_data_identity *identity;
	uint32_t count;
	/* of an observed profile only; 0 in a predicted one */
	uint64_t content; /* equal for equal iFC lists and shared sets, whatever the layout */
	uint32_t ifc_count;
	uint32_t faults; /* enum service_profile_fault */
};

struct cx_answer {
	enum answer_kind kind;
	uint32_t code;
	uint32_t vendor;         /* of ANSWER_OTHER_VENDOR: Vendor-Id; 0 = not told */
	struct text server_name; /* absent: AVP not in the answer */
	int has_capabilities;    /* Server-Capabilities is present, possibly empty */
	uint32_t *mandatory, *optional;
	uint32_t mandatory_count, optional_count;
	struct text *server_names; /* inside Server-Capabilities, in order */
	uint32_t server_name_count;
	struct user_data_profile *user_data; /* SAA: ServiceProfiles in order; NULL when none */
	uint32_t user_data_count;
};

/* The Vendor-Id that the code is of; 0 when it is none of a vendor, or of one that was not told. */
uint32_t cx_answer_vendor(const struct cx_answer *a);
#define CX_VENDOR_TEXT_MAX 32
/* "of vendor 13019", "of an unknown vendor"; NULL unless it is ANSWER_OTHER_VENDOR. */
const char *cx_vendor_text(const struct cx_answer *a, char out[CX_VENDOR_TEXT_MAX]);
/* Makes the kind of an Experimental-Result that of its Vendor-Id, 0 = not told. */
void cx_answer_set_vendor(struct cx_answer *a, uint32_t vendor);

struct cx_step {
	enum cx_command command;
	struct cx_answer answer;
};

enum outcome {
	OUTCOME_REGISTERS,
	OUTCOME_REFUSED,
	OUTCOME_FAILS,
	OUTCOME_ACCEPTED,
	OUTCOME_UNDECIDED
};
const char *outcome_str(enum outcome o);

enum certainty { CERTAINTY_CERTAIN, CERTAINTY_CONDITIONAL, CERTAINTY_UNPROVEN };
const char *certainty_str(enum certainty c);

enum sip_node { NODE_NONE, NODE_UE, NODE_P_CSCF, NODE_I_CSCF, NODE_S_CSCF, NODE_AS, NODE_HSS };
const char *sip_node_str(enum sip_node n); /* "I-CSCF"; NULL for NODE_NONE */

/* One thing that the verdict rests on and that is not known, or not laid down (design.md 8,
 * "conditions"). */
struct condition {
	const char *fact;    /* slug: "impu-barred", "visited-network-home-string", … */
	struct text subject; /* identity or network that it is about; absent: the subscriber */
	const char *assumed; /* "no", "ims.mnc001…", … */
	enum outcome otherwise;
	const char *otherwise_row; /* "D06" or NULL */
	int is_missing_fact;       /* true: not exported (unproven); false: depends on behaviour
				      (conditional) */
};
#define VERDICT_CONDITIONS_MAX 12
#define VERDICT_FURTHER_MAX 8

struct verdict {
	struct cx_step step[3];
	unsigned step_count;    /* ends at the first that fails */
	int sip_status;         /* 0: undecided, no SIP answer predicted */
	const char *sip_reason; /* reason phrase that will be seen; NULL when sip_status is 0 */
	enum sip_node sent_by;
	enum outcome outcome;
	enum certainty certainty;
	struct condition condition[VERDICT_CONDITIONS_MAX];
	unsigned condition_count;
	const char *rule;                         /* "CXA007"; NULL when it registers */
	const char *further[VERDICT_FURTHER_MAX]; /* rule ids that would show after the first is
						     repaired */
	unsigned further_count;
	int naive_status; /* what "IMPU barred, therefore 403" says: 403 or 200 */
};
