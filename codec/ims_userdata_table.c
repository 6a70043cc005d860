#include "codec/ims_userdata_table.h"

#include "model/hss_directory.h"

#define LAST 15 /* Extension closes every sequence */

const char *const userdata_element_names[ELEMENT_COUNT] = {
	[ELEMENT_IMS_SUBSCRIPTION] = "IMSSubscription",
	[ELEMENT_PRIVATE_ID] = "PrivateID",
	[ELEMENT_SERVICE_PROFILE] = "ServiceProfile",
	[ELEMENT_PUBLIC_IDENTITY] = "PublicIdentity",
	[ELEMENT_BARRING_INDICATION] = "BarringIndication",
	[ELEMENT_IDENTITY] = "Identity",
	[ELEMENT_EXTENSION] = "Extension",
	[ELEMENT_IDENTITY_TYPE] = "IdentityType",
	[ELEMENT_WILDCARDED_PSI] = "WildcardedPSI",
	[ELEMENT_WILDCARDED_IMPU] = "WildcardedIMPU",
	[ELEMENT_DISPLAY_NAME] = "DisplayName",
	[ELEMENT_ALIAS_IDENTITY_GROUP_ID] = "AliasIdentityGroupID",
	[ELEMENT_SERVICE_LEVEL_TRACE_INFO] = "ServiceLevelTraceInfo",
	[ELEMENT_SIP_URI_PARAMETERS] = "SIPURIParameters",
	[ELEMENT_SERVICE_PRIORITY_LEVEL] = "ServicePriorityLevel",
	[ELEMENT_EXTENDED_PRIORITY] = "ExtendedPriority",
	[ELEMENT_MAX_REGISTRATIONS] = "MaxNumOfAllowedSimultRegistrations",
	[ELEMENT_CN_SERVICES_AUTHORIZATION] = "CoreNetworkServicesAuthorization",
	[ELEMENT_SUBSCRIBED_MEDIA_PROFILE_ID] = "SubscribedMediaProfileId",
	[ELEMENT_LIST_OF_SERVICE_IDS] = "ListOfServiceIds",
	[ELEMENT_SERVICE_ID] = "ServiceId",
	[ELEMENT_INITIAL_FILTER_CRITERIA] = "InitialFilterCriteria",
	[ELEMENT_PRIORITY] = "Priority",
	[ELEMENT_TRIGGER_POINT] = "TriggerPoint",
	[ELEMENT_CONDITION_TYPE_CNF] = "ConditionTypeCNF",
	[ELEMENT_SPT] = "SPT",
	[ELEMENT_CONDITION_NEGATED] = "ConditionNegated",
	[ELEMENT_GROUP] = "Group",
	[ELEMENT_REQUEST_URI] = "RequestURI",
	[ELEMENT_METHOD] = "Method",
	[ELEMENT_SIP_HEADER] = "SIPHeader",
	[ELEMENT_HEADER] = "Header",
	[ELEMENT_CONTENT] = "Content",
	[ELEMENT_SESSION_CASE] = "SessionCase",
	[ELEMENT_SESSION_DESCRIPTION] = "SessionDescription",
	[ELEMENT_LINE] = "Line",
	[ELEMENT_REGISTRATION_TYPE] = "RegistrationType",
	[ELEMENT_APPLICATION_SERVER] = "ApplicationServer",
	[ELEMENT_SERVER_NAME] = "ServerName",
	[ELEMENT_DEFAULT_HANDLING] = "DefaultHandling",
	[ELEMENT_SERVICE_INFO] = "ServiceInfo",
	[ELEMENT_INCLUDE_REGISTER_REQUEST] = "IncludeRegisterRequest",
	[ELEMENT_INCLUDE_REGISTER_RESPONSE] = "IncludeRegisterResponse",
	[ELEMENT_PROFILE_PART_INDICATOR] = "ProfilePartIndicator",
	[ELEMENT_SHARED_IFC_SET_ID] = "SharedIFCSetID",
	[ELEMENT_IMSI] = "IMSI",
	[ELEMENT_REFERENCE_LOCATION] = "ReferenceLocationInformation",
};

#define RULE(children)                                             \
	{                                                          \
		children, sizeof(children) / sizeof((children)[0]) \
	}
#define EXTENSION(state)                                                                          \
	{                                                                                         \
		.element = ELEMENT_EXTENSION, .to = (state), .rank = LAST, .keep = KEEP_EXTENSION \
	}
/* Inside Extensions any other element may stand, so only their number is checked. */
#define EXTENDED(name, depth)                                                    \
	{                                                                        \
		.element = (name), .to = STATE_LEAF, .rank = 1, .is_list = true, \
		.extension = (depth)                                             \
	}
#define CONTENT(name, place) \
	.element = (name), .to = STATE_LEAF, .rank = (place), .keep = KEEP_CONTENT

static const struct userdata_child outside[] = {
	{.element = ELEMENT_IMS_SUBSCRIPTION,
	 .to = STATE_SUBSCRIPTION,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_DOCUMENT},
};
static const struct userdata_child subscription[] = {
	{.element = ELEMENT_PRIVATE_ID, .to = STATE_LEAF, .rank = 1, .keep = KEEP_PRIVATE_ID},
	{.element = ELEMENT_SERVICE_PROFILE,
	 .to = STATE_PROFILE,
	 .rank = 2,
	 .is_list = true,
	 .keep = KEEP_PROFILE,
	 .missing = PROFILE_FAULT_SCHEMA},
	EXTENSION(STATE_SUBSCRIPTION_EXTENSION),
	/* Their ServiceProfile wrapper is missing (field case C47). */
	{.element = ELEMENT_PUBLIC_IDENTITY,
	 .to = STATE_PUBLIC_IDENTITY,
	 .is_list = true,
	 .keep = KEEP_PUBLIC_IDENTITY},
	{.element = ELEMENT_INITIAL_FILTER_CRITERIA, .to = STATE_SKIP, .is_list = true},
};
static const struct userdata_child profile[] = {
	{.element = ELEMENT_PUBLIC_IDENTITY,
	 .to = STATE_PUBLIC_IDENTITY,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_PUBLIC_IDENTITY,
	 .missing = PROFILE_FAULT_SCHEMA},
	{.element = ELEMENT_CN_SERVICES_AUTHORIZATION, .to = STATE_AUTHORIZATION, .rank = 2},
	{.element = ELEMENT_INITIAL_FILTER_CRITERIA,
	 .to = STATE_IFC,
	 .rank = 3,
	 .is_list = true,
	 .keep = KEEP_IFC},
	EXTENSION(STATE_PROFILE_EXTENSION),
	/* A dialect that some S-CSCFs want: the set id without its Extension. */
	{.element = ELEMENT_SHARED_IFC_SET_ID,
	 .to = STATE_LEAF,
	 .rank = LAST,
	 .is_list = true,
	 .keep = KEEP_CONTENT,
	 .extension = 1},
};
static const struct userdata_child public_identity[] = {
	{.element = ELEMENT_BARRING_INDICATION,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .keep = KEEP_BARRING,
	 .check = CHECK_BOOLEAN_OR_EMPTY},
	{.element = ELEMENT_IDENTITY,
	 .to = STATE_LEAF,
	 .rank = 2,
	 .keep = KEEP_IDENTITY,
	 .missing = PROFILE_FAULT_SCHEMA},
	EXTENSION(STATE_IDENTITY_EXTENSION),
};
static const struct userdata_child identity_extension[] = {
	{.element = ELEMENT_IDENTITY_TYPE,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_IDENTITY_TYPE,
	 .check = CHECK_NUMBER,
	 .maximum = 4,
	 .extension = 1},
	{.element = ELEMENT_WILDCARDED_PSI,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_WILDCARDED_PSI,
	 .extension = 1},
	{.element = ELEMENT_WILDCARDED_IMPU,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_WILDCARDED_IMPU,
	 .extension = 3},
	EXTENSION(STATE_IDENTITY_EXTENSION),
	EXTENDED(ELEMENT_DISPLAY_NAME, 2),
	EXTENDED(ELEMENT_ALIAS_IDENTITY_GROUP_ID, 2),
	EXTENDED(ELEMENT_SERVICE_LEVEL_TRACE_INFO, 3),
	EXTENDED(ELEMENT_SIP_URI_PARAMETERS, 3),
	EXTENDED(ELEMENT_SERVICE_PRIORITY_LEVEL, 0),
	EXTENDED(ELEMENT_EXTENDED_PRIORITY, 0),
	EXTENDED(ELEMENT_MAX_REGISTRATIONS, 0),
};
static const struct userdata_child authorization[] = {
	{.element = ELEMENT_SUBSCRIBED_MEDIA_PROFILE_ID,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .check = CHECK_NUMBER,
	 .maximum = INT32_MAX},
	EXTENSION(STATE_AUTHORIZATION_EXTENSION),
};
static const struct userdata_child authorization_extension[] = {
	{.element = ELEMENT_LIST_OF_SERVICE_IDS,
	 .to = STATE_SERVICE_IDS,
	 .rank = 1,
	 .is_list = true},
	EXTENSION(STATE_AUTHORIZATION_EXTENSION),
};
static const struct userdata_child service_ids[] = {
	{.element = ELEMENT_SERVICE_ID, .to = STATE_LEAF, .rank = 1, .is_list = true},
	EXTENSION(STATE_SKIP),
};
static const struct userdata_child ifc[] = {
	{.element = ELEMENT_PRIORITY,
	 .to = STATE_LEAF,
	 .rank = 1,
	 .keep = KEEP_PRIORITY,
	 .check = CHECK_NUMBER,
	 .maximum = INT32_MAX,
	 .missing = PROFILE_FAULT_SCHEMA},
	{.element = ELEMENT_TRIGGER_POINT,
	 .to = STATE_TRIGGER_POINT,
	 .rank = 2,
	 .keep = KEEP_CONTENT},
	{.element = ELEMENT_APPLICATION_SERVER,
	 .to = STATE_APPLICATION_SERVER,
	 .rank = 3,
	 .keep = KEEP_CONTENT,
	 .missing = PROFILE_FAULT_NO_APPLICATION_SERVER},
	{CONTENT(ELEMENT_PROFILE_PART_INDICATOR, 4), .check = CHECK_NUMBER, .maximum = 1},
	EXTENSION(STATE_SKIP),
};
static const struct userdata_child trigger_point[] = {
	{CONTENT(ELEMENT_CONDITION_TYPE_CNF, 1), .check = CHECK_BOOLEAN,
	 .missing = PROFILE_FAULT_SCHEMA},
	{.element = ELEMENT_SPT,
	 .to = STATE_SPT,
	 .rank = 2,
	 .is_list = true,
	 .keep = KEEP_CONTENT,
	 .missing = PROFILE_FAULT_TRIGGER_WITHOUT_SPT},
	EXTENSION(STATE_SKIP),
};
static const struct userdata_child spt[] = {
	{CONTENT(ELEMENT_CONDITION_NEGATED, 1), .check = CHECK_BOOLEAN_OR_EMPTY},
	{CONTENT(ELEMENT_GROUP, 2), .is_list = true, .check = CHECK_NUMBER, .maximum = INT32_MAX,
	 .missing = PROFILE_FAULT_SCHEMA},
	/* A choice: one rank for all. */
	{CONTENT(ELEMENT_REQUEST_URI, 3), .missing = PROFILE_FAULT_SCHEMA},
	{CONTENT(ELEMENT_METHOD, 3)},
	{.element = ELEMENT_SIP_HEADER, .to = STATE_SIP_HEADER, .rank = 3, .keep = KEEP_CONTENT},
	{CONTENT(ELEMENT_SESSION_CASE, 3), .check = CHECK_NUMBER, .maximum = 4},
	{.element = ELEMENT_SESSION_DESCRIPTION,
	 .to = STATE_SESSION_DESCRIPTION,
	 .rank = 3,
	 .keep = KEEP_CONTENT},
	EXTENSION(STATE_SPT_EXTENSION),
};
static const struct userdata_child spt_extension[] = {
	{CONTENT(ELEMENT_REGISTRATION_TYPE, 1), .is_list = true, .check = CHECK_NUMBER,
	 .maximum = 2, .extension = 1},
	EXTENSION(STATE_SPT_EXTENSION),
};
static const struct userdata_child sip_header[] = {
	{CONTENT(ELEMENT_HEADER, 1), .missing = PROFILE_FAULT_SCHEMA},
	{CONTENT(ELEMENT_CONTENT, 2)},
	EXTENSION(STATE_SKIP),
};
static const struct userdata_child session_description[] = {
	{CONTENT(ELEMENT_LINE, 1), .missing = PROFILE_FAULT_SCHEMA},
	{CONTENT(ELEMENT_CONTENT, 2)},
	EXTENSION(STATE_SKIP),
};
static const struct userdata_child application_server[] = {
	{CONTENT(ELEMENT_SERVER_NAME, 1), .check = CHECK_PRESENT,
	 .missing = PROFILE_FAULT_NO_APPLICATION_SERVER},
	{CONTENT(ELEMENT_DEFAULT_HANDLING, 2), .check = CHECK_NUMBER, .maximum = 1},
	{CONTENT(ELEMENT_SERVICE_INFO, 3)},
	EXTENSION(STATE_SERVER_EXTENSION),
};
static const struct userdata_child server_extension[] = {
	{.element = ELEMENT_INCLUDE_REGISTER_REQUEST,
	 .to = STATE_SKIP,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_CONTENT,
	 .extension = 1},
	{.element = ELEMENT_INCLUDE_REGISTER_RESPONSE,
	 .to = STATE_SKIP,
	 .rank = 1,
	 .is_list = true,
	 .keep = KEEP_CONTENT,
	 .extension = 1},
	EXTENSION(STATE_SERVER_EXTENSION),
};
static const struct userdata_child profile_extension[] = {
	{CONTENT(ELEMENT_SHARED_IFC_SET_ID, 1), .is_list = true, .check = CHECK_NUMBER,
	 .maximum = INT32_MAX, .extension = 1},
	EXTENSION(STATE_PROFILE_EXTENSION),
};
static const struct userdata_child subscription_extension[] = {
	{.element = ELEMENT_IMSI, .to = STATE_LEAF, .rank = 1, .is_list = true, .keep = KEEP_IMSI},
	{.element = ELEMENT_REFERENCE_LOCATION, .to = STATE_SKIP, .rank = 1, .is_list = true},
	EXTENSION(STATE_SUBSCRIPTION_EXTENSION),
};

const struct userdata_rule userdata_rules[STATE_COUNT] = {
	[STATE_OUTSIDE] = RULE(outside),
	[STATE_SUBSCRIPTION] = RULE(subscription),
	[STATE_PROFILE] = RULE(profile),
	[STATE_PUBLIC_IDENTITY] = RULE(public_identity),
	[STATE_IDENTITY_EXTENSION] = RULE(identity_extension),
	[STATE_AUTHORIZATION] = RULE(authorization),
	[STATE_AUTHORIZATION_EXTENSION] = RULE(authorization_extension),
	[STATE_SERVICE_IDS] = RULE(service_ids),
	[STATE_IFC] = RULE(ifc),
	[STATE_TRIGGER_POINT] = RULE(trigger_point),
	[STATE_SPT] = RULE(spt),
	[STATE_SPT_EXTENSION] = RULE(spt_extension),
	[STATE_SIP_HEADER] = RULE(sip_header),
	[STATE_SESSION_DESCRIPTION] = RULE(session_description),
	[STATE_APPLICATION_SERVER] = RULE(application_server),
	[STATE_SERVER_EXTENSION] = RULE(server_extension),
	[STATE_PROFILE_EXTENSION] = RULE(profile_extension),
	[STATE_SUBSCRIPTION_EXTENSION] = RULE(subscription_extension),
	[STATE_LEAF] = {0},
	[STATE_SKIP] = {0},
};
