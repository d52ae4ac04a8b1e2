/* The usage of ai-ticketctl, which docs/ai-ticketctl.1.scd explains at length. */
#include "daemon/ctl/usage.h"

#include <stdio.h>

void usage_print(void)
{
	fputs("ai-ticketctl: shows the state of the running ai-ticketd and controls it.\n"
	      "\n"
	      "usage: ai-ticketctl [--socket PATH] [--json] COMMAND\n"
	      "\n"
	      "  status          how it is and what to do, what waits and how long, statistics\n"
	      "      --inside    also the internal state\n"
	      "      --watch     again every 2 seconds\n"
	      "  health          health, for monitoring\n"
	      "      --live      for containers: exit status 0 while the service answers, else 1\n"
	      "      --ready     0 when it is signed in and not unhealthy, else 1\n"
	      "  reload          reload the configuration; an invalid one is refused as a whole\n"
	      "  pause, resume   stop taking new tickets; take them again\n"
	      "  stop-writing    emergency stop: nothing is written, no ticket is begun, no model "
	      "is "
	      "paid,\n"
	      "                  also after a restart, until start-writing\n"
	      "  start-writing   end the emergency stop\n"
	      "  process ID...   process these tickets now; with --again those that are done are\n"
	      "                  analysed once more: labels and priority replaced, one more note\n"
	      "      --wait      wait for their outcomes and show them\n"
	      "  explain ID      everything known about a ticket: what was decided and written, or "
	      "why not\n"
	      "  erase ID        delete everything stored about a ticket, and never analyse it "
	      "again\n"
	      "  audit           the last commands that were given, and who gave them\n"
	      "  unseal FILE     print a sealed log or result file; needs the key, not the "
	      "service\n"
	      "\n"
	      "      --socket PATH   instead of $AI_TICKETD_HTTP_SOCKET and the default sockets\n"
	      "      --key-file FILE for unseal, instead of $LOG_ENCRYPTION_KEY and "
	      "$LOG_ENCRYPTION_KEY_FILE\n"
	      "      --again         for process: also tickets that are done\n"
	      "      --json          print the service's answer as JSON\n"
	      "      --yes           for erase: do not ask\n"
	      "      --version       print the version\n"
	      "  -h, --help          print this\n"
	      "\n"
	      "exit status: 0 done or healthy, 1 refused, not done, or degraded, 2 unhealthy, 3 no "
	      "answer or\n"
	      "wrong usage\n",
	      stdout);
}
