/* Signing in with a token and out again. What the token may is the service's to say; the page only hides what would be refused. */
import { Left, Refused, forget, get, keep, token } from '/api.js';
import { $, closable, open, say } from '/dom.js';

let rights = { name: null, may: 'look' };
let changed = () => {};

export const mayRead = () => rights.may === 'read' || rights.may === 'command';
export const mayCommand = () => rights.may === 'command';

function show() {
	const words = { read: 'may read', command: 'may give orders' };
	$('sign-in').hidden = mayRead();
	$('sign-out').hidden = !token();
	say($('who'), mayRead() ? `${rights.name ? `Token “${rights.name}”` : 'You'} ${words[rights.may]}` : '');
}

/* Asks what we may; a token that is refused is forgotten. */
export async function find() {
	try {
		rights = await get('/api/v1/session');
	} catch (error) {
		if (error instanceof Refused && error.status === 401 && token()) {
			leave('The token is no longer valid. Sign in with another one.');
			return;
		}
		throw error;
	} finally {
		show();
	}
}

/* Ends all requests and empties the page; then it begins anew, without a token. */
export function leave(why) {
	forget();
	rights = { name: null, may: 'look' };
	show();
	changed();
	if (why) ask(why);
}

export function ask(why) {
	$('token').value = '';
	say($('sign-in-said'), '');
	say($('sign-in-why'), why || 'A read token shows tickets and their explanations; a command token also gives orders. It stays in this tab only.');
	open($('sign-in-dialog'));
	$('token').focus();
}

async function submit(event) {
	event.preventDefault();
	const given = $('token').value.trim(), button = event.target.querySelector('[type=submit]');
	if (!/^[\x21-\x7e]+$/.test(given)) {
		say($('sign-in-said'), 'A token has no spaces and only plain letters, digits and signs.');
		return;
	}
	button.disabled = true;
	say($('sign-in-said'), '');
	try {
		const found = await get('/api/v1/session', null, { withToken: given });
		if (!$('sign-in-dialog').open) return; /* cancelled meanwhile */
		if (found.may !== 'read' && found.may !== 'command') throw new Refused(401, '', {});
		forget();
		keep(given);
		rights = found;
		$('token').value = '';
		$('sign-in-dialog').close();
		show();
		changed();
	} catch (error) {
		if (error instanceof Left) return;
		if (error instanceof Refused && error.status === 429) say($('sign-in-said'), 'Too many wrong tokens were tried. Wait a little, then try again.');
		else if (error instanceof Refused && (error.status === 401 || error.status === 403)) say($('sign-in-said'), 'The service does not know this token.');
		else say($('sign-in-said'), error instanceof Refused ? error.message : 'The service is not reached. Try again.');
	} finally {
		button.disabled = false;
	}
}

/* `whenChanged` is called after each change of what we may. */
export function begin(whenChanged) {
	changed = whenChanged;
	closable($('sign-in-dialog'));
	$('sign-in-dialog').addEventListener('close', () => { $('token').value = ''; });
	$('sign-in').addEventListener('click', () => ask());
	$('sign-out').addEventListener('click', () => leave());
	$('sign-in-form').addEventListener('submit', submit);
	show();
}
