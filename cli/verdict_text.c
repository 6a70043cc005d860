#include "cli/verdict_text.h"

#include "audit/rule_table.h"
#include "base/print.h"

#define LABEL_WIDTH 10
#define LINE_WIDTH 100

static const char *outcome_escape(enum outcome o)
{
	static const char *const escapes[] = {
		[OUTCOME_REGISTERS] = "\033[32m", [OUTCOME_ACCEPTED] = "\033[32m",
		[OUTCOME_REFUSED] = "\033[31m",   [OUTCOME_FAILS] = "\033[31m",
		[OUTCOME_UNDECIDED] = "\033[33m",
	};

	return escapes[o];
}

static void label(FILE *out, int indent, const char *name)
{
	fprintf(out, "%*s%-*s", indent, "", LABEL_WIDTH, name);
}

static void text_line(FILE *out, int indent, const char *name, struct text t)
{
	label(out, indent, name);
	if (!t.data)
		fputs("(not sent)", out);
	else if (!t.length)
		fputs("(empty)", out);
	print_text(out, t);
	fputc('\n', out);
}

static void paragraph(FILE *out, int indent, const char *name, const char *text)
{
	label(out, indent, name);
	print_wrapped(out, (unsigned)indent + LABEL_WIDTH, LINE_WIDTH, text_from(text));
}

static void numbers(FILE *out, const char *what, const uint32_t *number, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		fprintf(out, "%s%u", i ? ", " : what, number[i]);
}

static void step_line(FILE *out, int indent, const struct cx_step *s)
{
	const struct cx_answer *a = &s->answer;
	const char *avp = answer_kind_avp(a->kind);

	label(out, indent, cx_command_str(s->command));
	if (avp)
		fprintf(out, "%s %u %s", avp, a->code, cx_code_name(a->kind, a->code));
	else
		fputs(a->kind == ANSWER_SILENT ? "no answer" : "answer without result code", out);
	if (a->server_name.data) {
		fputs(", Server-Name ", out);
		print_text(out, a->server_name);
	}
	numbers(out, ", mandatory capabilities ", a->mandatory, a->mandatory_count);
	numbers(out, ", optional capabilities ", a->optional, a->optional_count);
	fputc('\n', out);
	for (uint32_t i = 0; i < a->user_data_count; i++)
		for (uint32_t k = 0; k < a->user_data[i].count; k++) {
			label(out, indent, "");
			fprintf(out, "profile %u: ", i + 1);
			print_text(out, a->user_data[i].identity[k].identity);
			fputs(a->user_data[i].identity[k].barred ? " (barred)\n" : "\n", out);
		}
}

static void cause_lines(FILE *out, int indent, const struct verdict *v, const struct explanation *x)
{
	const struct rule *rule = v->rule ? rule_find(text_from(v->rule)) : NULL;

	if (!rule)
		return;
	paragraph(out, indent, "cause", x && x->text ? x->text : rule->title);
	paragraph(out, indent, "remedy", x && x->remedy ? x->remedy : rule->remedy);
	label(out, indent, "rule");
	fprintf(out, "%s %s (%s%s%s)\n", rule->id, rule->slug, rule->row ? rule->row : "",
		rule->row ? ", " : "", rule->clause);
	for (unsigned i = 0; i < v->further_count; i++) {
		const struct rule *next = rule_find(text_from(v->further[i]));

		if (!next)
			continue;
		label(out, indent, i ? "" : "then");
		fprintf(out, "%s %s would show: %s\n", next->id, next->slug, next->title);
	}
}

static void condition_line(FILE *out, int indent, const struct condition *c, bool is_first)
{
	label(out, indent, is_first ? "provided" : "");
	fputs(c->fact, out);
	if (c->subject.data) {
		fputs(" of ", out);
		print_text(out, c->subject);
	}
	fprintf(out, " is %s (%s); otherwise: %s%s%s%s\n", c->assumed,
		c->is_missing_fact ? "not exported" : "not laid down", outcome_str(c->otherwise),
		c->otherwise_row ? " (" : "", c->otherwise_row ? c->otherwise_row : "",
		c->otherwise_row ? ")" : "");
}

static void head_line(FILE *out, const struct attempt *a, const struct verdict *v, int indent,
		      bool use_colour)
{
	fprintf(out, "%*s%s%s", indent, "", use_colour ? outcome_escape(v->outcome) : "",
		outcome_str(v->outcome));
	if (v->sip_status)
		fprintf(out, ": %d %s", v->sip_status, v->sip_reason);
	fputs(use_colour ? "\033[0m" : "", out);
	if (v->sip_status >= 300 && sip_node_str(v->sent_by))
		fprintf(out, ", sent by the %s", sip_node_str(v->sent_by));
	fprintf(out, " (%s; attempt: %s%s%s)\n", certainty_str(v->certainty),
		attempt_origin_str(a->origin), a->is_emergency ? ", emergency" : "",
		a->type == AUTHORIZATION_REGISTRATION     ? ""
		: a->type == AUTHORIZATION_DEREGISTRATION ? ", deregistration"
							  : ", capabilities");
}

void verdict_text(FILE *out, const struct attempt *a, const struct verdict *v,
		  const struct explanation *x, int indent, bool use_colour)
{
	head_line(out, a, v, indent, use_colour);
	indent += 2;
	text_line(out, indent, "IMPI", a->impi);
	text_line(out, indent, "IMPU", a->impu);
	text_line(out, indent, "visited", a->visited_network);
	for (unsigned i = 0; i < v->step_count; i++)
		step_line(out, indent, &v->step[i]);
	cause_lines(out, indent, v, x);
	for (unsigned i = 0; i < v->condition_count; i++)
		condition_line(out, indent, &v->condition[i], !i);
	if (v->naive_status == 403 && v->outcome == OUTCOME_REGISTERS)
		paragraph(out, indent, "note",
			  "the barred IMPU has a sibling in its implicit set that is not barred: "
			  "this is "
			  "healthy, do not unbar it");
}
