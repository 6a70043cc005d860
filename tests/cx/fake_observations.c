#include "tests/cx/fake_observations.h"

struct fake_observations fake;
static char opened; /* its address is the handle */

enum rc observations_open(const char *folder, enum observations_mode mode,
			  struct observations **out, struct diag *diag)
{
	fake.opens++;
	if (fake.open_rc != RC_OK)
		return diag_set(diag, fake.open_rc, "%s: asked to fail, mode %d", folder,
				(int)mode);
	*out = (struct observations *)&opened;
	return RC_OK;
}

void observations_close(struct observations *o)
{
	fake.closes += o != NULL;
	fake.pending = 0;
}

enum rc observations_append(struct observations *o, const struct cx_exchange *e, struct diag *diag)
{
	(void)o;
	if (fake.append_rc != RC_OK)
		return diag_set(diag, fake.append_rc, "asked to fail");
	fake.pending++;
	if (fake.kept < FAKE_KEPT_MAX) {
		fake.command[fake.kept] = e->command;
		fake.end[fake.kept] = e->end;
		fake.time_us[fake.kept] = e->time_us;
		fake.latency_us[fake.kept] = e->latency_us;
		fake.damage[fake.kept] = e->damage;
		fake.kept++;
	}
	return RC_OK;
}

uint32_t observations_pending(const struct observations *o)
{
	(void)o;
	return fake.pending;
}

bool observations_is_block_whole(const struct observations *o)
{
	(void)o;
	return !fake.block || fake.pending % fake.block == 0;
}

enum rc observations_flush(struct observations *o, const struct observation_status *status,
			   struct diag *diag)
{
	(void)o;
	fake.flush_calls++;
	if (fake.flush_rc != RC_OK)
		return diag_set(diag, fake.flush_rc, "asked to fail");
	fake.written += fake.pending;
	fake.pending = 0;
	fake.status = *status;
	return RC_OK;
}

enum rc observations_status(struct observations *o,
			    bool (*visit)(const struct observation_status *s, void *context),
			    void *context, struct diag *diag)
{
	(void)o;
	(void)diag;
	visit(fake.flush_calls ? &fake.status : &fake.earlier, context);
	return RC_OK;
}

uint32_t observations_forget(struct observations *o)
{
	uint32_t n = fake.pending;

	(void)o;
	fake.pending = 0;
	return n;
}

enum rc observations_prune(struct observations *o, const struct observations_retention *retention,
			   uint64_t *removed, struct diag *diag)
{
	(void)o;
	(void)diag;
	fake.prunes++;
	fake.retention = *retention;
	*removed = fake.removable > 0;
	fake.removable -= *removed;
	return RC_OK;
}
