import { aivenCases } from './aiven-cases.ts';
import { debeziumCases, olderDebeziumCases } from './debezium-cases.ts';
import { jcustenborderCases } from './jcustenborder-cases.ts';
import { type TransformCase, transformCases } from './transform-cases.ts';

/** By the project whose Java transformations answer; the answers are in `fixtures/<name>-answers.json.gz`. */
export const caseSets = {
  java: transformCases,
  debezium: debeziumCases,
  aiven: aivenCases,
  jcustenborder: jcustenborderCases,
  'debezium-2': olderDebeziumCases,
} as const satisfies Readonly<Record<string, readonly TransformCase[]>>;
