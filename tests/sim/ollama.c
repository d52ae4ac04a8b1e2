/* Ollama's native API: chat, which answers NDJSON unless `stream` is false; a queue for its few
 * workers; refusals as plain text; and counters that are left out when they are zero. */
#include <stdio.h>
#include <string.h>

#include "mind.h"

#define NUM_CTX_DEFAULT 4096

static void refuse(struct world_answer *answer, int status, const char *text)
{
	answer_json(answer, status);
	buf_puts(&answer->body, "{");
	json_add_member(&answer->body, "error", str_of(text));
	buf_puts(&answer->body, "}");
}

static bool model_here(const struct world *world, struct str name)
{
	if (str_ends(name, STR(":latest")))
		name.len -= strlen(":latest");
	return in_list(world->options.ollama_models, name);
}

/* When a worker begins this request: the worker that is free first. False: too many requests
 * wait. */
static bool wait_for_worker(struct world *world, msec work, msec *ret_delay)
{
	int count = world->options.ollama_parallel;
	msec now = world->now.mono;
	*ret_delay = work;
	if (count <= 0)
		return true;
	msec *free_at = &world->models.workers[0];
	for (int i = 1; i < count; i++)
		if (world->models.workers[i] < *free_at)
			free_at = &world->models.workers[i];
	msec start = *free_at > now ? *free_at : now;
	if (work > 0 && (start - now) / work * count > world->options.ollama_queue)
		return false;
	*free_at = start + work;
	*ret_delay = start + work - now;
	return true;
}

static void add_counters(const struct mind *mind, const char *reason, struct buf *out)
{
	buf_printf(out,
	           ",\"done\":true,\"done_reason\":\"%s\",\"total_duration\":1075509083,\"load_"
	           "duration\":5676781",
	           reason);
	if (mind->prompt_tokens)
		buf_printf(out, ",\"prompt_eval_count\":%lld,\"prompt_eval_duration\":236000000",
		           (long long)mind->prompt_tokens);
	if (mind->answer_tokens)
		buf_printf(out, ",\"eval_count\":%lld,\"eval_duration\":269743000",
		           (long long)mind->answer_tokens);
}

static void start_line(struct world *world, struct str model, struct buf *out)
{
	char now[CLOCK_ISO_SIZE];
	clock_format_iso(world->now.wall, now);
	buf_puts(out, "{");
	json_add_member(out, "model", model);
	json_add_member(out, "created_at", str_of(now));
	buf_puts(out, ",\"message\":{\"role\":\"assistant\",\"content\":");
}

static void add_whole(struct world *world, const struct json *body, const struct mind *mind,
                      struct buf *out)
{
	bool logprobs = false;
	int64_t top = 0;
	(void)json_bool_at(body, "logprobs", &logprobs);
	(void)json_int_at(body, "top_logprobs", &top);
	start_line(world, json_str_at(body, "model"), out);
	json_add_string(out, mind->in_reasoning ? STR("") : buf_str(&mind->content));
	if (mind->in_reasoning)
		json_add_member(out, "thinking", buf_str(&mind->content));
	buf_puts(out, "}");
	if (logprobs) {
		buf_puts(out, ",\"logprobs\":");
		logprobs_add(world, mind, (int)top, out);
	}
	add_counters(mind, str_eq(mind->finish, STR("length")) ? "length" : "stop", out);
	buf_puts(out, "}");
}

static void add_stream(struct world *world, const struct json *body, const struct mind *mind,
                       struct buf *out)
{
	struct str model = json_str_at(body, "model"), content = buf_str(&mind->content);
	for (size_t at = 0, len; at < content.len; at += len) {
		len = token_length(content, at);
		start_line(world, model, out);
		json_add_string(out, str_make(content.data + at, len));
		buf_puts(out, "},\"done\":false}\n");
	}
	start_line(world, model, out);
	buf_puts(out, "\"\"}");
	add_counters(mind, str_eq(mind->finish, STR("length")) ? "length" : "stop", out);
	buf_puts(out, "}\n");
}

static void answer_chat(struct world *world, const struct json *body, struct world_answer *answer)
{
	const struct json *options = json_at(body, "options");
	int64_t bound = 0, context = NUM_CTX_DEFAULT;
	bool stream = true, truncate = true;
	struct mind mind;
	(void)json_int_at(options, "num_predict", &bound);
	(void)json_int_at(options, "num_ctx", &context);
	(void)json_bool_at(body, "stream", &stream);
	(void)json_bool_at(body, "truncate", &truncate);
	mind_answer(world, json_at(body, "messages"), bound > 0 ? bound : 0, &mind);
	if (mind.prompt_tokens > context && !truncate) {
		refuse(answer, 400, "the input length exceeds the context length");
	} else {
		/* the system prompt was silently cut off */
		if (mind.prompt_tokens > context) {
			buf_reset(&mind.content);
			buf_puts(&mind.content, "Sure! How can I help you today?");
			memset(mind.value_at, 0, sizeof(mind.value_at));
			mind.prompt_tokens = context;
		}
		answer_start(answer, 200,
		             stream ? "application/x-ndjson" : "application/json; charset=utf-8");
		if (stream)
			add_stream(world, body, &mind, &answer->body);
		else
			add_whole(world, body, &mind, &answer->body);
	}
	mind_free(&mind);
}

static bool format_good(const struct json *format)
{
	return !format || json_is_object(format) || str_eq(json_str_value(format), STR("json"));
}

static void chat(struct world *world, const struct world_request *request,
                 struct world_answer *answer)
{
	struct json *body = json_parse(request->body, NULL);
	struct str model = json_str_at(body, "model");
	int64_t top = 0;
	msec work = latency_between(world, world->options.model_latency_min,
	                            world->options.model_latency_max);
	mind_inspect(world, json_at(body, "messages"));
	(void)json_int_at(body, "top_logprobs", &top);
	if (!json_is_object(body) || !model.len) {
		refuse(answer, 400, "model is required");
	} else if (poison_strikes(world, json_at(body, "messages"), answer)) {
		answer->delay = work / 20;
	} else if (!model_here(world, model) || world->fault == FAULT_NO_MODEL) {
		char text[256];
		snprintf(text, sizeof(text), "model '" STR_FMT "' not found",
		         STR_ARG(utf8_cut(model, 200)));
		refuse(answer, 404, text);
	} else if (!format_good(json_at(body, "format")) || top < 0 || top > 20) {
		refuse(answer, 400, "invalid format or top_logprobs");
	} else if (!wait_for_worker(world, work, &answer->delay)) {
		refuse(answer, 503,
		       "server busy, please try again.  maximum pending requests exceeded");
	} else {
		if (!world->models.loaded)
			answer->delay += world->options.ollama_load;
		world->models.loaded = true;
		answer_chat(world, body, answer);
	}
	json_free(body);
}

static void tags(struct world *world, bool loaded, struct world_answer *answer)
{
	struct str rest = str_of(world->options.ollama_models);
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"models\":[");
	while (rest.len) {
		struct str name = str_trim(str_split(&rest, ','));
		json_add_comma(&answer->body);
		buf_puts(&answer->body, "{");
		json_add_member(&answer->body, "name", name);
		json_add_member(&answer->body, "model", name);
		buf_puts(&answer->body, loaded ? ",\"size\":6654289920,\"digest\":\"46e0c10c039e\","
		                                 "\"expires_at\":\"2026-12-31T00:00:"
		                                 "00Z\","
		                                 "\"size_vram\":6654289920,\"context_length\":4096}"
		                               : ",\"modified_at\":\"2026-11-01T00:00:00Z\","
		                                 "\"size\":4920753328,\"digest\":"
		                                 "\"46e0c10c039e\","
		                                 "\"details\":{\"format\":\"gguf\",\"family\":"
		                                 "\"llama\",\"parameter_size\":\"8.0B\","
		                                 "\"quantization_level\":\"Q4_K_M\"}}");
	}
	buf_puts(&answer->body, "]}");
}

void ollama_request(struct world *world, const struct world_request *request,
                    struct world_answer *answer)
{
	struct str rest = request->target, path = str_split(&rest, '?');
	bool get = request->method == HTTP_GET;
	if (str_eq(path, STR("/api/chat")) && request->method == HTTP_POST)
		chat(world, request, answer);
	else if (str_eq(path, STR("/api/tags")) && get)
		tags(world, false, answer);
	else if (str_eq(path, STR("/api/ps")) && get)
		tags(world, true, answer);
	else if (str_eq(path, STR("/api/version")) && get) {
		answer_json(answer, 200);
		buf_puts(&answer->body, "{\"version\":\"0.12.6\"}");
	} else if (str_eq(path, STR("/")) && get)
		answer_text(answer, 200, "Ollama is running");
	else
		answer_text(answer, 404, "404 page not found");
}
