#include "cli/rival_sources.h"

#include <stdlib.h>
#include <string.h>

struct listing {
	const char *own;
	char name[EVIDENCE_RIVALS_MAX][64];
	unsigned count, more;
	uint8_t own_place;
};

static bool on_source(const struct store_source *s, void *context)
{
	struct listing *l = context;

	if (!s->snapshot || strcmp(s->role, "ims") != 0)
		return true;
	if (strcmp(s->name, l->own) == 0)
		l->own_place = (uint8_t)l->count;
	else if (l->count < EVIDENCE_RIVALS_MAX)
		memcpy(l->name[l->count++], s->name, sizeof(s->name));
	else
		l->more++;
	return true;
}

static enum rc open_one(struct rival_sources *r, struct store *store, const char *name,
			const struct common_options *options, const struct policy *policy,
			struct diag *diag)
{
	struct session *session = &r->session[r->count];
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct snapshot *snapshot;
	enum rc rc = store_current(store, name, &snapshot, diag);

	if (rc != RC_OK)
		return rc;
	if (session_profiles("audit", options, policy, snapshot_get_info(snapshot)->hss, &hss,
			     &cscf)) {
		snapshot_close(snapshot);
		return diag_set(diag, RC_USAGE, "source %s: no such profile", name);
	}
	r->count++;
	rc = session_open(session, snapshot, hss, cscf, policy, diag);
	r->rival[r->count - 1] = (struct evidence_rival){session->cursor, &session->predictor};
	return rc;
}

enum rc rival_sources_new(struct store *store, const char *own,
			  const struct common_options *options, const struct policy *policy,
			  struct rival_sources **out, struct diag *diag)
{
	struct rival_sources *r = calloc(1, sizeof(*r));
	struct listing list = {.own = own};
	enum rc rc;

	*out = r;
	if (!r)
		return diag_set(diag, RC_NOMEM, "no memory for the sources");
	rc = store_sources(store, on_source, &list, diag);
	if (rc == RC_OK && list.more)
		rc = diag_set(diag, RC_LIMIT, "the store holds more than %d IMS sources",
			      EVIDENCE_RIVALS_MAX + 1);
	for (unsigned i = 0; rc == RC_OK && i < list.count; i++)
		rc = open_one(r, store, list.name[i], options, policy, diag);
	r->own = list.own_place;
	return rc;
}

void rival_sources_free(struct rival_sources *r)
{
	for (unsigned i = 0; r && i < r->count; i++)
		session_close(&r->session[i]);
	free(r);
}
