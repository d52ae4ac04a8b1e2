/* Brings a text into a form in which words can be compared, however they were written. */
#ifndef LLM_COMPANY_FOLD_H
#define LLM_COMPANY_FOLD_H

#include <stdint.h>

#include "base/buf.h"

/* Appends the text in small letters without accents, usual in form, with one blank where there were
 * blanks, hyphens, underscores and the like. Takes time linear in the text. */
void company_fold(struct str text, struct buf *out);
/* The Latin letter that this small letter of another script looks like; '\0' = none. */
char company_look_alike(uint32_t c);

#endif
