import type { MetricGroup } from '../runtime/metrics/metric-group.ts';

/** Of the format that `prometheusText` writes. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** What ends up in a label is a name; one that is longer than any class name helps nobody. */
const maxLabelLength = 1_024;

interface Family {
  readonly domain: MetricGroup['domain'];
  readonly group: string;
  readonly attribute: string;
  lines: string;
}

/**
 * Groups of metrics in Prometheus' text format. A metric is named `<domain>_<group>_<attribute>` with `_` for whatever
 * is neither letter nor digit, as Prometheus' JMX exporter names them without rules of its own; its labels are the
 * tags. An attribute that is a text becomes a label of its own name on a sample of 1.
 */
export function prometheusText(groups: readonly MetricGroup[]): string {
  const families = new Map<string, Family>();
  for (const { domain, type, tags, attributes } of groups) {
    const labels = Object.entries(tags).map(([tag, value]) => label(tag, value));
    const ownLabels = labels.length === 0 ? '' : `{${labels.join()}}`;
    const prefix = `${nameOf(domain)}_${nameOf(type)}_`;
    for (const [attribute, value] of Object.entries(attributes)) {
      const name = prefix + nameOf(attribute);
      let family = families.get(name);
      if (family === undefined) {
        family = { domain, group: type, attribute, lines: '' };
        families.set(name, family);
      }
      family.lines +=
        typeof value === 'string'
          ? `${name}{${[...labels, label(attribute, value)].join()}} 1\n`
          : `${name}${ownLabels} ${number(value)}\n`;
    }
  }
  let text = '';
  for (const [name, { domain, group, attribute, lines }] of families) {
    const kind = attribute.endsWith('-total') ? 'counter' : 'gauge';
    text += `# HELP ${name} ${attribute} of ${domain}:type=${group}\n# TYPE ${name} ${kind}\n${lines}`;
  }
  return text;
}

const names = new Map<string, string>();

/** Attributes and types are few and fixed, so what is remembered is too. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
    names.set(text, name);
  }
  return name;
}

function label(name: string, value: string): string {
  return `${nameOf(name)}="${escaped(value.slice(0, maxLabelLength))}"`;
}

function escaped(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
