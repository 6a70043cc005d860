#include "tests/cx/lab/client_request.h"

#include <stdlib.h>

#include "tests/cx/lab/lab_malformed.h"
#include "tests/cx/lab/lab_node.h"
#include "tests/cx/lab/lab_vector.h"
#include "tests/cx/lab/lab_wire.h"

#define MAR 303u

uint32_t request_command(const struct lab_row *row)
{
	static const struct {
		const char *name;
		uint32_t code;
	} commands[] = {{"UAR", 300}, {"SAR", 301}, {"LIR", 302}, {"MAR", MAR}};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(row->name, commands[i].name) == 0)
			return commands[i].code;
	return 0;
}

static void add_numbered(struct byte_writer *w, uint32_t code, const char *pattern, size_t number)
{
	const char *place = strchr(pattern, '%');
	char text[256];

	if (place)
		snprintf(text, sizeof(text), "%.*s%015zu%s", (int)(place - pattern), pattern,
			 number, place + 1);
	lab_avp_text(w, code, text_from(place ? text : pattern));
}

static void add_item(const struct request *r, struct byte_writer *w)
{
	const char *scheme = lab_row_get(r->row, "scheme");
	unsigned char secret[30];
	size_t group;

	lab_avp_u32(w, LAB_NUMBER_AUTH_ITEMS, (uint32_t)lab_row_number(r->row, "items", 1));
	group = lab_avp_open(w, LAB_AUTH_DATA_ITEM);
	lab_avp_text(w, LAB_SCHEME, text_from(scheme ? scheme : "Digest-AKAv1-MD5"));
	if (lab_row_is(r->row, "resynchronise")) {
		lab_random("resynchronise", r->end_to_end, "rand-auts", secret, sizeof(secret));
		lab_secret_note(r->secrets, "rand-auts", secret, sizeof(secret));
		lab_avp_text(w, LAB_AUTHORIZATION, text_of((char *)secret, sizeof(secret)));
	}
	lab_avp_close(w, group);
}

void request_write(const struct request *r, struct byte_writer *w)
{
	static const struct {
		const char *key;
		uint32_t avp;
		bool is_number;
	} columns[] = {
		{"destination-host", LAB_DESTINATION_HOST, false},
		{"destination-realm", LAB_DESTINATION_REALM, false},
		{"user-name", LAB_USER_NAME, false},
		{"public-identity", LAB_PUBLIC_IDENTITY, false},
		{"visited-network", LAB_VISITED_NETWORK, false},
		{"server-name", LAB_SERVER_NAME, false},
		{"authorization-type", LAB_AUTHORIZATION_TYPE, true},
		{"uar-flags", LAB_UAR_FLAGS, true},
		{"assignment-type", LAB_ASSIGNMENT_TYPE, true},
		{"data-available", LAB_DATA_AVAILABLE, true},
	};
	struct lab_header header = {0xc0, request_command(r->row), 0, r->end_to_end};
	const char *malformed = lab_row_get(r->row, "malformed");
	size_t opened = lab_message_open(w, &header);
	char session[64];

	snprintf(session, sizeof(session), "lab.example.org;1;%u", r->end_to_end);
	lab_avp_text(w, LAB_SESSION_ID, text_from(session));
	lab_node_add_application(w);
	lab_node_add_origin(w);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *value = lab_row_get(r->row, columns[i].key);

		if (!value)
			value = lab_row_get(r->settings, columns[i].key);
		if (value && columns[i].is_number)
			lab_avp_u32(w, columns[i].avp, (uint32_t)strtoul(value, NULL, 0));
		else if (value)
			add_numbered(w, columns[i].avp, value, r->subscriber);
	}
	if (header.command == MAR && (!malformed || lab_row_is(r->row, "resynchronise")))
		add_item(r, w);
	if (malformed)
		lab_malformed_add(w, malformed);
	lab_message_close(w, opened);
}
