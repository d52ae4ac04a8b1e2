/* Memory for JSON trees: one arena per document instead of thousands of small blocks. A document's
 * memory is freed as a whole when the last of its values is released, in whatever order jansson's
 * reference counts get there. For json.c only. */
#ifndef BASE_JSON_MEMORY_H
#define BASE_JSON_MEMORY_H

#include "base/base.h"

/* The two functions for json_set_alloc_funcs(). */
void *json_memory_take(size_t size);
void json_memory_give_back(void *block);
/* Blocks that are allocated between these two, on this thread, belong to one document. Not nested.
 * A document may be handed to another thread as a whole. */
void json_memory_begin(void);
void json_memory_end(void);

#endif
