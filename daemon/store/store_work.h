/* What the worker of the store does, as far as it is told how long that took. */
#ifndef DAEMON_STORE_STORE_WORK_H
#define DAEMON_STORE_STORE_WORK_H

enum store_work {
	STORE_WORK_READ,    /* looked something up */
	STORE_WORK_PERSIST, /* made something durable */
	STORE_WORK_UPKEEP,  /* removed what is old, freed memory, copied or rebuilt the file */
	STORE_WORKS
};

#endif
