import { type CheckResult, cleanText, type Fact, result } from '../../src/checker/index.ts';

/** A function that hides secrets in a text, also as cleaning has left them. */
export const maskWith = (secrets: readonly string[]): ((text: string) => string) => {
  const hidden = [...new Set(secrets.flatMap((secret) => [secret, cleanText(secret)]))].filter((word) => word !== '');
  return (text) => hidden.reduce((masked, word) => masked.replaceAll(word, '***'), text);
};

/** The result without the secrets, wherever a server echoed them. */
export const maskResult = (given: CheckResult, secrets: readonly string[]): CheckResult => {
  if (secrets.length === 0) return given;
  const mask = maskWith(secrets);
  const maskFact = (fact: Fact): Fact => {
    if (typeof fact === 'string') return mask(fact);
    return typeof fact === 'object' ? fact.map(mask) : fact;
  };
  return result({
    ...given,
    summary: mask(given.summary),
    ...(given.line !== undefined && { line: mask(given.line) }),
    ...(given.remedy !== undefined && { remedy: mask(given.remedy) }),
    facts: Object.fromEntries(Object.entries(given.facts).map(([name, fact]) => [name, maskFact(fact)])),
  });
};
