import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { call, installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import { metricGroup } from '../../entities/metric-group.ts';
import { setWorkerHandle } from '../../runtime/worker-handle.ts';

afterEach(() => setWorkerHandle(null));

test('metrics are those of the worker, or of one connector, with null for what is no number', async () => {
  const herder = installFakeWorker();
  const common = { domain: 'kafka.connect', type: 'sink-task-metrics' } as const;
  herder.metricGroups = [
    { ...common, tags: { connector: 'a', task: '0' }, attributes: { 'put-batch-avg-time-ms': Number.NaN } },
    { ...common, tags: { connector: 'b', task: '0' }, attributes: { 'put-batch-avg-time-ms': 3 } },
  ];
  const groups = z.object({ groups: z.array(metricGroup) });
  expect(groups.parse((await call('/metrics')).json).groups).toMatchObject([
    { tags: { connector: 'a' }, attributes: { 'put-batch-avg-time-ms': null } },
    { tags: { connector: 'b' }, attributes: { 'put-batch-avg-time-ms': 3 } },
  ]);
  expect(groups.parse((await call('/metrics?connector=b')).json).groups).toMatchObject([
    { tags: { connector: 'b' } },
  ]);
});

test('metrics without a worker are unavailable', async () => {
  setWorkerHandle(null);
  expect(await call('/metrics')).toMatchObject({ status: 503 });
});
