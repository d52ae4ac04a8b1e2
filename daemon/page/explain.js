/* Why a ticket was decided so: the answer in a few sentences, then its whole history. */
import { Left, Refused, get, newest } from '/api.js';
import { $, closable, element, facts, fill, open, say } from '/dom.js';
import { dateLong, percent, timeExact, when } from '/format.js';
import { ask as askToSignIn, mayCommand, mayRead } from '/session.js';
import { decider, details, headline, orderedBy } from '/events_of_ticket.js';
import { orderFor } from '/commands.js';
import * as place from '/place.js';

const asking = newest();
let wanted = null; /* a ticket asked for before signing in */

const last = (events, ...kinds) => events.findLast((event) => kinds.includes(event.kind) && event.payload && typeof event.payload === 'object');
const name = (priority) => priority || 'none';

function labelsSentence({ kind, payload }) {
	const sure = (field) => {
		const share = payload.confidence && payload.confidence[field];
		return `${payload[field] || 'unknown'}${typeof share === 'number' ? ` (${percent(share)} sure)` : ''}`;
	};
	return `${kind === 'shadow' ? 'In shadow mode ' : ''}${decider(payload)} read it as: category ${sure('root_cause')}, urgency ${sure('urgency')}, sentiment ${sure('sentiment')}.`;
}

function prioritySentence(events, decision) {
	const outcome = last(events.slice(events.indexOf(decision) + 1), 'outcome'); /* not that of an earlier decision */
	const urgency = `Urgency ${decision.payload.urgency || 'unknown'}`;
	if (decision.kind === 'shadow')
		return decision.payload.priority_set ? `${urgency}: it would set the priority from ${name(decision.payload.priority_before)} to ${decision.payload.priority_set}. Nothing was written.`
			: `${urgency}: it would leave the priority at ${name(decision.payload.priority_before)}. Nothing was written.`;
	if (!outcome) return `${urgency}. Nothing is written yet, or the result is not recorded.`;
	if (outcome.payload.pruned) return `${urgency}. What became of the priority is no longer recorded.`;
	const { state, priority_before: before, priority_after: after, reason } = outcome.payload;
	if (state !== 'done') return `Its priority was not touched: the ticket ${state === 'failed' ? 'failed' : 'was skipped'}${reason ? ` (${reason})` : ''}.`;
	if (before === after) return `${urgency}: the priority was left at ${name(after)}, because it was as high already, or a person's choice, or zendesk.priority says so.`;
	return `${urgency}: so the priority was set from ${name(before)} to ${name(after)}.`;
}

/* What people ordered before, and did afterwards. */
function afterSentences(events, decision) {
	const after = events.slice(events.indexOf(decision) + 1), sentences = [];
	const order = events.slice(0, events.indexOf(decision)).findLast((event) => event.kind === 'command' && event.payload && typeof event.payload === 'object' && ['process', 'process-again'].includes(event.payload.order));
	if (order) sentences.push(`Ordered by ${orderedBy(order.payload)}, ${when(order.at)}.`);
	for (const { kind, at, payload } of after) {
		if (payload === null || typeof payload !== 'object') continue;
		if (kind === 'choice')
			sentences.push(`Afterwards an agent chose ${[payload.priority ? `the priority ${payload.priority}` : '', Array.isArray(payload.tags) && payload.tags.length > 0 ? `the tags ${payload.tags.join(', ')}` : ''].filter(Boolean).join(' and ')} (${when(at)}).`);
		else if (kind === 'undo' && payload.over) sentences.push(`${headline({ kind, payload })} (${when(at)}).`);
	}
	return sentences;
}

function event(one) {
	return element('li', null, element('time', { datetime: new Date(one.at).toISOString() }, `${dateLong(one.at)} ${timeExact(one.at)}`),
		element('div', null, element('strong', null, headline(one))), facts(details(one)),
		one.payload ? element('details', null, element('summary', null, 'The whole record'), element('pre', null, JSON.stringify(one.payload, null, 2))) : null);
}

function show(id, answer) {
	const events = answer.events || [], decision = last(events, 'decision', 'shadow');
	fill($('explain'),
		element('p', { class: 'sentence' }, String(answer.now || answer.error || '')),
		answer.erased ? element('p', null, 'Its data was erased on request.') : null,
		decision ? element('div', { class: 'because' }, element('h3', null, 'Why this priority'), element('p', null, labelsSentence(decision)),
			element('p', null, element('strong', null, prioritySentence(events, decision))), ...afterSentences(events, decision).map((sentence) => element('p', null, sentence))) : null,
		answer.error ? element('p', null, String(answer.error)) : null,
		answer.reasons ? element('div', null, element('p', null, 'Possible reasons:'), element('ul', null, ...answer.reasons.map((reason) => element('li', null, String(reason))))) : null,
		mayCommand() && /^[0-9]+$/.test(id) ? element('p', { class: 'buttons' },
			element('button', { type: 'button', click: () => orderFor('process-again', [id]) }, 'Analyse it again…'),
			element('button', { type: 'button', click: () => orderFor('undo', [id]) }, 'Undo…')) : null,
		events.length > 0 ? element('h3', null, 'Its history, newest first') : null,
		answer.omitted ? element('p', { class: 'aside' }, `${answer.omitted} earlier records are left out.`) : null,
		element('ol', { class: 'trail', reversed: true }, ...events.map(event).reverse()));
}

export async function openTicket(id) {
	if (!/^[0-9]{1,19}$/.test(id)) return;
	place.change({ explain: id });
	if (!mayRead()) {
		wanted = id;
		askToSignIn(`Why ticket ${id} was decided so is shown with a read token.`);
		return;
	}
	const signal = asking.begin();
	say($('explain-heading'), `Ticket ${id}`);
	fill($('explain'), element('p', null, 'Looking…'));
	open($('explain-dialog'));
	try {
		const answer = await get(`/api/v1/decisions/${id}`, null, { signal });
		if (!signal.aborted) show(id, answer);
	} catch (error) {
		if (error instanceof Left || signal.aborted) return;
		if (error instanceof Refused && error.status === 404) show(id, error.body);
		else fill($('explain'), element('p', { class: 'error' }, error instanceof Refused ? error.message : 'The service is not reached; close this and try again.'));
	}
}

/* After a sign-in: the ticket that was asked for, or that the address names. */
export function resume() {
	const id = wanted || place.read().explain;
	wanted = null;
	if (id && mayRead()) openTicket(id);
}

export function empty() {
	asking.end();
	fill($('explain'));
	say($('explain-heading'), 'Ticket');
	if ($('explain-dialog').open) $('explain-dialog').close();
}

export function begin() {
	closable($('explain-dialog'));
	$('explain-dialog').addEventListener('close', () => {
		asking.end();
		if (mayRead()) place.change({ explain: null });
	});
	$('why-form').addEventListener('submit', (submitted) => {
		submitted.preventDefault();
		openTicket($('why-ticket').value.trim());
	});
}
