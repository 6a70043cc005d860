#include "cx/observer_config.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/attempt.h"

#define FILE_BYTES_MAX 65536 /* a commented file has 5 KB */
#define DEFAULT_STORE "/var/lib/cxaudit"
#define KILO 1024u
#define MEMORY_LEAST 65536 /* holds the largest messages of Cx that are seen */
#define OTHERS 8           /* options that are no numbers, and the end */

/* libconfuse hands errors to a callback without context, so the one being filled is kept here while
 * parsing. The host loads its extensions in one thread. */
static struct diag *parse_diag;
static const char *parse_path;

static void name_place(int line)
{
	diag_at(parse_diag, parse_path, (uint64_t)(line > 0 ? line : 0), 0);
	parse_diag->has_offset = 0;
}

__attribute__((format(printf, 2, 0))) static void on_error(cfg_t *cfg, const char *format,
							   va_list args)
{
	char text[DIAG_TEXT_MAX];

	vsnprintf(text, sizeof(text), format, args);
	name_place(cfg->line);
	diag_set(parse_diag, RC_SYNTAX, "%s", text);
}

struct number_setting {
	const char *name;
	long from, to, standard;
	size_t member; /* a uint32_t of struct observer_config */
};
#define MEMBER(name) offsetof(struct observer_config, name)
static const struct number_setting numbers[] = {
	{"retention_days", 0, 36500, 30, MEMBER(retention_days)},
	{"queue_size", 8, 16777216, 65536, MEMBER(queue_size)},
	{"batch_size", 1, 100000, 1000, MEMBER(batch_size)},
	{"batch_interval", 10, 10000, 100, MEMBER(batch_interval)},
	{"unanswered_after", 1, 86400, 30, MEMBER(unanswered_after)},
};
#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

static int validate_number(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *name = cfg_opt_name(opt);
	long n = cfg_opt_getnint(opt, 0);

	for (size_t i = 0; i < NUMBERS; i++) {
		const struct number_setting *r = &numbers[i];

		if (strcmp(r->name, name) != 0 || (n >= r->from && n <= r->to))
			continue;
		cfg_error(cfg, "%s: found %ld, expected %ld to %ld", name, n, r->from, r->to);
		return -1;
	}
	return 0;
}

/* "500M": digits and K, M or G. */
static bool read_size(const char *s, uint64_t *out)
{
	static const char units[] = "KMG";
	uint64_t n = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > UINT32_MAX)
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	if (*s) {
		const char *unit = strchr(units, *s);

		if (!unit || s[1])
			return false;
		for (const char *u = units; u <= unit; u++)
			n = n > UINT64_MAX / KILO ? UINT64_MAX : n * KILO;
	}
	*out = n;
	return true;
}

static int validate_size(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getstr(opt);
	uint64_t size;

	if (read_size(s, &size))
		return 0;
	cfg_error(cfg, "%s: found '%s', expected a number with K, M or G behind it, or 0",
		  cfg_opt_name(opt), s);
	return -1;
}

/* Unlike the disk, it has a bound. */
static int validate_memory(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getstr(opt);
	uint64_t size;

	if (read_size(s, &size) && size >= MEMORY_LEAST)
		return 0;
	cfg_error(cfg, "%s: found '%s', expected 64K or more, a number with K, M or G behind it",
		  cfg_opt_name(opt), s);
	return -1;
}

static int command_of(const char *name)
{
	for (int c = 0; c < CX_COMMANDS; c++)
		if (!strcmp(cx_command_str((enum cx_command)c), name))
			return c;
	return -1;
}

static int validate_commands(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *name = cfg_opt_getnstr(opt, i);

		if (command_of(name) >= 0)
			continue;
		cfg_error(cfg, "commands: found '%s', expected UAR, MAR, SAR, LIR, PPR or RTR",
			  name);
		return -1;
	}
	return 0;
}

static int validate_text(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++)
		if (!*cfg_opt_getnstr(opt, i)) {
			cfg_error(cfg, "%s: found an empty text", cfg_opt_name(opt));
			return -1;
		}
	return 0;
}

static enum rc take_texts(struct observer_config *c, cfg_t *cfg)
{
	unsigned realms = cfg_size(cfg, "served_realms");
	struct text store = arena_text(&c->arena, text_from(cfg_getstr(cfg, "store")));

	c->served_realm = arena_alloc(&c->arena, (realms + 1) * sizeof(*c->served_realm));
	if (!store.data || !c->served_realm)
		return RC_NOMEM;
	c->store = (char *)store.data;
	for (unsigned i = 0; i < realms; i++) {
		struct text realm = text_from(cfg_getnstr(cfg, "served_realms", i));

		c->served_realm[i] = arena_text(&c->arena, realm);
		if (!c->served_realm[i].data)
			return RC_NOMEM;
	}
	c->served_realm_count = realms;
	return RC_OK;
}

static enum rc take(struct observer_config *c, cfg_t *cfg, struct diag *diag)
{
	for (size_t i = 0; i < NUMBERS; i++) {
		uint32_t n = (uint32_t)cfg_getint(cfg, numbers[i].name);

		memcpy((char *)c + numbers[i].member, &n, sizeof(n));
	}
	read_size(cfg_getstr(cfg, "retention_size"), &c->retention_size);
	read_size(cfg_getstr(cfg, "memory"), &c->memory);
	c->mask_identities = cfg_getbool(cfg, "mask_identities");
	c->advertise_cx = cfg_getbool(cfg, "advertise_cx");
	for (unsigned i = 0; i < cfg_size(cfg, "commands"); i++)
		c->commands |= 1u << command_of(cfg_getnstr(cfg, "commands", i));
	if (!c->commands) {
		name_place(0);
		return diag_set(diag, RC_SYNTAX, "commands: found none, expected at least one");
	}
	if (take_texts(c, cfg) != RC_OK)
		return diag_set(diag, RC_NOMEM, "no memory for the configuration");
	return RC_OK;
}

/* The file as a terminated text: what libconfuse cannot read it ends the program for, so it gets
 * no file. */
static enum rc read_text(const char *path, char *text, size_t size, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 1;

	if (fd < 0)
		return diag_set_errno(diag, errno == ENOENT ? RC_NOTFOUND : RC_IO,
				      "configuration file %s", path);
	while (n > 0 && used < size) {
		n = read(fd, text + used, size - used);
		used += n > 0 ? (size_t)n : 0;
	}
	int error = errno;

	close(fd);
	errno = error;
	if (n < 0)
		return diag_set_errno(diag, RC_IO, "configuration file %s", path);
	if (used == size)
		return diag_set(diag, RC_LIMIT, "configuration file %s: larger than %d bytes", path,
				FILE_BYTES_MAX);
	text[used] = '\0';
	if (strlen(text) != used)
		return diag_set(diag, RC_SYNTAX, "configuration file %s: found a NUL byte at %zu",
				path, strlen(text));
	return RC_OK;
}

static void set_validators(cfg_t *cfg)
{
	for (size_t i = 0; i < NUMBERS; i++)
		cfg_set_validate_func(cfg, numbers[i].name, validate_number);
	cfg_set_validate_func(cfg, "retention_size", validate_size);
	cfg_set_validate_func(cfg, "memory", validate_memory);
	cfg_set_validate_func(cfg, "commands", validate_commands);
	cfg_set_validate_func(cfg, "store", validate_text);
	cfg_set_validate_func(cfg, "served_realms", validate_text);
}

static enum rc parse(char *text, struct observer_config *c, struct diag *diag)
{
	cfg_opt_t options[OTHERS + NUMBERS] = {
		CFG_STR("store", DEFAULT_STORE, CFGF_NONE),
		CFG_STR("retention_size", "10G", CFGF_NONE),
		CFG_STR("memory", "128M", CFGF_NONE),
		CFG_STR_LIST("commands", "{UAR, MAR, SAR, LIR, PPR, RTR}", CFGF_NONE),
		CFG_STR_LIST("served_realms", NULL, CFGF_NONE),
		CFG_BOOL("mask_identities", cfg_true, CFGF_NONE),
		CFG_BOOL("advertise_cx", cfg_false, CFGF_NONE),
	};

	for (size_t i = 0; i < NUMBERS; i++)
		options[OTHERS - 1 + i] =
			(cfg_opt_t)CFG_INT(numbers[i].name, numbers[i].standard, CFGF_NONE);
	options[OTHERS - 1 + NUMBERS] = (cfg_opt_t)CFG_END();
	cfg_t *cfg = cfg_init(options, CFGF_NONE);
	enum rc rc;

	if (!cfg)
		return diag_set(diag, RC_NOMEM, "no memory for the configuration");
	cfg_set_error_function(cfg, on_error);
	set_validators(cfg);
	if (!*text || cfg_parse_buf(cfg, text) == CFG_SUCCESS)
		rc = take(c, cfg, diag);
	else
		rc = diag->rc ? diag->rc : diag_set(diag, RC_SYNTAX, "not a list of settings");
	cfg_free(cfg);
	return rc;
}

enum rc observer_config_load(const char *path, struct observer_config *out, struct diag *diag)
{
	struct observer_config c = {0};
	struct diag local;
	char *text = malloc(FILE_BYTES_MAX + 1);

	diag_init(&local);
	diag = diag ? diag : &local;
	diag_init(diag);
	arena_init(&c.arena);
	enum rc rc = text ? read_text(path, text, FILE_BYTES_MAX, diag)
			  : diag_set(diag, RC_NOMEM, "no memory for the configuration");

	if (rc == RC_OK) {
		parse_diag = diag;
		parse_path = path;
		rc = parse(text, &c, diag);
		parse_diag = NULL;
	}
	free(text);
	if (rc == RC_OK)
		*out = c;
	else
		observer_config_clear(&c);
	return rc;
}

void observer_config_clear(struct observer_config *c)
{
	arena_clear(&c->arena);
}

bool observer_config_serves(const struct observer_config *c, struct text realm)
{
	for (uint32_t i = 0; i < c->served_realm_count; i++)
		if (text_equal_nocase(c->served_realm[i], realm))
			return true;
	return false;
}
