/* How each HSS profile finds what a request names: a table of strategies (cx-semantics 1.3, 1.5;
 * oracle/fhoss rules 1, 2). Private to the resolver and its neighbours. */
#pragma once
#include <stdbool.h>
#include "base/text.h"
#include "model/hss_directory.h"
#include "model/subscription.h"

enum match {
	MATCH_NONE,
	MATCH_LOOSE, /* equal only when the stored form is canonicalised too: left to the HSS (D46)
		      */
	MATCH_EXACT,
};

enum user_data_order {
	USER_DATA_RECORD,  /* order of the record */
	USER_DATA_FHOSS,   /* barred, then "sip:", then the rest; row order before that */
	USER_DATA_OPEN5GS, /* made from the MSISDNs, the presented IMPU barred */
	USER_DATA_PYHSS,   /* made from a template */
};

#define MATCHING_KEY_MAX 64

struct matching {
	const char *hss;
	enum match (*impi)(struct text stored, struct text requested);
	/* Where the HSS has no IMPIs of its own: true when the subscriber is the one that requested
	 * names. */
	bool (*subscriber)(const struct ims_subscription *s, struct text requested);
	enum match (*impu)(struct text stored, struct text requested);
	/* Where the HSS has no IMPUs of its own: true when the number in the IMPU is the
	 * subscriber's. */
	bool (*impu_number)(const struct ims_subscription *s, struct text impu);
	bool (*visited)(struct text stored, struct text requested);
	/* The identity under which candidates for an IMPI are looked up; buffer has
	 * MATCHING_KEY_MAX bytes. NULL: the IMPI itself. */
	struct text (*impi_key)(struct text requested, char *buffer);
	bool is_impi_pattern;     /* the IMPI asked for is an SQL pattern */
	bool is_visited_unique;   /* doubled network names or grants refuse (FHoSS) */
	bool is_set_global;       /* set labels are global where the source says so, 0 included */
	bool is_kind_ignored;     /* PSIs and wildcarded IMPUs pass for distinct ones */
	bool is_user_data_exact;  /* the S-CSCF finds only the very bytes */
	bool is_profile_dangling; /* an unknown service profile is an empty one */
	bool is_scheme_exact;     /* scheme names compare with case */
	unsigned unbuildable;     /* enum service_profile_fault bits that stop User-Data */
	enum user_data_order order;
};

/* By the name of the HSS profile; the one of 3gpp for a name without a strategy of its own. */
const struct matching *matching_find(const char *hss);

/* The bit of a scheme name: 0 for one that is not known, SCHEME_ASK_HSS for "Unknown". */
unsigned matching_scheme(const struct matching *m, struct text name);

/* The user part of a NAI: what stands before the first '@'; absent when there is none. */
struct text matching_user(struct text impi);

/* The digits of t in order, without what stands between them, up to an '@'; they live in buffer. */
struct text matching_digits(struct text t, char *buffer);
