#include "tests/cx/lab/hss_answer.h"

#include <search.h>
#include <stdlib.h>

#include "tests/cx/lab/lab_malformed.h"
#include "tests/cx/lab/lab_node.h"
#include "tests/cx/lab/lab_vector.h"
#include "tests/cx/lab/lab_wire.h"

#define MAR 303u

static const struct {
	uint32_t code;
	const char *name;
} commands[] = {{300, "UAR"}, {301, "SAR"}, {302, "LIR"}, {303, "MAR"}, {304, "RTR"}, {305, "PPR"}};

const char *hss_command_name(uint32_t command)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].code == command)
			return commands[i].name;
	return NULL;
}

uint32_t hss_command_code(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].code;
	return 0;
}

struct call_count {
	long calls;
	char key[]; /* command and User-Name */
};

static int compare_counts(const void *a, const void *b)
{
	const struct call_count *left = a, *right = b;

	return strcmp(left->key, right->key);
}

/* The calls before this one with the same command and User-Name. */
static long count_call(struct hss *hss, const char *command, struct text user)
{
	size_t size = sizeof(struct call_count) + strlen(command) + user.length + 1;
	struct call_count *fresh = calloc(1, size), **found;

	if (!fresh)
		return 0;
	memcpy(fresh->key, command, strlen(command));
	if (user.length)
		memcpy(fresh->key + strlen(command), user.data, user.length);
	found = tsearch(fresh, &hss->calls, compare_counts);
	if (!found || *found != fresh)
		free(fresh);
	return found ? (*found)->calls++ : 0;
}

/* "2" fits two earlier calls, "2+" two or more. */
static bool calls_match(const char *pattern, long calls)
{
	char *end;
	long number;

	if (!pattern || strcmp(pattern, "*") == 0)
		return true;
	number = strtol(pattern, &end, 10);
	return *end == '+' ? calls >= number : calls == number;
}

static bool has_row_with(const struct hss *hss, const char *key)
{
	for (size_t i = 0; i < hss->table.count; i++)
		if (lab_row_get(&hss->table.row[i], key))
			return true;
	return false;
}

static struct text asked_scheme(struct text avps)
{
	struct text item = lab_avp_find(avps.data, avps.length, LAB_AUTH_DATA_ITEM);

	return lab_avp_find(item.data, item.length, LAB_SCHEME);
}

const struct lab_row *hss_find_row(struct hss *hss, const void *request, size_t length)
{
	static const struct {
		const char *key;
		uint32_t avp;
	} columns[] = {
		{"user-name", LAB_USER_NAME},
		{"public-identity", LAB_PUBLIC_IDENTITY},
		{"visited-network", LAB_VISITED_NETWORK},
	};
	struct text avps = lab_message_avps(request, length);
	struct lab_header header;
	const char *name;
	long calls = 0;

	if (!lab_header_read(request, length, &header) ||
	    !(name = hss_command_name(header.command)))
		return NULL;
	if (has_row_with(hss, "calls"))
		calls = count_call(hss, name, lab_avp_find(avps.data, avps.length, LAB_USER_NAME));
	for (size_t i = 0; i < hss->table.count; i++) {
		const struct lab_row *row = &hss->table.row[i];
		bool fits = strcmp(row->name, name) == 0 &&
			    calls_match(lab_row_get(row, "calls"), calls) &&
			    lab_matches(lab_row_get(row, "scheme"), asked_scheme(avps));

		for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]) && fits; c++)
			fits = lab_matches(lab_row_get(row, columns[c].key),
					   lab_avp_find(avps.data, avps.length, columns[c].avp));
		if (fits)
			return row;
	}
	return NULL;
}

static void add_result(struct byte_writer *w, const struct lab_row *row)
{
	if (lab_row_get(row, "result"))
		lab_avp_u32(w, LAB_RESULT_CODE, (uint32_t)lab_row_number(row, "result", 0));
	if (lab_row_get(row, "experimental")) {
		size_t group = lab_avp_open(w, LAB_EXPERIMENTAL_RESULT);

		lab_avp_u32(w, LAB_VENDOR_ID, LAB_VENDOR);
		lab_avp_u32(w, LAB_EXPERIMENTAL_RESULT_CODE,
			    (uint32_t)lab_row_number(row, "experimental", 0));
		lab_avp_close(w, group);
	}
	if (lab_row_get(row, "error-message"))
		lab_avp_text(w, LAB_ERROR_MESSAGE, text_from(lab_row_get(row, "error-message")));
}

static void add_capabilities(struct byte_writer *w, const struct lab_row *row)
{
	size_t group;

	if (!lab_row_get(row, "mandatory-capability") && !lab_row_get(row, "optional-capability"))
		return;
	group = lab_avp_open(w, LAB_SERVER_CAPABILITIES);
	for (size_t i = 0; i < row->count; i++) {
		uint32_t value = (uint32_t)strtoul(row->entry[i].value, NULL, 10);

		if (strcmp(row->entry[i].key, "mandatory-capability") == 0)
			lab_avp_u32(w, LAB_MANDATORY_CAPABILITY, value);
		else if (strcmp(row->entry[i].key, "optional-capability") == 0)
			lab_avp_u32(w, LAB_OPTIONAL_CAPABILITY, value);
	}
	lab_avp_close(w, group);
}

/* User-Data with $impi and $impu replaced by those of the request. */
static void add_document(struct byte_writer *w, const char *document, struct text impi,
			 struct text impu)
{
	size_t opened = lab_avp_open(w, LAB_USER_DATA);

	while (*document) {
		size_t plain = strcspn(document, "$");

		byte_writer_bytes(w, document, plain);
		document += plain;
		if (strncmp(document, "$impi", 5) == 0 || strncmp(document, "$impu", 5) == 0) {
			struct text value = document[4] == 'i' ? impi : impu;

			byte_writer_bytes(w, value.data, value.length);
			document += 5;
		} else if (*document) {
			byte_writer_byte(w, (unsigned char)*document++);
		}
	}
	lab_avp_close(w, opened);
}

static bool add_user_data(struct byte_writer *w, const struct lab_row *row, struct text impi,
			  struct text impu)
{
	const char *path = lab_row_get(row, "user-data-file");
	char *read = NULL;
	size_t length;

	if (path && !(read = lab_file_read(path, &length)))
		return false;
	if (read || lab_row_get(row, "user-data"))
		add_document(w, read ? read : lab_row_get(row, "user-data"), impi, impu);
	free(read);
	return true;
}

static bool add_items(struct hss *hss, const struct lab_row *row, struct text avps,
		      const struct lab_header *header, struct byte_writer *w)
{
	struct text asked = lab_avp_find(avps.data, avps.length, LAB_AUTH_DATA_ITEM);
	struct lab_item item = {
		.secrets = hss->secrets,
		.seed = hss->seed,
		.message = header->end_to_end,
		.scheme = text_from(lab_row_get(row, "item-scheme")),
		.key_file = lab_row_get(row, "aka-key"),
		.resynchronisation = lab_avp_find(asked.data, asked.length, LAB_AUTHORIZATION),
	};
	uint32_t count = (uint32_t)lab_row_number(row, "items", 0);

	if (!item.scheme.data)
		item.scheme = TEXT_LITERAL("Digest-AKAv1-MD5");
	if (header->command == MAR)
		lab_avp_u32(w, LAB_NUMBER_AUTH_ITEMS, count);
	for (item.number = 1; item.number <= count; item.number++)
		if (!lab_item_add(w, &item))
			return false;
	return true;
}

bool hss_answer(struct hss *hss, const struct lab_row *row, const void *request, size_t length,
		struct byte_writer *w)
{
	struct text avps = lab_message_avps(request, length);
	struct text impi = lab_avp_find(avps.data, avps.length, LAB_USER_NAME);
	struct text impu = lab_avp_find(avps.data, avps.length, LAB_PUBLIC_IDENTITY);
	const char *malformed = lab_row_get(row, "malformed");
	struct lab_header header;
	size_t opened;
	bool is_done;

	if (!lab_header_read(request, length, &header))
		return false;
	header.flags = 0x40;
	if (lab_row_number(row, "result", 0) / 1000 == 3)
		header.flags |= 0x20; /* protocol errors, RFC 6733 7.2 */
	opened = lab_message_open(w, &header);
	lab_avp_text(w, LAB_SESSION_ID, lab_avp_find(avps.data, avps.length, LAB_SESSION_ID));
	lab_node_add_application(w);
	lab_node_add_origin(w);
	add_result(w, row);
	if (header.command == MAR && impi.data)
		lab_avp_text(w, LAB_USER_NAME, impi);
	if (header.command == MAR && impu.data)
		lab_avp_text(w, LAB_PUBLIC_IDENTITY, impu);
	if (lab_row_get(row, "server-name"))
		lab_avp_text(w, LAB_SERVER_NAME, text_from(lab_row_get(row, "server-name")));
	add_capabilities(w, row);
	is_done = add_user_data(w, row, impi, impu) && add_items(hss, row, avps, &header, w);
	if (malformed)
		is_done = lab_malformed_add(w, malformed) && is_done;
	lab_message_close(w, opened);
	return is_done;
}

void hss_push(struct hss *hss, const struct lab_row *row, uint32_t end_to_end,
	      struct byte_writer *w)
{
	static const struct {
		const char *key;
		uint32_t avp;
	} texts[] = {
		{"destination-host", LAB_DESTINATION_HOST},
		{"destination-realm", LAB_DESTINATION_REALM},
		{"user-name", LAB_USER_NAME},
		{"public-identity", LAB_PUBLIC_IDENTITY},
	};
	struct lab_header header = {0xc0, hss_command_code(row->name + strlen("push ")), 0,
				    end_to_end};
	size_t opened = lab_message_open(w, &header);
	char session[64];

	snprintf(session, sizeof(session), "%.40s;push;%u", hss->seed, end_to_end);
	lab_avp_text(w, LAB_SESSION_ID, text_from(session));
	lab_node_add_application(w);
	lab_node_add_origin(w);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (lab_row_get(row, texts[i].key))
			lab_avp_text(w, texts[i].avp, text_from(lab_row_get(row, texts[i].key)));
	if (lab_row_get(row, "reason-code")) {
		size_t group = lab_avp_open(w, LAB_DEREGISTRATION_REASON);

		lab_avp_u32(w, LAB_REASON_CODE, (uint32_t)lab_row_number(row, "reason-code", 0));
		if (lab_row_get(row, "reason-info"))
			lab_avp_text(w, LAB_REASON_INFO,
				     text_from(lab_row_get(row, "reason-info")));
		lab_avp_close(w, group);
	}
	add_user_data(w, row, text_from(lab_row_get(row, "user-name")),
		      text_from(lab_row_get(row, "public-identity")));
	lab_message_close(w, opened);
}
