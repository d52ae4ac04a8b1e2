/* The model in use, and the request parts that depend on it. */
#include "llm/client.h"

#include <stdlib.h>

#include "llm/protocol.h"

unsigned llm_client_params(const struct llm_client *client)
{
	bool sure = client->config->llm.confidence && !client->unsure;

	return llm_profile_params(&client->profile, client->refused | (sure ? 0 : PARAM_LOGPROBS));
}

void llm_client_prepare(struct llm_client *client)
{
	buf_reset(&client->body_head);
	buf_reset(&client->body_tail);
	if (client->protocol != NULL)
		client->protocol->prepare(client, &client->body_head, &client->body_tail);
}

void llm_client_use(struct llm_client *client, struct str model)
{
	free(client->model);
	client->model = xmemdup0(model.data, model.len);
	client->models_used++;
	client->profile = llm_profile_of(model, client->hosted);
	client->refused = 0;
	llm_client_prepare(client);
}

void llm_client_refuse(struct llm_client *client, unsigned params)
{
	client->refused |= params;
	llm_client_prepare(client);
}
