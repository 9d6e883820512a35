import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Admin, NewTopic } from '../../kafka/ports/admin.ts';
import { GroupsAdmin } from '../testing/in-memory-client.ts';
import { TopicCreation } from './topic-creation.ts';

const defaults = {
  'topic.creation.default.partitions': '3',
  'topic.creation.default.replication.factor': '-1',
  'topic.creation.default.cleanup.policy': 'compact',
};
const groups = {
  ...defaults,
  'topic.creation.groups': 'logs,default',
  'topic.creation.logs.include': 'log-.*, audit',
  'topic.creation.logs.exclude': 'log-secret',
  'topic.creation.logs.partitions': '9',
};

class TopicsAdmin extends GroupsAdmin {
  readonly topics = new Map<string, NewTopic>();
  failure: Error | null = null;

  override describeTopics: Admin['describeTopics'] = async (names) =>
    (names ?? [])
      .filter((name) => this.topics.has(name))
      .map((name) => ({ name, internal: false, partitions: [] }));

  override createTopics: Admin['createTopics'] = async (topics) => {
    if (this.failure !== null) throw this.failure;
    for (const topic of topics) this.topics.set(topic.name, topic);
  };
}

const create = (settings: Record<string, string>, admin: Admin = new TopicsAdmin()) =>
  new TopicCreation(settings, admin, () => {});

describe('topics that the worker creates for a source', () => {
  it('are wanted as soon as any key says so', () => {
    expect(TopicCreation.isWanted({})).toBe(false);
    expect(TopicCreation.isWanted(defaults)).toBe(true);
  });

  it('take the first group whose patterns match the whole name, else the default', () => {
    const creation = create(groups);
    const compacted = { 'cleanup.policy': 'compact' };
    expect(creation.newTopic('log-a')).toEqual({
      name: 'log-a',
      partitions: 9,
      replicationFactor: -1,
      configs: {},
    });
    expect(creation.newTopic('audit').partitions).toBe(9);
    for (const name of ['log-secret', 'my-log-a', 'audits']) {
      expect(creation.newTopic(name)).toEqual({
        name,
        partitions: 3,
        replicationFactor: -1,
        configs: compacted,
      });
    }
  });

  it('are created once and left alone when they exist', async () => {
    const admin = new TopicsAdmin();
    const creation = create(defaults, admin);
    await creation.ensure('t', AbortSignal.timeout(1_000));
    expect(admin.topics.get('t')?.partitions).toBe(3);
    admin.failure = new ConnectError('kafka', 'must not be asked');
    await creation.ensure('t', AbortSignal.timeout(1_000));
  });

  it('may be created by somebody else at the same time', async () => {
    const admin = new TopicsAdmin();
    admin.failure = new ConnectError('already-exists', 'Topic t already exists');
    await create(defaults, admin).ensure('t', AbortSignal.timeout(1_000));
    admin.failure = new ConnectError('kafka', 'not authorized');
    await expect(create(defaults, admin).ensure('u', AbortSignal.timeout(1_000))).rejects.toThrow(
      'not authorized',
    );
  });

  it('are refused with the key that is wrong', () => {
    expect(() => create({ 'topic.creation.default.partitions': '1' })).toThrow(
      '"topic.creation.default.replication.factor"',
    );
    expect(() => create({ ...defaults, 'topic.creation.default.partitions': '0' })).toThrow(
      'topic.creation.default.partitions',
    );
    expect(() => create({ ...groups, 'topic.creation.logs.include': '(' })).toThrow(
      'topic.creation.logs.include',
    );
  });
});
