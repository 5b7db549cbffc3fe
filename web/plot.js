// plot.js - <holdfast-plot>, numbers over time, and <holdfast-bars>, a table whose numbers have bars.
//
// A page feeds them by their method `show`, again where something changed; they draw in the page's own tree,
// so that its style sheet is theirs (report.css, "plots"). Nothing is loaded. A plot has its numbers beside it:
// those of the whole, those under the pointer or the cursor (arrow keys), and all of them in a table.
//
//   plot.show({ title: 'Requests a minute', about: 'A sentence that says what is to be seen.', x: [0, 60000],
//     step: 60000, of: 'Minute', kind: 'bars', series: [{ name: 'granted', values: [3, 1], tone: 1 }] });
//   bars.show({ title: 'By row', columns: [{ name: 'Row' }, { name: 'Wanted', isBar: true }], rows: [['A', 12]] });
//
// Plot and Bars are in tests/web/pages/types.d.ts, field by field:
//   x       where each row of numbers begins, ascending, milliseconds since the epoch; rows that are missing are empty
//   step    how long a row is, milliseconds
//   kind    bars: counts, one upon the other. nested: measures, the greatest first, one before the other; null where
//           there is none. lines: the same as lines. level: what it is from there on
//   from    where the drawing begins, if later than the first row
//   series  name, values (as many as x), tone 1 to 5: a colour of the page; whole: the number for all of it, else the
//           sum of bars, the last of a level, the greatest of the others
//   unit    behind each number; isLog: an axis by powers of ten; top: how far the axis reaches at least
//   marks   moments with a word: [{ at, text }]
//   time    how a moment is written (UTC, hh:mm:ss); tick: the same on the axis
// A row of Bars: a text or a number for each column. limit: how many are shown before one asks for all. A heading
// sorts by its column.

const { ceil, floor, max, min, round } = Math;
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const STEPS = [1, 2, 5, 10, 15, 30].flatMap((n) => [n * SECOND, n * MINUTE]).concat([1, 2, 3, 6, 12].map((n) => n * HOUR), [1, 2, 7, 14, 28, 91, 364].map((n) => n * DAY))
	.sort((a, b) => a - b);
const LEFT = 52, RIGHT = 10, TOP = 20, FOOT = 22, HEIGHT = 216;
const SMALL = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = (at) => new Date(at).toISOString().slice(11, 19);

/** @param {Element} parent @returns {any} */
function make(parent, name, attributes = {}, text = '') {
	const e = /^(svg|g|path|text|line)$/.test(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
	for (const key in attributes) e.setAttribute(key, attributes[key]);
	if (text !== '') e.textContent = text;
	parent?.append(e);
	return e;
}
/** A number as it is read: none is a dash. */
const said = (n, unit = '') => (n === null || n === undefined ? '–' : SMALL.format(n) + (unit && '\u00a0' + unit));
/** A step of 1, 2 or 5 with which few fit. */
function niceStep(most, count) {
	const rough = most / count || 1, power = 10 ** floor(Math.log10(rough));
	return max(1, power * [1, 2, 5, 10].find((n) => n * power >= rough * .999));
}
/** A table with a heading for each column. @param {any[]} columns @param {any[][]} rows */
function tableOf(parent, caption, columns, rows) {
	const table = make(parent, 'table');
	make(table, 'caption', { class: 'unseen' }, caption);
	const head = make(make(table, 'thead'), 'tr'), body = make(table, 'tbody');
	for (const name of columns) make(head, 'th', { scope: 'col' }, name);
	for (const row of rows) {
		const line = make(body, 'tr');
		row.forEach((value, n) => make(line, n ? 'td' : 'th', n ? {} : { scope: 'row' }, value));
	}
	return table;
}

class HoldfastPlot extends HTMLElement {
	/** @type {Plot} */ #plot;
	/** @type {Bin[]} */ #bins = [];
	#width = 0;
	#seen = new ResizeObserver(() => { if (this.#plot && this.clientWidth && this.clientWidth !== this.#width) this.#draw(); });

	connectedCallback() { this.#seen.observe(this); }
	disconnectedCallback() { this.#seen.disconnect(); }

	/** @param {Plot} plot */
	show(plot) {
		const isOpen = this.querySelector('details')?.open;
		this.#plot = { time: clock, tick: clock, ...plot };
		this.replaceChildren();
		const figure = make(this, 'figure');
		const caption = make(figure, 'figcaption');
		make(caption, 'h3', {}, plot.title);
		if (plot.about) make(caption, 'p', {}, plot.about);
		make(figure, 'ul', { class: 'keys' });
		make(figure, 'div', { class: 'plot' });
		const details = make(figure, 'details');
		make(details, 'summary', {}, `Numbers: ${plot.title}`);
		details.ontoggle = () => { if (details.open && !details.querySelector('table')) this.#tell(details); };
		details.open = isOpen;
		this.#draw();
	}

	/** Every row of the data. */
	#tell(details) {
		const { x, series, of, title, time, unit } = this.#plot, box = make(details, 'div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': title });
		tableOf(box, title, [of, ...series.map(({ name }) => name + (unit ? `, ${unit}` : ''))],
			x.map((at, n) => [time(at), ...series.map(({ values }) => said(values[n]))]));
	}

	/** Rows put together, so that one is at least a pixel wide. */
	#bin(wide) {
		const { x, step, series, kind } = this.#plot, from = max(x[0] ?? 0, this.#plot.from ?? 0), rows = ((x.at(-1) ?? 0) - from) / step + 1;
		const rough = max(step, rows * step / wide), each = rough === step ? step : STEPS.find((n) => n >= rough && n % step === 0) ?? ceil(rough / step) * step;
		/** @type {Map<number, Bin>} */ const bins = new Map();
		x.forEach((at, n) => {
			if (at < from) return;
			const at0 = from + floor((at - from) / each) * each, bin = bins.get(at0) ?? { at: at0, values: series.map(() => null) };
			bins.set(at0, bin);
			series.forEach(({ values }, k) => {
				const value = values[n], before = bin.values[k];
				if (value === null || value === undefined) return;
				bin.values[k] = before === null || kind === 'level' ? value : kind === 'bars' ? before + value : max(before, value);
			});
		});
		this.#bins = [...bins.values()];
		return { each, from, until: from + ceil(rows * step / each) * each };
	}

	#draw() {
		const plot = this.#plot, box = this.querySelector('.plot'), width = this.#width = this.clientWidth || 720, wide = width - LEFT - RIGHT, high = HEIGHT - TOP - FOOT;
		const { each, from, until } = this.#bin(wide), bins = this.#bins, { kind, series } = plot, isFull = kind === 'bars' || kind === 'nested';
		const heightOf = ({ values }) => (kind === 'bars' ? values.reduce((a, b) => a + b, 0) : max(...values.map((v) => v ?? 0)));
		const most = bins.reduce((a, bin) => max(a, heightOf(bin)), plot.top ?? 1) || 1;
		const step = niceStep(most, 4), top = plot.isLog ? 10 ** ceil(Math.log10(max(10, most))) : ceil(most / step - 1e-9) * step;
		const X = (at) => LEFT + (at - from) / (until - from) * wide;
		const Y = (n) => TOP + high - high * (plot.isLog ? Math.log10(max(1, n)) / Math.log10(top) : n / top);
		box.replaceChildren();
		const svg = make(box, 'svg', { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': this.#inWords() });
		// The axes.
		const lines = plot.isLog ? Array.from({ length: round(Math.log10(top)) + 1 }, (_, n) => 10 ** n) : Array.from({ length: round(top / step) + 1 }, (_, n) => n * step);
		for (const n of lines) {
			make(svg, 'path', { class: 'grid', d: `M${LEFT} ${round(Y(n)) + .5}h${wide}` });
			make(svg, 'text', { class: 'side', x: LEFT - 7, y: Y(n) + 4 }, SMALL.format(n));
		}
		const every = STEPS.find((n) => (until - from) / n * 74 <= wide) ?? STEPS.at(-1);
		for (let at = ceil(from / every) * every; at < until; at += every) {
			if (X(at) > width - 26) break;
			make(svg, 'path', { class: 'grid', d: `M${round(X(at)) + .5} ${TOP + high}v4` });
			make(svg, 'text', { x: X(at), y: HEIGHT - 5 }, plot.tick(at, every));
		}
		for (const { at, text } of plot.marks ?? []) {
			if (at < from || at > until) continue;
			make(svg, 'path', { class: 'moment', d: `M${round(X(at)) + .5} ${TOP - 14}v${high + 14}` });
			make(svg, 'text', { class: X(at) > width * .7 ? 'side' : 'start', x: X(at) + (X(at) > width * .7 ? -5 : 5), y: TOP - 7 }, text);
		}
		// The numbers.
		const one = max(1, wide * each / (until - from)), gap = one > 6 ? one * .18 : one > 3 ? .6 : 0;
		const below = new Float64Array(bins.length);
		series.forEach(({ tone = 1 }, k) => {
			let d = '', before = null;
			bins.forEach(({ at, values }, n) => {
				const value = values[k], x = X(at).toFixed(1);
				if (isFull) {
					if (value) d += `M${(X(at) + gap / 2).toFixed(1)} ${Y(below[n] + value).toFixed(1)}h${(one - gap).toFixed(2)}V${Y(below[n]).toFixed(1)}h-${(one - gap).toFixed(2)}z`;
					if (kind === 'bars') below[n] += value;
				} else if (value !== null) {
					const isNext = before !== null && (kind === 'level' || at - before <= each);
					d += isNext ? kind === 'level' ? `H${x}V${Y(value).toFixed(1)}` : `L${x} ${Y(value).toFixed(1)}` : `M${x} ${Y(value).toFixed(1)}h.01`;
					before = at;
				}
			});
			if (kind === 'level' && before !== null) d += `H${X(until).toFixed(1)}`;
			make(svg, 'path', { class: `tone${tone} ${isFull ? 'full' : 'line'}`, d });
		});
		// The cursor: a slider of the browser's own, which nobody sees, so that keys, fingers and screen readers know it.
		const cursor = make(svg, 'path', { class: 'cursor' });
		const slider = make(box, 'input', { type: 'range', min: 0, max: max(0, bins.length - 1), value: 0, 'aria-label': `${plot.title}: moment by moment`, style: `left: ${LEFT}px; width: ${wide}px` });
		const read = (n) => {
			const bin = bins[n];
			this.#keys(bin, each);
			cursor.setAttribute('d', bin ? `M${X(bin.at + each / 2).toFixed(1)} ${TOP}v${high}` : '');
			if (bin) slider.setAttribute('aria-valuetext', this.querySelector('.keys').textContent);
		};
		slider.oninput = slider.onfocus = () => read(Number(slider.value));
		slider.onblur = slider.onpointerleave = () => read(-1);
		slider.onpointermove = ({ offsetX }) => {
			const at = from + offsetX / wide * (until - from) - each / 2;
			read(bins.reduce((best, bin, n) => (Math.abs(bin.at - at) < Math.abs((bins[best]?.at ?? Infinity) - at) ? n : best), 0));
		};
		read(-1);
	}

	/** The number of each series: there, or of the whole. @param {Bin} bin */
	#keys(bin, each) {
		const { series, kind, unit, time, of, step } = this.#plot, keys = this.querySelector('.keys');
		keys.replaceChildren();
		const moment = bin && time(bin.at) + (each > step ? ` – ${time(bin.at + each)}` : '');
		make(keys, 'li', { class: 'when' }, moment || (kind === 'bars' ? 'In all' : kind === 'level' ? 'At the end' : 'All of it'));
		series.forEach((one, k) => {
			const li = make(keys, 'li', { class: `tone${one.tone ?? 1} ${kind === 'bars' || kind === 'nested' ? 'full' : 'line'}` });
			make(li, 'b', {}, said(bin ? bin.values[k] ?? (kind === 'bars' ? 0 : null) : this.#wholeOf(one), unit));
			li.append(' ' + one.name);
		});
		if (!bin && each > step) make(keys, 'li', {}, `A column is ${round(each / step)} × one ${of.toLowerCase()}.`);
	}
	/** @param {Series} series */
	#wholeOf({ values, whole }) {
		const known = values.filter((n) => n !== null && n !== undefined), { kind } = this.#plot;
		if (whole !== undefined || !known.length) return whole ?? null;
		return kind === 'level' ? known.at(-1) : known.reduce((a, b) => (kind === 'bars' ? a + b : max(a, b)));
	}
	#inWords() {
		const { title, about = '', series, unit } = this.#plot;
		return `${title}. ${about} ${series.map((one) => `${one.name}: ${said(this.#wholeOf(one), unit)}`).join(', ')}. All numbers are in the table below.`;
	}
}

class HoldfastBars extends HTMLElement {
	/** @type {Bars} */ #bars;
	#by = -1;
	#isDown = true;
	#isAll = false;

	/** @param {Bars} bars */
	show(bars) {
		this.#bars = bars;
		if (bars.by !== undefined) this.#by = bars.by;
		this.#draw();
	}
	#sorted() {
		const { rows } = this.#bars, by = this.#by, sign = this.#isDown ? -1 : 1;
		if (by < 0) return rows;
		return rows.toSorted((a, b) => sign * (typeof a[by] === 'number' || typeof b[by] === 'number' ? (a[by] ?? -1) - (b[by] ?? -1) : String(a[by]).localeCompare(b[by], undefined, { numeric: true })));
	}
	#draw() {
		const { title, about, columns, rows, limit = Infinity } = this.#bars;
		this.replaceChildren();
		if (title) make(this, 'h3', {}, title);
		if (about) make(this, 'p', {}, about);
		if (!rows.length) return;
		const shown = this.#sorted().slice(0, this.#isAll ? Infinity : limit), box = make(this, 'div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': title });
		const table = tableOf(box, title, columns.map(() => ''), shown.map((row) => row.map((value) => (typeof value === 'number' || value === null ? said(value) : value))));
		const most = columns.map((column, n) => (column.isBar ? rows.reduce((a, row) => max(a, row[n] ?? 0), 0) : 0));
		for (const [n, th] of [...table.tHead.rows[0].cells].entries()) {
			const isBy = n === this.#by, button = make(th, 'button', {}, columns[n].name);
			if (isBy) th.setAttribute('aria-sort', this.#isDown ? 'descending' : 'ascending');
			if (typeof rows[0][n] === 'number') th.className = 'number';
			button.onclick = () => {
				this.#isDown = isBy ? !this.#isDown : typeof rows[0][n] === 'number';
				this.#by = n;
				this.#draw();
				/** @type {any} */ (this.querySelectorAll('thead button')[n]).focus();
			};
		}
		shown.forEach((row, r) => row.forEach((value, n) => {
			const cell = table.tBodies[0].rows[r].cells[n];
			if (typeof value === 'number' || value === null) cell.className = 'number';
			if (most[n]) cell.style.setProperty('--share', `${(value ?? 0) / most[n] * 100}%`);
			if (most[n]) cell.className = `number bar tone${columns[n].tone ?? 1}`;
		}));
		if (rows.length > limit) {
			const button = make(this, 'button', { class: 'all', 'aria-expanded': this.#isAll }, this.#isAll ? `Show the first ${limit} only` : `Show all ${rows.length}`);
			button.onclick = () => {
				this.#isAll = !this.#isAll;
				this.#draw();
				/** @type {any} */ (this.querySelector('.all')).focus();
			};
		}
	}
}

customElements.define('holdfast-plot', HoldfastPlot);
customElements.define('holdfast-bars', HoldfastBars);
