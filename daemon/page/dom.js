/* Makes elements. Texts come in as text nodes only, never as markup. */

export const $ = (id) => document.getElementById(id);

export function element(tag, attributes, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes || {})) {
		if (value === null || value === undefined || value === false) continue;
		if (typeof value === 'function') made.addEventListener(name, value);
		else if (name === 'class') made.className = value;
		else made.setAttribute(name, value === true ? '' : String(value));
	}
	made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
	return made;
}

export function fill(node, ...children) {
	node.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== ''));
}

/* Touches nothing when nothing changes: what a screen reader announces is not said again. */
export function say(node, text) {
	if (node.textContent !== text) node.textContent = text;
}

/* `columns`: [{head, number}], `rows`: [[cell, …]] of texts or elements; the first cell of a row is its heading. */
export function table(caption, columns, rows) {
	const kind = (index) => (columns[index].number ? 'number' : null);
	return element('table', null,
		element('caption', { class: 'hidden' }, caption),
		element('thead', null, element('tr', null,
			...columns.map((column, index) => element('th', { scope: 'col', class: kind(index) }, column.head)))),
		element('tbody', null, ...rows.map((row) => element('tr', null,
			...row.map((cell, index) => (index === 0 ? element('th', { scope: 'row' }, cell) : element('td', { class: kind(index) }, cell)))))));
}

export function facts(pairs) {
	const list = element('dl', { class: 'facts' });
	for (const [term, value] of pairs)
		if (value !== null && value !== undefined && value !== '') list.append(element('dt', null, term), element('dd', null, value));
	return list;
}

/* Opens a dialog that its buttons with data-close, Escape, or a click outside close. */
export function open(dialog) {
	if (!dialog.open) dialog.showModal();
}

export function closable(dialog) {
	for (const button of dialog.querySelectorAll('[data-close]')) button.addEventListener('click', () => dialog.close());
	dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
}
