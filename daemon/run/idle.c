/* One timer, which runs only after a burst: a service that had none does not wake up for this. */
#include "daemon/run/idle.h"

#include "daemon/run/state.h"
#include "daemon/system/memory.h"

#define BURST 8 /* more requests in flight than this are a burst */
/* Long enough to outlast a short pause of the model; idle connections are closed after 50 s
 * anyway. */
#define REST_AFTER_MS 20000
#define NEXT_TRY_MS 1000

static void on_store_rested(void *arg)
{
	memory_give_back();
}

static void on_rest_timer(uv_timer_t *timer)
{
	struct app *app = timer->data;

	if (http_client_in_flight(app->client) > 0) {
		(void)uv_timer_start(timer, on_rest_timer, NEXT_TRY_MS, 0);
		return;
	}
	app->idle.burst = false;
	http_client_rest(app->client);
	if (app->store != NULL)
		store_rest(app->store, on_store_rested, app);
	else
		memory_give_back();
}

void idle_start(struct app *app)
{
	ENSURE(uv_timer_init(&app->loop, &app->idle.timer) == 0);
	app->idle.timer.data = app;
	uv_unref((uv_handle_t *)&app->idle.timer);
}

void idle_watch(struct app *app, size_t in_flight)
{
	if (in_flight > BURST) {
		app->idle.burst = true;
		(void)uv_timer_stop(&app->idle.timer);
	} else if (app->idle.burst && !uv_is_active((uv_handle_t *)&app->idle.timer)) {
		uv_update_time(&app->loop);
		(void)uv_timer_start(&app->idle.timer, on_rest_timer, REST_AFTER_MS, 0);
	}
}

void idle_close(struct app *app)
{
	uv_close((uv_handle_t *)&app->idle.timer, NULL);
}
