/* Who may connect to a named pipe. */
#ifndef DAEMON_SERVER_WINDOWS_PIPE_ACCESS_H
#define DAEMON_SERVER_WINDOWS_PIPE_ACCESS_H

#include <uv.h>

#include "base/base.h"

/* The system, administrators, our user and the group (NULL = none), from this machine alone. The
 * pipe is bound, and does not listen yet. 0 or a code of libuv. */
int pipe_access_limit(uv_pipe_t *pipe, const char *group) MUST_CHECK;

#endif
