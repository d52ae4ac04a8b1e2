/* The doctor asks both services what they would be asked at first contact. */
#ifndef DAEMON_DOCTOR_SERVICES_H
#define DAEMON_DOCTOR_SERVICES_H

#include "config/config.h"
#include "contact/contact.h"
#include "daemon/doctor/exchange.h"

/* Zendesk: who we are, what may be read, its limits, and how far the clocks differ. */
void services_show_zendesk(struct exchange *exchange, const struct config *config);
/* The model's service: its list of models, and one sample answer. */
void services_show_model(struct exchange *exchange, const struct config *config);

/* Prints a line for each step: those before the judgement's passed. `names`: what to show of a step
 * that passed, NULL = the step is left out. */
void services_show_steps(const char *service, const struct contact *contact,
                         const char *const names[CONTACT_PASSED]);

#endif
