import type { Secret } from '../checker/secret.ts';

/**
 * What is wrong with a hook's secret before the start, for `preflight`; `undefined` when nothing is. What is in the
 * environment is there for the daemon, hardly for whoever only looks at its config.
 */
export const secretComplaint = async (option: string, secret: Secret | undefined): Promise<string | undefined> => {
  try {
    if (secret && !secret.inEnvironment) await secret.reveal();
    return undefined;
  } catch (error) {
    return `${option}: ${(error as Error).message}`;
  }
};
