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

const escapeLabel = (text: string): string =>
  /["\\\n]/.test(text)
    ? text.replaceAll(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
    : text;
