import type { BackendStatus, FarmStatus, GuardianStatus } from '../guardian/guardian-status.ts';
import { type Answer, isPath, notFound, type Pages } from './answer.ts';

/**
 * The read-only API:
 *
 * - `/api/v1/farms` the whole status; `/api/v1/farms/F`, `/api/v1/farms/F/backends/B` a part of it
 * - `/backends/F/B` 200 while up is desired of the backend, 503 otherwise: for the probes of cloud balancers
 * - `/readyz` 200 once every check has given a result, 503 before
 */
export const apiPages =
  (status: () => GuardianStatus | undefined): Pages =>
  ({ path }) => {
    const find = findPage(path);
    if (!find) return undefined;
    const now = status();
    return now ? find(now) : { code: 503, body: { error: 'the guardian is starting' } };
  };

const findPage = (path: readonly string[]): ((status: GuardianStatus) => Answer) | undefined => {
  if (isPath(path.slice(0, 3), 'api', 'v1', 'farms')) return (status) => farms(path.slice(3), status);
  if (path[0] === 'backends' && path.length === 3) return (status) => rotation(path[1] ?? '', path[2] ?? '', status);
  if (isPath(path, 'readyz')) return ({ ready }) => ({ code: ready ? 200 : 503, body: { ready } });
  return undefined;
};

const farms = (path: readonly string[], status: GuardianStatus): Answer => {
  const [farmId, backends, backendId, ...more] = path;
  if (farmId === undefined) return { code: 200, body: status };
  const farm = status.farms.find(({ id }) => id === farmId);
  if (!farm) return notFound(`farm ${farmId}`);
  if (backends === undefined) return { code: 200, body: farm };
  if (backends !== 'backends' || backendId === undefined || more.length > 0) return notFound('such page');
  const backend = findBackend(farm, backendId);
  return backend ? { code: 200, body: backend } : notFound(`backend ${farmId}/${backendId}`);
};

const rotation = (farmId: string, backendId: string, status: GuardianStatus): Answer => {
  const farm = status.farms.find(({ id }) => id === farmId);
  const backend = farm && findBackend(farm, backendId);
  if (!backend) return notFound(`backend ${farmId}/${backendId}`);
  const { desired, health } = backend;
  return { code: desired === 'up' ? 200 : 503, body: { desired, health } };
};

const findBackend = (farm: FarmStatus, id: string): BackendStatus | undefined => farm.backends.find((b) => b.id === id);
