/* Code comes back by itself when it is used again: see memory.h. */
#include "daemon/system/memory.h"

#include <stdlib.h> /* says whether this is glibc */

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

/* What is mapped from a file and never written: code and constants. Tables that the linker writes
 * to stand in writable segments. */
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

void memory_give_back(void)
{
#ifdef __linux__
	(void)dl_iterate_phdr(let_go_of_code, NULL);
#endif
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}
