// Writes docs/proof.md: every scenario that ran against real servers and balancers, how it ended and what it measured.
// Arguments: vitest's JSON report of the e2e tests, then files with what benchmarks printed.
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';
import { basename, join } from 'node:path';

const [report, ...benches] = process.argv.slice(2);
const { testResults, numPassedTests, numTotalTests, startTime } = JSON.parse(readFileSync(report, 'utf8'));

const cell = (text) => text.replaceAll('|', '\\|');
const headed = new Map();
for (const { assertionResults } of testResults.toSorted((a, b) => a.name.localeCompare(b.name)))
  for (const test of assertionResults) {
    const head = test.ancestorTitles[0] ?? test.title;
    headed.set(head, [...(headed.get(head) ?? []), test]);
  }

const row = ({ ancestorTitles, title, status, duration = 0, meta }) => {
  const scenario = [...ancestorTitles.slice(1), title].join(': ');
  const figures = (meta?.figures ?? []).join('; ');
  return `| ${cell(scenario)} | ${status} | ${(duration / 1_000).toFixed(1)} s | ${cell(figures)} |`;
};
const section = ([head, tests]) => {
  const rows = tests.toSorted((a, b) => a.title.localeCompare(b.title)).map(row);
  return [`### ${head}`, '', '| scenario | outcome | took | measured |', '|---|---|---|---|', ...rows, ''];
};
const bench = (file) => [`### ${basename(file, '.txt')}`, '', '```', readFileSync(file, 'utf8').trimEnd(), '```', ''];

const lines = [
  '# Proof',
  '',
  '<!-- Written by `npm run proof`; do not edit. -->',
  '',
  `What the end-to-end tests showed on ${new Date(startTime).toISOString().slice(0, 10)}: ${numPassedTests} of ${numTotalTests} scenarios passed, against the`,
  `servers and balancers of Debian 12. Node ${process.version}, Linux ${release()} ${arch()}, ${cpus().length} cores. Times are of that one run; no test`,
  'depends on them.',
  '',
  '## Scenarios',
  '',
  ...[...headed].toSorted(([a], [b]) => a.localeCompare(b)).flatMap(section),
  ...(benches.length > 0 ? ['## Benchmarks', '', ...benches.flatMap(bench)] : []),
];
writeFileSync(join(import.meta.dirname, '../docs/proof.md'), `${lines.join('\n').trimEnd()}\n`);
