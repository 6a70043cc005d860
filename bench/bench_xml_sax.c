/* The peer of the cx-xml import in "make bench": libxml2's SAX2 parser alone, extracting the fields
 * that the importer takes from each IMSSubscription and nothing more. Prints counts, a check sum
 * and the CPU time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libxml/parser.h>

#define TEXT_MAX_BYTES 1024
#define IDENTITIES_MAX 64

struct extraction {
	char text[TEXT_MAX_BYTES];
	size_t length;
	char private_id[TEXT_MAX_BYTES];
	char identity[IDENTITIES_MAX][TEXT_MAX_BYTES];
	size_t identity_length[IDENTITIES_MAX];
	int barred[IDENTITIES_MAX];
	size_t identities;
	uint64_t subscriptions, all_identities, all_barred, bytes;
};

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
			  const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
			  int attribute_count, int defaulted, const xmlChar **attributes)
{
	struct extraction *e = context;

	(void)prefix, (void)uri, (void)namespace_count, (void)namespaces;
	(void)attribute_count, (void)defaulted, (void)attributes;
	e->length = 0;
	if (strcmp((const char *)name, "IMSSubscription") == 0)
		e->identities = 0;
	else if (strcmp((const char *)name, "PublicIdentity") == 0 &&
		 e->identities < IDENTITIES_MAX)
		e->barred[e->identities] = 0;
}

static void characters(void *context, const xmlChar *data, int length)
{
	struct extraction *e = context;
	size_t n = (size_t)length;

	if (n > sizeof(e->text) - e->length)
		n = sizeof(e->text) - e->length;
	memcpy(e->text + e->length, data, n);
	e->length += n;
}

static void end_subscription(struct extraction *e)
{
	e->subscriptions++;
	e->all_identities += e->identities;
	for (size_t i = 0; i < e->identities; i++) {
		e->all_barred += (uint64_t)e->barred[i];
		e->bytes += e->identity_length[i];
	}
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
			const xmlChar *uri)
{
	struct extraction *e = context;
	const char *element = (const char *)name;

	(void)prefix, (void)uri;
	if (strcmp(element, "PrivateID") == 0) {
		memcpy(e->private_id, e->text, e->length);
	} else if (strcmp(element, "Identity") == 0 && e->identities < IDENTITIES_MAX) {
		memcpy(e->identity[e->identities], e->text, e->length);
		e->identity_length[e->identities] = e->length;
	} else if (strcmp(element, "BarringIndication") == 0 && e->identities < IDENTITIES_MAX) {
		e->barred[e->identities] = e->length == 1 && e->text[0] == '1';
	} else if (strcmp(element, "PublicIdentity") == 0 && e->identities < IDENTITIES_MAX) {
		e->identities++;
	} else if (strcmp(element, "IMSSubscription") == 0) {
		end_subscription(e);
	}
	e->length = 0;
}

int main(int argc, char **argv)
{
	xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC};
	struct extraction *e = calloc(1, sizeof(*e));

	if (argc != 2 || !e) {
		fprintf(stderr, "usage: bench_xml_sax FILE\n");
		free(e);
		return EXIT_FAILURE;
	}
	handler.startElementNs = start_element;
	handler.endElementNs = end_element;
	handler.characters = characters;
	handler.ignorableWhitespace = characters;
	int status = xmlSAXUserParseFile(&handler, e, argv[1]);
	printf("subscriptions %llu\nidentities %llu\nbarred %llu\nbytes %llu\ncpu %.3f\n",
	       (unsigned long long)e->subscriptions, (unsigned long long)e->all_identities,
	       (unsigned long long)e->all_barred, (unsigned long long)e->bytes,
	       (double)clock() / CLOCKS_PER_SEC);
	free(e);
	xmlCleanupParser();
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
