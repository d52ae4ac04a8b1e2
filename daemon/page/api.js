/* Requests to the service. A token lives in sessionStorage, which ends with the tab, and goes only into a header. */

const KEY = 'ai-ticketd.token';
const PATIENCE = 30000;
let life = new AbortController();

/* The service answered, and said no. */
export class Refused extends Error {
	constructor(status, sentence, body, retryAfter) {
		super(sentence);
		this.status = status;
		this.body = body;
		this.retryAfter = retryAfter;
	}
}

/* No answer of the service: no connection, or something before it answered in its place. */
export class Unreachable extends Error {}

/* The page no longer wants the answer. */
export class Left extends Error {}

export const token = () => sessionStorage.getItem(KEY);
export const keep = (text) => sessionStorage.setItem(KEY, text);

/* Forgets the token and ends every request that runs. */
export function forget() {
	sessionStorage.removeItem(KEY);
	life.abort();
	life = new AbortController();
}

export function headers(more, withToken = token()) {
	return withToken ? { ...more, Authorization: `Bearer ${withToken}` } : { ...more };
}

/* Aborted by `signal`, by forget(), or after `patience` ms. */
function ending(signal, patience) {
	const controller = new AbortController();
	const abort = () => controller.abort();
	for (const one of [signal, life.signal])
		if (one) {
			if (one.aborted) abort();
			one.addEventListener('abort', abort, { once: true });
		}
	const timer = patience ? setTimeout(abort, patience) : 0;
	return {
		signal: controller.signal,
		left: () => (signal && signal.aborted) || false,
		done: () => {
			clearTimeout(timer);
			for (const one of [signal, life.signal]) if (one) one.removeEventListener('abort', abort);
		},
	};
}

/* The service answers JSON whatever happens; a proxy in front of it does not. */
async function read(response) {
	let body = null;
	try {
		body = await response.json();
	} catch (error) {
		if (error.name === 'AbortError') throw error;
	}
	if (response.status === 502 || response.status === 504 || body === null || typeof body !== 'object')
		throw new Unreachable(`HTTP ${response.status}: not an answer of the service`);
	if (!response.ok)
		throw new Refused(response.status, String(body.error || `HTTP ${response.status}`), body, Number(response.headers.get('Retry-After')) || 0);
	return body;
}

async function ask(path, options, signal) {
	const began = life;
	const end = ending(signal, PATIENCE);
	try {
		return await read(await fetch(path, { cache: 'no-store', credentials: 'omit', ...options, signal: end.signal }));
	} catch (error) {
		if (began.signal.aborted || end.left()) throw new Left('left');
		if (error instanceof Refused || error instanceof Unreachable) throw error;
		throw new Unreachable('no answer');
	} finally {
		end.done();
	}
}

/* GET; `query` has members that are null, undefined or '' left out. A service that is busy is asked once more. */
export async function get(path, query, { signal, withToken } = {}) {
	const parameters = new URLSearchParams();
	for (const [name, value] of Object.entries(query || {}))
		if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
	const text = parameters.toString();
	const options = { headers: headers({ Accept: 'application/json' }, withToken === undefined ? token() : withToken) };
	const began = life; /* a question that waits is not asked again with a token that was forgotten meanwhile */
	for (let tries = 0; ; tries++) {
		try {
			return await ask(text ? `${path}?${text}` : path, options, signal);
		} catch (error) {
			if (!(error instanceof Refused) || error.status !== 503 || tries === 2) throw error;
			await new Promise((resolve) => { setTimeout(resolve, 1000 * (error.retryAfter || 1) * (1 + Math.random())); });
			if (began.signal.aborted || (signal && signal.aborted)) throw new Left('left');
		}
	}
}

/* POST; never sent twice. */
export function post(path, body) {
	return ask(path, { method: 'POST', headers: headers({ Accept: 'application/json', 'Content-Type': 'application/json' }), body: JSON.stringify(body || {}) });
}

/* The body of a stream of events; `signal` and forget() end it, also later. */
export async function stream(path, signal) {
	const response = await fetch(path, { cache: 'no-store', credentials: 'omit', headers: headers({ Accept: 'text/event-stream' }),
		signal: ending(signal, 0).signal });
	if (response.ok && (response.headers.get('Content-Type') || '').startsWith('text/event-stream')) return response.body;
	await read(response);
	throw new Unreachable('no stream');
}

/* Runs the newest of several calls: an earlier one is ended, and its answer is never shown. */
export function newest() {
	let last = null;
	return {
		begin() {
			if (last) last.abort();
			last = new AbortController();
			return last.signal;
		},
		end() {
			if (last) last.abort();
			last = null;
		},
	};
}
