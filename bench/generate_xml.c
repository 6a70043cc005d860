/* IMSSubscription documents (TS 29.228 Annex E) under one root: one for each IMPI and set. */
#include "bench/generate_format.h"

#define NAMESPACE "urn:example:hss-export:1"

static void write_identity(struct output *o, const struct public_identity *u)
{
	output_str(o, u->is_barred ? "\t\t\t<PublicIdentity>\n"
				     "\t\t\t\t<BarringIndication>1</BarringIndication>\n"
				     "\t\t\t\t<Identity>"
				   : "\t\t\t<PublicIdentity>\n"
				     "\t\t\t\t<BarringIndication>0</BarringIndication>\n"
				     "\t\t\t\t<Identity>");
	output_identity(o, &u->identity);
	output_str(o, "</Identity>\n\t\t\t</PublicIdentity>\n");
}

static void write_document(struct output *o, const struct subscriber *s, unsigned impi,
			   unsigned set)
{
	bool is_begun = false;

	for (unsigned i = 0; i < s->impu_count; i++) {
		const struct public_identity *u = &s->impu[i];

		if (u->set != set || !(u->impis >> impi & 1))
			continue;
		if (!is_begun) {
			output_str(o, "\t<IMSSubscription>\n\t\t<PrivateID>");
			output_identity(o, &s->impi[impi]);
			output_str(o, "</PrivateID>\n\t\t<ServiceProfile>\n");
			is_begun = true;
		}
		write_identity(o, u);
	}
	if (is_begun)
		output_str(o, "\t\t\t<Extension>\n"
			      "\t\t\t\t<SharedIFCSetID>1</SharedIFCSetID>\n"
			      "\t\t\t</Extension>\n\t\t</ServiceProfile>\n\t</IMSSubscription>\n");
}

bool xml_write(const struct export *e)
{
	struct output o;

	if (!output_open(&o, e->path))
		return false;
	output_str(&o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<HSSExport xmlns=\"" NAMESPACE "\">\n");
	for (uint64_t place = 0; place < e->population->subscribers; place++) {
		struct subscriber s;

		export_subscriber(e, place, &s);
		output_room(&o);
		for (unsigned impi = 0; impi < s.impi_count; impi++)
			for (unsigned set = 1; set <= 2; set++)
				write_document(&o, &s, impi, set);
	}
	output_str(&o, "</HSSExport>\n");
	return output_close(&o);
}
