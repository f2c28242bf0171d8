import { isPath, type Pages } from './answer.ts';

/** Nothing is loaded from elsewhere, and what servers say is never markup. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";

/** `/`: the farms on one page, for people. It needs nothing but the API, and follows what happens. */
export const dashboardPages: Pages = ({ path }) =>
  isPath(path)
    ? { code: 200, type: 'text/html; charset=utf-8', body: page, headers: { 'content-security-policy': policy } }
    : undefined;

const style = `
:root { color-scheme: light dark; --line: #8884; --up: #2e7d32; --doubt: #b26a00; --down: #c62828; --soft: #777 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
h1 { font-size: 1.25rem; margin: 0 } h2 { font-size: 1rem; margin: 1.6rem 0 .3rem }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap }
small, .soft { color: var(--soft); font-weight: normal }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td, th { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-size: .8rem; color: var(--soft); font-weight: normal }
td { overflow-wrap: anywhere } td:first-child { font-weight: 600 }
th:nth-child(1) { width: 11% } th:nth-child(2), th:nth-child(3), th:nth-child(4), th:nth-child(5) { width: 15% }
.state::before { content: ''; display: inline-block; width: .65em; height: .65em; border-radius: 50%; margin-right: .45em; background: var(--soft) }
.up::before { background: var(--up) } .falling::before, .rising::before { background: var(--doubt) } .down::before { background: var(--down) }
#trouble { color: var(--down); white-space: pre-line; margin: .8rem 0 }
`;

const script = `
const make = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind || '' });
const age = (since) => {
  const s = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 1000));
  for (const [unit, length] of [['d', 86400], ['h', 3600], ['m', 60]]) if (s >= length) return Math.floor(s / length) + unit;
  return s + 's';
};
const hookText = ({ deliveries }) => {
  const open = deliveries.filter(({ outcome, error }) => outcome !== 'delivered' || error !== null);
  if (open.length === 0) return deliveries.length > 0 ? 'ok' : '–';
  return open.map(({ hook, outcome, error, shows }) => [hook, outcome, error || shows].filter(Boolean).join(' ')).join(', ');
};
const row = (backend) => {
  const { id, host, port, health, count, needed, flapping, since, desired, admin, held, last } = backend;
  const line = make('tr', '');
  const state = health + (needed ? ' ' + count + '/' + needed : '') + (since ? ' for ' + age(since) : '') + (flapping ? ', flaps' : '');
  const why = held ? ' (held)' : admin ? ' (' + admin.state + ' by ' + admin.author + (admin.reason ? ': ' + admin.reason : '') + ')' : '';
  const result = last ? last.status + (last.code === 'ok' ? '' : ' [' + last.code + ']') + ' ' + last.summary : 'none yet';
  line.append(make('td', id), make('td', (host.includes(':') ? '[' + host + ']' : host) + ':' + port, 'soft'), make('td', state, 'state ' + health),
    make('td', (desired || 'nothing yet') + why), make('td', hookText(backend)), make('td', result, last && last.status !== 'OK' ? '' : 'soft'));
  return line;
};
const table = (farm) => {
  const part = make('section', '');
  const head = make('h2', farm.id + ' ');
  head.append(make('small', [farm.vip, farm.type, farm.guard.inRotation + ' of ' + farm.backends.length + ' in rotation'].filter(Boolean).join(' · ')));
  const rows = make('table', '');
  const titles = make('tr', '');
  titles.append(...['Backend', 'Address', 'Health', 'Desired', 'Hooks', 'Latest result'].map((title) => make('th', title)));
  rows.append(titles, ...farm.backends.map(row));
  part.append(head, rows);
  return part;
};
const trouble = ({ isolated, dryRun, journalFault, ready }) => [
  isolated && 'Isolated, every state is frozen: ' + isolated.why,
  dryRun && 'Dry run: no hook is told.',
  journalFault && 'The journal is not written: ' + journalFault,
  !ready && 'The first round is not over yet.',
].filter(Boolean).join('\\n');
let asking = false;
const refresh = async () => {
  if (asking) return;
  asking = true;
  try {
    const status = await (await fetch('api/v1/farms')).json();
    document.querySelector('main').replaceChildren(...status.farms.map(table));
    document.querySelector('#version').textContent = status.version + ', up ' + age(status.startedAt);
    document.querySelector('#trouble').textContent = trouble(status);
  } catch (error) {
    document.querySelector('#trouble').textContent = 'The guardian does not answer.';
  }
  asking = false;
};
const events = new EventSource('api/v1/events');
for (const name of ['turned', 'desired', 'delivery', 'admin', 'reload', 'flapping', 'isolation']) events.addEventListener(name, refresh);
setInterval(refresh, 2000);
refresh();
`;

const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Farm Guardian</title><style>${style}</style>
<header><h1>Farm Guardian</h1><small id="version"></small></header>
<div id="trouble" role="status"></div><main></main>
<script>${script}</script></html>
`;
