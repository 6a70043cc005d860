/* The weight table of utf8_general_ci, generated. */
#pragma once

/* By code point / 256: the weights of 256 code points, NULL when each weighs itself. */
extern const unsigned short *const collation_weight_pages[256];
