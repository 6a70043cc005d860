#include "cx/advertise.h"

#include <freeDiameter/extension.h>

#include "codec/diameter.h"

/* Vendor and application, defined only where they are not; under the names that others give them,
 * so that a dictionary loaded later meets the same definition. */
static int find_or_define(struct dict_object **vendor, struct dict_object **application)
{
	struct dictionary *dictionary = fd_g_config->cnf_dict;
	vendor_id_t vendor_id = DIAMETER_VENDOR_3GPP;
	application_id_t application_id = DIAMETER_APPLICATION_CX;
	struct dict_vendor_data vendor_data = {DIAMETER_VENDOR_3GPP, (char *)"3GPP"};
	struct dict_application_data application_data = {DIAMETER_APPLICATION_CX,
							 (char *)"Diameter CxDx Application"};
	int error = fd_dict_search(dictionary, DICT_VENDOR, VENDOR_BY_ID, &vendor_id, vendor, 0);

	if (!error && !*vendor)
		error = fd_dict_new(dictionary, DICT_VENDOR, &vendor_data, NULL, vendor);
	if (!error)
		error = fd_dict_search(dictionary, DICT_APPLICATION, APPLICATION_BY_ID,
				       &application_id, application, 0);
	if (!error && !*application)
		error = fd_dict_new(dictionary, DICT_APPLICATION, &application_data, *vendor,
				    application);
	return error;
}

enum rc advertise_cx(struct diag *diag)
{
	struct dict_object *vendor = NULL, *application = NULL;
	int error = find_or_define(&vendor, &application);

	if (!error)
		error = fd_disp_app_support(application, vendor, 1, 0);
	if (!error)
		return RC_OK;
	errno = error;
	return diag_set_errno(diag, RC_IO, "freeDiameter does not advertise Cx");
}
