/* Which mode is in force. */
#include "engine/core/shadow.h"

#include "engine/core/state.h"

bool shadow_writes(const struct engine *engine)
{
	return engine->writing == WRITE_MODE_WRITING;
}

bool shadow_records(const struct engine *engine)
{
	return engine->writing != WRITE_MODE_DRY_RUN;
}

bool shadow_is_on(const struct engine *engine)
{
	return engine->writing == WRITE_MODE_SHADOW;
}

bool shadow_configure(struct engine *engine)
{
	enum write_mode former = engine->writing;

	if (engine->setup.dry_run)
		engine->writing = WRITE_MODE_DRY_RUN;
	else if (engine->config->service.mode == MODE_SHADOW)
		engine->writing = WRITE_MODE_SHADOW;
	else
		engine->writing = WRITE_MODE_WRITING;
	return engine->writing != former;
}
