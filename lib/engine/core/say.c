/* Makes effects of log lines and alerts. */
#include "engine/core/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/core/state.h"

void say(struct engine *engine, enum log_level level, uint64_t ticket_id, const char *format, ...)
{
	va_list arguments;

	if ((int)level < engine->config->log.level)
		return;
	struct effect *effect = effects_add(engine->out, EFFECT_SAY);
	va_start(arguments, format);
	effect->text = xvasprintf(format, arguments);
	va_end(arguments);
	effect->level = level;
	effect->ticket = ticket_key(engine->account->id, ticket_id);
}

void say_alert(struct engine *engine, enum alert_kind kind, uint64_t ticket_id, const char *format,
               ...)
{
	struct effect *effect = effects_add(engine->out, EFFECT_ALERT);
	va_list arguments;

	effect->alert = alert_raised(kind, (struct ticket_key){engine->account->id, ticket_id});
	if (ticket_id == 0)
		engine->alert_lasts[kind] = true;
	va_start(arguments, format);
	effect->text = xvasprintf(format, arguments);
	va_end(arguments);
}

void say_alert_over(struct engine *engine, enum alert_kind kind, const char *format, ...)
{
	if (!engine->alert_lasts[kind])
		return;
	engine->alert_lasts[kind] = false;
	struct effect *effect = effects_add(engine->out, EFFECT_ALERT);
	va_list arguments;

	effect->alert = alert_ended(kind, (struct ticket_key){engine->account->id, 0});
	va_start(arguments, format);
	effect->text = xvasprintf(format, arguments);
	va_end(arguments);
}
