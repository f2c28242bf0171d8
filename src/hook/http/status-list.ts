/** Status codes of HTTP from the first to the last one, both included. */
export type StatusSpan = readonly [first: number, last: number];

/** What is a success unless a config says otherwise. */
export const anySuccess: readonly StatusSpan[] = [[200, 299]];

/** `204` or `200-299` as a span; `undefined` when it is neither, or leaves what HTTP has (100 to 599). */
export const parseStatusSpan = (text: string | number): StatusSpan | undefined => {
  const [, from, to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(text)) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return first >= 100 && first <= last && last <= 599 ? [first, last] : undefined;
};

/** Whether a status code is in one of the spans. */
export const isInSpans = (status: number, spans: readonly StatusSpan[]): boolean =>
  spans.some(([first, last]) => first <= status && status <= last);
