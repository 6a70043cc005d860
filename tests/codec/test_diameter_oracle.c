/* Valid messages and some hundred thousand damaged ones, as our walker and as freeDiameter reads
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "codec/diameter.h"
#include "tests/codec/cx_message.h"
#include "tests/codec/diameter_oracle.h"
#include "tests/codec/random_record.h"

#define MUTATIONS 300000

static int start(void **state)
{
	(void)state;
	return diameter_oracle_start() ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	diameter_oracle_stop();
	return 0;
}

/* A sample of number k. */
static struct text sample_of(uint32_t k, struct cx_message *m)
{
	char text[CX_SAMPLE_TEXT_BYTES];
	struct cx_sample sample;

	cx_sample_init(&sample, (enum cx_command)(k % CX_COMMANDS), k, text);
	sample.code = k % 3 ? 2001 : 5012;
	sample.has_resynchronisation = k % 5 == 0;
	sample.user_data = TEXT_LITERAL("<IMSSubscription/>");
	return k & 8 ? cx_sample_request(&sample, m) : cx_sample_answer(&sample, m);
}

static void valid_messages_are_read_alike(void **state)
{
	struct cx_message m;

	(void)state;
	cx_message_init(&m);
	for (uint32_t k = 0; k < 1000; k++) {
		struct text message = sample_of(k, &m);
		struct diameter_walk w = diameter_walk_message(message);
		struct diameter_avp avp;

		while (diameter_walk_next(&w, &avp))
			continue;
		assert_false(w.is_damaged);
		assert_null(diameter_oracle_difference(message));
	}
	cx_message_clear(&m);
}

/* Damage where it hurts: in the last bytes of AVP headers as often as anywhere. */
static void mutate(struct random_source *r, char *bytes, size_t length)
{
	static const unsigned char values[] = {0, 1, 4, 7, 8, 9, 11, 12, 13, 0x40, 0x80, 0xff};
	size_t at = 1 + random_below(r, (uint32_t)length - 1);

	if (random_below(r, 2)) {
		struct diameter_walk w = diameter_walk_message(text_of(bytes, length));
		struct diameter_avp avp;

		for (uint32_t n = random_below(r, 12); n && diameter_walk_next(&w, &avp); n--)
			continue;
		if (w.end - w.at >= 8)
			at = (size_t)((const char *)w.at - bytes) + 4 + random_below(r, 4);
	}
	bytes[at] = (char)(random_below(r, 2) ? values[random_below(r, sizeof(values))]
					      : random_below(r, 256));
}

static void damaged_messages_are_read_alike(void **state)
{
	struct random_source random = {0x9e3779b97f4a7c15u};
	unsigned damaged = 0, whole = 0;
	struct cx_message m;

	(void)state;
	cx_message_init(&m);
	for (uint32_t k = 0; k < MUTATIONS; k++) {
		struct text message = sample_of(random_below(&random, 1000), &m);
		struct diameter_walk w;
		struct diameter_avp avp;
		const char *difference;

		for (uint32_t n = 1 + random_below(&random, 3); n; n--)
			mutate(&random, m.bytes.data, message.length);
		if (random_below(&random, 8) == 0)
			message.length = 1 + random_below(&random, (uint32_t)message.length);
		difference = diameter_oracle_difference(message);
		if (difference)
			print_message("mutation %u: %s\n", k, difference);
		assert_null(difference);
		w = diameter_walk_message(message);
		while (diameter_walk_next(&w, &avp))
			continue;
		damaged += w.is_damaged;
		whole += !w.is_damaged;
	}
	/* Both kinds occurred, or little was compared. */
	assert_true(damaged > MUTATIONS / 10);
	assert_true(whole > MUTATIONS / 10);
	cx_message_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_messages_are_read_alike),
		cmocka_unit_test(damaged_messages_are_read_alike),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
