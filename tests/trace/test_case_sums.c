/* What is summed over cases in bounded memory: comparisons, incidents, statistics. */
#include "trace/case_incident.h"
#include "trace/case_statistics.h"
#include "trace/comparison.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MINUTE_US 60000000LL

static struct diagnosis failed(uint64_t key, int64_t time_us)
{
	return (struct diagnosis){
		.kind = TRACE_REGISTRATION,
		.method = "REGISTER",
		.impi = "alice@example.org",
		.impu = "sip:alice@example.org",
		.impi_key = key,
		.impu_key = key,
		.first_us = time_us,
		.last_us = time_us,
		.status = 403,
		.cause = CAUSE_ROAMING,
		.sent_by = TRACE_NODE_I_CSCF,
		.traits = {.p_cscf = TEXT_LITERAL("192.0.2.1")},
	};
}

static struct diagnosis good(uint64_t key, int64_t time_us)
{
	struct diagnosis d = failed(key, time_us);

	d.status = 200;
	d.cause = CAUSE_NONE;
	return d;
}

struct found {
	struct case_incident list[16];
	unsigned count;
};

static void on_incident(const struct case_incident *i, void *context)
{
	struct found *f = context;

	if (f->count < 16)
		f->list[f->count++] = *i;
}

static void incidents(const int64_t *minutes, const uint64_t *keys, unsigned count, struct found *f)
{
	struct case_incidents *i;

	assert_int_equal(case_incidents_new(&i, NULL), RC_OK);
	for (unsigned k = 0; k < count; k++) {
		struct diagnosis d = failed(keys[k], 1000000 + minutes[k] * MINUTE_US);

		assert_true(case_incidents_add(i, &d));
	}
	*f = (struct found){0};
	case_incidents_finish(i, on_incident, f);
	case_incidents_free(i);
}

static void five_subscribers_make_an_incident(void **state)
{
	static const int64_t minutes[] = {0, 1, 2, 3, 4, 5};
	static const uint64_t keys[] = {1, 2, 3, 4, 5, 5};
	struct found f;

	(void)state;
	incidents(minutes, keys, 4, &f);
	assert_int_equal(f.count, 0);
	incidents(minutes, keys, 6, &f);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.list[0].subscribers, 5);
	assert_int_equal(f.list[0].cases, 6);
	assert_string_equal(f.list[0].p_cscf, "192.0.2.1");
	assert_int_equal(f.list[0].end_us - f.list[0].begin_us, 5 * MINUTE_US);
}

static void one_subscriber_again_and_again_makes_none(void **state)
{
	static const int64_t minutes[] = {0, 0, 0, 0, 0, 0, 0};
	static const uint64_t keys[] = {7, 7, 7, 7, 7, 7, 7};
	struct found f;

	(void)state;
	incidents(minutes, keys, 7, &f);
	assert_int_equal(f.count, 0);
}

static void a_pause_ends_an_incident(void **state)
{
	static const int64_t minutes[] = {0, 0, 0, 0, 0, 60, 60, 60, 60, 60};
	static const uint64_t keys[] = {1, 2, 3, 4, 5, 1, 2, 3, 4, 5};
	struct found f;

	(void)state;
	incidents(minutes, keys, 10, &f);
	assert_int_equal(f.count, 2);
	assert_true(f.list[0].begin_us < f.list[1].begin_us);
}

static void more_subscribers_than_fit_are_a_lower_bound(void **state)
{
	struct case_incidents *i;
	struct found f = {0};

	(void)state;
	assert_int_equal(case_incidents_new(&i, NULL), RC_OK);
	for (uint64_t k = 1; k <= 3 * CASE_INCIDENT_KEYS; k++) {
		struct diagnosis d = failed(k * 0x9e3779b97f4a7c15u, 1000000);

		assert_true(case_incidents_add(i, &d));
	}
	case_incidents_finish(i, on_incident, &f);
	assert_int_equal(f.count, 1);
	assert_true(f.list[0].is_at_least);
	assert_true(f.list[0].subscribers >= CASE_INCIDENT_KEYS / 2);
	assert_int_equal(f.list[0].cases, 3 * CASE_INCIDENT_KEYS);
	case_incidents_free(i);
}

static void a_good_registration_over_the_same_p_cscf_is_compared_with(void **state)
{
	struct comparison *c;
	struct diagnosis bad = failed(1, 1000000), peer = good(2, 2000000);
	struct comparison_subject s;
	struct comparison_result r;

	(void)state;
	peer.impu = "sip:bob@example.org";
	assert_int_equal(comparison_new(TEXT_NONE, &c, NULL), RC_OK);
	comparison_subject_fill(&s, &bad);
	assert_false(comparison_find(c, &s, &r));
	/* of another P-CSCF */
	peer.traits.p_cscf = TEXT_LITERAL("192.0.2.2");
	comparison_add(c, &peer, text_from(peer.impu));
	assert_false(comparison_find(c, &s, &r));
	/* the subscriber's own later success is no comparison */
	peer = good(1, 3000000);
	comparison_add(c, &peer, text_from(peer.impu));
	assert_false(comparison_find(c, &s, &r));
	peer = good(2, 4000000);
	peer.impu = "sip:bob@example.org";
	comparison_add(c, &peer, text_from(peer.impu));
	assert_true(comparison_find(c, &s, &r));
	assert_string_equal(r.impu, "sip:bob@example.org");
	assert_string_equal(r.p_cscf, "192.0.2.1");
	comparison_free(c);
}

static void the_known_good_subscriber_is_preferred(void **state)
{
	struct comparison *c;
	struct diagnosis bad = failed(1, 1000000), peer;
	struct comparison_subject s;
	struct comparison_result r;

	(void)state;
	assert_int_equal(comparison_new(TEXT_LITERAL("sip:good@EXAMPLE.org"), &c, NULL), RC_OK);
	comparison_subject_fill(&s, &bad);
	peer = good(2, 2000000);
	peer.impu = "sip:good@example.org";
	comparison_add(c, &peer, text_from(peer.impu));
	peer = good(3, 3000000);
	peer.impu = "sip:later@example.org";
	comparison_add(c, &peer, text_from(peer.impu));
	assert_true(comparison_find(c, &s, &r));
	assert_string_equal(r.impu, "sip:good@example.org");
	comparison_free(c);
}

static void the_last_registration_of_an_impu_counts(void **state)
{
	struct comparison *c;
	struct diagnosis d = failed(1, 1000000);
	struct text impu = TEXT_LITERAL("sip:alice@example.org");

	(void)state;
	assert_int_equal(comparison_new(TEXT_NONE, &c, NULL), RC_OK);
	assert_int_equal(comparison_is_registered(impu, c), TRI_UNKNOWN);
	comparison_add(c, &d, impu);
	assert_int_equal(comparison_is_registered(impu, c), TRI_NO);
	d = good(1, 2000000);
	comparison_add(c, &d, impu);
	assert_int_equal(comparison_is_registered(TEXT_LITERAL("sip:alice@EXAMPLE.org;x=1"), c),
			 TRI_YES);
	d.kind = TRACE_DEREGISTRATION;
	comparison_add(c, &d, impu);
	assert_int_equal(comparison_is_registered(impu, c), TRI_NO);
	comparison_free(c);
}

static void statistics_keep_the_most_frequent_of_many_identities(void **state)
{
	struct case_statistics *s;
	struct strbuf b;
	struct json_writer j;
	char name[64];

	(void)state;
	assert_int_equal(case_statistics_new(&s, NULL), RC_OK);
	for (unsigned i = 0; i < 20000; i++) {
		struct diagnosis d = failed(i + 1, 1000000 + i);

		snprintf(name, sizeof(name), "user%u@example.org", i);
		d.impi = name;
		if (i % 10 == 0) {
			d.impi_key = 999999999;
			d.impi = "often@example.org";
		}
		case_statistics_add(s, &d);
	}
	strbuf_init(&b);
	json_write_init(&j, &b, false);
	case_statistics_json(&j, s);
	assert_false(b.failed);
	assert_non_null(strstr(b.data, "\"cases\":20000"));
	assert_non_null(strstr(b.data, "\"by_status\":{\"403\":20000}"));
	assert_non_null(strstr(b.data, "\"top_identities\":[{\"identity\":\"often@example.org\""));
	strbuf_clear(&b);
	case_statistics_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_subscribers_make_an_incident),
		cmocka_unit_test(one_subscriber_again_and_again_makes_none),
		cmocka_unit_test(a_pause_ends_an_incident),
		cmocka_unit_test(more_subscribers_than_fit_are_a_lower_bound),
		cmocka_unit_test(a_good_registration_over_the_same_p_cscf_is_compared_with),
		cmocka_unit_test(the_known_good_subscriber_is_preferred),
		cmocka_unit_test(the_last_registration_of_an_impu_counts),
		cmocka_unit_test(statistics_keep_the_most_frequent_of_many_identities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
