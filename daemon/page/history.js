/* What was done in 24 hours, 7 or 30 days: a sentence with the cost, four charts, and what people changed afterwards. */
import { get, Left, newest } from '/api.js';
import { $, element, fill, say } from '/dom.js';
import { capital, money, number, percent, plural, span as lasted, timeExact, zone } from '/format.js';
import { CAUSES, SENTIMENTS, SPANS, URGENCIES, bounds, buckets, share, total } from '/sums.js';
import { colour, doughnutWords, empty as emptyChart, hatched, show } from '/charts.js';
import * as place from '/place.js';

const FIELDS = { root_cause: 'category', urgency: 'urgency', sentiment: 'sentiment' };
const LABELS_SHOWN = 10;
const SURE = 100; /* tickets: a smaller sample says little */
const URGENCY = 'Urgency is compared only where an agent chose a priority afterwards, mostly to change it: its shares are high for that reason.';
const asking = newest();
let shown = null;

export const chosen = () => place.read().span || '24h';

function costOfTicket(sum) {
	return sum.analysed > 0 ? `, ${money(sum.cost_usd / sum.analysed)} a ticket` : '';
}

function fillTotal(span, sum) {
	const ended = sum.processed + sum.failed;
	fill($('span-sum'),
		`${capital(SPANS[span])}: ${plural(sum.processed, 'ticket', 'tickets')} processed, ${number(sum.failed)} failed, ${number(sum.skipped)} skipped`
		+ `${ended > 0 ? `; success rate ${percent(sum.processed / ended)}` : ''}${sum.processed > 0 ? `, ${lasted(sum.spent_ms / sum.processed)} on average` : ''}`
		+ `${sum.by_rules > 0 ? `; ${number(sum.by_rules)} decided by rules` : ''}. The model cost `, element('strong', null, money(sum.cost_usd)), `${costOfTicket(sum)}.`);
}

const listed = (names, counts) => names.map((name) => `${name} ${number(counts[name])}`).join(', ');

function causes(span, sum) {
	const counts = CAUSES.map((name) => sum.root_cause[name]);
	const all = counts.reduce((left, right) => left + right, 0);
	return {
		caption: 'Tickets by category',
		beside: true,
		nothing: all === 0 ? 'No tickets were analysed in this time.' : null,
		sentence: `Doughnut of ${number(all)} tickets by category in ${SPANS[span]}: ${listed(CAUSES, sum.root_cause)}.`,
		columns: [{ head: 'Category' }, { head: 'Tickets', number: true }, { head: 'Share', number: true }],
		rows: CAUSES.map((name, index) => [name, number(counts[index]), percent(share(counts[index], all))]),
		config: () => ({
			type: 'doughnut',
			data: { labels: CAUSES, datasets: [{ data: counts, backgroundColor: ['blue', 'orange', 'green', 'purple'].map(colour), borderColor: colour('card'), borderWidth: 2 }] },
			options: { cutout: '58%', plugins: { legend: { display: false }, words: { middle: number(all), below: all === 1 ? 'ticket' : 'tickets' } } },
			plugins: [doughnutWords],
		}),
	};
}

function sentiment(span, sum, sums) {
	const shares = SENTIMENTS.map((name) => sums.map(({ sentiment: one }) => share(one[name], ...Object.values(one))));
	const looks = [{ colour: 'green', dash: [], mark: 'circle' }, { colour: 'grey', dash: [6, 4], mark: 'rect' }, { colour: 'red', dash: [2, 3], mark: 'triangle' }];
	const all = Object.values(sum.sentiment).reduce((left, right) => left + right, 0);
	return {
		caption: 'Sentiment over time',
		nothing: all === 0 ? 'No tickets were analysed in this time.' : null,
		sentence: `Lines of the share of each sentiment in ${SPANS[span]}; over all of it ${SENTIMENTS.map((name) => `${name} ${percent(share(sum.sentiment[name], all))}`).join(', ')}.`,
		columns: [{ head: span === '24h' ? 'Hour' : 'Day' }, ...SENTIMENTS.map((name) => ({ head: capital(name), number: true }))],
		rows: sums.map((one, index) => [one.label, ...SENTIMENTS.map((_name, which) => (shares[which][index] === null ? 'none' : percent(shares[which][index])))]),
		config: () => ({
			type: 'line',
			data: { labels: sums.map(({ label }) => label), datasets: SENTIMENTS.map((name, which) => ({
				label: name, data: shares[which], borderColor: colour(looks[which].colour), backgroundColor: colour(looks[which].colour),
				borderDash: looks[which].dash, pointStyle: looks[which].mark, pointRadius: 4, borderWidth: 2, spanGaps: true })) },
			options: {
				interaction: { mode: 'index', intersect: false },
				scales: { y: { min: 0, max: 1, ticks: { callback: (value) => percent(value) } }, x: { ticks: { maxRotation: 0, autoSkipPadding: 14 } } },
				plugins: { legend: { labels: { usePointStyle: true } }, tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${percent(item.parsed.y)}` } } },
			},
		}),
	};
}

function urgency(span, sum) {
	const counts = URGENCIES.map((name) => sum.urgency[name]);
	const all = counts.reduce((left, right) => left + right, 0);
	return {
		caption: 'Tickets by urgency',
		nothing: all === 0 ? 'No tickets were analysed in this time.' : null,
		sentence: `Bars of ${number(all)} tickets by urgency in ${SPANS[span]}: ${listed(URGENCIES, sum.urgency)}.`,
		columns: [{ head: 'Urgency' }, { head: 'Tickets', number: true }, { head: 'Share', number: true }],
		rows: URGENCIES.map((name, index) => [name, number(counts[index]), percent(share(counts[index], all))]),
		config: () => ({
			type: 'bar',
			data: { labels: URGENCIES.map((name, index) => `${name} ${percent(share(counts[index], all))}`), datasets: [{ data: counts, backgroundColor: ['red', 'orange', 'blue'].map(colour), maxBarThickness: 48 }] },
			options: { indexAxis: 'y', plugins: { legend: { display: false } }, scales: { x: { beginAtZero: true, ticks: { precision: 0, maxTicksLimit: 6 } }, y: { grid: { display: false }, ticks: { color: colour('text') } } } },
		}),
	};
}

function volume(span, sum, sums) {
	return {
		caption: 'Tickets done and failed',
		nothing: sum.processed + sum.failed === 0 ? 'No tickets were processed in this time.' : null,
		sentence: `Stacked bars of tickets ${span === '24h' ? 'an hour' : 'a day'} in ${SPANS[span]}: ${number(sum.processed)} done, ${number(sum.failed)} failed.`,
		columns: [{ head: span === '24h' ? 'Hour' : 'Day' }, { head: 'Done', number: true }, { head: 'Failed', number: true }, { head: 'Cost', number: true }],
		rows: sums.map((one) => [one.label, number(one.processed), number(one.failed), money(one.cost_usd)]),
		config: () => ({
			type: 'bar',
			data: { labels: sums.map(({ label }) => label), datasets: [
				{ label: 'done', data: sums.map((one) => one.processed), backgroundColor: colour('blue'), stack: 'all' },
				{ label: 'failed', data: sums.map((one) => one.failed), backgroundColor: hatched('red'), borderColor: colour('red'), borderWidth: 1, stack: 'all' }] },
			options: {
				interaction: { mode: 'index', intersect: false },
				scales: { x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 14 } }, y: { stacked: true, beginAtZero: true, ticks: { precision: 0 } } },
			},
		}),
	};
}

const labelName = ({ field, label }) => `${FIELDS[field] || field} ${label}`;
const times = (count) => (count === 1 ? 'once' : `${number(count)} times`);

/* For people: which label is wrong most often, and where that is from. */
function sayOverruled(span, answer, labels) {
	if (!answer.sampled) {
		say($('overruled-sum'), `No decisions of ${SPANS[span]} were looked up again yet. ai-ticketctl report reads a sample of tickets again and finds what people changed.`);
		return;
	}
	const most = labels[0];
	if (!most || most.overruled === 0) {
		say($('overruled-sum'), `Nobody changed a label in the sample of ${plural(answer.sampled, 'ticket', 'tickets')} of ${SPANS[span]}.`);
		return;
	}
	const instead = (answer.fields || []).filter(({ field }) => field === most.field).flatMap(({ differences }) => differences || [])
		.filter(({ ours }) => ours === most.label).sort((left, right) => right.count - left.count)[0];
	const worst = labels.filter(({ field, compared }) => field !== 'urgency' && compared >= 10).sort((left, right) => right.overruled / right.compared - left.overruled / left.compared)[0];
	say($('overruled-sum'), `Most often overruled: ${labelName(most)}. People changed it ${times(most.overruled)} of ${number(most.compared)} (${percent(most.overruled / most.compared)})`
		+ `${instead ? `, most often to ${instead.theirs}` : ''}. `
		+ `${worst && worst !== most && worst.overruled / worst.compared > most.overruled / most.compared ? `The highest share has ${labelName(worst)}: ${percent(worst.overruled / worst.compared)} of ${number(worst.compared)}. ` : ''}`
		+ `This is a sample: ${plural(answer.sampled, 'ticket', 'tickets')} of ${SPANS[span]} that a report read again after people had worked on them.`
		+ `${answer.sampled < SURE && span !== '30d' ? ' It is small: 30 days say more.' : ''}`
		+ `${labels.some(({ field }) => field === 'urgency') ? ` ${URGENCY}` : ''}`);
}

function overruled(span, labels) {
	const some = labels.slice(0, LABELS_SHOWN);
	return {
		caption: 'Labels that people changed afterwards, in a sample',
		nothing: some.length === 0 ? 'There is no sample of this time.' : null,
		sentence: `Bars of how often people changed a label, in a sample: ${some.map((one) => `${labelName(one)} ${number(one.overruled)} of ${number(one.compared)}`).join(', ')}.`,
		columns: [{ head: 'Our label' }, { head: 'Changed', number: true }, { head: 'Compared', number: true }, { head: 'Share', number: true }],
		rows: labels.map((one) => [labelName(one), number(one.overruled), number(one.compared), percent(share(one.overruled, one.compared))]),
		config: () => ({
			type: 'bar',
			data: { labels: some.map(labelName), datasets: [{ label: 'changed by people', data: some.map((one) => one.overruled), backgroundColor: colour('purple'), maxBarThickness: 28 }] },
			options: {
				indexAxis: 'y',
				scales: { x: { beginAtZero: true, ticks: { precision: 0 }, title: { display: true, text: 'times changed, in the sample' } }, y: { grid: { display: false }, ticks: { color: colour('text'), autoSkip: false } } },
				plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => `${number(some[item.dataIndex].overruled)} of ${number(some[item.dataIndex].compared)} changed` } } },
			},
		}),
	};
}

function draw() {
	const { span, range, points, changed } = shown;
	const sum = total(points), sums = buckets(span, range, points);
	fillTotal(span, sum);
	show($('chart-causes'), causes(span, sum));
	show($('chart-sentiment'), sentiment(span, sum, sums));
	show($('chart-urgency'), urgency(span, sum));
	show($('chart-volume'), volume(span, sum, sums));
	const labels = (changed.labels || []).filter(({ compared }) => compared > 0)
		.sort((left, right) => right.overruled - left.overruled || right.overruled / right.compared - left.overruled / left.compared);
	sayOverruled(span, changed, labels);
	show($('chart-overruled'), overruled(span, labels));
	say($('span-note'), `${span === '24h' ? 'Hours' : 'Days'} in the time zone ${zone()}, summed from what the service keeps by the hour; as of ${timeExact(shown.asOf)}.`);
}

/* Asks for the chosen span. A failure leaves what is shown, and is thrown. */
export async function load() {
	const span = chosen(), signal = asking.begin(), range = bounds(span, Date.now());
	/* One after the other: the service answers two such questions at a time, and the list of decisions is one too. */
	const series = await get('/api/v1/series', { ...range, step: '1h' }, { signal });
	const changed = await get('/api/v1/overruled', range, { signal });
	if (signal.aborted) throw new Left('left');
	shown = { span, range, points: series.points || [], changed, asOf: Date.now() };
	draw();
}

/* The store was busy or failed: what is shown may be old. */
export function failed(error) {
	if (shown === null) say($('span-sum'), `The sums cannot be shown: ${error.message}`);
	else say($('span-note'), `The sums are as of ${timeExact(shown.asOf)}: ${error.message}`);
}

export function empty() {
	asking.end();
	shown = null;
	for (const id of ['span-sum', 'span-note', 'overruled-sum']) say($(id), '');
	for (const id of ['chart-causes', 'chart-sentiment', 'chart-urgency', 'chart-volume', 'chart-overruled']) emptyChart($(id));
}

export function choose() {
	for (const radio of $('span').querySelectorAll('input')) radio.checked = radio.value === chosen();
}
