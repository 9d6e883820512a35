import { expect } from 'vitest';
import { type Difference, isObject, type Json, messageOf, refusal, refusedAs } from './reconcile-answers.ts';
import type { ComparedAnswer } from './rest-case.ts';
import { validationDifferences } from './validation-differences.ts';

const notJson =
  /^(Unexpected |Unrecognized |Non-standard token|Cannot (deserialize|construct|invoke)|Illegal null or empty Level|No content)/;

/** What may differ from Java: each is a row of `differences.md`. In the order in which they are looked at. */
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
  ...validationDifferences,
];

const noClass = /^Connector config contains no connector type$/;
const availableConnectors =
  /^Failed to find any class that implements Connector and which name matches com\.example\.Nobody, available connectors are: (?!PluginDesc)/;
function isPage({ headers }: ComparedAnswer): boolean {
  return headers['content-type']?.startsWith('text/html') ?? false;
}

/** Rows of `differences.md` that no request to these two workers shows; the tests of their own room do. */
export const elsewhere: readonly string[] = [
  `Creating a connector named like \`x$\{a:b}\``,
  '`charset` other than UTF-8, `Content-Encoding`',
  '`GET /metrics`',
  'Restart, or a change of offsets, while a rebalance is due',
  'A body above 4 MiB',
  'A change sent by a browser page of another origin that `access.control.allow.origin` does not allow',
  'Any request before the worker is built, or before Kafka could be reached',
  "No `listeners` in the worker's settings",
  '`https` listeners',
  'Restart in standalone mode of a connector or task that is not there',
  "Overrides of OAUTHBEARER's URLs and files (`producer.override.sasl.oauthbearer.token.endpoint.url` …) under the policy All",
];
