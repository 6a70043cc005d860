/* The rows of the five large tables between reading and joining: packed, sorted by row number. */
#pragma once
#include "importers/fhoss_cell.h"
#include "importers/fhoss_sorter.h"
#include "model/subscription.h"

/* Keys: a row number above, a second one below. */
#define FHOSS_KEY(high, low) ((uint64_t)(uint32_t)(high) << 32 | (uint32_t)(low))
#define FHOSS_KEY_HIGH(key) ((uint32_t)((key) >> 32))
#define FHOSS_KEY_LOW(key) ((uint32_t)(key))

/* Whom an IMPI belongs to: a number of imsu, or when it has none the IMPI's own number above that
 * range, or nobody for IMPUs without IMPI. */
#define FHOSS_OWNER_NONE(impi) (UINT32_C(0x80000000) + (impi))
#define FHOSS_OWNER_IS_IMSU(owner) ((owner) < UINT32_C(0x80000000))
#define FHOSS_OWNER_ORPHAN_IMPU UINT32_MAX

/* Each begins with this and is followed by the bytes of its texts, in the order of their lengths.
 */
struct staged_head {
	uint64_t place;
	uint32_t mode; /* enum sql_mode */
	uint32_t row;  /* its own number, 0 where it has none */
};
struct staged_imsu {
	struct staged_head head;
	struct link capability_set, preferred_set;
	uint16_t name_length, scscf_length;
	uint8_t has_name, scscf_state;
};
struct staged_impi {
	struct staged_head head;
	uint32_t owner;
	uint32_t schemes, default_scheme;
	uint16_t identity_length;
	uint8_t has_schemes, has_default_scheme, has_key, has_sqn, sqn_readable;
};
struct staged_impu {
	struct staged_head head;
	struct link service_profile;
	int32_t set;
	uint16_t identity_length, wildcard_length;
	uint8_t kind, barred, may_register, irs_state, state, psi_active, has_charging;
	uint8_t has_wildcard;
};
struct staged_association {
	struct staged_head head;
	uint32_t state;
};
struct staged_grant {
	struct staged_head head;
};

struct fhoss_stage {
	struct fhoss_sorter *imsu, *impi, *impu; /* by their row numbers */
	struct fhoss_sorter *association;        /* by IMPI and IMPU */
	struct fhoss_sorter *grant;              /* by IMPU and visited network */
	uint64_t odd[FHOSS_CELLS];               /* values of impu columns that nobody knows */
};

/* memory is the budget of one sorter. */
enum rc fhoss_stage_init(struct fhoss_stage *s, size_t memory, struct diag *diag);
void fhoss_stage_clear(struct fhoss_stage *s);
/* True for the tables that are staged. */
bool fhoss_stage_takes(enum fhoss_table_id table);
enum rc fhoss_stage_add(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag);
