#include "trace/sip_security.h"

#include "trace/sip_split.h"

enum security_form { SECURITY_TEXT, SECURITY_NUMBER };

static const struct {
	const char *name;
	enum security_form form;
	size_t member;
} security_parameters[] = {
	{"alg", SECURITY_TEXT, offsetof(struct sip_security, algorithm)},
	{"ealg", SECURITY_TEXT, offsetof(struct sip_security, encryption_algorithm)},
	{"prot", SECURITY_TEXT, offsetof(struct sip_security, protocol)},
	{"mod", SECURITY_TEXT, offsetof(struct sip_security, mode)},
	{"mode", SECURITY_TEXT, offsetof(struct sip_security, mode)},
	{"q", SECURITY_TEXT, offsetof(struct sip_security, q)},
	{"spi-c", SECURITY_NUMBER, offsetof(struct sip_security, spi_client)},
	{"spi-s", SECURITY_NUMBER, offsetof(struct sip_security, spi_server)},
	{"port-c", SECURITY_NUMBER, offsetof(struct sip_security, port_client)},
	{"port-s", SECURITY_NUMBER, offsetof(struct sip_security, port_server)},
};
#define SECURITY_PARAMETERS (sizeof(security_parameters) / sizeof(*security_parameters))

static bool take_parameter(struct sip_security *s, struct text item, struct arena *arena)
{
	struct text name, value;

	sip_split_parameter(item, &name, &value);
	for (size_t i = 0; value.data && i < SECURITY_PARAMETERS; i++) {
		char *member = (char *)s + security_parameters[i].member;

		if (!text_equal_nocase(name, text_from(security_parameters[i].name)))
			continue;
		if (security_parameters[i].form == SECURITY_NUMBER) {
			*(int64_t *)(void *)member = sip_number(value);
			return true;
		}
		struct text copy = arena_text(arena, value);

		*(struct text *)(void *)member = copy;
		return copy.data;
	}
	return true;
}

static bool take_mechanism(struct text value, struct arena *arena, struct sip_security *out)
{
	struct text item;

	*out = (struct sip_security){
		.spi_client = -1, .spi_server = -1, .port_client = -1, .port_server = -1};
	if (!sip_split_next(&value, ';', &item))
		return true;
	out->mechanism = arena_text(arena, item);
	if (!out->mechanism.data)
		return false;
	while (sip_split_next(&value, ';', &item))
		if (!take_parameter(out, item, arena))
			return false;
	return true;
}

bool sip_security_read(struct text value, struct arena *arena, struct sip_security *list,
		       unsigned *count)
{
	struct text item;

	while (*count < SIP_SECURITY_MAX && sip_split_next(&value, ',', &item)) {
		if (item.length == 0)
			continue;
		if (!take_mechanism(item, arena, &list[*count]))
			return false;
		(*count)++;
	}
	return true;
}
