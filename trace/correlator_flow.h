/* Makes the flow of a case when it ends: events in order of time with their nodes and hops, and the
 * transactions of the UE's side. */
#pragma once
#include "trace/correlator_node.h"

/* Fills the lists and flags of c->view. RC_NOMEM. */
enum rc correlator_flow_build(struct open_case *c, struct node_memory *nodes, struct diag *diag);
