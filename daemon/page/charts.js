/* Chart.js under the house's rules: colours from the style sheet's variables, so that they follow light and dark; a sentence for screen
 * readers, and the numbers as a table, with each canvas. Nothing is told by colour alone: lines differ by dash and mark, bars by hatching. */
import { element, fill, table } from '/dom.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const charts = new Map();

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function setDefaults() {
	const defaults = window.Chart.defaults;
	const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
	defaults.color = colour('text');
	defaults.borderColor = colour('line');
	defaults.elements.arc.borderColor = colour('card');
	defaults.font.family = 'system-ui, "DejaVu Sans", sans-serif';
	defaults.font.size = Math.round(size * 0.8);
	defaults.animation = false; /* numbers that move by themselves are harder to read, and wake the machine each minute */
	defaults.maintainAspectRatio = false;
	defaults.responsive = true;
	defaults.scale.grid.color = colour('line');
	defaults.scale.ticks.color = colour('soft');
}

/* Vermilion with stripes: failed things are seen without colours too. */
export function hatched(name) {
	const tile = document.createElement('canvas');
	tile.width = tile.height = 8;
	const pen = tile.getContext('2d');
	pen.fillStyle = colour(name);
	pen.fillRect(0, 0, 8, 8);
	pen.strokeStyle = colour('card');
	pen.lineWidth = 1.5;
	for (const shift of [-8, 0, 8]) {
		pen.moveTo(shift, 8);
		pen.lineTo(shift + 8, 0);
	}
	pen.stroke();
	return pen.createPattern(tile, 'repeat');
}

/* The sum in the middle of a doughnut, and the names on its larger parts. */
export const doughnutWords = {
	id: 'words',
	afterDatasetsDraw(chart, _arguments, options) {
		const arcs = chart.getDatasetMeta(0).data;
		if (arcs.length === 0) return;
		const pen = chart.ctx, size = window.Chart.defaults.font.size;
		pen.save();
		pen.textAlign = 'center';
		pen.textBaseline = 'middle';
		pen.fillStyle = colour('text');
		pen.font = `700 ${Math.round(size * 1.9)}px ${window.Chart.defaults.font.family}`;
		pen.fillText(options.middle, arcs[0].x, arcs[0].y - size * 0.5);
		pen.font = `${size}px ${window.Chart.defaults.font.family}`;
		pen.fillText(options.below, arcs[0].x, arcs[0].y + size);
		pen.fillStyle = colour('on-arc');
		arcs.forEach((arc, index) => {
			if (arc.circumference < 0.55) return;
			const place = arc.getCenterPoint();
			pen.fillText(chart.data.labels[index], place.x, place.y);
		});
		pen.restore();
	},
};

/* Shows a chart in `place`, or `nothing` when there is none to show.
 * `picture`: {sentence, nothing, config(), columns, rows, caption, beside}; `config` makes the data, options and type anew, in today's colours. */
export function show(place, picture) {
	const known = charts.get(place);
	if (picture.nothing) {
		empty(place);
		fill(place, element('div', { class: 'canvas' }, element('p', { class: 'empty' }, picture.nothing)));
		return;
	}
	const numbers = table(picture.caption, picture.columns, picture.rows);
	if (known) {
		known.picture = picture;
		draw(known);
		known.canvas.setAttribute('aria-label', picture.sentence);
		known.numbers.replaceChildren(numbers);
		return;
	}
	const canvas = element('canvas', { role: 'img', 'aria-label': picture.sentence });
	const holder = element('div', { class: 'canvas' }, canvas);
	const box = element('div', { class: 'scroll low', tabindex: 0, role: 'region', 'aria-label': `${picture.caption}, numbers` }, numbers);
	fill(place, picture.beside ? element('div', { class: 'pair' }, holder, box)
		: element('div', null, holder, element('details', null, element('summary', null, 'Numbers as a table'), box)));
	setDefaults();
	const chart = { place, picture, canvas, numbers: box, drawn: null };
	charts.set(place, chart);
	chart.drawn = new window.Chart(canvas, picture.config());
}

function draw(chart) {
	const config = chart.picture.config();
	chart.drawn.data = config.data;
	chart.drawn.options = config.options;
	chart.drawn.update('none');
}

export function empty(place) {
	const known = charts.get(place);
	if (known) known.drawn.destroy();
	charts.delete(place);
	fill(place);
}

function repaint() {
	setDefaults();
	for (const chart of charts.values()) draw(chart);
}
dark.addEventListener('change', repaint);
