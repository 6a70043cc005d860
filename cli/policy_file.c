#include "cli/policy_file.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* libconfuse hands errors to a callback without context, so the one being filled is kept here while
 * parsing. */
static struct diag *parse_diag;
static const char *parse_path; /* sections do not know it */

__attribute__((format(printf, 2, 0))) static void on_error(cfg_t *cfg, const char *format,
							   va_list args)
{
	char text[DIAG_TEXT_MAX];

	vsnprintf(text, sizeof(text), format, args);
	diag_at(parse_diag, parse_path, (uint64_t)(cfg->line > 0 ? cfg->line : 0), 0);
	if (parse_diag)
		parse_diag->has_offset = 0;
	diag_set(parse_diag, RC_SYNTAX, "%s", text);
}

static int option_error(cfg_t *cfg, const char *name, const char *found, const char *expected)
{
	cfg_error(cfg, "%s: found '%s', expected %s", name, found, expected);
	return -1;
}

static int validate_plmns(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *s = cfg_opt_getnstr(opt, i);
		struct text t = text_from(s);

		if (!text_is_digits(t) || (t.length != 5 && t.length != 6))
			return option_error(cfg, cfg_opt_name(opt), s,
					    "5 or 6 digits, MCC and MNC");
	}
	return 0;
}

static int validate_digits(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *s = cfg_opt_getnstr(opt, i);

		if (s && !text_is_digits(text_from(s)))
			return option_error(cfg, cfg_opt_name(opt), s, "digits");
	}
	return 0;
}

static int validate_networks(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *s = cfg_opt_getnstr(opt, i);

		if (!policy_is_network(text_from(s)))
			return option_error(cfg, cfg_opt_name(opt), s,
					    "an address, or a network such as 192.0.2.0/24");
	}
	return 0;
}

static int validate_sim_type(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getstr(opt);

	if (s && strcmp(s, "usim") && strcmp(s, "isim") && strcmp(s, "unknown"))
		return option_error(cfg, "sim-type", s, "usim, isim or unknown");
	return 0;
}

static int validate_tri(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getstr(opt);

	if (s && strcmp(s, "yes") && strcmp(s, "no") && strcmp(s, "unknown"))
		return option_error(cfg, cfg_opt_name(opt), s, "yes, no or unknown");
	return 0;
}

/* A copy in the policy's arena; absent when the option is not set. */
static struct text keep(struct policy *p, const char *s)
{
	return s ? arena_text(&p->arena, text_from(s)) : TEXT_NONE;
}

static enum tri tri_of(const char *s, enum tri otherwise)
{
	if (!s)
		return otherwise;
	return !strcmp(s, "yes") ? TRI_YES : !strcmp(s, "no") ? TRI_NO : TRI_UNKNOWN;
}

static void take_assume(struct policy *p, cfg_t *cfg)
{
	cfg_t *assume = cfg_getsec(cfg, "assume");

	p->assume_roaming_at_home =
		tri_of(cfg_getstr(assume, "roaming-at-home"), p->assume_roaming_at_home);
	p->assume_ims_authorised =
		tri_of(cfg_getstr(assume, "ims-authorised"), p->assume_ims_authorised);
	p->assume_key_present = tri_of(cfg_getstr(assume, "key-present"), p->assume_key_present);
}

/* NULL when memory is out. */
static struct text *keep_list(struct policy *p, cfg_t *cfg, const char *name, size_t *count)
{
	unsigned size = cfg_size(cfg, name);
	struct text *list = arena_alloc(&p->arena, (size + 1) * sizeof(*list));

	for (unsigned i = 0; i < size && list; i++)
		list[i] = keep(p, cfg_getnstr(cfg, name, i));
	*count = list ? size : 0;
	return list;
}

static bool take_lists(struct policy *p, cfg_t *cfg)
{
	cfg_t *intended = cfg_getsec(cfg, "intended");
	unsigned plmns = cfg_size(cfg, "home-plmn");

	p->plmn = arena_alloc(&p->arena, (plmns + 1) * sizeof(*p->plmn));
	p->test_range = keep_list(p, intended, "test-range", &p->test_range_count);
	if (!p->plmn || !p->test_range)
		return false;
	for (unsigned i = 0; i < plmns; i++) {
		p->plmn[i].source = MNC_SOURCE_POLICY;
		text_copy(text_from(cfg_getnstr(cfg, "home-plmn", i)), p->plmn[i].digits,
			  sizeof(p->plmn[i].digits));
	}
	p->plmn_count = plmns;
	p->p_cscf = keep_list(p, cfg, "p-cscf", &p->p_cscf_count);
	p->trusted_network = keep_list(p, cfg, "trusted-network", &p->trusted_network_count);
	if (!p->p_cscf || !p->trusted_network)
		return false;
	p->suspended_is_intended = cfg_getbool(intended, "suspended");
	p->roaming_barred_is_intended = cfg_getbool(intended, "roaming-barred");
	return true;
}

static enum rc take(struct policy *p, cfg_t *cfg, struct diag *diag)
{
	const char *sim = cfg_getstr(cfg, "sim-type");

	if (sim)
		p->sim_type = !strcmp(sim, "usim")   ? SIM_TYPE_USIM
			      : !strcmp(sim, "isim") ? SIM_TYPE_ISIM
						     : SIM_TYPE_UNKNOWN;
	p->home_visited_network = keep(p, cfg_getstr(cfg, "home-visited-network"));
	p->scheme = keep(p, cfg_getstr(cfg, "scheme"));
	p->hss = keep(p, cfg_getstr(cfg, "hss"));
	p->cscf = keep(p, cfg_getstr(cfg, "cscf"));
	p->country_code = keep(p, cfg_getstr(cfg, "country-code"));
	p->known_good = keep(p, cfg_getstr(cfg, "known-good"));
	take_assume(p, cfg);
	if (!take_lists(p, cfg))
		return diag_set(diag, RC_NOMEM, "no memory for the policy");
	return RC_OK;
}

enum rc policy_file_load(const char *path, struct policy *policy, struct diag *diag)
{
	cfg_opt_t assume[] = {
		CFG_STR("roaming-at-home", NULL, CFGF_NONE),
		CFG_STR("ims-authorised", NULL, CFGF_NONE),
		CFG_STR("key-present", NULL, CFGF_NONE),
		CFG_END(),
	};
	cfg_opt_t intended[] = {
		CFG_STR_LIST("test-range", NULL, CFGF_NONE),
		CFG_BOOL("suspended", cfg_false, CFGF_NONE),
		CFG_BOOL("roaming-barred", cfg_false, CFGF_NONE),
		CFG_END(),
	};
	cfg_opt_t options[] = {
		CFG_STR_LIST("home-plmn", NULL, CFGF_NONE),
		CFG_STR("sim-type", NULL, CFGF_NONE),
		CFG_STR("home-visited-network", NULL, CFGF_NONE),
		CFG_STR("scheme", NULL, CFGF_NONE),
		CFG_STR("hss", NULL, CFGF_NONE),
		CFG_STR("cscf", NULL, CFGF_NONE),
		CFG_STR("country-code", NULL, CFGF_NONE),
		CFG_STR_LIST("p-cscf", NULL, CFGF_NONE),
		CFG_STR_LIST("trusted-network", NULL, CFGF_NONE),
		CFG_STR("known-good", NULL, CFGF_NONE),
		CFG_SEC("assume", assume, CFGF_NONE),
		CFG_SEC("intended", intended, CFGF_NONE),
		CFG_END(),
	};
	struct diag local;
	struct stat st;
	cfg_t *cfg;
	enum rc rc;

	if (stat(path, &st) != 0 || access(path, R_OK) != 0)
		return diag_set_errno(diag, errno == ENOENT ? RC_NOTFOUND : RC_IO, "policy file %s",
				      path);
	/* What cannot be read makes libconfuse's scanner end the program. */
	if (S_ISDIR(st.st_mode))
		return diag_set(diag, RC_UNSUPPORTED, "policy file %s: is a folder", path);
	cfg = cfg_init(options, CFGF_NONE);
	if (!cfg)
		return diag_set(diag, RC_NOMEM, "no memory for the policy");
	cfg_set_error_function(cfg, on_error);
	cfg_set_validate_func(cfg, "home-plmn", validate_plmns);
	cfg_set_validate_func(cfg, "country-code", validate_digits);
	cfg_set_validate_func(cfg, "intended|test-range", validate_digits);
	cfg_set_validate_func(cfg, "trusted-network", validate_networks);
	cfg_set_validate_func(cfg, "sim-type", validate_sim_type);
	cfg_set_validate_func(cfg, "assume|roaming-at-home", validate_tri);
	cfg_set_validate_func(cfg, "assume|ims-authorised", validate_tri);
	cfg_set_validate_func(cfg, "assume|key-present", validate_tri);
	diag_init(&local);
	parse_diag = diag ? diag : &local;
	parse_path = path;
	if (cfg_parse(cfg, path) == CFG_SUCCESS)
		rc = take(policy, cfg, diag);
	else
		rc = parse_diag->rc ? parse_diag->rc
				    : diag_set(parse_diag, RC_SYNTAX, "policy file %s", path);
	parse_diag = NULL;
	cfg_free(cfg);
	return rc;
}
