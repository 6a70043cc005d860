#include "trace/phrase.h"

#define KAMAILIO_I "Kamailio's I-CSCF or S-CSCF"
#define NO_CLAIM ANSWER_SILENT, 0

/* Longer ones before those that they hold (cx-semantics 6.1, 6.2, 6.4, 12). */
static const struct phrase phrases[] = {
	{"private identity not found", CASE_PHRASE_MASK, "Kamailio's S-CSCF", NO_CLAIM},
	{"user unknown", CASE_PHRASE_USER_UNKNOWN, KAMAILIO_I, ANSWER_EXPERIMENTAL, 5001},
	{"unknown user", CASE_PHRASE_USER_UNKNOWN, "several", ANSWER_EXPERIMENTAL, 5001},
	{"user not found", CASE_PHRASE_USER_UNKNOWN, "several", ANSWER_EXPERIMENTAL, 5001},
	{"identities don't match", CASE_PHRASE_NO_MATCH, KAMAILIO_I, ANSWER_EXPERIMENTAL, 5002},
	{"identities dont match", CASE_PHRASE_NO_MATCH, "several", ANSWER_EXPERIMENTAL, 5002},
	{"authorization rejected", CASE_PHRASE_REJECTED, KAMAILIO_I, ANSWER_RESULT_CODE, 5003},
	{"roaming not allowed", CASE_PHRASE_ROAMING, KAMAILIO_I, ANSWER_EXPERIMENTAL, 5004},
	{"roaming", CASE_PHRASE_ROAMING, "several", ANSWER_EXPERIMENTAL, 5004},
	{"identity not registered", CASE_PHRASE_NOT_REGISTERED, KAMAILIO_I, ANSWER_EXPERIMENTAL,
	 5003},
	{"scheme unsupported", CASE_PHRASE_SCHEME, "Kamailio's S-CSCF", ANSWER_EXPERIMENTAL, 5006},
	{"scheme not supported", CASE_PHRASE_SCHEME, "several", ANSWER_EXPERIMENTAL, 5006},
	{"unable to comply", CASE_PHRASE_HSS, KAMAILIO_I, ANSWER_RESULT_CODE, 5012},
	{"unknown experimental result", CASE_PHRASE_HSS, KAMAILIO_I, NO_CLAIM},
	{"unknown result code", CASE_PHRASE_HSS, KAMAILIO_I, NO_CLAIM},
	{"no authentication vectors", CASE_PHRASE_HSS, "Kamailio's S-CSCF", NO_CLAIM},
	{"uar failed", CASE_PHRASE_HSS, "Kamailio's example configuration", NO_CLAIM},
	{"mar failed", CASE_PHRASE_HSS, "Kamailio's example configuration", NO_CLAIM},
	{"nonce", CASE_PHRASE_NONCE, "several", NO_CLAIM},
	{"authentication failed", CASE_PHRASE_RESPONSE, "Kamailio's S-CSCF", NO_CLAIM},
	{"wrong password", CASE_PHRASE_RESPONSE, "several", NO_CLAIM},
	{"invalid credentials", CASE_PHRASE_RESPONSE, "several", NO_CLAIM},
	{"empty list of s-cscf", CASE_PHRASE_SELECTION, "Kamailio's I-CSCF", NO_CLAIM},
	{"select next s-cscf", CASE_PHRASE_USER_DATA, "Kamailio's I-CSCF", NO_CLAIM},
	{"forwarding towards s-cscf", CASE_PHRASE_SELECTION, "Kamailio's I-CSCF", NO_CLAIM},
	{"server assignment", CASE_PHRASE_USER_DATA, "Kamailio's S-CSCF", NO_CLAIM},
	{"to qos", CASE_PHRASE_POLICY, "Kamailio's P-CSCF", NO_CLAIM},
	{"policy", CASE_PHRASE_POLICY, "several", NO_CLAIM},
	{"ipsec", CASE_PHRASE_SECURITY, "several P-CSCFs", NO_CLAIM},
	{"security agreement", CASE_PHRASE_SECURITY, "several P-CSCFs", NO_CLAIM},
	{"must register first", CASE_PHRASE_NOT_REGISTERED, "Kamailio's P-CSCF", NO_CLAIM},
	{"not registered", CASE_PHRASE_NOT_REGISTERED, "several", NO_CLAIM},
	{"barred", CASE_PHRASE_BARRED, "several", NO_CLAIM},
	{"barring", CASE_PHRASE_BARRED, "several", NO_CLAIM},
	{"not trusted", CASE_PHRASE_TRUST, "several", NO_CLAIM},
	{"untrusted", CASE_PHRASE_TRUST, "several", NO_CLAIM},
	{"topology", CASE_PHRASE_TRUST, "several", NO_CLAIM},
	{"p-cscf", CASE_PHRASE_TRUST, "several", NO_CLAIM},
	{"domain not served", CASE_PHRASE_TRUST, "Kamailio's S-CSCF", NO_CLAIM},
};

const struct phrase *phrase_find(struct text reason_phrase)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (case_text_holds(reason_phrase, phrases[i].words))
			return &phrases[i];
	return NULL;
}
