/* The addresses of services: makes one clean URL each out of subdomain, base_url, OPENAI_BASE_URL
 * and OLLAMA_HOST, and stores it back. Private to lib/config; a part of config_finish. */
#ifndef CONFIG_ADDRESS_H
#define CONFIG_ADDRESS_H

#include "config/config.h"

void address_finish_zendesk(struct config *config, struct config_problems *problems);
/* llm.provider must be final. */
void address_finish_llm(struct config *config, struct config_problems *problems);
void address_finish_proxy(struct config *config, struct config_problems *problems);
/* The webhooks of alerts: https, or this machine. An address of Slack's Workflow Builder, which
 * takes other bodies, is refused. */
void address_finish_alerts(struct config *config, struct config_problems *problems);
/* True for OpenAI's own host, which requires a key. */
bool address_is_openai(const char *base_url);

#endif
