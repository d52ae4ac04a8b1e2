/* Makes a base address out of what was given. Sources: the vendors' pages on their compatible
 * endpoints; Microsoft's on the life cycle of api-version, which its v1 address does without. */
#include "config/endpoint.h"

#define AZURE_PATH "/openai/v1"

static bool cut_tail(struct str *path, const char *tail)
{
	if (!str_ends(*path, str_of(tail)))
		return false;
	path->len -= str_of(tail).len;
	while (str_ends(*path, STR("/")))
		path->len--;
	return true;
}

bool endpoint_cut(struct url *url, bool ollama)
{
	static const char *const openai_tails[] = {ENDPOINT_CHAT, "/completions", "/responses",
	                                           "/embeddings", "/models"};
	static const char *const ollama_tails[] = {
	        "/api/chat", "/api/generate",        "/api/tags",
	        "/api",      "/v1/chat/completions", "/v1/models",
	        "/v1"};
	const char *const *tails = ollama ? ollama_tails : openai_tails;
	size_t count = ollama ? ARRAY_LEN(ollama_tails) : ARRAY_LEN(openai_tails);

	for (size_t i = 0; i < count; i++)
		if (cut_tail(&url->path, tails[i]))
			return true;
	return !ollama && str_ends(url->path, STR("/v1/chat")) && cut_tail(&url->path, "/chat");
}

static bool is_host(struct str host, struct str known)
{
	if (!str_starts(known, STR(".")))
		return str_ieq(host, known);
	return host.len > known.len && str_ieq(str_skip(host, host.len - known.len), known);
}

/* Paths of services that are not /v1. A host that begins with a full stop has a name before it. */
static const struct {
	const char *host, *path;
} HOSTS[] = {
        {".openai.azure.com", AZURE_PATH},
        {".services.ai.azure.com", AZURE_PATH},
        {".cognitiveservices.azure.com", AZURE_PATH},
        {".openai.azure.us", AZURE_PATH},
        {".cognitiveservices.azure.us", AZURE_PATH},
        {".openai.azure.cn", AZURE_PATH},
        {".cognitiveservices.azure.cn", AZURE_PATH},
        {"api.openai.com", "/v1"},
        {"api.groq.com", "/openai/v1"},
        {"openrouter.ai", "/api/v1"},
        {"generativelanguage.googleapis.com", "/v1beta/openai"},
};

static bool is_azure(struct str host)
{
	/* worldwide, US Government, China */
	return is_host(host, STR(".azure.com")) || is_host(host, STR(".azure.us")) ||
	       is_host(host, STR(".azure.cn"));
}

const char *endpoint_path(const struct url *url, bool was_cut)
{
	for (size_t i = 0; i < ARRAY_LEN(HOSTS); i++) {
		struct str path = str_of(HOSTS[i].path);
		if (!is_host(url->host, str_of(HOSTS[i].host)))
			continue;
		bool begins = str_starts(path, url->path) && url->path.len < path.len &&
		              path.data[url->path.len] == '/';
		return begins ? HOSTS[i].path : NULL;
	}
	if (url->path.len > 0)
		return NULL;
	return was_cut ? ENDPOINT_CHAT : "/v1";
}

bool endpoint_is_dated(struct str given, struct buf *ret)
{
	struct str rest = given, base = str_split(&rest, '?');
	struct url url;
	bool readable = url_parse(base, &url, NULL) == 0;
	/* on other hosts it may be a gateway, which adds the version itself */
	bool deployment =
	        readable && str_ifind(base, STR("/openai/deployments/")) >= 0 && is_azure(url.host);

	if (str_ifind(rest, STR("api-version=")) < 0 && !deployment)
		return false;
	buf_puts(ret, "Azure's dated form (deployments, api-version) is not spoken: use ");
	if (readable) {
		url.path.len = 0;
		url_write(&url, ret);
	} else {
		buf_puts(ret, "https://RESOURCE.openai.azure.com");
	}
	buf_puts(ret, AZURE_PATH ", and the name of the deployment as llm.model");
	return true;
}
