/* What a snapshot shares between its subscriptions: visited networks, capability and preferred
 * S-CSCF sets, the S-CSCF directory, service profiles. Small; read whole. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/text.h"
#include "base/tri.h"

struct visited_network {
	uint32_t id;
	struct text identity;
};

struct capability {
	uint32_t set;
	uint32_t capability;
	bool is_mandatory;
}; /* one row */

struct preferred_scscf {
	uint32_t set;
	struct text name;
	int32_t priority;
}; /* one row, source order kept */

struct scscf {
	struct text uri;
	uint32_t id;
};
struct scscf_capability {
	uint32_t scscf;
	uint32_t capability;
}; /* scscf = struct scscf.id */

/* Why User-Data cannot be built or used (cx-semantics 4, 12; rows D18 to D21). */
enum service_profile_fault {
	PROFILE_FAULT_NO_APPLICATION_SERVER =
		1, /* an iFC names an application server that is not there */
	PROFILE_FAULT_TRIGGER_WITHOUT_SPT = 2, /* schema-invalid User-Data */
	PROFILE_FAULT_MISSING_IFC = 4,         /* sp_ifc names an iFC that is not there */
	PROFILE_FAULT_SCHEMA = 8, /* element order, enumeration, missing mandatory element */
	PROFILE_FAULT_DUPLICATE_PRIORITY = 16, /* harmless for REGISTER */
	PROFILE_FAULT_SHARED_IFC_UNKNOWN = 32, /* harmless for REGISTER */
	PROFILE_FAULT_UNREAD = 64, /* none in itself: a part of it was lost in reading, so that
				    * whether it has one of the first four is unknown */
};
struct service_profile {
	uint32_t id;
	struct text name;
	uint32_t ifc_count;
	uint32_t faults;  /* enum service_profile_fault bits */
	uint64_t content; /* equal for equal iFC lists: FHoSS groups IMPUs by it */
};

struct hss_directory {
	struct arena arena;
	/* unknown: the table is not part of the export; yes: it is, and absent rows mean absent
	 * (design.md 10.3) */
	enum tri has_visited_networks, has_capability_sets, has_preferred_sets, has_scscfs,
		has_service_profiles;
	struct visited_network *visited_network;
	struct capability *capability;
	struct preferred_scscf *preferred;
	struct scscf *scscf;
	struct scscf_capability *scscf_capability;
	struct service_profile *service_profile;
	uint32_t visited_network_count, capability_count, preferred_count, scscf_count,
		scscf_capability_count, service_profile_count;
	uint32_t capacity[6]; /* private */
};

void hss_directory_init(struct hss_directory *d);
void hss_directory_clear(struct hss_directory *d);
/* Append one row; texts are copied. NULL when memory is out. */
struct visited_network *hss_directory_add_visited_network(struct hss_directory *d, uint32_t id,
							  struct text identity);
struct capability *hss_directory_add_capability(struct hss_directory *d, uint32_t set,
						uint32_t capability, bool is_mandatory);
struct preferred_scscf *hss_directory_add_preferred(struct hss_directory *d, uint32_t set,
						    struct text name, int32_t priority);
struct scscf *hss_directory_add_scscf(struct hss_directory *d, uint32_t id, struct text uri);
struct scscf_capability *hss_directory_add_scscf_capability(struct hss_directory *d, uint32_t scscf,
							    uint32_t capability);
struct service_profile *hss_directory_add_service_profile(struct hss_directory *d, uint32_t id,
							  struct text name);
/* The profile with that id; NULL when it dangles. */
const struct service_profile *hss_directory_service_profile(const struct hss_directory *d,
							    uint32_t id);
