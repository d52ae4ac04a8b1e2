/* The order of what is looked at: what is wrong first makes the rest wrong. */
#include "daemon/doctor/doctor.h"

#include <uv.h>

#include "base/json.h"
#include "daemon/doctor/lines.h"
#include "daemon/doctor/local.h"
#include "daemon/doctor/services.h"

static void show_configuration(const struct settings *settings, bool good)
{
	lines_add_each(LINE_LOOK, "configuration", buf_str(&settings->problems.warnings));
	lines_add_each(LINE_WRONG, "configuration", buf_str(&settings->problems.errors));
	if (good)
		lines_add(LINE_OK, "configuration", "good");
}

int doctor_run(const struct settings *settings, bool good)
{
	struct exchange exchange;
	uint64_t seed = 0;

	show_configuration(settings, good);
	if (good) {
		(void)uv_random(NULL, NULL, &seed, sizeof(seed), 0, NULL);
		json_seed(seed);
		local_show(settings->config);
		exchange_open(&exchange, settings);
		services_show_zendesk(&exchange, settings->config);
		services_show_model(&exchange, settings->config);
		exchange_close(&exchange);
	}
	return (int)lines_worst();
}
