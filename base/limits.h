/* Every cap of the product, with its reason. Sizes from input are checked against these before use.
 */
#pragma once

#define LIMIT_IDENTITY_LENGTH \
	1024 /* bytes of one identity; RFC 3261 names no bound, real ones stay below 128 */
#define LIMIT_RECORD_BYTES \
	(4u << 20)         /* one IMSSubscription or CSV row; real ones are below 64 KB */
#define LIMIT_XML_DEPTH 64 /* Annex E nests 12 deep */
#define LIMIT_IMPI_PER_SUBSCRIPTION 1024
#define LIMIT_IMPU_PER_SUBSCRIPTION 4096
#define LIMIT_ASSOCIATION_PER_SUBSCRIPTION 65536
#define LIMIT_CAPABILITIES_PER_ANSWER \
	256 /* of one kind, or S-CSCF names, in Server-Capabilities; real ones have a handful */
#define LIMIT_CSV_COLUMNS 256
#define LIMIT_SQL_VALUE_BYTES \
	(16u << 20) /* one literal of a dump; MySQL's max_allowed_packet default */
#define LIMIT_REJECTS_KEPT \
	10000             /* rejects stored with their place; beyond it they are only counted */
#define IMSI_DIGITS_MIN 5 /* TS 23.003 2.2: at most 15; short ones occur in test networks */
#define IMSI_DIGITS_MAX 15
#define E164_DIGITS_MAX 15 /* ITU-T E.164 */
