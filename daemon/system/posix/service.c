/* No words of their own: systemd and its kin start the program without any. */
#include "daemon/system/service.h"

bool service_command(int argc, char **argv, int (*body)(int argc, char **argv), int *ret_status)
{
	return false;
}

const char *service_help(void)
{
	return "";
}
