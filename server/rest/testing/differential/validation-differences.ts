import { expect } from 'vitest';
import {
  type Difference,
  everywhere,
  isList,
  isObject,
  type Json,
  messageOf,
  someText,
} from './reconcile-answers.ts';
import type { ComparedAnswer } from './rest-case.ts';

const errorsOf = (value: Json): readonly string[] =>
  isList(value.errors) ? value.errors.map((error) => String(error)) : [];

/** Of plugins, their definitions and validations. */
export const validationDifferences: readonly Difference[] = [
  {
    row: 'Plugins',
    reconcile: ({ java, ours }, { path }) => {
      if (!path.startsWith('/connector-plugins') || !isList(java.body) || !isList(ours.body)) return null;
      const known = new Set(java.body.map((plugin) => (isObject(plugin) ? plugin.class : undefined)));
      const shared = ours.body.filter((plugin) => isObject(plugin) && known.has(plugin.class));
      return ours.body.length > shared.length ? { java, ours: { ...ours, body: shared } } : null;
    },
  },
  {
    row: 'Group of a sink that is that of the worker, in a validation',
    reconcile: ({ java, ours }, { name }) => {
      if (name !== 'validate: a sink in the group of the worker') return null;
      const key = 'consumer.override.group.id';
      const configs = configsOf(java);
      const atFault = configs?.find((entry) => entryName(entry) === key);
      const others = configs?.filter((entry) => entry !== atFault);
      const once = others?.map((entry) => (entryName(entry) === key ? atFault : entry));
      return once === undefined || !isObject(java.body)
        ? null
        : { java: { ...java, body: { ...java.body, configs: once } }, ours };
    },
  },
  {
    row: 'Order of converter keys in a validation',
    reconcile: ({ java, ours }, { name }) => {
      if (!name.startsWith('validate: a JSON converter')) return null;
      const left = withConverterKeysSorted(java);
      const right = withConverterKeysSorted(ours);
      return left === null || right === null ? null : { java: left, ours: right };
    },
  },
  {
    row: 'Recommended values that are classes of plugins',
    reconcile: everywhere((java, ours) => {
      const [from, own] = [java.recommended_values, ours.recommended_values];
      if (!isList(from) || !isList(own) || from.length === 0 || own.length === from.length) return null;
      const isWithin = from.every((value) => own.includes(value) && /^[a-z.]+\.[A-Z]/.test(String(value)));
      return isWithin ? [java, { ...ours, recommended_values: from }] : null;
    }),
  },
  {
    row: 'Recommended values of `key.converter`, `value.converter` and `header.converter`',
    reconcile: everywhere((java, ours) =>
      /^(key|value|header)\.converter$/.test(String(java.name)) &&
      isList(java.recommended_values) &&
      java.recommended_values.length > 0
        ? [{ ...java, recommended_values: [] }, ours]
        : null,
    ),
  },
  {
    row: 'Width and display name of keys for which Java has none',
    reconcile: everywhere((java, ours) => {
      if (!('display_name' in java) || java.width !== 'NONE' || java.width === ours.width) return null;
      if (java.display_name !== java.name && java.display_name !== String(java.name).split('.').at(-1)) {
        return null;
      }
      return [{ ...java, width: someText, display_name: someText }, ours];
    }),
  },
  {
    row: '`key.converter.plugin.version` and its like, of a converter that comes with the worker',
    reconcile: everywhere((java, ours) => {
      if (!/^(key|value|header)\.converter\.plugin\.version$/.test(String(java.name))) return null;
      const absent = { ...java };
      for (const key of ['default_value', 'value']) if (key in ours) absent[key] = null;
      if ('recommended_values' in ours) {
        absent.recommended_values = [];
        absent.visible = true;
      }
      return [absent, ours];
    }),
  },
  {
    row: 'Order in group, and display names of `negate` and `predicate`, inside an alias of a transformation or predicate',
    reconcile: everywhere((java, ours) => {
      const name = String(java.name);
      if (!/^(transforms|predicates)\.[^.]+\./.test(name) || !('order_in_group' in java)) return null;
      const next = Number(java.order_in_group) + 1;
      if (ours.order_in_group !== next) return null;
      const display_name = /\.(negate|predicate)$/.test(name) ? name : java.display_name;
      return [{ ...java, order_in_group: next, display_name }, ours];
    }),
  },
  {
    row: 'Messages about the value of a key of a converter',
    reconcile: everywhere((java, ours) => {
      const [, prefix, key] = /^((?:key|value)\.converter\.)(.+)$/.exec(String(java.name)) ?? [];
      const said = errorsOf(java);
      if (prefix === undefined || key === undefined || said.length === 0) return null;
      return [
        {
          ...java,
          errors: said.map((message) =>
            message.replace(`for configuration ${key}:`, `for configuration ${prefix}${key}:`),
          ),
        },
        ours,
      ];
    }),
  },
  {
    row: 'Messages about a regular expression, about null in `transforms`, and the order of allowed words',
    reconcile: everywhere((java, ours) => {
      const said = errorsOf(java);
      const own = errorsOf(ours);
      const reworded = said.map((message, index) => {
        const [, beginning] = ownBeginning.exec(message) ?? [];
        return beginning !== undefined && own[index]?.startsWith(beginning) ? own[index] : message;
      });
      return said.some((message, index) => message !== reworded[index])
        ? [{ ...java, errors: reworded }, ours]
        : null;
    }),
  },
  {
    row: 'Dead letter topic among the topics of a sink',
    reconcile: everywhere((java, ours) => {
      const said = errorsOf(java);
      if (!said.some((message) => message.startsWith('The DLQ topic'))) return null;
      return [{ ...java, errors: said.map((message) => expect.stringMatching(message.slice(0, 60))) }, ours];
    }),
  },
  {
    row: 'A class that is no converter, given as one',
    reconcile: everywhere((java, ours) =>
      errorsOf(java).some((message) => message.endsWith('does not implement the Converter interface'))
        ? [{ ...java, value: null, errors: [expect.stringContaining('could not be found')] }, ours]
        : null,
    ),
  },
  {
    row: 'Definition of overrides (`producer.override.…` …) in a validation',
    reconcile: everywhere((java, ours) => {
      const value = java.value;
      const isOverride = isObject(value) && /^(producer|consumer|admin)\.override\./.test(String(value.name));
      return isOverride && java.definition !== null && ours.definition === null
        ? [{ ...java, definition: null }, ours]
        : null;
    }),
  },
  {
    row: 'Overrides (`producer.override.…` …) with a value that no Kafka client takes, or that this one cannot honour',
    reconcile: ({ java, ours }) =>
      messageOf(java)?.startsWith('org.apache.kafka.common.config.ConfigException: Invalid value soon')
        ? {
            java: { status: 200, headers: { 'content-type': 'application/json' }, body: { error_count: 1 } },
            ours: { ...ours, body: { error_count: isObject(ours.body) ? ours.body.error_count : ours.body } },
          }
        : null,
  },
];

const ownBeginning =
  /^(Invalid value .* for configuration \S+: (?:Invalid regex: |(?=entry must be)|String must be one of \(case insensitive\): ))/s;

function configsOf({ body }: ComparedAnswer): readonly unknown[] | undefined {
  return isObject(body) && isList(body.configs) ? body.configs : undefined;
}

function entryName(entry: unknown): string {
  return isObject(entry) && isObject(entry.value) ? String(entry.value.name) : '';
}

function withConverterKeysSorted(answer: ComparedAnswer): ComparedAnswer | null {
  const configs = configsOf(answer);
  if (configs === undefined || !isObject(answer.body) || !isList(answer.body.groups)) return null;
  const sorted = configs.toSorted((a, b) => (entryName(a) < entryName(b) ? -1 : 1));
  return { ...answer, body: { ...answer.body, configs: sorted, groups: answer.body.groups.toSorted() } };
}
