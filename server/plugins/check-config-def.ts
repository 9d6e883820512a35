import type { ConfigDef, ConfigKeys, ConfigRule } from '../config/config-def.ts';
import type {
  ConfigKey,
  ConfigType,
  Importance,
  Recommender,
  Validator,
  Width,
} from '../config/config-key.ts';
import { defineConfig } from '../config/define-config.ts';
import { describeConfig } from '../config/describe-config.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { longText, member, optional, record, text, wrong } from './checked-members.ts';

const maxKeys = 1_000;
const types: readonly ConfigType[] = [
  'BOOLEAN',
  'STRING',
  'INT',
  'SHORT',
  'LONG',
  'DOUBLE',
  'LIST',
  'CLASS',
  'PASSWORD',
];
const importances: readonly Importance[] = ['HIGH', 'MEDIUM', 'LOW'];
const widths: readonly Width[] = ['NONE', 'SHORT', 'MEDIUM', 'LONG'];

/**
 * The config definition of a stranger, as data: a copy in which every member is what it should be. Throws a `config`
 * error that names the member.
 */
export function checkConfigDef(value: unknown): ConfigDef {
  const def = record(value, 'config');
  const given = Object.entries(record(def.keys, 'config.keys'));
  if (given.length > maxKeys) throw wrong('config.keys', `has more than ${maxKeys} keys`);
  const keys = new Map<string, ConfigKey>();
  for (const [name, key] of given) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.\-$]{0,248}$/.test(name) || name === '__proto__') {
      throw wrong('config.keys', `${JSON.stringify(name.slice(0, 50))} is no name of a key`);
    }
    keys.set(name, checkKey(key, name));
  }
  const rules = def.rules ?? [];
  if (!Array.isArray(rules)) throw wrong('config.rules', 'must be a list of functions');
  const checked = defineConfig<ConfigKeys>(
    Object.fromEntries(keys),
    rules.map((rule: unknown, index): ConfigRule => {
      if (typeof rule !== 'function') throw wrong(`config.rules[${index}]`, 'must be a function');
      return (parsed, addError) => void Reflect.apply(rule, undefined, [parsed, addError]);
    }),
  );
  describeConfig(checked);
  return checked;
}

function checkKey(value: unknown, name: string): ConfigKey {
  const place = `config key ${name}`;
  const key = record(value, place);
  const type = member(key.type, types, `${place}: type`);
  const documentation = longText(key.documentation, `${place}: documentation`);
  const optionalText = (field: string) => optional(key[field], (given) => text(given, `${place}: ${field}`));
  const dependents = optional(key.dependents, (given) => textList(given, `${place}: dependents`));
  const validator = optional(key.validator, (given) => checkValidator(given, place));
  const recommender = optional(key.recommender, (given) => checkRecommender(given, place));
  const group = optionalText('group');
  const displayName = optionalText('displayName');
  const orderInGroup = optional(key.orderInGroup, (given) => wholeNumber(given, `${place}: orderInGroup`));
  const width = optional(key.width, (given) => member(given, widths, `${place}: width`));
  return {
    type,
    importance: member(key.importance, importances, `${place}: importance`),
    documentation,
    ...(key.default === undefined ? {} : { default: checkDefault(key.default, type, place) }),
    ...(validator === undefined ? {} : { validator }),
    ...(group === undefined ? {} : { group }),
    ...(orderInGroup === undefined ? {} : { orderInGroup }),
    ...(width === undefined ? {} : { width }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(dependents === undefined ? {} : { dependents }),
    ...(recommender === undefined ? {} : { recommender }),
    ...(key.internal === true ? { internal: true } : {}),
  };
}

function checkDefault(value: unknown, type: ConfigType, place: string): unknown {
  if (value === null) return null;
  const isFit =
    type === 'BOOLEAN'
      ? typeof value === 'boolean'
      : type === 'INT' || type === 'SHORT' || type === 'LONG'
        ? Number.isSafeInteger(value)
        : type === 'DOUBLE'
          ? typeof value === 'number'
          : type === 'LIST'
            ? Array.isArray(value) && value.every((item) => typeof item === 'string')
            : type === 'PASSWORD'
              ? typeof value === 'object' && 'value' in value && typeof value.value === 'string'
              : typeof value === 'string';
  if (!isFit) throw wrong(`${place}: default`, `must be of the type ${type}`);
  return value;
}

function checkValidator(value: unknown, place: string): Validator {
  const { ensureValid, description } = record(value, `${place}: validator`);
  if (typeof ensureValid !== 'function') throw wrong(`${place}: validator.ensureValid`, 'must be a function');
  return {
    description: text(description, `${place}: validator.description`),
    ensureValid: (key, given) => void Reflect.apply(ensureValid, value, [key, given]),
  };
}

function checkRecommender(value: unknown, place: string): Recommender {
  const { validValues, visible } = record(value, `${place}: recommender`);
  if (typeof validValues !== 'function' || typeof visible !== 'function') {
    throw wrong(`${place}: recommender`, 'must have the functions validValues and visible');
  }
  return {
    validValues(key, parsed) {
      const values: unknown = Reflect.apply(validValues, value, [key, parsed]);
      if (!Array.isArray(values)) throw new ConnectError('config', `The recommender of ${key} gave no list`);
      return values.map(String);
    },
    visible: (key, parsed) => Reflect.apply(visible, value, [key, parsed]) !== false,
  };
}

function textList(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(place, 'must be a list');
  return value.map((item, index) => text(item, `${place}[${index}]`));
}

function wholeNumber(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrong(place, 'must be a whole number');
}
