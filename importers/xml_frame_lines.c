#include "importers/xml_frame.h"

#ifdef __SSE2__
#include <emmintrin.h>

static __m128i load(const char *data)
{
	return _mm_loadu_si128((const __m128i *)(const void *)data);
}
#endif

uint64_t xml_frame_count_lines(const char *data, size_t length)
{
	uint64_t lines = 0;
	size_t i = 0;

#ifdef __SSE2__
	const __m128i newline = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();

	while (i + 16 <= length) {
		size_t steps = (length - i) / 16 < 255 ? (length - i) / 16 : 255;
		__m128i sums = zero;

		/* A match is -1: each byte of sums counts up to 255. */
		for (; steps; steps--, i += 16)
			sums = _mm_sub_epi8(sums, _mm_cmpeq_epi8(load(data + i), newline));
		sums = _mm_sad_epu8(sums, zero);
		lines += (uint64_t)_mm_cvtsi128_si64(sums) +
			 (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(sums, 8));
	}
#endif
	for (; i < length; i++)
		lines += data[i] == '\n';
	return lines;
}
