import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricGroup } from '../runtime/metrics/metric-group.ts';
import { prometheusText } from './prometheus-text.ts';

const ofTask = (connector: string, attributes: MetricGroup['attributes']): MetricGroup => ({
  domain: 'kafka.connect',
  type: 'sink-task-metrics',
  tags: { connector, task: '0' },
  attributes,
});

/** Reads a sample as Prometheus does: name, labels, value. */
function samples(text: string): { name: string; labels: Record<string, string>; value: string }[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match =
        /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_][a-z0-9_]*="(?:[^"\\]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line);
      if (match === null) throw new Error(`not a sample: ${line}`);
      const labels = [...(match[2] ?? '').matchAll(/([a-z0-9_]+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, label = '', value = '']) => [
          label,
          value.replaceAll(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter)),
        ],
      );
      return { name: match[1] ?? '', labels: Object.fromEntries(labels), value: match[3] ?? '' };
    });
}

describe('Prometheus text', () => {
  it('has a family for each attribute, with all its samples together', async () => {
    const text = await prometheusText([
      ofTask('a', { 'put-batch-avg-time-ms': 1.5, 'sink-record-send-total': 7 }),
      ofTask('b', { 'put-batch-avg-time-ms': 2, 'sink-record-send-total': 0 }),
    ]);
    expect(text.split('\n')).toEqual([
      '# HELP kafka_connect_sink_task_metrics_put_batch_avg_time_ms put-batch-avg-time-ms of kafka.connect:type=sink-task-metrics',
      '# TYPE kafka_connect_sink_task_metrics_put_batch_avg_time_ms gauge',
      'kafka_connect_sink_task_metrics_put_batch_avg_time_ms{connector="a",task="0"} 1.5',
      'kafka_connect_sink_task_metrics_put_batch_avg_time_ms{connector="b",task="0"} 2',
      '# HELP kafka_connect_sink_task_metrics_sink_record_send_total sink-record-send-total of kafka.connect:type=sink-task-metrics',
      '# TYPE kafka_connect_sink_task_metrics_sink_record_send_total counter',
      'kafka_connect_sink_task_metrics_sink_record_send_total{connector="a",task="0"} 7',
      'kafka_connect_sink_task_metrics_sink_record_send_total{connector="b",task="0"} 0',
      '',
    ]);
  });

  it('makes a text a label on a sample of 1, and writes numbers that are none in words', async () => {
    const text = await prometheusText([
      {
        domain: 'kafka.connect',
        type: 'connect-worker-rebalance-metrics',
        tags: {},
        attributes: {
          'leader-name': 'http://worker:8083/',
          'rebalance-max-time-ms': Number.NaN,
          'time-since-last-rebalance-ms': Number.POSITIVE_INFINITY,
        },
      },
    ]);
    expect(samples(text)).toEqual([
      {
        name: 'kafka_connect_connect_worker_rebalance_metrics_leader_name',
        labels: { leader_name: 'http://worker:8083/' },
        value: '1',
      },
      {
        name: 'kafka_connect_connect_worker_rebalance_metrics_rebalance_max_time_ms',
        labels: {},
        value: 'NaN',
      },
      {
        name: 'kafka_connect_connect_worker_rebalance_metrics_time_since_last_rebalance_ms',
        labels: {},
        value: '+Inf',
      },
    ]);
  });

  it('gives back every name of a connector, whatever is in it', async () => {
    const letter = fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\r',
      'n',
      'a',
      ' ',
      ',',
      '=',
      '{',
      '}',
      'é',
      '😀',
      '\u2028',
      '\0',
    );
    const name = fc.string({ unit: letter, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(name, fc.double(), async (connector, value) => {
        const [sample] = samples(await prometheusText([ofTask(connector, { 'partition-count': value })]));
        expect(sample?.labels).toEqual({ connector, task: '0' });
        const read = { NaN: Number.NaN, '+Inf': Infinity, '-Inf': -Infinity }[sample?.value ?? ''];
        expect(read ?? Number(sample?.value)).toBe(value === 0 ? 0 : value);
      }),
      { examples: [['a"b\\n\\\n"', 1]] },
    );
  });

  it('cuts labels that are longer than any name', async () => {
    const [sample] = samples(await prometheusText([ofTask('x'.repeat(5_000), { 'partition-count': 1 })]));
    expect(sample?.labels.connector).toHaveLength(1_024);
  });
});
