import type { Control } from './control.ts';

/** Most features, and most characters of one, that are kept. */
const mostFeatures = 64;
const longestFeature = 100;

/**
 * What the server says it can do beyond RFC 959 (FEAT, RFC 2389, 3); nothing when it does not know the command.
 *
 * @throws DeepFailure `overloaded` on 421
 */
export const askFeatures = async (control: Control): Promise<readonly string[] | undefined> => {
  const { code, lines } = await control.ask('FEAT');
  if (code !== 211) return undefined;
  return lines
    .slice(1, -1)
    .slice(0, mostFeatures)
    .map((line) => line.trim().slice(0, longestFeature))
    .filter((feature) => feature !== '');
};
