/* cx_observer.fdx: the extension's entry and end (man cx_observer(8)). */
#include <freeDiameter/extension.h>

#include <signal.h>

#include "base/log.h"
#include "cx/advertise.h"
#include "cx/hooks.h"
#include "cx/observer_config.h"
#include "cx/own_realm.h"
#include "cx/writer.h"

/* What the host calls; the second is declared by its headers from 1.5.0 on. */
int fd_ext_init(int major, int minor, char *conffile);
void fd_ext_fini(void);

#define SECONDS_TO_STOP 5
#define DAY_US INT64_C(86400000000)

static struct observer_config config;
static struct intake intake;
static struct writer *writer; /* NULL: not running */

static void log_to_host(enum log_level level, const char *line, void *context)
{
	static const int levels[] = {
		[LOG_LEVEL_ERROR] = FD_LOG_ERROR,   [LOG_LEVEL_WARNING] = FD_LOG_ERROR,
		[LOG_LEVEL_NOTICE] = FD_LOG_NOTICE, [LOG_LEVEL_INFO] = FD_LOG_DEBUG,
		[LOG_LEVEL_DEBUG] = FD_LOG_DEBUG,
	};

	(void)context;
	fd_log(levels[level], "cx_observer: %s", line);
}

static void log_counters(void)
{
	struct strbuf line;

	strbuf_init(&line);
	counters_print(&intake.counters, &intake.queue, &line);
	if (!line.failed)
		log_msg(LOG_LEVEL_NOTICE, "%s", line.data);
	strbuf_clear(&line);
}

/* The host calls this in a thread of its own, maybe as late as during the stop. */
static void on_signal(void)
{
	log_counters();
}

static enum rc start_writer(struct diag *diag)
{
	const struct writer_options options = {
		.feed =
			{
				.folder = config.store,
				.observer = text_of(fd_g_config->cnf_diamid,
						    fd_g_config->cnf_diamid_len),
				.batch_size = config.batch_size,
				.batch_most = config.batch_size + config.queue_size,
				.batch_interval_us = (int64_t)config.batch_interval * 1000,
				.retention_us = config.retention_days * DAY_US,
				.retention_size = config.retention_size,
				.mask_identities = config.mask_identities,
			},
		.unanswered_after_us = (int64_t)config.unanswered_after * 1000000,
	};

	return writer_start(&options, &intake, &writer, diag);
}

static enum rc start_intake(struct diag *diag)
{
	const struct intake_options options = {
		.queue_size = config.queue_size,
		.wake_at = config.batch_size,
		.memory_most = config.memory,
		.commands = config.commands,
	};

	if (intake_init(&intake, &options) != RC_OK)
		return diag_set(diag, RC_NOMEM, "no memory for a queue of %u", config.queue_size);
	enum rc rc = start_writer(diag);

	if (rc != RC_OK)
		intake_clear(&intake);
	return rc;
}

static enum rc start_hooks(struct diag *diag)
{
	const struct hooks_options options = {
		.watch_realms = config.advertise_cx && !config.served_realm_count,
		.mask_identities = config.mask_identities,
	};

	return hooks_register(&intake, &options, diag);
}

static enum rc start(const char *path, struct diag *diag)
{
	enum rc rc;

	if (!path)
		return diag_set(diag, RC_USAGE,
				"no configuration file: expected LoadExtension = "
				"\"cx_observer.fdx\" : \"cx_observer.conf\";");
	rc = observer_config_load(path, &config, diag);
	if (rc == RC_OK && config.advertise_cx)
		rc = own_realm_check(&config, diag);
	if (rc == RC_OK && config.advertise_cx)
		rc = advertise_cx(diag);
	if (rc == RC_OK)
		rc = start_intake(diag);
	if (rc != RC_OK)
		return rc;
	rc = start_hooks(diag);
	if (rc == RC_OK && fd_event_trig_regcb(SIGUSR1, "cx_observer", on_signal) != 0)
		log_msg(LOG_LEVEL_WARNING, "SIGUSR1 will not print the counters");
	return rc;
}

static int observer_main(char *path)
{
	struct diag diag;
	char line[DIAG_TEXT_MAX + DIAG_FILE_MAX];

	log_set_level(LOG_LEVEL_DEBUG); /* the host's own level decides */
	log_set_sink(log_to_host, NULL);
	diag_init(&diag);
	if (start(path, &diag) == RC_OK)
		return 0;
	log_msg(LOG_LEVEL_ERROR, "%s", diag_format(&diag, line, sizeof(line)));
	return EINVAL;
}

/* What the host keeps beside messages may outlive this, and so do intake and this code: it is
 * linked with -z nodelete. */
void fd_ext_fini(void)
{
	hooks_unregister();
	if (writer && !writer_stop(writer, SECONDS_TO_STOP)) {
		log_msg(LOG_LEVEL_ERROR, "the store does not react: the writer is left behind");
		return;
	}
	if (writer)
		log_counters();
	writer = NULL;
	observer_config_clear(&config);
}

EXTENSION_ENTRY("cx_observer", observer_main)
