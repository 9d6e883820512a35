import { expect, test } from 'vitest';
import { apiPaths, decodeSegment, isConnectorTab, paths } from './paths.ts';

test('names are escaped once, and pages get them back', () => {
  for (const name of ['a b', 'ünï', 'a&b=c#d?', '100%', '+', 'new']) {
    const path = paths.connector(name, 'config');
    expect(new URL(path, 'http://x').pathname.split('/')).toHaveLength(4);
    expect(decodeSegment(path.split('/')[2] ?? '')).toBe(name);
    expect(decodeURIComponent(apiPaths.connectorConfig(name).split('/')[4] ?? '')).toBe(name);
  }
});

test('a segment that is not escaped properly is taken as it is', () => {
  expect(decodeSegment('%E0%A4')).toBe('%E0%A4');
});

test('every path is where it is expected', () => {
  expect([
    paths.connectors(),
    paths.connectors(''),
    paths.connectors('state:failed x'),
    paths.connector('a'),
    paths.editConnector('a'),
    paths.newConnectorOf('org.x.Y'),
    paths.plugin('org.x.Y'),
    apiPaths.events(null),
    apiPaths.events('e:1'),
    paths.topic('web.access'),
    paths.topic('a', { partition: 0, from: 'offset:5' }),
    apiPaths.topicRecords('a', { limit: 1, bytes: 10 }),
  ]).toEqual([
    '/connectors',
    '/connectors',
    '/connectors?q=state%3Afailed%20x',
    '/connectors/a/tasks',
    '/connectors/a/edit',
    '/connectors/new/org.x.Y',
    '/catalog/org.x.Y',
    '/api/v1/events',
    '/api/v1/events?after=e%3A1',
    '/topics/web.access',
    '/topics/a?partition=0&from=offset%3A5',
    '/api/v1/topics/a/records?limit=1&bytes=10',
  ]);
});

test('tabs are a closed list', () => {
  expect(isConnectorTab('tasks')).toBe(true);
  expect(isConnectorTab('edit')).toBe(false);
});
