/* Numbers, times and spans as words. Times are shown in the browser's time zone, numbers in English like the page. */

export const HOUR = 3600000;
export const DAY = 24 * HOUR;

const numbers = new Intl.NumberFormat('en-US');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const long = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time';
export const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
export const number = (value) => (isNumber(value) ? numbers.format(value) : 'unknown');
export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

export function percent(share) {
	if (!isNumber(share)) return 'unknown';
	const value = share * 100;
	/* 99.96 % is not 100 %: what failed must not be rounded away. */
	if (value > 99.9 && value < 100) return '99.9\u00a0%';
	return `${value.toFixed(value >= 10 && value < 90 ? 0 : 1).replace(/\.0$/, '')}\u00a0%`;
}

export function money(usd) {
	if (!isNumber(usd)) return 'unknown';
	if (usd === 0) return '$0';
	const digits = Math.abs(usd) >= 1 ? 2 : Math.abs(usd) >= 0.01 ? 4 : 6;
	return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

export function span(ms) {
	if (!isNumber(ms)) return 'unknown';
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
	const minutes = Math.round(ms / 60000);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
	return `${Math.round(hours / 24)} days`;
}

export const timeOfDay = (at) => clock.format(at);
export const timeExact = (at) => seconds.format(at);
export const dayName = (at) => date.format(at);
export const dateLong = (at) => long.format(at);

const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/* "14:02" today, "yesterday 14:02", otherwise with the date. */
export function when(at, now = Date.now()) {
	if (!isNumber(at)) return 'unknown';
	if (sameDay(at, now)) return timeOfDay(at);
	if (sameDay(at, startOfDay(now) - 1)) return `yesterday ${timeOfDay(at)}`;
	const year = new Date(at).getFullYear() !== new Date(now).getFullYear();
	return `${year ? dateLong(at) : dayName(at)} ${timeOfDay(at)}`;
}

export function fromTo(from, to) {
	if (to === null) return `since ${when(from)}`;
	return `${when(from)} to ${sameDay(from, to) ? timeOfDay(to) : when(to)}`;
}

/* Midnight in the browser's zone; `days` later, also over a change of the clock. */
export function startOfDay(at, days = 0) {
	const day = new Date(at);
	return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

export const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : '');
