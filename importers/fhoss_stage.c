#include "importers/fhoss_stage.h"

bool fhoss_stage_takes(enum fhoss_table_id table)
{
	return table <= FHOSS_IMPU_VISITED_NETWORK;
}

enum rc fhoss_stage_init(struct fhoss_stage *s, size_t memory, struct diag *diag)
{
	struct fhoss_sorter **sorters[] = {&s->imsu, &s->impi, &s->impu, &s->association,
					   &s->grant};
	enum rc rc = RC_OK;

	*s = (struct fhoss_stage){0};
	for (size_t i = 0; !rc && i < sizeof(sorters) / sizeof(sorters[0]); i++)
		rc = fhoss_sorter_new(memory, sorters[i], diag);
	return rc;
}

void fhoss_stage_clear(struct fhoss_stage *s)
{
	fhoss_sorter_free(s->imsu);
	fhoss_sorter_free(s->impi);
	fhoss_sorter_free(s->impu);
	fhoss_sorter_free(s->association);
	fhoss_sorter_free(s->grant);
	*s = (struct fhoss_stage){0};
}

/* NULL and -1 are FHoSS' none; any other number may dangle. */
static struct link to_link(const struct fhoss_cell *cell)
{
	if (cell->state == CELL_ABSENT)
		return (struct link){LINK_UNKNOWN, 0};
	if (cell->state == CELL_NULL || cell->number == -1)
		return (struct link){LINK_NONE, 0};
	return (struct link){LINK_ID, (uint32_t)cell->number};
}

/* -1 is a profile that does not exist like any other; only NULL breaks FHoSS (cx-semantics D18). */
static struct link to_profile(const struct fhoss_cell *cell)
{
	struct link link = to_link(cell);

	if (cell->state == CELL_SET)
		link = (struct link){LINK_ID, (uint32_t)cell->number};
	return link;
}

/* 0 is no, 1 is yes, anything else is counted and unknown. */
static uint8_t to_tri(struct fhoss_stage *s, const struct fhoss_row *row, unsigned column)
{
	const struct fhoss_cell *cell = &row->cell[column];

	if (cell->state != CELL_SET)
		return TRI_UNKNOWN;
	if (cell->number == 0 || cell->number == 1)
		return cell->number ? TRI_YES : TRI_NO;
	s->odd[column]++;
	return TRI_UNKNOWN;
}

/* IMPU_user_state of FHoSS, which impi_impu shares. */
static uint8_t to_state(const struct fhoss_cell *cell)
{
	static const uint8_t states[] = {REG_STATE_NOT_REGISTERED, REG_STATE_REGISTERED,
					 REG_STATE_UNREGISTERED, REG_STATE_AUTH_PENDING};

	if (cell->state != CELL_SET || cell->number < 0 || cell->number > 3)
		return REG_STATE_UNKNOWN;
	return states[cell->number];
}

static uint8_t to_presence(const struct fhoss_cell *cell)
{
	if (cell->state == CELL_ABSENT)
		return TRI_UNKNOWN;
	return cell->state == CELL_NULL || cell->is_empty ? TRI_NO : TRI_YES;
}

static uint16_t length_of(const struct fhoss_cell *cell)
{
	return (uint16_t)(cell->state == CELL_SET ? cell->text.length : 0);
}

static struct fhoss_piece piece_of(const struct fhoss_cell *cell)
{
	return (struct fhoss_piece){cell->text.data ? cell->text.data : "", length_of(cell)};
}

/* The first column of each of these tables is its own number. */
static struct staged_head head_of(const struct fhoss_row *row)
{
	return (struct staged_head){row->place, row->mode, (uint32_t)row->cell[0].number};
}

static enum rc add_imsu(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag)
{
	const struct fhoss_cell *name = &row->cell[IMSU_NAME], *scscf = &row->cell[IMSU_SCSCF_NAME];
	struct staged_imsu staged;

	memset(&staged, 0, sizeof(staged));
	staged.head = head_of(row);
	staged.capability_set = to_link(&row->cell[IMSU_CAPABILITIES]);
	staged.preferred_set = to_link(&row->cell[IMSU_PREFERRED]);
	staged.has_name = name->state == CELL_SET;
	staged.name_length = length_of(name);
	staged.scscf_length = length_of(scscf);
	staged.scscf_state = scscf->state == CELL_ABSENT ? LINK_UNKNOWN
			     : staged.scscf_length       ? LINK_ID
							 : LINK_NONE;
	struct fhoss_piece pieces[] = {{&staged, sizeof(staged)}, piece_of(name), piece_of(scscf)};
	return fhoss_sorter_add(s->imsu, FHOSS_KEY(row->cell[IMSU_ID].number, 0), pieces, 3, diag);
}

static enum rc add_impi(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag)
{
	const struct fhoss_cell *owner = &row->cell[IMPI_IMSU];
	const struct fhoss_cell *schemes = &row->cell[IMPI_SCHEMES];
	const struct fhoss_cell *scheme = &row->cell[IMPI_DEFAULT_SCHEME];
	uint32_t id = (uint32_t)row->cell[IMPI_ID].number;
	bool is_owned = owner->state == CELL_SET && owner->number >= 0;
	struct staged_impi staged;

	memset(&staged, 0, sizeof(staged));
	staged.head = head_of(row);
	staged.owner = is_owned ? (uint32_t)owner->number : FHOSS_OWNER_NONE(id);
	staged.has_schemes = schemes->state == CELL_SET && schemes->number >= 0;
	staged.schemes = staged.has_schemes ? (uint32_t)schemes->number : 0;
	staged.has_default_scheme = scheme->state == CELL_SET && scheme->number >= 0;
	staged.default_scheme = staged.has_default_scheme ? (uint32_t)scheme->number : 0;
	staged.has_key = to_presence(&row->cell[IMPI_K]);
	staged.has_sqn = to_presence(&row->cell[IMPI_SQN]);
	if (staged.has_sqn == TRI_YES)
		staged.sqn_readable = (uint8_t)tri_from_bool(row->cell[IMPI_SQN].is_hexadecimal);
	staged.identity_length = length_of(&row->cell[IMPI_IDENTITY]);
	struct fhoss_piece pieces[] = {{&staged, sizeof(staged)},
				       piece_of(&row->cell[IMPI_IDENTITY])};
	return fhoss_sorter_add(s->impi, FHOSS_KEY(id, 0), pieces, 2, diag);
}

static uint8_t to_kind(struct fhoss_stage *s, const struct fhoss_cell *cell)
{
	static const uint8_t kinds[] = {IMPU_DISTINCT, IMPU_DISTINCT_PSI, IMPU_WILDCARDED_PSI,
					IMPU_WILDCARDED_IMPU};

	if (cell->state == CELL_SET && cell->number >= 0 && cell->number <= 3)
		return kinds[cell->number];
	s->odd[IMPU_TYPE] += cell->state == CELL_SET;
	return IMPU_KIND_UNKNOWN;
}

static enum rc add_impu(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag)
{
	static const uint8_t irs_states[] = {
		[CELL_ABSENT] = IRS_UNKNOWN, [CELL_NULL] = IRS_OWN, [CELL_SET] = IRS_NAMED};
	/* -1 is a choice of none and harmless; NULL is what makes FHoSS write the row back. */
	static const uint8_t charging[] = {
		[CELL_ABSENT] = TRI_UNKNOWN, [CELL_NULL] = TRI_NO, [CELL_SET] = TRI_YES};
	const struct fhoss_cell *cell = row->cell;
	struct staged_impu staged;

	memset(&staged, 0, sizeof(staged));
	staged.head = head_of(row);
	staged.kind = to_kind(s, &cell[IMPU_TYPE]);
	staged.barred = to_tri(s, row, IMPU_BARRING);
	staged.may_register = to_tri(s, row, IMPU_CAN_REGISTER);
	staged.psi_active = to_tri(s, row, IMPU_PSI_ACTIVATION);
	staged.state = to_state(&cell[IMPU_STATE]);
	s->odd[IMPU_STATE] += staged.state == REG_STATE_UNKNOWN &&
			      cell[IMPU_STATE].state == CELL_SET;
	staged.irs_state = irs_states[cell[IMPU_SET].state];
	staged.set = cell[IMPU_SET].number;
	staged.has_charging = charging[cell[IMPU_CHARGING].state];
	staged.service_profile = to_profile(&cell[IMPU_SP]);
	staged.has_wildcard = cell[IMPU_WILDCARD].state != CELL_ABSENT;
	staged.identity_length = length_of(&cell[IMPU_IDENTITY]);
	staged.wildcard_length = length_of(&cell[IMPU_WILDCARD]);
	struct fhoss_piece pieces[] = {{&staged, sizeof(staged)},
				       piece_of(&cell[IMPU_IDENTITY]),
				       piece_of(&cell[IMPU_WILDCARD])};
	return fhoss_sorter_add(s->impu, FHOSS_KEY(cell[IMPU_ID].number, 0), pieces, 3, diag);
}

static enum rc add_association(struct fhoss_stage *s, const struct fhoss_row *row,
			       struct diag *diag)
{
	const struct fhoss_cell *cell = row->cell;
	uint64_t key = FHOSS_KEY(cell[ASSOCIATION_IMPI].number, cell[ASSOCIATION_IMPU].number);
	struct staged_association staged;
	struct fhoss_piece piece = {&staged, sizeof(staged)};

	memset(&staged, 0, sizeof(staged));
	staged.head = head_of(row);
	staged.state = to_state(&cell[ASSOCIATION_STATE]);
	return fhoss_sorter_add(s->association, key, &piece, 1, diag);
}

static enum rc add_grant(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag)
{
	uint64_t key = FHOSS_KEY(row->cell[GRANT_IMPU].number, row->cell[GRANT_NETWORK].number);
	struct staged_grant staged = {head_of(row)};
	struct fhoss_piece piece = {&staged, sizeof(staged)};

	return fhoss_sorter_add(s->grant, key, &piece, 1, diag);
}

enum rc fhoss_stage_add(struct fhoss_stage *s, const struct fhoss_row *row, struct diag *diag)
{
	static enum rc (*const add[])(struct fhoss_stage *, const struct fhoss_row *,
				      struct diag *) = {
		[FHOSS_IMSU] = add_imsu,
		[FHOSS_IMPI] = add_impi,
		[FHOSS_IMPU] = add_impu,
		[FHOSS_IMPI_IMPU] = add_association,
		[FHOSS_IMPU_VISITED_NETWORK] = add_grant,
	};

	return add[row->table](s, row, diag);
}
