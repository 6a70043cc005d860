#include "cli/observed_print.h"

#include "audit/exchange_json.h"
#include "base/print.h"
#include "base/time_text.h"
#include "cli/command.h"
#include "model/identity.h"

#define IDENTITY_WIDTH 28 /* leaves room for ten million exchanges and more in 100 columns */
#define LABEL_WIDTH 22
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

void observed_printer_init(struct observed_printer *p, enum observed_form form, bool is_masked)
{
	*p = (struct observed_printer){
		.form = form, .is_masked = is_masked, .use_colour = command_use_colour()};
	strbuf_init(&p->line);
	arena_init(&p->arena);
}

void observed_printer_clear(struct observed_printer *p)
{
	strbuf_clear(&p->line);
	arena_clear(&p->arena);
}

const char *observed_answer_name(const struct cx_answer *a, char out[OBSERVED_NAME_MAX])
{
	const char *name;

	if (a->kind == ANSWER_SILENT)
		return "unanswered";
	if (a->kind == ANSWER_WITHOUT_CODE)
		return "answered without a code";
	if (a->kind == ANSWER_OTHER_VENDOR)
		return cx_vendor_text(a, out);
	name = cx_code_name(a->kind, a->code);
	name += text_starts_with(text_from(name), "DIAMETER_") ? 9 : 0;
	name += text_starts_with(text_from(name), "ERROR_") ? 6 : 0;
	return name;
}

static void mask(struct observed_printer *p, struct text *identity)
{
	struct text masked;

	if (!identity->data)
		return;
	strbuf_reset(&p->line);
	identity_add_masked(*identity, &p->line);
	masked = arena_text(&p->arena, strbuf_text(&p->line));
	p->is_out_of_memory |= p->line.failed || !masked.data;
	*identity = masked;
}

/* A copy without identities. Session-Ids and free texts may hold them as well. */
static bool mask_exchange(struct observed_printer *p, const struct cx_exchange *e,
			  struct cx_exchange *out)
{
	arena_reset(&p->arena);
	if (!cx_exchange_copy(e, &p->arena, out))
		p->is_out_of_memory = true;
	if (p->is_out_of_memory)
		return false;
	mask(p, &out->impi);
	mask(p, &out->wildcarded_impu);
	mask(p, &out->user_data_impi);
	for (uint32_t i = 0; i < out->impu_count; i++)
		mask(p, &out->impu[i]);
	for (uint32_t i = 0; i < out->user_data_count; i++)
		for (uint32_t k = 0; k < out->user_data[i].count; k++)
			mask(p, &out->user_data[i].identity[k].identity);
	out->session = out->error_message = out->deregistration_info = TEXT_NONE;
	return !p->is_out_of_memory;
}

/* At most width bytes; a character is not cut. */
static void print_short(struct text t, size_t width)
{
	size_t n = width - 1;

	if (t.length <= width) {
		print_text(stdout, t);
		return;
	}
	while (n && ((unsigned char)t.data[n] & 0xc0) == 0x80)
		n--;
	print_text(stdout, text_of(t.data, n));
	fputs("…", stdout);
}

static void print_answer(const struct observed_printer *p, const struct cx_exchange *e)
{
	const struct cx_answer *a = &e->answer;
	const char *colour = !p->use_colour || !cx_exchange_is_failure(e) ? ""
			     : a->kind == ANSWER_SILENT                   ? YELLOW
									  : RED;
	char code[16] = "-", name[OBSERVED_NAME_MAX];

	if (answer_kind_avp(a->kind))
		snprintf(code, sizeof(code), "%u", a->code);
	printf("%s%4s %-26.26s%s", colour, code, observed_answer_name(a, name),
	       *colour ? PLAIN : "");
}

static void print_line(const struct observed_printer *p, const struct cx_exchange *e)
{
	char when[TIME_TEXT_MAX];
	struct text who = e->impi.data ? e->impi : e->impu_count ? e->impu[0] : TEXT_LITERAL("-");

	printf("%7llu %s %s ", (unsigned long long)e->id, time_text(TIME_MILLI, e->time_us, when),
	       cx_command_str(e->command));
	print_answer(p, e);
	putchar(' ');
	if (p->form == OBSERVED_HISTORY) {
		who = e->answer_origin_host.data ? e->answer_origin_host : e->destination_host;
		if (e->latency_us >= 0)
			printf("%8.1f ms  ", (double)e->latency_us / 1000);
		else
			printf("%11s  ", "");
		print_short(who, IDENTITY_WIDTH - 9);
	} else {
		print_short(who, IDENTITY_WIDTH);
	}
	puts(e->damage ? " !" : "");
}

static void fact_text(const char *label, struct text t)
{
	if (!t.data)
		return;
	printf("  %-*s ", LABEL_WIDTH, label);
	print_text(stdout, t);
	putchar('\n');
}

static void fact_number(const char *label, int64_t n)
{
	if (n != CX_NUMBER_ABSENT)
		printf("  %-*s %lld\n", LABEL_WIDTH, label, (long long)n);
}

static void print_user_data(const struct cx_exchange *e)
{
	fact_text("User-Data of", e->user_data_impi);
	for (uint32_t i = 0; i < e->user_data_count; i++) {
		for (uint32_t k = 0; k < e->user_data[i].count; k++) {
			const struct user_data_identity *u = &e->user_data[i].identity[k];

			printf("  %-*s ", LABEL_WIDTH, k ? "" : "service profile");
			print_text(stdout, u->identity);
			puts(u->barred < 0 ? ", barring unknown" : u->barred ? ", barred" : "");
		}
	}
}

static void print_detail(const struct observed_printer *p, const struct cx_exchange *e)
{
	char when[TIME_TEXT_MAX];
	struct text end = text_from(cx_end_str(e->end));

	printf("%sexchange %llu, %s UTC, %s%s\n", p->use_colour ? "\033[1m" : "",
	       (unsigned long long)e->id, time_text(TIME_MILLI, e->time_us, when),
	       cx_command_str(e->command), p->use_colour ? PLAIN : "");
	printf("  %-*s ", LABEL_WIDTH, "answer");
	print_answer(p, e);
	putchar('\n');
	fact_text("end", end);
	fact_number("latency, microseconds", e->latency_us);
	fact_text("User-Name", e->impi);
	for (uint32_t i = 0; i < e->impu_count; i++)
		fact_text(i ? "" : "Public-Identity", e->impu[i]);
	fact_text("wildcarded identity", e->wildcarded_impu);
	fact_text("visited network", e->visited_network);
	fact_number("authorization type", e->authorization_type);
	fact_number("UAR-Flags", e->uar_flags);
	fact_number("assignment type", e->assignment_type);
	fact_text("Server-Name asked", e->server_name);
	fact_text("Server-Name answered", e->answer.server_name);
	fact_text("scheme asked", e->scheme);
	fact_text("scheme answered", e->answer_scheme);
	fact_number("items answered", e->answer_item_count);
	fact_text("resynchronisation", e->has_resynchronisation ? TEXT_LITERAL("yes") : TEXT_NONE);
	fact_number("de-registration reason", e->deregistration_reason);
	fact_text("de-registration info", e->deregistration_info);
	print_user_data(e);
	fact_text("from", e->origin_host);
	fact_text("to", e->destination_host);
	fact_text("realm", e->destination_realm);
	fact_text("answered by", e->answer_origin_host);
	fact_text("session", e->session);
	fact_text("error message", e->error_message);
	fact_text("damaged",
		  e->damage ? TEXT_LITERAL("yes, kept as far as it could be read") : TEXT_NONE);
}

static void print_json(struct observed_printer *p, const struct cx_exchange *e)
{
	struct json_writer j;

	strbuf_reset(&p->line);
	json_write_init(&j, &p->line, false);
	exchange_json(&j, e);
	p->is_out_of_memory |= p->line.failed;
	if (!p->line.failed)
		puts(p->line.data);
}

bool observed_print(struct observed_printer *p, const struct cx_exchange *e)
{
	struct cx_exchange masked;

	if (p->is_masked) {
		if (!mask_exchange(p, e, &masked))
			return false;
		e = &masked;
	}
	if (p->form == OBSERVED_JSON)
		print_json(p, e);
	else if (p->form == OBSERVED_DETAIL)
		print_detail(p, e);
	else
		print_line(p, e);
	return !p->is_out_of_memory && !ferror(stdout);
}
