/* The heap of Windows keeps no memory for each thread, so nothing is prepared; pages that are not
 * needed go back when the working set is emptied. */
#include "daemon/system/memory.h"

#include <windows.h>

void memory_prepare(void)
{
}

void memory_give_back(void)
{
	(void)HeapCompact(GetProcessHeap(), 0);
	(void)SetProcessWorkingSetSize(GetCurrentProcess(), (SIZE_T)-1, (SIZE_T)-1);
}
