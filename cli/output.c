#include "cli/output.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A device or pipe cannot be replaced, and what a link points to is what was meant. */
static bool is_written_in_place(struct output *o, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode))
		return true;
	if (!realpath(path, o->path))
		snprintf(o->path, sizeof(o->path), "%s", path);
	return false;
}

enum rc output_open(struct output *o, const char *path, struct diag *diag)
{
	int fd;

	memset(o, 0, sizeof(*o));
	if (!path || !strcmp(path, "-")) {
		o->file = stdout;
		return RC_OK;
	}
	if ((size_t)snprintf(o->path, sizeof(o->path), "%s", path) >= sizeof(o->path))
		return diag_set(diag, RC_LIMIT, "output path of %zu bytes is too long",
				strlen(path));
	if (is_written_in_place(o, path)) {
		o->file = fopen(path, "w");
		return o->file ? RC_OK : diag_set_errno(diag, RC_IO, "cannot create %s", path);
	}
	snprintf(o->temporary, sizeof(o->temporary), "%s.XXXXXX", o->path);
	fd = mkstemp(o->temporary);
	o->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (o->file)
		return RC_OK;
	if (fd >= 0) {
		close(fd);
		unlink(o->temporary);
	}
	return diag_set_errno(diag, RC_IO, "cannot create %s", path);
}

enum rc output_commit(struct output *o, struct diag *diag)
{
	if (o->file == stdout)
		return fflush(stdout) == 0 ? RC_OK
					   : diag_set_errno(diag, RC_IO, "cannot write the output");
	if (fflush(o->file) != 0 || (*o->temporary && (fsync(fileno(o->file)) != 0 ||
						       rename(o->temporary, o->path) != 0))) {
		enum rc rc = diag_set_errno(diag, RC_IO, "cannot write %s", o->path);

		output_abort(o);
		return rc;
	}
	fclose(o->file);
	return RC_OK;
}

void output_abort(struct output *o)
{
	if (!o->file || o->file == stdout)
		return;
	fclose(o->file);
	if (*o->temporary)
		unlink(o->temporary);
}
