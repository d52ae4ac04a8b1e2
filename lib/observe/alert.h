/* Alerts: what a person must know. One is raised once, and ended once when it is over; kind and key
 * together say which one it is, so that whoever passes alerts on can tell a new one from a repeated
 * one, and the end from another's end. */
#ifndef OBSERVE_ALERT_H
#define OBSERVE_ALERT_H

#include "ticket/key.h"

/* To add one: a name here and a row in alert.c. */
enum alert_kind {
	ALERT_ZENDESK_REFUSED,    /* Zendesk does not let us in */
	ALERT_ZENDESK_DOWN,       /* it does not answer */
	ALERT_TICKETS_UNREADABLE, /* a whole look for tickets failed */
	ALERT_MODEL_REFUSED,      /* the model's service does not let us in, or has no such model */
	ALERT_MODEL_DOWN,         /* it does not answer: rules do */
	ALERT_MODEL_REPLACED,     /* a fallback model is in use */
	ALERT_RECORDS_FAILING,    /* the database cannot be written */
	ALERT_BULK_OFF,           /* bulk updates are given up */
	ALERT_QUARANTINED,        /* a ticket crashed the service twice */
	ALERT_KINDS
};

/* ALERT_NOTICE: nobody need get up for it. */
enum alert_severity { ALERT_NOTICE, ALERT_WARNING, ALERT_CRITICAL };

struct alert {
	enum alert_kind kind;
	enum alert_severity severity;
	struct ticket_key key; /* the account, and the ticket where the alert is about one */
	bool over;
};

const char *alert_kind_name(enum alert_kind kind); /* "zendesk_refused", for programs */
struct alert alert_raised(enum alert_kind kind, struct ticket_key key);
struct alert alert_ended(enum alert_kind kind, struct ticket_key key);

#endif
