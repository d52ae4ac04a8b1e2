/* Finding keys and passwords. Private to this folder: users include redact.h. */
#ifndef PRIVACY_SECRET_H
#define PRIVACY_SECRET_H

#include "privacy/scan.h"

struct secrets;
struct secrets *secrets_new(bool jit, uint32_t match_limit) MUST_CHECK;
void secrets_free(struct secrets *secrets);
#define SECRETS_KEY 1u
#define SECRETS_LABEL 2u
#define SECRETS_PLACE 4u
#define SECRETS_VEIL 8u /* a veiled e-mail address */
#define SECRETS_VENDOR 16u

/* A place in a text where one of them (SECRETS_KEY …) may begin. */
struct hit {
	uint32_t at;
	uint32_t flags;
};
struct hits {
	const struct hit *at;
	size_t count;
};
/* A quick look: returns which of them may be somewhere in the text, and puts the places, each a
 * struct hit, into `hits`. A mask of the same text has them at the same places. */
unsigned secrets_survey(const struct secrets *secrets, struct str text, struct buf *hits);
void secret_find_keys(const struct secrets *secrets, struct mask *mask, struct hits hits);
void secret_find_labelled(const struct secrets *secrets, struct mask *mask, struct hits hits);
void secret_find_places(struct mask *mask, struct hits hits);

/* The end of the private key whose first line ends at `at`. */
size_t secret_pem_end(const struct mask *mask, size_t at);

/* The words before places begin with these three bytes or more; NULL after the last one. */
const char *secret_place_stem(size_t index);
/* Claims a secret in the place that is announced at `at`; returns where the search goes on: `at`
 * when there is none. */
size_t secret_place_claim(struct mask *mask, size_t at);

/* The parts of it for commands, behind the word that announces them, or `at` behind the dash of an
 * option: name:word, name/word, ('name', 'word'), the options of curl, and name:word before
 * `sign`. */
size_t secret_login_claim(struct mask *mask, size_t at);
size_t secret_slash_claim(struct mask *mask, size_t at);
size_t secret_pair_claim(struct mask *mask, size_t at);
size_t secret_option_claim(struct mask *mask, size_t at);
void secret_curl_claim(struct mask *mask, size_t at);
void secret_dsn_claim(struct mask *mask, size_t sign);

/* The same for the keys that begin as their issuers made them to. */
const char *secret_vendor_stem(size_t index);
size_t secret_vendor_claim(struct mask *mask, size_t at);

/* The kinds of labels ("password"), and of what links a label to its value. */
enum label {
	LABEL_PASSWORD, /* always means a password */
	LABEL_PHRASE,   /* several words follow */
	LABEL_SHORT,    /* "pass", "pw": also has other meanings */
	LABEL_PIN,
	LABEL_API_KEY,
	LABEL_TOKEN, /* also has other meanings */
	LABEL_BEARER
};
enum link {
	LINK_SIGN,  /* ":", "=", a table cell */
	LINK_IS,    /* "is": an ordinary word may follow */
	LINK_READS, /* announces the value: "lautet" */
	LINK_VERB,  /* "is" in another language: only what looks like a password counts */
	LINK_CELL,  /* a tab, or what separates the cells of a spreadsheet */
	LINK_NONE   /* a blank */
};
/* Finds the value that starts at `at`, where the label and link ended, and claims it if it is a
 * secret. Returns where the search goes on. */
size_t secret_value_claim(struct mask *mask, size_t at, enum label label, enum link link,
                          bool next_line);
/* Claims start..end, a cell below the label or beside it, if it is a secret. */
void secret_value_claim_cell(struct mask *mask, size_t start, size_t end, enum label label);
/* Claims the secrets in the column of a table whose heading is the label at start..end. */
void secret_column_claim(struct mask *mask, size_t start, size_t end, enum label label);

#endif
