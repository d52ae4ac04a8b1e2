/* The rules that OpenAI puts on a strict JSON schema. */
#ifndef SIM_SCHEMA_H
#define SIM_SCHEMA_H

#include "base/json.h"

/* NULL when it is good, else what is wrong. */
const char *schema_fault(const json_t *schema);

#endif
