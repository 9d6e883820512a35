import type { MetricGroup } from '../runtime/metrics/metric-group.ts';
import { EventLoopYield } from '../runtime/task/event-loop-yield.ts';

/** Of the format that `prometheusText` writes. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** What ends up in a label is a name; one that is longer than any class name helps nobody. */
const maxLabelLength = 1_024;

interface Family {
  readonly name: string;
  readonly head: string;
  readonly lines: string[];
}

/**
 * Groups of metrics in Prometheus' text format. A metric is named `<domain>_<group>_<attribute>` with `_` for whatever
 * is neither letter nor digit, as Prometheus' JMX exporter names them without rules of its own; its labels are the
 * tags. An attribute that is a text becomes a label of its own name on a sample of 1. Lets other work in between, for
 * a thousand tasks make six megabytes.
 */
export async function prometheusText(groups: readonly MetricGroup[]): Promise<string> {
  const families = new Map<string, Map<string, Family>>();
  const pause = new EventLoopYield();
  for (const { domain, type, tags, attributes } of groups) {
    let ofType = families.get(`${domain}:${type}`);
    if (ofType === undefined) {
      ofType = new Map();
      families.set(`${domain}:${type}`, ofType);
    }
    const labels = Object.entries(tags)
      .map(([tag, value]) => label(tag, value))
      .join();
    const ownLabels = labels === '' ? ' ' : `{${labels}} `;
    const moreLabels = labels === '' ? '{' : `{${labels},`;
    for (const attribute of Object.keys(attributes)) {
      const value = attributes[attribute] ?? Number.NaN;
      let family = ofType.get(attribute);
      if (family === undefined) {
        family = createFamily(domain, type, attribute);
        ofType.set(attribute, family);
      }
      family.lines.push(
        typeof value === 'string'
          ? `${family.name}${moreLabels}${label(attribute, value)}} 1`
          : family.name + ownLabels + number(value),
      );
    }
    await pause.ifDue();
  }
  let text = '';
  for (const ofType of families.values()) {
    for (const { head, lines } of ofType.values()) text += `${head}${lines.join('\n')}\n`;
    await pause.ifDue();
  }
  return text;
}

function createFamily(domain: MetricGroup['domain'], type: string, attribute: string): Family {
  const name = `${nameOf(domain)}_${nameOf(type)}_${nameOf(attribute)}`;
  const kind = attribute.endsWith('-total') ? 'counter' : 'gauge';
  const head = `# HELP ${name} ${attribute} of ${domain}:type=${type}\n# TYPE ${name} ${kind}\n`;
  return { name, head, lines: [] };
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
