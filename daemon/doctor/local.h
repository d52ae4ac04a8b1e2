/* What the doctor can see without asking anybody: secrets, proxy, disk. */
#ifndef DAEMON_DOCTOR_LOCAL_H
#define DAEMON_DOCTOR_LOCAL_H

#include "config/config.h"

void local_show(const struct config *config);

#endif
