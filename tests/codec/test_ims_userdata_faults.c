/* Expected values: TS 29.228 Annex E as in cx-semantics 8.4, and rows D18 to D21. */
#include "tests/codec/userdata_fixture.h"

static void faults_of_the_schema_are_found(void **state)
{
	enum {
		NO_SERVER = PROFILE_FAULT_NO_APPLICATION_SERVER,
		NO_SPT = PROFILE_FAULT_TRIGGER_WITHOUT_SPT,
		SCHEMA = PROFILE_FAULT_SCHEMA,
		PRIORITY = PROFILE_FAULT_DUPLICATE_PRIORITY,
	};
	static const struct {
		const char *text;
		uint32_t faults, ifcs;
	} rows[] = {
		{IN_PROFILE(PUBLIC), 0, 0},
		{IFC("<Priority>0</Priority>" SERVER), 0, 1},
		{IFC("<Priority>0</Priority>" TRIGGER SERVER
		     "<ProfilePartIndicator>1</ProfilePartIndicator>"),
		 0, 1},
		{IFC("<Priority>0</Priority>"), NO_SERVER, 1},
		{IFC("<Priority>0</Priority><ApplicationServer/>"), NO_SERVER, 1},
		{IFC("<Priority>0</Priority><ApplicationServer><ServerName> </ServerName>"
		     "</ApplicationServer>"),
		 NO_SERVER, 1},
		{IFC("<Priority>0</Priority><TriggerPoint><ConditionTypeCNF>0</ConditionTypeCNF>"
		     "</TriggerPoint>" SERVER),
		 NO_SPT, 1},
		{IFC(SERVER), SCHEMA, 1},
		{IFC("<Priority>-1</Priority>" SERVER), SCHEMA, 1},
		{IFC(SERVER "<Priority>0</Priority>"), SCHEMA, 1},
		{IFC("<Priority>0</Priority><Priority>1</Priority>" SERVER), SCHEMA, 1},
		{IFC("<Priority>0</Priority><TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF>"
		     "<SPT><Group>0</Group><Method>A</Method><RequestURI>b</RequestURI></SPT>"
		     "</TriggerPoint>" SERVER),
		 SCHEMA, 1},
		{IFC("<Priority>0</Priority><TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF>"
		     "<SPT><Group>0</Group><SessionCase>5</SessionCase></SPT></"
		     "TriggerPoint>" SERVER),
		 SCHEMA, 1},
		{IFC("<Priority>0</Priority><ApplicationServer><ServerName>s</ServerName>"
		     "<DefaultHandling>2</DefaultHandling></ApplicationServer>"),
		 SCHEMA, 1},
		{IN_PUBLIC("<Identity>s</Identity><BarringIndication>0</BarringIndication>"),
		 SCHEMA, 0},
		{IN_PUBLIC("<BarringIndication>maybe</BarringIndication><Identity>s</Identity>"),
		 SCHEMA, 0},
		{IN_PUBLIC("<Identity>s</Identity><Extension><IdentityType>7</IdentityType>"
			   "</Extension>"),
		 SCHEMA, 0},
		{IN_PROFILE(PUBLIC "<InitialFilterCriteria><Priority>3</Priority>" SERVER
				   "</InitialFilterCriteria><InitialFilterCriteria><Priority>3"
				   "</Priority>" SERVER "</InitialFilterCriteria>"),
		 PRIORITY, 2},
		{IN_PROFILE(PUBLIC "<Extension><SharedIFCSetID>1</SharedIFCSetID><SharedIFCSetID>2"
				   "</SharedIFCSetID></Extension>"),
		 0, 0},
		/* FHoSS: one inner Extension for each set. */
		{IN_PROFILE(PUBLIC "<Extension><Extension><SharedIFCSetID>1</SharedIFCSetID>"
				   "</Extension><Extension><SharedIFCSetID>2</SharedIFCSetID>"
				   "</Extension></Extension>"),
		 SCHEMA, 0},
		/* Field case C47. */
		{"<IMSSubscription>" PRIVATE "<ServiceProfile>" PUBLIC "</ServiceProfile>"
		 "<InitialFilterCriteria><Priority>0</Priority>" SERVER "</InitialFilterCriteria>"
		 "</IMSSubscription>",
		 SCHEMA, 0},
		{"<IMSSubscription>" PRIVATE PUBLIC "</IMSSubscription>", SCHEMA, 0},
		{"<IMSSubscription><ServiceProfile>" PUBLIC "</ServiceProfile>" PRIVATE
		 "</IMSSubscription>",
		 SCHEMA, 0},
		{"<IMSSubscription>" PRIVATE PRIVATE "<ServiceProfile>" PUBLIC "</ServiceProfile>"
		 "</IMSSubscription>",
		 SCHEMA, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = *state;

		assert_int_equal(parse(f, rows[i].text), RC_OK);
		assert_int_equal(f->list.document[0].identity_count, 1);
		if (f->list.profile[0].faults != rows[i].faults)
			print_error("%s\n", rows[i].text);
		assert_int_equal(f->list.profile[0].faults, rows[i].faults);
		assert_int_equal(f->list.profile[0].ifc_count, rows[i].ifcs);
	}
}

static void a_fault_belongs_to_its_profile(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "<IMSSubscription>" PRIVATE "<ServiceProfile>" PUBLIC
				  "</ServiceProfile><ServiceProfile><PublicIdentity><Identity>t"
				  "</Identity></PublicIdentity><InitialFilterCriteria><Priority>1"
				  "</Priority></InitialFilterCriteria></ServiceProfile>"
				  "</IMSSubscription>"),
			 RC_OK);
	assert_string_equal(show(f, 0), "a@x: sip:a@x t");
	assert_int_equal(f->list.profile_count, 2);
	assert_int_equal(f->list.identity[0].profile, 0);
	assert_int_equal(f->list.identity[1].profile, 1);
	assert_int_equal(f->list.profile[0].faults, 0);
	assert_int_equal(f->list.profile[1].faults, PROFILE_FAULT_NO_APPLICATION_SERVER);
}

static void peculiarities_are_noted(void **state)
{
	static const struct {
		const char *text;
		uint32_t quirks;
	} rows[] = {
		{IN_PROFILE(PUBLIC), 0},
		{IN_PROFILE(PUBLIC "<Password>x</Password>"), USERDATA_QUIRK_UNKNOWN_ELEMENT},
		{IN_PUBLIC("<Identity>s</Identity><Extension><Extension><IdentityType>0"
			   "</IdentityType></Extension></Extension>"),
		 USERDATA_QUIRK_EXTENSION_DEPTH},
		{IN_PUBLIC("<Identity>s</Identity><Extension><WildcardedIMPU>p</WildcardedIMPU>"
			   "</Extension>"),
		 USERDATA_QUIRK_EXTENSION_DEPTH},
		/* FHoSS with one set, and S-CSCFs that want it without Extension. */
		{IN_PROFILE(PUBLIC "<Extension><Extension><SharedIFCSetID>1</SharedIFCSetID>"
				   "</Extension></Extension>"),
		 USERDATA_QUIRK_EXTENSION_DEPTH},
		{IN_PROFILE(PUBLIC "<SharedIFCSetID>1</SharedIFCSetID>"),
		 USERDATA_QUIRK_EXTENSION_DEPTH},
		{IN_PROFILE(PUBLIC PUBLIC), USERDATA_QUIRK_REPEATED_IDENTITY},
		{IN_PROFILE(PUBLIC "<PublicIdentity><Identity/></PublicIdentity>"),
		 USERDATA_QUIRK_EMPTY_IDENTITY},
		{IN_PUBLIC("<Identity>sip:a@x </Identity>"), USERDATA_QUIRK_BLANKS},
		{"<IMSSubscription>" PRIVATE "</IMSSubscription>",
		 USERDATA_QUIRK_SCHEMA | USERDATA_QUIRK_NO_PROFILE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = *state;

		assert_int_equal(parse(f, rows[i].text), RC_OK);
		assert_int_equal(f->list.document[0].quirks, rows[i].quirks);
	}
}

static void equal_filter_criteria_have_equal_content(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_equal;
	} rows[] = {
		{IFC("<Priority>0</Priority>" SERVER), IFC("\n <Priority> 0 </Priority>\n" SERVER),
		 true},
		{IFC("<Priority>0</Priority>" SERVER),
		 IFC("<Priority>0</Priority><!-- c -->" SERVER), true},
		{IFC("<Priority>0</Priority>" SERVER), IFC("<Priority>1</Priority>" SERVER), false},
		{IFC("<Priority>0</Priority>" SERVER), IFC("<Priority>0</Priority>" TRIGGER SERVER),
		 false},
		{IN_PROFILE(PUBLIC), IFC("<Priority>0</Priority>" SERVER), false},
		{IN_PROFILE(PUBLIC), IN_PUBLIC("<Identity>other</Identity>"), true},
		{IN_PROFILE(PUBLIC),
		 IN_PROFILE(PUBLIC "<Extension><SharedIFCSetID>1</SharedIFCSetID></Extension>"),
		 false},
		/* Text must not move between elements unseen. */
		{IFC("<Priority>0</Priority><ApplicationServer><ServerName>ab</ServerName>"
		     "<ServiceInfo>c</ServiceInfo></ApplicationServer>"),
		 IFC("<Priority>0</Priority><ApplicationServer><ServerName>a</ServerName>"
		     "<ServiceInfo>bc</ServiceInfo></ApplicationServer>"),
		 false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = *state;
		uint64_t content;

		assert_int_equal(parse(f, rows[i].a), RC_OK);
		content = f->list.profile[0].content;
		assert_int_equal(parse(f, rows[i].b), RC_OK);
		assert_int_equal(content == f->list.profile[0].content, rows[i].is_equal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_of_the_schema_are_found),
		cmocka_unit_test(a_fault_belongs_to_its_profile),
		cmocka_unit_test(peculiarities_are_noted),
		cmocka_unit_test(equal_filter_criteria_have_equal_content),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
