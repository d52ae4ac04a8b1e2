/* Jobs: bulk updates that a desk carries out later, and what it reports about their tickets. */
#ifndef DESK_JOB_H
#define DESK_JOB_H

#include "base/str.h"

#define DESK_JOBS_MAX 30 /* jobs per status request, at most */

/* A job of update_many. Its state says nothing about single tickets: `completed` jobs with 99
 * failures of 100 are on record. */
enum desk_job_state {
	DESK_JOB_QUEUED,
	DESK_JOB_WORKING, /* also a word we do not know */
	DESK_JOB_COMPLETED,
	/* failed or killed: the results of its items are valid, other tickets are unknown */
	DESK_JOB_FAILED
};

/* What a job reports about one ticket. Recorded successes are {action,id,status,success:true},
 * recorded failures {index,error,id,details} without `success`; the vendor's description has
 * {id,action,success:false,error,details}: both are read. */
enum desk_item_verdict {
	DESK_ITEM_UNKNOWN,  /* neither success:true nor an error */
	DESK_ITEM_UPDATED,  /* success is true, and there is no error */
	DESK_ITEM_CONFLICT, /* UpdateConflict: the ticket has moved past the stamp */
	DESK_ITEM_GONE,     /* RecordNotFound */
	DESK_ITEM_CLOSED,   /* the error's text says "closed" */
	DESK_ITEM_REFUSED   /* any other error, or success:false without one */
};

struct desk_job_item {
	uint64_t id;   /* 0 = absent */
	int64_t index; /* position in the request, from 0; -1 = absent */
	enum desk_item_verdict verdict;
	/* one line for people, as in struct desk_answer; empty for UPDATED and CONFLICT */
	struct str text;
};

struct desk_job {
	struct str id;
	enum desk_job_state state;
	int64_t total, progress; /* tickets; -1 = absent */
	/* in the server's order; may be fewer, more or others than were sent */
	struct desk_job_item *items;
	size_t item_count;
};

struct desk_jobs {
	struct desk_job *items;
	size_t count;
};

#endif
