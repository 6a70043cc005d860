#include "audit/evidence_finding.h"

#include <stdio.h>

#include "base/time_text.h"

#define LINES_MAX 4
#define LINE_MAX 640

struct visiting {
	bool (*visit)(const struct audit_finding *finding, void *context);
	void *context;
	bool is_stopped;
};

/* One finding under way: its text and evidence have room of their own. */
struct writing {
	struct audit_finding finding;
	char text[LINE_MAX], line[LINES_MAX][LINE_MAX];
	const char *lines[LINES_MAX];
};

char *evidence_code_text(struct evidence_code code, char *out, size_t size)
{
	enum answer_kind kind = (enum answer_kind)code.kind;
	const char *avp = answer_kind_avp(kind);

	if (kind == ANSWER_OTHER_VENDOR)
		snprintf(out, size, "%s %u of another vendor", avp, (unsigned)code.code);
	else if (avp)
		snprintf(out, size, "%s %u (%s)", avp, (unsigned)code.code,
			 cx_code_name(kind, code.code));
	else
		snprintf(out, size, "%s",
			 kind == ANSWER_SILENT ? "no answer" : "an answer without result code");
	return out;
}

char *evidence_drift_text(const struct drift *d, char *out, size_t size)
{
	char live[160], exported[160];

	text_copy(d->live, live, sizeof(live));
	text_copy(d->exported, exported, sizeof(exported));
	switch (d->kind) {
	case DRIFT_IDENTITY_ADDED:
		snprintf(out, size, "in the live set, %s",
			 d->exported.data ? "in another set of the export"
					  : "not in this set of the export");
		break;
	case DRIFT_IDENTITY_GONE:
		snprintf(out, size, "in the exported set, not in the live one");
		break;
	case DRIFT_BARRED:
	case DRIFT_UNBARRED:
	case DRIFT_DEFAULT_IMPU:
	case DRIFT_SCHEME:
	case DRIFT_SCSCF_NAME:
	case DRIFT_PRIVATE_ID:
		snprintf(out, size, "live: %s; export: %s", live, exported);
		break;
	}
	return out;
}

static void writing_init(struct writing *w, const char *rule)
{
	*w = (struct writing){
		.finding =
			{
				.rule = rule_find(text_from(rule)),
				.certainty = CERTAINTY_CERTAIN,
				.count = 1,
			},
	};
	w->finding.severity = w->finding.rule->severity;
	w->finding.remedy = w->finding.rule->remedy;
	w->finding.text = w->text;
	w->finding.evidence = w->lines;
	for (size_t i = 0; i < LINES_MAX; i++)
		w->lines[i] = w->line[i];
}

static char *next_line(struct writing *w)
{
	return w->line[w->finding.evidence_count++];
}

static void add_exchange_line(struct writing *w, uint64_t id, int64_t time_us, struct text node)
{
	char when[TIME_TEXT_MAX], host[160];

	snprintf(next_line(w), LINE_MAX, "observed %s%s%s, exchange %llu",
		 time_text(TIME_SECOND, time_us, when), node.length ? " from " : "",
		 text_copy(node, host, sizeof(host)), (unsigned long long)id);
}

static void writing_end(struct writing *w, struct visiting *v)
{
	struct audit_finding *f = &w->finding;

	f->fingerprint = finding_fingerprint(f->rule, f->imsi, f->impi, f->impu);
	if (!v->is_stopped && !v->visit(f, v->context))
		v->is_stopped = true;
}

static void visit_incidents(const struct live_evidence *e, struct visiting *v)
{
	for (size_t i = 0; i < e->incident_count && !v->is_stopped; i++) {
		const struct incident *n = &e->incident[i];
		const struct evidence_code code = {(uint8_t)n->kind, n->code};
		char answer[EVIDENCE_CODE_TEXT_MAX], node[160], visited[160];
		char begin[TIME_TEXT_MAX], end[TIME_TEXT_MAX];
		struct writing w;

		writing_init(&w, "live-incident");
		w.finding.count = n->subscribers;
		snprintf(w.text, sizeof(w.text),
			 "%s to %s UTC: %llu subscribers got %s to their %s at %s%s%s%s",
			 time_text(TIME_SECOND, n->begin_us, begin),
			 time_text(TIME_SECOND, n->end_us, end), (unsigned long long)n->subscribers,
			 evidence_code_text(code, answer, sizeof(answer)),
			 cx_command_str(n->command), text_copy(n->node, node, sizeof(node)),
			 n->is_relay_made ? ", made by the relay" : "",
			 n->visited_network.length ? ", visited network " : "",
			 text_copy(n->visited_network, visited, sizeof(visited)));
		snprintf(next_line(&w), LINE_MAX, "%llu exchange%s",
			 (unsigned long long)n->exchanges, text_plural(n->exchanges));
		writing_end(&w, v);
	}
}

static void visit_contradictions(const struct live_evidence *e, struct visiting *v)
{
	char predicted[EVIDENCE_CODE_TEXT_MAX], observed[EVIDENCE_CODE_TEXT_MAX];

	for (size_t i = 0; i < e->rule_count; i++) {
		const struct evidence_rule *r = &e->rule[i];

		for (unsigned k = 0; k < r->contradiction_count && !v->is_stopped; k++) {
			const struct evidence_case *c = &r->contradiction[k];
			struct writing w;

			writing_init(&w, "live-answer-contradicts");
			w.finding.impi = c->impi;
			w.finding.impu = c->impu;
			w.finding.certainty = c->certainty;
			snprintf(w.text, sizeof(w.text), "%s: predicted %s%s%s, observed %s",
				 cx_command_str(c->command),
				 evidence_code_text(c->predicted, predicted, sizeof(predicted)),
				 r->rule ? " by " : "", r->rule ? r->rule->id : "",
				 evidence_code_text(c->observed, observed, sizeof(observed)));
			add_exchange_line(&w, c->id, c->time_us, c->node);
			if (c->time_us < e->snapshot_us)
				snprintf(next_line(&w), LINE_MAX, "the export is newer than this");
			writing_end(&w, v);
		}
	}
}

static void visit_unknown(const struct live_evidence *e, struct visiting *v)
{
	for (unsigned i = 0; i < e->unknown_count && !v->is_stopped; i++) {
		const struct evidence_subject *s = &e->unknown[i];
		char observed[EVIDENCE_CODE_TEXT_MAX], when[TIME_TEXT_MAX];
		struct writing w;

		writing_init(&w, "live-identity-unknown");
		w.finding.impi = s->impi;
		w.finding.impu = s->impu;
		snprintf(w.text, sizeof(w.text), "%s answered with %s; the export does not know it",
			 cx_command_str(s->command),
			 evidence_code_text(s->observed, observed, sizeof(observed)));
		snprintf(next_line(&w), LINE_MAX, "%llu attempt%s on %u%s day%s, last %s UTC",
			 (unsigned long long)s->attempts, text_plural(s->attempts),
			 evidence_days_count(s->days),
			 evidence_days_are_capped(s->days) ? " or more" : "",
			 text_plural(evidence_days_count(s->days)),
			 time_text(TIME_SECOND, s->last_us, when));
		writing_end(&w, v);
	}
}

static void visit_drifts(const struct live_evidence *e, struct visiting *v)
{
	for (uint32_t i = 0; i < e->drifts.count && !v->is_stopped; i++) {
		const struct evidence_drift *d = &e->drifts.list[i];
		bool is_of_impi = d->drift.kind == DRIFT_SCHEME ||
				  d->drift.kind == DRIFT_SCSCF_NAME ||
				  d->drift.kind == DRIFT_PRIVATE_ID;
		char taken[TIME_TEXT_MAX];
		struct writing w;

		writing_init(&w, drift_rule_slug(d->drift.kind));
		w.finding.impi = d->impi;
		w.finding.impu = is_of_impi ? TEXT_NONE : d->drift.subject;
		evidence_drift_text(&d->drift, w.text, sizeof(w.text));
		add_exchange_line(&w, d->id, d->time_us, d->node);
		snprintf(next_line(&w), LINE_MAX, "export taken %s",
			 time_text(TIME_SECOND, e->snapshot_us, taken));
		writing_end(&w, v);
	}
}

void evidence_findings_visit(const struct live_evidence *e,
			     bool (*visit)(const struct audit_finding *finding, void *context),
			     void *context)
{
	struct visiting v = {visit, context, false};

	visit_incidents(e, &v);
	visit_contradictions(e, &v);
	visit_unknown(e, &v);
	visit_drifts(e, &v);
}
