/* The schema of IMSSubscription as a state table: from which element to which, in which order, how
 * often, what to keep and what the value must look like (TS 29.228 Annex E; cx-semantics 8.4). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum userdata_element {
	ELEMENT_IMS_SUBSCRIPTION,
	ELEMENT_PRIVATE_ID,
	ELEMENT_SERVICE_PROFILE,
	ELEMENT_PUBLIC_IDENTITY,
	ELEMENT_BARRING_INDICATION,
	ELEMENT_IDENTITY,
	ELEMENT_EXTENSION,
	ELEMENT_IDENTITY_TYPE,
	ELEMENT_WILDCARDED_PSI,
	ELEMENT_WILDCARDED_IMPU,
	ELEMENT_DISPLAY_NAME,
	ELEMENT_ALIAS_IDENTITY_GROUP_ID,
	ELEMENT_SERVICE_LEVEL_TRACE_INFO,
	ELEMENT_SIP_URI_PARAMETERS,
	ELEMENT_SERVICE_PRIORITY_LEVEL,
	ELEMENT_EXTENDED_PRIORITY,
	ELEMENT_MAX_REGISTRATIONS,
	ELEMENT_CN_SERVICES_AUTHORIZATION,
	ELEMENT_SUBSCRIBED_MEDIA_PROFILE_ID,
	ELEMENT_LIST_OF_SERVICE_IDS,
	ELEMENT_SERVICE_ID,
	ELEMENT_INITIAL_FILTER_CRITERIA,
	ELEMENT_PRIORITY,
	ELEMENT_TRIGGER_POINT,
	ELEMENT_CONDITION_TYPE_CNF,
	ELEMENT_SPT,
	ELEMENT_CONDITION_NEGATED,
	ELEMENT_GROUP,
	ELEMENT_REQUEST_URI,
	ELEMENT_METHOD,
	ELEMENT_SIP_HEADER,
	ELEMENT_HEADER,
	ELEMENT_CONTENT,
	ELEMENT_SESSION_CASE,
	ELEMENT_SESSION_DESCRIPTION,
	ELEMENT_LINE,
	ELEMENT_REGISTRATION_TYPE,
	ELEMENT_APPLICATION_SERVER,
	ELEMENT_SERVER_NAME,
	ELEMENT_DEFAULT_HANDLING,
	ELEMENT_SERVICE_INFO,
	ELEMENT_INCLUDE_REGISTER_REQUEST,
	ELEMENT_INCLUDE_REGISTER_RESPONSE,
	ELEMENT_PROFILE_PART_INDICATOR,
	ELEMENT_SHARED_IFC_SET_ID,
	ELEMENT_IMSI,
	ELEMENT_REFERENCE_LOCATION,
	ELEMENT_COUNT
};
/* Local names in the order of enum userdata_element. */
extern const char *const userdata_element_names[ELEMENT_COUNT];

enum userdata_state {
	STATE_OUTSIDE, /* the document's wrappers */
	STATE_SUBSCRIPTION,
	STATE_PROFILE,
	STATE_PUBLIC_IDENTITY,
	STATE_IDENTITY_EXTENSION,
	STATE_AUTHORIZATION,
	STATE_AUTHORIZATION_EXTENSION,
	STATE_SERVICE_IDS,
	STATE_IFC,
	STATE_TRIGGER_POINT,
	STATE_SPT,
	STATE_SPT_EXTENSION,
	STATE_SIP_HEADER,
	STATE_SESSION_DESCRIPTION,
	STATE_APPLICATION_SERVER,
	STATE_SERVER_EXTENSION,
	STATE_PROFILE_EXTENSION,
	STATE_SUBSCRIPTION_EXTENSION,
	STATE_LEAF, /* text only */
	STATE_SKIP, /* unknown, or of no interest below */
	STATE_COUNT
};

enum userdata_keep {
	KEEP_NOTHING,
	KEEP_DOCUMENT,
	KEEP_PROFILE,
	KEEP_PUBLIC_IDENTITY,
	KEEP_IFC,
	KEEP_EXTENSION, /* the depth of Extensions */
	KEEP_CONTENT,   /* part of the profile's content */
	KEEP_PRIORITY,
	KEEP_LAST_WITH_BOUNDS = KEEP_PRIORITY, /* for those above, begin and end count, too */
	KEEP_PRIVATE_ID,
	KEEP_BARRING,
	KEEP_IDENTITY,
	KEEP_IDENTITY_TYPE,
	KEEP_WILDCARDED_PSI,
	KEEP_WILDCARDED_IMPU,
	KEEP_IMSI,
	KEEP_COUNT
};

enum userdata_check {
	CHECK_NOTHING,
	CHECK_BOOLEAN,          /* xs:boolean */
	CHECK_BOOLEAN_OR_EMPTY, /* xs:boolean with a default, which an empty element stands for */
	CHECK_NUMBER,           /* 0 to maximum */
	CHECK_PRESENT,          /* not empty; faults as if the element were missing */
};

struct userdata_child {
	uint8_t element; /* enum userdata_element */
	uint8_t to;      /* enum userdata_state */
	uint8_t rank;    /* place in the sequence, 1 to 15; 0 = does not belong here, but is read */
	bool is_list;    /* may occur again */
	uint8_t keep;    /* enum userdata_keep */
	uint8_t check;   /* enum userdata_check */
	uint8_t extension; /* Extensions around it, where that is laid down; 0 = not */
	uint32_t maximum;
	uint32_t missing; /* fault when no element of this rank is there; 0 = optional */
};

struct userdata_rule {
	const struct userdata_child *child; /* in the order in which they usually come */
	uint32_t count;
};
extern const struct userdata_rule userdata_rules[STATE_COUNT];
