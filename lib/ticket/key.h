/* The key of a ticket: numbers are unique only within an account of a help desk. */
#ifndef TICKET_KEY_H
#define TICKET_KEY_H

#include "base/base.h"

/* the only account of a configuration with one section for its help desk */
#define ACCOUNT_FIRST 1u

struct ticket_key {
	uint32_t account; /* 0 = no ticket */
	uint64_t id;      /* 1 … INT64_MAX */
};

static inline struct ticket_key ticket_key(uint32_t account, uint64_t id)
{
	return (struct ticket_key){id != 0 ? account : 0, id};
}

static inline bool ticket_key_eq(struct ticket_key a, struct ticket_key b)
{
	return a.account == b.account && a.id == b.id;
}

#endif
