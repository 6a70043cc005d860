/* The FHoSS schema: as mysqldump writes it, and its six large tables as TSV. */
#include "bench/generate_format.h"

#define SETS 2         /* implicit set numbers for each subscriber */
#define IMPUS IMPU_MAX /* row numbers set aside for each subscriber */
#define STATEMENT_BYTES (1 << 20)

enum style { STYLE_SQL, STYLE_TSV };

struct rows {
	struct output *out;
	enum style style;
	const char *table;
	uint64_t count, bytes;
};

static void row_begin(struct rows *r)
{
	output_room(r->out);
	if (r->style == STYLE_TSV)
		return;
	if (!r->count) {
		output_str(r->out, "INSERT INTO `");
		output_str(r->out, r->table);
		output_str(r->out, "` VALUES (");
	} else {
		output_str(r->out, ",(");
	}
}

static void row_end(struct rows *r)
{
	if (r->style == STYLE_TSV) {
		output_char(r->out, '\n');
		return;
	}
	output_char(r->out, ')');
	r->bytes += 100;
	r->count++;
	if (r->bytes < STATEMENT_BYTES)
		return;
	output_str(r->out, ";\n");
	r->count = r->bytes = 0;
}

static void rows_end(struct rows *r)
{
	if (r->style == STYLE_SQL && r->count)
		output_str(r->out, ";\n");
}

static void separate(struct rows *r)
{
	output_char(r->out, r->style == STYLE_SQL ? ',' : '\t');
}

static void add_number(struct rows *r, uint64_t number)
{
	output_number(r->out, number);
	separate(r);
}

static void add_text(struct rows *r, const char *text, size_t length)
{
	if (r->style == STYLE_SQL)
		output_char(r->out, '\'');
	output_add(r->out, text, length);
	if (r->style == STYLE_SQL)
		output_char(r->out, '\'');
}

/* Numbers and NULLs as both styles write them, with commas in the text. */
static void add_constants(struct rows *r, const char *text)
{
	for (; *text; text++) {
		if (*text == ',')
			separate(r);
		else if (*text != '\'' || r->style == STYLE_SQL)
			output_char(r->out, *text);
	}
}

static uint64_t first_impi(const struct subscriber *s)
{
	return s->index * IMPI_MAX + 1;
}

static uint64_t first_impu(const struct subscriber *s)
{
	return s->index * IMPUS + 1;
}

static void imsu_rows(struct rows *r, const struct subscriber *s)
{
	row_begin(r);
	add_number(r, s->index + 1);
	if (r->style == STYLE_SQL)
		output_char(r->out, '\'');
	output_char(r->out, 's');
	output_number(r->out, s->index + 1);
	if (r->style == STYLE_SQL)
		output_char(r->out, '\'');
	add_constants(r, ",'','',-1,-1");
	row_end(r);
}

static void impi_rows(struct rows *r, const struct subscriber *s)
{
	for (unsigned i = 0; i < s->impi_count; i++) {
		row_begin(r);
		add_number(r, first_impi(s) + i);
		add_number(r, s->index + 1);
		add_text(r, s->impi[i].text, s->impi[i].length);
		/* key material of no card: one letter, repeated */
		add_constants(r, ",'xxxxxxxxxxxxxxxx',1,1,'xx','','xxxxxxxxxxxxxxxx',"
				 "'000000000000','','',0,3600,1");
		row_end(r);
	}
}

static void impu_rows(struct rows *r, const struct subscriber *s)
{
	for (unsigned i = 0; i < s->impu_count; i++) {
		const struct public_identity *u = &s->impu[i];

		row_begin(r);
		add_number(r, first_impu(s) + i);
		add_text(r, u->identity.text, u->identity.length);
		add_constants(r, u->is_barred ? ",0,1,0,1," : ",0,0,0,1,");
		add_number(r, s->index * SETS + u->set);
		add_constants(r, u->may_register ? "1,'','',0,1" : "1,'','',0,0");
		row_end(r);
	}
}

static void impi_impu_rows(struct rows *r, const struct subscriber *s)
{
	for (unsigned i = 0; i < s->impu_count; i++)
		for (unsigned impi = 0; impi < s->impi_count; impi++) {
			if (!(s->impu[i].impis >> impi & 1))
				continue;
			row_begin(r);
			add_number(r, (first_impu(s) + i) * IMPI_MAX + impi);
			add_number(r, first_impi(s) + impi);
			add_number(r, first_impu(s) + i);
			output_char(r->out, '0');
			row_end(r);
		}
}

static void grant_rows(struct rows *r, const struct subscriber *s)
{
	for (unsigned i = 0; i < s->impu_count; i++) {
		if (!s->impu[i].is_granted)
			continue;
		row_begin(r);
		add_number(r, first_impu(s) + i);
		add_number(r, first_impu(s) + i);
		output_number(r->out, s->network + 1);
		row_end(r);
	}
}

/* In the order of a dump: by name. */
static const struct table {
	const char *name, *columns;
	void (*rows)(struct rows *r, const struct subscriber *s); /* NULL: constant content */
	const char *content;
} tables[] = {
	{"capabilities_set",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `id_set` int(11) NOT NULL DEFAULT 0,\n"
	 "  `name` varchar(255) DEFAULT NULL,\n  `id_capability` int(11) NOT NULL DEFAULT 0,\n"
	 "  `is_mandatory` int(11) DEFAULT NULL",
	 NULL, ""},
	{"charging_info",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `name` varchar(255) DEFAULT NULL,\n"
	 "  `pri_ecf` varchar(255) DEFAULT NULL,\n  `sec_ecf` varchar(255) DEFAULT NULL,\n"
	 "  `pri_ccf` varchar(255) DEFAULT NULL,\n  `sec_ccf` varchar(255) DEFAULT NULL",
	 NULL, "(1,'default','','','aaa://ccf.example.test','')"},
	{"impi",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `id_imsu` int(11) DEFAULT NULL,\n"
	 "  `identity` varchar(255) DEFAULT NULL,\n  `k` tinyblob DEFAULT NULL,\n"
	 "  `auth_scheme` int(11) NOT NULL DEFAULT 0,\n"
	 "  `default_auth_scheme` int(11) NOT NULL DEFAULT 1,\n  `amf` tinyblob DEFAULT NULL,\n"
	 "  `op` tinyblob DEFAULT NULL,\n  `opc` tinyblob DEFAULT NULL,\n"
	 "  `sqn` varchar(64) DEFAULT NULL,\n  `ip` varchar(64) DEFAULT NULL,\n"
	 "  `line_identifier` varchar(64) DEFAULT NULL,\n  `zh_uicc_type` int(11) DEFAULT 0,\n"
	 "  `zh_key_life_time` int(11) DEFAULT 3600,\n"
	 "  `zh_default_auth_scheme` int(11) DEFAULT 1",
	 impi_rows, NULL},
	{"impi_impu",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `id_impi` int(11) NOT NULL DEFAULT 0,\n"
	 "  `id_impu` int(11) NOT NULL DEFAULT 0,\n  `user_state` int(11) DEFAULT 0",
	 impi_impu_rows, NULL},
	{"impu",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `identity` varchar(255) DEFAULT NULL,\n"
	 "  `type` int(11) DEFAULT 0,\n  `barring` int(11) DEFAULT 0,\n"
	 "  `user_state` int(11) DEFAULT 0,\n  `id_sp` int(11) DEFAULT NULL,\n"
	 "  `id_implicit_set` int(11) DEFAULT 0,\n  `id_charging_info` int(11) DEFAULT NULL,\n"
	 "  `wildcard_psi` varchar(255) DEFAULT NULL,\n"
	 "  `display_name` varchar(255) DEFAULT NULL,\n  `psi_activation` int(11) DEFAULT 0,\n"
	 "  `can_register` int(11) DEFAULT 1",
	 impu_rows, NULL},
	{"impu_visited_network",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `id_impu` int(11) NOT NULL DEFAULT 0,\n"
	 "  `id_visited_network` int(11) NOT NULL DEFAULT 0",
	 grant_rows, NULL},
	{"imsu",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `name` varchar(255) DEFAULT NULL,\n"
	 "  `scscf_name` varchar(255) DEFAULT NULL,\n"
	 "  `diameter_name` varchar(255) DEFAULT NULL,\n"
	 "  `id_capabilities_set` int(11) DEFAULT NULL,\n"
	 "  `id_preferred_scscf_set` int(11) DEFAULT NULL",
	 imsu_rows, NULL},
	{"preferred_scscf_set",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `id_set` int(11) NOT NULL DEFAULT 0,\n"
	 "  `name` varchar(255) DEFAULT NULL,\n  `scscf_name` varchar(255) DEFAULT NULL,\n"
	 "  `priority` int(11) NOT NULL DEFAULT 0",
	 NULL, ""},
	{"sp",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `name` varchar(16) DEFAULT NULL,\n"
	 "  `cn_service_auth` int(11) DEFAULT NULL",
	 NULL, "(1,'volte',0)"},
	{"visited_network",
	 "`id` int(11) NOT NULL AUTO_INCREMENT,\n  `identity` varchar(255) DEFAULT NULL", NULL,
	 NULL},
};

static void write_networks(struct rows *r, const struct population *p)
{
	unsigned count = p->is_literal ? LITERAL_DOMAINS : 1;

	for (unsigned i = 0; i < count; i++) {
		const char *name = p->is_literal ? literal_domains[i] : p->home;

		row_begin(r);
		add_number(r, i + 1);
		add_text(r, name, strlen(name));
		row_end(r);
	}
}

static void write_rows(const struct export *e, const struct table *t, struct rows *r)
{
	if (t->content && *t->content) {
		output_str(r->out, "INSERT INTO `");
		output_str(r->out, t->name);
		output_str(r->out, "` VALUES ");
		output_str(r->out, t->content);
		output_str(r->out, ";\n");
	} else if (t->rows) {
		for (uint64_t place = 0; place < e->population->subscribers; place++) {
			struct subscriber s;

			export_subscriber(e, place, &s);
			t->rows(r, &s);
		}
	} else if (!t->content) {
		write_networks(r, e->population);
	}
	rows_end(r);
}

static void write_schema(struct output *o, const struct table *t)
{
	output_room(o);
	output_str(o, "\n--\n-- Table structure for table `");
	output_str(o, t->name);
	output_str(o, "`\n--\n\nDROP TABLE IF EXISTS `");
	output_str(o, t->name);
	output_str(o, "`;\nCREATE TABLE `");
	output_str(o, t->name);
	output_str(o, "` (\n  ");
	output_str(o, t->columns);
	output_str(o, ",\n  PRIMARY KEY (`id`)\n) ENGINE=MyISAM DEFAULT CHARSET=utf8;\n\n"
		      "LOCK TABLES `");
	output_str(o, t->name);
	output_str(o, "` WRITE;\n");
}

bool fhoss_write(const struct export *e)
{
	struct output o;

	if (!output_open(&o, e->path))
		return false;
	output_str(&o, "-- MySQL dump 10.19\n--\n-- Host: localhost    Database: hss_db\n\n"
		       "/*!40101 SET NAMES utf8 */;\n");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct rows r = {.out = &o, .style = STYLE_SQL, .table = tables[i].name};

		write_schema(&o, &tables[i]);
		write_rows(e, &tables[i], &r);
		output_str(&o, "UNLOCK TABLES;\n");
	}
	output_str(&o, "\n-- Dump completed on 2026-01-02  3:04:05\n");
	return output_close(&o);
}

bool tsv_write(const struct export *e)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct rows r = {.style = STYLE_TSV, .table = tables[i].name};
		struct output o;

		if (tables[i].content)
			continue;
		if (!export_open_table(e, tables[i].name, &o))
			return false;
		r.out = &o;
		write_rows(e, &tables[i], &r);
		if (!output_close(&o))
			return false;
	}
	return true;
}
