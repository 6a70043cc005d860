/* The requests of the lab's client, from the rows of its script (cx_client.c). */
#pragma once
#include <stdint.h>
#include <stdio.h>

#include "codec/bytes.h"
#include "tests/cx/lab/lab_table.h"

struct request {
	const struct lab_row *settings, *row;
	uint32_t end_to_end;
	size_t subscriber; /* what "%" stands for, with 15 digits */
	FILE *secrets;     /* or NULL */
};

/* The command of a row: UAR, SAR, LIR, MAR; 0 for others. */
uint32_t request_command(const struct lab_row *row);

/* Writes the message. */
void request_write(const struct request *request, struct byte_writer *w);
