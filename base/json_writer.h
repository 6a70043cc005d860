/* A streaming JSON emitter, the one mechanism for all JSON output: no tree is built, so reports of
 * millions of findings cost no memory, and lookups start without a JSON library (design.md 10.18).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/strbuf.h"
#include "base/text.h"
#include "base/tri.h"

#define JSON_DEPTH_MAX 32

struct json_writer {
	struct strbuf *out;
	bool pretty; /* indent by two blanks */
	unsigned depth;
	bool is_array[JSON_DEPTH_MAX];
	bool has_member[JSON_DEPTH_MAX];
	bool after_key;
};

void json_write_init(struct json_writer *j, struct strbuf *out, bool pretty);
void json_write_object_begin(struct json_writer *j);
void json_write_object_end(struct json_writer *j);
void json_write_array_begin(struct json_writer *j);
void json_write_array_end(struct json_writer *j);
void json_write_key(struct json_writer *j, const char *key);
/* Writes a string; bytes that are not UTF-8 become U+FFFD, control characters are escaped; absent
 * -> null. */
void json_write_text(struct json_writer *j, struct text t);
void json_write_str(struct json_writer *j, const char *s); /* NULL -> null */
void json_write_int(struct json_writer *j, int64_t n);
void json_write_uint(struct json_writer *j, uint64_t n);
/* Writes digits as a number, as they are: the caller vouches for their form. */
void json_write_number(struct json_writer *j, struct text digits);
void json_write_bool(struct json_writer *j, bool b);
void json_write_tri(struct json_writer *j, enum tri t); /* unknown -> null */
void json_write_null(struct json_writer *j);
/* Key and value in one call. */
void json_write_member_text(struct json_writer *j, const char *key, struct text t);
void json_write_member_str(struct json_writer *j, const char *key, const char *s);
void json_write_member_int(struct json_writer *j, const char *key, int64_t n);
void json_write_member_uint(struct json_writer *j, const char *key, uint64_t n);
void json_write_member_bool(struct json_writer *j, const char *key, bool b);
void json_write_member_tri(struct json_writer *j, const char *key, enum tri t);
void json_write_member_null(struct json_writer *j, const char *key);
/* Key and array of strings, which are as those of json_write_text and json_write_str. */
void json_write_member_texts(struct json_writer *j, const char *key, const struct text *list,
			     size_t count);
void json_write_member_strs(struct json_writer *j, const char *key, const char *const *list,
			    size_t count);
