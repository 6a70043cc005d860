/* Names Cx among the applications of this node's CER and CEA: some CSCFs pass over a peer that
 * advertises the Relay application alone. */
#pragma once
#include "base/diag.h"

/* RC_IO when freeDiameter refuses. */
enum rc advertise_cx(struct diag *diag);
