/* Checks a strict JSON schema by OpenAI's rules. */
#ifndef SIM_SCHEMA_H
#define SIM_SCHEMA_H

#include "base/json.h"

/* NULL when it is valid, else what is wrong. */
const char *schema_fault(const struct json *schema);

#endif
