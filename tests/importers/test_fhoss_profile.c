/* Service profiles: what FHoSS' SAR can make of them (cx-semantics D18 to D21). */
#include "tests/importers/fhoss_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

#define NO_SERVER PROFILE_FAULT_NO_APPLICATION_SERVER
#define NO_SPT PROFILE_FAULT_TRIGGER_WITHOUT_SPT
#define NO_IFC PROFILE_FAULT_MISSING_IFC
#define SCHEMA PROFILE_FAULT_SCHEMA
#define SAME_PRIORITY PROFILE_FAULT_DUPLICATE_PRIORITY
#define NO_SHARED PROFILE_FAULT_SHARED_IFC_UNKNOWN

#define SERVERS "INSERT INTO application_server (id,server_name,default_handling) VALUES "
#define SPTS "INSERT INTO spt (id,id_tp,condition_negated,type,session_case) VALUES "

/* iFCs: 1 and 2 are sound, the others have one fault each. */
static const char tables[] = ROWS("imsu", IMSU(1, "a")) ROWS(
	"sp", "(1,'sound',0),(2,'same',0),(3,'other',0),(4,'none',0),(5,'twice',0),"
	      "(6,'missing',0),(7,'priority',0),(8,'shared',0),(9,'unset',0),(11,'i11',0),"
	      "(12,'i12',0),(13,'i13',0),(14,'i14',0),(15,'i15',0),(16,'i16',0),(17,'i17',0),"
	      "(18,'i18',0),(19,'i19',0),(20,'i20',0)")
	ROWS("sp_ifc", "(1,1,1,0),(2,1,2,1),(3,2,2,5),(4,2,1,6),(5,3,1,0),(6,5,1,0),(7,5,1,1),"
		       "(8,6,1,0),(9,6,99,1),(10,7,1,0),(11,7,2,0),(12,9,1,-1),(13,11,11,0),"
		       "(14,12,12,0),(15,13,13,0),(16,14,14,0),(17,15,15,0),(18,16,16,0),"
		       "(19,17,17,0),(20,18,18,0),(21,19,19,0),(22,20,20,0)")
		ROWS("ifc",
		     "(1,'sound',1,1,-1),(2,'sound',1,-1,0),(11,'no server',77,1,-1),"
		     "(12,'server -1',-1,1,-1),(13,'server NULL',NULL,1,-1),(14,'tp gone',1,77,-1),"
		     "(15,'tp empty',1,2,-1),(16,'bad cnf',1,3,-1),(17,'bad spt type',1,4,-1),"
		     "(18,'bad case',1,5,-1),(19,'bad part',1,1,2),(20,'bad handling',2,1,-1)")
			ROWS("tp", "(1,'tp',0),(2,'empty',1),(3,'cnf',2),(4,'type',0),(5,'case',0)")
				SPTS
	"(1,1,0,1,NULL),(2,1,1,3,4),(3,3,0,0,NULL),(4,4,0,5,NULL),(5,5,0,3,5);\n" SERVERS
	"(1,'sip:as.test',0),(2,'sip:as.test',2);\n" ROWS("shared_ifc_set", "(1,1,'set',1,0)")
		ROWS("sp_shared_ifc_set", "(1,1,1),(2,8,1),(3,8,2)");

static uint32_t faults_of(uint32_t id)
{
	const struct service_profile *profile = hss_directory_service_profile(&fake.directory, id);

	assert_non_null(profile);
	return profile->faults;
}

static void each_fault_is_found_and_no_other(void **state)
{
	static const struct {
		uint32_t profile, faults;
	} table[] = {
		{1, 0},
		{2, 0},
		{3, 0},
		{4, 0},
		{5, SCHEMA},
		{6, NO_IFC},
		{7, SAME_PRIORITY},
		{8, NO_SHARED},
		{9, SCHEMA},
		{11, NO_SERVER},
		{12, NO_SERVER},
		{13, NO_SERVER},
		{14, NO_SPT},
		{15, NO_SPT},
		{16, SCHEMA},
		{17, SCHEMA},
		{18, SCHEMA},
		{19, SCHEMA},
		{20, SCHEMA},
	};

	(void)state;
	assert_int_equal(dump_import(tables), RC_OK);
	assert_int_equal(fake.reject_count, 0);
	assert_int_equal(fake.directory.has_service_profiles, TRI_YES);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (faults_of(table[i].profile) != table[i].faults)
			fail_msg("profile %u has faults %u", table[i].profile,
				 faults_of(table[i].profile));
	dump_forget();
}

static void profiles_with_equal_lists_have_equal_content(void **state)
{
	const struct service_profile *sound, *same, *other, *none, *missing;

	(void)state;
	assert_int_equal(dump_import(tables), RC_OK);
	sound = hss_directory_service_profile(&fake.directory, 1);
	same = hss_directory_service_profile(&fake.directory, 2);
	other = hss_directory_service_profile(&fake.directory, 3);
	none = hss_directory_service_profile(&fake.directory, 4);
	missing = hss_directory_service_profile(&fake.directory, 6);
	assert_int_equal(sound->ifc_count, 2);
	assert_int_equal(same->ifc_count, 2);
	assert_int_equal(other->ifc_count, 1);
	assert_int_equal(none->ifc_count, 0);
	/* An iFC that does not exist is not in the User-Data. */
	assert_int_equal(missing->ifc_count, 1);
	assert_true(sound->content == same->content);
	assert_true(missing->content == other->content);
	assert_true(sound->content != other->content);
	assert_true(other->content != none->content);
	assert_true(text_equal(sound->name, TEXT_LITERAL("sound")));
	dump_forget();
}

#define LIST(ifc)                  \
	ROWS("imsu", IMSU(1, "a")) \
	ROWS("sp", "(1,'sp',0)") ROWS("sp_ifc", "(1,1,1,0)") ROWS("ifc", ifc)

/* Without its table what is absent is unknown: no fault. */
static void tables_that_are_not_exported_raise_no_fault(void **state)
{
	static const char *const dumps[] = {
		LIST("(1,'ifc',7,7,-1)"),
		ROWS("imsu", IMSU(1, "a")) ROWS("sp", "(1,'sp',0)") ROWS("sp_ifc", "(1,1,1,0)"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		assert_int_equal(dump_import(dumps[i]), RC_OK);
		assert_int_equal(faults_of(1), 0);
	}
	dump_forget();
}

/* Where a table lost a row, what the profile names and is not there is neither sound nor a fault.
 */
static void what_a_lost_row_may_have_said_is_unread(void **state)
{
	static const struct {
		const char *dump;
		uint32_t faults;
	} rows[] = {
		{LIST("(1,'ifc',7,-1,-1)") SERVERS "(@x,'sip:as.test',0);", PROFILE_FAULT_UNREAD},
		{LIST("(1,'ifc',7,-1,-1)") SERVERS "(7,'sip:as.test',0),(@x,'sip:as.test',0);", 0},
		{LIST("(1,'ifc',-1,-1,-1)") SERVERS "(@x,'sip:as.test',0);", NO_SERVER},
		{LIST("(@x,'ifc',7,-1,-1)"), PROFILE_FAULT_UNREAD},
		{LIST("(1,'ifc',7,-1,-1),(2,@x,7,-1,-1)") SERVERS "(7,'sip:as.test',0);", 0},
		{LIST("(1,'ifc',7,-1,-1)") ROWS("sp_ifc", "(2,1,@x,0)"), PROFILE_FAULT_UNREAD},
		{LIST("(1,'ifc',7,3,-1)") ROWS("tp", "(@x,'tp',0)"), PROFILE_FAULT_UNREAD},
		{LIST("(1,'ifc',7,3,-1)") ROWS("tp", "(3,'tp',0)") SPTS "(1,3,0,1,NULL);", 0},
		{LIST("(1,'ifc',7,3,-1)") ROWS("tp", "(3,'tp',0)") SPTS
		 "(1,3,0,1,NULL),(2,@x,0,1,NULL);",
		 PROFILE_FAULT_UNREAD},
		{LIST("(1,'ifc',7,-1,-1)") ROWS("tp", "(@x,'tp',0)"), 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(dump_import(rows[i].dump), RC_OK);
		if (faults_of(1) != rows[i].faults)
			fail_msg("row %zu: faults %u", i, faults_of(1));
	}
	dump_forget();
}

static void a_list_of_networks_that_lost_a_row_is_not_complete(void **state)
{
	(void)state;
	assert_int_equal(dump_import(ROWS("imsu", IMSU(1, "a"))
					     ROWS("visited_network", "(1,'a.test'),(2,@x)")),
			 RC_OK);
	assert_int_equal(fake.reject_count, 1);
	assert_int_equal(fake.directory.visited_network_count, 1);
	assert_int_equal(fake.directory.has_visited_networks, TRI_UNKNOWN);
	dump_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_found_and_no_other),
		cmocka_unit_test(profiles_with_equal_lists_have_equal_content),
		cmocka_unit_test(tables_that_are_not_exported_raise_no_fault),
		cmocka_unit_test(what_a_lost_row_may_have_said_is_unread),
		cmocka_unit_test(a_list_of_networks_that_lost_a_row_is_not_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
