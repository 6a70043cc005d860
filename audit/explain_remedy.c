/* The smallest change that turns the verdict. An identity derived from an IMSI stays barred
 * (TS 23.003 13.4B; design.md 5). */
#include "audit/explaining.h"

struct remedy {
	enum remedy_kind kind;
	const char *template; /* NULL: the rule's own words */
	struct text subject, target;
};

typedef struct remedy (*remedy_maker)(const struct explaining *x);

static struct remedy add_pair(const struct explaining *x)
{
	struct remedy r = {REMEDY_ADD_PAIR, NULL, x->attempt->impi, x->attempt->impu};

	r.template = explain_is_temporary(x->attempt->impu)
			     ? "Provision IMPI {impi} with the barred IMPU {impu} and an unbarred "
			       "sip: and tel: number in "
			       "the same implicit set"
			     : "Provision IMPI {impi} and IMPU {impu}, and associate them";
	return r;
}

static struct remedy add_impi(const struct explaining *x)
{
	return (struct remedy){
		REMEDY_ADD_IMPI,
		"Create IMPI {impi} in the subscription that holds {impu}, and associate the two",
		x->attempt->impi, x->attempt->impu};
}

/* The set that a missing temporary IMPU belongs into: that of an unbarred IMPU of the IMPI. */
static const struct impu *unbarred_of_impi(const struct explaining *x)
{
	const struct ims_subscription *s = x->record;
	uint32_t impi = x->resolution->impi_index;

	for (uint32_t i = 0; s && i < s->impu_count; i++)
		if (s->impu[i].barred == TRI_NO &&
		    (s->has_associations == TRI_UNKNOWN || subscription_association(s, impi, i)))
			return &s->impu[i];
	return NULL;
}

static struct remedy add_impu(const struct explaining *x)
{
	const struct impu *sibling = unbarred_of_impi(x);
	struct remedy r = {REMEDY_ADD_IMPU, NULL, x->attempt->impu, x->attempt->impi};

	if (!explain_is_temporary(x->attempt->impu)) {
		r.template = "Add IMPU {impu} and associate it with IMPI {impi}, or let the UE "
			     "present one that is "
			     "provisioned";
	} else if (sibling) {
		r.template = "Add {impu}, barred, to the implicit set of {target} and associate it "
			     "with IMPI {impi}";
		r.target = sibling->identity;
	} else {
		r.template = "Add {impu}, barred, and an unbarred number in the same implicit set, "
			     "both associated "
			     "with IMPI {impi}";
	}
	return r;
}

static struct remedy associate(const struct explaining *x)
{
	return (struct remedy){
		REMEDY_ASSOCIATE,
		x->impu ? "Associate IMPU {impu} with IMPI {impi}"
			: "Move IMPU {impu} into the subscription of IMPI {impi} and associate the "
			  "two, if it is meant to "
			  "be theirs; else let the UE present an IMPU of its own subscription",
		x->attempt->impi, x->attempt->impu};
}

/* A barred member of the presented set that is a number: barring it may be the mistake. */
static const struct impu *barred_number(const struct explaining *x)
{
	const struct ims_subscription *s = x->record;

	for (uint32_t i = 0; x->impu && i < s->impu_count; i++) {
		const struct impu *impu = &s->impu[i];

		if (impu->barred == TRI_YES && impu->kind != IMPU_WILDCARDED_IMPU &&
		    impu->kind != IMPU_WILDCARDED_PSI && impu->kind != IMPU_DISTINCT_PSI &&
		    !explain_is_temporary(impu->identity) &&
		    subscription_same_irs(s, (uint32_t)(x->impu - s->impu), i) == TRI_YES)
			return impu;
	}
	return NULL;
}

static struct remedy add_sibling(const struct explaining *x)
{
	const struct impu *number = barred_number(x);

	if (number)
		return (struct remedy){REMEDY_LIFT_BARRING,
				       "Lift the barring of {subject} in {set}, or add an unbarred "
				       "IMPU to that set",
				       number->identity, TEXT_NONE};
	return (struct remedy){REMEDY_ADD_SIBLING,
			       "Add an unbarred IMPU, normally the sip: and tel: number, to {set} "
			       "of {impu} and associate "
			       "it with IMPI {impi}",
			       x->attempt->impu, TEXT_NONE};
}

static struct remedy move_into_set(const struct explaining *x)
{
	const struct impu *sibling = explain_sibling_elsewhere(x);

	if (!sibling)
		return add_sibling(x);
	return (struct remedy){REMEDY_MOVE_INTO_SET, "Move {subject} into {set} of {target}",
			       sibling->identity, x->attempt->impu};
}

static bool is_listed(const struct explaining *x)
{
	const struct hss_directory *d = x->p->population->directory;
	struct resolver_cache *cache = x->p->cache;

	for (uint32_t i = 0; i < d->visited_network_count; i++)
		if (cache->matching->visited(d->visited_network[i].identity,
					     x->attempt->visited_network))
			return true;
	return d->has_visited_networks != TRI_YES;
}

static struct remedy allow_network(const struct explaining *x)
{
	if (is_listed(x))
		return (struct remedy){REMEDY_GRANT_NETWORK,
				       "Allow the visited network {visited} for {impu}",
				       x->attempt->impu, x->attempt->visited_network};
	return (struct remedy){
		REMEDY_LIST_NETWORK,
		"List the visited network {visited} in the HSS and allow it for {impu}",
		x->attempt->impu, x->attempt->visited_network};
}

static struct remedy allow_service(const struct explaining *x)
{
	bool is_impu = x->impu && x->impu->may_register == TRI_NO;

	return (struct remedy){REMEDY_OTHER,
			       is_impu ? "Allow IMPU {impu} to register"
				       : "Authorise the subscription of IMPI {impi} for IMS, "
					 "unless it is suspended on "
					 "purpose",
			       x->attempt->impu, TEXT_NONE};
}

static struct remedy rename_identity(const struct explaining *x)
{
	bool is_impi = x->is_nearest_impi;
	struct text wanted = is_impi ? x->attempt->impi : x->attempt->impu;
	struct remedy r = {is_impi ? REMEDY_RENAME_IMPI : REMEDY_RENAME_IMPU, NULL, x->out->nearest,
			   wanted};

	switch (x->out->difference) {
	case DIFFERENCE_MNC_PADDING:
	case DIFFERENCE_REALM_LABEL:
	case DIFFERENCE_REALM:
		r.template = is_impi ? "Change the realm of IMPI {subject} to {realm}"
				     : "Change the realm of IMPU {subject} to {realm}";
		break;
	default:
		r.template = is_impi ? "Change the IMPI from {subject} to {target}"
				     : "Change the IMPU from {subject} to {target}";
	}
	return r;
}

static struct remedy drop_impi(const struct explaining *x)
{
	return (struct remedy){REMEDY_DROP_DUPLICATE,
			       "Keep one row of IMPI {impi} and remove the others",
			       x->attempt->impi, TEXT_NONE};
}

static struct remedy drop_impu(const struct explaining *x)
{
	return (struct remedy){REMEDY_DROP_DUPLICATE,
			       "Keep IMPU {impu} once, in the subscription of IMPI {impi}, and "
			       "remove it elsewhere",
			       x->attempt->impu, TEXT_NONE};
}

static struct remedy add_distinct(const struct explaining *x)
{
	return (struct remedy){REMEDY_ADD_IMPU,
			       "Add {impu} as a distinct IMPU and associate it with IMPI {impi}",
			       x->attempt->impu, x->attempt->impi};
}

static struct remedy allow_scheme(const struct explaining *x)
{
	return (struct remedy){REMEDY_OTHER,
			       "Allow the scheme {scheme} for IMPI {impi}, or let the S-CSCF ask "
			       "for one that it has",
			       x->attempt->impi, x->attempt->scheme};
}

static struct remedy give_key(const struct explaining *x)
{
	uint32_t i = x->resolution->impi_index;
	bool is_sqn = x->record && i < x->record->impi_count &&
		      x->record->impi[i].sqn_readable == TRI_NO;

	return (struct remedy){
		REMEDY_OTHER,
		is_sqn ? "Correct the sequence number of IMPI {impi}: it is not hexadecimal"
		       : "Provision the key of IMPI {impi} in the authentication centre",
		x->attempt->impi, TEXT_NONE};
}

static struct remedy assign_profile(const struct explaining *x)
{
	return (struct remedy){REMEDY_OTHER, "Assign a service profile to {impu}", x->attempt->impu,
			       TEXT_NONE};
}

static struct remedy present_other(const struct explaining *x)
{
	return (struct remedy){
		REMEDY_OTHER,
		"Let the UE present a public user identity of IMPI {impi}; {impu} is a service's",
		x->attempt->impu, TEXT_NONE};
}

static struct remedy add_sip_alias(const struct explaining *x)
{
	return (struct remedy){REMEDY_ADD_IMPU,
			       "Add a SIP URI to the implicit set of the tel: IMPUs of IMPI "
			       "{impi}; the UE presents {impu}",
			       x->attempt->impu, x->attempt->impi};
}

static const struct {
	const char *rule;
	remedy_maker make;
} makers[] = {
	{"CXA001", add_pair},        {"CXA002", add_impi},        {"CXA003", add_impu},
	{"CXA004", add_impu},        {"CXA005", associate},       {"CXA006", add_sibling},
	{"CXA007", move_into_set},   {"CXA009", add_sibling},     {"CXA011", add_sibling},
	{"CXA015", add_sip_alias},   {"CXA018", assign_profile},  {"CXA022", allow_scheme},
	{"CXA023", give_key},        {"CXA031", allow_network},   {"CXA032", allow_network},
	{"CXA036", allow_service},   {"CXA040", rename_identity}, {"CXA041", rename_identity},
	{"CXA042", rename_identity}, {"CXA043", rename_identity}, {"CXA044", rename_identity},
	{"CXA045", rename_identity}, {"CXA046", rename_identity}, {"CXA047", drop_impi},
	{"CXA048", drop_impu},       {"CXA050", add_distinct},    {"CXA051", present_other},
	{"CXA080", rename_identity}, {"CXA082", rename_identity},
};

static struct remedy remedy_of(const struct explaining *x)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (strcmp(makers[i].rule, x->rule->id) != 0)
			continue;
		if (makers[i].make == rename_identity && !x->out->nearest.data)
			break;
		return makers[i].make(x);
	}
	return (struct remedy){REMEDY_OTHER, NULL, TEXT_NONE, TEXT_NONE};
}

enum rc explain_remedy(struct explaining *x)
{
	struct remedy remedy = remedy_of(x);

	x->out->remedy_kind = remedy.kind;
	x->out->subject = remedy.subject;
	x->out->target = remedy.target;
	if (remedy.template)
		explain_add_template(x, remedy.template);
	else
		strbuf_add_str(&x->text, x->rule->remedy);
	x->out->remedy = explain_take(x);
	return x->out->remedy ? RC_OK : diag_set(x->diag, RC_NOMEM, "out of memory");
}
