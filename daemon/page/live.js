/* Keeps the page fresh: one stream of events while it is visible and a token is there; without it, and until it is back, questions every
 * ten seconds. A browser keeps six connections to a service: hidden tabs have none. */
import { Refused, Unreachable, get, stream, token } from '/api.js';
import { startOfDay } from '/format.js';

const POLL = 10000;     /* without a stream */
const FULL = 60000;     /* with one: for what its states lack */
const SOON = 5000;      /* after an outcome */
const SILENCE = 40000;  /* the service says something every 15 s */
const BACKOFF_MOST = 30000;

let heard = null;       /* {state, outcome, skipped, lost, reached, refused, how}: functions */
let controller = null;  /* of what runs; null = stopped */
let pollTimer = 0;
let streaming = false;
let asked = 0, answered = 0;

const wait = (ms, signal) => new Promise((resolve) => {
	const timer = setTimeout(resolve, ms);
	signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});

/* --- questions --- */

function schedule(ms) {
	clearTimeout(pollTimer);
	if (controller) pollTimer = setTimeout(poll, ms);
}

/* Whatever happens, the next question is scheduled. */
async function poll() {
	const signal = controller && controller.signal, number = ++asked;
	if (!signal) return;
	try {
		const state = await get('/api/v1/now', { since: startOfDay(Date.now()) }, { signal });
		if (number > answered) {
			answered = number;
			heard.reached();
			heard.state(state);
		}
	} catch (error) {
		if (error instanceof Unreachable && number > answered) heard.lost();
		else if (error instanceof Refused) heard.refused(error);
	} finally {
		if (!signal.aborted) {
			schedule(streaming ? FULL : POLL);
			heard.how(streaming ? 'live' : 'asked every 10 s');
		}
	}
}

let soonTimer = 0;
function pollSoon() {
	if (soonTimer) return;
	soonTimer = setTimeout(() => {
		soonTimer = 0;
		if (controller) poll();
	}, SOON);
}

/* --- the stream --- */

function dispatch(text) {
	let name = 'message', data = '';
	for (const line of text.split('\n')) {
		if (line.startsWith('event:')) name = line.slice(6).trim();
		else if (line.startsWith('data:')) data += line.slice(5).trim();
	}
	if (name === 'bye') return false;
	if (data === '') return true;
	const object = JSON.parse(data);
	if (name === 'state') heard.state(object);
	else if (name === 'outcome') heard.outcome(object);
	else if (name === 'skipped') heard.skipped(object);
	if (name === 'outcome' || name === 'skipped') pollSoon();
	return true;
}

/* Reads until the stream ends; true when anything came. */
async function follow(signal) {
	const one = new AbortController();
	const abort = () => one.abort();
	let watchdog = setTimeout(abort, SILENCE), came = false, rest = '';
	signal.addEventListener('abort', abort, { once: true });
	try {
		const reader = (await stream('/api/v1/events', one.signal)).pipeThrough(new TextDecoderStream()).getReader();
		for (;;) {
			const { value, done } = await reader.read();
			if (done || signal.aborted) return came;
			clearTimeout(watchdog);
			watchdog = setTimeout(abort, SILENCE);
			if (!came) {
				came = streaming = true;
				heard.reached();
				schedule(FULL);
			}
			const parts = (rest + value.replaceAll('\r', '')).split('\n\n');
			rest = parts.pop();
			for (const part of parts)
				if (!dispatch(part)) return came;
			heard.reached();
			heard.how('live');
		}
	} finally {
		clearTimeout(watchdog);
		signal.removeEventListener('abort', abort);
		one.abort();
		streaming = false;
	}
}

/* 1, 2, 4 … 30 s with jitter, so that many pages do not come back in one moment. */
async function keepStream(signal) {
	for (let failures = 0; !signal.aborted;) {
		let came = false;
		try {
			came = await follow(signal);
		} catch (error) {
			came = false;
		}
		if (signal.aborted) return;
		failures = came ? 1 : failures + 1;
		schedule(500); /* finds out whether the service is there, and goes on every ten seconds */
		await wait(Math.min(BACKOFF_MOST, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2), signal);
	}
}

/* --- from outside --- */

export function start(listeners) {
	heard = listeners;
	stop();
	if (document.hidden) return;
	controller = new AbortController();
	poll();
	if (token()) keepStream(controller.signal);
}

export function stop() {
	if (controller) controller.abort();
	controller = null;
	streaming = false;
	clearTimeout(pollTimer);
	clearTimeout(soonTimer);
	soonTimer = 0;
}
