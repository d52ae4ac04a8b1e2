/* Orders: shown only with a token that may command; each asks first and names what it would touch. An order whose answer is lost may have
 * been carried out: that is said so. */
import { Left, Refused, get, post } from '/api.js';
import { $, closable, element, facts, fill, open, say } from '/dom.js';
import { number, plural, span } from '/format.js';
import { mayCommand } from '/session.js';
import { current } from '/now.js';

const IDS_MAX = 100;
const LOOK = 'The order may have been carried out. Look at the state before you give it again.';
const UNKNOWN = `Outcome unknown: the connection was lost before the answer came. ${LOOK}`;
let pending = null; /* what the dialog asks about: {run} */
let shownFor = '';
let generation = 0; /* of the dialog: an answer for one that was closed is not shown in the next */

const inHand = () => {
	const work = (current() && current().work) || {};
	return { waiting: work.waiting || 0, writing: (work.at_model || 0) + (work.to_write || 0) };
};

/* --- the dialog --- */

function ask(heading, body, button, run) {
	generation++;
	pending = run;
	say($('order-heading'), heading);
	fill($('order-body'), ...body);
	say($('order-said'), '');
	say($('order-do'), button);
	$('order-do').hidden = false;
	$('order-do').disabled = false;
	open($('order-dialog'));
}

function told(text) {
	say($('command-said'), text);
}

function finish(sentence) {
	fill($('order-body'), element('p', null, sentence));
	$('order-do').hidden = true;
	told(sentence);
}

function fail(error, sent) {
	if (error instanceof Left) return;
	const refused = error instanceof Refused, unknown = sent && (!refused || error.status >= 500);
	const text = refused ? (unknown ? `Outcome unknown: ${error.message}. ${LOOK}` : `Refused: ${error.message}`) : sent ? UNKNOWN : 'The service is not reached. Nothing was ordered.';
	say($('order-said'), text);
	told(text);
	if (unknown) $('order-do').hidden = true;
}

async function submit(event) {
	event.preventDefault();
	if (!pending) return;
	const run = pending, mine = generation;
	$('order-do').disabled = true;
	say($('order-said'), '');
	await run(() => mine === generation && $('order-dialog').open);
	if (mine === generation) $('order-do').disabled = false;
}

/* Sends one order, and says what the service said. */
const send = (path, body) => async (open) => {
	try {
		const answer = await post(path, body);
		const sentence = String(answer.message || 'Done.');
		if (open()) finish(sentence);
		else told(sentence);
	} catch (error) {
		fail(error, true);
	}
};

/* --- ticket numbers --- */

function numbersField(ids) {
	return element('div', null, element('label', { for: 'order-ids' }, `Ticket numbers, at most ${IDS_MAX}, separated by spaces or commas`),
		element('textarea', { id: 'order-ids', rows: 3, required: true, autocomplete: 'off' }, ids.join(' ')));
}

/* null: something is no ticket number, and it was said. */
function readNumbers() {
	const words = $('order-ids').value.split(/[\s,;#]+/).filter((word) => word !== '');
	const wrong = words.find((word) => !/^[1-9][0-9]{0,15}$/.test(word) || !Number.isSafeInteger(Number(word)));
	const ids = [...new Set(words.map(Number))];
	if (wrong !== undefined) say($('order-said'), `“${wrong}” is not a ticket number.`);
	else if (ids.length === 0) say($('order-said'), 'Give at least one ticket number.');
	else if (ids.length > IDS_MAX) say($('order-said'), `These are ${number(ids.length)} tickets; at most ${IDS_MAX} at a time.`);
	else return ids;
	return null;
}

const tickets = (ids) => `${plural(ids.length, 'ticket', 'tickets')}: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ' …' : ''}`;

function askNumbers(heading, words, path, verb, ids = []) {
	ask(heading, [element('p', null, words), numbersField(ids)], 'Go on', async () => {
		const chosen = readNumbers();
		if (!chosen) return;
		ask(`${verb} ${plural(chosen.length, 'ticket', 'tickets')}?`, [element('p', null, tickets(chosen))], `${verb} ${plural(chosen.length, 'ticket', 'tickets')}`, send(path, { ids: chosen }));
	});
}

/* --- undo --- */

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function job(id, until, open) {
	for (;;) {
		const answer = await get(`/api/v1/undo/${Number(id)}`);
		if (!open() || until.includes(answer.state)) return answer;
		const done = answer.told || 0;
		fill($('order-body'), element('p', null, `${answer.state === 'working' ? 'Undone so far' : 'Looked at so far'}: ${number(done)} of ${number(answer.state === 'working' ? answer.planned : answer.asked)}.`));
		await sleep(700);
	}
}

function leftAlone(answer) {
	const left = answer.left || [];
	if (left.length === 0) return null;
	return element('div', null, element('p', null, 'Left alone:'), element('ul', null, ...left.map((one) => element('li', null,
		`${number(one.count)} × ${one.what}: ${one.why}${one.tickets && one.tickets.length > 0 ? ` (${one.tickets.slice(0, 10).join(', ')}${one.count > 10 ? ' …' : ''})` : ''}`))));
}

const doUndo = (id) => async (open) => {
	let sent = false;
	try {
		sent = true;
		await post('/api/v1/undo', { job: id });
		const answer = await job(id, ['over', 'failed'], open);
		if (!open()) return;
		finish(`Undone: ${number(answer.undone)} of ${plural(answer.planned, 'ticket', 'tickets')}${answer.took_ms ? ` in ${span(answer.took_ms)}` : ''}.`);
		const left = leftAlone(answer);
		if (left) $('order-body').append(left);
	} catch (error) {
		fail(error, sent);
	}
};

function showPlan(answer) {
	const count = answer.would_change || 0;
	const body = [
		element('p', null, count === 0 ? 'Nothing can be undone there.' : 'Nothing has been changed yet. The plan:'),
		facts([['Tickets that would change', number(count)], ['Tags taken off', number(answer.tags)], ['Priorities given back', number(answer.priorities)],
			['Notes that stay', `${number(answer.notes_that_stay)} (Zendesk cannot take a note back)`], ['About', `${number(answer.requests)} requests, ${number(answer.seconds)} s`]]),
		leftAlone(answer)];
	ask('Plan of the undo', body, `Undo ${plural(count, 'ticket', 'tickets')}`, doUndo(answer.job));
	if (count === 0) $('order-do').hidden = true;
}

function askUndo(ids = []) {
	const body = [element('p', null, 'First a plan is made; nothing changes before you say so.'), numbersField(ids),
		element('label', { class: 'check' }, element('input', { type: 'checkbox', id: 'order-forget' }), ' Take off the processed tag too')];
	ask('Undo what was done', body, 'Show the plan', async (open) => {
		const chosen = readNumbers();
		if (!chosen) return;
		try {
			const begun = await post('/api/v1/undo-plan', { ids: chosen, ...($('order-forget').checked ? { forget: true } : {}) });
			const plan = begun.state === 'planned' ? begun : await job(begun.job, ['planned', 'failed', 'over'], open);
			if (open()) showPlan(plan);
		} catch (error) {
			/* A plan changes nothing, so a lost answer does no harm. */
			if (!(error instanceof Left)) say($('order-said'), error instanceof Refused ? `Refused: ${error.message}` : 'No plan: the connection was lost. Nothing was changed; try again.');
			if (!(error instanceof Left) && !$('order-ids')) askUndo(chosen);
		}
	});
}

/* --- the buttons --- */

const ORDERS = {
	pause: ['Pause…', () => ask('Pause?', [element('p', null, `No new tickets are taken: ${plural(inHand().waiting, 'ticket', 'tickets')} would wait. ${number(inHand().writing)} in progress will still be written.`)],
		`Pause, ${plural(inHand().waiting, 'ticket waits', 'tickets wait')}`, send('/api/v1/pause', {}))],
	resume: ['Resume…', () => ask('Resume?', [element('p', null, `New tickets are taken again; ${plural(inHand().waiting, 'ticket waits', 'tickets wait')}.`)], 'Resume', send('/api/v1/resume', {}))],
	'stop-writing': ['Stop writing…', () => ask('Emergency stop?', [element('p', null, `From now on nothing is written to Zendesk and no model is asked. ${plural(inHand().waiting + inHand().writing, 'ticket', 'tickets')} in hand would wait until somebody starts writing again; a restart does not end it.`)],
		`Stop writing, ${plural(inHand().waiting + inHand().writing, 'ticket waits', 'tickets wait')}`, send('/api/v1/stop-writing', {}))],
	'start-writing': ['Start writing…', () => ask('Start writing?', [element('p', null, `The emergency stop ends: ${plural(inHand().waiting + inHand().writing, 'ticket', 'tickets')} in hand would be written.`)], 'Start writing', send('/api/v1/start-writing', {}))],
	process: ['Process tickets…', (ids) => askNumbers('Process tickets now', 'They are read and processed now, before the others.', '/api/v1/process', 'Process', ids)],
	'process-again': ['Process again…', (ids) => askNumbers('Analyse tickets once more', 'Tickets that are done are analysed anew: their labels are replaced and one more note is added.', '/api/v1/process-again', 'Process again', ids)],
	undo: ['Undo…', (ids) => askUndo(ids)],
};

/* Asks about an order for these tickets. */
export function orderFor(order, ids) {
	ORDERS[order][1](ids);
}

/* Buttons fit the state: a service that is paused can only be resumed. */
export function show() {
	const state = current();
	$('commands').hidden = !mayCommand();
	if (!mayCommand() || !state) return;
	const names = [state.paused ? 'resume' : 'pause', state.writes === 'stopped' ? 'start-writing' : 'stop-writing', 'process', 'process-again', 'undo'];
	if (names.join() === shownFor) return;
	shownFor = names.join();
	fill($('command-buttons'), ...names.map((name) => element('button', { type: 'button', 'data-order': name, click: () => orderFor(name) }, ORDERS[name][0])));
}

export function empty() {
	generation++;
	pending = null;
	shownFor = '';
	fill($('command-buttons'));
	fill($('order-body'));
	say($('command-said'), '');
	if ($('order-dialog').open) $('order-dialog').close();
	$('commands').hidden = true;
}

export function begin() {
	closable($('order-dialog'));
	$('order-dialog').addEventListener('close', () => {
		generation++;
		pending = null;
	});
	$('order-form').addEventListener('submit', submit);
}
