#include "importers/csv_columns.h"

#define BOOLEAN_WORDS "0 or 1, true or false, yes or no, y or n"

#define SCHEME_NAMES "names as Digest-AKAv1-MD5 or SIP Digest separated by '|', or FHoSS' bit mask"
#define LENGTH_TEXT "a text of at most 1024 bytes"

const struct csv_field_info csv_fields[CSV_FIELDS] = {
	[CSV_SUBSCRIPTION] = {"subscription",
			      "subscriptionid subscriptionname subscriber subscriberid imsu imsuid"
			      " imsuname imssubscription imssubscriptionid",
			      CSV_LEVEL_IDENTITY, false, NULL},
	[CSV_IMSI] = {"imsi", "imsinumber", CSV_LEVEL_IDENTITY, false, NULL},
	[CSV_MSISDN] = {"msisdn", "msisdnnumber e164 e164number phonenumber", CSV_LEVEL_IDENTITY,
			false, NULL},
	[CSV_IMPI] = {"impi",
		      "privateid privateidentity privateuserid privateuseridentity privateuser"
		      " imsprivateid imsprivateidentity imsprivateuserid imsprivateuseridentity",
		      CSV_LEVEL_IDENTITY, false, NULL},
	[CSV_IMPU] = {"impu",
		      "publicid publicidentity publicuserid publicuseridentity publicuser"
		      " imspublicid imspublicidentity imspublicuserid imspublicuseridentity",
		      CSV_LEVEL_IDENTITY, false, NULL},
	[CSV_IMS_AUTHORISED] = {"ims_authorised",
				"imsauthorized authorised authorized imsenabled enabled imsactive"
				" active",
				CSV_LEVEL_SUBSCRIPTION, false, BOOLEAN_WORDS},
	[CSV_SUSPENDED] = {"suspended", "issuspended blocked adminblocked", CSV_LEVEL_SUBSCRIPTION,
			   false, BOOLEAN_WORDS},
	[CSV_SCSCF] = {"scscf", "scscfname scscfuri servername assignedscscf",
		       CSV_LEVEL_SUBSCRIPTION, false, LENGTH_TEXT},
	[CSV_CAPABILITIES_MANDATORY] = {"capabilities_mandatory",
					"mandatorycapabilities capabilitymandatory"
					" mandatorycapability mandatorycaps",
					CSV_LEVEL_SUBSCRIPTION, false, "numbers separated by '|'"},
	[CSV_CAPABILITIES_OPTIONAL] = {"capabilities_optional",
				       "optionalcapabilities capabilityoptional optionalcapability"
				       " optionalcaps",
				       CSV_LEVEL_SUBSCRIPTION, false, "numbers separated by '|'"},
	[CSV_PREFERRED_SCSCF] = {"preferred_scscf",
				 "preferredscscfs preferredscscfname preferredscscfnames"
				 " preferredscscfset",
				 CSV_LEVEL_SUBSCRIPTION, false, "S-CSCF names separated by '|'"},
	[CSV_AUTH_SCHEMES] = {"auth_schemes",
			      "authscheme authenticationscheme authenticationschemes sipauthscheme"
			      " sipauthschemes",
			      CSV_LEVEL_IMPI, false, SCHEME_NAMES},
	[CSV_DEFAULT_SCHEME] = {"default_scheme", "defaultauthscheme defaultauthenticationscheme",
				CSV_LEVEL_IMPI, false,
				"one name as Digest-AKAv1-MD5, or FHoSS' bit"},
	[CSV_KEY_PRESENT] = {"key_present", "haskey keyset", CSV_LEVEL_IMPI, false, BOOLEAN_WORDS},
	[CSV_KEY] = {"k",
		     "ki key k4ki eki kenc kienc secret secretkey authkey akakey password"
		     " passwd pwd plaintextpassword digestpassword ha1 digestha1 a1 digesta1",
		     CSV_LEVEL_IMPI, true, NULL},
	[CSV_SQN] = {"sqn", "seq sequencenumber sqnhe", CSV_LEVEL_IMPI, true, NULL},
	[CSV_SECRET] = {"op",
			"opc opcenc eopc amf rand autn xres sres res auts kc ck ik kasme pin pin1"
			" pin2 puk puk1 puk2 adm adm1 transportkey",
			CSV_LEVEL_NONE, true, NULL},
	[CSV_IMPI_BARRED] = {"impi_barred", "userbarring userbarred impibarring privateidbarred",
			     CSV_LEVEL_IMPI, false, BOOLEAN_WORDS},
	[CSV_ROAMING_ALLOWED] = {"roaming_allowed",
				 "roaming roamingenabled roamingpermitted isroamingallowed",
				 CSV_LEVEL_IMPI, false, BOOLEAN_WORDS},
	[CSV_BARRED] = {"barred",
			"barring barringindication sessionbarring isbarred impubarred impubarring",
			CSV_LEVEL_IMPU, false, BOOLEAN_WORDS},
	[CSV_IRS] = {"irs",
		     "irsid irsname implicitset implicitsetid idimplicitset implicitregset"
		     " implicitregsetid implicitregistrationset implicitregistrationsetid",
		     CSV_LEVEL_IMPU, false, LENGTH_TEXT},
	[CSV_DEFAULT] = {"default",
			 "isdefault defaultimpu isdefaultimpu defaultpublicid defaultidentity"
			 " defaultinirs",
			 CSV_LEVEL_IMPU, false, BOOLEAN_WORDS},
	[CSV_PROFILE] = {"profile",
			 "profileid profilename serviceprofile serviceprofileid serviceprofilename"
			 " sp idsp spid",
			 CSV_LEVEL_IMPU, false, LENGTH_TEXT},
	[CSV_KIND] = {"kind", "type identitytype impukind imputype", CSV_LEVEL_IMPU, false,
		      "public, psi, wildcarded_psi or wildcarded_impu, or IdentityType 0 to 2"},
	[CSV_STATE] = {"state", "regstate registrationstate registrationstatus userstate imsstate",
		       CSV_LEVEL_IMPU, false,
		       "registered, not registered, unregistered or auth pending (numbers mean"
		       " different states in different HSSs)"},
	[CSV_MAY_REGISTER] = {"may_register",
			      "canregister regauth registrationallowed registrationauthorised"
			      " registrationauthorized",
			      CSV_LEVEL_IMPU, false, BOOLEAN_WORDS},
	[CSV_VISITED_NETWORKS] = {"visited_networks",
				  "visitednetwork visitednetworkid visitednetworkids"
				  " allowednetworks roamingnetworks",
				  CSV_LEVEL_IMPU, false,
				  "names of at most 1024 bytes separated by '|', ';' or blanks"},
	[CSV_PSI_ACTIVE] = {"psi_active", "psiactivation psiactivated", CSV_LEVEL_IMPU, false,
			    BOOLEAN_WORDS},
	[CSV_WILDCARD] = {"wildcard", "wildcardpsi wildcardedpsi wildcardedimpu wildcardpattern",
			  CSV_LEVEL_IMPU, false, LENGTH_TEXT},
	[CSV_CHARGING] = {"charging",
			  "hascharging charginginfo charginginformation idcharginginfo"
			  " chargingprofile",
			  CSV_LEVEL_IMPU, false, NULL},
};

void csv_fold(struct text name, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < name.length && used + 1 < size; i++) {
		unsigned char c = (unsigned char)name.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
			out[used++] = (char)c;
	}
	out[used] = '\0';
}

static bool list_holds(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = list; length && (p = strstr(p, word)); p += length)
		if ((p == list || p[-1] == ' ') && (p[length] == ' ' || !p[length]))
			return true;
	return false;
}

/* Names that no list can foresee: "user_password_2", "K_HA1". */
static const char *const secret_parts[] = {"password", "passwd", "secret", "ha1", "privatekey"};

enum csv_field csv_field_find(struct text name)
{
	char folded[128], own[64];

	csv_fold(name, folded, sizeof(folded));
	for (int field = CSV_UNKNOWN + 1; field < CSV_FIELDS; field++) {
		csv_fold(text_from(csv_fields[field].name), own, sizeof(own));
		if (strcmp(own, folded) == 0 || list_holds(csv_fields[field].aliases, folded))
			return (enum csv_field)field;
	}
	for (size_t i = 0; i < sizeof(secret_parts) / sizeof(secret_parts[0]); i++)
		if (strstr(folded, secret_parts[i]))
			return CSV_KEY;
	return CSV_UNKNOWN;
}

void csv_add_field_names(struct strbuf *out)
{
	const char *separator = "";

	for (int field = CSV_UNKNOWN + 1; field < CSV_FIELDS; field++) {
		if (csv_fields[field].is_secret)
			continue;
		strbuf_printf(out, "%s%s", separator, csv_fields[field].name);
		separator = " ";
	}
}

bool csv_next_item(struct text *rest, bool by_blanks, struct text *item)
{
	const char *separators = by_blanks ? "|; \t" : "|;";
	size_t i = 0, start;

	while (i < rest->length && rest->data[i] && strchr("|; \t", rest->data[i]))
		i++;
	start = i;
	while (i < rest->length && !(rest->data[i] && strchr(separators, rest->data[i])))
		i++;
	*item = text_trim(text_of(rest->data ? rest->data + start : NULL, i - start));
	rest->data = rest->data ? rest->data + i : NULL;
	rest->length -= i;
	return item->length > 0;
}
