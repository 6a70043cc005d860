/* The part of record_unpack that puts texts together: numbers, identities, labels. Each function
 * marks the values as failed when the bytes make no sense. */
#pragma once
#include "codec/record_unpack.h"

struct unpack_number {
	uint64_t marked;
	unsigned digits;
};

struct unpacker {
	struct byte_reader shape, values;
	const struct record_dictionary *dictionary;
	struct ims_subscription *out;
	uint64_t previous[BASE_COUNT];
	struct unpack_number number[RECORD_NUMBERS_MAX];
	struct text user[RECORD_USERS_MAX];
	struct text label[RECORD_LABELS_MAX];
	uint32_t number_count, user_count, label_count;
	bool is_out_of_memory;
};

static inline bool unpack_failed(const struct unpacker *u)
{
	return u->shape.failed || u->values.failed || u->is_out_of_memory;
}

uint64_t record_unpack_near(struct unpacker *u, enum record_base base);
void record_unpack_know_number(struct unpacker *u, uint64_t marked, unsigned digits);

/* A number of the lists. lead is its value where that is written elsewhere, else 0. */
struct text record_unpack_number(struct unpacker *u, enum record_base base, uint64_t lead);
struct text record_unpack_identity(struct unpacker *u);
struct text record_unpack_label(struct unpacker *u);

/* A copy in the record's arena; is_out_of_memory is set when there is none. */
struct text record_unpack_copy(struct unpacker *u, struct text t);
