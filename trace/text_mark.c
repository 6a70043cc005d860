#include "trace/text_mark.h"

#include <arpa/inet.h>

#include "trace/text_time.h"

#define TOKENS_MAX 48
#define NAME_MAX_BYTES 40

enum direction { DIRECTION_NONE, DIRECTION_SOURCE, DIRECTION_DESTINATION };

/* Words before an address. */
static const struct {
	const char *word;
	enum direction names;
} address_words[] = {
	{"from", DIRECTION_SOURCE},        {"src", DIRECTION_SOURCE},
	{"source", DIRECTION_SOURCE},      {"src_ip", DIRECTION_SOURCE},
	{"srcip", DIRECTION_SOURCE},       {"to", DIRECTION_DESTINATION},
	{"dst", DIRECTION_DESTINATION},    {"dest", DIRECTION_DESTINATION},
	{"dst_ip", DIRECTION_DESTINATION}, {"destination", DIRECTION_DESTINATION},
	{"dstip", DIRECTION_DESTINATION},
};

/* Words that tell a direction by themselves. */
static const char *const direction_words[] = {
	"sent",     "sending",  "send", "received", "receiving",    "recv",
	"rx",       "tx",       "[rx]", "[tx]",     "transmitting", "transmitted",
	"incoming", "outgoing", "u",    "t",        "proto:",
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The words of a line; '=' and ',' separate as well, but for arrows. */
static unsigned tokenize(struct text t, struct text *token)
{
	unsigned count = 0;
	size_t i = 0;

	while (i < t.length && count < TOKENS_MAX) {
		while (i < t.length && is_blank(t.data[i]))
			i++;
		size_t begin = i;

		while (i < t.length && !is_blank(t.data[i]) && t.data[i] != ',' &&
		       !(t.data[i] == '=' && i > begin && t.data[i - 1] != '<' &&
			 t.data[i - 1] != '=' && t.data[i - 1] != '-'))
			i++;
		if (i > begin)
			token[count++] = text_of(t.data + begin, i - begin);
		if (i < t.length && (t.data[i] == ',' || (t.data[i] == '=' && i > begin)))
			i++;
	}
	return count;
}

/* -1: backward, 1: forward, 0: no arrow. */
static int arrow(struct text t)
{
	size_t shafts = 0, heads = 0, tails = 0;

	if (text_equal(t, TEXT_LITERAL("\xe2\x86\x92")))
		return 1;
	if (text_equal(t, TEXT_LITERAL("\xe2\x86\x90")))
		return -1;
	for (size_t i = 0; i < t.length; i++) {
		shafts += t.data[i] == '-' || t.data[i] == '=' || t.data[i] == '~';
		heads += t.data[i] == '>';
		tails += t.data[i] == '<';
	}
	if (t.length < 2 || shafts + heads + tails != t.length || (heads > 0) == (tails > 0))
		return 0;
	return heads ? 1 : -1;
}

struct endpoint {
	char name[48];
	uint16_t port;
};

static bool set_port(struct text digits, uint16_t *out)
{
	unsigned long n = 0;

	/* tcpdump prints the names of ports */
	if (text_equal(digits, TEXT_LITERAL("sip")) ||
	    text_equal(digits, TEXT_LITERAL("sip-tls"))) {
		*out = digits.length == 3 ? 5060 : 5061;
		return true;
	}

	if (!text_is_digits(digits) || digits.length > 5)
		return false;
	for (size_t i = 0; i < digits.length; i++)
		n = n * 10 + (unsigned long)(digits.data[i] - '0');
	*out = (uint16_t)n;
	return n <= UINT16_MAX;
}

static bool is_address(struct text t, struct endpoint *out)
{
	unsigned char bytes[16];

	if (t.length == 0 || t.length >= sizeof(out->name))
		return false;
	text_copy(t, out->name, sizeof(out->name));
	return inet_pton(AF_INET, out->name, bytes) == 1 ||
	       inet_pton(AF_INET6, out->name, bytes) == 1;
}

/* "udp:", "UDP/", "sip:" before an address. */
static struct text without_transport(struct text t)
{
	static const char *const names[] = {"udp", "tcp",  "tls", "sctp",
					    "sip", "sips", "ws",  "wss"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);

		if (text_starts_with_nocase(t, names[i]) && t.length > n + 1 &&
		    (t.data[n] == ':' || t.data[n] == '/'))
			return text_of(t.data + n + 1, t.length - n - 1);
	}
	return t;
}

/* address, address:port, [address]:port, or address.port as tcpdump prints it. */
static bool read_address(struct text t, struct endpoint *out)
{
	*out = (struct endpoint){0};
	t = without_transport(t);
	while (t.length && strchr("(:;)'\"", t.data[t.length - 1]))
		t.length--;
	while (t.length && strchr("('\"", t.data[0]))
		t = text_of(t.data + 1, t.length - 1);
	if (t.length && t.data[0] == '[') {
		ptrdiff_t close = text_find(t, ']');

		if (close < 0)
			return false;
		struct text rest = text_of(t.data + close + 1, t.length - (size_t)close - 1);

		if (rest.length > 1 && rest.data[0] == ':' &&
		    !set_port(text_of(rest.data + 1, rest.length - 1), &out->port))
			return false;
		return is_address(text_of(t.data + 1, (size_t)close - 1), out);
	}
	if (is_address(t, out))
		return true;
	for (int separator = 0; separator < 2; separator++) {
		ptrdiff_t at = text_find_last(t, ":."[separator]);

		if (at > 0 && is_address(text_of(t.data, (size_t)at), out) &&
		    set_port(text_of(t.data + at + 1, t.length - (size_t)at - 1), &out->port))
			return true;
	}
	return false;
}

/* The name of a node, as "UE" or "P-CSCF". */
static bool read_name(struct text t, struct endpoint *out)
{
	*out = (struct endpoint){0};
	while (t.length && strchr(":;,)", t.data[t.length - 1]))
		t.length--;
	if (t.length == 0 || t.length > NAME_MAX_BYTES ||
	    !((t.data[0] | 0x20) >= 'a' && (t.data[0] | 0x20) <= 'z'))
		return false;
	for (size_t i = 0; i < t.length; i++)
		if (!strchr("-_.", t.data[i]) &&
		    !((t.data[i] | 0x20) >= 'a' && (t.data[i] | 0x20) <= 'z') &&
		    !(t.data[i] >= '0' && t.data[i] <= '9'))
			return false;
	text_copy(t, out->name, sizeof(out->name));
	return true;
}

static void set_end(struct text_mark *m, enum direction which, const struct endpoint *e)
{
	char *name = which == DIRECTION_SOURCE ? m->source : m->destination;
	uint16_t *port = which == DIRECTION_SOURCE ? &m->source_port : &m->destination_port;

	if (name[0])
		return;
	memcpy(name, e->name, sizeof(e->name));
	*port = e->port;
}

static void read_arrow(const struct text *token, unsigned count, unsigned at, struct text_mark *m)
{
	int way = arrow(token[at]);
	struct endpoint left, right;

	/* a lone '>' is an arrow between addresses only, as in tcpdump's headlines */
	if (!way && text_equal(token[at], TEXT_LITERAL(">")) && at > 0 && at + 1 < count &&
	    read_address(token[at - 1], &left) && read_address(token[at + 1], &right))
		way = 1;
	if (!way)
		return;
	m->has_direction = true;
	if (at == 0 || at + 1 >= count)
		return;
	bool is_pair = read_address(token[at - 1], &left) && read_address(token[at + 1], &right);

	/* names only where little else stands in the line */
	if (!is_pair && at + 4 > count)
		is_pair = (read_address(token[at - 1], &left) || read_name(token[at - 1], &left)) &&
			  (read_address(token[at + 1], &right) || read_name(token[at + 1], &right));
	if (!is_pair)
		return;
	set_end(m, way > 0 ? DIRECTION_SOURCE : DIRECTION_DESTINATION, &left);
	set_end(m, way > 0 ? DIRECTION_DESTINATION : DIRECTION_SOURCE, &right);
}

static void read_word(const struct text *token, unsigned count, unsigned at, struct text_mark *m)
{
	struct text word = token[at];
	struct endpoint end;

	for (size_t i = 0; i < sizeof(direction_words) / sizeof(direction_words[0]); i++)
		m->has_direction |= text_equal_nocase(word, text_from(direction_words[i]));
	if (word.length > 1 && word.data[word.length - 1] == ':')
		word.length--;
	for (size_t i = 0; i < sizeof(direction_words) / sizeof(direction_words[0]); i++)
		m->has_direction |= word.length > 1 &&
				    text_equal_nocase(word, text_from(direction_words[i]));
	for (size_t i = 0; at + 1 < count && i < sizeof(address_words) / sizeof(address_words[0]);
	     i++)
		if (text_equal_nocase(word, text_from(address_words[i].word)) &&
		    read_address(token[at + 1], &end))
			set_end(m, address_words[i].names, &end);
}

bool text_mark_read(struct text t, struct text_mark *out)
{
	struct text token[TOKENS_MAX];
	unsigned count;

	*out = (struct text_mark){0};
	out->has_time = text_time_find(t, &out->time_us, &out->has_day);
	count = tokenize(t, token);
	for (unsigned i = 0; i < count; i++) {
		read_arrow(token, count, i, out);
		read_word(token, count, i, out);
	}
	return out->has_time || out->has_direction || out->source[0] || out->destination[0];
}

bool text_mark_is_line(struct text t)
{
	struct text token[TOKENS_MAX], line = text_trim(t);
	struct text_mark first = {0};
	int64_t time_us;
	bool has_day;
	size_t ruler = 0;

	if (line.length == 0)
		return false;
	while (ruler < line.length && strchr("-=#~*_+<>", line.data[ruler]))
		ruler++;
	if (ruler >= 3)
		return true;
	if (strchr("[(", line.data[0]) && line.length > 1 &&
	    text_time_read(text_of(line.data + 1, line.length - 1), &time_us, &has_day) > 0)
		return true;
	if (text_time_read(line, &time_us, &has_day) > 0)
		return true;
	if (tokenize(line, token) == 0)
		return false;
	read_word(token, 1, 0, &first);
	return first.has_direction || arrow(token[0]);
}

void text_mark_merge(struct text_mark *into, const struct text_mark *earlier)
{
	if (!into->has_time) {
		into->has_time = earlier->has_time;
		into->has_day = earlier->has_day;
		into->time_us = earlier->time_us;
	}
	if (!into->source[0] && !into->destination[0]) {
		memcpy(into->source, earlier->source, sizeof(into->source));
		memcpy(into->destination, earlier->destination, sizeof(into->destination));
		into->source_port = earlier->source_port;
		into->destination_port = earlier->destination_port;
	}
}
