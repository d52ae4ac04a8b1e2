/* Parses the address of http.listen, and says of addresses whose they are. */
#ifndef DAEMON_SYSTEM_ADDRESS_H
#define DAEMON_SYSTEM_ADDRESS_H

#include <uv.h>

#include "base/base.h"

/* Accepts "127.0.0.1:9871", "[::1]:9871", "localhost:9871" and ":9871" (all addresses); port 0 =
 * any free port. 0, or -1 with a reason. */
int address_parse(const char *text, struct sockaddr_storage *ret, struct err *err) MUST_CHECK;

/* Whether this is an address of this machine only: 127.0.0.0/8 or ::1, also when mapped. */
bool address_is_loopback(const struct sockaddr_storage *address);
/* The address in 16 bytes, an IPv4 one mapped into IPv6 (RFC 4291 §2.5.5.2). */
void address_host(const struct sockaddr_storage *address, uint8_t ret[16]);
/* Whether it is an IPv4 address in that form. */
bool address_host_is_four(const uint8_t host[16]);

#endif
