/* What one case shows, as facts of yes, no or unknown, each with the words and the place that prove
 * it. Filled by case_fact_*.c from the messages, the Cx exchanges and the provisioning; the causes
 * (trace/cause.h) look at nothing else. */
#pragma once
#include "audit/policy.h"
#include "base/tri.h"
#include "model/identity.h"
#include "trace/diagnosis.h"
#include "trace/trace_case.h"

/* CASE_FACT(NAME, "words when it is yes and nothing more exact is known") */
#define CASE_FACTS(X)                                                                             \
	/* the flow of a registration */                                                          \
	X(CHALLENGED, "the registrar challenged with 401")                                        \
	X(AKA_CHALLENGE, "the challenge is AKA: the nonce holds RAND and AUTN")                   \
	X(ANSWERED, "the challenge was answered with a response")                                 \
	X(EMPTY_RESPONSE, "the UE answered with an empty response and without AUTS")              \
	X(CHALLENGE_LOOP, "the challenge was repeated after an answer")                           \
	X(RESYNCHRONISATION, "the UE asked for resynchronisation with AUTS")                      \
	X(RESYNCHRONISATION_LOOP, "AUTS was sent more than once")                                 \
	X(STALE, "the challenge says stale=true")                                                 \
	X(NONCE_DIFFERS, "the answer uses another nonce than the challenge")                      \
	X(SCHEME_DIFFERS, "the answer uses another algorithm than the challenge")                 \
	X(SCHEME_UNWANTED, "the challenge is not AKA, which the UE had named")                    \
	X(SILENT_AFTER_CHALLENGE, "nothing follows the challenge")                                \
	X(RETRY_UNANSWERED, "the REGISTER after the challenge got no answer")                     \
	X(UNANSWERED, "the request got no final answer")                                          \
	X(USERNAME_CHANGED, "the username differs between the REGISTERs")                         \
	X(COMPLETE, "the end of the attempt was seen")                                            \
	X(PLAIN_SIP, "no message bears anything of IMS: it may be some other SIP network")        \
	/* Cx */                                                                                  \
	X(CX_SEEN, "Cx exchanges of this attempt were seen")                                      \
	X(CX_ABSENT, "Cx was captured and holds nothing for this attempt: the HSS was not asked") \
	X(UAA_PASSED, "the HSS accepted the UAR")                                                 \
	X(MAA_PASSED, "the HSS gave authentication vectors")                                      \
	X(SAA_PASSED, "the HSS accepted the SAR")                                                 \
	X(MAR_SEEN, "a MAR was sent")                                                             \
	X(SAR_SEEN, "a SAR was sent")                                                             \
	X(MAR_RESYNCHRONISES, "the MAR carries RAND and AUTS")                                    \
	X(MAA_EMPTY, "the MAA carries no authentication vector")                                  \
	X(SAR_FAILED_AUTHENTICATION, "the S-CSCF told the HSS of a failed authentication")        \
	X(UAA_CAPABILITIES, "the UAA asks for mandatory capabilities and names no S-CSCF")        \
	X(UAA_SERVER_NAME, "the UAA names an S-CSCF")                                             \
	X(SAA_BARRED, "every IMPU in the User-Data of the SAA is barred")                         \
	X(SAA_LACKS_IMPU, "the User-Data of the SAA lacks the IMPU")                              \
	X(SAA_FAULTY, "the User-Data of the SAA is faulty")                                       \
	X(CALLER_BARRED_CX, "User-Data from the HSS marks the calling IMPU as barred")            \
	X(EMERGENCY, "it is an emergency registration")                                           \
	/* security agreement */                                                                  \
	X(SECURITY_AGREED, "a security agreement was negotiated")                                 \
	X(SECURITY_FAULT, "the security agreement is broken")                                     \
	X(SECURITY_BID_DOWN, "the security agreement was bid down")                               \
	/* who answered */                                                                        \
	X(FROM_UE, "the answer came from a UE")                                                   \
	X(FROM_P_CSCF, "the answer came from the P-CSCF")                                         \
	X(FROM_I_CSCF, "the answer came from the I-CSCF")                                         \
	X(FROM_S_CSCF, "the answer came from the S-CSCF")                                         \
	X(FROM_AS, "the answer came from an application server")                                  \
	X(CROSSED_CORE, "the request was seen to go on into the core")                            \
	/* the answer's own words */                                                              \
	X(PHRASE_USER_UNKNOWN, "the reason phrase speaks of an unknown user")                     \
	X(PHRASE_NO_MATCH, "the reason phrase speaks of identities that do not match")            \
	X(PHRASE_REJECTED, "the reason phrase speaks of a rejected authorisation")                \
	X(PHRASE_ROAMING, "the reason phrase speaks of roaming")                                  \
	X(PHRASE_SCHEME, "the reason phrase speaks of the authentication scheme")                 \
	X(PHRASE_POLICY, "the reason phrase speaks of QoS or policy")                             \
	X(PHRASE_RESPONSE, "the reason phrase speaks of a failed authentication")                 \
	X(PHRASE_SELECTION, "the reason phrase speaks of S-CSCF selection")                       \
	X(PHRASE_HSS, "the reason phrase speaks of an HSS that did not answer as expected")       \
	X(PHRASE_USER_DATA, "the reason phrase speaks of the server assignment")                  \
	X(PHRASE_SECURITY, "the reason phrase speaks of IPsec or the security agreement")         \
	X(PHRASE_NOT_REGISTERED, "the reason phrase speaks of a missing registration")            \
	X(PHRASE_BARRED, "the reason phrase speaks of barring")                                   \
	X(PHRASE_TRUST, "the reason phrase speaks of trust or topology")                          \
	X(PHRASE_NONCE, "the reason phrase speaks of an outdated nonce")                          \
	X(PHRASE_MASK, "the reason phrase is one that hides an error of the MAA")                 \
	X(PHRASE_CONTRADICTS, "the reason phrase contradicts Cx")                                 \
	X(REASON_DIAMETER, "the Reason header names a Diameter cause")                            \
	/* what the UE presents */                                                                \
	X(IMPI_ODD, "the username is not of the form of TS 23.003")                               \
	X(IMPU_ODD, "the IMPU is not of the form of TS 23.003")                                   \
	X(IDENTITIES_DIFFER, "username and IMPU hold different IMSIs")                            \
	X(IMPU_TEMPORARY, "the calling identity is derived from the IMSI")                        \
	X(VISITED_ABSENT, "P-Visited-Network-ID is missing")                                      \
	X(P_CSCF_LISTED, "the P-CSCF is in the operator's list")                                  \
	X(CALLER_REGISTERED, "the caller was seen to register in this trace")                     \
	X(INTERNATIONAL, "the called number is abroad")                                           \
	/* provisioning */                                                                        \
	X(STORE, "the provisioning was looked up")                                                \
	X(IMPI_STORED, "the IMPI is provisioned")                                                 \
	X(IMPU_STORED, "the IMPU is provisioned")                                                 \
	X(ASSOCIATED, "IMPI and IMPU are associated")                                             \
	X(IMPU_BARRED, "the IMPU is barred")                                                      \
	X(SET_USABLE, "the implicit registration set holds an IMPU that is not barred")           \
	X(AUTHORISED, "the subscription is authorised for IMS")                                   \
	X(PREDICTED_REFUSAL, "by the provisioning the REGISTER is refused")                       \
	X(PREDICTED_SUCCESS, "by the provisioning the REGISTER is accepted")                      \
	X(STORED_MISSPELT, "the provisioned identity is misspelt")                                \
	X(PRESENTED_MISSPELT, "the identity that the UE presents is misspelt")                    \
	X(CALLED_STORED, "the called identity is provisioned")                                    \
	X(CALLED_BARRED, "the called identity is barred")                                         \
	/* 407 */                                                                                 \
	X(PROXY_CHALLENGED, "a proxy challenged with 407")                                        \
	X(PROXY_SUCCEEDED, "the retry with Proxy-Authorization succeeded")                        \
	X(PROXY_PASSED, "the answer to the retry is none that refuses credentials")               \
	X(PROXY_UNRETRIED, "no retry followed the 407")                                           \
	X(PROXY_RETRIED, "the request was sent again after the 407")                              \
	X(PROXY_BARE, "the retry carries no Proxy-Authorization")                                 \
	X(PROXY_WRONG, "the retry's Proxy-Authorization does not fit the challenge")              \
	X(PROXY_STALE, "the second 407 says stale=true")                                          \
	X(PROXY_REPEATED, "a second 407 without stale=true followed the credentials")             \
	X(PROXY_FORKED, "the 407 holds challenges of several realms")                             \
	X(PROXY_INCOMPLETE, "the 407 lacks fields that it needs")

enum case_fact_id {
	CASE_NO_FACT, /* ends lists */
#define CASE_FACT_ID(name, words) CASE_##name,
	CASE_FACTS(CASE_FACT_ID)
#undef CASE_FACT_ID
	/* As CASE_PREDICTED_REFUSAL, and for the very cause that is being weighed. */
	CASE_PREDICTED_THIS,
	CASE_FACT_COUNT
};

struct case_fact {
	enum tri value;
	const char *text;
	struct evidence_place place;
};

struct provisioning;

struct case_facts {
	const struct trace_case *c;
	const struct policy *policy;
	const struct provisioning *provisioning; /* NULL: no store */
	struct arena *arena;                     /* of the diagnosis */
	bool is_masked;
	struct case_fact fact[CASE_FACT_COUNT];
	const struct trace_transaction *last; /* the one that decides; NULL: none */
	const struct sip_message *final;      /* of it, NULL: none */
	int status;                           /* of it, 0: none */
	/* the exchanges looked at: those of the case, else observed ones */
	const struct cx_exchange *const *cx;
	unsigned cx_count;
	bool is_cx_observed;           /* they come from observations */
	const struct cx_exchange *bad; /* the one whose failure decides; NULL: none failed */
	enum cause_class predicted;    /* class of the predicted refusal */
	struct text corrected_impi; /* what TS 23.003 makes of an odd username; absent: not odd */
	/* worth reading, without a say in the cause */
	struct evidence context[8];
	unsigned context_count;
};

void case_facts_init(struct case_facts *f, const struct trace_case *c, struct arena *arena);

/* Sets a fact that is not known yet; NULL text takes the words of the table (yes only). */
void case_fact_set(struct case_facts *f, enum case_fact_id id, enum tri value,
		   struct evidence_place place, const char *text);
/* Adds to the context; what does not fit is left out. */
void case_fact_context(struct case_facts *f, struct evidence_place place, const char *text);
bool case_fact_is(const struct case_facts *f, enum case_fact_id id);
/* Negative ids ask for a no: unknown is neither. */
bool case_fact_holds(const struct case_facts *f, int id);

/* Where a message, or an exchange, was seen. */
struct evidence_place case_place_sip(const struct sip_message *m);
struct evidence_place case_place_cx(const struct case_facts *f, const struct cx_exchange *e);
#define CASE_NO_PLACE ((struct evidence_place){0})

/* An identity for the reader, masked when asked; in the arena. */
const char *case_identity(const struct case_facts *f, struct text identity);
/* Words of a message for the reader, without identities when masked; in the arena. The first are at
 * most 160 bytes. */
const char *case_words(const struct case_facts *f, struct text said);
const char *case_words_whole(const struct case_facts *f, struct text said);
/* "SAA experimental 5001 DIAMETER_ERROR_USER_UNKNOWN", "no answer to the UAR". */
const char *case_answer_words(const struct case_facts *f, const struct cx_exchange *e);

/* "user@host" of a SIP URI: the private identity that TS 24.229 5.3.1.2 derives when a REGISTER
 * names none; absent when it is no SIP URI with a user. Points into impu. */
struct text case_impi_of_impu(struct text impu);
/* True when the words stand somewhere in t, in any case. */
bool case_text_holds(struct text t, const char *words);

/* Takes the Cx exchanges of the case's identities and time from observations.db, where the trace
 * holds no Cx at all. Fails as reading it does. */
struct observations;
enum rc case_fact_observe(struct case_facts *f, struct observations *store, struct diag *diag);

void case_fact_flow(struct case_facts *f);
void case_fact_security(struct case_facts *f);
void case_fact_proxy(struct case_facts *f);
void case_fact_cx(struct case_facts *f);
void case_fact_header(struct case_facts *f);
void case_fact_network(struct case_facts *f); /* after what the store tells */
void case_fact_identity(struct case_facts *f);
