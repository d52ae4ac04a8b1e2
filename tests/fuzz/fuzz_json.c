/* Any bytes, read by both libraries: the same verdict, the same words, the same tree. */
#include "base/json.h"
#include "fuzz.h"
#include "json_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool seeded;
	struct str text = str_make((const char *)data, size);

	if (!seeded)
		json_seed(1);
	seeded = true;
	bool strictly = json_pair_compare(text, false), leniently = json_pair_compare(text, true);
	ENSURE(leniently || !strictly);
	return 0;
}
