/** Prometheus text that one replica reported. */
export interface ReportedText {
  replica: string;
  text: string;
}

interface Family {
  head: string[];
  samples: string[];
}

/** `name{labels} value`, text format 0.0.4. Nothing else that a replica sends is passed on. */
const SAMPLE = /^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i;
const HEAD = /^# (?:HELP|TYPE) ([a-z_]+) [ -~]*$/;

/**
 * Joins what replicas report into one exposition: the samples of a metric together, as the format demands, each with the
 * label `replica`.
 * @param names metrics that may be passed on.
 */
export function joinExpositions(reports: readonly ReportedText[], names: readonly string[]): string {
  const families = new Map(names.map((name): [string, Family] => [name, { head: [], samples: [] }]));
  for (const { replica, text } of reports) {
    for (const line of text.split('\n')) addLine(families, line, replica);
  }
  const blocks = [...families.values()].filter((family) => family.samples.length > 0);
  return blocks.map(({ head, samples }) => `${[...head.slice(0, 2), ...samples].join('\n')}\n`).join('\n');
}

function addLine(families: Map<string, Family>, line: string, replica: string): void {
  const head = families.get(HEAD.exec(line)?.[1] ?? '')?.head;
  if (head !== undefined) {
    if (!head.includes(line)) head.push(line);
    return;
  }
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  const family = families.get(name) ?? families.get(line.split(/[{ ]/, 1)[0] ?? '');
  if (family === undefined || !VALUE.test(value) || /\breplica="/.test(labels)) return;
  const own = `replica="${replica.replace(/["\\\n]/g, '_')}"`;
  const others = labels.replace(/,$/, '');
  family.samples.push(`${sampleName(line)}{${others === '' ? own : `${others},${own}`}} ${value}`);
}

const sampleName = (line: string): string => line.split(/[{ ]/, 1)[0] ?? '';
