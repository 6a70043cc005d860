#include "base/json_writer.h"

#include <inttypes.h>

#include "base/utf8.h"

void json_write_init(struct json_writer *j, struct strbuf *out, bool pretty)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
	j->pretty = pretty;
}

static void new_line(struct json_writer *j)
{
	if (!j->pretty)
		return;
	strbuf_add_char(j->out, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		strbuf_add(j->out, "  ", 2);
}

/* What stands before a key, or before a value that has none. */
static void before_member(struct json_writer *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (!j->depth)
		return;
	if (j->has_member[j->depth - 1])
		strbuf_add_char(j->out, ',');
	j->has_member[j->depth - 1] = true;
	new_line(j);
}

static void begin(struct json_writer *j, bool is_array)
{
	before_member(j);
	strbuf_add_char(j->out, is_array ? '[' : '{');
	if (j->depth == JSON_DEPTH_MAX) {
		/* The caller nests without bound: the document is lost, as when memory is out. */
		j->out->failed = true;
		return;
	}
	j->is_array[j->depth] = is_array;
	j->has_member[j->depth] = false;
	j->depth++;
}

static void end(struct json_writer *j, char bracket)
{
	if (!j->depth) {
		j->out->failed = true;
		return;
	}
	j->depth--;
	if (j->has_member[j->depth])
		new_line(j);
	strbuf_add_char(j->out, bracket);
}

void json_write_object_begin(struct json_writer *j)
{
	begin(j, false);
}

void json_write_object_end(struct json_writer *j)
{
	end(j, '}');
}

void json_write_array_begin(struct json_writer *j)
{
	begin(j, true);
}

void json_write_array_end(struct json_writer *j)
{
	end(j, ']');
}

static void add_escape(struct strbuf *out, unsigned char c)
{
	static const char letters[0x20] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	strbuf_add_char(out, '\\');
	if (c >= 0x20)
		strbuf_add_char(out, (char)c);
	else if (letters[c])
		strbuf_add_char(out, letters[c]);
	else
		strbuf_printf(out, "u%04x", c);
}

static void add_quoted(struct strbuf *out, struct text t)
{
	size_t plain = 0, i = 0;

	strbuf_add_char(out, '"');
	while (i < t.length) {
		unsigned char c = (unsigned char)t.data[i];
		unsigned code_point = c;
		size_t n = c < 0x80 ? 1 : utf8_decode(t.data + i, t.length - i, &code_point);

		if (n > 1 || (n && c >= 0x20 && c != '"' && c != '\\')) {
			i += n;
			continue;
		}
		strbuf_add(out, t.data + plain, i - plain);
		if (n)
			add_escape(out, c);
		else
			strbuf_add_str(out, "\xef\xbf\xbd");
		plain = ++i;
	}
	strbuf_add(out, t.data + plain, i - plain);
	strbuf_add_char(out, '"');
}

void json_write_key(struct json_writer *j, const char *key)
{
	before_member(j);
	add_quoted(j->out, text_from(key));
	strbuf_add(j->out, ": ", j->pretty ? 2 : 1);
	j->after_key = true;
}

static void add_raw(struct json_writer *j, const char *value)
{
	before_member(j);
	strbuf_add_str(j->out, value);
}

void json_write_number(struct json_writer *j, struct text digits)
{
	before_member(j);
	strbuf_add_text(j->out, digits);
}

void json_write_text(struct json_writer *j, struct text t)
{
	if (!t.data) {
		json_write_null(j);
		return;
	}
	before_member(j);
	add_quoted(j->out, t);
}

void json_write_str(struct json_writer *j, const char *s)
{
	json_write_text(j, text_from(s));
}

void json_write_int(struct json_writer *j, int64_t n)
{
	before_member(j);
	strbuf_printf(j->out, "%" PRId64, n);
}

void json_write_uint(struct json_writer *j, uint64_t n)
{
	before_member(j);
	strbuf_printf(j->out, "%" PRIu64, n);
}

void json_write_bool(struct json_writer *j, bool b)
{
	add_raw(j, b ? "true" : "false");
}

void json_write_tri(struct json_writer *j, enum tri t)
{
	add_raw(j, t == TRI_UNKNOWN ? "null" : t == TRI_YES ? "true" : "false");
}

void json_write_null(struct json_writer *j)
{
	add_raw(j, "null");
}

void json_write_member_text(struct json_writer *j, const char *key, struct text t)
{
	json_write_key(j, key);
	json_write_text(j, t);
}

void json_write_member_str(struct json_writer *j, const char *key, const char *s)
{
	json_write_key(j, key);
	json_write_str(j, s);
}

void json_write_member_int(struct json_writer *j, const char *key, int64_t n)
{
	json_write_key(j, key);
	json_write_int(j, n);
}

void json_write_member_uint(struct json_writer *j, const char *key, uint64_t n)
{
	json_write_key(j, key);
	json_write_uint(j, n);
}

void json_write_member_bool(struct json_writer *j, const char *key, bool b)
{
	json_write_key(j, key);
	json_write_bool(j, b);
}

void json_write_member_tri(struct json_writer *j, const char *key, enum tri t)
{
	json_write_key(j, key);
	json_write_tri(j, t);
}

void json_write_member_null(struct json_writer *j, const char *key)
{
	json_write_key(j, key);
	json_write_null(j);
}

void json_write_member_texts(struct json_writer *j, const char *key, const struct text *list,
			     size_t count)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (size_t i = 0; i < count; i++)
		json_write_text(j, list[i]);
	json_write_array_end(j);
}

void json_write_member_strs(struct json_writer *j, const char *key, const char *const *list,
			    size_t count)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (size_t i = 0; i < count; i++)
		json_write_str(j, list[i]);
	json_write_array_end(j);
}
