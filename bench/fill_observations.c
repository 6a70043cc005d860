/* Fills observations.db of a store with the registrations that UEs of the population of
 * bench/generate csv would make, and what an HSS would answer. Usage:
 * fill_observations STORE SUBSCRIBERS EXCHANGES. Prints, as JSON, what the audit has to find. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/generate_defect.h"
#include "store/observations.h"

#define START_US INT64_C(1700000000000000)
#define STEP_US 100000 /* between two exchanges: a day and a bit for a million */
#define FLUSH_EACH 4096
#define PER_REGISTRATION 4
#define SPREAD UINT64_C(2654435761) /* a prime: each subscriber once, neighbours far apart */
#define WRONG_EACH 50               /* healthy subscribers that the live HSS refuses all the same */

/* How the HSS answers the UAR of a subscriber with that defect; all others register. */
struct refusal {
	const char *slug;
	enum answer_kind kind;
	uint32_t code;
};
/* TS 29.228 6.1.1.1: unknown, not associated, all IMPUs of the set barred. */
static const struct refusal refusals[] = {
	{"impi-missing", ANSWER_EXPERIMENTAL, 5001},
	{"temporary-impu-missing", ANSWER_EXPERIMENTAL, 5001},
	{"not-associated", ANSWER_EXPERIMENTAL, 5002},
	{"all-barred", ANSWER_RESULT_CODE, 5003},
	{"unbarred-in-other-set", ANSWER_RESULT_CODE, 5003},
	{"imsi-truncated-in-impi", ANSWER_EXPERIMENTAL, 5001},
	{"imsi-truncated-in-impu", ANSWER_EXPERIMENTAL, 5001},
	{"mnc-not-padded", ANSWER_EXPERIMENTAL, 5001},
	{"realm-wrong", ANSWER_EXPERIMENTAL, 5001},
	{"supi-prefix", ANSWER_EXPERIMENTAL, 5001},
	{"port-in-impu", ANSWER_EXPERIMENTAL, 5001},
};
static const struct refusal wrong = {NULL, ANSWER_EXPERIMENTAL, 5001};

struct filling {
	struct observations *observations;
	struct population population;
	struct arena arena;
	struct text home, scscf, host;
	uint64_t exchanges, registrations, wrong_registrations, pairs;
};

static void stop(const char *what, const struct diag *diag)
{
	fprintf(stderr, "fill_observations: %s: %s\n", what, diag->text);
	exit(EXIT_FAILURE);
}

static const struct refusal *refusal_of(const struct subscriber *s, uint64_t registration)
{
	if (!s->defect)
		return registration % WRONG_EACH ? NULL : &wrong;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (!strcmp(refusals[i].slug, s->defect->slug))
			return &refusals[i];
	return NULL;
}

static void add_user_data(struct filling *f, struct cx_exchange *e, const struct subscriber *s)
{
	struct user_data_profile *p = arena_alloc(&f->arena, sizeof(*p));

	*p = (struct user_data_profile){.content = 7, .ifc_count = 2};
	p->identity = arena_alloc(&f->arena, IMPU_MAX * sizeof(*p->identity));
	for (unsigned i = 0; i < s->impu_count; i++)
		if (s->impu[i].set == 1)
			p->identity[p->count++] = (struct user_data_identity){
				text_of(s->impu[i].identity.text, s->impu[i].identity.length),
				s->impu[i].is_barred};
	e->user_data = e->answer.user_data = p;
	e->user_data_count = e->answer.user_data_count = 1;
	e->user_data_impi = e->impi;
	e->user_data_hash = (s->index + 1) * 0x9e3779b97f4a7c15u;
}

static void answer_well(struct filling *f, struct cx_exchange *e, const struct subscriber *s,
			unsigned step)
{
	e->answer.kind = ANSWER_RESULT_CODE;
	e->answer.code = 2001;
	if (e->command == CX_UAR) {
		e->answer.kind = ANSWER_EXPERIMENTAL;
		e->answer.code = step ? 2002 : 2001;
		e->answer.server_name = step ? f->scscf : TEXT_NONE;
	} else if (e->command == CX_MAR) {
		e->answer_scheme = TEXT_LITERAL("Digest-AKAv1-MD5");
		e->answer_item_count = 1;
	} else {
		add_user_data(f, e, s);
	}
}

/* UAR, MAR, UAR, SAR of one registration; a refused UE tries the UAR again. */
static void make_exchange(struct filling *f, const struct subscriber *s, unsigned step,
			  const struct refusal *refusal, struct cx_exchange *e)
{
	static const enum cx_command commands[] = {CX_UAR, CX_MAR, CX_UAR, CX_SAR};
	uint64_t number = f->registrations * PER_REGISTRATION + step;

	cx_exchange_init(e);
	e->time_us = START_US + (int64_t)number * STEP_US;
	e->latency_us = 900 + (int64_t)(number * 7919 % 3000);
	e->command = refusal ? CX_UAR : commands[step];
	e->end = CX_END_ANSWERED;
	e->origin_host = e->command == CX_UAR ? TEXT_LITERAL("icscf.ims.example.org")
					      : TEXT_LITERAL("scscf.ims.example.org");
	e->destination_realm = f->home;
	e->answer_origin_host = f->host;
	e->session = text_from(arena_printf(&f->arena, "%s;1700000000;%llu", e->origin_host.data,
					    (unsigned long long)number));
	e->impi = text_from(arena_printf(&f->arena, "%.*s@%s", (int)s->imsi.length, s->imsi.text,
					 f->home.data));
	e->impu = arena_alloc(&f->arena, sizeof(*e->impu));
	e->impu_count = 1;
	e->impu[0] = text_from(arena_printf(&f->arena, "sip:%s", e->impi.data));
	if (e->command == CX_UAR) {
		e->visited_network = f->home;
		e->authorization_type = 0;
	} else {
		e->server_name = f->scscf;
	}
	if (e->command == CX_MAR)
		e->scheme = TEXT_LITERAL("Digest-AKAv1-MD5");
	if (e->command == CX_SAR)
		e->assignment_type = 1;
	if (!refusal) {
		answer_well(f, e, s, step);
		return;
	}
	e->answer.kind = refusal->kind;
	e->answer.code = refusal->code;
}

static void flush(struct filling *f)
{
	struct diag diag;

	if (observations_flush(f->observations, NULL, &diag))
		stop("flush", &diag);
	arena_reset(&f->arena);
}

static void fill(struct filling *f, uint64_t exchanges)
{
	struct subscriber s;
	struct cx_exchange e;
	struct diag diag;

	for (; f->exchanges < exchanges; f->registrations++) {
		population_make(&f->population,
				f->registrations * SPREAD % f->population.subscribers, &s);
		const struct refusal *refusal = refusal_of(&s, f->registrations);

		for (unsigned step = 0; step < PER_REGISTRATION; step++, f->exchanges++) {
			make_exchange(f, &s, step, refusal, &e);
			if (observations_append(f->observations, &e, &diag))
				stop("append", &diag);
		}
		f->wrong_registrations += refusal == &wrong;
		f->pairs += refusal ? 1 : PER_REGISTRATION - 1;
		if (f->exchanges % FLUSH_EACH == 0)
			flush(f);
	}
	flush(f);
}

int main(int argc, char **argv)
{
	struct filling f = {
		.population = {.seed = 1, .share = 0.05, .plmn = "00101", .carrier = CARRIER_CSV},
		.scscf = TEXT_LITERAL("sip:scscf.ims.example.org:6060"),
		.host = TEXT_LITERAL("hss.ims.example.org"),
	};
	uint64_t exchanges = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
	struct diag diag;

	f.population.subscribers = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	if (!exchanges || exchanges / PER_REGISTRATION > f.population.subscribers) {
		fputs("Usage: fill_observations STORE SUBSCRIBERS EXCHANGES\n", stderr);
		return EXIT_FAILURE;
	}
	population_init(&f.population);
	f.home = text_from(f.population.home);
	arena_init(&f.arena);
	if (observations_open(argv[1], OBSERVATIONS_WRITE, &f.observations, &diag))
		stop("open", &diag);
	fill(&f, exchanges);
	observations_close(f.observations);
	arena_clear(&f.arena);
	printf("{\"exchanges\": %llu, \"pairs\": %llu, \"contradicted\": %llu}\n",
	       (unsigned long long)f.exchanges, (unsigned long long)f.pairs,
	       (unsigned long long)f.wrong_registrations);
	return EXIT_SUCCESS;
}
