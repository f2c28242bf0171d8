/** The labels of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** One sample of a family: labels in the order in which they are written. */
export type Sample = readonly [labels: Labels, value: number];

/** A metric family in Prometheus' text format (version 0.0.4), without its samples. */
export const familyHead = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

/** One line of that format. */
export const sampleLine = (name: string, [labels, value]: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
};

/** One series of a histogram: how many values were at most `le`, and all of them together. */
export interface HistogramSeries {
  readonly labels: Labels;
  readonly below: readonly (readonly [le: number, count: number])[];
  readonly sum: number;
  readonly count: number;
}

/** The lines of a histogram, its head included. */
export const histogramText = (name: string, help: string, series: readonly HistogramSeries[]): string => {
  const lines = series.flatMap(({ labels, below, sum, count }) => [
    ...below.map(([le, below]) => sampleLine(`${name}_bucket`, [{ ...labels, le: String(le) }, below])),
    sampleLine(`${name}_bucket`, [{ ...labels, le: '+Inf' }, count]),
    sampleLine(`${name}_sum`, [labels, sum]),
    sampleLine(`${name}_count`, [labels, count]),
  ]);
  return familyHead(name, 'histogram', help) + lines.join('');
};

const escapeLabel = (text: string): string =>
  /["\\\n]/.test(text)
    ? text.replaceAll(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
    : text;
