/* The trap of advertising Cx: what a node advertises it takes as its own when a request names its
 * realm and no host, as every UAR does (RFC 6733 6.1.4), and the relay answers 3001 instead of the
 * HSS. */
#pragma once
#include <freeDiameter/extension.h>

#include "base/diag.h"
#include "cx/observer_config.h"

/* RC_USAGE when this node's realm is one that it relays for: a member of served_realms, or when
 * that list is empty, the realm of a ConnectPeer. The text says what to change. */
enum rc own_realm_check(const struct observer_config *config, struct diag *diag);

/* Tells the log when the peer that has connected is of this node's realm. */
void own_realm_watch(const struct peer_hdr *peer);
