#include "bench/generate_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bool output_open(struct output *o, const char *path)
{
	*o = (struct output){.file = STDOUT_FILENO, .buffer = malloc(OUTPUT_BUFFER)};
	if (!o->buffer)
		return false;
	if (strcmp(path, "-") != 0)
		o->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (o->file >= 0)
		return true;
	free(o->buffer);
	o->buffer = NULL;
	return false;
}

void output_flush(struct output *o)
{
	const char *p = o->buffer;

	while (o->length && !o->has_failed) {
		ssize_t n = write(o->file, p, o->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			o->has_failed = true;
			break;
		}
		p += n;
		o->length -= (size_t)n;
	}
	o->length = 0;
}

bool output_close(struct output *o)
{
	output_flush(o);
	free(o->buffer);
	o->buffer = NULL;
	if (o->file != STDOUT_FILENO && close(o->file) != 0)
		return false;
	return !o->has_failed;
}

void output_number(struct output *o, uint64_t number)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	output_add(o, digits + n, sizeof(digits) - n);
}
