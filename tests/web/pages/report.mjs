// report.mjs - the report of a story as the audit writes it, put together of the files of web/.
//
//   const url = reportFile(story, 'name')      a file:// of it, in a folder that goes with the program
//   node report.mjs STORY.json >page.html
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const text = (name) => readFileSync(new URL(`../../../web/${name}`, import.meta.url), 'utf8');
export function reportOf(story) {
	const parts = { title: story.show.id.replace(/&/g, '&amp;').replace(/</g, '&lt;'), style: text('report.css'), data: JSON.stringify({ ...story, plain: undefined }).replace(/</g, '\\u003c'),
		scripts: ['holdfast-seat-map.js', 'plot.js', 'report.js'].map((name) => `<script type="module">\n${text(name)}</script>\n`).join('') };
	return text('report.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

let folder = '';
export function reportFile(story, name = 'report') {
	if (!folder) {
		folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
		process.on('exit', () => rmSync(folder, { recursive: true }));
	}
	const path = join(folder, `${name}.html`);
	writeFileSync(path, reportOf(story));
	return pathToFileURL(path).href;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(reportOf(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
