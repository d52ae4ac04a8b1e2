/* Jobs: many changes that a desk carries out later, and what it says became of them. */
#ifndef DESK_JOB_H
#define DESK_JOB_H

#include "base/str.h"

#define DESK_JOBS_MAX 30 /* that one request may ask for */

/* A job of update_many. Its state says nothing about single tickets: `completed` jobs with 99
 * failures of 100 are on record. */
enum desk_job_state {
	DESK_JOB_QUEUED,
	DESK_JOB_WORKING, /* also a word we do not know */
	DESK_JOB_COMPLETED,
	DESK_JOB_FAILED /* failed or killed: what its items say holds, the rest is unknown */
};

/* What a job says about one ticket. Recorded successes are {action,id,status,success:true},
 * failures {index,error,id,details} without `success`; the vendor's description has
 * {id,action,success:false,error,details}: both are read. */
enum desk_item_verdict {
	DESK_ITEM_UNKNOWN,  /* neither success:true nor an error */
	DESK_ITEM_UPDATED,  /* success is true, and there is no error */
	DESK_ITEM_CONFLICT, /* UpdateConflict: the ticket has moved past the stamp */
	DESK_ITEM_GONE,     /* RecordNotFound */
	DESK_ITEM_CLOSED,   /* the words say so */
	DESK_ITEM_REFUSED   /* any other error, or success:false without one */
};

struct desk_job_item {
	uint64_t id;   /* 0 = not said */
	int64_t index; /* place in the request, from 0; -1 = not said */
	enum desk_item_verdict verdict;
	/* one line for a person, as in struct desk_answer; empty for UPDATED and CONFLICT */
	struct str text;
};

struct desk_job {
	struct str id;
	enum desk_job_state state;
	int64_t total, progress; /* tickets; -1 = not said */
	/* in the server's order; may be fewer, more or others than were sent */
	struct desk_job_item *items;
	size_t item_count;
};

struct desk_jobs {
	struct desk_job *items;
	size_t count;
};

#endif
