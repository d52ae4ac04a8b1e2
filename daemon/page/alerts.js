/* Alerts that are active, and those that are over, with from and to; and in a sentence what happened last night. */
import { get, newest } from '/api.js';
import { $, element, fill, say } from '/dom.js';
import { DAY, HOUR, fromTo, isNumber, money, number, percent, plural, span, startOfDay, when } from '/format.js';
import { current } from '/now.js';

const SEVERITIES = ['critical', 'warning', 'notice'];
const SHOWN = 4;
const NIGHT_FROM = -4 * HOUR, NIGHT_TO = 8 * HOUR; /* 20:00 to 08:00 */
const asking = newest();

function measured(value, unit) {
	if (!isNumber(value)) return null;
	if (unit === 'ratio') return percent(value);
	if (unit === 'ms') return span(value);
	if (unit === 'usd') return money(value);
	return number(value);
}

function oneAlert(alert, now) {
	const severity = SEVERITIES.includes(alert.severity) ? alert.severity : 'notice';
	const value = measured(alert.value, alert.unit), threshold = measured(alert.threshold, alert.unit);
	const lasted = (isNumber(alert.ended) ? alert.ended : now) - alert.since;
	return element('li', { class: `alert ${severity}` },
		element('p', null, element('span', { class: `badge ${severity}` }, severity), ' ', element('strong', null, String(alert.title))),
		element('p', null, `${fromTo(alert.since, isNumber(alert.ended) ? alert.ended : null)}, ${isNumber(alert.ended) ? 'lasted' : 'for'} ${span(Math.max(0, lasted))}`
			+ `${value !== null && threshold !== null ? `; ${value}, the threshold is ${threshold}` : ''}`),
		alert.text ? element('p', { class: 'aside' }, String(alert.text)) : null);
}

function list(alerts, now) {
	return element('ul', { class: 'plain' }, ...alerts.map((alert) => oneAlert(alert, now)));
}

/* Who comes in the morning asks this first. */
function sayNight(all, now) {
	const midnight = startOfDay(now);
	const from = midnight + NIGHT_FROM, to = Math.min(midnight + NIGHT_TO, now);
	const met = all.filter((alert) => alert.since < to && (!isNumber(alert.ended) || alert.ended > from)).sort((left, right) => left.since - right.since);
	const night = `Last night (20:00 to ${now < midnight + NIGHT_TO ? 'now' : '08:00'})`;
	const started = current() ? current().started : null;
	if (met.length === 0)
		say($('last-night'), `${night}: no alert.${isNumber(started) && started > from ? ` The service was last started ${when(started)}: while it did not run, nothing was watched.` : ''}`);
	else say($('last-night'), `${night}: ${met.slice(0, 5).map((alert) => `${alert.title} (${fromTo(alert.since, isNumber(alert.ended) ? alert.ended : null)})`).join('; ')}${met.length > 5 ? `; and ${met.length - 5} more` : ''}.`);
}

const CHANNELS = { ok: 'works', off: 'not set up', waiting: 'waits for its service', refused: 'is refused' };

function show(answer) {
	const now = Date.now();
	const active = [...(answer.active || [])].sort((left, right) => SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) || right.since - left.since);
	const recent = (answer.recent || []).filter((alert) => isNumber(alert.ended) && alert.ended > now - 30 * DAY);
	sayNight([...active, ...recent], now);
	fill($('alerts-now'), active.length === 0 ? element('p', null, 'No alerts.') : list(active, now));
	if (recent.length === 0) fill($('alerts-lately'), element('p', null, 'No alerts in the last 30 days.'));
	else fill($('alerts-lately'), list(recent.slice(0, SHOWN), now), recent.length > SHOWN
		? element('details', null, element('summary', null, plural(recent.length - SHOWN, 'earlier one', 'earlier ones')), list(recent.slice(SHOWN), now)) : null);
	say($('alert-channels'), (answer.channels || []).map((channel) => `${channel.name} ${CHANNELS[channel.state] || channel.state}`
		+ `${channel.reason ? `: ${channel.reason}` : ''}${channel.waiting ? `, ${number(channel.waiting)} to be sent` : ''}`).join('; ').replace(/^(.+)$/, 'Channels: $1.'));
}

export async function load() {
	const signal = asking.begin();
	const answer = await get('/api/v1/alerts', null, { signal });
	if (!signal.aborted) show(answer);
}

export function failed(error) {
	if ($('last-night').textContent === '') fill($('alerts-now'), element('p', null, `Not known: ${error.message}`));
	else say($('alert-channels'), `The alerts could not be read at ${when(Date.now())}: ${error.message}`);
}

export function empty() {
	asking.end();
	fill($('alerts-now'));
	fill($('alerts-lately'));
	say($('last-night'), '');
	say($('alert-channels'), '');
}
