#include "trace/sip_header.h"

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_port.h>

#include "trace/sip_split.h"

bool sip_header_via(struct text value, struct arena *arena, struct sip_via *out)
{
	osip_via_t *via = NULL;
	osip_generic_param_t *branch = NULL;
	const char *value_text = arena_text(arena, value).data;
	const char *sent_by = NULL;

	if (!value_text || osip_via_init(&via))
		return false;
	*out = (struct sip_via){0};
	if (osip_via_parse(via, value_text) == OSIP_SUCCESS && via->host)
		sent_by = arena_printf(arena, via->port ? "%s:%s" : "%s", via->host,
				       via->port ? via->port : "");
	if (sent_by)
		out->sent_by = text_from(sent_by);
	if (sent_by && osip_via_param_get_byname(via, "branch", &branch) == OSIP_SUCCESS &&
	    branch && branch->gvalue)
		out->branch = arena_text(arena, text_from(branch->gvalue));
	osip_via_free(via);
	return sent_by;
}

bool sip_header_cseq(struct text value, struct arena *arena, uint32_t *number, struct text *method)
{
	osip_cseq_t *cseq = NULL;
	const char *value_text = arena_text(arena, value).data;
	int64_t n = sip_number(value);
	bool is_good = false;

	if (!value_text || n < 0 || n > UINT32_MAX || osip_cseq_init(&cseq))
		return false;
	if (osip_cseq_parse(cseq, value_text) == OSIP_SUCCESS && cseq->method) {
		*number = (uint32_t)n;
		*method = arena_text(arena, text_from(cseq->method));
		is_good = method->data;
	}
	osip_cseq_free(cseq);
	return is_good;
}

/* The position behind the URI of a name-addr, or -1 without one; *uri is what the brackets hold. */
static ptrdiff_t bracketed(struct text value, struct text *uri)
{
	size_t i = 0;

	if (value.length && value.data[0] == '"')
		for (i = 1; i < value.length && value.data[i] != '"'; i++)
			i += value.data[i] == '\\';
	/* a name whose quote is not closed does not hide the URI */
	if (i >= value.length)
		i = 0;
	while (i < value.length && value.data[i] != '<')
		i++;
	if (i == value.length)
		return -1;
	struct text rest = text_of(value.data + i + 1, value.length - i - 1);
	ptrdiff_t close = text_find(rest, '>');

	*uri = close < 0 ? rest : text_of(rest.data, (size_t)close);
	return close < 0 ? (ptrdiff_t)value.length : (ptrdiff_t)i + 2 + close;
}

/* Cuts a value into its URI and the parameters behind. */
static void split_address(struct text value, struct text *uri, struct text *parameters)
{
	ptrdiff_t end = bracketed(value, uri);

	*parameters = value;
	if (end < 0) {
		if (!sip_split_next(parameters, ';', uri))
			*uri = TEXT_NONE;
		return;
	}
	*parameters = text_of(value.data + end, value.length - (size_t)end);
}

struct text sip_header_uri(struct text value)
{
	struct text uri, parameters;

	split_address(value, &uri, &parameters);
	return uri;
}

bool sip_header_address(struct text value, struct arena *arena, struct sip_address *out)
{
	struct text uri, rest, item, name, parameter;

	split_address(value, &uri, &rest);
	*out = (struct sip_address){.uri = arena_text(arena, uri), .expires = -1};
	while (sip_split_next(&rest, ';', &item)) {
		sip_split_parameter(item, &name, &parameter);
		if (!out->tag.data && text_equal_nocase(name, TEXT_LITERAL("tag"))) {
			out->tag = arena_text(arena, parameter);
			if (parameter.data && !out->tag.data)
				return false;
		} else if (text_equal_nocase(name, TEXT_LITERAL("expires"))) {
			out->expires = sip_number(parameter);
		}
	}
	return out->uri.data || !uri.data;
}
