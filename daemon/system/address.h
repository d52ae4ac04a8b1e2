/* Parses the address of http.listen. */
#ifndef DAEMON_SYSTEM_ADDRESS_H
#define DAEMON_SYSTEM_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"

/* Accepts "127.0.0.1:9090", "[::1]:9090", "localhost:9090" and ":9090" (all addresses); port 0 =
 * any free port. 0, or -1 with a reason. */
int address_parse(const char *text, struct sockaddr_storage *ret, struct err *err) MUST_CHECK;

#endif
