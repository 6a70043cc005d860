/* The evidence for people: how a report opens when the store holds observations. */
#pragma once
#include "audit/report.h"

/* Confusion table, contradictions, incidents, impact, drift. r->info->evidence is set. */
enum rc report_evidence(const struct report *r);
