#include "importers/importer.h"

#include <string.h>

const struct importer *const importer_table[] = {
	&fhoss_sql_importer,
	&cx_xml_importer,
	&csv_importer,
	NULL,
};

const struct importer *importer_find(const char *name)
{
	for (const struct importer *const *i = importer_table; *i; i++)
		if (strcmp((*i)->name, name) == 0)
			return *i;
	return NULL;
}
