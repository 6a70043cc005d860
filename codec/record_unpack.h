/* Unpacks one record of a block (codec/record_format.h). Damaged bytes give RC_CORRUPT, never more
 * than the caps of base/limits.h. */
#pragma once
#include "base/diag.h"
#include "codec/record_block.h"
#include "model/subscription.h"

enum record_text { RECORD_TAIL, RECORD_TEXT };

/* Where the texts of a snapshot's dictionaries come from. */
struct record_dictionary {
	/* The text, valid for the call of record_unpack; absent when there is none. */
	struct text (*find)(void *context, enum record_text kind, uint32_t id);
	void *context;
};

/* shape is the dictionary's, or view->inline_shape. *out is reset first; what it gets is its own.
 * RC_CORRUPT, RC_NOMEM. */
enum rc record_unpack(const struct record_block *block, const struct record_view *view,
		      struct text shape, const struct record_dictionary *dictionary,
		      struct ims_subscription *out, struct diag *diag);
