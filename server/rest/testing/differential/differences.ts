import { expect } from 'vitest';
import type { ComparedAnswer, RestCase } from './rest-case.ts';

/** What Java answered, or what ours is to be like; members may be asymmetric matchers. */
export interface Pair {
  readonly java: ComparedAnswer;
  readonly ours: ComparedAnswer;
}

export interface Difference {
  /** The cell "Request" of its row in `differences.md`, which tells people what and why. */
  readonly row: string;
  /**
   * Makes of both answers what must be equal in spite of the difference; null where it does not show. It has to say
   * exactly how ours looks, so that nothing else hides behind it.
   */
  readonly reconcile: (pair: Pair, restCase: RestCase) => Pair | null;
}

const someText: unknown = expect.stringMatching(/./);

/** The same status and any message in words of our own: nothing of Java's, no rest of a template. */
const ownWords: unknown = expect.not.stringMatching(
  /org\.apache\.kafka\.connect\.runtime|java\.|undefined|^$/,
);

function refusal(status: number, message: unknown = ownWords): ComparedAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: { error_code: status, message },
  };
}

/** A refusal of Java's with another status or wording of ours. */
function refusedAs(status: number, javaSays: RegExp, message?: (java: string) => unknown) {
  return ({ java, ours }: Pair): Pair | null => {
    const said = messageOf(java);
    return said !== null && javaSays.test(said)
      ? { java: refusal(status, message?.(said) ?? ownWords), ours }
      : null;
  };
}

function messageOf({ status, body }: ComparedAnswer): string | null {
  const hasMessage = status >= 400 && typeof body === 'object' && body !== null && 'message' in body;
  return hasMessage ? String(body.message) : null;
}

/** All objects inside, outermost first, each replaced by what `change` gives for the pair at the same place. */
function inParallel(
  java: unknown,
  ours: unknown,
  change: (java: unknown, ours: unknown) => readonly [unknown, unknown],
): [unknown, unknown] {
  const [left, right] = change(java, ours);
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    const pairs = left.map((item, index) => inParallel(item, right[index], change));
    return [pairs.map(([item]) => item), pairs.map(([, item]) => item)];
  }
  if (!isObject(left) || !isObject(right)) return [left, right];
  const [newLeft, newRight] = [{ ...left }, { ...right }];
  for (const key of Object.keys(left)) {
    if (!(key in right)) continue;
    [newLeft[key], newRight[key]] = inParallel(left[key], right[key], change);
  }
  return [newLeft, newRight];
}

/** Applies a change to every pair of objects in two answers of 200. */
function everywhere(change: (java: Json, ours: Json) => readonly [Json, Json] | null) {
  return ({ java, ours }: Pair): Pair | null => {
    if (java.status !== 200 || ours.status !== 200) return null;
    let isShown = false;
    const [left, right] = inParallel(java.body, ours.body, (one, other) => {
      const changed = isObject(one) && isObject(other) ? change(one, other) : null;
      if (changed !== null) isShown = true;
      return changed ?? [one, other];
    });
    return isShown ? { java: { ...java, body: left }, ours: { ...ours, body: right } } : null;
  };
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

const notJson =
  /^(Unexpected |Unrecognized |Non-standard token|Cannot (deserialize|construct|invoke)|Illegal null or empty Level|No content)/;
const errorsOf = (value: Json): readonly string[] =>
  isList(value.errors) ? value.errors.map((error) => String(error)) : [];

export const differences: readonly Difference[] = [
  {
    row: 'Malformed JSON, more after its end, no body where one is needed, a list or object as a config value, an unknown member, a wrong `initial_state` or level',
    reconcile: (pair, restCase) =>
      pair.java.status === 500
        ? refusedAs(restCase.name === 'an empty level' ? 404 : 400, notJson)(pair)
        : null,
  },
  {
    row: 'Offsets with nested values, integers beyond 64 bits, unknown members',
    reconcile: refusedAs(400, /^Offsets may only contain primitive types/),
  },
  {
    row: 'Offsets that the connector or its topics cannot have (no file name, a negative or broken position, a partition that is not there)',
    reconcile: (pair, { name }) =>
      pair.java.status === 500 && name.startsWith('alter:') && messageOf(pair.java) !== null
        ? refusedAs(400, /^(?!Offsets may only)(?!Unexpected|Unrecognized|Cannot )/)(pair)
        : null,
  },
  {
    row: 'Wording of refused sink offsets',
    reconcile: (pair, { name }) =>
      name.startsWith('alter: a sink') && pair.java.status === 400 && pair.ours.status === 400
        ? refusedAs(400, /cannot be null or missing$|may not be null$|integers\.$/)(pair)
        : null,
  },
  {
    row: 'Creating a connector whose name has `/`, `\\`, `%`, half a surrogate pair, or is `.`, `..` or longer than a URL',
    reconcile: (pair, { name }) => (name === 'create a name with a slash' ? refusedAs(400, /./)(pair) : null),
  },
  {
    row: 'Creating a connector whose name has a control character',
    reconcile: (pair, { name }) =>
      name === 'POST of a name with a line feed'
        ? refusedAs(400, /control sequences/, () => expect.stringContaining('for configuration name:'))(pair)
        : null,
  },
  {
    row: 'Validation without `connector.class`, or with an unknown one',
    reconcile: refusedAs(
      400,
      /^org\.apache\.kafka\.connect\.runtime\.rest\.errors\.BadRequestException: (Failed to find|Connector config)/,
      (said) => expect.stringMatching(/Failed to find/.test(said) ? availableConnectors : noClass),
    ),
  },
  {
    row: 'A config without `connector.class`',
    reconcile: refusedAs(400, /^Connector config \{.*\} contains no connector type$/s, () =>
      expect.stringMatching(noClass),
    ),
  },
  {
    row: 'Unknown class for the second time',
    reconcile: refusedAs(
      400,
      /^(org\.apache\.kafka\.connect\.errors\.ConnectException: )?Failed to find/,
      () => expect.stringMatching(availableConnectors),
    ),
  },
  {
    row: 'Paths that are refused (`%2F`, `%25`, `%5C`, `//`, control characters …)',
    reconcile: ({ java, ours }, { headers }) =>
      isPage(java) && headers?.['content-type'] === undefined ? { java: refusal(java.status), ours } : null,
  },
  {
    row: 'A Content-Type that cannot be read',
    reconcile: ({ java, ours }, { headers }) =>
      isPage(java) && headers?.['content-type'] === 'garbage' ? { java: refusal(400), ours } : null,
  },
  {
    row: '404 of an unknown path, 405, 406, 415',
    reconcile: ({ java, ours }) =>
      [404, 405, 406, 415].includes(java.status) && java.headers['content-type'] === undefined
        ? { java: { ...java, headers: { ...java.headers, 'content-type': 'application/json' } }, ours }
        : null,
  },
  {
    row: '405',
    reconcile: ({ java, ours }) =>
      java.status === 405 && java.headers.allow === undefined
        ? {
            java: { ...java, headers: { ...java.headers, allow: ours.headers.allow ?? 'some methods' } },
            ours,
          }
        : null,
  },
  {
    row: 'Accept with `charset`',
    reconcile: ({ java, ours }) =>
      java.headers['content-type'] === 'application/json;charset=utf-8'
        ? { java: { ...java, headers: { ...java.headers, 'content-type': 'application/json' } }, ours }
        : null,
  },
  {
    row: '`Location` of a new connector whose name has `&`, `=`, `+`, `,`, `;`, `:`, `@` or `$`',
    reconcile: ({ java, ours }) =>
      java.headers.location?.includes('&')
        ? {
            java: {
              ...java,
              headers: { ...java.headers, location: java.headers.location.replaceAll('&', '%26') },
            },
            ours,
          }
        : null,
  },
  {
    row: 'Restart of a task that existed and is gone',
    reconcile: (pair, { name }) =>
      name === 'restart of a task that went'
        ? refusedAs(404, /no known leader URL/, () => 'Unknown task: source-0')(pair)
        : null,
  },
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
  {
    row: 'Names of loggers, level of `root`',
    reconcile: ({ java, ours }, { path }) => {
      if (java.status !== 200 || !isObject(java.body) || !isObject(ours.body)) return null;
      if (path === '/admin/loggers/root') {
        const level = expect.stringMatching(/^[A-Z]+$/);
        return { java: { ...java, body: { ...java.body, level } }, ours };
      }
      if (path !== '/admin/loggers') return null;
      const setHere = (body: Json): Json =>
        Object.fromEntries(
          Object.entries(body).filter(([name]) => name.startsWith('com.example.') || name === 'a b'),
        );
      return {
        java: { ...java, body: setHere(java.body) },
        ours: { ...ours, body: setHere(ours.body) },
      };
    },
  },
];

const noClass = /^Connector config contains no connector type$/;
const availableConnectors =
  /^Failed to find any class that implements Connector and which name matches com\.example\.Nobody, available connectors are: (?!PluginDesc)/;
const ownBeginning =
  /^(Invalid value .* for configuration \S+: (?:Invalid regex: |(?=entry must be)|String must be one of \(case insensitive\): ))/s;

function isPage({ headers }: ComparedAnswer): boolean {
  return headers['content-type']?.startsWith('text/html') ?? false;
}

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

/** Rows of `differences.md` that no request to these two workers shows; the tests of their own room do. */
export const elsewhere: readonly string[] = [
  `Creating a connector named like \`x$\{a:b}\``,
  '`charset` other than UTF-8, `Content-Encoding`',
  'A body above 4 MiB',
  'A change sent by a browser page of another origin that `access.control.allow.origin` does not allow',
  'Any request before the worker is built, or before Kafka could be reached',
  "No `listeners` in the worker's settings",
  '`https` listeners',
  'Restart in standalone mode of a connector or task that is not there',
  "Overrides of OAUTHBEARER's URLs and files (`producer.override.sasl.oauthbearer.token.endpoint.url` …) under the policy All",
];
