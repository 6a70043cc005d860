/* Service profiles from sp, sp_ifc, ifc, tp, spt and application_server: what FHoSS' SAR makes
 * User- Data of, and what keeps it from doing so (cx-semantics 4, D18 to D21). */
#pragma once
#include "importers/fhoss_catalogue.h"

/* Adds each row of sp to the directory. Faults are raised only where the table that shows them is
 * exported. */
enum rc fhoss_profile_add_all(const struct fhoss_catalogue *c, struct hss_directory *directory,
			      struct diag *diag);
