/* Sums of the points that the service keeps by the hour, into hours and days of the browser's time zone. */
import { HOUR, dayName, startOfDay, timeOfDay } from '/format.js';

export const CAUSES = ['bug', 'feature', 'refund', 'other'];
export const URGENCIES = ['high', 'medium', 'low'];
export const SENTIMENTS = ['positive', 'neutral', 'negative'];
export const SPANS = { '24h': 'the last 24 hours', '7d': 'the last 7 days', '30d': 'the last 30 days' };

/* Where a span begins and ends: whole hours, or days of the viewer; `to` is the end of the running hour. */
export function bounds(span, now) {
	const to = Math.floor(now / HOUR) * HOUR + HOUR;
	if (span === '24h') return { from: to - 24 * HOUR, to };
	return { from: startOfDay(now, span === '7d' ? -6 : -29), to };
}

const NUMBERS = ['processed', 'failed', 'skipped', 'cost_usd', 'analysed', 'by_rules'];
const GROUPS = { root_cause: CAUSES, urgency: URGENCIES, sentiment: SENTIMENTS };

function nothing(at, label) {
	const sum = { at, label, spent_ms: 0 };
	for (const name of NUMBERS) sum[name] = 0;
	for (const [group, names] of Object.entries(GROUPS)) sum[group] = Object.fromEntries(names.map((name) => [name, 0]));
	return sum;
}

function add(sum, point) {
	for (const name of NUMBERS) sum[name] += Number(point[name]) || 0;
	sum.spent_ms += (Number(point.avg_processing_ms) || 0) * (Number(point.processed) || 0);
	for (const [group, names] of Object.entries(GROUPS))
		for (const name of names) sum[group][name] += Number(point[group] && point[group][name]) || 0;
}

export function total(points) {
	const sum = nothing(0, '');
	for (const point of points) add(sum, point);
	return sum;
}

/* One sum an hour or a day, also where nothing was done. */
export function buckets(span, { from, to }, points) {
	const sums = [];
	if (span === '24h') for (let at = from; at < to; at += HOUR) sums.push(nothing(at, timeOfDay(at)));
	else for (let day = 0, at = from; at < to; day++, at = startOfDay(from, day)) sums.push(nothing(at, dayName(at)));
	for (const point of points) {
		let place = sums.length - 1;
		while (place > 0 && sums[place].at > point.at) place--;
		add(sums[place], point);
	}
	return sums;
}

export const share = (part, ...all) => {
	const sum = all.reduce((left, right) => left + right, 0);
	return sum === 0 ? null : part / sum;
};
