/* What every other file uses: attributes, assertions that stay on in release builds, and allocation
 * that cannot fail.
 *
 * The daemon is crash-only: when memory is exhausted or an invariant is broken, the process ends
 * with one clear line, and the service manager starts it again. Nothing is lost, because what
 * matters was made durable before it was acted upon. So allocation here never returns NULL and
 * callers never check for it. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))
/* mingw-w64 takes `printf` for the dialect of Microsoft's library, but C11 gets another library. */
#ifdef __MINGW32__
#define PRINTF_LIKE(text_at, first_at) __attribute__((format(gnu_printf, text_at, first_at)))
#else
#define PRINTF_LIKE(text_at, first_at) __attribute__((format(printf, text_at, first_at)))
#endif
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* Handler for the last message of the process; the default writes it to stderr and calls abort().
 * The shell may set its own; tests do so to see that an assertion fires. A handler is used once: it
 * is removed before it runs, so that a failure inside it ends in the default, and so does a handler
 * that returns. NULL restores the default. */
typedef void (*fatal_handler)(const char *message);
void fatal_set_handler(fatal_handler handler);
NORETURN void fatal(const char *format, ...) PRINTF_LIKE(1, 2);

/* An invariant, which can be broken only by a bug of ours. Never used on input from outside. */
#define ENSURE(condition)                                                                          \
	((condition) ? (void)0                                                                     \
	             : fatal("%s:%d: broken invariant: %s", __FILE__, __LINE__, #condition))

/* Like their namesakes in the C library, but they end the process instead of returning NULL. The
 * caller releases the memory with free(). */
void *xmalloc(size_t size) MUST_CHECK;
void *xcalloc(size_t count, size_t size) MUST_CHECK;
void *xrealloc(void *old, size_t size) MUST_CHECK;
char *xstrdup(const char *text) MUST_CHECK;               /* NULL stays NULL */
char *xmemdup0(const void *data, size_t size) MUST_CHECK; /* a copy that is followed by a NUL */
char *xasprintf(const char *format, ...) MUST_CHECK PRINTF_LIKE(1, 2);
char *xvasprintf(const char *format, va_list args) MUST_CHECK PRINTF_LIKE(1, 0);

/* Why something failed, in words for people: what, where, why, what would be correct. Never holds
 * secrets or ticket text. Functions that take one write it only on failure; NULL is allowed when
 * the caller does not need it. */
struct err {
	char text[256];
};
/* Formats into `err`, cut to its size on a UTF-8 boundary, and returns -1, so that `return
 * err_set(...)` reads well. */
int err_set(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
