#include "importers/fhoss_schema.h"

#define ID(text)                       \
	{                              \
		text, COLUMN_ID, false \
	}
#define OPTIONAL_ID                       \
	{                                 \
		"id", COLUMN_NUMBER, true \
	}
#define NUMBER(text)                      \
	{                                 \
		text, COLUMN_NUMBER, true \
	}
#define NEEDED(text)                       \
	{                                  \
		text, COLUMN_NUMBER, false \
	}
#define TEXT(text)                      \
	{                               \
		text, COLUMN_TEXT, true \
	}
#define IDENTITY(text)                   \
	{                                \
		text, COLUMN_TEXT, false \
	}
#define SECRET(text)                      \
	{                                 \
		text, COLUMN_SECRET, true \
	}

#define SERVER_34                                                                                \
	"id name server_name default_handling service_info diameter_address "                    \
	"#rep_data_size_limit #udr #pur #snr #udr_rep_data #udr_impu #udr_ims_user_state "       \
	"#udr_scscf_name #udr_ifc #udr_location #udr_user_state #udr_charging_info #udr_msisdn " \
	"#udr_psi_activation #udr_dsai #udr_aliases_rep_data #pur_rep_data #pur_psi_activation " \
	"#pur_dsai #pur_aliases_rep_data #snr_rep_data #snr_impu #snr_ims_user_state "           \
	"#snr_scscf_name #snr_ifc #snr_psi_activation #snr_dsai #snr_aliases_rep_data"

const struct fhoss_table fhoss_tables[FHOSS_TABLES] = {
	[FHOSS_IMSU] = {"imsu",
			{ID("id"), TEXT("name"), TEXT("scscf_name"), NUMBER("id_capabilities_set"),
			 NUMBER("id_preferred_scscf_set")},
			{"id name scscf_name diameter_name id_capabilities_set "
			 "id_preferred_scscf_set",
			 "id name scscf_name diameter_name id_capabilities_set "
			 "id_preferred_scscf_set credit #rate_plan_id #payment_method last_update "
			 "#max_concurrent_calls #impi_id"},
			false},
	[FHOSS_IMPI] = {"impi",
			{ID("id"), NEEDED("id_imsu"), IDENTITY("identity"), SECRET("k"),
			 NUMBER("auth_scheme"), NUMBER("default_auth_scheme"), SECRET("sqn")},
			{"id id_imsu identity k auth_scheme default_auth_scheme amf op opc sqn ip "
			 "line_identifier #zh_uicc_type #zh_key_life_time #zh_default_auth_scheme",
			 "id id_imsu identity k auth_scheme default_auth_scheme amf op sqn ip "
			 "line_identifier #zh_uicc_type #zh_key_life_time #zh_default_auth_scheme",
			 "id id_imsu identity k auth_scheme default_auth_scheme amf op sqn ip "
			 "line_identifier #zh_uicc_type #zh_key_life_time #zh_default_auth_scheme "
			 "opc"},
			false},
	[FHOSS_IMPU] = {"impu",
			{ID("id"), IDENTITY("identity"), NUMBER("type"), NUMBER("barring"),
			 NUMBER("user_state"), NUMBER("id_sp"), NUMBER("id_implicit_set"),
			 NUMBER("id_charging_info"), TEXT("wildcard_psi"), NUMBER("psi_activation"),
			 NUMBER("can_register")},
			{"id identity type barring user_state id_sp id_implicit_set "
			 "id_charging_info wildcard_psi display_name psi_activation can_register"},
			false},
	[FHOSS_IMPI_IMPU] = {"impi_impu",
			     {OPTIONAL_ID, ID("id_impi"), ID("id_impu"), NUMBER("user_state")},
			     {"id id_impi id_impu user_state"},
			     false},
	[FHOSS_IMPU_VISITED_NETWORK] = {"impu_visited_network",
					{OPTIONAL_ID, ID("id_impu"), ID("id_visited_network")},
					{"id id_impu id_visited_network"},
					false},
	[FHOSS_VISITED_NETWORK] = {"visited_network",
				   {ID("id"), IDENTITY("identity")},
				   {"id identity"},
				   false},
	[FHOSS_CAPABILITY] = {"capability", {OPTIONAL_ID}, {"id name"}, false},
	[FHOSS_CAPABILITIES_SET] = {"capabilities_set",
				    {OPTIONAL_ID, ID("id_set"), ID("id_capability"),
				     NUMBER("is_mandatory")},
				    {"id id_set name id_capability is_mandatory"},
				    false},
	[FHOSS_PREFERRED_SCSCF_SET] = {"preferred_scscf_set",
				       {OPTIONAL_ID, ID("id_set"), IDENTITY("scscf_name"),
					NUMBER("priority")},
				       {"id id_set name scscf_name priority",
					"id id_set scscf_name priority"},
				       false},
	[FHOSS_SP] = {"sp", {ID("id"), TEXT("name")}, {"id name #cn_service_auth"}, false},
	[FHOSS_SP_IFC] = {"sp_ifc",
			  {OPTIONAL_ID, ID("id_sp"), ID("id_ifc"), NUMBER("priority")},
			  {"id id_sp id_ifc priority"},
			  false},
	[FHOSS_IFC] = {"ifc",
		       {ID("id"), NUMBER("id_application_server"), NUMBER("id_tp"),
			NUMBER("profile_part_ind")},
		       {"id name id_application_server id_tp profile_part_ind"},
		       false},
	[FHOSS_TP] = {"tp",
		      {ID("id"), NUMBER("condition_type_cnf")},
		      {"id name condition_type_cnf"},
		      false},
	[FHOSS_SPT] = {"spt",
		       {OPTIONAL_ID, ID("id_tp"), NUMBER("condition_negated"), NUMBER("type"),
			NUMBER("session_case")},
		       {"id id_tp condition_negated #grp type requesturi method header "
			"header_content session_case sdp_line sdp_line_content "
			"#registration_type"},
		       false},
	[FHOSS_APPLICATION_SERVER] = {"application_server",
				      {ID("id"), TEXT("server_name"), NUMBER("default_handling")},
				      {SERVER_34, SERVER_34 " #include_register_response "
							    "#include_register_request"},
				      false},
	[FHOSS_SHARED_IFC_SET] = {"shared_ifc_set",
				  {OPTIONAL_ID, ID("id_set")},
				  {"id id_set name #id_ifc #priority"},
				  false},
	[FHOSS_SP_SHARED_IFC_SET] = {"sp_shared_ifc_set",
				     {OPTIONAL_ID, ID("id_sp"), ID("id_shared_ifc_set")},
				     {"id id_sp id_shared_ifc_set"},
				     false},
	[FHOSS_CHARGING_INFO] = {"charging_info",
				 {OPTIONAL_ID},
				 {"id name pri_ecf sec_ecf pri_ccf sec_ccf"},
				 false},
	[FHOSS_S_CSCF] = {"s_cscf",
			  {ID("id"), IDENTITY("s_cscf_uri")},
			  {"id name s_cscf_uri"},
			  true},
	[FHOSS_S_CSCF_CAPABILITIES] = {"s_cscf_capabilities",
				       {OPTIONAL_ID, ID("id_s_cscf"), ID("capability")},
				       {"id id_s_cscf capability"},
				       true},
};

enum fhoss_table_id fhoss_table_find(const char *name)
{
	int table = 0;

	while (table < FHOSS_TABLES &&
	       !text_equal_nocase(text_from(fhoss_tables[table].name), text_from(name)))
		table++;
	return (enum fhoss_table_id)table;
}

/* The column of a table by name, FHOSS_CELLS when it is not read. */
static unsigned find_column(const struct fhoss_table *table, struct text name)
{
	unsigned column = 0;

	while (column < FHOSS_CELLS &&
	       !(table->column[column].name &&
		 text_equal_nocase(text_from(table->column[column].name), name)))
		column++;
	return column;
}

static void mapping_init(struct fhoss_mapping *m, uint32_t count)
{
	m->count = count;
	m->missing = NULL;
	memset(m->value, FHOSS_ABSENT, sizeof(m->value));
}

static void mapping_check(const struct fhoss_table *table, struct fhoss_mapping *m)
{
	for (unsigned column = 0; column < FHOSS_CELLS; column++)
		if (table->column[column].name && !table->column[column].is_optional &&
		    m->value[column] == FHOSS_ABSENT && !m->missing)
			m->missing = table->column[column].name;
}

void fhoss_mapping_from_names(enum fhoss_table_id id, const struct sql_columns *columns,
			      struct fhoss_mapping *out)
{
	const struct fhoss_table *table = &fhoss_tables[id];

	mapping_init(out, columns->count);
	for (uint32_t i = 0; i < columns->count && i < SQL_COLUMNS_MAX; i++) {
		unsigned column = find_column(table, text_from(columns->name[i]));

		if (column < FHOSS_CELLS)
			out->value[column] = (uint8_t)i;
	}
	mapping_check(table, out);
}

static bool is_number(const struct sql_value *v)
{
	int64_t n;

	return v->kind == SQL_NULL || sql_value_integer(v, &n);
}

/* Tries one layout; false when its columns or numbers are not those of the row. */
static bool try_layout(const struct fhoss_table *table, const char *layout,
		       const struct sql_row *row, struct fhoss_mapping *out)
{
	uint32_t at = 0;

	mapping_init(out, row->count);
	for (const char *p = layout; *p; at++) {
		size_t length = strcspn(p, " ");
		bool is_unread_number = *p == '#';
		unsigned column = find_column(table, text_of(p, length));
		bool wants_number =
			is_unread_number ||
			(column < FHOSS_CELLS && table->column[column].kind <= COLUMN_NUMBER);

		if (at >= row->count || (wants_number && !is_number(&row->value[at])))
			return false;
		if (column < FHOSS_CELLS)
			out->value[column] = (uint8_t)at;
		p += length;
		p += *p == ' ';
	}
	return at == row->count;
}

bool fhoss_mapping_from_row(enum fhoss_table_id id, const struct sql_row *row,
			    struct fhoss_mapping *out)
{
	const struct fhoss_table *table = &fhoss_tables[id];

	for (int i = 0; i < 4 && table->layout[i]; i++)
		if (try_layout(table, table->layout[i], row, out))
			return true;
	return false;
}
