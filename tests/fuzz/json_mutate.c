/* libFuzzer's mutator for documents: mostly changes that leave a document one. */
#include <string.h>

#include "fuzz.h"
#include "json_make.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct prng prng;
	struct buf out;
	size_t len;

	prng_seed(&prng, seed);
	if (prng_below(&prng, 8) == 0)
		return LLVMFuzzerMutate(data, size, most);
	buf_init(&out, SIZE_MAX);
	if (size == 0 || prng_below(&prng, 200) == 0)
		json_make(&prng, &out);
	else
		json_make_change(&prng, str_make((const char *)data, size), &out);
	len = out.len < most ? out.len : most;
	if (len > 0)
		memcpy(data, out.data, len);
	buf_free(&out);
	return len;
}
