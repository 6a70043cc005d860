#include "cx/own_realm.h"

#include "base/log.h"

#define REMEDY                                                                                     \
	"every request without Destination-Host would end here with 3001; give this node another " \
	"realm in freeDiameter.conf (Realm = \"relay.example.org\";) or set advertise_cx = false"

static struct text own_realm(void)
{
	return text_of(fd_g_config->cnf_diamrlm, fd_g_config->cnf_diamrlm_len);
}

/* What the configuration says, or what an identity is by default part of (RFC 6733 4.3.1: the name
 * behind the first dot is what freeDiameter itself takes). */
static struct text configured_realm(const struct peer_info *peer)
{
	struct text identity = text_of(peer->pi_diamid, peer->pi_diamidlen);
	ptrdiff_t dot = text_find(identity, '.');

	if (peer->config.pic_realm)
		return text_from(peer->config.pic_realm);
	if (dot < 0)
		return TEXT_NONE;
	return text_of(identity.data + dot + 1, identity.length - (size_t)dot - 1);
}

static enum rc check_peers(struct diag *diag)
{
	enum rc rc = RC_OK;

	pthread_rwlock_rdlock(&fd_g_peers_rw);
	for (struct fd_list *l = fd_g_peers.next; l != &fd_g_peers && rc == RC_OK; l = l->next) {
		const struct peer_hdr *peer = (const struct peer_hdr *)l;

		if (text_equal_nocase(configured_realm(&peer->info), own_realm()))
			rc = diag_set(diag, RC_USAGE,
				      "advertise_cx: this node's realm %s is that of its peer %s: "
				      "%s, or name the realms of the HSS in served_realms",
				      fd_g_config->cnf_diamrlm, peer->info.pi_diamid, REMEDY);
	}
	pthread_rwlock_unlock(&fd_g_peers_rw);
	return rc;
}

enum rc own_realm_check(const struct observer_config *config, struct diag *diag)
{
	if (!config->served_realm_count)
		return check_peers(diag);
	if (!observer_config_serves(config, own_realm()))
		return RC_OK;
	return diag_set(diag, RC_USAGE,
			"advertise_cx: this node's realm %s is in served_realms: %s",
			fd_g_config->cnf_diamrlm, REMEDY);
}

void own_realm_watch(const struct peer_hdr *peer)
{
	struct text realm = text_of(peer->info.runtime.pir_realm, peer->info.runtime.pir_realmlen);

	if (text_equal_nocase(realm, own_realm()))
		log_msg(LOG_LEVEL_ERROR, "advertise_cx: peer %s is of this node's realm %s: %s",
			peer->info.pi_diamid, fd_g_config->cnf_diamrlm, REMEDY);
}
