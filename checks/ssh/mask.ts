import { type CheckResult, cleanText, type Fact, result } from '../../src/checker/index.ts';

/** The result without the secret, wherever a server echoed it. */
export const maskResult = (given: CheckResult, secret: string | undefined): CheckResult => {
  if (secret === undefined) return given;
  const mask = (text: string) => text.replaceAll(secret, '***').replaceAll(cleanText(secret), '***');
  const maskFact = (fact: Fact): Fact => {
    if (typeof fact === 'string') return mask(fact);
    return typeof fact === 'object' ? fact.map(mask) : fact;
  };
  return result({
    ...given,
    summary: mask(given.summary),
    ...(given.line !== undefined && { line: mask(given.line) }),
    facts: Object.fromEntries(Object.entries(given.facts).map(([name, fact]) => [name, maskFact(fact)])),
  });
};
