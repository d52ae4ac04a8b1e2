/* Memory for JSON trees: one arena a document instead of thousands of small blocks. A document's
 * memory is given back as a whole when the last of its values is released, however jansson's
 * reference counts get there. For json.c only. */
#ifndef BASE_JSON_MEMORY_H
#define BASE_JSON_MEMORY_H

#include "base/base.h"

/* The pair for json_set_alloc_funcs. */
void *json_memory_take(size_t size);
void json_memory_give_back(void *block);
/* What is taken between the two, on this thread, belongs to one document. Not nested. A document
 * may be handed to another thread as a whole. */
void json_memory_begin(void);
void json_memory_end(void);

#endif
