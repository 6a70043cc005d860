/* Judges a case: who sent the final answer, why, whether provisioning is to blame, and how sure
 * that is (cx-semantics 6, 9; field-cases). A table of causes, each with the evidence that speaks
 * for and against it; provisioning and observations are joined when there are any. */
#pragma once
#include "audit/policy.h"
#include "base/tri.h"
#include "model/verdict.h"
#include "trace/trace_case.h"

enum cause_class {
	CAUSE_NONE, /* succeeded, or nothing to explain */
	CAUSE_UNKNOWN,
	CAUSE_IMPI_UNKNOWN, /* IMPI or IMPU not known, or not associated */
	CAUSE_NOT_ASSOCIATED,
	CAUSE_BARRED,            /* by the rule of the implicit set */
	CAUSE_NOT_AUTHORISED,    /* suspended, not authorised for IMS */
	CAUSE_ROAMING,           /* visited network not allowed */
	CAUSE_P_CSCF_SECURITY,   /* security agreement, IPsec association */
	CAUSE_P_CSCF_TOPOLOGY,   /* P-CSCF not authorised, outside the trust domain */
	CAUSE_POLICY,            /* Rx, N5 or local policy at the P-CSCF: no Cx at all */
	CAUSE_KEYS,              /* 401 loop, empty response */
	CAUSE_WRONG_RESPONSE,    /* credentials refused: password, algorithm */
	CAUSE_RESYNCHRONISATION, /* loop of AUTS */
	CAUSE_SCHEME,            /* authentication scheme not supported */
	CAUSE_SCSCF_SELECTION,   /* capabilities, dead or unknown S-CSCF */
	CAUSE_HSS_UNREACHABLE,   /* silence, 3002 and its like */
	CAUSE_HSS_ERROR,         /* the HSS answers that it cannot: 5012, 4xxx, no result code */
	CAUSE_USER_DATA,         /* SAR failed, profile unusable */
	CAUSE_CLIENT_IDENTITY,   /* what the UE presents is not what it should */
	CAUSE_BARRED_CALLER,
	CAUSE_BARRED_CALLEE,
	CAUSE_CALL_BARRING_SERVICE,
	CAUSE_AS_REFUSAL,
	CAUSE_NOT_REGISTERED,
	CAUSE_WRONG_DEFAULT_IMPU,
	CAUSE_FOREIGN_PROXY,     /* 407 on REGISTER */
	CAUSE_PROXY_CREDENTIALS, /* 407: retry missing or wrong */
	CAUSE_NORMAL_CHALLENGE,
	CAUSE_UNREACHABLE,      /* no answer at all */
	CAUSE_BUSY_OR_DECLINED, /* 486, 600, 603 by the called party */
	CAUSE_REQUEST_FAULT,    /* 400, 420, 421, 423, 494: the request itself */
	CAUSE_CLASSES
};
/* The slug of the JSON: "impi-unknown", "p-cscf-security", … */
const char *cause_class_str(enum cause_class c);

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
const char *confidence_str(enum confidence c);

/* Where something was seen. All zero: nowhere in the inputs. */
struct evidence_place {
	unsigned input;
	uint64_t place; /* frame or line, 0 = none */
	bool has_frame;
	int64_t time_us;
	uint64_t observation; /* number in observations.db, 0 = none */
};

enum evidence_side { EVIDENCE_FOR, EVIDENCE_AGAINST, EVIDENCE_CONTEXT };
const char *evidence_side_str(enum evidence_side s); /* "for", "against", "context" */

struct evidence {
	enum evidence_side side;
	struct evidence_place place;
	const char *text; /* one clause, without full stop */
};
#define EVIDENCE_MAX 24

/* What folk wisdom says beside what the standard says (cx-semantics 9). */
struct folk_reading {
	const char *claim, *standard, *clause, *divergence; /* divergence: none, who, when, false */
};
#define FOLK_READINGS_MAX 8
#define RULED_OUT_MAX 8

/* Where a case stands among the others: for comparisons, incidents and statistics. */
struct diagnosis_traits {
	struct text p_cscf;            /* address, or the sent-by of its Via; absent: not known */
	struct text visited;           /* visited network, where seen */
	struct text scheme, algorithm; /* of the security agreement */
};

struct diagnosis {
	struct arena *arena; /* of all its texts; not the case's */
	enum trace_kind kind;
	const char *method;                         /* "REGISTER" */
	const char *call_id, *impi, *impu, *called; /* masked when asked; NULL: none */
	uint64_t impi_key, impu_key;                /* equal for equal identities, 0 = none */
	int64_t first_us, last_us;
	struct evidence_place first; /* the first message */
	int status;                  /* of the final answer; 0: none seen */
	const char *reason_phrase;
	enum trace_node sent_by;
	enum confidence sent_by_confidence;
	struct evidence sender[EVIDENCE_MAX]; /* of sent_by, strongest first */
	unsigned sender_count;
	enum cause_class cause;
	const char *rule, *row; /* of the rule catalogue; may be NULL */
	const char *text;       /* of the cause: one sentence */
	enum confidence confidence;
	struct evidence evidence[EVIDENCE_MAX];
	unsigned evidence_count;
	const char *ruled_out[RULED_OUT_MAX];
	unsigned ruled_out_count;
	struct folk_reading folk[FOLK_READINGS_MAX];
	unsigned folk_count;
	enum cause_class other[3]; /* what else would explain it */
	unsigned other_count;
	enum tri blame; /* provisioning_to_blame */
	const char *blame_reason;
	const char *remedy, *doubt, *next; /* next: the next thing to capture; may be NULL */
	const char *provisioning[16];      /* facts of the store, one line each */
	unsigned provisioning_count;
	bool has_store, has_prediction;
	struct verdict predicted;
	bool is_suspicious; /* it went well, and yet something is worth a look */
	struct diagnosis_traits traits;
	/* the Cx exchanges used, in order; they live as long as the case */
	const struct cx_exchange *const *cx;
	unsigned cx_count;
	bool is_cx_observed; /* from observations.db, not from the trace */
};

struct predictor;
struct observations;
/* What diagnoses draw on; every member but policy may be NULL. */
struct diagnosis_sources {
	const struct policy *policy;
	struct predictor *predictor;
	struct observations *observations;
	/* whether an IMPU was seen to register before; NULL: not kept */
	enum tri (*is_registered)(struct text impu, void *context);
	/* whether User-Data of the HSS was seen to bar an IMPU before; NULL: not kept */
	enum tri (*is_barred)(struct text impu, void *context);
	void *context;
	bool is_masked;
	bool explain_via; /* say what counting Vias is worth here */
};

/* Fills *out; its texts live in arena. Reads the store. RC_NOMEM and what reading fails with. */
enum rc diagnose(const struct diagnosis_sources *sources, const struct trace_case *c,
		 struct arena *arena, struct diagnosis *out, struct diag *diag);

/* Whether the reader wants to see it by default: it failed, or is suspicious. */
bool diagnosis_is_failure(const struct diagnosis *d);
