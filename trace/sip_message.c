#include "trace/sip_message.h"

/* The texts of a message and of its parts, for copying. */
static const size_t message_texts[] = {
	offsetof(struct sip_message, source),
	offsetof(struct sip_message, destination),
	offsetof(struct sip_message, method_name),
	offsetof(struct sip_message, reason_phrase),
	offsetof(struct sip_message, request_uri),
	offsetof(struct sip_message, from_uri),
	offsetof(struct sip_message, from_tag),
	offsetof(struct sip_message, to_uri),
	offsetof(struct sip_message, to_tag),
	offsetof(struct sip_message, call_id),
	offsetof(struct sip_message, contact),
	offsetof(struct sip_message, branch),
	offsetof(struct sip_message, reason),
	offsetof(struct sip_message, warning),
	offsetof(struct sip_message, response_source),
	offsetof(struct sip_message, server),
	offsetof(struct sip_message, user_agent),
	offsetof(struct sip_message, p_asserted_identity),
	offsetof(struct sip_message, p_preferred_identity),
	offsetof(struct sip_message, p_associated_uri),
	offsetof(struct sip_message, p_visited_network),
	offsetof(struct sip_message, p_access_network_info),
	offsetof(struct sip_message, p_charging_vector),
	offsetof(struct sip_message, require),
	offsetof(struct sip_message, proxy_require),
	offsetof(struct sip_message, supported),
	offsetof(struct sip_message, path),
	offsetof(struct sip_message, service_route),
	offsetof(struct sip_message, route),
	offsetof(struct sip_message, event),
};
static const size_t digest_texts[] = {
	offsetof(struct sip_digest, scheme),
	offsetof(struct sip_digest, username),
	offsetof(struct sip_digest, realm),
	offsetof(struct sip_digest, uri),
	offsetof(struct sip_digest, algorithm),
	offsetof(struct sip_digest, qop),
	offsetof(struct sip_digest, integrity_protected),
};
static const size_t security_texts[] = {
	offsetof(struct sip_security, mechanism),
	offsetof(struct sip_security, algorithm),
	offsetof(struct sip_security, encryption_algorithm),
	offsetof(struct sip_security, protocol),
	offsetof(struct sip_security, mode),
	offsetof(struct sip_security, q),
};
static const size_t via_texts[] = {0};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const char *sip_method_str(enum sip_method m)
{
	static const char *const names[] = {
		[SIP_REGISTER] = "REGISTER",
		[SIP_INVITE] = "INVITE",
		[SIP_SUBSCRIBE] = "SUBSCRIBE",
		[SIP_MESSAGE] = "MESSAGE",
		[SIP_NOTIFY] = "NOTIFY",
		[SIP_ACK] = "ACK",
		[SIP_PRACK] = "PRACK",
		[SIP_CANCEL] = "CANCEL",
		[SIP_BYE] = "BYE",
		[SIP_UPDATE] = "UPDATE",
		[SIP_OPTIONS] = "OPTIONS",
		[SIP_OTHER] = "OTHER",
	};

	return names[m];
}

/* Copies the texts at the members of one record. */
static bool copy_texts(void *record, const size_t *members, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct text *t = (struct text *)(void *)((char *)record + members[i]);

		if (!t->data)
			continue;
		*t = arena_text(arena, *t);
		if (!t->data)
			return false;
	}
	return true;
}

struct list_form {
	size_t size; /* of an element */
	const size_t *texts;
	size_t text_count;
};
static const struct list_form digest_form = {sizeof(struct sip_digest), digest_texts,
					     COUNT(digest_texts)};
static const struct list_form security_form = {sizeof(struct sip_security), security_texts,
					       COUNT(security_texts)};
static const struct list_form via_form = {sizeof(struct text), via_texts, COUNT(via_texts)};

/* A copy of a list with its texts; NULL when it is empty, or memory is out (*is_short). */
static void *copy_list(const void *list, unsigned count, const struct list_form *form,
		       struct arena *arena, bool *is_short)
{
	char *copy = count ? arena_alloc(arena, count * form->size) : NULL;

	*is_short |= count && !copy;
	if (!copy)
		return NULL;
	memcpy(copy, list, count * form->size);
	for (unsigned i = 0; i < count; i++)
		*is_short |=
			!copy_texts(copy + i * form->size, form->texts, form->text_count, arena);
	return copy;
}

bool sip_message_copy(const struct sip_message *m, struct arena *arena, struct sip_message *out)
{
	unsigned via_kept = m->via_count < SIP_VIA_MAX ? m->via_count : SIP_VIA_MAX;
	struct sip_message copy = *m;
	bool is_short = false;

	is_short |= !copy_texts(&copy, message_texts, COUNT(message_texts), arena);
	is_short |= !copy_texts(&copy.authorization, digest_texts, COUNT(digest_texts), arena);
	is_short |=
		!copy_texts(&copy.proxy_authorization, digest_texts, COUNT(digest_texts), arena);
	copy.via = copy_list(m->via, via_kept, &via_form, arena, &is_short);
	copy.www_authenticate = copy_list(m->www_authenticate, m->www_authenticate_count,
					  &digest_form, arena, &is_short);
	copy.proxy_authenticate = copy_list(m->proxy_authenticate, m->proxy_authenticate_count,
					    &digest_form, arena, &is_short);
	copy.security_client = copy_list(m->security_client, m->security_client_count,
					 &security_form, arena, &is_short);
	copy.security_server = copy_list(m->security_server, m->security_server_count,
					 &security_form, arena, &is_short);
	copy.security_verify = copy_list(m->security_verify, m->security_verify_count,
					 &security_form, arena, &is_short);
	if (is_short)
		return false;
	*out = copy;
	return true;
}
