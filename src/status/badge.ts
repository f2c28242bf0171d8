import type { GuardianView } from '../guardian/guardian.ts';
import { type Answer, notFound, type Pages } from './answer.ts';

const [green, yellow, red, grey] = ['#2e7d32', '#b58900', '#c62828', '#666'];

/** What a badge says, and in which colour. */
interface Verdict {
  readonly text: string;
  readonly colour: string;
}

/** `/badge/F.svg` and `/badge/F/B.svg`: a small picture of a farm or a backend, for wikis and walls. */
export const badgePages =
  (guardian: () => GuardianView | undefined): Pages =>
  ({ path: [first, ...names] }) => {
    const last = names.at(-1);
    if (first !== 'badge' || !last?.endsWith('.svg') || names.length > 2) return undefined;
    const [farm = '', backend] = [...names.slice(0, -1), last.slice(0, -'.svg'.length)];
    const running = guardian();
    return running ? badge(running, farm, backend) : { code: 503, body: { error: 'the guardian is starting' } };
  };

const badge = (guardian: GuardianView, farmId: string, backendId: string | undefined): Answer => {
  if (backendId !== undefined) {
    const backend = guardian.backend({ farm: farmId, backend: backendId });
    return backend ? picture(`${farmId}/${backendId}`, ofBackend(backend)) : notFound(`backend ${farmId}/${backendId}`);
  }
  const farm = guardian.farm(farmId);
  return farm ? picture(farmId, ofFarm(farm.guard.inRotation, farm.backends.length)) : notFound(`farm ${farmId}`);
};

const ofFarm = (up: number, all: number): Verdict => ({
  text: `${up} of ${all} up`,
  colour: up === all ? green : up > 0 ? yellow : red,
});

const ofBackend = ({ health, desired }: { readonly health: string; readonly desired: string | null }): Verdict => {
  if (desired === null) return { text: health, colour: grey };
  if (desired !== 'up') return { text: desired, colour: desired === 'drain' ? yellow : red };
  return { text: health, colour: health === 'up' ? green : yellow };
};

/** Width of a character of 11 px Verdana, about. */
const characterWidth = 7;

const picture = (label: string, { text, colour }: Verdict): Answer => {
  const [left, right] = [label, text].map((words) => words.length * characterWidth + 10) as [number, number];
  const word = (words: string, middle: number) => `<text x="${middle}" y="14">${escapeXml(words)}</text>`;
  const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img">
<title>${escapeXml(`${label}: ${text}`)}</title>
<rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
${word(label, left / 2)}${word(text, left + right / 2)}
</g></svg>
`;
  return { code: 200, type: 'image/svg+xml; charset=utf-8', body };
};

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
