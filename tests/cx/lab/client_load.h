/* The requests under way of the lab's client: each is sent, answered, or given up after a time. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct load;

/* For count requests, at most window of them under way, given up after timeout_ms. NULL when memory
 * is out. */
struct load *load_new(size_t count, size_t window, long timeout_ms);
void load_free(struct load *l);

/* Waits until one more may be sent, and marks it as sent. Its number counts from 0. */
void load_begin(struct load *l, size_t number);
/* The answer of one came, with code: Result-Code, or Experimental-Result-Code + 100000. */
void load_end(struct load *l, size_t number, uint32_t code);
/* Waits until all are answered or given up. */
void load_wait(struct load *l);

/* Lines "key value": sent, answered, timeouts, late, code.N, experimental.N, p50_us, p99_us,
 * max_us, seconds. */
void load_report(struct load *l, FILE *file);
