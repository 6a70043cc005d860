/* Observed Cx exchanges as JSON (design.md 8; docs/exchange-1.schema.json). */
#pragma once
#include "base/json_writer.h"
#include "model/cx_exchange.h"

/* One object of schema cxaudit/exchange/1. */
void exchange_json(struct json_writer *j, const struct cx_exchange *e);

/* "2026-11-21T20:00:00.123456Z". */
void json_write_member_microseconds(struct json_writer *j, const char *key, int64_t time_us);
