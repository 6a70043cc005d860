#include "audit/fact.h"

static const char *const slugs[FACT_COUNT] = {
	[FACT_NONE] = "none",
	[FACT_HSS_ROUTED] = "hss-routed",
	[FACT_HSS_ANSWERS] = "hss-answers",
	[FACT_IMPI_SENT] = "impi-sent",
	[FACT_IMPU_SENT] = "impu-sent",
	[FACT_VISITED_NETWORK_SENT] = "visited-network-sent",
	[FACT_VISITED_NETWORK_LISTED] = "visited-network-listed",
	[FACT_IMPI_WELL_FORMED] = "impi-well-formed",
	[FACT_IMPI_EXISTS] = "impi-exists",
	[FACT_IMPI_UNIQUE] = "impi-unique",
	[FACT_IMPU_EXISTS] = "impu-exists",
	[FACT_IMPU_UNIQUE] = "impu-unique",
	[FACT_IMPU_IN_ONE_SUBSCRIPTION] = "impu-in-one-subscription",
	[FACT_IMPU_OF_ONE_IMPI] = "impu-of-one-impi",
	[FACT_IMPU_DISTINCT] = "impu-distinct",
	[FACT_SUBSCRIPTION_EXISTS] = "subscription-exists",
	[FACT_ASSOCIATED] = "associated",
	[FACT_ASSOCIATION_UNIQUE] = "association-unique",
	[FACT_IMPU_UNBARRED] = "impu-unbarred",
	[FACT_SET_HAS_UNBARRED] = "set-has-unbarred",
	[FACT_SET_HAS_UNBARRED_WILDCARD] = "set-has-unbarred-wildcard",
	[FACT_SET_WITHIN_SUBSCRIPTION] = "set-within-subscription",
	[FACT_SET_HAS_SIP_URI] = "set-has-sip-uri",
	[FACT_OTHER_SET_HAS_UNBARRED] = "other-set-has-unbarred",
	[FACT_NOT_TEMPORARY_IMPU] = "not-temporary-impu",
	[FACT_ROAMING_ALLOWED] = "roaming-allowed",
	[FACT_IMS_AUTHORISED] = "ims-authorised",
	[FACT_MAY_REGISTER] = "may-register",
	[FACT_SERVICE_PROFILE_ASSIGNED] = "service-profile-assigned",
	[FACT_SET_PROFILES_ASSIGNED] = "set-profiles-assigned",
	[FACT_REGISTERED] = "registered",
	[FACT_SCSCF_STORED] = "scscf-stored",
	[FACT_SUBSCRIPTION_ACTIVE] = "subscription-active",
	[FACT_AUTH_PENDING] = "auth-pending",
	[FACT_CAPABILITIES_SERVED] = "capabilities-served",
	[FACT_SCSCF_REACHABLE] = "scscf-reachable",
	[FACT_SCHEME_SENT] = "scheme-sent",
	[FACT_SCHEME_RECOGNISED] = "scheme-recognised",
	[FACT_SCHEME_SUPPORTED] = "scheme-supported",
	[FACT_DEFAULT_SCHEME_VALID] = "default-scheme-valid",
	[FACT_KEY_PRESENT] = "key-present",
	[FACT_SQN_PRESENT] = "sqn-present",
	[FACT_EPS_SUBSCRIBER_EXISTS] = "eps-subscriber-exists",
	[FACT_SCSCF_NAME_USABLE] = "scscf-name-usable",
	[FACT_KEYS_AGREE] = "keys-agree",
	[FACT_RESULT_AGREES] = "result-agrees",
	[FACT_RESYNC_POSSIBLE] = "resync-possible",
	[FACT_EPS_ACTIVE] = "eps-active",
	[FACT_IMS_APN] = "ims-apn",
	[FACT_IMS_VOICE_ALLOWED] = "ims-voice-allowed",
	[FACT_NOT_PSI] = "not-psi",
	[FACT_PSI_ACTIVE] = "psi-active",
	[FACT_SCSCF_NOT_OTHER] = "scscf-not-other",
	[FACT_USER_DATA_BUILDABLE] = "user-data-buildable",
	[FACT_USER_DATA_VALID] = "user-data-valid",
	[FACT_IMPU_IN_USER_DATA] = "impu-in-user-data",
};

const char *fact_slug(enum fact f)
{
	return slugs[f];
}

void facts_init(struct facts *f)
{
	*f = (struct facts){0};
	for (unsigned i = 0; i < FACT_COUNT; i++)
		f->fact[i].basis = BASIS_MISSING;
}

void facts_set(struct facts *f, enum fact which, enum tri value, enum fact_basis basis,
	       struct text subject)
{
	f->fact[which].value = value;
	f->fact[which].basis = basis;
	f->fact[which].subject = subject;
}

void facts_set_told(struct facts *f, enum fact which, enum tri value, struct text subject)
{
	facts_set(f, which, value, value == TRI_UNKNOWN ? BASIS_MISSING : BASIS_EXPORTED, subject);
}
