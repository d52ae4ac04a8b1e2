/* The records of a ticket in words: what each says in a sentence, and its details. As ai-ticketctl explain says them. */
import { percent, span, when } from '/format.js';

const text = (value) => (typeof value === 'string' ? value : '');
const list = (value) => (Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : '');
const or = (value, other) => text(value) || other;

export function decider(payload) {
	const who = payload.fallback ? 'the built-in rules, because the model gave no usable answer'
		: payload.by_rules ? 'the built-in rules' : or(payload.model, 'a model');
	return `${who}${text(payload.rules_because) ? `; reason: ${payload.rules_because}` : ''}`;
}

const because = (payload) => (text(payload.reason) ? `; reason: ${payload.reason}` : '');

const OUTCOMES = {
	done: (payload) => (text(payload.further) && payload.further !== 'order' ? 'Done: tags and priority are on the ticket; no further note was added'
		: 'Done: tags, priority and note are on the ticket'),
	skipped: () => 'Skipped: nothing was written',
	failed: () => 'Failed: it will be tried again',
};

function order(payload) {
	const before = payload.over ? 'Closed without a new analysis: ' : '';
	if (payload.reason === 'order') return `${before}Ordered to be analysed again by ${or(payload.by, 'a person')}`;
	if (payload.reason === 'untagged') return `${before}To be analysed again, because our tag was removed by ${or(payload.by, 'someone')}`;
	if (payload.reason === 'refused') return `${before}Not analysed again: the tag that orders it came too often, and is taken off`;
	return `${before}To be analysed again by the model, in the place of the rules`;
}

function undo(payload) {
	if (!payload.over) return `Ordered to be undone by ${or(payload.by, 'a person')}`;
	if (payload.result === 'undone')
		return `Undone; ${payload.forget ? 'the processed tag was taken off' : 'the processed tag stays'}`
			+ `${payload.priority === 'changed' ? '; the priority was left: someone changed it after us' : payload.priority === 'none before' ? '; the priority was left: there was none before' : ''}`
			+ `${payload.note_stays ? '; the note stays: Zendesk cannot take one back' : ''}`;
	if (payload.result === 'nothing') return 'Nothing was undone: nothing of ours is left on the ticket';
	return `${payload.result === 'failed' ? 'The undo failed' : 'Not undone, left alone'}${because(payload)}`;
}

const ORDERS = { process: 'to process it', 'process-again': 'to analyse it again', undo: 'to undo what was done', erase: 'to erase its data' };

export function orderedBy(payload) {
	if (text(payload.user)) return payload.user;
	if (text(payload.token)) return `token “${payload.token}”${text(payload.address) ? ` from ${payload.address}` : ''}`;
	return payload.uid === undefined ? 'a person' : `user id ${payload.uid}`;
}

const HEADLINES = {
	decision: (payload) => `Decided by ${decider(payload)}`,
	shadow: (payload) => `Shadow, nothing was written: decided by ${decider(payload)}`,
	intent: (payload) => `Prepared to write (${payload.bulk ? 'bulk' : 'single'} update)`,
	outcome: (payload) => {
		if (payload.pruned) return 'Closed; its details are older than log.retention_days and have been removed';
		const words = OUTCOMES[payload.state] || (() => `Ended: ${or(payload.state, 'unknown')}`);
		return `${words(payload)}${because(payload)}${payload.untagged ? ' (the processed tag was removed by someone)' : ''}`;
	},
	refusal: (payload) => `Refused for itself by ${or(payload.model, 'the model')}: not sent to it again until its text changes${because(payload)}`,
	order,
	undo,
	command: (payload) => `Order ${ORDERS[payload.order] || `“${or(payload.order, 'unknown')}”`} by ${orderedBy(payload)}`,
	choice: () => 'An agent chose, after the decision',
};

export function headline({ kind, payload }) {
	if (payload === null || typeof payload !== 'object') return `A record (${kind}) that cannot be read`;
	return HEADLINES[kind] ? HEADLINES[kind](payload) : String(kind);
}

const sure = (payload, name) => {
	const label = text(payload[name]), share = payload.confidence && payload.confidence[name];
	return label === '' ? '' : typeof share === 'number' ? `${label} (${percent(share)} sure)` : label;
};
const priority = (value) => (typeof value === 'string' ? value || 'none' : '');

const DETAILS = {
	labels: (payload) => [['Summary', text(payload.summary)], ['Category', sure(payload, 'root_cause')], ['Urgency', sure(payload, 'urgency')],
		['Sentiment', sure(payload, 'sentiment')], ['Priority when first read', priority(payload.priority_first)], ['Prompt', text(payload.prompt_version)],
		['Model version', text(payload.model_version)], ['Model time', typeof payload.model_ms === 'number' ? span(payload.model_ms) : ''],
		['Answer to another ticket with the same text', payload.cached === true && typeof payload.answered === 'number' ? when(payload.answered) : ''],
		['Personal data taken out', payload.redacted && Object.entries(payload.redacted).map(([kind, count]) => `${kind} ${count}`).join(', ')],
		['Answer of the model', text(payload.answer)]],
	intent: (payload) => [['Tags to add', list(payload.tags_added)], ['Our tags to remove', list(payload.tags_removed)],
		['Priority before', priority(payload.priority_before)], ['Priority to set', text(payload.priority_set) || 'left as it is'], ['Adds a note', payload.note ? 'yes' : 'no']],
	outcome: (payload) => [['Tags before', list(payload.tags_before)], ['Tags after', list(payload.tags_after)], ['Priority before', priority(payload.priority_before)],
		['Priority after', priority(payload.priority_after)], ['Waited', typeof payload.queue_ms === 'number' ? span(payload.queue_ms) : ''],
		['Write time', typeof payload.write_ms === 'number' ? span(payload.write_ms) : '']],
	undo: (payload) => [['Tags taken off', list(payload.tags_removed)], ['Taken off by someone before', list(payload.tags_gone)],
		['Priority before', payload.over ? priority(payload.priority_before) : ''], ['Priority after', payload.over ? priority(payload.priority_after) : '']],
	choice: (payload) => [['Priority', text(payload.priority)], ['Tags', list(payload.tags)], ['When', typeof payload.at === 'number' ? when(payload.at) : '']],
};
DETAILS.decision = DETAILS.labels;
DETAILS.shadow = (payload) => [['Would add the tags', list(payload.tags_added)], ['Would set the priority', text(payload.priority_set) || 'left as it is'], ...DETAILS.labels(payload)];

export function details({ kind, payload }) {
	return payload !== null && typeof payload === 'object' && Object.hasOwn(DETAILS, kind) ? DETAILS[kind](payload) : [];
}
