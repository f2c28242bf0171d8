import type { Range } from './range.ts';

/** Units of measurement of performance data: none, seconds, bytes, percent, a continuous counter. */
export type Unit = '' | 's' | 'B' | '%' | 'c';

/** One measured number of a run, as performance data and as a metric. */
export interface Metric {
  /** Unique within the result, such as `time` or `size`. */
  readonly label: string;
  readonly value: number;
  readonly unit: Unit;
  readonly warning?: Range | undefined;
  readonly critical?: Range | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Decimals of thresholds, min and max; their shortest form when absent. The value of seconds always has six. */
  readonly digits?: number | undefined;
}

/** `label=value[unit];[warn];[crit];[min];[max]`, trailing semicolons dropped (monitoring-plugins guidelines, "Performance data"). */
export const renderMetric = (metric: Metric): string => {
  const { label, value, unit, warning, critical, min, max, digits } = metric;
  const number = (n: number | undefined) =>
    n === undefined ? '' : digits === undefined ? String(n) : n.toFixed(digits);
  const fields = [
    `${quoteLabel(label)}=${unit === 's' ? value.toFixed(6) : value}${unit}`,
    warning?.toString(digits) ?? '',
    critical?.toString(digits) ?? '',
    number(min),
    number(max),
  ];
  return fields.join(';').replace(/;+$/, '');
};

/** Performance data of a whole result, blank separated. */
export const renderPerfdata = (metrics: readonly Metric[]): string => metrics.map(renderMetric).join(' ');

const quoteLabel = (label: string): string => {
  const safe = label.replaceAll(/[=|\r\n]/g, '_');
  return /[\s']/.test(safe) ? `'${safe.replaceAll("'", "''")}'` : safe;
};
