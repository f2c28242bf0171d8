import { turnsNowAndThen } from '../clock/slices.ts';
import type { GuardianView } from '../guardian/guardian.ts';
import { type Answer, isPath, notFound, type Pages } from './answer.ts';

/**
 * The read-only API:
 *
 * - `/api/v1/farms` the whole status; `/api/v1/farms/F`, `/api/v1/farms/F/backends/B` a part of it
 * - `/backends/F/B` 200 while up is desired of the backend, 503 otherwise: for the probes of cloud balancers
 * - `/readyz` 200 once every check has given a result, 503 before
 */
export const apiPages =
  (guardian: () => GuardianView | undefined): Pages =>
  ({ path }) => {
    const find = findPage(path);
    if (!find) return undefined;
    const running = guardian();
    return running ? find(running) : { code: 503, body: { error: 'the guardian is starting' } };
  };

const findPage = (path: readonly string[]): ((guardian: GuardianView) => Answer) | undefined => {
  if (isPath(path.slice(0, 3), 'api', 'v1', 'farms')) return (guardian) => farms(path.slice(3), guardian);
  if (path[0] === 'backends' && path.length === 3)
    return (guardian) => rotation(path[1] ?? '', path[2] ?? '', guardian);
  if (isPath(path, 'readyz')) return (guardian) => readiness(guardian.summary().ready);
  return undefined;
};

const farms = (path: readonly string[], guardian: GuardianView): Answer => {
  const [farmId, backends, backendId, ...more] = path;
  if (farmId === undefined) return { code: 200, body: wholeStatus(guardian) };
  const farm = backends === undefined ? guardian.farm(farmId) : undefined;
  if (farm) return { code: 200, body: farm };
  if (backends === undefined) return notFound(`farm ${farmId}`);
  if (backends !== 'backends' || backendId === undefined || more.length > 0) return notFound('such page');
  const backend = guardian.backend({ farm: farmId, backend: backendId });
  return backend ? { code: 200, body: backend } : notFound(`backend ${farmId}/${backendId}`);
};

const rotation = (farm: string, id: string, guardian: GuardianView): Answer => {
  const backend = guardian.backend({ farm, backend: id });
  if (!backend) return notFound(`backend ${farm}/${id}`);
  const { desired, health } = backend;
  return { code: desired === 'up' ? 200 : 503, body: { desired, health } };
};

const readiness = (ready: boolean): Answer => ({ code: ready ? 200 : 503, body: { ready } });

/** The status as one JSON text, farm by farm, so that no check has to wait for ten thousand backends. */
async function* wholeStatus(guardian: GuardianView): AsyncGenerator<string> {
  yield JSON.stringify(guardian.summary(), null, 2).replace(/\n\}$/, ',\n  "farms": [');
  const othersTurn = turnsNowAndThen();
  let separator = '';
  for (const farm of guardian.farms()) {
    yield `${separator}\n${JSON.stringify(farm, null, 2)}`.replaceAll('\n', '\n    ');
    separator = ',';
    await othersTurn();
  }
  yield '\n  ]\n}\n';
}
