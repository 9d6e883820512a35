import { expect, test } from 'vitest';
import { configMarkdown } from './config-markdown.ts';
import { defineConfig } from './define-config.ts';
import { describeConfig } from './describe-config.ts';
import { int, list, password, string } from './kinds.ts';
import { passwordOf } from './password.ts';
import { atLeast } from './validators.ts';

const def = defineConfig({
  topic: string({
    importance: 'HIGH',
    documentation: 'Topic to write to.\nOnce.',
    group: 'Kafka',
    width: 'LONG',
    displayName: 'Topic',
  }),
  'batch.size': int({
    importance: 'LOW',
    documentation: 'Most records | poll.',
    default: 2000,
    validator: atLeast(1),
    group: 'Kafka',
  }),
  tags: list({ importance: 'LOW', documentation: 'Tags.', default: [] }),
  token: password({ importance: 'MEDIUM', documentation: 'Token.', default: passwordOf('hunter2') }),
  hidden: string({ importance: 'LOW', documentation: 'For tests.', default: 'x', internal: true }),
});

test('keys are described in order, with their place in the group, and internal ones are left out', () => {
  expect(describeConfig(def)).toEqual([
    {
      name: 'topic',
      type: 'STRING',
      required: true,
      defaultValue: null,
      importance: 'HIGH',
      documentation: 'Topic to write to.\nOnce.',
      group: 'Kafka',
      orderInGroup: 1,
      width: 'LONG',
      displayName: 'Topic',
      dependents: [],
    },
    expect.objectContaining({
      name: 'batch.size',
      required: false,
      defaultValue: '2000',
      orderInGroup: 2,
      width: 'NONE',
      displayName: 'batch.size',
    }),
    expect.objectContaining({ name: 'tags', defaultValue: '', group: null, orderInGroup: -1 }),
    expect.objectContaining({ name: 'token', defaultValue: '[hidden]' }),
  ]);
});

test('the table for a README has a row a key and keeps to its columns', () => {
  expect(
    configMarkdown(def),
  ).toBe(`| Key          | Type     | Default      | Valid values | Importance | Description              |
| ------------ | -------- | ------------ | ------------ | ---------- | ------------------------ |
| \`topic\`      | string   | **required** |              | high       | Topic to write to. Once. |
| \`batch.size\` | int      | \`2000\`       | [1,...]      | low        | Most records \\| poll.    |
| \`tags\`       | list     | (empty)      |              | low        | Tags.                    |
| \`token\`      | password | \`[hidden]\`   |              | medium     | Token.                   |
`);
});
