/* The format cx-xml: IMSSubscription documents (TS 29.228 Annex E), one or many to a file, under
 * any root or simply concatenated. What User-Data does not carry (IMSI, authentication,
 * capabilities, roaming, state) stays unknown. */
#pragma once
#include "importers/importer.h"

extern const struct importer cx_xml_importer;
