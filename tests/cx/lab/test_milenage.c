#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/cx/lab/milenage.h"

/* TS 35.208 4.3, test set 1. */
#define K "465b5ce8b199b49faa5f0a2ee238a6bc"
#define OP "cdc202d5123e20f62b6d676ac72cb318"
#define RAND "23553cbe9637a89d218ae64dae47bf35"
#define SQN UINT64_C(0xff9bb4d0b607)
#define AMF "b9b9"

static void read_hex(const char *hex, unsigned char *out)
{
	for (; *hex; hex += 2) {
		unsigned byte;

		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		*out++ = (unsigned char)byte;
	}
}

static void check(const char *expected, const unsigned char *found)
{
	unsigned char bytes[16];

	read_hex(expected, bytes);
	assert_memory_equal(bytes, found, strlen(expected) / 2);
}

static void test_set_1_of_the_specification_is_reproduced(void **state)
{
	struct milenage_key key;
	struct milenage_result result;
	unsigned char op[16], random[16];

	(void)state;
	read_hex(K, key.k);
	read_hex(OP, op);
	read_hex(RAND, random);
	read_hex(AMF, key.amf);
	assert_int_equal(milenage_opc(key.k, op, key.opc), 0);
	check("cd63cb71954a9f4e48a5994e37a02baf", key.opc);
	assert_int_equal(milenage(&key, random, SQN, &result), 0);
	check("4a9ffac354dfafb3", result.mac_a);
	check("01cfaf9ec4e871e9", result.mac_s);
	check("a54211d5e3ba50bf", result.res);
	check("b40ba9a3c58b2a05bbf0d987b21bf8cb", result.ck);
	check("f769bcd751044604127672711c6d3441", result.ik);
	check("aa689c648370", result.ak);
	check("451e8beca43b", result.ak_s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_1_of_the_specification_is_reproduced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
