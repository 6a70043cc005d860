/* What a message of the lab may be wrong in. All of it passes a relay: a relay that reads AVPs only
 * to their lengths hands it on. */
#pragma once
#include <stdbool.h>

#include "codec/bytes.h"

/* Adds the AVP that is wrong in the way that kind names; false when there is no such kind.
 *   inner-length  an AVP of a SIP-Auth-Data-Item is longer than its group
 *   inner-zero    an AVP of a SIP-Auth-Data-Item has the length 0
 *   short-code    SIP-Number-Auth-Items of two bytes
 *   large         an AVP of sixty thousand bytes that nobody knows
 *   nested        SIP-Auth-Data-Item in itself, four thousand deep
 *   identities    a thousand Public-Identities
 *   long-identity a Public-Identity of two thousand bytes
 *   control       Error-Message with line ends and terminal escapes
 *   user-data     User-Data that is cut in the middle */
bool lab_malformed_add(struct byte_writer *w, const char *kind);
