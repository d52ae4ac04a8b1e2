/* What every fuzz target defines: any bytes at all must leave it without a crash, a leak or a
 * broken promise. Promises are checked with ENSURE. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
