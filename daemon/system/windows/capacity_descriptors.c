/* Windows has no limit of open files that a process could reach: handles are bounded by memory. */
#include "daemon/system/capacity.h"

int capacity_allow_descriptors(const struct config *config, struct config_problems *problems)
{
	return 0;
}
