/* Frees unused heap and drops pages of code, which are loaded again when they are used: see
 * memory.h. */
#include "daemon/system/memory.h"

#include <stdlib.h> /* defines __GLIBC__ where this is glibc */

#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <link.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#ifdef __linux__
/* Whether the linker has changed the code (text relocations): then the file does not contain the
 * same bytes. */
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

/* Drops what is mapped from a file and never written: code and constants. Tables that the linker
 * writes to are in writable segments. */
static int drop_code_pages(struct dl_phdr_info *object, size_t size, void *arg)
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

void memory_prepare(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_ARENA_MAX, 2); /* the loop's, and the workers' */
#endif
}

void memory_give_back(void)
{
#ifdef __linux__
	(void)dl_iterate_phdr(drop_code_pages, NULL);
#endif
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}
