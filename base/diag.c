#include "base/diag.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void diag_init(struct diag *d)
{
	memset(d, 0, sizeof(*d));
}

enum rc diag_set(struct diag *d, enum rc rc, const char *format, ...)
{
	va_list arguments;

	if (!d)
		return rc;
	d->rc = rc;
	va_start(arguments, format);
	vsnprintf(d->text, sizeof(d->text), format, arguments);
	va_end(arguments);
	text_hide_control(d->text);
	return rc;
}

enum rc diag_set_errno(struct diag *d, enum rc rc, const char *format, ...)
{
	int error = errno;
	va_list arguments;

	if (error == ENOSPC || error == EDQUOT)
		rc = RC_FULL;
	if (!d)
		return rc;
	d->rc = rc;
	va_start(arguments, format);
	vsnprintf(d->text, sizeof(d->text), format, arguments);
	va_end(arguments);
	size_t used = strlen(d->text);
	errno = error; /* %m is the thread-safe strerror */
	snprintf(d->text + used, sizeof(d->text) - used, ": %m");
	text_hide_control(d->text);
	errno = error;
	return rc;
}

void diag_at(struct diag *d, const char *file, uint64_t line, uint64_t offset)
{
	if (!d)
		return;
	if (file)
		text_copy(text_from(file), d->file, sizeof(d->file));
	d->line = line;
	d->offset = offset;
	d->has_offset = 1;
}

/* Appends at *used, which never passes the end of out. */
__attribute__((format(printf, 4, 5))) static void append(char *out, size_t size, size_t *used,
							 const char *format, ...)
{
	va_list arguments;

	if (*used >= size)
		return;
	va_start(arguments, format);
	int n = vsnprintf(out + *used, size - *used, format, arguments);
	va_end(arguments);
	if (n > 0)
		*used += (size_t)n;
}

char *diag_format(const struct diag *d, char *out, size_t size)
{
	size_t used = 0;

	if (!size)
		return out;
	out[0] = '\0';
	if (d->file[0])
		append(out, size, &used, "%s:", d->file);
	if (d->line)
		append(out, size, &used, "%s%" PRIu64 ":", d->file[0] ? "" : "line ", d->line);
	if (used)
		append(out, size, &used, " ");
	if (d->has_offset)
		append(out, size, &used, "(byte %" PRIu64 ") ", d->offset);
	append(out, size, &used, "%s", d->text[0] ? d->text : rc_str(d->rc));
	text_hide_control(out);
	return out;
}
