/* Puts the parts of the page together: what is asked when, and what is emptied when somebody signs out. */
import { Left, Refused, Unreachable, token } from '/api.js';
import { $, say } from '/dom.js';
import { zone } from '/format.js';
import * as alerts from '/alerts.js';
import * as commands from '/commands.js';
import * as decisions from '/decisions.js';
import * as explain from '/explain.js';
import * as history from '/history.js';
import * as live from '/live.js';
import * as now from '/now.js';
import * as place from '/place.js';
import * as session from '/session.js';

const SUMS_EVERY = 60000;
let sumsTimer = 0;
let alertsShown = '';
let askedForToken = false;
let begun = false; /* the rights were asked for */

/* A token that was revoked, or a service that lets nobody in without one. */
function refused(error) {
	if (error.status !== 401 && error.status !== 403) return;
	if (token()) session.leave('The token is no longer valid. Sign in with another one.');
	else if (!askedForToken) session.ask('This service shows nothing without a token.');
	if (!token()) say($('health'), 'This service shows nothing without a token: sign in.');
	askedForToken = true;
}

/* One part's failure is that part's alone, and no reason to stop. */
async function part(load, failed) {
	try {
		await load();
	} catch (error) {
		if (error instanceof Left) return;
		if (error instanceof Refused) refused(error);
		if (error instanceof Unreachable) now.lost();
		failed(error instanceof Unreachable ? new Error('the service is not reached') : error);
	}
}

const loadSums = () => part(history.load, history.failed);
const loadAlerts = () => part(alerts.load, alerts.failed);

/* What the token may, and what can be shown with it. */
async function findRights() {
	await part(session.find, () => {});
	commands.show();
	await part(decisions.load, () => {});
	explain.resume();
}

/* The service did not say what our token may when it was asked. */
const rightsUnknown = () => Boolean(token()) && !session.mayRead();

async function refresh() {
	clearTimeout(sumsTimer);
	if (document.hidden) return;
	sumsTimer = setTimeout(refresh, SUMS_EVERY);
	if (begun && rightsUnknown()) await findRights();
	await loadSums();
	await loadAlerts();
}

/* The alerts are asked for when their number changes, not only once a minute. */
function takeState(state) {
	if (!now.take(state)) return;
	commands.show();
	const alertsNow = JSON.stringify(state.alerts || null);
	if (alertsShown !== '' && alertsNow !== alertsShown) loadAlerts();
	alertsShown = alertsNow;
}

let wasLost = false;
const listeners = {
	state: takeState,
	outcome: decisions.came,
	skipped: () => {},
	lost: () => {
		wasLost = true;
		now.lost();
	},
	reached: () => {
		now.reached();
		if (wasLost) {
			wasLost = false;
			refresh();
			part(decisions.freshen, () => {});
		}
	},
	refused,
	how: now.showFreshness,
};

/* From the beginning, with the rights that are there now. */
async function begin() {
	live.start(listeners);
	begun = false;
	const sums = refresh();
	await findRights();
	begun = true;
	await sums;
}

/* Signed in or out: nothing of before is left. */
function rightsChanged() {
	live.stop();
	clearTimeout(sumsTimer);
	alertsShown = '';
	askedForToken = false;
	for (const one of [now, history, alerts, decisions, explain, commands]) one.empty();
	begin();
}

function look() {
	history.choose();
	decisions.showFilters();
}

session.begin(rightsChanged);
decisions.begin();
explain.begin();
commands.begin();
$('decisions-sign-in').addEventListener('click', () => session.ask());
$('span').addEventListener('change', (event) => {
	place.change({ span: event.target.value });
	loadSums();
});
addEventListener('hashchange', () => {
	look();
	loadSums();
	part(decisions.load, () => {});
	explain.resume();
});
document.addEventListener('visibilitychange', () => {
	if (document.hidden) {
		live.stop();
		clearTimeout(sumsTimer);
	} else {
		live.start(listeners);
		refresh();
		part(decisions.freshen, () => {});
	}
});
say($('zone'), zone());
look();
begin();
