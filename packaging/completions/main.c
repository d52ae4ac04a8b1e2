/* Prints the completions of one shell for one program:
 *
 *     completions bash|fish|zsh ai-ticketd|ai-ticketctl */
#include <stdio.h>
#include <string.h>

#include "packaging/completions/completions.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *shell;
		void (*print)(const struct completions *of);
	} shells[] = {
	        {"bash", completions_bash}, {"fish", completions_fish}, {"zsh", completions_zsh}};
	const struct completions *program = argc == 3 ? completions_of(argv[2]) : NULL;

	for (size_t i = 0; program != NULL && i < ARRAY_LEN(shells); i++) {
		if (strcmp(argv[1], shells[i].shell) != 0)
			continue;
		shells[i].print(program);
		return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
	}
	fputs("usage: completions bash|fish|zsh ai-ticketd|ai-ticketctl\n", stderr);
	return 2;
}
