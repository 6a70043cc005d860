#include "importers/fhoss_spill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATH_BYTES 4096

void fhoss_spill_init(struct fhoss_spill *f)
{
	*f = (struct fhoss_spill){.fd = -1};
}

void fhoss_spill_clear(struct fhoss_spill *f)
{
	if (f->fd >= 0)
		close(f->fd);
	fhoss_spill_init(f);
}

static const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/var/tmp";
}

static enum rc open_file(struct fhoss_spill *f, struct diag *diag)
{
	char path[PATH_BYTES];
	int length = snprintf(path, sizeof(path), "%s/cxaudit-XXXXXX", temporary_folder());

	if (length < 0 || (size_t)length >= sizeof(path))
		return diag_set(diag, RC_IO, "the path of the temporary folder is too long");
	f->fd = mkstemp(path);
	if (f->fd < 0)
		return diag_set_errno(diag, RC_IO, "cannot create a temporary file in %s",
				      temporary_folder());
	unlink(path);
	return RC_OK;
}

enum rc fhoss_spill_append(struct fhoss_spill *f, const void *data, size_t length,
			   struct diag *diag)
{
	const char *p = data;
	enum rc rc = f->fd < 0 ? open_file(f, diag) : RC_OK;

	while (!rc && length) {
		ssize_t n = pwrite(f->fd, p, length, (off_t)f->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return diag_set_errno(diag, RC_IO, "cannot write a temporary file in %s",
					      temporary_folder());
		p += n;
		length -= (size_t)n;
		f->length += (uint64_t)n;
	}
	return rc;
}

enum rc fhoss_spill_read(struct fhoss_spill *f, uint64_t offset, void *data, size_t length,
			 struct diag *diag)
{
	char *p = data;

	while (length) {
		ssize_t n = pread(f->fd, p, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return diag_set_errno(diag, RC_IO, "cannot read a temporary file in %s",
					      temporary_folder());
		p += n;
		length -= (size_t)n;
		offset += (uint64_t)n;
	}
	return RC_OK;
}
