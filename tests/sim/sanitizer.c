/* Limits what AddressSanitizer keeps for its reports, since a run makes millions of small
 * allocations. Unused in other builds; ASAN_OPTIONS overrides it. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:malloc_context_size=4:max_malloc_fill_size=16";
}
