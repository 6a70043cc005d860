#include "codec/record_unpack.h"

#include "base/limits.h"
#include "codec/record_unpack_identity.h"

/* Takes bits out of an attribute word, which must not exceed most. */
static unsigned field(struct unpacker *u, unsigned word, unsigned shift, unsigned bits,
		      unsigned most)
{
	unsigned value = word >> shift & ((1u << bits) - 1);

	if (value > most)
		byte_reader_fail(&u->shape);
	return value > most ? 0 : value;
}

static enum tri tri_field(struct unpacker *u, unsigned word, unsigned shift)
{
	return (enum tri)field(u, word, shift, 2, TRI_YES);
}

static enum link_state link_field(struct unpacker *u, unsigned word, unsigned shift)
{
	return (enum link_state)field(u, word, shift, 2, LINK_ID);
}

static uint32_t link_id(struct unpacker *u, enum link_state state)
{
	return state == LINK_ID ? byte_reader_count(&u->shape, UINT32_MAX) : 0;
}

static enum reg_state state_byte(struct unpacker *u)
{
	return (enum reg_state)field(u, byte_reader_byte(&u->shape), 0, 8, REG_STATE_AUTH_PENDING);
}

/* Each element of a list takes a byte of the shape at least. */
static uint32_t list_count(struct unpacker *u)
{
	size_t left = byte_reader_left(&u->shape);

	return byte_reader_count(&u->shape, left < UINT32_MAX ? (uint32_t)left : UINT32_MAX);
}

static void unpack_impi(struct unpacker *u)
{
	struct impi *impi = subscription_add_impi(u->out, record_unpack_identity(u));
	unsigned bits = byte_reader_u16(&u->shape);

	if (!impi) {
		u->is_out_of_memory = true;
		return;
	}
	impi->has_key = tri_field(u, bits, IMPI_KEY_SHIFT);
	impi->has_sqn = tri_field(u, bits, IMPI_SQN_SHIFT);
	impi->sqn_readable = tri_field(u, bits, IMPI_SQN_READABLE_SHIFT);
	impi->barred = tri_field(u, bits, IMPI_BARRED_SHIFT);
	impi->roaming_allowed = tri_field(u, bits, IMPI_ROAMING_SHIFT);
	impi->has_schemes = bits & IMPI_HAS_SCHEMES;
	impi->has_default_scheme = bits & IMPI_HAS_DEFAULT_SCHEME;
	if (impi->has_schemes)
		impi->schemes = byte_reader_count(&u->shape, UINT32_MAX);
	if (impi->has_default_scheme)
		impi->default_scheme = byte_reader_count(&u->shape, UINT32_MAX);
	if (bits & IMPI_HAS_ROW)
		impi->row = record_unpack_near(u, BASE_IMPI_ROW);
}

static void unpack_grants(struct unpacker *u, struct impu *impu)
{
	uint32_t count = list_count(u);

	impu->has_grants = true;
	for (uint32_t i = 0; i < count && !unpack_failed(u); i++) {
		uint32_t id = byte_reader_count(&u->shape, UINT32_MAX);

		if (!subscription_grant(u->out, impu, id))
			u->is_out_of_memory = true;
	}
}

static void unpack_impu(struct unpacker *u)
{
	struct impu *impu = subscription_add_impu(u->out, record_unpack_identity(u));
	unsigned bits = byte_reader_u16(&u->shape);

	bits |= byte_reader_u16(&u->shape) << 16;
	if (!impu) {
		u->is_out_of_memory = true;
		return;
	}
	impu->kind = (enum impu_kind)field(u, bits, IMPU_KIND_SHIFT, 3, IMPU_WILDCARDED_IMPU);
	impu->barred = tri_field(u, bits, IMPU_BARRED_SHIFT);
	impu->may_register = tri_field(u, bits, IMPU_MAY_REGISTER_SHIFT);
	impu->is_default = tri_field(u, bits, IMPU_DEFAULT_SHIFT);
	impu->irs_state = (enum irs_state)field(u, bits, IMPU_IRS_SHIFT, 2, IRS_NAMED);
	impu->service_profile.state = link_field(u, bits, IMPU_PROFILE_SHIFT);
	impu->state = (enum reg_state)field(u, bits, IMPU_STATE_SHIFT, 3, REG_STATE_AUTH_PENDING);
	impu->psi_active = tri_field(u, bits, IMPU_PSI_SHIFT);
	impu->has_charging = tri_field(u, bits, IMPU_CHARGING_SHIFT);
	if (bits & IMPU_HAS_LABEL)
		impu->irs = record_unpack_label(u);
	impu->service_profile.id = link_id(u, impu->service_profile.state);
	if (bits & IMPU_HAS_GRANTS)
		unpack_grants(u, impu);
	switch (field(u, bits, IMPU_WILDCARD_SHIFT, 2, 2)) {
	case 1:
		impu->wildcard = text_of("", 0);
		break;
	case 2:
		impu->wildcard = record_unpack_copy(u, byte_reader_text(&u->values));
		break;
	}
	if (bits & IMPU_HAS_ROW)
		impu->row = record_unpack_near(u, BASE_IMPU_ROW);
}

static void add_association(struct unpacker *u, uint32_t impi, uint32_t impu, uint32_t rows,
			    enum reg_state state)
{
	struct association *a;

	if (impi >= u->out->impi_count || impu >= u->out->impu_count) {
		byte_reader_fail(&u->shape);
		return;
	}
	a = subscription_add_association(u->out, impi, impu);
	if (!a) {
		u->is_out_of_memory = true;
		return;
	}
	a->rows = rows;
	a->state = state;
}

static void unpack_association_list(struct unpacker *u)
{
	uint32_t count = list_count(u);

	for (uint32_t i = 0; i < count && !unpack_failed(u); i++) {
		uint32_t impi = byte_reader_count(&u->shape, UINT32_MAX);
		uint32_t impu = byte_reader_count(&u->shape, UINT32_MAX);
		uint32_t rows = byte_reader_count(&u->shape, UINT32_MAX);

		add_association(u, impi, impu, rows, state_byte(u));
	}
}

static void unpack_associations(struct unpacker *u)
{
	unsigned mode = byte_reader_byte(&u->shape);
	uint32_t impis = u->out->impi_count, impus = u->out->impu_count;

	if (mode == ASSOCIATION_LIST) {
		unpack_association_list(u);
		return;
	}
	if (mode == ASSOCIATION_NONE)
		return;
	if (mode >= ASSOCIATION_MODES ||
	    (uint64_t)impis * impus > LIMIT_ASSOCIATION_PER_SUBSCRIPTION) {
		byte_reader_fail(&u->shape);
		return;
	}
	enum reg_state state = state_byte(u);
	for (uint32_t i = 0; i < impis * impus && !unpack_failed(u); i++) {
		if (mode == ASSOCIATION_FULL_BY_IMPI)
			add_association(u, i / impus, i % impus, 1, state);
		else
			add_association(u, i % impis, i / impis, 1, state);
	}
}

static void unpack_subscription(struct unpacker *u)
{
	unsigned a = byte_reader_byte(&u->shape), b = byte_reader_byte(&u->shape);
	struct ims_subscription *s = u->out;

	s->kind = (enum record_kind)field(u, a, 0, 2, RECORD_DANGLING_ASSOCIATION);
	s->has_imsi_column = tri_field(u, a, 2);
	s->ims_authorised = tri_field(u, a, 4);
	s->has_associations = tri_field(u, a, 6);
	s->scscf.state = link_field(u, b, 0);
	s->capability_set.state = link_field(u, b, 2);
	s->preferred_set.state = link_field(u, b, 4);
	if (b & 1u << 6)
		s->row = record_unpack_near(u, BASE_ROW);
	if (b & 1u << 7) {
		uint32_t id = byte_reader_count(&u->shape, UINT32_MAX);
		struct text name = id ? u->dictionary->find(u->dictionary->context, RECORD_TEXT, id)
				      : byte_reader_text(&u->values);

		if (!name.data)
			byte_reader_fail(&u->shape);
		else
			s->scscf_name = record_unpack_copy(u, name);
	}
	s->capability_set.id = link_id(u, s->capability_set.state);
	s->preferred_set.id = link_id(u, s->preferred_set.state);
}

static void unpack_numbers(struct unpacker *u, const struct record_view *view)
{
	uint32_t count = list_count(u);

	if (!count) {
		unsigned digits = byte_reader_byte(&u->shape);

		if (digits)
			record_unpack_know_number(u, view->lead, digits);
	}
	for (uint32_t i = 0; i < count && !unpack_failed(u); i++)
		if (!subscription_add_imsi(u->out,
					   record_unpack_number(u, BASE_IMSI, i ? 0 : view->lead)))
			u->is_out_of_memory = true;
	count = list_count(u);
	for (uint32_t i = 0; i < count && !unpack_failed(u); i++)
		if (!subscription_add_msisdn(u->out, record_unpack_number(u, BASE_MSISDN, 0)))
			u->is_out_of_memory = true;
}

static void unpack_lists(struct unpacker *u)
{
	u->out->name = record_unpack_label(u);
	uint32_t count = list_count(u);
	for (uint32_t i = 0; i < count && !unpack_failed(u); i++)
		unpack_impi(u);
	count = list_count(u);
	for (uint32_t i = 0; i < count && !unpack_failed(u); i++)
		unpack_impu(u);
	if (!unpack_failed(u))
		unpack_associations(u);
}

static bool is_over_limit(const struct ims_subscription *s)
{
	return s->impi_count >= LIMIT_IMPI_PER_SUBSCRIPTION ||
	       s->impu_count >= LIMIT_IMPU_PER_SUBSCRIPTION ||
	       s->association_count >= LIMIT_ASSOCIATION_PER_SUBSCRIPTION;
}

enum rc record_unpack(const struct record_block *block, const struct record_view *view,
		      struct text shape, const struct record_dictionary *dictionary,
		      struct ims_subscription *out, struct diag *diag)
{
	struct unpacker u;

	subscription_reset(out);
	u.shape = byte_reader_of(shape.data, shape.length);
	u.values = view->values;
	u.dictionary = dictionary;
	u.out = out;
	memcpy(u.previous, block->base, sizeof(u.previous));
	u.number_count = u.user_count = u.label_count = 0;
	u.is_out_of_memory = false;
	if (view->flags & RECORD_HAS_LEAD)
		u.previous[BASE_IMSI] = view->lead;
	out->provenance.offset = byte_reader_difference(&u.values, block->base[BASE_OFFSET]);
	out->provenance.file = view->flags & RECORD_HAS_FILE
				       ? byte_reader_count(&u.values, UINT32_MAX)
				       : block->file;
	unpack_subscription(&u);
	unpack_numbers(&u, view);
	unpack_lists(&u);
	if (u.is_out_of_memory && !is_over_limit(out) && !u.shape.failed && !u.values.failed) {
		subscription_reset(out);
		return diag_set(diag, RC_NOMEM, "no memory to unpack a record");
	}
	if (!unpack_failed(&u) && !byte_reader_left(&u.shape) && !byte_reader_left(&u.values))
		return RC_OK;
	subscription_reset(out);
	return diag_set(diag, RC_CORRUPT, "record %u of a block does not decode",
			(unsigned)view->index);
}
