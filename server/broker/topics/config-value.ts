import { refusal } from '../refusal.ts';

/** One setting of topics or of the broker, under the name Apache Kafka gives it. */
export interface ConfigDeclaration {
  readonly kind: 'boolean' | 'string' | 'int' | 'long' | 'double' | 'list';
  readonly default: string;
  readonly min?: number;
  readonly max?: number;
  /** Allowed words of a string or of each element of a list. */
  readonly oneOf?: readonly string[];
  /** Broker setting that a topic setting has its default from. */
  readonly brokerName?: string;
  /** Whether a running broker takes a change. */
  readonly isDynamic?: boolean;
}

/** Throws a `bad-request` error that names the key when the value is not acceptable. */
export function checkConfigValue(name: string, declaration: ConfigDeclaration, value: string): void {
  const problem = problemOf(declaration, value);
  if (problem === null) return;
  throw refusal('INVALID_CONFIG', `Invalid value ${value} for configuration ${name}: ${problem}`);
}

function problemOf(declaration: ConfigDeclaration, value: string): string | null {
  const { kind, oneOf } = declaration;
  const text = value.trim();
  if (kind === 'boolean') return /^(true|false)$/i.test(text) ? null : 'must be true or false';
  if (kind === 'string')
    return oneOf === undefined || oneOf.includes(text) ? null : `must be one of ${oneOf.join(', ')}`;
  if (kind === 'list') {
    const unknown = parseList(text).find((word) => oneOf !== undefined && !oneOf.includes(word));
    return unknown === undefined ? null : `${unknown} is none of ${oneOf?.join(', ')}`;
  }
  const pattern = kind === 'double' ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(text)) return `must be a number of type ${kind}`;
  const number = Number(text);
  const max = declaration.max ?? (kind === 'int' ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY);
  if (declaration.min !== undefined && number < declaration.min) return `must be at least ${declaration.min}`;
  return number > max ? `must be at most ${max}` : null;
}

export function parseList(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Numbers of the protocol for kinds in DescribeConfigs. */
export const configTypeNumbers = { boolean: 1, string: 2, int: 3, long: 5, double: 6, list: 7 } as const;
