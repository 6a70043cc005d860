#include "tests/cx/lab/lab_malformed.h"

#include <stdio.h>

#include "tests/cx/lab/lab_wire.h"

#define UNKNOWN_AVP 9999u
#define LARGE_BYTES 60000u /* freeDiameter takes no message above 65535 bytes */
#define NESTED_DEPTH 4000u
#define GROUP_HEAD 12u
#define IDENTITIES 1000u

/* An item whose only AVP says that it has length bytes. */
static void add_item(struct byte_writer *w, unsigned char length)
{
	const unsigned char inner[] = {0, 0, 2,    0x60, 0xc0, 0,   0,   length,
				       0, 0, 0x28, 0xaf, 'D',  'i', 'g', 'e'};
	size_t group = lab_avp_open(w, LAB_AUTH_DATA_ITEM);

	lab_avp_u32(w, LAB_ITEM_NUMBER, 1);
	byte_writer_bytes(w, inner, sizeof(inner));
	lab_avp_close(w, group);
}

static void add_inner_length(struct byte_writer *w)
{
	add_item(w, 200);
}

static void add_inner_zero(struct byte_writer *w)
{
	add_item(w, 0);
}

static void add_short_code(struct byte_writer *w)
{
	lab_avp_text(w, LAB_NUMBER_AUTH_ITEMS, TEXT_LITERAL("\0\1"));
}

static void add_large(struct byte_writer *w)
{
	size_t opened = lab_avp_open(w, UNKNOWN_AVP);

	for (unsigned i = 0; i < LARGE_BYTES; i++)
		byte_writer_byte(w, 'x');
	lab_avp_close(w, opened);
	if (!w->failed)
		w->data[opened + 4] = 0x80; /* nobody must understand it */
}

static void add_nested(struct byte_writer *w)
{
	size_t opened = w->length;

	for (unsigned i = 0; i < NESTED_DEPTH; i++)
		lab_avp_open(w, LAB_AUTH_DATA_ITEM);
	for (unsigned i = 0; i < NESTED_DEPTH; i++)
		lab_avp_close(w, opened + (size_t)GROUP_HEAD * (NESTED_DEPTH - 1 - i));
}

static void add_identities(struct byte_writer *w)
{
	char identity[40];

	for (unsigned i = 0; i < IDENTITIES; i++) {
		snprintf(identity, sizeof(identity), "sip:+999%07u@example.org", i);
		lab_avp_text(w, LAB_PUBLIC_IDENTITY, text_from(identity));
	}
}

static void add_long_identity(struct byte_writer *w)
{
	char identity[2000];

	memset(identity, 'x', sizeof(identity));
	lab_avp_text(w, LAB_PUBLIC_IDENTITY, text_of(identity, sizeof(identity)));
}

static void add_control(struct byte_writer *w)
{
	lab_avp_text(w, LAB_ERROR_MESSAGE, TEXT_LITERAL("first\nsecond\r\033[31mred\0end"));
}

static void add_user_data(struct byte_writer *w)
{
	lab_avp_text(w, LAB_USER_DATA,
		     TEXT_LITERAL("<IMSSubscription><PrivateID>a@example.org</Priv"));
}

static const struct {
	const char *kind;
	void (*add)(struct byte_writer *w);
} kinds[] = {
	{"inner-length", add_inner_length},
	{"inner-zero", add_inner_zero},
	{"short-code", add_short_code},
	{"large", add_large},
	{"nested", add_nested},
	{"identities", add_identities},
	{"long-identity", add_long_identity},
	{"control", add_control},
	{"user-data", add_user_data},
};

bool lab_malformed_add(struct byte_writer *w, const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kind, kinds[i].kind) == 0) {
			kinds[i].add(w);
			return true;
		}
	}
	return false;
}
