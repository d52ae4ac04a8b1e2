/* The address that the server listens at, as it is written in the configuration. */
#ifndef DAEMON_SYSTEM_ADDRESS_H
#define DAEMON_SYSTEM_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"

/* "127.0.0.1:9090", "[::1]:9090", "localhost:9090", ":9090" (all addresses); port 0 = any free one.
 * 0, or -1. */
int address_parse(const char *text, struct sockaddr_storage *ret, struct err *err) MUST_CHECK;

#endif
