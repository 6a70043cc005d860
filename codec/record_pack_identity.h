/* The part of record_pack that takes texts apart: numbers, identities, labels. */
#pragma once
#include "codec/record_pack.h"

/* A value near others of its kind. */
void record_pack_near(struct record_packer *p, enum record_base base, uint64_t value);

/* IMSI or MSISDN of the record's own lists. */
void record_pack_number(struct record_packer *p, struct text t, bool is_imsi);

/* The part of it that is no value: t reads as that number. */
void record_pack_listed(struct record_packer *p, struct text t, uint64_t marked, unsigned digits,
			bool is_imsi);

/* Makes a number known that identities may refer to. */
void record_pack_know_number(struct record_packer *p, uint64_t marked, unsigned digits,
			     bool is_imsi);

void record_pack_identity(struct record_packer *p, struct text identity, bool is_impi);
void record_pack_label(struct record_packer *p, struct text label);

/* Adds to the record's lookup keys. */
void record_pack_key(struct record_packer *p, uint64_t key);
