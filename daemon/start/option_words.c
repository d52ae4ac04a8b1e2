/* Names the option that getopt_long rejected. The word at optind - 1 is that option only when
 * it is a long one: a word may combine several letters, and a negative number looks like one of
 * them. */
#include "daemon/start/option_words.h"

#include <getopt.h>

int option_words_refuse(char *const *argv, int code, struct err *err)
{
	const char *word = argv[optind - 1];

	if (code == ':')
		return err_set(err, "%s: a value is required", word);
	if (optopt > 0 && optopt < OPTION_LONG)
		return err_set(err, "-%c: unknown option; see --help", optopt);
	if (optopt != 0)
		return err_set(err, "%s: takes no value", word);
	return err_set(err, "%s: unknown option (options cannot be abbreviated); see --help", word);
}
