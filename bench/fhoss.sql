-- The peer of the fhoss-sql import: the six large tables of FHoSS into sqlite3, without indexes.
-- Run in the folder of the generator's format "tsv".
CREATE TABLE imsu(id INTEGER, name TEXT, scscf_name TEXT, diameter_name TEXT,
	id_capabilities_set INTEGER, id_preferred_scscf_set INTEGER);
CREATE TABLE impi(id INTEGER, id_imsu INTEGER, identity TEXT, k TEXT, auth_scheme INTEGER,
	default_auth_scheme INTEGER, amf TEXT, op TEXT, opc TEXT, sqn TEXT, ip TEXT,
	line_identifier TEXT, zh_uicc_type INTEGER, zh_key_life_time INTEGER,
	zh_default_auth_scheme INTEGER);
CREATE TABLE impu(id INTEGER, identity TEXT, type INTEGER, barring INTEGER, user_state INTEGER,
	id_sp INTEGER, id_implicit_set INTEGER, id_charging_info INTEGER, wildcard_psi TEXT,
	display_name TEXT, psi_activation INTEGER, can_register INTEGER);
CREATE TABLE impi_impu(id INTEGER, id_impi INTEGER, id_impu INTEGER, user_state INTEGER);
CREATE TABLE impu_visited_network(id INTEGER, id_impu INTEGER, id_visited_network INTEGER);
CREATE TABLE visited_network(id INTEGER, identity TEXT);
.mode tabs
.import imsu.tsv imsu
.import impi.tsv impi
.import impu.tsv impu
.import impi_impu.tsv impi_impu
.import impu_visited_network.tsv impu_visited_network
.import visited_network.tsv visited_network
SELECT count(*) FROM imsu;
