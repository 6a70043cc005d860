#include "codec/record_pack.h"

#include <stdlib.h>

#include "codec/digits.h"
#include "codec/lookup_key.h"
#include "codec/record_pack_identity.h"

#define TAIL_BYTES_MAX (1u << 20)
#define TEXT_BYTES_MAX (2u << 20)
#define SHAPE_BYTES_MAX (8u << 20)
#define BLOCK_RECORDS_MIN 64
#define BLOCK_BYTES_MAX 16000
#define PAGE_OVERHEAD 32 /* of a page, and again of each row in it; generous */

void record_packer_init(struct record_packer *p, size_t page_bytes)
{
	*p = (struct record_packer){.page_bytes = page_bytes, .block_limit = RECORD_BLOCK_MAX};
	intern_init(&p->tails, PACK_TAILS_MAX, TAIL_BYTES_MAX);
	intern_init(&p->texts, PACK_TEXTS_MAX, TEXT_BYTES_MAX);
	intern_init(&p->shapes, PACK_SHAPES_MAX, SHAPE_BYTES_MAX);
}

void record_packer_clear(struct record_packer *p)
{
	if (!p)
		return;
	intern_clear(&p->tails);
	intern_clear(&p->texts);
	intern_clear(&p->shapes);
	byte_writer_clear(&p->records);
	byte_writer_clear(&p->block);
	byte_writer_clear(&p->shape);
	byte_writer_clear(&p->values);
	free(p->keys);
	p->keys = NULL;
	p->key_count = p->key_capacity = 0;
}

size_t record_packer_memory(const struct record_packer *p)
{
	const struct intern *interns[] = {&p->tails, &p->texts, &p->shapes};
	size_t sum =
		p->records.capacity + p->block.capacity + p->shape.capacity + p->values.capacity;

	for (size_t i = 0; i < sizeof(interns) / sizeof(interns[0]); i++)
		sum += interns[i]->bytes + interns[i]->slot_count * sizeof(struct intern_slot) +
		       interns[i]->capacity * sizeof(struct text);
	return sum;
}

/* Its top bit tells that value is beyond most: many are checked at once. */
static inline unsigned beyond(unsigned value, unsigned most)
{
	return value | (most - value);
}

static inline void check_range(struct record_packer *p, unsigned all_beyond)
{
	if (all_beyond >> 31)
		p->is_out_of_range = true;
}

static void pack_impi(struct record_packer *p, const struct impi *impi)
{
	unsigned bits = (unsigned)impi->has_key << IMPI_KEY_SHIFT |
			(unsigned)impi->has_sqn << IMPI_SQN_SHIFT |
			(unsigned)impi->sqn_readable << IMPI_SQN_READABLE_SHIFT |
			(unsigned)impi->barred << IMPI_BARRED_SHIFT |
			(unsigned)impi->roaming_allowed << IMPI_ROAMING_SHIFT;

	check_range(p, beyond(impi->has_key, TRI_YES) | beyond(impi->has_sqn, TRI_YES) |
			       beyond(impi->sqn_readable, TRI_YES) | beyond(impi->barred, TRI_YES) |
			       beyond(impi->roaming_allowed, TRI_YES));
	bits |= (impi->has_schemes ? IMPI_HAS_SCHEMES : 0u) |
		(impi->has_default_scheme ? IMPI_HAS_DEFAULT_SCHEME : 0u) |
		(impi->row ? IMPI_HAS_ROW : 0u);
	record_pack_identity(p, impi->identity, true);
	byte_writer_u16(&p->shape, bits);
	if (impi->has_schemes)
		byte_writer_varint(&p->shape, impi->schemes);
	if (impi->has_default_scheme)
		byte_writer_varint(&p->shape, impi->default_scheme);
	if (impi->row)
		record_pack_near(p, BASE_IMPI_ROW, impi->row);
}

static unsigned impu_bits(struct record_packer *p, const struct impu *impu, unsigned wildcard)
{
	check_range(
		p, beyond(impu->kind, IMPU_WILDCARDED_IMPU) | beyond(impu->barred, TRI_YES) |
			   beyond(impu->may_register, TRI_YES) | beyond(impu->is_default, TRI_YES) |
			   beyond(impu->irs_state, IRS_NAMED) |
			   beyond(impu->service_profile.state, LINK_ID) |
			   beyond(impu->state, REG_STATE_AUTH_PENDING) |
			   beyond(impu->psi_active, TRI_YES) | beyond(impu->has_charging, TRI_YES));
	return (unsigned)impu->kind << IMPU_KIND_SHIFT |
	       (unsigned)impu->barred << IMPU_BARRED_SHIFT |
	       (unsigned)impu->may_register << IMPU_MAY_REGISTER_SHIFT |
	       (unsigned)impu->is_default << IMPU_DEFAULT_SHIFT |
	       (unsigned)impu->irs_state << IMPU_IRS_SHIFT |
	       (unsigned)impu->service_profile.state << IMPU_PROFILE_SHIFT |
	       (unsigned)impu->state << IMPU_STATE_SHIFT |
	       (unsigned)impu->psi_active << IMPU_PSI_SHIFT |
	       (unsigned)impu->has_charging << IMPU_CHARGING_SHIFT |
	       wildcard << IMPU_WILDCARD_SHIFT | (impu->has_grants ? IMPU_HAS_GRANTS : 0u) |
	       (impu->row ? IMPU_HAS_ROW : 0u) | (impu->irs.data ? IMPU_HAS_LABEL : 0u);
}

static void pack_impu(struct record_packer *p, const struct impu *impu)
{
	unsigned wildcard = impu->wildcard.length ? 2 : impu->wildcard.data ? 1 : 0;

	record_pack_identity(p, impu->identity, false);
	byte_writer_u32(&p->shape, impu_bits(p, impu, wildcard));
	if (impu->irs.data)
		record_pack_label(p, impu->irs);
	if (impu->service_profile.state == LINK_ID)
		byte_writer_varint(&p->shape, impu->service_profile.id);
	if (impu->has_grants) {
		byte_writer_varint(&p->shape, impu->grant_count);
		for (uint32_t i = 0; i < impu->grant_count; i++)
			byte_writer_varint(&p->shape, impu->grants[i]);
	}
	if (wildcard == 2)
		byte_writer_text(&p->values, impu->wildcard);
	if (impu->row)
		record_pack_near(p, BASE_IMPU_ROW, impu->row);
	if (wildcard || impu->kind == IMPU_WILDCARDED_PSI || impu->kind == IMPU_WILDCARDED_IMPU)
		p->is_local = false;
}

/* The mode that gives exactly these associations. */
static enum association_mode association_mode(const struct ims_subscription *s)
{
	bool by_impi = true, by_impu = true;

	if (!s->association_count)
		return ASSOCIATION_NONE;
	if ((uint64_t)s->impi_count * s->impu_count != s->association_count)
		return ASSOCIATION_LIST;
	uint32_t fast = 0, slow = 0, slow_impu = 0, fast_impi = 0;
	for (uint32_t i = 0; i < s->association_count && (by_impi || by_impu); i++) {
		const struct association *a = &s->association[i];

		if (a->rows != 1 || a->state != s->association[0].state)
			return ASSOCIATION_LIST;
		by_impi &= a->impi == slow && a->impu == fast;
		by_impu &= a->impu == slow_impu && a->impi == fast_impi;
		if (++fast == s->impu_count) {
			fast = 0;
			slow++;
		}
		if (++fast_impi == s->impi_count) {
			fast_impi = 0;
			slow_impu++;
		}
	}
	if (by_impi)
		return ASSOCIATION_FULL_BY_IMPI;
	return by_impu ? ASSOCIATION_FULL_BY_IMPU : ASSOCIATION_LIST;
}

static void pack_associations(struct record_packer *p, const struct ims_subscription *s)
{
	enum association_mode mode = association_mode(s);

	byte_writer_byte(&p->shape, mode);
	if (mode == ASSOCIATION_FULL_BY_IMPI || mode == ASSOCIATION_FULL_BY_IMPU) {
		check_range(p, beyond(s->association[0].state, REG_STATE_AUTH_PENDING));
		byte_writer_byte(&p->shape, s->association[0].state);
	}
	if (mode != ASSOCIATION_LIST)
		return;
	byte_writer_varint(&p->shape, s->association_count);
	for (uint32_t i = 0; i < s->association_count; i++) {
		const struct association *a = &s->association[i];

		if (a->impi >= s->impi_count || a->impu >= s->impu_count)
			p->is_out_of_range = true;
		check_range(p, beyond(a->state, REG_STATE_AUTH_PENDING));
		byte_writer_varint(&p->shape, a->impi);
		byte_writer_varint(&p->shape, a->impu);
		byte_writer_varint(&p->shape, a->rows);
		byte_writer_byte(&p->shape, a->state);
	}
}

static void pack_scscf_name(struct record_packer *p, struct text name)
{
	uint32_t id = intern_add(&p->texts, name);

	byte_writer_varint(&p->shape, id);
	if (id)
		return;
	byte_writer_text(&p->values, name);
	p->is_local = false;
}

static void pack_subscription(struct record_packer *p, const struct ims_subscription *s)
{
	check_range(p, beyond(s->kind, RECORD_DANGLING_ASSOCIATION) |
			       beyond(s->has_imsi_column, TRI_YES) |
			       beyond(s->ims_authorised, TRI_YES) |
			       beyond(s->has_associations, TRI_YES) |
			       beyond(s->scscf.state, LINK_ID) |
			       beyond(s->capability_set.state, LINK_ID) |
			       beyond(s->preferred_set.state, LINK_ID));
	byte_writer_u16(&p->shape,
			(unsigned)s->kind | (unsigned)s->has_imsi_column << 2 |
				(unsigned)s->ims_authorised << 4 |
				(unsigned)s->has_associations << 6 | (unsigned)s->scscf.state << 8 |
				(unsigned)s->capability_set.state << 10 |
				(unsigned)s->preferred_set.state << 12 | (s->row ? 1u << 14 : 0) |
				(s->scscf_name.data ? 1u << 15 : 0));
	if (s->row)
		record_pack_near(p, BASE_ROW, s->row);
	if (s->scscf_name.data)
		pack_scscf_name(p, s->scscf_name);
	if (s->capability_set.state == LINK_ID)
		byte_writer_varint(&p->shape, s->capability_set.id);
	if (s->preferred_set.state == LINK_ID)
		byte_writer_varint(&p->shape, s->preferred_set.id);
}

/* The number that the scan shows: the first IMSI, or what stands for it where none is exported. */
static bool find_lead(const struct ims_subscription *s, uint64_t *marked, unsigned *digits)
{
	struct identity_form form;

	if (s->imsi_count) {
		*digits = digits_scan(s->imsi[0], marked);
		return *digits && *digits == s->imsi[0].length;
	}
	if (!s->impi_count || !s->impi[0].identity.data)
		return false;
	identity_form_split(s->impi[0].identity, &form);
	*marked = form.marked;
	*digits = form.digits;
	return form.digits && form.prefix == PREFIX_NONE && identity_form_fits_number(form.tail);
}

static void pack_lists(struct record_packer *p, const struct ims_subscription *s, bool has_lead,
		       uint64_t lead, unsigned lead_digits)
{
	byte_writer_varint(&p->shape, s->imsi_count);
	if (!s->imsi_count) {
		byte_writer_byte(&p->shape, has_lead ? lead_digits : 0);
		if (has_lead) {
			record_pack_know_number(p, lead, lead_digits, true);
			p->number[0].text = s->impi[0].identity.data;
		}
	}
	if (has_lead && s->imsi_count)
		record_pack_listed(p, s->imsi[0], lead, lead_digits, true);
	for (uint32_t i = has_lead ? 1 : 0; i < s->imsi_count; i++)
		record_pack_number(p, s->imsi[i], true);
	byte_writer_varint(&p->shape, s->msisdn_count);
	for (uint32_t i = 0; i < s->msisdn_count; i++)
		record_pack_number(p, s->msisdn[i], false);
	record_pack_label(p, s->name);
	byte_writer_varint(&p->shape, s->impi_count);
	for (uint32_t i = 0; i < s->impi_count; i++)
		pack_impi(p, &s->impi[i]);
	byte_writer_varint(&p->shape, s->impu_count);
	for (uint32_t i = 0; i < s->impu_count; i++)
		pack_impu(p, &s->impu[i]);
	pack_associations(p, s);
}

static void pack_provenance(struct record_packer *p, const struct provenance *provenance)
{
	if (!(p->bases_set & 1u << BASE_OFFSET)) {
		p->bases_set |= 1u << BASE_OFFSET;
		p->base[BASE_OFFSET] = provenance->offset;
		p->file = provenance->file;
	}
	byte_writer_difference(&p->values, provenance->offset, p->base[BASE_OFFSET]);
	if (provenance->file != p->file)
		byte_writer_varint(&p->values, provenance->file);
}

static void append_record(struct record_packer *p, const struct packed_record *packed,
			  unsigned flags, uint64_t lead)
{
	unsigned char space[4 * VARINT_BYTES_MAX];
	struct byte_writer head = {space, 0, sizeof(space), false};

	byte_writer_varint(&head, (uint64_t)packed->shape << RECORD_FLAG_BITS | flags);
	if (flags & RECORD_HAS_LEAD)
		byte_writer_difference(&head, lead, p->base[BASE_IMSI]);
	size_t inline_length = packed->shape ? 0 : p->shape.length;
	if (!packed->shape)
		byte_writer_varint(&head, inline_length);
	byte_writer_varint(&p->records, head.length + inline_length + p->values.length);
	byte_writer_bytes(&p->records, space, head.length);
	byte_writer_bytes(&p->records, p->shape.data, inline_length);
	byte_writer_bytes(&p->records, p->values.data, p->values.length);
	p->record_count++;
}

static void begin_record(struct record_packer *p, bool has_lead, uint64_t lead)
{
	p->shape.length = p->values.length = 0;
	p->number_count = p->user_count = p->label_count = 0;
	p->key_count = 0;
	p->is_out_of_range = false;
	memcpy(p->previous, p->base, sizeof(p->previous));
	if (!has_lead)
		return;
	if (!(p->bases_set & 1u << BASE_IMSI)) {
		p->bases_set |= 1u << BASE_IMSI;
		p->base[BASE_IMSI] = lead;
	}
	p->previous[BASE_IMSI] = lead;
}

enum rc record_packer_put(struct record_packer *p, const struct ims_subscription *record,
			  struct packed_record *out, struct diag *diag)
{
	uint64_t lead = 0;
	unsigned digits = 0;
	bool has_lead = find_lead(record, &lead, &digits);

	begin_record(p, has_lead, lead);
	p->is_local = has_lead || !record->imsi_count;
	pack_provenance(p, &record->provenance);
	pack_subscription(p, record);
	pack_lists(p, record, has_lead, lead, digits);
	if (p->is_out_of_range)
		return diag_set(diag, RC_USAGE, "a record holds an attribute out of its range");
	uint32_t known = p->shapes.count;
	out->shape = intern_add(&p->shapes, text_of((const char *)p->shape.data, p->shape.length));
	out->is_new_shape = p->shapes.count > known;
	out->is_local = p->is_local;
	append_record(p, out,
		      (p->is_local ? RECORD_IS_LOCAL : 0u) | (has_lead ? RECORD_HAS_LEAD : 0u) |
			      (record->provenance.file != p->file ? RECORD_HAS_FILE : 0u),
		      lead);
	if (p->shape.failed || p->values.failed || p->records.failed)
		return diag_set(diag, RC_NOMEM, "no memory to pack a record");
	return RC_OK;
}

/* Cuts the block so that a whole number of rows fills a page. */
static uint32_t choose_limit(const struct record_packer *p)
{
	size_t usable = p->page_bytes - PAGE_OVERHEAD;
	size_t all = p->records.length * RECORD_BLOCK_MAX / p->record_count + PAGE_OVERHEAD;
	size_t rows = all >= usable ? 1 : (usable + all - 1) / all;
	size_t limit = (usable / rows - PAGE_OVERHEAD) * p->record_count / p->records.length;

	return limit < RECORD_BLOCK_MAX ? (uint32_t)limit : RECORD_BLOCK_MAX;
}

bool record_packer_is_full(struct record_packer *p)
{
	if (p->record_count == BLOCK_RECORDS_MIN && p->page_bytes)
		p->block_limit = choose_limit(p);
	if (p->record_count >= p->block_limit)
		return true;
	return p->records.length > BLOCK_BYTES_MAX / 2 &&
	       p->records.length + p->records.length / p->record_count > BLOCK_BYTES_MAX;
}

struct text record_packer_take(struct record_packer *p)
{
	p->block.length = 0;
	byte_writer_varint(&p->block, p->record_count);
	byte_writer_varint(&p->block, p->file);
	for (int i = 0; i < BASE_COUNT; i++)
		byte_writer_varint(&p->block, p->base[i]);
	byte_writer_bytes(&p->block, p->records.data, p->records.length);
	p->records.length = 0;
	p->record_count = 0;
	p->block_limit = RECORD_BLOCK_MAX;
	p->bases_set = 0;
	p->file = 0;
	memset(p->base, 0, sizeof(p->base));
	if (p->block.failed)
		return TEXT_NONE;
	return text_of((const char *)p->block.data, p->block.length);
}
