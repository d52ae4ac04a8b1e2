/* ai-ticketd doctor: shows line by line whether the configuration works here, with the remedy where
 * it does not: configuration, secrets and who may read them, proxy, both services step by step as
 * lib/contact judges them, limits, clock, disk, model, one sample answer. It changes nothing: no
 * file is made, nothing is written to Zendesk, and the only request that costs anything is one
 * short answer of the model. */
#ifndef DAEMON_DOCTOR_DOCTOR_H
#define DAEMON_DOCTOR_DOCTOR_H

#include "daemon/start/settings.h"

/* `good`: the settings have no errors. Prints to standard output. 0: all is well; 1: it works, with
 * something to look at; 2: it does not work. */
int doctor_run(const struct settings *settings, bool good);

#endif
