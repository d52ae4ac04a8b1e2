/* The list of decisions: filters, pages, and rows that come while one looks. */
import { Left, Refused, get, newest } from '/api.js';
import { $, element, fill, say } from '/dom.js';
import { money, number, percent, span, when } from '/format.js';
import { mayRead } from '/session.js';
import { ticketUrl } from '/now.js';
import * as place from '/place.js';
import { openTicket } from '/explain.js';

const PAGE = 50;
const asking = newest();
let rows = [];
let next = null;
let older = false;   /* a page behind the first is shown */
let moreCame = 0;
let meanwhile = null; /* rows that came while a page was asked for, whose answer may not have them; null = none is asked for */

/* Only to https, and only digits behind what the service names. */
export function linkToTicket(id) {
	const base = ticketUrl(), digits = String(id);
	if (!base || !/^https:\/\/[^\s"'<>]+\/$/.test(base) || !/^[0-9]+$/.test(digits)) return digits;
	return element('a', { href: base + digits, target: '_blank', rel: 'noopener noreferrer', title: 'Open in Zendesk' }, digits);
}

const OUTCOMES = { done: 'done', skipped: 'skipped', failed: 'failed', shadow: 'shadow: not written', dry_run: 'dry run: not written', undone: 'undone' };

function priority(row) {
	const before = row.priority_before || 'none';
	if (!row.priority_after) return row.priority_before ? before : '';
	return before === row.priority_after ? before : `${before} → ${row.priority_after}`;
}

function line(row) {
	const labels = [row.root_cause, row.urgency, row.sentiment].filter(Boolean).join(', ');
	const why = () => openTicket(String(row.ticket_id));
	return element('tr', { click: (event) => { if (!event.target.closest('a, button')) why(); } },
		element('td', null, when(row.at)),
		element('td', null, linkToTicket(row.ticket_id)),
		element('td', null, element('span', { class: `badge ${OUTCOMES[row.outcome] ? row.outcome : ''}` }, `${OUTCOMES[row.outcome] || String(row.outcome)}${row.undone ? ', undone later' : ''}`),
			row.reason ? element('span', { class: 'reason' }, String(row.reason)) : null),
		element('td', null, labels),
		element('td', { class: 'extra' }, typeof row.confidence === 'number' ? percent(row.confidence) : ''),
		element('td', { class: 'extra' }, row.by === 'rules' ? 'rules' : String(row.model || row.by || '')),
		element('td', null, priority(row)),
		element('td', { class: 'extra', title: typeof row.cost_usd === 'number' ? `cost ${money(row.cost_usd)}` : null }, typeof row.processing_ms === 'number' ? span(row.processing_ms) : ''),
		element('td', null, element('button', { type: 'button', click: why, 'aria-label': `Why ticket ${row.ticket_id} was decided so` }, 'Why')));
}

function sayCount() {
	const filtered = Object.keys(place.filters()).length > 0;
	const shown = rows.length === 0 ? (filtered ? 'No decision fits these filters.' : 'No decisions yet.')
		: `${number(rows.length)} shown${older ? ', of older ones' : ''}${next ? '; there are more' : ''}.`;
	say($('decisions-said'), `${shown}${moreCame > 0 ? ` ${number(moreCame)} newer came since.` : ''}`);
}

function show() {
	fill($('decisions').tBodies[0], ...rows.map(line));
	$('decisions-older').hidden = !next;
	$('decisions-new').hidden = !older;
	sayCount();
}

const isSame = (left, right) => left.ticket_id === right.ticket_id && left.at === right.at;

async function ask(after) {
	const signal = asking.begin();
	meanwhile = [];
	say($('decisions-said'), 'Searching…');
	try {
		const answer = await get('/api/v1/decisions', { ...place.filters(), limit: PAGE, after }, { signal });
		if (signal.aborted) return;
		rows = answer.decisions || [];
		next = answer.next || null;
		older = Boolean(after);
		moreCame = 0;
		const missed = meanwhile;
		meanwhile = null;
		show();
		missed.filter((row) => !rows.some((other) => isSame(row, other))).forEach(came);
	} catch (error) {
		if (error instanceof Left) return;
		meanwhile = null;
		say($('decisions-said'), error instanceof Refused ? `The search failed: ${error.message}` : 'The service is not reached; try again.');
		throw error;
	}
}

/* Asks anew for the first page; what is shown stays when that fails. */
export async function load() {
	$('decisions-locked').hidden = mayRead();
	$('decisions-open').hidden = !mayRead();
	if (mayRead()) await ask(null);
}

/* The same when one comes back to the page, unless one reads older decisions. */
export async function freshen() {
	if (!older) await load();
}

const TESTS = {
	ticket: (row, value) => String(row.ticket_id) === value,
	outcome: (row, value) => (value === 'done' ? ['done', 'shadow', 'dry_run'].includes(row.outcome) : row.outcome === value),
	from: (row, value) => row.at >= Number(value),
	to: (row, value) => row.at < Number(value),
};

/* A decision that was made this moment: above the others when it fits. */
export function came(row) {
	if (!mayRead()) return;
	for (const [name, value] of Object.entries(place.filters()))
		if (!(TESTS[name] ? TESTS[name](row, value) : row[name] === value)) return;
	if (meanwhile) meanwhile = [...meanwhile, row].slice(-PAGE);
	if (older) {
		moreCame++;
		sayCount();
		return;
	}
	if (rows.some((other) => isSame(row, other))) return; /* the list had it already */
	rows = [row, ...rows].slice(0, PAGE);
	const body = $('decisions').tBodies[0];
	body.prepend(line(row));
	while (body.rows.length > PAGE) body.lastElementChild.remove();
	sayCount();
}

export function empty() {
	asking.end();
	rows = [];
	next = null;
	older = false;
	moreCame = 0;
	meanwhile = null;
	show();
	say($('decisions-said'), '');
	$('decisions-locked').hidden = mayRead();
	$('decisions-open').hidden = !mayRead();
}

/* --- filters --- */

const toField = (ms) => {
	const at = new Date(Number(ms));
	const two = (value) => String(value).padStart(2, '0');
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};

export function showFilters() {
	const filters = place.filters();
	for (const field of $('filters').elements)
		if (field.name) field.value = ['from', 'to'].includes(field.name) && filters[field.name] ? toField(filters[field.name]) : filters[field.name] || '';
}

function chosenFilters() {
	const chosen = {};
	for (const name of place.FILTERS) {
		const value = $('filters').elements[name].value.trim();
		chosen[name] = value === '' ? null : ['from', 'to'].includes(name) ? String(new Date(value).getTime()) : value;
	}
	return chosen;
}

export function begin() {
	const search = () => ask(null).catch(() => {});
	$('filters').addEventListener('submit', (event) => {
		event.preventDefault();
		place.change(chosenFilters());
		search();
	});
	$('filters-clear').addEventListener('click', () => {
		place.change(Object.fromEntries(place.FILTERS.map((name) => [name, null])));
		showFilters();
		search();
	});
	$('decisions-older').addEventListener('click', () => ask(next).catch(() => {}));
	$('decisions-new').addEventListener('click', search);
}
