// sale.js - when a show is on sale, in words.

const day = (/** @type {string} */ time) => new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
/** @param {Show} show */
export function saleOf({ closed, on_sale_from: from, on_sale_until: until }) {
	if (closed) return 'The sale is closed';
	if (until && Date.parse(until) < Date.now()) return `On sale until ${day(until)}`;
	return from && Date.parse(from) > Date.now() ? `On sale from ${day(from)}` : 'On sale';
}
