/* Lines of SIP messages inside logs: what stands before them, and what they are. */
#pragma once
#include "base/text.h"

/* Where in line a header begins that usually follows a start line ("Via:", "From:", …); -1: none.
 */
ptrdiff_t text_line_find_header(struct text line);

/* Whether t is "Name: value" rather than the rest of a wrapped line. */
bool text_line_is_header(struct text t);

/* The length of what stands before the message's own text in line, where prefix stood in an earlier
 * one: digits and runs of blanks may differ. -1 when line does not begin like that. */
ptrdiff_t text_line_match_prefix(struct text prefix, struct text line);

/* How this line writes line ends: "#015#012", "\r\n" in letters, two dots, …; NULL when it does not
 * go on with a header behind a start line. */
const char *text_line_escape(struct text line);

/* Takes the backslashes off quotes and slashes that a JSON string escapes, in place; the new
 * length.
 */
size_t text_line_unquote(char *line, size_t length);

/* Whether a blank belongs between a line and what follows it, which was cut off by a fold (a blank)
 * or by wrapping (none). */
bool text_line_is_fold(struct text line, struct text rest);
