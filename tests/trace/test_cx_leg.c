/* The legs of one exchange that a relay sends on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/codec/cx_message.h"
#include "trace/cx_leg.h"

#define SECOND INT64_C(1000000)
#define FOUR_MINUTES (240 * SECOND)

struct fixture {
	struct cx_legs *legs;
	struct cx_message message;
	uint64_t near, far; /* CSCF to relay, relay to HSS */
};

static int setup(void **state)
{
	static struct fixture f;

	f.legs = cx_legs_new();
	assert_non_null(f.legs);
	cx_message_init(&f.message);
	f.near = cx_leg_of((struct cx_leg_end){"192.0.2.1", 40000},
			   (struct cx_leg_end){"198.51.100.1", 3868});
	f.far = cx_leg_of((struct cx_leg_end){"198.51.100.1", 41000},
			  (struct cx_leg_end){"203.0.113.1", 3868});
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cx_legs_free(f->legs);
	cx_message_clear(&f->message);
	return 0;
}

/* A UAR of this host with End-to-End 1; hop is its Hop-by-Hop. */
static bool is_copy(struct fixture *f, const char *host, uint32_t hop, uint64_t leg,
		    int64_t time_us)
{
	struct diameter_header header;
	struct text bytes;

	cx_message_begin(&f->message, 300, DIAMETER_FLAG_REQUEST, DIAMETER_APPLICATION_CX, hop, 1);
	cx_message_add_str(&f->message, 263, 0, "session");
	if (host)
		cx_message_add_str(&f->message, 264, 0, host);
	bytes = cx_message_end(&f->message);
	assert_true(diameter_header_read(bytes, &header));
	return cx_legs_is_copy(f->legs, &header, bytes, leg, time_us);
}

static bool is_answer_of_copy(struct fixture *f, uint32_t hop, uint64_t leg)
{
	const struct diameter_header header = {.hop_by_hop = hop, .end_to_end = 1};

	return cx_legs_is_answer_of_copy(f->legs, &header, leg);
}

static void what_a_relay_sends_on_is_a_copy(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 0));
	assert_true(is_copy(f, "icscf.example.org", 8, f->far, 10));
	assert_true(is_answer_of_copy(f, 8, f->far));
	assert_false(is_answer_of_copy(f, 7, f->near));
}

static void the_further_leg_alone_is_no_copy(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, "icscf.example.org", 8, f->far, 0));
	assert_false(is_answer_of_copy(f, 8, f->far));
}

static void the_same_connection_is_no_further_leg(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 0));
	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 10));
}

static void another_sender_may_use_the_same_numbers(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 0));
	assert_false(is_copy(f, "scscf.example.org", 8, f->far, 10));
}

/* RFC 6733 3: End-to-End is unique for at least 4 minutes. */
static void end_to_end_may_return_after_four_minutes(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 0));
	assert_true(is_copy(f, "icscf.example.org", 8, f->far, FOUR_MINUTES));
	assert_false(is_copy(f, "icscf.example.org", 9, f->far, FOUR_MINUTES + SECOND));
}

/* RFC 6733 5.5.4: what is sent again to another peer has the T flag and the same End-to-End. */
static void what_its_sender_sends_again_elsewhere_is_no_copy(void **state)
{
	struct fixture *f = *state;
	struct diameter_header header;
	struct text bytes;

	assert_false(is_copy(f, "icscf.example.org", 7, f->near, 0));
	cx_message_begin(&f->message, 300, DIAMETER_FLAG_REQUEST | DIAMETER_FLAG_RETRANSMITTED,
			 DIAMETER_APPLICATION_CX, 8, 1);
	cx_message_add_str(&f->message, 264, 0, "icscf.example.org");
	bytes = cx_message_end(&f->message);
	assert_true(diameter_header_read(bytes, &header));
	assert_false(cx_legs_is_copy(f->legs, &header, bytes, f->far, 10));
}

static void without_origin_host_nothing_can_be_told(void **state)
{
	struct fixture *f = *state;

	assert_false(is_copy(f, NULL, 7, f->near, 0));
	assert_false(is_copy(f, NULL, 8, f->far, 10));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_relay_sends_on_is_a_copy),
		TEST(the_further_leg_alone_is_no_copy),
		TEST(the_same_connection_is_no_further_leg),
		TEST(another_sender_may_use_the_same_numbers),
		TEST(end_to_end_may_return_after_four_minutes),
		TEST(what_its_sender_sends_again_elsewhere_is_no_copy),
		TEST(without_origin_host_nothing_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
