/* How the service is at the moment: its sentence, banners, the tiles of today against yesterday, queue and guards. */
import { $, element, facts, fill, say, table } from '/dom.js';
import { isNumber, money, number, percent, plural, span, timeExact, when, zone } from '/format.js';

const HEALTH = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy' };
const MODES = {
	shadow: 'Shadow mode: decisions are recorded, nothing is written to Zendesk.',
	dry_run: 'Dry run: nothing is written to Zendesk, and nothing is recorded.',
};
let state = null;
let lostSince = null;

export const current = () => state;
export const ticketUrl = () => (state && state.ticket_url) || null;

/* --- head of the page --- */

function banner(kind, text) {
	return element('p', { class: `banner ${kind}` }, text);
}

function showBanners() {
	const list = [];
	const mode = state && MODES[String(state.mode).replace('-', '_')];
	if (lostSince !== null)
		list.push(banner('bad', state ? `Not reached since ${when(lostSince)}. What is shown is as of then; trying again.` : 'The service is not reached; trying again.'));
	if (mode) list.push(banner('shadow', mode));
	if (state && state.writes === 'stopped') list.push(banner('bad', 'Emergency stop: nothing is written to Zendesk and no model is asked until somebody starts writing again.'));
	if (state && state.paused) list.push(banner('warn', 'Paused: no new tickets are taken until somebody resumes.'));
	const texts = list.map((one) => one.textContent).join('\n');
	if (texts !== [...$('banners').children].map((one) => one.textContent).join('\n')) fill($('banners'), ...list);
}

function showTitle() {
	const alerts = state && state.alerts ? state.alerts.active : 0;
	const word = lostSince !== null ? 'not reached' : state ? state.status : '';
	const shadow = state && MODES[String(state.mode).replace('-', '_')] ? ' [SHADOW]' : '';
	document.title = `${alerts ? `(${alerts}) ` : ''}ai-ticketd${shadow}${word ? `: ${word}` : ''}`;
}

function showHead() {
	const health = $('health');
	health.dataset.state = lostSince !== null ? 'lost' : state ? state.status : '';
	if (lostSince !== null && state) say(health, `Not reached since ${when(lostSince)}. Before that: ${state.message}`);
	else if (lostSince !== null) say(health, 'The service is not reached.');
	else if (state) say(health, String(state.message || HEALTH[state.status] || state.status));
	if (state) {
		const silent = MODES[String(state.mode).replace('-', '_')];
		say($('mode'), silent ? 'SHADOW MODE' : 'Writing to Zendesk');
		$('mode').hidden = false;
		document.body.classList.toggle('shadow', Boolean(silent));
		say($('about'), `ai-ticketd ${state.version || ''}, started ${when(state.started)}; model ${state.model || 'none'} (${state.provider || 'unknown'}).`);
	}
	showBanners();
	showTitle();
}

/* How the page gets its numbers: "live", "every 10 s". */
export function showFreshness(how) {
	say($('as-of'), state ? `As of ${timeExact(state.as_of)}${how ? `, ${how}` : ''}` : 'Nothing was read yet');
}

/* --- today --- */

function against(now, before, words) {
	if (!isNumber(before) || (before === 0 && !now)) return 'yesterday by this time: none';
	const change = isNumber(now) && before > 0 ? Math.round((now / before - 1) * 100) : null;
	const moved = change === null ? '' : change === 0 ? ' (the same)' : ` (now ${Math.abs(change)}\u00a0% ${change > 0 ? 'more' : 'less'})`;
	return `yesterday by this time: ${words(before)}${moved}`;
}

function pointsApart(now, before) {
	if (!isNumber(before)) return 'yesterday by this time: none';
	const apart = isNumber(now) ? Math.round((now - before) * 1000) / 10 : 0;
	return `yesterday by this time: ${percent(before)}${apart === 0 ? '' : ` (now ${Math.abs(apart)} points ${apart > 0 ? 'higher' : 'lower'})`}`;
}

function tile(name, value, ...lines) {
	return element('div', null, element('dt', null, name), element('dd', { class: 'number' }, value),
		...lines.map((line) => element('dd', { class: 'aside' }, line)));
}

function showTiles() {
	const { today, yesterday } = state;
	if (!today) return;
	const before = yesterday || {};
	const or = (value, words) => (isNumber(value) ? words(value) : 'none yet');
	say($('today-span'), `since ${when(today.from)}, your time zone (${zone()})`);
	fill($('tiles'),
		tile('Tickets processed', number(today.processed), `${number(today.failed)} failed, ${number(today.skipped)} skipped`, against(today.processed, before.processed, number)),
		tile('Success rate', or(today.success_rate, percent), pointsApart(today.success_rate, before.success_rate)),
		tile('Average time', or(today.avg_processing_ms, span), 'the model and its own requests, without waiting', against(today.avg_processing_ms, before.avg_processing_ms, span)),
		tile('Cost', money(today.cost_usd), today.analysed > 0 ? `${money(today.cost_usd / today.analysed)} a ticket` : 'no ticket was analysed', against(today.cost_usd, before.cost_usd, money)));
}

/* --- inside --- */

const QUEUE = [['found', 'Found, waiting for their turn'], ['claimed', 'Being taken up'], ['analysing', 'At the model'], ['decided', 'Decided, being saved'],
	['durable', 'Saved, waiting for the update'], ['refreshing', 'Being read again before the update'], ['writing', 'Update being sent'],
	['settling', 'Update sent, result unknown yet'], ['jobs', 'Bulk updates running at Zendesk'], ['ordered', 'Ordered by people, not yet read'],
	['waiting_to_return', 'Failed, will be tried again'], ['remembered', 'Tickets remembered']];
const BREAKERS = { closed: 'normal', open: 'cut off after failures; tried again soon', half_open: 'being tried again', 'half-open': 'being tried again' };

function showBacklog() {
	const work = state.work || {};
	const inHand = (work.waiting || 0) + (work.at_model || 0) + (work.to_write || 0);
	if (inHand === 0) say($('backlog'), 'Nothing waits.');
	else say($('backlog'), `${plural(work.waiting || 0, 'ticket waits', 'tickets wait')}, ${number(work.at_model)} at the model, ${number(work.to_write)} to be written. `
		+ `Time left: ${isNumber(work.left_ms) ? `about ${span(work.left_ms)}` : 'not known yet'}${work.limited_by ? `; the limit is ${work.limited_by}` : ''}.`);
}

function showGuards() {
	const { zendesk = {}, llm = {} } = state.guards || {};
	const both = (words) => [words(zendesk), words(llm)];
	fill($('guards'), table('Guards', [{ head: 'What' }, { head: 'Zendesk' }, { head: 'Model' }], [
		['Connection', ...both((one) => BREAKERS[one.breaker] || String(one.breaker || 'unknown'))],
		['Requests in progress', ...both((one) => `${number(one.in_flight)} of at most ${number(one.window)}`)],
		['Sent since the start', ...both((one) => number(one.sent))],
		['Failed', ...both((one) => number(one.failed))],
		['Told to slow down (429)', ...both((one) => number(one.limited))],
	]));
}

function showInside() {
	const queue = state.queue || {};
	showBacklog();
	fill($('queue'), facts(QUEUE.filter(([name]) => isNumber(queue[name]) && (queue[name] > 0 || ['found', 'analysing', 'writing', 'waiting_to_return'].includes(name)))
		.map(([name, words]) => [words, number(queue[name])])));
	showGuards();
}

/* --- what the others call --- */

const isLate = (next, than) => than !== null && next.started === than.started && next.as_of < than.as_of && than.as_of - next.as_of < 60000;
let counted = null; /* the state that the tiles are of */

/* Takes a state; states of the stream have no sums of today, so those stay. What a late answer says is used only where nothing newer is known. */
export function take(next) {
	const late = isLate(next, state);
	if (next.today && next.yesterday && !isLate(next, counted)) {
		counted = next;
		if (late) state = { ...state, today: next.today, yesterday: next.yesterday };
		else state = next;
		showTiles();
	} else if (!late) {
		state = { ...(state || {}), ...next, today: state ? state.today : null, yesterday: state ? state.yesterday : null };
	}
	if (late) return false;
	showHead();
	showInside();
	return true;
}

export function reached() {
	lostSince = null;
	if (state) showHead();
}

export function lost() {
	if (lostSince === null) lostSince = state ? state.as_of : Date.now();
	showHead();
}

export function empty() {
	state = counted = null;
	lostSince = null;
	for (const id of ['tiles', 'banners', 'queue', 'guards']) fill($(id));
	for (const id of ['backlog', 'today-span', 'about']) say($(id), '');
	$('mode').hidden = true;
	document.body.classList.remove('shadow');
	delete $('health').dataset.state;
	say($('health'), 'Asking the service…');
	showFreshness();
	showTitle();
}

