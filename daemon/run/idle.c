/* See rest.h. One timer, which is not even armed while there was no burst: an idle service does not wake up for this. */
#include "daemon/run/idle.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#define BURST 8 /* more in flight than this is one */
#define REST_AFTER_MS                                                                                                  \
	20000 /* long enough for what follows a pause of the model; connections would be closed after 50 s anyway */
#define AGAIN_MS 1000

#ifdef __linux__
/* The linker has written addresses into its code: what the file holds is not the same. */
static bool is_patched(const struct dl_phdr_info *object)
{
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + part->p_vaddr);

		if (part->p_type != PT_DYNAMIC)
			continue;
		for (; entry->d_tag != DT_NULL; entry++)
			if (entry->d_tag == DT_TEXTREL ||
			    (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
				return true;
	}
	return false;
}

/* What is mapped from a file and never written: code and constants. Tables that the linker writes to stand in writable segments. */
static int let_go_of_code(struct dl_phdr_info *object, size_t size, void *arg)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	for (int i = 0; i < object->dlpi_phnum && !is_patched(object); i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t from = (object->dlpi_addr + part->p_vaddr + page - 1) & ~(page - 1);
		uintptr_t to = (object->dlpi_addr + part->p_vaddr + part->p_filesz) & ~(page - 1);

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0 && from < to)
			(void)madvise((void *)from, to - from, MADV_DONTNEED);
	}
	return 0;
}
#endif

/* Half of what is resident is code of libraries that a start and a burst need, an idle service does not. It stays in the cache of
 * the system, from where a fault brings back what is used again. */
static void give_back(void *arg)
{
#ifdef __linux__
	(void)dl_iterate_phdr(let_go_of_code, NULL);
#endif
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}

static void on_rest(uv_timer_t *timer)
{
	struct app *app = timer->data;

	if (http_client_in_flight(app->client) > 0) {
		(void)uv_timer_start(timer, on_rest, AGAIN_MS, 0);
		return;
	}
	app->burst = false;
	http_client_rest(app->client);
	if (app->store != NULL)
		store_rest(app->store, give_back, app);
	else
		give_back(app);
}

void idle_start(struct app *app)
{
	ENSURE(uv_timer_init(&app->loop, &app->rest) == 0);
	app->rest.data = app;
	uv_unref((uv_handle_t *)&app->rest);
}

void idle_watch(struct app *app, size_t in_flight)
{
	if (in_flight > BURST) {
		app->burst = true;
		(void)uv_timer_stop(&app->rest);
	} else if (app->burst && !uv_is_active((uv_handle_t *)&app->rest)) {
		uv_update_time(&app->loop);
		(void)uv_timer_start(&app->rest, on_rest, REST_AFTER_MS, 0);
	}
}

void idle_close(struct app *app)
{
	uv_close((uv_handle_t *)&app->rest, NULL);
}
