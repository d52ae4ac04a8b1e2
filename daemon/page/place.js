/* What is looked at, in the fragment of the address: it can be sent to a colleague, and the server never sees it. */

const KNOWN = {
	span: /^(24h|7d|30d)$/,
	explain: /^[0-9]{1,19}$/,
	ticket: /^[0-9]{1,19}$/,
	outcome: /^(done|skipped|failed)$/,
	root_cause: /^(bug|feature|refund|other)$/,
	urgency: /^(high|medium|low)$/,
	sentiment: /^(positive|neutral|negative)$/,
	by: /^(model|rules)$/,
	from: /^[0-9]{1,15}$/,
	to: /^[0-9]{1,15}$/,
};
export const FILTERS = ['ticket', 'outcome', 'root_cause', 'urgency', 'sentiment', 'by', 'from', 'to'];

/* Only known members with possible values: whoever made the link may have been a stranger. */
export function read() {
	const found = {};
	for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
		if (Object.hasOwn(KNOWN, name) && KNOWN[name].test(value)) found[name] = value;
	return found;
}

/* `changes`: members to set; null takes one away. */
export function change(changes) {
	const all = new URLSearchParams();
	for (const [name, value] of Object.entries({ ...read(), ...changes })) if (value !== null && value !== '') all.set(name, value);
	const text = all.toString();
	if (text !== location.hash.slice(1)) history.replaceState(null, '', text ? `#${text}` : location.pathname);
}

export function filters() {
	const all = read();
	return Object.fromEntries(FILTERS.filter((name) => all[name]).map((name) => [name, all[name]]));
}
